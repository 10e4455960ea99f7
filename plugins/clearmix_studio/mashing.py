"""A mashup: the voice of one recording over the band of another, in its tempo, key and bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from clearmix import Analysis, RemixSpec, Section, Source, SourceRecording, target_semitones
from clearmix.music import shift_to_share
from clearmix_studio.grid import Grid, grid_of
from clearmix_studio.parts import ESTIMATED
from clearmix_studio.plan import SILENT_DB, Piece, Plan, Track
from clearmix_studio.planning import planned_of
from clearmix_studio.warning import notes_on_distance, notes_on_doubts, notes_on_voice

VOICE_DB = -1.0
"""Level of the voice against the working level of the band, each where it sounds."""

TUNE_DB = 9.0
"""By how much the band's own tune is softer under a voice that sings another one."""

MOST_SHIFT = 4
"""Semitones that a voice is moved at most before the band comes to meet it."""

ANCHOR_BARS = 4
"""How often the voice is set on the band's downbeats again."""

DRIFT_SECONDS = 0.004
"""A voice that would be set less than this off where it runs by itself is not cut."""

_SUNG = ("verse", "chorus", "part")


@dataclass(frozen=True)
class Roles:
    """Which recording sings and which plays, by their numbers in the source, and what to say."""

    voice: int
    band: int
    notes: tuple[str, ...]


def mashed(spec: RemixSpec, source: Source) -> Plan:
    """The plan of a mashup; the first source sings unless only the second one has a voice."""
    roles = roles_of(source)
    voice, band = source.recordings[roles.voice], source.recordings[roles.band]
    band_shift, voice_shift = _shifts(spec, band.analysis, voice.analysis)
    plan = planned_of(replaced_voice(spec), band, number=roles.band, semitones=band_shift)
    doubts = [
        (one, notes_on_doubts(one.analysis, beats=bool(plan.bars), key=True))
        for one in (voice, band)
    ]
    notes = [*roles.notes, *(note for note in plan.notes if note not in doubts[1][1])]
    notes += [f"{one.title}: {note}" for one, said in doubts for note in said]
    ratio, pieces = _laid_over(plan, band, voice, notes)
    if not pieces:
        return replace(plan, notes=tuple(notes))
    stems = "vocals" in voice.stems
    gains = {"vocals": 0.0} if stems else dict.fromkeys(ESTIMATED, SILENT_DB) | {"vocals": 0.0}
    if not stems:
        notes.append(f"no stems of {voice.title}: its voice is estimated from the mix")
    track = Track(
        name="vocals",
        recording=roles.voice,
        gains_db=gains,
        estimated=not stems,
        tempo_ratio=ratio,
        semitones=voice_shift,
        keep_formants=abs(voice_shift) >= 0.5,
        pieces=pieces,
        gain_db=VOICE_DB,
    )
    without = tuple(_without_voice(one) for one in plan.tracks if one.name != "vocals")
    notes += notes_on_distance(*((voice.title, track), *((band.title, one) for one in without[:1])))
    notes += notes_on_voice(voice)
    return replace(
        plan,
        title=f"{voice.title} / {band.title}",
        tracks=(track, *without),
        notes=tuple(dict.fromkeys(notes)),
    )


def roles_of(source: Source) -> Roles:
    """The first source sings, unless only the second one has a voice apart."""
    first, second = source.recordings[:2]
    sings = 0
    if "vocals" in second.stems and "vocals" not in first.stems and first.stems:
        sings = 1
    voice, band = (first, second) if sings == 0 else (second, first)
    said = (f"the voice is that of {voice.title}, the band that of {band.title}",)
    return Roles(sings, 1 - sings, said)


def replaced_voice(spec: RemixSpec) -> RemixSpec:
    """What is asked of the band: everything but its voice; its tune steps back for the other."""
    kept = [row.model_dump(by_alias=True) for row in spec.parts if row.part != "vocals"]
    keep = [part for part in spec.keep if part != "vocals"]
    parts = [*kept, {"part": "vocals", "action": "remove"}]
    if "melody" not in {row.part for row in spec.parts}:
        parts.append({"part": "melody", "action": "softer", "gain_db": TUNE_DB})
    return spec.merged({"parts": parts, "keep": keep, "voice": None})


def _without_voice(track: Track) -> Track:
    gains = {part: gain for part, gain in track.gains_db.items() if part != "vocals"}
    if track.estimated:
        gains["vocals"] = SILENT_DB
    return replace(track, gains_db=gains)


def _shifts(spec: RemixSpec, band: Analysis, voice: Analysis) -> tuple[float, float]:
    """Semitones for the band and for the voice, so that both share a key or its relative."""
    if spec.pitch is not None:
        band_shift = target_semitones(spec, band)
        return band_shift, band_shift + _to_meet(voice, band, band_shift)
    apart = _to_meet(voice, band, 0.0)
    if abs(apart) <= MOST_SHIFT:
        return 0.0, apart
    meeting = -math.copysign(abs(apart) - MOST_SHIFT, apart)
    return meeting, apart + meeting


