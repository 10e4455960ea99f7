"""A plan's added parts as a Standard MIDI File (MIDI 1.0, format 1)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from clearmix_sound.instruments import Note

TICKS_PER_BEAT = 480
DRUM_CHANNEL = 9

DRUM_KEYS: Mapping[str, int] = {
    "kick": 36, "snare": 38, "clap": 39, "rim": 37, "hat": 42, "open-hat": 46, "ride": 51,
    "crash": 49, "tom-low": 45, "tom-mid": 47, "tom-high": 50, "shaker": 70, "cowbell": 56,
    "conga": 63, "tambourine": 54,
}  # fmt: skip
"""Keys of the drums in General MIDI."""

Timed = tuple[int, bytes]
"""A tick, and the event there."""


def midi_file(
    parts: Mapping[str, tuple[int, Sequence[Note]]],
    tempo: Sequence[tuple[float, float]],
    meter: int,
) -> bytes:
    """The bytes of a file with one track for each part.

    Args:
        parts: the channel and the notes of each part by its name, in beats from the start.
        tempo: beats from the start and the tempo in bpm from there on.
        meter: quarter notes in a bar.
    """
    conductor: list[Timed] = [(0, b"\xff\x58\x04" + bytes([meter, 2, 24, 8]))]
    for beat, bpm in tempo:
        micros = min(0xFFFFFF, max(1, round(60e6 / bpm)))
        conductor.append((_ticks(beat), b"\xff\x51\x03" + micros.to_bytes(3, "big")))
    tracks = [_track("tempo", conductor)]
    for name, (channel, notes) in parts.items():
        events: list[Timed] = []
        for note in notes:
            key, force = bytes([note.pitch & 0x7F]), max(1, min(127, round(127 * note.velocity)))
            start = _ticks(note.seconds)
            stop = max(start + 1, _ticks(note.seconds + note.duration_seconds))
            events.append((start, bytes([0x90 | channel]) + key + bytes([force])))
            events.append((stop, bytes([0x80 | channel]) + key + b"\x00"))
        tracks.append(_track(name, events))
    header = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS_PER_BEAT)
    return header + b"".join(tracks)


def _track(name: str, events: Sequence[Timed]) -> bytes:
    text = name.encode("ascii", "replace")
    body = b"\x00\xff\x03" + _length(len(text)) + text
    tick = 0
    # Notes that end come before notes that begin at the same tick.
    for at, event in sorted(events, key=lambda one: (one[0], one[1][0] & 0xF0 == 0x90)):
        body += _length(at - tick) + event
        tick = at
    body += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(body)) + body


def _ticks(beats: float) -> int:
    return max(0, round(beats * TICKS_PER_BEAT))


def _length(value: int) -> bytes:
    """A number in groups of seven bits, the last without the mark that more follow."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | (value & 0x7F))
    return bytes(reversed(out))
