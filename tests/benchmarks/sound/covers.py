"""How covers of known songs come out: speed, loudness, clicks, tempo, key, and whose song it is.

    python tests/benchmarks/sound/covers.py [LINE-UP ...]

Every line-up (or those named) plays a song of the example catalogue from its own notation for three
minutes. Speeds are times real time of one core's processor time, arranging and the sound check
included. `rank` is the place of the true song when the cover's chroma, beat by beat and in the best
of twelve transpositions, is compared with the scores of all songs (1 is the true one first).
`clicks` counts places where the sound's bend is five times its surroundings', looked for at the
edges of the stretches in which a cover is made.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyloudnorm

from clearmix import Audio, RemixSpec, Score, ScoreChord, ScoreNote, ScoreSection, Source
from clearmix.audio import joined
from clearmix.contracts import SourceRecording
from clearmix.music import PITCH_CLASSES
from clearmix.testing import Song
from clearmix_covers.generator import Covers
from clearmix_covers.lineups import lineups
from clearmix_covers.material import material_of
from clearmix_covers.performing import STRETCH_SECONDS
from clearmix_demo.score import SONG_IDS, read_song
from clearmix_sound.analysis.harmony import HARMONY_RATE, harmony
from clearmix_sound.analysis.onsets import analysis_mono
from clearmix_sound.measuring import clicks_at

SECONDS = 180.0

Chroma = npt.NDArray[np.float64]


def score_of(id: str) -> Score:
    """A song of the example catalogue as it is written."""
    song = read_song(id)
    tune = [
        ScoreNote(part.beat + note.beat, note.beats, note.pitch)
        for part in song.parts
        if part.vocals is not None or any(layer.line for layer in part.melody)
        for note in part.tune
    ]
    return Score(
        song.title, "score", "notation", song.tempo_bpm, song.beats, song.key, song.beats_per_bar,
        lines={"melody": tuple(sorted(tune, key=lambda note: note.beat))},
        chords=tuple(
            ScoreChord(part.beat + one.beat, PITCH_CLASSES[one.root] + "m" * one.minor)
            for part in song.parts
            for one in part.chords
        ),
        sections=tuple(ScoreSection(part.name, part.beat, part.beats) for part in song.parts),
    )  # fmt: skip


def source_of(id: str) -> Source:
    """A source of which nothing is there but its score."""
    written = score_of(id)
    seconds = written.beats * 60 / written.tempo_bpm
    analysis = Song(tempo_bpm=written.tempo_bpm, key=written.key or "C major").analysis()
    analysis = type(analysis)(
        **{**vars(analysis), "seconds": seconds, "beats": (), "downbeats": (), "chords": ()}
    )
    return Source((SourceRecording(id, id, (), Path("/nowhere.wav"), {}, analysis, score=written),))


def written_chroma(score: Score) -> Chroma:
    """Pitch classes of tune and chords, beat by beat."""
    material = material_of(score)
    rows = np.zeros((int(material.beats) + 1, 12))
    for beat in range(len(rows)):
        for one in material.chord_at(beat).classes[:3]:
            rows[beat, one] += 0.6
    for note in material.tune:
        first = max(0, int(note.beat))
        rows[first : max(first + 1, round(note.beat + note.beats)), note.pitch % 12] += 1
    return rows


def heard_chroma(made: Audio, tempo_bpm: float) -> Chroma:
    """Pitch classes of a sound, beat by beat."""
    found = harmony(analysis_mono(made)).chroma
    step = 60 / tempo_bpm * HARMONY_RATE
    edges = [round(step * beat) for beat in range(int(len(found) / step) + 1)]
    return np.array([found[a:b].mean(axis=0) for a, b in itertools.pairwise(edges)])


def likeness(heard: Chroma, written: Chroma) -> float:
    """The best correlation over all transpositions and alignments, of at least sixteen beats."""
    heard, written = (rows - rows.mean(axis=0) for rows in (heard, written))
    size = 1 << (len(heard) + len(written)).bit_length()
    best = 0.0
    scale = np.sqrt((heard**2).sum() * (written**2).sum()) + 1e-9
    ahead = np.fft.rfft(heard, size, axis=0)
    for turn in range(12):
        other = np.fft.rfft(np.roll(written, turn, axis=1), size, axis=0)
        found = np.fft.irfft((ahead * other.conj()).sum(axis=1), size)
        best = max(best, float(found.max()) / float(scale))
    return best


def main() -> None:
    """One row for each line-up, on a song each."""
    names = sys.argv[1:] or list(lineups())
    scores = {id: written_chroma(score_of(id)) for id in SONG_IDS}
    generator, meter = Covers(), pyloudnorm.Meter(44100)
    print(f"{'line-up':18} {'song':24} speed   LUFS  peak  clicks  tempo %  key  rank")
    for number, name in enumerate(names):
        id = SONG_IDS[number % len(SONG_IDS)]
        fields = {"kind": "cover", "sources": [id], "lineup": name, "seed": 1,
                  "structure": {"seconds": SECONDS}}  # fmt: skip
        spec, source = RemixSpec.from_json(fields), source_of(id)
        before = time.process_time()
        made = joined(generator.render(spec, source, lambda part, said: None))
        speed = made.seconds / (time.process_time() - before)
        report = generator.report(spec, source, made).measured
        edges = np.arange(STRETCH_SECONDS, SECONDS - 1, STRETCH_SECONDS)
        heard = heard_chroma(made, score_of(id).tempo_bpm)  # bars keep their length in any meter
        ranked = sorted(scores, key=lambda other: -likeness(heard, scores[other]))
        peak_db = 20 * np.log10(np.abs(made.samples).max())
        print(
            f"{name:18} {id:24} {speed:5.1f} {meter.integrated_loudness(made.samples.T):6.1f} "
            f"{peak_db:5.1f} {len(clicks_at(made, list(edges))):6d} "
            f"{100 * (report['tempo_bpm'] / report['planned_tempo_bpm'] - 1):8.2f} "
            f"{'yes' if report['key'] == report['planned_key'] else report['key']:>9} "
            f"{ranked.index(id) + 1:4d}",
            flush=True,
        )


if __name__ == "__main__":
    main()
