"""What a cover keeps of a song: its tune, its bass, its chords and its form, ready to be arranged.

A score may be transcribed: doubtful notes are left out, the tune is made one voice, gaps in the
form are filled. Everything is in beats of the song.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clearmix import Score, ScoreNote
from clearmix.music import PITCH_CLASSES, split_key
from clearmix.scores.harmony import chords_of, key_of, pitch_class_weights
from clearmix_covers.chords import Chord, chord_at, chord_in_mode, in_mode, read_chord
from clearmix_covers.hearing import sung

LEAST_CONFIDENCE = 0.25
"""Notes that a transcriber is less sure of are left out."""

PHRASE_BARS = 8
"""Songs whose form nobody knows are taken in phrases of so many bars."""

LEADING_LINES = ("melody", "vocals", "lead")


@dataclass(frozen=True)
class Stretch:
    """A section of the song: its name, its first beat, its beats."""

    name: str
    beat: float
    beats: float


@dataclass(frozen=True)
class Material:
    """A song as a cover takes it; `triplets` says that a beat divides into three."""

    tempo_bpm: float
    key: str
    beats_per_bar: int
    triplets: bool
    beats: float
    tune: tuple[ScoreNote, ...]
    bass: tuple[ScoreNote, ...]
    chords: tuple[tuple[float, Chord], ...]
    sections: tuple[Stretch, ...]
    notes: tuple[str, ...] = ()

    @property
    def tonic(self) -> int:
        """Pitch class of the key."""
        return split_key(self.key)[0]

    @property
    def minor(self) -> bool:
        """Whether the key is minor."""
        return split_key(self.key)[1] == "minor"

    @property
    def home(self) -> Chord:
        """The chord of the tonic."""
        return Chord(self.tonic, "m" if self.minor else "")

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at a beat: before the first one that one."""
        return chord_at(self.chords, beat) or self.home


def material_of(score: Score, *, semitones: int = 0, mode: str | None = None) -> Material:
    """The song of a score, moved by semitones and then brought into a mode."""
    tune = one_voice(_leading(score))
    bass = one_voice(score.lines.get("bass", ()), lowest=True)
    every = [note for line in score.lines.values() for note in line]
    beats = max(score.beats, *(note.beat + note.beats for note in every), 1.0) if every else 1.0
    bars = max(1, round(beats / score.beats_per_bar + 0.4))
    beats = max(float(bars * score.beats_per_bar), score.beats // 1)
    key = score.key or key_of(pitch_class_weights(every, 0.0, beats)) or "C major"
    named = score.chords or chords_of(every, bass, beats, score.beats_per_bar)
    read = [(one.beat, read_chord(one.name)) for one in named]
    chords = [(beat, chord) for beat, chord in read if chord is not None]
    if score.origin != "score":
        tune = sung(tune, chords, key)
    chords = [(beat, chord.moved(semitones)) for beat, chord in chords]
    tune = _moved(tune, semitones)
    bass = _moved(bass, semitones)
    tonic, own = split_key(key)
    tonic = (tonic + semitones) % 12
    if mode is not None and mode != own:
        tune = tuple(replace(note, pitch=in_mode(note.pitch, tonic, mode)) for note in tune)
        bass = tuple(replace(note, pitch=in_mode(note.pitch, tonic, mode)) for note in bass)
        chords = [(beat, chord_in_mode(chord, tonic, mode)) for beat, chord in chords]
    return Material(
        tempo_bpm=score.tempo_bpm,
        key=f"{PITCH_CLASSES[tonic]} {mode or own}",
        beats_per_bar=score.beats_per_bar,
        triplets=score.beat_division == 3,
        beats=beats,
        tune=tune,
        bass=bass,
        chords=tuple(chords),
        sections=_form(score, beats),
        notes=() if tune else ("no tune was written down: the chords are played alone",),
    )


def _leading(score: Score) -> tuple[ScoreNote, ...]:
    """The line that carries the tune: the melody, else the busiest that is not the bass."""
    for name in LEADING_LINES:
        if score.lines.get(name):
            return score.lines[name]
    others = [line for name, line in score.lines.items() if name != "bass"]
    return max(others, key=len, default=())


def one_voice(notes: Iterable[ScoreNote], *, lowest: bool = False) -> tuple[ScoreNote, ...]:
    """One note at a time: the highest (or lowest) at each onset, cut where the next begins."""
    sign = -1 if lowest else 1
    onsets: dict[float, ScoreNote] = {}
    for note in notes:
        if note.confidence < LEAST_CONFIDENCE or note.beats <= 0.02:
            continue
        there = onsets.get(note.beat)
        if there is None or sign * note.pitch > sign * there.pitch:
            onsets[note.beat] = note
    out: list[ScoreNote] = []
    for beat in sorted(onsets):
        note = onsets[beat]
        if out and out[-1].beat + out[-1].beats > beat:
            if beat - out[-1].beat < 0.05:
                continue
            out[-1] = replace(out[-1], beats=beat - out[-1].beat)
        out.append(note)
    return tuple(out)


def _moved(notes: Sequence[ScoreNote], semitones: int) -> tuple[ScoreNote, ...]:
    return tuple(replace(note, pitch=note.pitch + semitones) for note in notes)


def _form(score: Score, beats: float) -> tuple[Stretch, ...]:
    """Sections on bar lines that cover the song; long ones without a form in phrases."""
    bar = score.beats_per_bar
    starts = {0.0: "part"}
    for one in score.sections:
        at = round(one.beat / bar) * float(bar)
        if 0 <= at < beats:
            starts[at] = one.name
    ordered = sorted(starts)
    stretches: list[Stretch] = []
    for at, end in zip(ordered, [*ordered[1:], beats], strict=True):
        while end - at > 1.5 * PHRASE_BARS * bar and starts.get(ordered[0]) == "part":
            stretches.append(Stretch("part", at, float(PHRASE_BARS * bar)))
            at += PHRASE_BARS * bar
        stretches.append(Stretch(starts.get(at, "part"), at, end - at))
    return tuple(stretches)
