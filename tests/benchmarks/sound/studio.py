"""The studio against its limits, on a catalogue with stems and on a folder of any music.

    python tests/benchmarks/sound/studio.py [--home HOME] [--folder MUSIC] [--songs 4] [--known]

First what is added to bands whose truth is known: the kick and the chords, as they sound, against
the true beats and chords. Then some remixes of each song and what they measure: tempo, drums, shift
of pitch, chords, chroma similarity, mono, clicks, silence, peaks. A cell beyond its limit has a
star. Last, speed on one core beside a chain of pedalboard's effects, time to the first second, and
memory. `HOME` is a prepared home, which is read and not changed; analyses of `MUSIC` are kept in
the folder given by `--cache`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
from known_music import GROOVES, Known, drifting, played
from pydantic import TypeAdapter
from scipy.signal import find_peaks

from clearmix import Analysis, Audio, Kernel, RemixSpec, Settings, Source, SourceRecording, joined
from clearmix.audio import read_audio, write_wav
from clearmix.music import PITCH_CLASSES
from clearmix_sound.analysis.analyzer import SoundAnalyzer
from clearmix_sound.analysis.harmony import HARMONY_RATE, harmony
from clearmix_sound.analysis.onsets import analysis_mono
from clearmix_sound.measuring import TIGHT_SECONDS, onsets_of
from clearmix_studio.generator import Studio
from clearmix_studio.harmonising import chords_at, notes_of
from clearmix_studio.layers import Layers
from clearmix_studio.plan import Level, Plan

SPECS: dict[str, dict[str, Any]] = {
    "edit +5 %": {"kind": "edit", "tempo": {"ratio": 1.05}},
    "edit up 3": {"kind": "edit", "pitch": {"semitones": 3}},
    "house": {"styles": ["house"], "strength": 0.5, "seed": 1},
    "80s synthwave": {"era": "1980s", "styles": ["synthwave"], "strength": 0.5},
    "lo-fi": {"styles": ["lo-fi"], "strength": 0.5},
    "drum and bass": {"styles": ["drum-and-bass"], "strength": 0.5},
    "rock 0.9": {"styles": ["rock"], "strength": 0.9},
    "vocals kept": {"styles": ["house"], "parts": [{"part": "vocals", "action": "keep"}]},
    "build": {
        "styles": ["house"],
        "sections": [{"section": "last chorus", "change": "build and drop"}],
    },
}

LIMITS = {
    "tempo %": (0, 0.5), "drums 20ms": (0.95, 1), "shift": (1, 1), "chords": (0.9, 1),
    "chroma": (0.8, 1), "mono dB": (-1, 3), "clicks": (0, 0), "silence s": (0, 1),
    "vocals dB": (-9, 9), "dc": (0, 1e-3), "peak": (0, 0.99),
}  # fmt: skip


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


def songs_of_home(home: Path) -> Iterator[SourceRecording]:
    catalogue = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(home)})).catalogue
    for recording in catalogue.recordings():
        yield catalogue.source((recording.id,)).first


def songs_of_folder(folder: Path, cache: Path) -> Iterator[SourceRecording]:
    cache.mkdir(parents=True, exist_ok=True)
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".ogg", ".opus", ".flac")):
        kept, wav = cache / f"{path.stem}.json", cache / f"{path.stem}.wav"
        if not kept.is_file():
            audio = read_audio(path)
            write_wav(wav, audio)
            analysis = SoundAnalyzer().analyze(audio, quiet)
            kept.write_bytes(TypeAdapter(Analysis).dump_json(analysis))
        analysis = TypeAdapter(Analysis).validate_json(kept.read_bytes())
        yield SourceRecording(path.stem, path.stem, (), wav, {}, analysis)


def chord_agreement(plan: Plan) -> float:
    """Share of bars in which most of what added parts play are notes of the planned chords."""
    chord_at = chords_at(plan)
    right: list[bool] = []
    played = [(note.seconds, note.pitch) for layer in plan.layers for note in notes_of(layer, plan)]
    for bar in plan.bars:
        here = [row for row in played if bar.beats[0] <= row[0] < bar.beats[-1]]
        if here:
            chords = [(chord_at(at), pitch) for at, pitch in here]
            inside = [chord is not None and pitch % 12 in chord.classes for chord, pitch in chords]
            right.append(float(np.mean(inside)) >= 2 / 3)
    return float(np.mean(right)) if right else 1.0


def chroma_similarity(plan: Plan, source: Audio, made: Audio) -> float:
    """Mean cosine of the chroma of each bar and of what it plays of the song, in the new key."""
    track = plan.tracks[-1]
    before, after = harmony(analysis_mono(source)), harmony(analysis_mono(made))
    spans = [(bar.beats[0], bar.beats[-1]) for bar in plan.bars if not bar.alone]
    spans = spans or [(at, at + 2) for at in np.arange(0, made.seconds - 2, 2)]
    rows = []
    for start, end in spans:
        pieces = [piece for piece in track.pieces if piece.start <= start + 0.05]
        if not pieces:
            continue
        song = start - pieces[-1].start + pieces[-1].song_start
        if song < 0 or end > made.seconds:
            continue
        one = mean_chroma(before.chroma, song * track.tempo_ratio,
                          (song + end - start) * track.tempo_ratio)  # fmt: skip
        two = mean_chroma(after.chroma, start, end)
        one = np.roll(one, round(track.semitones))
        if one.any() and two.any():
            rows.append(float(one @ two / np.sqrt((one @ one) * (two @ two))))
    return float(np.mean(rows)) if rows else 1.0


def mean_chroma(chroma: np.ndarray, start: float, end: float) -> np.ndarray:
    first, last = int(start * HARMONY_RATE), max(1, int(end * HARMONY_RATE))
    rows = chroma[first:last]
    return rows.mean(axis=0) if len(rows) else np.zeros(12)


def heard_db(part: Audio, mix: Audio) -> float:
    """Level of a part within a mix that plays it in its own time, against the mix."""
    frames = min(part.frames, mix.frames)
    one, other = part.mono()[:frames].astype(float), mix.mono()[:frames].astype(float)
    share = abs(one @ other) / np.sqrt((one @ one) * (other @ other))
    return float(20 * np.log10(share + 1e-9))


def row_of(song: SourceRecording, fields: dict[str, Any]) -> dict[str, float]:
    spec = RemixSpec.from_json({"sources": [song.id], **fields})
    source, studio = Source((song,)), Studio()
    plan = studio.plan(spec, source)
    started = time.process_time()
    made = joined(studio.render(spec, source, quiet))
    seconds = time.process_time() - started
    measured = studio.report(spec, source, made).measured
    row: dict[str, float] = {}
    if "tempo_bpm" in measured:
        row["tempo %"] = 100 * abs(measured["tempo_bpm"] / measured["planned_tempo_bpm"] - 1)
    if "beats_within_20_ms" in measured:
        row["drums 20ms"] = measured["beats_within_20_ms"]
    if "semitones" in measured:
        row["shift"] = float(measured["semitones"] == measured["planned_semitones"])
    if plan.layers:
        row["chords"] = chord_agreement(plan)
    if plan.strength <= 0.5:
        row["chroma"] = chroma_similarity(plan, song.read().as_stereo(), made)
    if "vocals" in song.stems and any(one.action == "keep" for one in spec.parts):
        start = round(plan.tracks[0].pieces[0].song_start * made.rate)
        voice, mix = (
            Audio(sound.as_stereo().samples[:, start : start + made.frames], made.rate)
            for sound in (song.read_stem("vocals"), song.read())
        )
        row["vocals dB"] = heard_db(voice, made) - heard_db(voice, mix)
    row["mono dB"] = measured["mono_loss_db"]
    row["clicks"] = len(measured["clicks_at_cuts"])
    row["silence s"] = measured["longest_silence_seconds"]
    row["dc"] = float(np.abs(made.samples.mean(axis=1, dtype=np.float64)).max())
    row["peak"] = float(np.abs(made.samples).max())
    row["x real"] = made.seconds / seconds
    return row


def cell(name: str, value: float | None) -> str:
    if value is None:
        return f"{'':>11}"
    low, high = LIMITS.get(name, (-np.inf, np.inf))
    star = "" if low - 1e-9 <= value <= high + 1e-9 else "*"
    return f"{f'{value:.3g}{star}':>11}"


def table(songs: list[SourceRecording], specs: dict[str, dict[str, Any]], longest: float) -> int:
    names = [*LIMITS, "x real"]
    print(f"{'song':<26}{'remix':<15}" + "".join(f"{name:>11}" for name in names))
    beyond = 0
    for song in songs:
        for title, fields in specs.items():
            short = {"structure": {"seconds": longest}} if song.analysis.seconds > longest else {}
            row = row_of(song, fields | short)
            cells = [cell(name, row.get(name)) for name in names]
            beyond += sum("*" in text for text in cells)
            print(f"{song.title[:25]:<26}{title:<15}" + "".join(cells), flush=True)
    return beyond


def known_bands() -> Iterator[Known]:
    """Bands whose true beats and chords nothing but this file knows."""
    for name in ("rock", "house, off-beat bass", "boom bap", "disco", "waltz", "7/8"):
        yield played(replace(GROOVES[name], form="vcvc"), name=name)
    yield played(GROOVES["rock"], name="rock that sways", clock=drifting(118))


def heard_kicks(plan: Plan, known: Known) -> float:
    """F-measure at 20 ms of the added kick, as it sounds, against the band's true beats.

    Only where the plan has kicks: in bars that are no break.
    """
    if plan.drums is None or plan.tempo_bpm is None or known.tempo_bpm is None:
        return 0.0
    lanes = {"kick": plan.drums.lanes["kick"]}
    drummer = replace(plan.drums, lanes=lanes, fill="none")
    bars = tuple(replace(bar, opens=False) for bar in plan.bars)  # where a crash would ring on
    alone = replace(plan, bars=bars, drums=drummer, layers=())
    drums = Layers(alone).drums
    if drums is None:
        return 0.0
    kicks = strokes(drums.between(0, round(plan.seconds * 44100)))
    pulse = max(1, round(known.tempo_bpm / plan.tempo_bpm))
    spans = [
        (bar.beats[0] - 0.05, min(bar.beats[-1], known.beats[-1] + 0.1) - 0.05)
        for bar in plan.bars
        if bar.level > Level.BREAK
    ]

    def inside(times: Sequence[float]) -> np.ndarray:
        return np.array([at for at in times if any(start <= at < end for start, end in spans)])

    scores = [
        mir_eval.onset.f_measure(
            inside(known.beats[first::pulse]), inside(kicks), window=TIGHT_SECONDS
        )[0]
        for first in range(pulse)
    ]
    return float(max(scores))


def heard_chords(plan: Plan, known: Known) -> float:
    """Share of the bars in which the added chords, as they sound, are the band's true chord."""
    layers = [layer for layer in plan.layers if layer.part == "harmony"]
    if not layers:
        return 0.0
    sound = Layers(replace(plan, drums=None, layers=tuple(layers))).pitched[0]
    made = sound.between(0, round(plan.seconds * 44100))
    edges = np.array([*known.downbeats, 2 * known.downbeats[-1] - known.downbeats[-2]])
    tones = harmony(analysis_mono(made))
    likeness = tones.mean_between(tones.chroma, edges) @ triads().T
    heard = [
        (start, f"{PITCH_CLASSES[best % 12]} {'minor' if best >= 12 else 'major'}")
        for start, best in zip(edges[:-1], likeness.argmax(axis=1), strict=True)
    ]
    struck = np.array([note.seconds for note in notes_of(layers[0], plan)])
    right = [
        chord_of(heard, start) == chord_of(known.chords, start)
        for start, end in pairwise(edges)
        if ((struck > start - 0.05) & (struck < (start + end) / 2)).any()
    ]
    return float(np.mean(right)) if right else 0.0


