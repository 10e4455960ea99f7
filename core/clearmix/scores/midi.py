"""Scores and Standard MIDI Files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clearmix.contracts import Score, ScoreNote, ScoreSection, ScoreStroke
from clearmix.errors import CatalogueError
from clearmix.scores.harmony import chords_of, key_of, pitch_class_weights
from clearmix.scores.lines import Voice, lines_of

if TYPE_CHECKING:
    import mido

DRUM_CHANNEL = 9
"""General MIDI plays drums on the tenth channel."""

DRUM_KEYS: Mapping[str, int] = {
    "kick": 36, "snare": 38, "clap": 39, "rim": 37, "hat": 42, "open-hat": 46, "ride": 51,
    "crash": 49, "tom-low": 45, "tom-mid": 47, "tom-high": 50, "shaker": 70, "cowbell": 56,
    "conga": 63, "tambourine": 54,
}  # fmt: skip
"""The key of each drum in General MIDI."""

_ALSO: Mapping[int, str] = {
    35: "kick", 40: "snare", 44: "hat", 41: "tom-low", 43: "tom-low", 48: "tom-high", 53: "ride",
    59: "ride", 52: "crash", 55: "crash", 57: "crash", 62: "conga", 64: "conga", 82: "shaker",
}  # fmt: skip
"""Further keys of General MIDI, and the drum that comes nearest."""

_DRUMS = {**{key: drum for drum, key in DRUM_KEYS.items()}, **_ALSO}

TICKS_PER_BEAT = 480


@dataclass
class _Heard:
    """What is gathered from the tracks of a file, in ticks."""

    voices: dict[tuple[int, int], Voice] = field(default_factory=dict)
    strokes: list[tuple[int, str, float]] = field(default_factory=list)
    tempi: list[tuple[int, int]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    meter: tuple[int, int] | None = None
    key: str | None = None
    end: int = 0


def from_midi(content: bytes, title: str, place: str) -> Score:
    """The score of a file; raises CatalogueError when it is no MIDI file."""
    import mido

    try:
        file = mido.MidiFile(file=io.BytesIO(content), clip=True)
    except (OSError, EOFError, ValueError, IndexError, KeyError) as error:
        raise CatalogueError(
            f"not a MIDI file: {error}", help="export the song as MIDI again", place=place
        ) from None
    if file.ticks_per_beat <= 0:
        raise CatalogueError(
            "its time is in frames, not in beats", help="export it with beats", place=place
        )
    heard = _gathered(file)
    per_beat = file.ticks_per_beat
    numerator, denominator = heard.meter or (4, 4)
    compound = denominator == 8 and numerator % 3 == 0
    quarters = 1.5 if compound else 4 / denominator
    beats_per_bar = numerator // 3 if compound else numerator
    scale = 1 / (per_beat * quarters)
    lines = lines_of([voice.scaled(scale) for voice in heard.voices.values()])
    beats = float(-(-round(heard.end * scale, 3) // 1))
    every = [note for line in lines.values() for note in line]
    bass = lines.get("bass", ())
    return Score(
        title=title,
        origin="score",
        transcriber="midi",
        tempo_bpm=round(_mean_tempo(heard, per_beat) / quarters, 3),
        beats=beats,
        key=heard.key or key_of(pitch_class_weights(every, 0.0, beats)),
        beats_per_bar=max(1, beats_per_bar),
        beat_division=3 if compound else 2,
        lines=lines,
        chords=chords_of(
            [note for name, line in lines.items() if name != "bass" for note in line],
            bass, beats, max(1, beats_per_bar),
        ),
        strokes=tuple(
            ScoreStroke(round(tick * scale, 4), drum, velocity)
            for tick, drum, velocity in sorted(heard.strokes)
        ),
        sections=_sections(heard.markers, scale, beats),
    )  # fmt: skip


def _gathered(file: mido.MidiFile) -> _Heard:
    heard = _Heard()
    for number, track in enumerate(file.tracks):
        tick, name = 0, ""
        open_notes: dict[tuple[int, int], tuple[int, float]] = {}
        for message in track:
            tick += message.time
            if message.is_meta:
                name = message.name if message.type == "track_name" else name
                _note_meta(heard, message, tick)
                continue
            if message.type == "program_change":
                heard.voices.setdefault(
                    (number, message.channel), Voice(name)
                ).program = message.program
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            if message.type == "note_on" and message.velocity > 0:
                if message.channel == DRUM_CHANNEL:
                    drum = _DRUMS.get(message.note)
                    if drum:
                        heard.strokes.append((tick, drum, round(message.velocity / 127, 3)))
                else:
                    open_notes[key] = (tick, message.velocity / 127)
                heard.end = max(heard.end, tick)
            elif key in open_notes:
                start, velocity = open_notes.pop(key)
                voice = heard.voices.setdefault((number, message.channel), Voice(name))
                voice.name = voice.name or name
                voice.notes.append(
                    ScoreNote(start, max(1, tick - start), message.note, round(velocity, 3))
                )
                heard.end = max(heard.end, tick)
    return heard


def _note_meta(heard: _Heard, message: mido.MetaMessage, tick: int) -> None:
    if message.type == "set_tempo":
        heard.tempi.append((tick, message.tempo))
    elif message.type == "time_signature" and heard.meter is None:
        heard.meter = (message.numerator, message.denominator)
    elif message.type == "key_signature" and heard.key is None:
        from clearmix.music import canonical_key

        heard.key = str(canonical_key(message.key))
    elif message.type == "marker" and message.text.strip():
        heard.markers.append((tick, message.text.strip()))


def _mean_tempo(heard: _Heard, per_beat: int) -> float:
    """Quarter notes a minute over the whole file."""
    tempi = sorted(heard.tempi) or [(0, 500_000)]
    edges = [tick for tick, _ in tempi[1:]] + [max(heard.end, tempi[-1][0] + 1)]
    ticks = micros = 0.0
    for (start, tempo), stop in zip(tempi, edges, strict=True):
        ticks += max(0, stop - start)
        micros += max(0, stop - start) * tempo
    return 60e6 / (micros / ticks) if ticks and micros else 120.0


def _sections(
    markers: Iterable[tuple[int, str]], scale: float, beats: float
) -> tuple[ScoreSection, ...]:
    starts = [(tick * scale, text) for tick, text in sorted(markers)]
    ends = [at for at, _ in starts[1:]] + [beats]
    return tuple(
        ScoreSection(text.lower(), round(at, 3), round(end - at, 3))
        for (at, text), end in zip(starts, ends, strict=True)
        if end > at
    )


def as_midi(score: Score) -> bytes:
    """A file of format 1: a track for tempo, meter and sections, one for each line, and drums."""
    import mido

    quarters = 1.5 if score.beat_division == 3 else 1.0
    per_beat = TICKS_PER_BEAT * quarters
    offset = max(0.0, -min((n.beat for line in score.lines.values() for n in line), default=0.0))
    bars = -(-offset // score.beats_per_bar)
    lead = bars * score.beats_per_bar  # whole bars before the first downbeat, for an upbeat

    def tick(beat: float) -> int:
        return max(0, round((beat + lead) * per_beat))

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    tempo = mido.bpm2tempo(score.tempo_bpm * quarters)
    meter = {"numerator": score.beats_per_bar, "denominator": 4}
    if score.beat_division == 3:
        meter = {"numerator": 3 * score.beats_per_bar, "denominator": 8}
    conductor = [
        (0, mido.MetaMessage("track_name", name=score.title[:80])),
        (0, mido.MetaMessage("set_tempo", tempo=min(tempo, 0xFFFFFF))),
        (0, mido.MetaMessage("time_signature", **meter)),
        *((tick(one.beat), mido.MetaMessage("marker", text=one.name)) for one in score.sections),
    ]
    file.tracks.append(_track(conductor))
    for number, (name, line) in enumerate(score.lines.items()):
        channel = number % 9
        events = [(0, mido.MetaMessage("track_name", name=name))]
        for note in line:
            events += _struck(tick(note.beat), tick(note.beat + note.beats), note.pitch,
                              note.velocity, channel)  # fmt: skip
        file.tracks.append(_track(events))
    drums = [(0, mido.MetaMessage("track_name", name="drums"))]
    for stroke in score.strokes:
        at = tick(stroke.beat)
        drums += _struck(at, at + TICKS_PER_BEAT // 8, DRUM_KEYS.get(stroke.drum, 37),
                         stroke.velocity, DRUM_CHANNEL)  # fmt: skip
    file.tracks.append(_track(drums))
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def _struck(
    start: int, stop: int, pitch: int, velocity: float, channel: int
) -> list[tuple[int, mido.Message]]:
    import mido

    force = max(1, min(127, round(127 * velocity)))
    return [
        (start, mido.Message("note_on", note=pitch, velocity=force, channel=channel)),
        (max(start + 1, stop), mido.Message("note_off", note=pitch, channel=channel)),
    ]


def _track(events: list[tuple[int, mido.Message | mido.MetaMessage]]) -> mido.MidiTrack:
    import mido

    # Notes that end come before notes that begin at the same tick.
    events.sort(key=lambda one: (one[0], one[1].type == "note_on"))
    track, before = mido.MidiTrack(), 0
    for at, message in events:
        track.append(message.copy(time=at - before))
        before = at
    return track
