"""How well recordings are written down, on music whose every note is known.

    python tests/benchmarks/sound/transcription.py [CATALOGUE]

CATALOGUE is the folder of the example catalogue, such as `$CLEARMIX_HOME/catalogues/demo` after
`clearmix demo --prepare`; its songs come before those that are made here. Each song is heard three
times: from its stems, from Spleeter's estimates where that separator is ready, and from the mix.
Analyses are measured, never given. Melody and bass are note F-measures without offsets, onsets
within 50 ms and pitches within a quarter tone (mir_eval); chords are the share of bars that agree,
judged at four places of each; keys count by MIREX weights; drums are the mean F-measure of kick,
snare and hat within 50 ms. `heard` is the melody's F-measure where notes begin when they were heard
instead of on their beats. Speeds are times real time of one core's processor time.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import mir_eval
import numpy as np
from known_tunes import KnownSong, known_songs

from clearmix import Separator, Settings
from clearmix.audio import Audio, read_audio, write_wav
from clearmix.contracts import Analysis, Score, ScoreChord, SourceRecording
from clearmix_covers.transcribing import CoversTranscriber
from clearmix_covers.transcribing.framework import chord_at
from clearmix_covers.transcribing.grid import Grid, grid_of
from clearmix_demo.arranging import drum_hits, stem_layers
from clearmix_demo.score import Song, read_song
from clearmix_separate.readiness import ready_separators
from clearmix_sound.analysis import SoundAnalyzer
from clearmix_sound.analysis.onsets import analysis_mono, onsets

DRUMS = {
    "kick": ("kick",),
    "snare": ("snare", "clap", "rim"),
    "hat": ("hat", "open-hat", "ride", "shaker", "tambourine"),
}
_PLACES = (0.1, 0.35, 0.6, 0.85)

Played = Sequence[tuple[float, float, int]]


@dataclass(frozen=True)
class Row:
    """What the table says of one song; each is better when higher, but for the tempo's error."""

    precision: float
    recall: float
    melody: float
    heard: float
    bass: float
    chords: float
    key: float
    tempo_error_percent: float
    drums: float
    trust: float
    speed: float


def catalogue(folder: Path) -> Iterator[KnownSong]:
    """The songs of the example catalogue, with the notes they were made from."""
    document = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    for row in document["recordings"]:
        song = read_song(Path(row["audio"]).stem)
        stated = song.analysis()
        yield KnownSong(
            song.id,
            {part: read_audio(folder / path) for part, path in row["stems"].items()},
            read_audio(folder / row["audio"]),
            _sung(song),
            [
                (note.seconds, note.seconds + note.duration_seconds, note.pitch)
                for _, notes in stem_layers(song, "bass")
                for note in notes
            ],
            drum_hits(song),
            [(at, name) for at, name in stated["chords"]],
            song.key,
            song.tempo_bpm,
            stated["downbeats"],
        )


def _sung(song: Song) -> list[tuple[float, float, int]]:
    return [
        (
            song.at(part.beat + note.beat),
            song.at(part.beat + note.beat + note.beats),
            note.pitch + 12 * part.vocals.octave,
        )
        for part in song.parts
        if part.vocals
        for note in part.tune
    ]


def scored(known: KnownSong, score: Score, grid: Grid, seconds_taken: float) -> Row:
    """How well a score meets the truth."""
    precision, recall, melody = _notes(known.tune, score, "melody")
    error = abs(score.tempo_bpm / known.tempo_bpm - 1) * 100
    return Row(
        precision,
        recall,
        melody,
        _notes(known.tune, score, "melody", as_heard=True)[2],
        _notes(known.bass, score, "bass")[2],
        _chords(known, score.chords, grid),
        mir_eval.key.weighted_score(known.key, score.key) if score.key else 0.0,
        error,
        _drums(known, score),
        float(np.mean(score.confidence)),
        known.mix.seconds / seconds_taken,
    )


def _notes(
    truth: Played, score: Score, line: str, *, as_heard: bool = False
) -> tuple[float, float, float]:
    found = score.lines.get(line, ())
    starts = [score.seconds(note.beat) for note in found]
    ends = [score.seconds(note.beat + note.beats) for note in found]
    if as_heard:
        starts = [note.heard_seconds or 0.0 for note in found]
        ends = [max(start + 0.01, end) for start, end in zip(starts, ends, strict=True)]
    kept = [place for place, start in enumerate(starts) if start >= 0]
    if not len(truth) or not kept:
        same = float(len(truth) == len(kept))
        return same, same, same
    measured = mir_eval.transcription.precision_recall_f1_overlap(
        np.array([(start, end) for start, end, _ in truth]),
        _hz([pitch for *_, pitch in truth]),
        np.array([(starts[place], ends[place]) for place in kept]),
        _hz([found[place].pitch for place in kept]),
        offset_ratio=None,
    )
    return float(measured[0]), float(measured[1]), float(measured[2])


