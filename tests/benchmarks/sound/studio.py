"""The studio against its limits, on a catalogue with stems and on a folder of any music.

    python tests/benchmarks/sound/studio.py [--home HOME] [--folder MUSIC] [--songs 4]

Renders some remixes of each song and prints what they measure: tempo, drums, key, chords, chroma
similarity, mono, clicks, silence, peaks. A cell beyond its limit has a star. Then speed on one
core, time to the first second, and memory. `HOME` is a prepared home, which is read and not
changed; analyses of `MUSIC` are kept in the folder given by `--cache`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from clearmix import Analysis, Audio, Kernel, RemixSpec, Settings, Source, SourceRecording, joined
from clearmix.audio import read_audio, write_wav
from clearmix_sound.analysis.analyzer import SoundAnalyzer
from clearmix_sound.analysis.harmony import HARMONY_RATE, harmony
from clearmix_sound.analysis.onsets import analysis_mono
from clearmix_studio.generator import Studio
from clearmix_studio.harmonising import chords_at, notes_of
from clearmix_studio.plan import Plan

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
    "tempo %": (0, 0.5), "drums 20ms": (0.95, 1), "key": (1, 1), "chords": (0.9, 1),
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
    if measured.get("key"):
        row["key"] = float(measured["key"] == measured["planned_key"])
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


def speed(song: SourceRecording) -> None:
    """Three and twelve minutes of one song: time to the first second, speed, memory."""
    for minutes in (3, 12):
        spec = RemixSpec.from_json(
            {"sources": [song.id], "styles": ["house"], "era": "1980s", "seed": 1,
             "tempo": {"ratio": 1.08}, "structure": {"seconds": 60 * minutes}}
        )  # fmt: skip
        started = time.process_time()
        blocks = iter(Studio().render(spec, Source((song,)), quiet))
        next(blocks)
        first = time.process_time() - started
        for _ in blocks:
            pass
        whole = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{minutes:>3} minutes: first second after {first:.2f} s of processor time, "
            f"{60 * minutes / whole:.1f} x real time, {peak:.0f} MB at most"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "studio-bench")
    parser.add_argument("--songs", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--remix", action="append", help="only these rows", default=[])
    asked = parser.parse_args()
    songs: list[SourceRecording] = []
    if asked.home:
        songs += list(songs_of_home(asked.home))[: asked.songs]
    if asked.folder:
        songs += list(songs_of_folder(asked.folder, asked.cache))[: asked.songs]
    if not songs:
        sys.exit("give --home or --folder")
    specs = {name: SPECS[name] for name in asked.remix or SPECS}
    beyond = table(songs, specs, asked.seconds)
    print(f"{beyond} cells beyond their limits")
    speed(max(songs, key=lambda song: song.analysis.seconds))


if __name__ == "__main__":
    main()