def strokes(sound: Audio) -> np.ndarray:
    """Seconds of the strokes in the sound of one drum: rises of a third of the greatest one."""
    onsets = onsets_of(sound)
    far = round(0.1 / onsets.hop_seconds)
    found, _ = find_peaks(onsets.rise, height=onsets.rise.max() / 3, distance=far)
    return np.asarray(found * onsets.hop_seconds + 256 / sound.rate)


def triads() -> np.ndarray:
    """The twelve major and twelve minor triads as chroma of five partials each, of unit length."""
    tone = np.zeros(12)
    for number, partial in enumerate((0, 12, 19, 24, 28)):
        tone[partial % 12] += 0.8**number
    rows = [sum(np.roll(tone, root + step) for step in (0, third, 7))
            for third in (4, 3) for root in range(12)]  # fmt: skip
    return np.array([row / np.linalg.norm(row) for row in rows])


def chord_of(chords: Sequence[tuple[float, str]], second: float) -> str:
    starts = np.array([at for at, _ in chords])
    return chords[max(0, int(np.searchsorted(starts, second + 0.01)) - 1)][1]


def on_known_music() -> int:
    """Prints what is added to known bands against their truth; how many cells are beyond limits."""
    print(f"\n{'known band':<26}{'kicks 20ms':>11}{'true chords':>12}")
    beyond = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, known in enumerate(known_bands()):
            path = Path(folder) / f"{number}.wav"
            write_wav(path, known.audio)
            analysis = SoundAnalyzer().analyze(known.audio, quiet)
            song = SourceRecording(f"known-{number}", known.name, (), path, {}, analysis)
            spec = RemixSpec.from_json({"sources": [song.id], "styles": ["house"], "seed": 1})
            plan = Studio().plan(spec, Source((song,)))
            found = heard_kicks(plan, known), heard_chords(plan, known)
            cells = [f"{value:.3g}{'*' * (value < limit)}"
                     for value, limit in zip(found, (0.95, 0.9), strict=True)]  # fmt: skip
            beyond += sum("*" in one for one in cells)
            print(f"{known.name:<26}{cells[0]:>11}{cells[1]:>12}", flush=True)
    return beyond


