"""Changes of single sections: which bars a listener means, and what happens in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from clearmix import SectionChange
from clearmix_studio.plan import SILENT_DB, Bar, Level, Move
from clearmix_studio.shaping import EFFECTS, MOODS

BUILD_BARS = 4
BUILD_TOP_HZ = 320.0
"""Where the low cut of a build ends: the bass is gone before the drop brings it back."""

PROXY_BARS = 8
"""What stands for an intro, an outro or a bridge that the recording does not show."""

_NAMES: Mapping[str, str] = {
    "intro": "intro", "beginning": "intro", "start": "intro", "opening": "intro",
    "verse": "verse", "verses": "verse",
    "chorus": "chorus", "choruses": "chorus", "refrain": "chorus", "hook": "chorus",
    "drop": "chorus",
    "break": "break", "bridge": "break", "breakdown": "break", "middle": "break", "solo": "break",
    "interlude": "break",
    "outro": "outro", "ending": "outro", "end": "outro", "coda": "outro",
}  # fmt: skip

_PLACES: Mapping[str, int] = {
    "first": 0, "1st": 0, "1": 0, "opening": 0, "second": 1, "2nd": 1, "2": 1, "third": 2,
    "3rd": 2, "3": 2, "fourth": 3, "4th": 3, "4": 3, "last": -1, "final": -1, "closing": -1,
}  # fmt: skip

_GAINS = {"louder": 4.0, "softer": -6.0, "keep": 0.0}
_BUILDS = ("build", "build-up", "build up", "buildup", "build and drop", "drop", "riser")


@dataclass
class Edited:
    """Bars with their changes, automation, parts that only single sections add, what to say."""

    bars: tuple[Bar, ...]
    moves: list[Move] = field(default_factory=list)
    added: dict[str, list[range]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def edited(bars: tuple[Bar, ...], changes: Sequence[SectionChange]) -> Edited:
    """The bars after every change; what cannot be done is said in `notes`."""
    out = Edited(bars)
    for change in changes:
        found = named_bars(bars, change.section)
        if not found.spans:
            out.notes.append(f"no {change.section} was found: nothing is changed there")
            continue
        if found.note:
            out.notes.append(found.note)
        action = _action(change)
        if action is None:
            part = f" of the {change.part}" if change.part else ""
            out.notes.append(
                f"{change.change}{part} in one section only cannot be done: the "
                f"{change.section} stays as it is"
            )
            continue
        for span in found.spans:
            action(out, span, change)
    return out


@dataclass(frozen=True)
class Found:
    """The bars that a name means, and what to say when they are a guess."""

    spans: tuple[range, ...]
    note: str | None = None


def named_bars(bars: Sequence[Bar], name: str) -> Found:
    """The runs of bars that a listener's name for a section means, such as `last chorus`."""
    words = re.findall(r"[a-z0-9]+", name.casefold())
    kind = next((_NAMES[word] for word in reversed(words) if word in _NAMES), None)
    place = next((_PLACES[word] for word in words if word in _PLACES), None)
    if kind is None or not bars:
        return Found(())
    runs = [
        (label, range(rows[0].number, rows[-1].number + 1))
        for label, rows in ((key, list(run)) for key, run in groupby(bars, lambda bar: bar.section))
    ]
    spans = [span for label, span in runs if label.split()[0] == kind]
    if kind in ("intro", "outro"):
        spans = [span for label, span in runs if label == f"dj {kind}"] or spans
    if not spans:
        return _guessed(bars, kind, name)
    if place is not None:
        if not -len(spans) <= place < len(spans):
            return Found((spans[-1],), f"there is no {name}: the last {kind} was taken")
        return Found((spans[place],))
    return Found(tuple(spans))


