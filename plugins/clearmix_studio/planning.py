"""From a spec and its recording to the plan: tempo, key, form, bars, what is added."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from clearmix import (
    Analysis,
    RemixSpec,
    Section,
    SourceRecording,
    target_seconds,
    target_semitones,
    target_tempo_ratio,
)
from clearmix.music import PITCH_CLASSES, split_key
from clearmix.vocabulary import TermKind, terms
from clearmix_studio.arrangement import arranged, spans_of
from clearmix_studio.choosing import chosen_of
from clearmix_studio.grid import grid_of
from clearmix_studio.parts import tracks_of
from clearmix_studio.plan import Bar, Plan
from clearmix_studio.sections import edited
from clearmix_studio.singing import keeps_voice, presence_in, presence_of, under_voice
from clearmix_studio.structure import Form, formed, grid_of_form
from clearmix_studio.varying import varied
from clearmix_studio.warning import (
    NO_CHORDS,
    SHORT_ENOUGH,
    is_tonal,
    notes_on,
    notes_on_doubts,
)

BREAKS_OFF_LU = 6.0
"""A song whose last second is within so much of its median loudness does not end: it stops."""

FASTEST_BPM = 240.0
"""Pulses faster than this, such as those of a quick 7/8, are played two to a beat."""

SHORTEST_CURVE = 10
"""Seconds below which a loudness curve says nothing of an end."""


def planned_of(
    spec: RemixSpec,
    recording: SourceRecording,
    *,
    number: int = 0,
    tempo_ratio: float | None = None,
    semitones: float | None = None,
) -> Plan:
    """The plan for one recording, the same for the same spec, seed and analysis.

    Args:
        spec: what is asked for.
        recording: what it is asked of.
        number: of the recording in the source.
        tempo_ratio: of the result over the recording; what the spec says by default.
        semitones: upwards; what the spec says by default.
    """
    analysis = recording.analysis
    ratio = target_tempo_ratio(spec, analysis) if tempo_ratio is None else tempo_ratio
    shift = target_semitones(spec, analysis) if semitones is None else semitones
    chosen = chosen_of(spec)
    seed = spec.seed or 0
    song_seconds = analysis.seconds / ratio
    sections = tuple(
        Section(section.name, section.start_seconds / ratio, section.end_seconds / ratio)
        for section in analysis.sections
    )
    if sections:  # what rings after the last section belongs to it
        end = max(sections[-1].end_seconds, song_seconds)
        sections = (*sections[:-1], replace(sections[-1], end_seconds=end))
    pulse = _pulse(spec, analysis, ratio)
    song_grid = grid_of(analysis, tempo_ratio=ratio, seconds=song_seconds, pulse=pulse)
    form = formed(
        spec,
        seconds=target_seconds(spec, analysis),
        song_seconds=song_seconds,
        grid=song_grid,
        sections=sections,
        with_drums=song_grid is not None and (chosen.drums is not None or _for_djs(spec)),
    )
    grid = grid_of_form(song_grid, form) if song_grid else None
    energy = _energy(spec)
    heard = presence_of(recording) if keeps_voice(spec) else ()
    presence = presence_in(spans_of(grid, form), heard, form, ratio) if grid else ()
    drops = chosen.style is not None and chosen.style.rise and not spec.sections
    bars = (
        arranged(grid, form, sections, energy=energy, seed=seed, drops=drops, presence=presence)
        if grid
        else ()
    )
    changed = edited(bars, spec.sections)
    chords = _chords(analysis, form, ratio, shift)
    drums, layers, bars = chosen.layers(changed, timed=bool(bars), for_djs=_for_djs(spec))
    doubts: list[str] = []
    if all(name == "N" for _, name in chords):
        layers = ()  # nothing with a pitch can be added to what has none
    elif layers and not is_tonal(analysis):
        layers = ()
        doubts.append(NO_CHORDS)
    tracks, said = tracks_of(
        spec, recording, chosen, changed.moves,
        number=number, tempo_ratio=ratio, semitones=shift, pieces=form.pieces,
        added=tuple(layer.part for layer in layers) + (("drums",) if drums else ()),
    )  # fmt: skip
    doubts += notes_on_doubts(
        analysis,
        beats=bool(bars) and bool(drums or layers or _to_the_beat(spec)),
        key=bool(layers) or round(shift) != 0 or (spec.pitch is not None and bool(spec.pitch.key)),
    )
    tempo_bpm = analysis.tempo_bpm * ratio if analysis.tempo_bpm else None
    tempo_bpm = tempo_bpm * pulse if tempo_bpm and bars else tempo_bpm
    plan = Plan(
        title=recording.title,
        seed=seed,
        strength=chosen.strength,
        energy=energy,
        tempo_bpm=round(tempo_bpm, 4) if tempo_bpm else None,
        key=transposed(analysis.key, shift) if analysis.key else None,
        seconds=form.seconds,
        ending="fade" if spec.kind != "edit" and _breaks_off(form, analysis) else form.ending,
        tracks=tracks,
        bars=bars,
        chords=chords,
        drums=drums,
        layers=layers,
        moves=(*changed.moves, *under_voice(layers, bars, presence)),
        style=chosen.style.id if chosen.style else None,
        era=spec.era,
        effects=chosen.effects,
        moods=spec.moods,
        duck=chosen.duck,
        song_high_cut_hz=chosen.style.song_high_cut_hz if chosen.style else 0.0,
        song_drive_db=chosen.style.song_drive_db if chosen.style else 0.0,
        room_for_bass=any(layer.part == "bass" for layer in layers),
        notes=(*notes_on(spec, recording, ratio), *_notes_on_form(spec, form, bars), *changed.notes,
               *said, *doubts),
    )  # fmt: skip
    return varied(plan)


def transposed(name: str, semitones: float) -> str:
    """A key or chord moved to the nearest whole semitone; what is not a chord stays.

    >>> transposed("A minor", 3), transposed("N", 3)
    ('C minor', 'N')
    """
    try:
        root, mode = split_key(name)
    except (KeyError, ValueError, IndexError):
        return name
    return f"{PITCH_CLASSES[(root + round(semitones)) % 12]} {mode}"


def _chords(
    analysis: Analysis, form: Form, ratio: float, shift: float
) -> tuple[tuple[float, str], ...]:
    """The chords of the result: those of every piece, the key's own where none was analysed."""
    home = transposed(analysis.key, shift) if analysis.key else "N"
    song = [(at / ratio, transposed(name, shift)) for at, name in analysis.chords]
    song = [(at, home if name == "N" else name) for at, name in song]
    out: list[tuple[float, str]] = [(0.0, home)]
    for number, piece in enumerate(form.pieces):
        start = piece.song_start - (piece.start if number == 0 else 0.0)
        last = number == len(form.pieces) - 1
        stop = piece.song_start + (form.seconds - piece.start if last else piece.seconds)
        offset = piece.start - piece.song_start
        before = [name for at, name in song if at <= start + 0.1]
        out.append((max(0.0, start + offset), before[-1] if before else home))
        out += [(at + offset, name) for at, name in song if start + 0.1 < at < stop]
    merged: list[tuple[float, str]] = []
    for at, name in out:
        if merged and at <= merged[-1][0] + 1e-6:
            merged[-1] = (merged[-1][0], name)
        elif not merged or name != merged[-1][1]:
            merged.append((round(at, 6), name))
    return tuple(merged)