def _hz(pitches: Sequence[int]) -> np.ndarray:
    return 440 * 2 ** ((np.array(pitches, dtype=float) - 69) / 12)


def _chords(known: KnownSong, found: Sequence[ScoreChord], grid: Grid) -> float:
    starts = [at for at, _ in known.chords]
    agree: list[float] = []
    for start, end in zip(known.downbeats[:-1], known.downbeats[1:], strict=True):
        for place in _PLACES:
            moment = start + place * (end - start)
            name = known.chords[max(0, int(np.searchsorted(starts, moment)) - 1)][1]
            truth = name.replace(" major", "").replace(" minor", "m")
            agree.append(float(truth == chord_at(found, float(grid.beat(moment)))))
    return float(np.mean(agree))


def _drums(known: KnownSong, score: Score) -> float:
    measured = []
    for drum, names in DRUMS.items():
        truth = np.array(sorted({round(h.seconds, 3) for h in known.hits if h.drum in names}))
        found = np.array([score.seconds(one.beat) for one in score.strokes if one.drum == drum])
        found = np.sort(found[found >= 0]) if found.size else found
        if truth.size and found.size:
            measured.append(float(mir_eval.onset.f_measure(truth, found, 0.05)[0]))
        else:
            measured.append(float(truth.size == found.size))
    return float(np.mean(measured))


def heard(
    known: KnownSong, analysis: Analysis, grid: Grid, stems: Mapping[str, Audio], by: str | None
) -> tuple[Row, Score]:
    """A song written down from some stems, or from the mix alone."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {part: Path(folder) / f"{part}.wav" for part in ("mix", *stems)}
        for part, sound in {"mix": known.mix, **stems}.items():
            write_wav(paths[part], sound)
        own = {part: paths[part] for part in stems}
        recording = SourceRecording(
            known.name, known.name, (), paths["mix"], own, analysis, stems_estimated_by=by
        )
        begun = time.process_time()
        score = CoversTranscriber().transcribe(recording, lambda part, said: None)
        return scored(known, score, grid, time.process_time() - begun), score


def table(title: str, songs: Iterator[KnownSong], separator: Separator | None) -> None:
    """Prints three rows for each song, and the means of each kind."""
    columns = "P     R  melody  heard  bass chords  key tempo% drums trust speed"
    print(f"\n{title:30s} heard from    {columns}")
    rows: dict[str, list[Row]] = {}
    for known in songs:
        analysis = SoundAnalyzer().analyze(known.mix, lambda part, said: None)
        grid = grid_of(analysis, onsets(analysis_mono(known.mix)))
        kinds: dict[str, tuple[Mapping[str, Audio], str | None]] = {
            "stems": (known.stems, None),
            "mix": ({}, None),
        }
        if separator is not None:
            estimates = separator.separate(known.mix, lambda part, said: None)
            kinds[separator.id] = (estimates, separator.id)
        for kind, (stems, by) in kinds.items():
            row, score = heard(known, analysis, grid, stems, by)
            rows.setdefault(kind, []).append(row)
            print(f"{known.name:30s} {kind:10s} {_line(row)}  {score.notes[0]}", flush=True)
    for kind, of_kind in rows.items():
        mean = Row(
            *(float(np.mean([getattr(row, one.name) for row in of_kind])) for one in fields(Row))
        )
        print(f"{'mean':30s} {kind:10s} {_line(mean)}")


def _line(row: Row) -> str:
    return (
        f"{row.precision:5.2f} {row.recall:5.2f} {row.melody:6.2f} {row.heard:6.2f} "
        f"{row.bass:6.2f} "
        f"{row.chords:6.2f} {row.key:4.1f} {row.tempo_error_percent:6.2f} {row.drums:5.2f} "
        f"{row.trust:5.2f} {row.speed:4.0f}x"
    )


def main() -> None:
    """Prints the tables."""
    warnings.simplefilter("ignore")
    separator = next(iter(ready_separators(Settings.from_environment())), None)
    if separator is None:
        print("no separator is ready: `clearmix models fetch spleeter` adds its rows")
    if len(sys.argv) > 1:
        table("example catalogue", catalogue(Path(sys.argv[1])), separator)
    table("songs made here", known_songs(), separator)


if __name__ == "__main__":
    main()
