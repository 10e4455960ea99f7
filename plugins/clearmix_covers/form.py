"""The form of a cover: which bars of the song follow each other, between an intro and an ending."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearmix import ScoreNote
from clearmix_covers.chords import Chord, chord_at
from clearmix_covers.material import Material, Stretch

LEVELS = {"intro": 0.52, "verse": 0.64, "pre-chorus": 0.72, "chorus": 0.86, "refrain": 0.86,
          "break": 0.55, "bridge": 0.66, "solo": 0.78, "outro": 0.7, "ending": 0.7}  # fmt: skip
"""How full a section is by its name, 0..1, before the song has grown."""

GROWTH, MOST_GROWTH = 0.05, 0.15
"""What each return of a section adds, and all of them together."""

LIGHT, FULL = 0.6, 0.8
"""Below the first a section is light, from the second on everybody plays."""

RING_SECONDS = 2.2
"""Time for the last chord and the room to die away."""

SLOWEST = 0.78
"""Share of its tempo that the last bar before the end slows down to."""


@dataclass(frozen=True)
class Part:
    """A section of the cover in its own beats; `level` says how full it is, `turn` its return."""

    name: str
    beat: float
    beats: float
    level: float
    turn: int = 0


@dataclass(frozen=True)
class Piece:
    """The song as the cover plays it; `ends` says that a last chord is held and dies away."""

    material: Material
    parts: tuple[Part, ...]
    tune: tuple[ScoreNote, ...]
    bass: tuple[ScoreNote, ...]
    chords: tuple[tuple[float, Chord], ...]
    beats: float
    ends: bool
    seconds: float

    def chord_at(self, beat: float) -> Chord:
        """The chord at a beat."""
        return chord_at(self.chords, beat) or self.material.home

    def changes(self, start: float, stop: float) -> list[tuple[float, float, Chord]]:
        """The chords between two beats, each with where it begins and ends."""
        inside = [beat for beat, _ in self.chords if start < beat < stop - 1e-6]
        edges = [start, *inside, stop]
        return [(at, after, self.chord_at(at)) for at, after in itertools.pairwise(edges)]


def pieced(
    material: Material, *, seconds: float | None, loop: bool, intro: bool | None, outro: bool | None
) -> Piece:
    """The song in the order of the cover.

    Args:
        material: the song at the tempo of the cover.
        seconds: how long it must be, or None for all of it.
        loop: whether its end leads back to its start: neither intro nor ending.
        intro: whether bars are put before; None where the song begins with its tune, and has no
            intro of its own.
        outro: whether the end slows down and holds its last chord; False ends on its last bar.
    """
    bar, beat_seconds = material.beats_per_bar, 60 / material.tempo_bpm
    ends = not loop
    order = list(material.sections)
    song = _song(order)
    if seconds is not None and sum(one.beats for one in song) * beat_seconds >= seconds:
        order = song  # what only leads in or out goes before any of the song itself does
    start = order[0].beat if order else 0.0
    sings_first = any(start - bar <= note.beat < start + bar / 2 for note in material.tune)
    opens = bool(order) and order[0].name == "intro"
    before = intro if intro is not None else sings_first and ends and not opens
    upbeat = bool(material.tune) and material.tune[0].beat < 0 and ends
    lead_bars = (2 if bar * beat_seconds > 1.2 else 4) if before and ends else int(upbeat)
    tail_bars = 1 if ends else 0
    if seconds is not None:
        spare = seconds - (RING_SECONDS if ends else 0.0)
        slow = (1 / SLOWEST - 1) / 2 if ends and outro is not False else 0.0
        room = max(1, int(spare / (bar * beat_seconds) - slow + (0.5 if loop else 1e-6)))
        if room - tail_bars - lead_bars < 4:
            lead_bars = int(upbeat)
        order = fitted(order, max(1, room - tail_bars - lead_bars) * bar, bar)
    parts: list[Part] = []
    tune: list[ScoreNote] = []
    bass: list[ScoreNote] = []
    chords: list[tuple[float, Chord]] = []
    at = 0.0
    if lead_bars:
        parts.append(Part("intro", 0.0, float(lead_bars * bar), LEVELS["intro"]))
        chords += _vamp(material, lead_bars)
        at = float(lead_bars * bar)
    turns: dict[str, int] = {}
    for number, one in enumerate(order):
        turn = turns[one.name] = turns.get(one.name, -1) + 1
        grown = min(MOST_GROWTH, GROWTH * turn) + (
            0.12 * number / max(1, len(order) - 1) if one.name not in LEVELS else 0.0
        )
        if number == 0 and parts and one.name == parts[0].name:
            parts = [replace(parts[0], beats=at + one.beats)]  # the upbeat belongs to its intro
        else:
            parts.append(Part(one.name, at, one.beats, LEVELS.get(one.name, 0.66) + grown, turn))
        first = number == 0 or order[number - 1].beat + order[number - 1].beats != one.beat
        tune += _taken(material.tune, one, at, upbeat=first and at > 0)
        bass += _taken(material.bass, one, at, upbeat=False)
        chords.append((at, material.chord_at(one.beat)))
        chords += [
            (at + beat - one.beat, chord)
            for beat, chord in material.chords
            if one.beat < beat < one.beat + one.beats
        ]
        at += one.beats
    if ends:
        parts.append(Part("ending", at, float(bar), parts[-1].level))
        tune = [note for note in tune if note.beat < at]
        last = tune[-1].pitch if tune else 60 + material.tonic
        tune = [_cut(note, at) for note in tune]
        tune.append(ScoreNote(at, float(bar), _nearest(last, material.tonic), 0.7))
        chords.append((at, material.home))
        at += bar
    tune.sort(key=lambda note: note.beat)
    piece = Piece(
        material, tuple(parts), tuple(tune), tuple(bass), tuple(_changes(chords)), at, ends, 0.0
    )
    slows = outro is not False
    if seconds is not None and ends:
        piece = _held(piece, seconds, slows=slows)
    return replace(piece, seconds=seconds or _natural(piece, slows=slows))


def _held(piece: Piece, seconds: float, *, slows: bool) -> Piece:
    """The piece with its last chord held until just the time to die away is left."""
    *parts, ending = piece.parts
    spare = seconds - _natural(piece, slows=slows)
    more = max(spare / Clock(piece, slows=slows).last_beat_seconds, -ending.beats / 2)
    *tune, last = piece.tune
    return replace(
        piece,
        parts=(*parts, replace(ending, beats=ending.beats + more)),
        tune=(*tune, replace(last, beats=last.beats + more)),
        beats=piece.beats + more,
    )


def fitted(order: Sequence[Stretch], beats: float, bar: int) -> list[Stretch]:
    """The sections cut or repeated to a number of beats: whole ones go first, from the middle."""
    kept = list(order)

    def total() -> float:
        return sum(one.beats for one in kept)

    while len(kept) > 2:
        spare = [one for one in kept[1:-1] if total() - one.beats >= beats]
        if not spare:
            break
        kept.remove(max(spare, key=lambda one: (one.beats, -one.beat)))
    turn = 0
    body = _song(order) or list(order)
    closing = kept.pop() if kept[-1].name == "outro" and len(kept) > 1 else None
    while total() + (closing.beats if closing else 0.0) < beats:
        kept.append(body[turn % len(body)])
        turn += 1
    if closing is not None:
        kept.append(closing)
    over = total() - beats
    while over > 1e-6:
        place = len(kept) - 1
        if kept[place].beats > over:
            kept[place] = replace(kept[place], beats=kept[place].beats - over)
            break
        over -= kept.pop(place).beats
    return kept


def _song(order: Sequence[Stretch]) -> list[Stretch]:
    """The sections between those that lead in and out."""
    return [one for one in order if one.name not in ("intro", "outro")]


def _vamp(material: Material, bars: int) -> list[tuple[float, Chord]]:
    """Home and its dominant in turn, so that the intro leads into the tune."""
    home = material.chord_at(0.0)
    away = Chord((material.tonic + 7) % 12)
    half = bars // 2
    bar = material.beats_per_bar
    return [
        (0.0, home if home.root == material.tonic else material.home),
        (float(half * bar), away),
    ]


def _taken(notes: Sequence[ScoreNote], one: Stretch, at: float, *, upbeat: bool) -> list[ScoreNote]:
    """The notes of a section where the cover has it, with those that lead into it."""
    # The upbeat of the song is all that comes before its first bar; elsewhere half a bar is seen.
    earliest = one.beat - ((2.0 if one.beat > 0 else at) if upbeat else 0.0)
    before = [note for note in notes if earliest <= note.beat < one.beat]
    if before and one.beat > 0 and len(before) > 1:
        before = []  # they are the end of what came before, not an upbeat
    inside = [note for note in notes if one.beat <= note.beat < one.beat + one.beats]
    return [replace(note, beat=note.beat - one.beat + at) for note in [*before, *inside]]


def _cut(note: ScoreNote, at: float) -> ScoreNote:
    return replace(note, beats=min(note.beats, at - note.beat))


def _nearest(pitch: int, tonic: int) -> int:
    """The tonic that lies nearest to a pitch."""
    return pitch + (tonic - pitch + 6) % 12 - 6


def _changes(chords: Sequence[tuple[float, Chord]]) -> list[tuple[float, Chord]]:
    """One chord at a time, those that only repeat left out."""
    latest: dict[float, Chord] = dict(sorted(chords, key=lambda row: row[0]))
    out: list[tuple[float, Chord]] = []
    for beat, chord in latest.items():
        if not out or out[-1][1] != chord:
            out.append((beat, chord))
    return out


def _natural(piece: Piece, *, slows: bool) -> float:
    clock = Clock(piece, slows=slows)
    return clock.seconds(piece.beats) + (RING_SECONDS if piece.ends else 0.0)


class Clock:
    """Beats into seconds: one tempo, but for the bar that slows down into the ending."""

    def __init__(self, piece: Piece, *, slows: bool) -> None:
        self.beat_seconds = 60 / piece.material.tempo_bpm
        bar = piece.material.beats_per_bar
        self._slow_from = piece.parts[-1].beat - bar
        self._slow_beats = float(bar)
        self._slows = slows and piece.ends and self._slow_from >= bar

    @property
    def last_beat_seconds(self) -> float:
        """How long the beats of the last chord are."""
        return self.beat_seconds / (SLOWEST if self._slows else 1)

    def seconds(self, beat: float) -> float:
        """The moment of a beat."""
        even = beat * self.beat_seconds
        if not self._slows or beat <= self._slow_from:
            return even
        # The length of a beat grows in a straight line through the bar and stays: x + x²/2 slower.
        inside = min(beat - self._slow_from, self._slow_beats) / self._slow_beats
        extra = (1 / SLOWEST - 1) * self._slow_beats * inside**2 / 2
        after = max(0.0, beat - self._slow_from - self._slow_beats) * (1 / SLOWEST - 1)
        return even + (extra + after) * self.beat_seconds


def level_name(level: float) -> str:
    """The word of the timeline for how full a section is."""
    if level < 0.45:
        return "break"
    return "light" if level < LIGHT else "groove" if level < FULL else "full"