HOUSE = {"styles": ["house"], "era": "1980s", "seed": 1, "tempo": {"ratio": 1.08}}
HEAVY = {
    "pitch": {"semitones": 3},
    "effects": ["reverb", "echo"],
    "parts": [{"part": "vocals", "action": "louder"}],
}


def speed(song: SourceRecording) -> None:
    """Time to the first second, speed and memory of three and twelve minutes of one song.

    The heavy rows move the pitch and add reverb and echo: with stems the voice keeps its formants,
    without them its parts are estimated from the mix.
    """
    rows: list[tuple[str, float, SourceRecording, dict[str, Any]]] = [
        ("house", 3, song, HOUSE),
        ("house", 12, song, HOUSE),
        ("heavy, no stems", 3, replace(song, stems={}), HOUSE | HEAVY),
    ]
    if "vocals" in song.stems:
        rows.insert(2, ("heavy, stems", 3, song, HOUSE | HEAVY))
    for name, minutes, song, fields in rows:
        spec = RemixSpec.from_json(
            {"sources": [song.id], **fields, "structure": {"seconds": 60 * minutes}}
        )
        started = time.process_time()
        blocks = iter(Studio().render(spec, Source((song,)), quiet))
        next(blocks)
        first = time.process_time() - started
        for _ in blocks:
            pass
        whole = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:<16}{minutes:>3} minutes: first second after {first:.2f} s of processor time, "
            f"{60 * minutes / whole:.1f} x real time, {peak:.0f} MB at most"
        )
    beside_pedalboard(song)


