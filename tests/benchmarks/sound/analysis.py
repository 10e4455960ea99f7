"""How well recordings are understood, on music whose truth is known, beside librosa.

    python tests/benchmarks/sound/analysis.py [CATALOGUE]

CATALOGUE is the folder of a catalogue document that states tempo, beats, key, chords and sections,
such as `$CLEARMIX_HOME/catalogues/demo` after `clearmix demo --prepare`. Beats count as found
within 20 ms, keys by MIREX weights, chords by time, section boundaries within 0.5 and 3 s. Speeds
are times real time of one core's processor time; the first analysis of a fresh process is measured
apart, since there a just-in-time compiler shows.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import mir_eval
import numpy as np
from genres import GENRES, drawn
from known_music import (
    GROOVES,
    Groove,
    Known,
    drifting,
    drum_solo,
    free_time,
    played,
    ramping,
    talk,
    wind,
)

from clearmix.audio import Audio, read_audio
from clearmix.contracts import Analysis
from clearmix_sound.analysis import SoundAnalyzer

BEAT_SECONDS = 0.02
UNHEARD = 100
"""Seed of bands that no weight was fitted on; those were fitted on the seeds 0 to 9."""

_FRESH = """
import resource, sys, time
import numpy as np
rate, seconds = 44100, 180
rng = np.random.default_rng(0)
sound = rng.standard_normal((2, rate * seconds), dtype=np.float32)
sound *= np.float32(0.05)
sound[:, :: rate // 2] += 0.5
before = time.process_time()
if sys.argv[1] == "clearmix":
    from clearmix.audio import Audio
    from clearmix_sound.analysis import SoundAnalyzer
    SoundAnalyzer().analyze(Audio(sound, rate), lambda part, said: None)
else:
    import librosa
    mono = librosa.resample(sound.mean(axis=0), orig_sr=rate, target_sr=22050)
    librosa.beat.beat_track(y=mono, sr=22050)
print(time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@dataclass(frozen=True)
class Scores:
    """What a table's row says; each is better when higher, but for the tempo's error."""

    tempo_error_percent: float
    beats: float
    downbeats: float
    key: float
    chords: float
    boundaries_half_second: float
    boundaries_three_seconds: float
    speed: float


def scored(known: Known, found: Analysis, seconds_taken: float) -> Scores:
    """How well an analysis meets the truth."""
    error = abs((found.tempo_bpm or 0.0) / (known.tempo_bpm or 1.0) - 1) * 100
    cuts = [section.start_seconds for section in found.sections[1:]]
    return Scores(
        error,
        _f_measure(known.beats, _within(found.beats, known), BEAT_SECONDS),
        _f_measure(known.downbeats, _within(found.downbeats, known), BEAT_SECONDS),
        mir_eval.key.weighted_score(known.key, found.key) if known.key and found.key else 0.0,
        _agreement(known.chords, found.chords, known),
        _f_measure(known.boundaries, cuts, 0.5),
        _f_measure(known.boundaries, cuts, 3.0),
        known.audio.seconds / seconds_taken,
    )


def _within(times: Sequence[float], known: Known) -> list[float]:
    """What lies between the first and the last true beat: lead-in and tail have no truth."""
    return [at for at in times if known.beats[0] - 0.1 < at < known.beats[-1] + 0.1]


def _f_measure(truth: Sequence[float], found: Sequence[float], window: float) -> float:
    if not len(truth) or not len(found):
        return float(len(truth) == len(found))
    hits = len(mir_eval.util.match_events(np.array(truth), np.array(found), window))
    return float(mir_eval.util.f_measure(hits / len(found), hits / len(truth)))


def _agreement(
    truth: Sequence[tuple[float, str]], found: Sequence[tuple[float, str]], known: Known
) -> float:
    """Share of the time, between the first and the last beat, in which the chords agree."""
    if not found:
        return 0.0
    moments = np.arange(known.beats[0], known.beats[-1], 0.05)

    def named(chords: Sequence[tuple[float, str]]) -> np.ndarray:
        starts = np.array([at for at, _ in chords])
        places = np.searchsorted(starts, moments, side="right") - 1
        return np.array([name for _, name in chords])[np.maximum(places, 0)]

    return float(np.mean(named(truth) == named(found)))


def bands() -> Iterator[Known]:
    """Every groove, and some that drift, speed up, have a long form or are odd and quick."""
    for name, groove in GROOVES.items():
        yield played(groove, name=name)
    rock, bossa, ballad = (GROOVES[name] for name in ("rock", "bossa", "piano ballad"))
    yield played(rock, name="rock that sways", clock=drifting(118))
    yield played(bossa, name="bossa that sways", clock=drifting(132))
    yield played(ballad, name="ballad that sways", clock=drifting(72))
    yield played(rock, name="rock from 100 to 130", clock=ramping(100, 130, 128))
    yield played(replace(rock, form="ivvcvcbcc"), name="rock, long form")
    hats = {size: {"hat": tuple(range(size))} for size in (5, 7)}
    seven = Groove(320, {"kick": (0, 4), "snare": (2, 5), **hats[7]}, (), beats_per_bar=7)
    yield played(seven, name="7/8, quarter at 160")
    five = Groove(300, {"kick": (0,), "snare": (3,), **hats[5]}, (0, 3), beats_per_bar=5)
    yield played(five, name="5/8, quarter at 150")


def catalogue(folder: Path) -> Iterator[Known]:
    """The recordings of a catalogue document that states everything about their music."""
    document = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    for row in document["recordings"]:
        stated = row["analysis"]
        beats, downbeats = tuple(stated["beats"]), tuple(stated["downbeats"])
        yield Known(
            row["id"],
            read_audio(folder / row["audio"]),
            stated["tempo_bpm"],
            beats.index(downbeats[1]) - beats.index(downbeats[0]),
            beats,
            downbeats,
            stated["key"],
            tuple((at, name) for at, name in stated["chords"]),
            tuple(section["start_seconds"] for section in stated["sections"][1:]),
        )


def table(title: str, songs: Iterator[Known]) -> None:
    """Prints a row for each song, and the means, with librosa's tempo and beats beside them."""
    print(f"\n{title:24s} tempo err%  beats downb.   key chords  cut.5   cut3  speed | librosa")
    rows: list[Scores] = []
    for known in songs:
        begun = time.process_time()
        found = SoundAnalyzer().analyze(known.audio, lambda part, said: None)
        rows.append(scored(known, found, time.process_time() - begun))
        print(f"{known.name:24s} {_line(rows[-1])} | {_librosa(known)}")
    means = Scores(
        *(float(np.mean([getattr(row, one.name) for row in rows])) for one in fields(Scores))
    )
    print(f"{'mean':24s} {_line(means)}")


def _line(row: Scores) -> str:
    shares = (
        row.beats, row.downbeats, row.key, row.chords,
        row.boundaries_half_second, row.boundaries_three_seconds,
    )  # fmt: skip
    cells = " ".join(f"{share:6.2f}" for share in shares)
    return f"{row.tempo_error_percent:10.3f} {cells} {row.speed:5.0f}x"


def _librosa(known: Known) -> str:
    """Tempo error, beat F-measure and speed of librosa's beat tracker.

    Its frames are 23 ms apart, so its beats count within the field's usual 70 ms.
    """
    import librosa

    begun = time.process_time()
    mono = Audio(known.audio.mono()[None], known.audio.rate).resampled(22050).samples[0]
    tempo, beats = librosa.beat.beat_track(y=mono, sr=22050, units="time")
    taken = time.process_time() - begun
    error = abs(float(np.atleast_1d(tempo)[0]) / (known.tempo_bpm or 1.0) - 1) * 100
    f = _f_measure(known.beats, _within(tuple(beats), known), 0.07)
    return f"{error:8.3f} {f:5.2f} {known.audio.seconds / taken:5.0f}x"


def without_a_beat() -> None:
    """Prints what is said of sounds that have none."""
    print("\nwithout a beat            confidence  said")
    sounds: dict[str, Callable[[], Audio]] = {
        "speech": talk, "free piano": free_time, "drum solo": drum_solo, "wind": wind
    }  # fmt: skip
    for name, sound in sounds.items():
        found = SoundAnalyzer().analyze(sound(), lambda part, said: None)
        print(f"{name:24s} {found.tempo_confidence:11.2f}  {'; '.join(found.notes)}")


def first_analysis() -> None:
    """Prints time and memory of the first analysis of a fresh process: three stereo minutes."""
    print("\nfirst analysis of a fresh process, 3 min stereo at 44.1 kHz")
    for who in ("clearmix", "librosa"):
        run = subprocess.run(
            [sys.executable, "-c", _FRESH, who], capture_output=True, text=True, check=True
        )
        taken, megabytes = map(float, run.stdout.split())
        what = "everything" if who == "clearmix" else "beats only"
        print(
            f"{who:10s} ({what}) {taken:6.1f} s = {180 / taken:4.0f}x, {megabytes:5.0f} MB at most"
        )


def main() -> None:
    """Prints the tables."""
    warnings.simplefilter("ignore")
    first_analysis()  # before this process grows: a child's peak starts at its parent's
    table("bands", bands())
    table("drawn from genres", (drawn(name, UNHEARD) for name in GENRES))
    if len(sys.argv) > 1:
        table("catalogue", catalogue(Path(sys.argv[1])))
    without_a_beat()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this run {peak:.0f} MB")


if __name__ == "__main__":
    main()