def _to_meet(voice: Analysis, band: Analysis, band_shift: float) -> float:
    """The shortest way for the voice into the key of the band, less what the band itself moves."""
    if voice.key is None or band.key is None:
        return 0.0
    apart = (shift_to_share(voice.key, band.key) + round(band_shift)) % 12
    return float(apart - 12 if apart > 6 else apart) - band_shift


def _laid_over(
    plan: Plan, band: SourceRecording, voice: SourceRecording, notes: list[str]
) -> tuple[float, tuple[Piece, ...]]:
    """The voice's tempo ratio, and its pieces on the bars of the band."""
    analysis = voice.analysis
    if not plan.bars or plan.tempo_bpm is None or analysis.tempo_bpm is None:
        slower = voice.title if analysis.tempo_bpm is None else band.title
        notes.append(
            f"{slower} has no steady beat: both play at their own tempo and start together"
        )
        return 1.0, (Piece(0.0, 0.0, min(plan.seconds, analysis.seconds)),)
    ratio = min(
        (plan.tempo_bpm * octave / analysis.tempo_bpm for octave in (1.0, 2.0, 0.5)),
        key=lambda one: abs(math.log2(one)),
    )
    if abs(math.log2(ratio)) > 0.415:
        notes.append(
            f"the voice is stretched to {100 * ratio:.0f} % of its tempo: these songs are far apart"
        )
    grid = grid_of(analysis, tempo_ratio=ratio, seconds=analysis.seconds / ratio, pulse=1.0)
    if grid is None:
        return ratio, ()
    per_bar = len(plan.bars[0].beats) - 1
    if grid.beats_per_bar != per_bar:
        notes.append(
            f"{voice.title} has {grid.beats_per_bar} beats in a bar and {band.title} {per_bar}: "
            "only phrases begin together"
        )
    pieces = _by_sections(plan, analysis, grid, ratio)
    return ratio, _joined(pieces)


def _by_sections(plan: Plan, analysis: Analysis, grid: Grid, ratio: float) -> list[Piece]:
    """The voice's sung sections, one after the other, on the band's verses and choruses.

    A chorus goes on a chorus where there is one; the voice is set on a downbeat every few bars.
    """
    downbeats = [bar[0] for bar in grid.bars]
    songs = _sung(analysis, ratio, downbeats)
    turns = dict.fromkeys(("verse", "chorus"), 0)
    bars = [bar for bar in plan.bars if not bar.alone]
    bar_seconds = float(np.median([bar.beats[-1] - bar.beats[0] for bar in bars])) if bars else 2.0
    own_bar = float(np.median(np.diff(downbeats))) if len(downbeats) > 1 else bar_seconds
    stride = max(1, round(own_bar / bar_seconds))  # a voice at half time fills two bars with one
    pieces: list[Piece] = []
    for label, group in groupby(bars, lambda bar: bar.section):
        run, kind = list(group), label.split()[0]
        wanted = "chorus" if kind == "chorus" else "verse"
        wanted = wanted if songs[wanted] else "chorus" if wanted == "verse" else "verse"
        if kind not in _SUNG or not songs[wanted]:
            continue
        first, last = songs[wanted][turns[wanted] % len(songs[wanted])]
        turns[wanted] += 1
        starts = downbeats[first:last]
        end = downbeats[last] if last < len(downbeats) else starts[-1] + own_bar
        for step in range(0, min(len(run), len(starts) * stride), ANCHOR_BARS * stride):
            here = run[step : step + ANCHOR_BARS * stride]
            song_start = starts[step // stride]
            seconds = min(here[-1].beats[-1] - here[0].beats[0], end - song_start)
            pieces.append(Piece(here[0].beats[0], song_start, seconds))
    return pieces


def _sung(
    analysis: Analysis, ratio: float, downbeats: Sequence[float]
) -> dict[str, list[tuple[int, int]]]:
    """Bars of the voice's verses and choruses, from one downbeat to another."""
    found: dict[str, list[tuple[int, int]]] = {"verse": [], "chorus": []}

    def bar_at(second: float) -> int:
        return int(np.abs(np.asarray(downbeats) - second / ratio).argmin())

    sections: Sequence[Section] = analysis.sections or (Section("part", 0.0, analysis.seconds),)
    for section in sections:
        span = bar_at(section.start_seconds), bar_at(section.end_seconds)
        if section.name in _SUNG and span[1] > span[0]:
            found["chorus" if section.name == "chorus" else "verse"].append(span)
    return found


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces that run on by themselves made one: nothing is cut that need not be."""
    out: list[Piece] = []
    for piece in pieces:
        before = out[-1] if out else None
        if before is not None:
            gap = piece.start - (before.start + before.seconds)
            drift = piece.song_start - before.song_start - (piece.start - before.start)
            if abs(gap) < 0.002 + DRIFT_SECONDS and abs(drift) < DRIFT_SECONDS:
                seconds = piece.start + piece.seconds - before.start
                out[-1] = Piece(before.start, before.song_start, seconds)
                continue
        out.append(piece)
    return tuple(out)
