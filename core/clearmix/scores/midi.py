"""Scores and Standard MIDI Files."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clearmix.contracts import Score, ScoreNote, ScoreStroke
from clearmix.errors import CatalogueError
from clearmix.music import PITCH_CLASSES, canonical_key, split_key
from clearmix.scores.drum_keys import DRUM_KEYS, DRUM_OF_KEY
from clearmix.scores.harmony import chords_of, pitch_class_weights
from clearmix.scores.lines import Voice, lines_of
from clearmix.scores.midi_time import file_time
from clearmix.scores.times import (
    Meter,
    changes_of_pace,
    key_among,
    meter_of,
    middle_tempo,
    prevailing,
    sections_of,
)

if TYPE_CHECKING:
    import mido

DRUM_CHANNEL = 9
"""General MIDI plays drums on the tenth channel."""

TICKS_PER_BEAT = 480


@dataclass
class _Heard:
    """What is gathered from the tracks of a file, in ticks."""

    voices: dict[tuple[int, int], Voice] = field(default_factory=dict)
    strokes: list[tuple[int, str, float]] = field(default_factory=list)
    tempi: list[tuple[float, float]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    meters: list[tuple[float, tuple[int, int]]] = field(default_factory=list)
    key: str | None = None
    end: int = 0

    def sounded(
        self, track: int, key: tuple[int, int], begun: tuple[int, float], tick: int
    ) -> None:
        """Takes in a note of a channel that began at a tick with a velocity and ends now."""
        (channel, pitch), (start, velocity) = key, begun
        voice = self.voices.setdefault((track, channel), Voice())
        voice.notes.append(ScoreNote(start, max(1, tick - start), pitch, round(velocity, 3)))
        self.end = max(self.end, tick)


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
    quarter = file.ticks_per_beat
    meter = meter_of(*prevailing(heard.meters, heard.end, (4, 4)))
    first = _first_downbeat(heard, meter, quarter)
    scale = 1 / (quarter * meter.quarters)
    lines = lines_of([voice.scaled(scale, shift=first) for voice in heard.voices.values()])
    beats = float(-(-round((heard.end - first) * scale, 3) // 1))
    every = [note for line in lines.values() for note in line]
    weights = pitch_class_weights(every, 0.0, beats)
    # Few programs let one choose the mode: a signature of a major key may mean its minor one.
    minor = heard.key is not None and heard.key.endswith("minor")
    return Score(
        title=title,
        origin="score",
        transcriber="midi",
        tempo_bpm=round(middle_tempo(heard.tempi, heard.end, 120.0) / meter.quarters, 3),
        beats=beats,
        key=key_among(heard.key, weights, mode_known=minor),
        beats_per_bar=meter.beats,
        beat_division=meter.division,
        lines=lines,
        chords=chords_of(
            [note for name, line in lines.items() if name != "bass" for note in line],
            lines.get("bass", ()), beats, meter.beats,
        ),
        strokes=tuple(
            ScoreStroke(round((tick - first) * scale, 4), drum, velocity)
            for tick, drum, velocity in sorted(heard.strokes)
        ),
        sections=sections_of({(tick - first) * scale: text for tick, text in heard.markers}, beats),
        notes=changes_of_pace(
            [(tick / quarter, tempo) for tick, tempo in heard.tempi],
            [(tick / quarter, one) for tick, one in heard.meters],
            heard.end / quarter,
        ),
    )  # fmt: skip


def _gathered(file: mido.MidiFile) -> _Heard:
    heard = _Heard()
    for number, track in enumerate(file.tracks):
        channels = {message.channel for message in track if message.type == "note_on"}
        tick, name = 0, ""
        open_notes: dict[tuple[int, int], tuple[int, float]] = {}

        for message in track:
            tick += message.time
            if message.is_meta:
                name = message.name if message.type == "track_name" else name
                _note_meta(heard, message, tick)
                continue
            if message.type == "program_change":
                voice = heard.voices.setdefault((number, message.channel), Voice())
                voice.program = message.program
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            if key in open_notes:
                heard.sounded(number, key, open_notes.pop(key), tick)
            if message.type == "note_on" and message.velocity > 0:
                if message.channel != DRUM_CHANNEL:
                    open_notes[key] = (tick, message.velocity / 127)
                elif message.note in DRUM_OF_KEY:
                    drum = DRUM_OF_KEY[message.note]
                    heard.strokes.append((tick, drum, round(message.velocity / 127, 3)))
                heard.end = max(heard.end, tick)
        for key, begun in open_notes.items():
            heard.sounded(number, key, begun, tick)
        # The name of a track that holds the whole song is the song's, not a voice's.
        for channel in channels if len(channels) == 1 else ():
            if (number, channel) in heard.voices:
                heard.voices[number, channel].name = name
    return heard


def _note_meta(heard: _Heard, message: mido.MetaMessage, tick: int) -> None:
    if message.type == "set_tempo" and message.tempo > 0:
        heard.tempi.append((tick, 60e6 / message.tempo))
    elif message.type == "time_signature":
        heard.meters.append((tick, (message.numerator, message.denominator)))
    elif message.type == "key_signature" and heard.key is None:
        heard.key = str(canonical_key(message.key))
    elif message.type == "marker" and message.text.strip():
        heard.markers.append((tick, message.text.strip()))


def _first_downbeat(heard: _Heard, meter: Meter, quarter: int) -> float:
    """The tick of the first downbeat of the song's meter; a shorter bar before it is an upbeat."""
    starts = [tick for tick, one in heard.meters if meter_of(*one) == meter]
    return min(starts, default=0.0) % (meter.beats * meter.quarters * quarter)


def as_midi(score: Score) -> bytes:
    """A file of format 1: a track for tempo, meter and sections, one for each line, and drums."""
    import mido

    quarters = 1.5 if score.beat_division == 3 else 1.0
    time = file_time(score)

    def tick(beat: float) -> int:
        return round(time.place(beat) * TICKS_PER_BEAT * quarters)

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    conductor = [
        (0, mido.MetaMessage("track_name", name=score.title[:80])),
        *(
            (round(at * TICKS_PER_BEAT * quarters), _tempo(tempo * quarters))
            for at, tempo in time.tempi
        ),
        *_meters(score, time.pickup),
        *((tick(one.beat), mido.MetaMessage("marker", text=one.name)) for one in score.sections),
    ]
    if score.key is not None:
        tonic, mode = split_key(score.key)
        named = PITCH_CLASSES[tonic] + "m" * (mode == "minor")
        conductor.append((0, mido.MetaMessage("key_signature", key=named)))
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


def _tempo(quarters_a_minute: float) -> mido.MetaMessage:
    import mido

    longest = 0xFFFFFF  # microseconds, in the three bytes that the format has for it
    return mido.MetaMessage("set_tempo", tempo=min(mido.bpm2tempo(quarters_a_minute), longest))


def _meters(score: Score, pickup: int) -> list[tuple[int, mido.MetaMessage]]:
    """The time signature, after that of a shorter bar where the file begins with one."""
    import mido

    unit, parts = (8, 3) if score.beat_division == 3 else (4, 1)
    short = pickup % score.beats_per_bar
    starts = [(0, short), (short, score.beats_per_bar)] if short else [(0, score.beats_per_bar)]
    return [
        (
            at * parts * TICKS_PER_BEAT * 4 // unit,
            mido.MetaMessage("time_signature", numerator=parts * beats, denominator=unit),
        )
        for at, beats in starts
    ]


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
