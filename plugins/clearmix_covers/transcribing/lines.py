"""One line out of one sound: the notes of a voice, of a leading instrument, or of a bass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearmix.audio import Audio
from clearmix.contracts import ScoreNote
from clearmix.music import split_key
from clearmix_covers.transcribing.grid import Grid
from clearmix_covers.transcribing.lateness import begun, delays, lateness
from clearmix_covers.transcribing.measures import attacks_near, levels_db, strengths, sways
from clearmix_covers.transcribing.naming import SCALES, named
from clearmix_covers.transcribing.path import Costs, best_path
from clearmix_covers.transcribing.strength import (
    BASS_RANGE,
    LEAD_RANGE,
    Heard,
    Range,
    pitch_strength,
)
from clearmix_sound.analysis.onsets import Curve, Onsets, analysis_mono, onsets

USUAL_TICK_SECONDS = 0.125
"""Evidence counts by how long it lasts, in units of a sixteenth at 120 bpm."""

_OUT_OF_KEY = 0.03
_FAR_FROM_MIDDLE, _MIDDLE_WIDTH = 0.03, 8
"""Cost of each semitone beyond eight from the line's median nearby: an octave error pays, and what
the band plays in the tune's rests; a climax does not."""
_NEARBY_TICKS = 64
"""How far either way a line's register is looked for: four bars of sixteenths."""
_SWAYS = 0.15
"""Mean sway of a line that is sung: six lines of keys, strings and winds had 0.02 to 0.08, sixteen
sung ones 0.27 to 0.75."""
_CALM = 0.2
"""How clearly something seems to begin at half of the moments of a dry voice that holds notes."""
_SPEAKS_SECONDS = 0.02
"""How long after its moment in the grid a note has begun to sound: players are a little late, and
pipes and bows take their time."""
_FADED_DB = 24.0
"""How far below the loud moments a sound fades before it counts as an echo."""


@dataclass(frozen=True)
class Listening:
    """How a line is listened for: its pitches, what it takes to be heard, what a path pays.

    `upper` is what a pitch gains for each octave above the middle of the range: of several voices
    the highest is heard as the tune (Huron, "Voice leading", 2016, on high-voice superiority).
    `unrest` is what striking a pitch again costs besides in a sound that seems to begin anew all
    the time: vibrato beats against its own echo in a hall. `sway` is what a pitch that sways or
    glides gains, as a share of its strength, where the line that is followed does so: a singer is
    told from keys and guitars by it (Regnier and Peeters, "Singing voice detection in music tracks
    using direct voice vibrato detection", ICASSP 2009).
    """

    over: Range
    threshold: float
    costs: Costs
    upper: float = 0.0
    unrest: float = 0.0
    sway: float = 0.0


LEAD = Listening(LEAD_RANGE, threshold=0.3, costs=Costs(), unrest=0.8)
"""A tune in a stem of its own."""

ESTIMATED_LEAD = Listening(LEAD_RANGE, threshold=0.25,
                           costs=Costs(note=0.4, leap=0.02, attack=0.4))  # fmt: skip
"""A tune in a separator's estimate, where scraps of other players begin, too."""

LEAD_IN_A_MIX = Listening(LEAD_RANGE, threshold=0.25, costs=Costs(note=0.42, leap=0.03), upper=0.1,
                          sway=0.4)  # fmt: skip
"""A tune among others."""

BASS = Listening(BASS_RANGE, threshold=0.3, costs=Costs(attack=0.7))
"""A bass, which strikes one root again and again."""


Line = tuple[ScoreNote, ...]
"""The notes of a line, in order."""


def hear_line(
    audio: Audio, how: Listening, grid: Grid, key: str | None, within: Audio | None = None
) -> Line:
    """The notes of one line on the grid of its recording; none where nothing is clear.

    `within` is the sound that the line's own was estimated from: what an estimate has lost of the
    line is still there, so that a pitch counts by its mean strength in both, and a note begins
    where it does in either.
    """
    heard, found = pitch_strength(audio, how.over), onsets(analysis_mono(audio))
    if within is None:
        return named(line_of(heard, (found,), how, grid, key), heard.tuning, key)
    wide = pitch_strength(within, how.over)
    mean = np.asarray((heard.strength + wide.strength) / 2, dtype=np.float32)
    both = replace(heard, strength=mean)
    line = line_of(both, (found, onsets(analysis_mono(within))), how, grid, key)
    return named(line, heard.tuning, key)


