"""Which parts of the recording are heard, how loud, and which are stretched together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from clearmix import RemixSpec, SourceRecording
from clearmix_studio.choosing import Chosen
from clearmix_studio.plan import SILENT_DB, Move, Piece, Track

LOUDER_DB = 6.0
SOFTER_DB = -9.0

VOICE_MOVES_FROM = 0.9
"""Semitones from which a voice is moved apart, so that its formants stay."""

NO_ROOM: Mapping[str, float | None] = MappingProxyType({})

_BY_PLACE = ("vocals", "melody", "harmony")
"""Estimates that rest on where in the stereo picture a part stands."""

ESTIMATED = ("vocals", "melody", "drums", "bass", "harmony")
"""The parts that can be told apart in a mix without stems."""


def gains_db(
    spec: RemixSpec, parts: frozenset[str], room: Mapping[str, float | None] = NO_ROOM
) -> dict[str, float | None]:
    """For each part of the recording its gain in dB, None where it is left out.

    `room` says which parts step back for added ones, unless they are asked to stay.
    """
    kept = {change.part for change in spec.parts if change.action == "keep"} | set(spec.keep)
    solo = {change.part for change in spec.parts if change.action == "solo"} & parts
    gains: dict[str, float | None] = dict.fromkeys(parts, 0.0)
    gains |= {part: gain for part, gain in room.items() if part in parts and part not in kept}
    for part in parts - solo if solo else ():
        gains[part] = None
    for change in spec.parts:
        if change.part not in parts:
            continue
        if change.action in ("remove", "replace"):
            gains[change.part] = None
        elif change.action == "louder":
            gains[change.part] = LOUDER_DB if change.gain_db is None else abs(change.gain_db)
        elif change.action == "softer":
            gains[change.part] = SOFTER_DB if change.gain_db is None else -abs(change.gain_db)
    if spec.voice is not None and spec.voice.source == "none" and "vocals" in parts:
        gains["vocals"] = None
    return gains


def is_mono(recording: SourceRecording) -> bool:
    """Whether both channels of a recording are one, in some seconds of its middle."""
    import soundfile

    if not recording.path.is_file():
        return False
    about = soundfile.info(recording.path)
    if about.channels == 1:
        return True
    middle = about.frames // 2
    rows, _ = soundfile.read(
        recording.path, start=middle, frames=5 * about.samplerate, dtype="float32", always_2d=True
    )
    return bool(np.abs(rows[:, 0] - rows[:, 1]).max(initial=0.0) < 1e-4)


def room_for(chosen: Chosen, added: Sequence[str]) -> dict[str, float | None]:
    """How far parts with stems of their own step back for those that are added."""
    room: dict[str, float | None] = {}
    if "drums" in added and chosen.drums is not None:
        room["drums"] = None if chosen.strength >= 0.75 else -6.0 - 16.0 * chosen.strength
    if "bass" in added and chosen.bass is not None:
        room["bass"] = None
    if "harmony" in added and chosen.harmony is not None:
        room["harmony"] = -10.0 * chosen.strength
    return room


def estimated_parts(spec: RemixSpec) -> tuple[str, ...]:
    """The parts that a recording without stems would have to be taken apart for."""
    gains = gains_db(spec, frozenset(ESTIMATED))
    local = {change.part for change in spec.sections if change.part in ESTIMATED}
    return tuple(sorted({part for part, gain in gains.items() if gain != 0.0} | local))


def tracks_of(
    spec: RemixSpec,
    recording: SourceRecording,
    chosen: Chosen,
    moves: Sequence[Move],
    *,
    number: int,
    tempo_ratio: float,
    semitones: float,
    pieces: tuple[Piece, ...],
    added: Sequence[str],
) -> tuple[tuple[Track, ...], list[str]]:
    """The tracks of a recording, and what to say about parts that it does not have.

    Parts that a single section changes, and a voice whose pitch moves, have a track of their own.
    """
    estimated = not recording.stems
    parts = frozenset(ESTIMATED if estimated else recording.stems)
    room = NO_ROOM if estimated else room_for(chosen, added)
    gains = {
        part: SILENT_DB if gain is None else gain
        for part, gain in gains_db(spec, parts, room).items()
    }
    said: list[str] = []
    if estimated and is_mono(recording) and len({gains[part] for part in _BY_PLACE}) > 1:
        gains |= dict.fromkeys(_BY_PLACE, max(gains[part] for part in _BY_PLACE))
        said.append("the recording is mono: voice, melody and chords cannot be told apart in it")
    asked = {move.target.removeprefix("all but ") for move in moves if move.change == "gain"}
    asked -= {"all"}
    said += [
        f"the recording has no stem of {part}: only added parts change there"
        for part in sorted(asked - parts)
    ]
    apart = asked & parts
    moved = spec.pitch is not None and abs(semitones) >= VOICE_MOVES_FROM
    if moved and not estimated:
        apart |= {"vocals"} & parts
    apart = {part for part in apart if gains[part] > SILENT_DB}

    def track(name: str, levels: Mapping[str, float]) -> Track:
        return Track(
            name=name,
            recording=number,
            gains_db=levels,
            estimated=estimated and "mix" not in levels,
            tempo_ratio=tempo_ratio,
            semitones=semitones,
            keep_formants=moved and set(levels) == {"vocals"} and not estimated,
            pieces=pieces,
        )

    if not apart and all(gain == 0.0 for gain in gains.values()):
        return (track("song", {"mix": 0.0}),), said
    tracks = []
    for part in sorted(apart):
        alone = dict.fromkeys(sorted(parts), SILENT_DB) if estimated else {}
        tracks.append(track(part, {**alone, part: gains[part]}))
    rest = {part: gains[part] for part in sorted(parts) if part not in apart}
    if estimated:
        rest |= dict.fromkeys(sorted(apart), SILENT_DB)
    if any(gain > SILENT_DB for gain in rest.values()):
        tracks.append(track("song" if not apart else "band", rest))
    return tuple(tracks), said