def _guessed(bars: Sequence[Bar], kind: str, name: str) -> Found:
    """Where a recording does not show its sections: its first, last or middle bars."""
    size = min(PROXY_BARS, max(1, len(bars) // 4))
    start = {
        "intro": 0,
        "outro": len(bars) - size,
        "chorus": max(0, len(bars) - 3 * size),
        "break": len(bars) // 2 // size * size,
        "verse": size,
    }[kind]
    span = range(start, min(len(bars), start + size))
    said = f"the recording shows no {name}: bars {span.start + 1} to {span.stop} were taken"
    return Found((span,), said)


Action = Callable[[Edited, range, SectionChange], None]


def _action(change: SectionChange) -> Action | None:
    said = change.change.casefold().strip()
    if said in ("double-time", "half-time"):
        return _in_pulse if change.part in (None, "drums") else None
    if said in ("remove", "drop") and change.part:
        return _without
    if said in _BUILDS and change.part is None:
        return _building
    if said == "add" and change.part:
        return _adding
    if said == "solo" and change.part:
        return _alone
    if said in _GAINS:
        return _at_gain
    if said in ("more energy", "less energy"):
        return _at_energy
    if said in EFFECTS or said in MOODS:
        return _under_effect if change.part is None else None
    return None


def _change_bars(out: Edited, span: range, change: Callable[[Bar], Bar]) -> None:
    out.bars = tuple(change(bar) if bar.number in span else bar for bar in out.bars)


def _seconds(out: Edited, span: range) -> tuple[float, float]:
    return out.bars[span.start].beats[0], out.bars[span.stop - 1].beats[-1]


def _in_pulse(out: Edited, span: range, change: SectionChange) -> None:
    pulse = 2.0 if change.change.casefold() == "double-time" else 0.5
    out.added.setdefault("drums", []).append(span)
    _change_bars(
        out, span, lambda bar: replace(bar, pulse=pulse, level=Level(max(bar.level, Level.GROOVE)))
    )


def _without(out: Edited, span: range, change: SectionChange) -> None:
    part = change.part or ""
    _change_bars(out, span, lambda bar: replace(bar, without=(*bar.without, part)))
    out.moves.append(Move("gain", part, *_seconds(out, span), SILENT_DB))


def _adding(out: Edited, span: range, change: SectionChange) -> None:
    out.added.setdefault(change.part or "", []).append(span)


def _alone(out: Edited, span: range, change: SectionChange) -> None:
    _change_bars(out, span, lambda bar: replace(bar, without=(*bar.without, "all")))
    out.moves.append(Move("gain", f"all but {change.part}", *_seconds(out, span), SILENT_DB))


def _at_gain(out: Edited, span: range, change: SectionChange) -> None:
    gain_db = _GAINS[change.change.casefold()] * (1.5 if change.part else 0.75)
    if gain_db:
        out.moves.append(Move("gain", change.part or "all", *_seconds(out, span), gain_db))


def _at_energy(out: Edited, span: range, change: SectionChange) -> None:
    more = change.change.casefold() == "more energy"
    if more:
        out.added.setdefault("drums", []).append(span)

    def level(bar: Bar) -> Bar:
        return replace(bar, level=Level.FULL if more else Level(max(0, bar.level - 1)))

    _change_bars(out, span, level)
    out.moves.append(Move("gain", "all", *_seconds(out, span), 1.5 if more else -3.0))


def _under_effect(out: Edited, span: range, change: SectionChange) -> None:
    effect = change.change.casefold().strip()
    out.moves.append(Move("effect", "all", *_seconds(out, span), effect=effect))


def _building(out: Edited, span: range, change: SectionChange) -> None:
    """Bars before the section that rise towards it, and everything at once when it comes."""
    bars = min(BUILD_BARS, span.start)
    if bars:
        before = range(span.start - bars, span.start)
        out.added.setdefault("drums", []).append(before)
        out.moves.append(Move("low-cut", "song", *_seconds(out, before), BUILD_TOP_HZ))
        _change_bars(
            out,
            before,
            lambda bar: replace(
                bar,
                level=Level.LIGHT,
                build=(bar.number - before.start + 1) / bars,
                without=(*bar.without, "bass"),
            ),
        )
    out.added.setdefault("drums", []).append(span)
    first = span.start
    _change_bars(
        out,
        span,
        lambda bar: replace(bar, level=Level.FULL, opens=bar.opens or bar.number == first),
    )
