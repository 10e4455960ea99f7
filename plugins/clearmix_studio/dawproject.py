"""A DAWproject document (github.com/bitwig/dawproject, version 1.0): tracks, audio, notes, markers.

The order of elements and the attributes are those of its `Project.xsd` and `MetaData.xsd`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from clearmix_sound.instruments import Note


@dataclass(frozen=True)
class AudioTrack:
    """A sound over the whole length: its file in the archive."""

    name: str
    file: str
    seconds: float
    rate: int


@dataclass(frozen=True)
class NoteTrack:
    """Notes in beats from the start of the project."""

    name: str
    notes: Sequence[Note]


@dataclass(frozen=True)
class Timing:
    """How beats and seconds belong together: pairs of both, rising, and the tempo in bpm."""

    points: Sequence[tuple[float, float]]
    bpm: float
    meter: int


def project_xml(
    sounds: Sequence[AudioTrack],
    parts: Sequence[NoteTrack],
    markers: Sequence[tuple[float, str]],
    timing: Timing,
) -> bytes:
    """The document `project.xml`; markers are in beats."""
    ids = (f"id{number}" for number in count())
    project = Element("Project", version="1.0")
    SubElement(project, "Application", name="Clearmix", version="1")
    transport = SubElement(project, "Transport")
    SubElement(transport, "Tempo", id=next(ids), name="Tempo", unit="bpm", min="20", max="666",
               value=f"{timing.bpm:.6f}")  # fmt: skip
    SubElement(transport, "TimeSignature", id=next(ids), numerator=str(timing.meter),
               denominator="4")  # fmt: skip
    structure = SubElement(project, "Structure")
    master = next(ids)
    tracks = [_track(structure, one.name, "audio", next(ids), next(ids), master) for one in sounds]
    tracks += [
        _track(structure, f"{one.name} (notes)", "notes", next(ids), next(ids), master)
        for one in parts
    ]
    _track(structure, "Master", "audio notes", next(ids), master, None)
    arrangement = SubElement(project, "Arrangement", id=next(ids))
    lanes = SubElement(arrangement, "Lanes", id=next(ids), timeUnit="beats")
    for sound, track in zip(sounds, tracks, strict=False):
        _audio(lanes, sound, track, timing)
    for part, track in zip(parts, tracks[len(sounds) :], strict=True):
        _notes(lanes, part, track, timing)
    if markers:
        place = SubElement(arrangement, "Markers", id=next(ids), timeUnit="beats")
        for beat, name in markers:
            SubElement(place, "Marker", time=f"{beat:.6f}", name=name)
    SubElement(project, "Scenes")
    return _written(project)


def metadata_xml(title: str, artist: str, comment: str) -> bytes:
    """The document `metadata.xml`."""
    data = Element("MetaData")
    for name, text in (("Title", title), ("Artist", artist), ("Comment", comment)):
        SubElement(data, name).text = text
    return _written(data)


def _track(
    structure: Element, name: str, content: str, id: str, channel: str, master: str | None
) -> str:
    track = SubElement(structure, "Track", id=id, name=name, contentType=content, loaded="true")
    role = {"role": "regular", "destination": master} if master else {"role": "master"}
    desk = SubElement(track, "Channel", {"audioChannels": "2", "solo": "false", **role}, id=channel)
    SubElement(desk, "Mute", id=f"{channel}-mute", name="Mute", value="false")
    SubElement(desk, "Pan", id=f"{channel}-pan", name="Pan", unit="normalized", min="0", max="1",
               value="0.5")  # fmt: skip
    SubElement(desk, "Volume", id=f"{channel}-volume", name="Volume", unit="linear", min="0",
               max="2", value="1")  # fmt: skip
    return id


def _audio(lanes: Element, sound: AudioTrack, track: str, timing: Timing) -> None:
    first, last = timing.points[0][0], timing.points[-1][0]
    lane = SubElement(lanes, "Lanes", id=f"{track}-lane", track=track, timeUnit="beats")
    clips = SubElement(lane, "Clips", id=f"{track}-clips")
    clip = SubElement(clips, "Clip", name=sound.name, time=f"{first:.6f}",
                      duration=f"{last - first:.6f}", contentTimeUnit="beats", playStart="0",
                      fadeTimeUnit="beats", fadeInTime="0", fadeOutTime="0")  # fmt: skip
    warps = SubElement(clip, "Warps", id=f"{track}-warps", timeUnit="beats",
                       contentTimeUnit="seconds")  # fmt: skip
    audio = SubElement(warps, "Audio", id=f"{track}-audio", algorithm="stretch", channels="2",
                       sampleRate=str(sound.rate), duration=f"{sound.seconds:.6f}")  # fmt: skip
    SubElement(audio, "File", path=sound.file)
    for beat, second in timing.points:
        SubElement(warps, "Warp", time=f"{beat - first:.6f}", contentTime=f"{second:.6f}")


def _notes(lanes: Element, part: NoteTrack, track: str, timing: Timing) -> None:
    lane = SubElement(lanes, "Lanes", id=f"{track}-lane", track=track, timeUnit="beats")
    clips = SubElement(lane, "Clips", id=f"{track}-clips")
    clip = SubElement(clips, "Clip", name=part.name, time="0", playStart="0",
                      duration=f"{timing.points[-1][0]:.6f}", contentTimeUnit="beats")  # fmt: skip
    rows = SubElement(clip, "Notes", id=f"{track}-notes", timeUnit="beats")
    for note in part.notes:
        SubElement(rows, "Note", time=f"{note.seconds:.6f}", channel="0", key=str(note.pitch),
                   duration=f"{note.duration_seconds:.6f}", rel="0.5",
                   vel=f"{min(1.0, note.velocity):.4f}")  # fmt: skip


def _written(root: Element) -> bytes:
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True))
