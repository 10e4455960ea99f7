"""What the catalogue states about the music, put over what was measured: the catalogue wins."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from clearmix.catalogue.document import AnalysisEntry
from clearmix.contracts import Analysis, Section

SAME_TEMPO = 0.03
"""Share by which two tempos may differ and still be one: no listener calls 3 % another tempo."""

_LEVELS = (2, 3)


def corrected(measured: Analysis, stated: AnalysisEntry) -> Analysis:
    """The analysis with every stated value in place of the measured one, named in `given`.

    Beats that were not stated follow a stated tempo: they are doubled or thinned when the tempo is
    another level of the same pulse, and counted evenly when it is none.
    """
    given = tuple(name for name in AnalysisEntry.model_fields if getattr(stated, name))
    found = measured
    if stated.beats:
        found = _on_beats(found, stated.beats, stated.tempo_bpm)
    elif stated.tempo_bpm:
        found = _at_tempo(found, stated.tempo_bpm)
    if stated.downbeats:
        found = replace(
            found,
            downbeats=stated.downbeats,
            downbeat_confidence=1.0,
            beats_per_bar=_beats_per_bar(found.beats, stated.downbeats) or found.beats_per_bar,
        )
    if stated.key:
        found = replace(found, key=stated.key, key_confidence=1.0, notes=_not_on_key(found, given))
    if stated.sections:
        found = replace(found, sections=tuple(Section(**row) for row in stated.sections))
    if stated.chords:
        found = replace(found, chords=stated.chords)
    return replace(found, given=given)


def _on_beats(measured: Analysis, beats: Sequence[float], tempo_bpm: float | None) -> Analysis:
    """The measured bars on stated beats."""
    gaps = [later - earlier for earlier, later in pairwise(beats)]
    if tempo_bpm is None and gaps:
        tempo_bpm = 60 / median(gaps)
    size = measured.beats_per_bar
    places = Counter(_nearest(beats, at) % size for at in measured.downbeats)
    start = places.most_common(1)[0][0] if places else 0
    return replace(
        measured,
        tempo_bpm=tempo_bpm,
        tempo_confidence=1.0,
        beats=tuple(beats),
        downbeats=tuple(beats[start::size]),
        constant_tempo=bool(gaps) and max(gaps) - min(gaps) < SAME_TEMPO * median(gaps),
        notes=measured.key_notes,
    )


def _at_tempo(measured: Analysis, tempo_bpm: float) -> Analysis:
    """The measured beats at a stated tempo."""
    known = replace(measured, tempo_bpm=tempo_bpm, tempo_confidence=1.0, notes=measured.key_notes)
    heard = measured.tempo_bpm or 0.0
    if len(measured.beats) > 1:
        if _same(heard, tempo_bpm):
            return known
        for level in _LEVELS:
            if _same(heard * level, tempo_bpm):
                return _with_bars(known, _divided(measured.beats, level), measured.downbeats)
            if _same(heard, tempo_bpm * level):
                first = _nearest(measured.beats, measured.downbeats[0]) if measured.downbeats else 0
                return _with_bars(known, measured.beats[first % level :: level], measured.downbeats)
    anchor = next(iter((*measured.downbeats, *measured.beats)), 0.0)
    period = 60 / tempo_bpm
    start = anchor % period
    count = int((measured.seconds - start) / period)
    even = tuple(start + beat * period for beat in range(count + 1))
    note = (
        f"the catalogue's {tempo_bpm:g} beats a minute were not heard in the sound, so beats are "
        "counted evenly"
    )
    return replace(
        _with_bars(known, even, (anchor,)), constant_tempo=True, notes=(*known.notes, note)
    )


def _not_on_key(found: Analysis, given: Sequence[str]) -> tuple[str, ...]:
    """The notes without those on the key; one on both stays while the tempo is not stated."""
    kept = () if {"beats", "tempo_bpm"} & {*given} else found.beat_notes
    return tuple(note for note in found.notes if note not in found.key_notes or note in kept)


def _with_bars(known: Analysis, beats: Sequence[float], downbeats: Iterable[float]) -> Analysis:
    first = next((_nearest(beats, at) for at in downbeats), 0)
    size = known.beats_per_bar
    return replace(known, beats=tuple(beats), downbeats=tuple(beats[first % size :: size]))


def _divided(beats: Sequence[float], level: int) -> tuple[float, ...]:
    """Beats with others evenly between them."""
    return (
        *(
            here + (there - here) * step / level
            for here, there in pairwise(beats)
            for step in range(level)
        ),
        beats[-1],
    )


def _nearest(beats: Sequence[float], at: float) -> int:
    after = bisect_left(beats, at)
    near = [index for index in (after - 1, after) if 0 <= index < len(beats)]
    return min(near, key=lambda index: abs(beats[index] - at))


def _beats_per_bar(beats: Sequence[float], downbeats: Sequence[float]) -> int | None:
    """Beats from one downbeat to the next, most often; None when that cannot be told."""
    if len(downbeats) < 2 or not beats:
        return None
    places = [_nearest(beats, at) for at in downbeats]
    return Counter(later - earlier for earlier, later in pairwise(places)).most_common(1)[0][0]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_TEMPO * other
