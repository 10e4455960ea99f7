"""A session for producers: the stems of a remix, its plan, a MIDI file and a DAW project.

It holds the recording's own sound without any mark: the kernel asks for it where the decision
permits the use `export`, and marks every sound before the session leaves.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from clearmix import Audio, Progress, Source
from clearmix.audio import Samples
from clearmix_sound.instruments import Note
from clearmix_studio.dawproject import (
    AudioTrack,
    NoteTrack,
    Timing,
    metadata_xml,
    project_xml,
)
from clearmix_studio.harmonising import notes_of
from clearmix_studio.layers import Layers, Sound
from clearmix_studio.midi import DRUM_CHANNEL, DRUM_KEYS, midi_file
from clearmix_studio.plan import Plan
from clearmix_studio.rendering import rendered
from clearmix_studio.song import RATE, Song

_FLOAT = 3
"""WAVE_FORMAT_IEEE_FLOAT of Microsoft's multimedia registry."""

_STRETCH_SECONDS = 10
_DRUM_BEATS = 0.25
_BEATLESS_BPM = 120.0


def write_session(plan: Plan, source: Source, folder: Path, progress: Progress) -> None:
    """Writes `mix.wav`, `stems/`, `plan.json`, `remix.mid` and `remix.dawproject`.

    The stems are as they are before the bus: together they are the mix without its effects.
    """
    stems = folder / "stems"
    stems.mkdir(parents=True, exist_ok=True)
    frames = round(plan.seconds * RATE)
    layers = Layers(plan)
    sounds: list[AudioTrack] = []
    for name, reading in _stems(plan, source, layers):
        share = len(sounds) / (len(plan.tracks) + len(layers.pitched) + 1)
        progress(0.5 * share, f"writing {name}")
        file = f"{_file_name(name, {sound.file for sound in sounds})}.wav"
        _write(stems / file, _stretches(reading, frames), frames)
        sounds.append(AudioTrack(name, file, plan.seconds, RATE))
    progress(0.5, "mixing")
    _write(folder / "mix.wav", rendered(plan, source, lambda done, said: None), frames)
    (folder / "plan.json").write_text(
        json.dumps(plan.as_json(), indent=1, ensure_ascii=False), encoding="utf-8"
    )
    timing = timing_of(plan)
    parts = _parts(plan, layers, timing)
    tempo = _tempo(timing)
    (folder / "remix.mid").write_bytes(midi_file(parts, tempo, timing.meter))
    beat_at = _beat_at(timing)
    markers: dict[str, float] = {}
    for bar in plan.bars:
        markers.setdefault(bar.section, beat_at(bar.beats[0]))
    packed = [AudioTrack(one.name, f"audio/{one.file}", one.seconds, one.rate) for one in sounds]
    notes = [NoteTrack(name, rows) for name, (_, rows) in parts.items()]
    project = project_xml(packed, notes, [(beat, name) for name, beat in markers.items()], timing)
    artists = " and ".join(
        dict.fromkeys(artist for one in source.recordings for artist in one.artists)
    )
    about = metadata_xml(plan.title, artists, f"made by Clearmix, seed {plan.seed}")
    with zipfile.ZipFile(folder / "remix.dawproject", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.xml", project)
        archive.writestr("metadata.xml", about)
        for sound in sounds:
            archive.write(stems / sound.file, f"audio/{sound.file}", zipfile.ZIP_STORED)
    progress(1.0, "session written")


def timing_of(plan: Plan) -> Timing:
    """Beats of a project whose bars are the plan's; one tempo where the band keeps one.

    The first downbeat lies on a bar line, so that what comes before it starts in the bar before.
    """
    if not plan.bars:
        return Timing(
            ((0.0, 0.0), (plan.seconds * _BEATLESS_BPM / 60, plan.seconds)), _BEATLESS_BPM, 4
        )
    meter = len(plan.bars[0].beats) - 1
    downbeats = np.array([bar.beats[0] for bar in plan.bars] + [plan.bars[-1].beats[-1]])
    places = np.arange(downbeats.size) * float(meter)
    slope, _ = np.polyfit(downbeats, places, 1) if downbeats.size > 1 else (2.0, 0.0)
    lead = float(np.ceil(downbeats[0] * slope / meter - 1e-6)) * meter
    places = places + lead
    steady = np.abs(downbeats - (downbeats[0] + (places - lead) / slope)).max() < 0.004
    inner = [] if steady else list(zip(places[1:-1], downbeats[1:-1], strict=True))
    first = (lead - downbeats[0] * slope, 0.0)
    last = (places[-1] + (plan.seconds - downbeats[-1]) * slope, plan.seconds)
    middle = [(places[0], downbeats[0])] if not steady else []
    points = [first, *middle, *inner, last]
    rising = [
        point
        for number, point in enumerate(points)
        if number in (0, len(points) - 1) or first[1] + 1e-3 < point[1] < plan.seconds - 1e-3
    ]
    return Timing([(float(beat), float(at)) for beat, at in rising], float(slope * 60), meter)


def _beat_at(timing: Timing) -> Callable[[float], float]:
    beats, seconds = zip(*timing.points, strict=True)
    return lambda second: float(np.interp(second, seconds, beats))


def _tempo(timing: Timing) -> list[tuple[float, float]]:
    """The tempo from each point of the timing on; from the start where there is one only."""
    rows = []
    for (beat, second), (later, end) in zip(timing.points, timing.points[1:], strict=False):
        rows.append((beat, 60 * (later - beat) / max(end - second, 1e-6)))
    return [(0.0, rows[0][1]), *rows[1:]]


def _stems(
    plan: Plan, source: Source, layers: Layers
) -> Iterator[tuple[str, Callable[[int, int], Samples]]]:
    song = Song(plan, source.recordings)
    for number, track in enumerate(plan.tracks):
        yield track.name, partial(song.track, number)
    for sound in [*layers.pitched, *([layers.drums] if layers.drums else [])]:
        yield f"added {sound.part}", partial(_heard, sound)


def _heard(sound: Sound, start: int, stop: int) -> Samples:
    return sound.between(start, stop).samples


def _parts(plan: Plan, layers: Layers, timing: Timing) -> dict[str, tuple[int, list[Note]]]:
    """Channel and notes of every added part, in beats of the project."""
    beat_at = _beat_at(timing)
    free = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    parts: dict[str, tuple[int, list[Note]]] = {}
    for number, layer in enumerate(plan.layers):
        notes = [
            Note(beat_at(note.seconds),
                 beat_at(note.seconds + note.duration_seconds) - beat_at(note.seconds),
                 note.pitch, note.velocity)
            for note in notes_of(layer, plan)
            if note.seconds < plan.seconds
        ]  # fmt: skip
        parts[layer.part] = (free[number % len(free)], notes)
    if layers.hits:
        hits = [
            Note(beat_at(hit.seconds), _DRUM_BEATS, DRUM_KEYS[hit.drum], hit.velocity)
            for hit in layers.hits
        ]
        parts["drums"] = (DRUM_CHANNEL, hits)
    return parts


def _stretches(reading: Callable[[int, int], Samples], frames: int) -> Iterator[Audio]:
    step = _STRETCH_SECONDS * RATE
    for start in range(0, frames, step):
        yield Audio(reading(start, min(frames, start + step)), RATE)


def _write(path: Path, blocks: Iterator[Audio], frames: int) -> None:
    """Writes float WAV as it is made: peaks above full scale stay, and a full disk is told."""
    frame_bytes = 2 * 4
    size = frames * frame_bytes
    form = struct.pack("<IHHIIHH", 16, _FLOAT, 2, RATE, RATE * frame_bytes, frame_bytes, 32)
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s4s", b"RIFF", 36 + size, b"WAVE", b"fmt ") + form)
        file.write(struct.pack("<4sI", b"data", size))
        for block in blocks:
            file.write(block.samples.T.astype("<f4", order="C").tobytes())


def _file_name(name: str, taken: set[str]) -> str:
    """A name for a file of its own, in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "part"
    found, number = plain, 2
    while f"{found}.wav" in taken:
        found, number = f"{plain}-{number}", number + 1
    return found