def line_of(
    heard: Heard, found: Sequence[Onsets], how: Listening, grid: Grid, key: str | None
) -> Line:
    """The best line through what was heard; its notes begin where any of the curves says so.

    It is looked for twice, the second time as late against the grid as its notes sound.
    """
    ticks = grid.ticks(found[0].seconds)
    if len(ticks) < 2:
        return ()
    bounds = np.append(ticks, 2 * ticks[-1] - ticks[-2])
    on_time = grid.at(bounds)
    lengths = np.diff(on_time)
    moments = on_time[:-1] + _SPEAKS_SECONDS
    attacks = np.maximum.reduce([attacks_near(one, moments, lengths) for one in found])
    places = _places(ticks, grid)
    first = _read(heard, on_time, attacks, places, how, key)
    usual = lateness(delays(heard, found, first.path, on_time, how.threshold))
    read = _read(heard, on_time + usual, attacks, places, how, key)
    starts = on_time[np.array([start for start, *_ in read.path], dtype=np.intp)]
    late = delays(heard, found, read.path, on_time, how.threshold)
    seconds = begun(late, starts, how.over)
    return tuple(
        ScoreNote(
            beat=round(float(bounds[start]), 4),
            beats=round(float(bounds[stop] - bounds[start]), 4),
            pitch=how.over.low + pitch,
            velocity=_velocity(float(read.level_db[start:stop].max())),
            confidence=_confidence(
                read.strength[start:stop].mean(axis=0), pitch, float(attacks[start])
            ),
            heard_seconds=round(float(second), 4),
        )
        for (start, stop, pitch), second in zip(read.path, seconds, strict=True)
    )


@dataclass(frozen=True, eq=False)
class _Reading:
    """The best path through what was heard, and strength and level of each of its ticks."""

    path: list[tuple[int, int, int]]
    strength: Curve
    level_db: Curve


def _read(
    heard: Heard, edges: Curve, attacks: Curve, places: Curve, how: Listening, key: str | None
) -> _Reading:
    """What is best where ticks begin to sound at `edges`, in seconds."""
    strength = strengths(heard, edges)
    level_db = levels_db(heard, edges)
    leaning = _leaning(how, key)[None] - how.threshold
    leaning = leaning - 0.03 * np.maximum(-_FADED_DB - level_db, 0.0)[:, None]
    weights = (np.diff(edges) / USUAL_TICK_SECONDS)[:, None]
    evidence = (strength + leaning) * weights
    sounding = attacks[strength.max(axis=1) > how.threshold]
    restless = max(0.0, float(np.median(sounding)) - _CALM) if sounding.size else 0.0
    costs = replace(how.costs, again=how.costs.again + how.unrest * restless)
    path = best_path(evidence, attacks, places, costs)
    if path and how.sway:
        sway = sways(heard, edges)
        followed = np.concatenate([sway[start:stop, pitch] for start, stop, pitch in path])
        if followed.mean() > _SWAYS:
            evidence = (strength * (1 + how.sway * (sway - 0.5)) + leaning) * weights
            path = best_path(evidence, attacks, places, costs)
    if path:
        middles = _register(path, len(places))[:, None]
        away = np.abs(np.arange(evidence.shape[1])[None] - middles) - _MIDDLE_WIDTH
        evidence = evidence - _FAR_FROM_MIDDLE * np.maximum(away, 0)
        path = best_path(evidence, attacks, places, costs)
    return _Reading(path, strength, level_db)


def _confidence(strength: Curve, pitch: int, attack: float) -> float:
    """How sure a note is, 0..1: by its strength and its lead over whatever else sounds."""
    others = strength.copy()
    others[max(0, pitch - 1) : pitch + 2] = 0.0
    own = float(strength[pitch])
    lead = (own - float(others.max())) / max(own, 1e-9)
    return round(float(np.clip(min(own / 0.6, 1.0) * (0.5 + lead), 0.0, 1.0)), 3)


def _leaning(how: Listening, key: str | None) -> Curve:
    """What speaks for each pitch before anything is heard: its height, and the key."""
    pitches = np.arange(how.over.low, how.over.high + 1)
    octaves = np.clip((pitches - pitches.mean()) / 12, -1.0, 1.0)
    leaning = np.asarray(how.upper * octaves, dtype=np.float64)
    if key is not None:
        tonic, mode = split_key(key)
        scale = [(tonic + step) % 12 for step in SCALES[mode]]
        leaning -= np.where(np.isin(pitches % 12, scale), 0.0, _OUT_OF_KEY)
    return leaning


def _places(ticks: Curve, grid: Grid) -> Curve:
    """What beginning a note costs at each place in the beat: nothing on it, most at a sixteenth."""
    inside = np.mod(ticks, 1.0)
    on_beat = (inside < 1e-6) | (inside > 1 - 1e-6)
    halves = np.abs(inside - 0.5) < 1e-6
    thirds = np.abs(inside * 3 - np.round(inside * 3)) < 1e-6
    return np.where(on_beat, 0.0, np.where(halves | thirds, 0.02, 0.05))


def _register(path: Sequence[tuple[int, int, int]], ticks: int) -> Curve:
    """The median pitch of a path near each tick; where it rests for long that of all of it."""
    spans = [stop - start for start, stop, _ in path]
    sounding = np.concatenate([np.arange(start, stop) for start, stop, _ in path])
    pitches = np.repeat([pitch for *_, pitch in path], spans)
    first = np.searchsorted(sounding, np.arange(ticks) - _NEARBY_TICKS)
    last = np.searchsorted(sounding, np.arange(ticks) + _NEARBY_TICKS, "right")
    whole = float(np.median(pitches))
    return np.array(
        [
            np.median(pitches[one:other]) if other > one else whole
            for one, other in zip(first, last, strict=True)
        ]
    )


def _velocity(level_db: float) -> float:
    return round(float(np.clip(0.8 + level_db / 40, 0.15, 1.0)), 3)
