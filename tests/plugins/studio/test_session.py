"""The session: stems that are the mix, a MIDI file and a DAW project that programs can read."""

from __future__ import annotations

import errno
import json
import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile

from clearmix import RemixSpec, Source, SourceRecording
from clearmix_studio.generator import Studio
from clearmix_studio.plan import Plan
from clearmix_studio.session import timing_of

from .test_plan import quiet

FIELDS = {"styles": ["house"], "seed": 2, "tempo": {"bpm": 126}, "structure": {"seconds": 20}}

CHILDREN = {
    "Project": ["Application", "Transport", "Structure", "Arrangement", "Scenes"],
    "Transport": ["Tempo", "TimeSignature"],
    "Track": ["Channel"],
    "Channel": ["Mute", "Pan", "Volume"],
    "Arrangement": ["Lanes", "Markers"],
    "Audio": ["File"],
}
"""Children in the order that the published schema wants."""

REQUIRED = {
    "Tempo": {"unit", "value"}, "TimeSignature": {"numerator", "denominator"},
    "Clip": {"time"}, "Warps": {"contentTimeUnit"}, "Warp": {"time", "contentTime"},
    "Audio": {"channels", "sampleRate", "duration"}, "File": {"path"},
    "Note": {"time", "duration", "channel", "key"}, "Marker": {"time"},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(long_song: SourceRecording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = Source((long_song,))
    plan = Studio().plan(RemixSpec.from_json(FIELDS), source)
    made = tmp_path_factory.mktemp("session")
    Studio().session(plan.as_json(), source, made, quiet)
    return made


@pytest.fixture(scope="module")
def project(folder: Path) -> ElementTree.Element:
    with zipfile.ZipFile(folder / "remix.dawproject") as archive:
        return ElementTree.fromstring(archive.read("project.xml"))


def test_the_folder_holds_stems_of_the_whole_length_the_mix_and_the_plan(folder: Path) -> None:
    names = {path.stem for path in (folder / "stems").iterdir()}
    assert names == {"song", "added-bass", "added-harmony", "added-rise", "added-drums"}
    for path in [*(folder / "stems").iterdir(), folder / "mix.wav"]:
        samples, rate = soundfile.read(path)
        assert samples.shape == (20 * rate, 2)
        assert np.abs(samples).max() > 0.01
    plan = Plan.from_json(json.loads((folder / "plan.json").read_text(encoding="utf-8")))
    assert plan.tempo_bpm == 126


def test_a_full_disk_is_told_by_its_number(long_song: SourceRecording, tmp_path: Path) -> None:
    source = Source((long_song,))
    plan = Studio().plan(RemixSpec.from_json(FIELDS), source)
    (tmp_path / "mix.wav").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        Studio().session(plan.as_json(), source, tmp_path, quiet)
    assert caught.value.errno == errno.ENOSPC


def test_the_project_has_the_order_and_the_attributes_of_the_schema(
    project: ElementTree.Element,
) -> None:
    ids = [one.get("id") for one in project.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for element in project.iter():
        if element.tag in CHILDREN:
            tags = [child.tag for child in element]
            assert tags == [tag for tag in CHILDREN[element.tag] if tag in tags], element.tag
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib), element.tag
        for name in ("track", "destination"):
            assert element.get(name) is None or element.get(name) in ids
    assert [one.get("role") for one in project.iter("Channel")].count("master") == 1


def test_every_file_of_the_project_is_in_the_archive(
    project: ElementTree.Element, folder: Path
) -> None:
    with zipfile.ZipFile(folder / "remix.dawproject") as archive:
        names = set(archive.namelist())
        about = ElementTree.fromstring(archive.read("metadata.xml"))
    assert {one.get("path") for one in project.iter("File")} <= names
    assert about.findtext("Title") == "Song"


def test_bars_of_the_project_are_bars_of_the_remix(project: ElementTree.Element) -> None:
    tempo = project.find("Transport/Tempo")
    assert tempo is not None
    assert float(tempo.attrib["value"]) == pytest.approx(126, rel=1e-4)
    warps = project.find(".//Warps")
    assert warps is not None
    points = [(float(one.attrib["time"]), float(one.attrib["contentTime"]))
              for one in warps.findall("Warp")]  # fmt: skip
    assert points[0] == (0.0, 0.0)
    assert points[-1][1] == pytest.approx(20.0)
    kicks = [float(note.attrib["time"]) for note in project.iter("Note")
             if note.attrib["key"] == "36"]  # fmt: skip
    assert len(kicks) > 20
    off = np.abs(np.array(kicks) - np.round(kicks))
    assert np.mean(off < 0.02) > 0.9


def test_the_midi_file_is_whole(folder: Path) -> None:
    data = (folder / "remix.mid").read_bytes()
    assert data[:4] == b"MThd"
    _, form, tracks, ticks = struct.unpack(">IHHH", data[4:14])
    assert (form, tracks, ticks) == (1, 4, 480)
    place, notes = 14, 0
    for _ in range(tracks):
        assert data[place : place + 4] == b"MTrk"
        size = struct.unpack(">I", data[place + 4 : place + 8])[0]
        body = data[place + 8 : place + 8 + size]
        assert body.endswith(b"\xff\x2f\x00")
        notes += sum(byte & 0xF0 == 0x90 for byte in body)
        place += 8 + size
    assert place == len(data)
    assert notes > 50


def test_a_band_that_drifts_gets_a_warp_on_every_bar(long_song: SourceRecording) -> None:
    from dataclasses import replace

    beats = tuple(0.25 + 0.5 * n + 0.03 * np.sin(n / 9) for n in range(127))
    analysis = replace(long_song.analysis, beats=beats, downbeats=beats[::4])
    plan = Studio().plan(
        RemixSpec.from_json({"styles": ["rock"]}),
        Source((replace(long_song, analysis=analysis),)),
    )
    timing = timing_of(plan)
    assert len(timing.points) > len(plan.bars) - 2
    for beat, second in timing.points[1:-1]:
        assert beat % 4 == pytest.approx(0)
        assert min(abs(second - bar.beats[0]) for bar in plan.bars) < 1e-6