def _breaks_off(form: Form, analysis: Analysis) -> bool:
    """Whether the song would stop in full flow, as one that was cut from a longer one does."""
    curve = analysis.loudness_curve
    if form.ending != "as it is" or len(curve) < SHORTEST_CURVE:
        return False
    return curve[-1] > median(curve) - BREAKS_OFF_LU


def _to_the_beat(spec: RemixSpec) -> bool:
    """Whether the spec asks for a tempo in bpm, or for cuts, which lie on downbeats."""
    in_bpm = spec.tempo is not None and spec.tempo.ratio is None
    return in_bpm or spec.structure is not None or bool(spec.sections)


def _for_djs(spec: RemixSpec) -> bool:
    return spec.structure is not None and spec.structure.form == "extended"


def _notes_on_form(spec: RemixSpec, form: Form, bars: Sequence[Bar]) -> list[str]:
    asked = spec.structure
    if asked is None:
        return []
    said = []
    if asked.form == "radio-edit" and len(form.pieces) == 1 and form.ending == "as it is":
        said.append(SHORT_ENOUGH)
    if (asked.form == "extended" or asked.intro or asked.outro) and not any(
        bar.alone for bar in bars
    ):
        said.append("no intro or outro was added: there is no beat to play or no room for one")
    if len(form.pieces) > 1:
        said.append("the song is not that long: its best section comes back")
    return said


def _energy(spec: RemixSpec) -> float:
    if spec.energy is not None:
        return spec.energy
    values = [
        terms(kind)[id].meaning.get("energy", 0.0)
        for kind, ids in (
            (TermKind.MOOD, spec.moods),
            (TermKind.STYLE, spec.styles[:1]),
            (TermKind.USE_CASE, (spec.use_case,) if spec.use_case else ()),
        )
        for id in ids
    ]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    return sum(numbers) / len(numbers) if numbers else 0.0


def _pulse(spec: RemixSpec, analysis: Analysis, ratio: float) -> float:
    """Beats of the added parts for each tracked beat: 0.5, 1 or 2."""
    feel = spec.tempo.feel if spec.tempo else None
    if feel is not None:
        return 2.0 if feel == "double-time" else 0.5
    if analysis.tempo_bpm is None:
        return 1.0
    tempo_bpm = analysis.tempo_bpm * ratio
    usual = terms(TermKind.STYLE)[spec.styles[0]].meaning.get("tempo_bpm") if spec.styles else None
    if spec.tempo is not None and spec.tempo.bpm is not None:
        aim = spec.tempo.bpm
    elif isinstance(usual, list):
        aim = math.sqrt(float(usual[0]) * float(usual[1]))
    else:
        return 0.5 if tempo_bpm > FASTEST_BPM else 1.0
    # The song's own pulse wins where the style's would be only a little nearer.
    return min(
        (1.0, 2.0, 0.5),
        key=lambda pulse: abs(math.log2(tempo_bpm * pulse / aim)) + (0.0 if pulse == 1.0 else 0.15),
    )