def beside_pedalboard(song: SourceRecording) -> None:
    """What a chain of pedalboard's alone takes for the mix: a stretch and the usual effects."""
    try:
        import pedalboard
    except ImportError:
        print("pedalboard is not installed: pip install pedalboard (GPL) to compare with it")
        return
    mix = read_audio(song.path)
    board = pedalboard.Pedalboard([
        pedalboard.HighpassFilter(30), pedalboard.Compressor(-18, 3), pedalboard.HighShelfFilter(),
        pedalboard.Chorus(), pedalboard.Delay(0.375, mix=0.2), pedalboard.Reverb(wet_level=0.2),
        pedalboard.Limiter(-1),
    ])  # fmt: skip
    started = time.process_time()
    moved = pedalboard.time_stretch(mix.samples, float(mix.rate), 1.06, 2.0)
    stretched = time.process_time() - started
    board(moved, float(mix.rate))
    whole = time.process_time() - started
    print(
        f"pedalboard alone, stretched and moved by two semitones: {mix.seconds / whole:.1f} x real "
        f"time ({mix.seconds / stretched:.1f} x the stretch, "
        f"{mix.seconds / (whole - stretched):.1f} x the effects)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "studio-bench")
    parser.add_argument("--songs", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--remix", action="append", help="only these rows", default=[])
    parser.add_argument("--known", action="store_true", help="only known bands")
    asked = parser.parse_args()
    beyond = on_known_music()
    if asked.known:
        sys.exit(f"{beyond} cells beyond their limits" if beyond else 0)
    songs: list[SourceRecording] = []
    if asked.home:
        songs += list(songs_of_home(asked.home))[: asked.songs]
    if asked.folder:
        songs += list(songs_of_folder(asked.folder, asked.cache))[: asked.songs]
    if not songs:
        sys.exit("give --home or --folder")
    specs = {name: SPECS[name] for name in asked.remix or SPECS}
    beyond += table(songs, specs, asked.seconds)
    print(f"{beyond} cells beyond their limits")
    speed(max(songs, key=lambda song: song.analysis.seconds))


if __name__ == "__main__":
    main()
