"""The order in which the bars of a page are played: repeats, endings, da capo, coda."""

from __future__ import annotations

from collections.abc import Sequence

from clearmix.scores.musicxml_bars import Turns

MOST_BARS = 4000
"""A song has some hundred bars: a page that leads to more is read as it stands."""


def played_order(bars: Sequence[Turns]) -> list[int]:
    """The bars by their place on the page, in the order of playing."""
    order: list[int] = []
    at = start = 0
    turn, leapt = 1, False
    while at < len(bars):
        bar = bars[at]
        if bar.forward and start != at:
            start, turn = at, 1
        wanted = bar.last_ending if leapt else turn
        if bar.endings and wanted not in bar.endings:
            at += 1
            continue
        order.append(at)
        if len(order) > MOST_BARS:
            return list(range(len(bars)))
        coda = next((place for place in range(at + 1, len(bars)) if bars[place].coda), None)
        if leapt and bar.fine:
            break
        if leapt and bar.to_coda and coda is not None:
            at = coda
        elif bar.back and not leapt and turn < (bar.last_ending or bar.back):
            turn, at = turn + 1, start
        elif bar.leap and not leapt:
            leapt = True
            at = 0
            if bar.leap == "segno":
                at = next((place for place, one in enumerate(bars) if one.segno), 0)
        else:
            at += 1
            if bar.back or (bar.endings and at < len(bars) and not bars[at].endings):
                start, turn = at, 1
    return order
