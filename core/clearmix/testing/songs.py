"""Small songs made in code: tempo, key, beats, chords and stems are known exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio, write_wav
from clearmix.contracts import (
    Analysis,
    Score,
    ScoreChord,
    ScoreNote,
    ScoreSection,
    ScoreStroke,
    Section,
    Source,
    SourceRecording,
)
from clearmix.music import PITCH_CLASSES, split_key

RATE = 44100
BEATS_PER_BAR = 4
LEAD_IN_SECONDS = 0.25

_MODES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
_DEGREES = {"major": (0, 5, 3, 4), "minor": (0, 3, 4, 0)}
"""Roots of the bars as steps of the scale: I vi IV V, and i iv v i."""

_LEVELS = {"drums": 0.3, "bass": 0.2, "harmony": 0.09, "vocals": 0.15}

Wave = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Song:
    """A song in four: drums on the beat, a bass, chords and a tune that sings."""

    tempo_bpm: float = 120.0
    key: str = "A minor"
    bars: int = 6

    @property
    def seconds(self) -> float:
        """Length with the silence before the first beat and a beat to die away."""
        beats = self.bars * BEATS_PER_BAR + 1
        return LEAD_IN_SECONDS + beats * 60 / self.tempo_bpm

    @property
    def beats(self) -> tuple[float, ...]:
        """Seconds of every beat."""
        beat = 60 / self.tempo_bpm
        return tuple(LEAD_IN_SECONDS + beat * number for number in range(self.bars * BEATS_PER_BAR))

    @property
    def chords(self) -> tuple[tuple[float, str], ...]:
        """The second at which each bar's chord begins, and its name."""
        return tuple(
            (at, _chord_name(self._pitches(bar))) for bar, at in enumerate(self.beats[::4])
        )

    def stems(self) -> dict[str, Audio]:
        """Every part by itself; together they are the song."""
        return {
            part: Audio(_stereo(wave * _LEVELS[part], place), RATE)
            for part, wave, place in (
                ("drums", self._drums(), 0.0),
                ("bass", self._bass(), 0.0),
                ("harmony", self._harmony(), 0.4),
                ("vocals", self._tune(), 0.0),
            )
        }

    def audio(self) -> Audio:
        """The mix, in two channels at 44.1 kHz."""
        return Audio(np.sum([stem.samples for stem in self.stems().values()], axis=0), RATE)

    def analysis(self) -> Analysis:
        """What is true of the song, as an analyzer would say it."""
        return Analysis(
            analyzer="known",
            seconds=self.seconds,
            tempo_bpm=self.tempo_bpm,
            tempo_confidence=1.0,
            beats=self.beats,
            downbeats=self.beats[::BEATS_PER_BAR],
            key=self.key,
            key_confidence=1.0,
            loudness_lufs=-14.0,
            sections=(Section("verse", 0.0, self.seconds),),
            chords=self.chords,
            constant_tempo=True,
            downbeat_confidence=1.0,
        )

    def score(self) -> Score:
        """The song written down: its tune, its bass, its chords and its strokes."""
        beats = range(self.bars * BEATS_PER_BAR)
        chords = [self._pitches(beat // BEATS_PER_BAR) for beat in beats]
        tune = [ScoreNote(float(beat), 0.85, chords[beat][(beat * 2) % 3] + 12) for beat in beats]
        return Score(
            title="Test Song",
            origin="score",
            transcriber="known",
            tempo_bpm=self.tempo_bpm,
            beats=float(len(beats)),
            key=self.key,
            lines={
                "melody": tuple(tune),
                "bass": tuple(ScoreNote(float(beat), 0.9, chords[beat][0] - 24) for beat in beats),
            },
            chords=tuple(
                ScoreChord(float(beat), _chord_name(chords[beat]))
                for beat in beats[::BEATS_PER_BAR]
            ),
            strokes=tuple(
                ScoreStroke(float(beat), "snare" if beat % 2 else "kick") for beat in beats
            ),
            sections=(ScoreSection("verse", 0.0, float(len(beats))),),
            confidence=(1.0,) * self.bars,
        )

    def unheard(self, folder: Path) -> Source:
        """The song as a generator gets it that uses no master: its score, and silence."""
        heard = self.source(folder, stems=False)
        write_wav(heard.first.path, Audio.silence(seconds=1.0, rate=RATE))
        return Source((replace(heard.first, score=self.score()),))

    def source(self, folder: Path, *, stems: bool = True) -> Source:
        """The song as a generator gets it, its files written into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        write_wav(folder / "song.wav", self.audio())
        paths = {}
        for part, sound in self.stems().items() if stems else ():
            paths[part] = folder / f"{part}.wav"
            write_wav(paths[part], sound)
        recording = SourceRecording(
            "test-song", "Test Song", ("Ada Wren",), folder / "song.wav", paths, self.analysis()
        )
        return Source((recording,))

    def _pitches(self, bar: int) -> tuple[int, int, int]:
        """The chord of a bar as MIDI numbers around middle C."""
        tonic, mode = split_key(self.key)
        scale, root = _MODES[mode], _DEGREES[mode][bar % 4]
        steps = [root, root + 2, root + 4]
        first, third, fifth = (60 + tonic + scale[step % 7] + 12 * (step // 7) for step in steps)
        return first, third, fifth

    def _drums(self) -> Wave:
        out = self._silence()
        draw = np.random.default_rng(1)
        beat = 60 / self.tempo_bpm
        for number, at in enumerate(self.beats):
            kick, snare = number % 2 == 0, number % 2 == 1
            time = np.arange(round(0.18 * RATE)) / RATE
            if kick:
                _add(out, at, np.sin(2 * np.pi * (50 * time + 3 * (1 - np.exp(-time * 40)))), 22)
            if snare:
                _add(out, at, draw.normal(0, 0.5, time.size), 30)
            for half in (0.0, 0.5):
                hat = np.diff(draw.normal(0, 0.25, round(0.04 * RATE)), prepend=0.0)
                _add(out, at + half * beat, hat, 90)
        return out

    def _bass(self) -> Wave:
        out = self._silence()
        for number, at in enumerate(self.beats):
            pitch = self._pitches(number // BEATS_PER_BAR)[0] - 24
            _add(out, at, _tone(pitch, 60 / self.tempo_bpm * 0.9, (1.0, 0.4, 0.15)), 3)
        return out

    def _harmony(self) -> Wave:
        out = self._silence()
        for bar, at in enumerate(self.beats[::BEATS_PER_BAR]):
            for pitch in self._pitches(bar):
                _add(out, at, _tone(pitch, 4 * 60 / self.tempo_bpm, (1.0, 0.3, 0.2, 0.1)), 0.5)
        return out

    def _tune(self) -> Wave:
        out = self._silence()
        for number, at in enumerate(self.beats):
            chord = self._pitches(number // BEATS_PER_BAR)
            pitch = chord[(number * 2) % 3] + 12
            _add(out, at, _tone(pitch, 60 / self.tempo_bpm * 0.85, (1.0, 0.5, 0.3), sung=True), 1.5)
        return out

    def _silence(self) -> Wave:
        return np.zeros(round(self.seconds * RATE))


def _tone(pitch: int, seconds: float, overtones: tuple[float, ...], *, sung: bool = False) -> Wave:
    """A note of a MIDI number; one that is sung trembles by a fifth of a semitone, 5.5 a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    phase = 2 * np.pi * hz * time
    if sung:
        phase += hz * (2 ** (0.2 / 12) - 1) / 5.5 * np.sin(2 * np.pi * 5.5 * time)
    wave = np.sum([level * np.sin((n + 1) * phase) for n, level in enumerate(overtones)], axis=0)
    return np.asarray(wave * np.clip(np.minimum(time, time[-1] - time) / 0.01, 0, 1))


def _add(out: Wave, at: float, wave: Wave, decay: float) -> None:
    start = round(at * RATE)
    wave = wave * np.exp(-np.arange(wave.size) / RATE * decay)
    out[start : start + wave.size] += wave[: max(0, out.size - start)]


def _stereo(wave: Wave, place: float) -> npt.NDArray[np.float32]:
    return np.stack([wave * (1 - place), wave * (1 + place)]).astype(np.float32)


def _chord_name(pitches: tuple[int, int, int]) -> str:
    first, third, fifth = pitches
    quality = {(4, 3): "", (3, 4): "m", (3, 3): "dim"}[third - first, fifth - third]
    return f"{PITCH_CLASSES[first % 12]}{quality}"
