"""The form of the result: which stretches of the song it plays, what comes before and after.

Every cut lies on a downbeat, so that bars run through; a form is worked out before anything is
played, so that added parts go on over the seams.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clearmix import RemixSpec, Section
from clearmix_studio.grid import Grid
from clearmix_studio.plan import Piece

_LEAD_BARS = 16
_EARLY_SECONDS = 0.02
"""A beat that would come so little before the start is played at the start."""

_EXTRA_BARS = 4
"""Bars of an intro or outro that is asked for by itself."""

_SHORTER_LOOP_SECONDS = 0.9
"""How much shorter than asked, besides 5 %, a loop may be so that it is whole bars."""

_WORTH = {"chorus": 1.0, "verse": 0.7, "part": 0.7, "break": 0.4, "intro": 0.3, "outro": 0.2}
"""How much a second of each kind of section is worth in a shorter version."""


@dataclass(frozen=True)
class Form:
    """The pieces in order, the length of the result, and how it ends."""

    pieces: tuple[Piece, ...]
    seconds: float
    ending: Literal["as it is", "fade", "loop"] = "as it is"

    def song_time(self, second: float) -> float:
        """The second of the song that is heard at a second of the result.

        Before the first piece it is before that piece's start, after the last one after its end.
        """
        piece = self.pieces[self.piece_at(second)]
        return piece.song_start + second - piece.start

    def piece_at(self, second: float) -> int:
        """The number of the piece that is heard at a second of the result, the nearest outside."""
        starts = [piece.start for piece in self.pieces]
        return max(0, bisect_right(starts, second + 1e-6) - 1)

    def plays_song(self, second: float) -> bool:
        """Whether the song is heard at that second of the result."""
        last = self.pieces[-1]
        return self.pieces[0].start <= second + 1e-3 < last.start + last.seconds


def formed(
    spec: RemixSpec,
    *,
    seconds: float,
    song_seconds: float,
    grid: Grid | None,
    sections: tuple[Section, ...],
    with_drums: bool,
) -> Form:
    """The form for a length and the wishes of the spec.

    Args:
        spec: its `structure` is honoured.
        seconds: length of the result where no intro or outro is added or left out.
        song_seconds: length of the song at its new tempo.
        grid: beats of the song at its new tempo; None cuts without regard to bars.
        sections: of the song, at its new tempo.
        with_drums: whether drums are added that can play an intro or outro by themselves.
    """
    asked = spec.structure
    bars = [bar[0] for bar in grid.bars] if grid else []
    whole = Piece(0.0, 0.0, song_seconds)
    if asked is None or (abs(seconds - song_seconds) < 0.01 and asked.intro == asked.outro is None):
        return Form((whole,), song_seconds)
    if asked.form == "loop":
        start = _best_start(seconds, song_seconds, bars, sections)
        seconds = _looped(seconds, start, grid)
        return Form((Piece(0.0, start, seconds),), seconds, "loop")
    fixed = asked.seconds is not None or asked.form is not None
    bar_seconds = float(np.median(np.diff(bars))) if len(bars) > 2 else 2.0
    first, last = 0.0, song_seconds
    if asked.intro is False:
        first = _after_first(sections, "intro", bars)
    if asked.outro is False:
        last = _before_last(sections, "outro", bars, song_seconds)
    if not fixed:
        seconds = last - first
    lead_in = lead_out = 0.0
    if with_drums and bars and first < bars[0] + bar_seconds:
        extra = max(0.0, seconds - (last - first)) / bar_seconds
        if asked.form == "extended" and extra >= _EXTRA_BARS:
            # About half of what is added, in fours, comes first; the rest follows the song.
            lead_in = bar_seconds * min(_LEAD_BARS, max(1, round(extra / 8)) * _EXTRA_BARS)
            lead_out = min(bar_seconds * extra - lead_in, bar_seconds * _LEAD_BARS)
        lead_in = lead_in or (bar_seconds * _EXTRA_BARS if asked.intro else 0.0)
        lead_out = lead_out or (bar_seconds * _EXTRA_BARS if asked.outro else 0.0)
        if not fixed:
            seconds += lead_in + lead_out
    if seconds < last - first - 0.01:
        start = first or _best_start(seconds, song_seconds, bars, sections)
        return Form((Piece(0.0, start, seconds),), seconds, "fade")
    body = _repeated(seconds - lead_in - lead_out, first, last, bars, sections)
    if lead_out and len(body) > 1:
        body = _closed(body, seconds - lead_in - lead_out, bars)
    if lead_in:
        # The song's own downbeat follows the last bar of the intro; its pickup overlaps it.
        late = lead_in - max(0.0, bars[0] - first)
        body = [Piece(late + piece.start, piece.song_start, piece.seconds) for piece in body]
    return Form(tuple(body), seconds, "as it is" if not fixed and not lead_out else "fade")


def _looped(seconds: float, start: float, grid: Grid | None) -> float:
    """The most whole bars within so many seconds, or whole beats where bars fall too short.

    A loop that ends within a beat stumbles when it comes round; it is never longer than asked.
    """
    least = 0.95 * seconds - _SHORTER_LOOP_SECONDS
    for places in ([bar[0] for bar in grid.bars], grid.beats) if grid else ():
        inside = [place - start for place in places if 0 < place - start <= seconds + 0.01]
        if inside and inside[-1] >= least:
            return float(inside[-1])
    return seconds


def _closed(body: list[Piece], seconds: float, bars: list[float]) -> list[Piece]:
    """The pieces with the last one ended on the last downbeat within so many seconds."""
    last = body[-1]
    ends = [bar for bar in bars if last.song_start < bar <= last.song_start + seconds - last.start]
    if not ends:
        return body[:-1]
    return [*body[:-1], Piece(last.start, last.song_start, ends[-1] - last.song_start)]


def grid_of_form(grid: Grid, form: Form) -> Grid:
    """The beats of the result; bars run through the seams and the parts without the song."""
    beats: list[float] = []
    per_bar = grid.beats_per_bar
    source = np.asarray(grid.beats)
    for number, piece in enumerate(form.pieces):
        last = number == len(form.pieces) - 1
        inside = (source >= piece.song_start - 1e-3) & (
            source < piece.song_start + piece.seconds - (0.0 if last else 0.05)
        )
        beats += [float(beat - piece.song_start + piece.start) for beat in source[inside]]
    first_index = int(np.searchsorted(source, form.pieces[0].song_start - 1e-3))
    first = (grid.first_downbeat - first_index) % per_bar
    gap = beats[1] - beats[0] if len(beats) > 1 else 0.5
    while beats and beats[0] - gap > -_EARLY_SECONDS:
        beats.insert(0, max(0.0, beats[0] - gap))
        first += 1
    gap = beats[-1] - beats[-2] if len(beats) > 1 else 0.5
    while beats and beats[-1] < form.seconds + per_bar * gap:
        beats.append(beats[-1] + gap)
    return Grid(tuple(beats), first % per_bar, per_bar)


def _best_start(
    seconds: float, song_seconds: float, bars: list[float], sections: tuple[Section, ...]
) -> float:
    """The downbeat from which so many seconds of the song are worth most; early on a tie."""
    latest = max(0.0, song_seconds - seconds)
    starts = [section.start_seconds for section in sections]
    candidates = {_nearest(start, bars) for start in starts if start <= latest + 1.0} | {
        bar for bar in bars[:1] if bar <= latest
    }
    usable = sorted(start for start in candidates if start <= latest + 0.01) or [0.0]

    def worth(start: float) -> float:
        return (
            sum(
                _WORTH.get(section.name, 0.6)
                * max(
                    0.0,
                    min(start + seconds, section.end_seconds) - max(start, section.start_seconds),
                )
                for section in sections
            )
            - 0.02 * start
        )

    return max(usable, key=worth)


def _repeated(
    seconds: float, first: float, last: float, bars: list[float], sections: tuple[Section, ...]
) -> list[Piece]:
    """The song from `first` to `last`, and again from its best section on, until it is enough."""
    inner = [bar for bar in bars if first - 1e-3 <= bar <= last + 1e-3]
    if seconds <= last - first + 0.01:
        return [Piece(0.0, first, seconds)]
    if len(inner) < 3:
        pieces = [Piece(0.0, first, last - first)]
        while pieces[-1].start + pieces[-1].seconds < seconds:
            pieces.append(Piece(pieces[-1].start + pieces[-1].seconds, first, last - first))
        return pieces
    outros = [one.start_seconds for one in sections if one.name == "outro"]
    stop = _nearest(outros[-1], inner[2:]) if outros and len(inner) > 4 else inner[-1]
    again = _nearest(_chorus(sections, inner), [bar for bar in inner if bar < stop])
    pieces = [Piece(0.0, first, stop - first)]
    while (end := pieces[-1].start + pieces[-1].seconds) < seconds - 0.01:
        pieces.append(Piece(end, again, stop - again))
    return pieces


def _chorus(sections: tuple[Section, ...], bars: list[float]) -> float:
    for section in sections:
        if section.name == "chorus" and section.start_seconds < bars[-1] * 0.8:
            return section.start_seconds
    return bars[0]


def _after_first(sections: tuple[Section, ...], name: str, bars: list[float]) -> float:
    if len(sections) > 1 and sections[0].name == name:
        return _nearest(sections[0].end_seconds, bars)
    return 0.0


def _before_last(
    sections: tuple[Section, ...], name: str, bars: list[float], seconds: float
) -> float:
    if len(sections) > 1 and sections[-1].name == name:
        return _nearest(sections[-1].start_seconds, bars)
    return seconds


def _nearest(second: float, bars: list[float]) -> float:
    return min(bars, key=lambda bar: abs(bar - second)) if bars else second
