"""A published render leaves in parts: decided anew, every sound marked, whole or not at all."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.errors import ClearmixError, GeneratorError, RenderError, StorageError
from clearmix.kernel import Kernel
from clearmix_rules import PolicySource

from .conftest import House, rich_sound

STAYS = """policy "Ada Wren, what leaves" version 1
by artist ada-wren

rule stays: forbid remix of tracks by ada-wren
  when use is export
  reason "Ada Wren's songs stay inside the service."
"""


@pytest.fixture(scope="module")
def studio_house(plugin_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with a song of clicks at 120 bpm, which the studio finds beats in."""
    folder = tmp_path_factory.mktemp("studio")
    made = House(folder / "home", CLEARMIX_ANALYZER="", CLEARMIX_GENERATOR="studio")
    samples = rich_sound(30, seed=3).samples * np.float32(0.7)
    burst = np.random.default_rng(0).standard_normal(1500) * np.exp(-np.arange(1500) / 250) * 0.4
    for second in np.arange(0.25, 29.5, 0.5):
        at = round(second * 44100)
        samples[:, at : at + 1500] += burst.astype(np.float32)
    write_wav(folder / "beat.wav", Audio(samples, 44100))
    made.recording = made.kernel.catalogue.add(
        folder / "beat.wav", NewRecording(title="Beat", artists=("Ada Wren",))
    ).recording
    yield made
    made.close()


@pytest.fixture(scope="module")
def studio_render(studio_house: House) -> str:
    """The id of a house remix of that song."""
    job = studio_house.render("studio", styles=("house",), seed=2, structure={"seconds": 20})
    return str(job.render_id)


@pytest.fixture(scope="module")
def parted(house: House) -> str:
    """The id of a render by a tiny generator that writes sessions."""
    return str(house.render("parts").render_id)


@pytest.fixture
def stays_inside(house: House) -> Iterator[None]:
    """A policy of the artist that forbids taking remixes out."""
    house.kernel.policies.add(PolicySource("stays.rights", STAYS))
    yield
    (house.settings.policies / "stays.rights").unlink()


@pytest.fixture
def refused(house: House, tmp_path: Path) -> Callable[..., ClearmixError]:
    """The error of a session that could not be made, after which nothing may be left anywhere."""

    def refused(id: str, kind: type[ClearmixError], kernel: Kernel | None = None) -> ClearmixError:
        with pytest.raises(kind) as caught:
            (kernel or house.kernel).rendering.session(id, tmp_path / "out")
        assert caught.value.help
        assert left_of_sessions(house, tmp_path / "out") == []
        return caught.value

    return refused


def left_of_sessions(house: House, out: Path) -> list[Path]:
    rooms = (house.settings.home / "sessions", out)
    return [path for room in rooms for path in room.rglob("*")]


def test_the_session_of_a_studio_remix_leaves_with_every_sound_marked(
    studio_house: House, studio_render: str, tmp_path: Path
) -> None:
    kernel = studio_house.kernel
    told: list[float] = []
    handed = kernel.rendering.session(
        studio_render, tmp_path, progress=lambda fraction, said: told.append(fraction)
    )
    session = handed.session
    assert session is not None, handed.cleared.decision
    assert session.folder == tmp_path / studio_render
    assert list(tmp_path.iterdir()) == [session.folder]
    assert told == sorted(told)
    assert told[-1] == 1
    written = {
        path.relative_to(session.folder).as_posix()
        for path in session.folder.rglob("*")
        if path.is_file()
    }
    assert written == {file.name for file in session.files} | {"session.json"}
    assert {"mix.wav", "stems/song.wav", "stems/added-drums.wav", "remix.mid"} <= written
    with zipfile.ZipFile(session.folder / "remix.dawproject") as archive:
        archive.extractall(tmp_path / "unpacked")
    sounds = [*session.folder.rglob("*.wav"), *(tmp_path / "unpacked").rglob("*.wav")]
    assert len(sounds) == 2 * len(list((session.folder / "stems").iterdir())) + 1
    for path in sounds:
        found = kernel.verify(path)
        assert found.render_id == studio_render, path
        assert found.verdict in ("confirmed", "marked"), "a stem is part of its render"
        assert {mark.labeler for mark in found.marks if mark.reading} >= {"tags", "c2pa"}, path
    assert {mark.layer for mark in marks_of(session, "mix.wav")} == {"signal", "file"}
    about = json.loads((session.folder / "session.json").read_text())
    assert about["render"]["decision_hash"] == handed.cleared.decision.hash
    plan = json.loads((session.folder / "plan.json").read_text())
    assert plan == kernel.rendering.plan(studio_render)


def test_the_daw_project_names_the_marked_sounds_that_it_holds(
    studio_house: House, studio_render: str, tmp_path: Path
) -> None:
    session = studio_house.kernel.rendering.session(studio_render, tmp_path).session
    assert session is not None
    with zipfile.ZipFile(session.folder / "remix.dawproject") as archive:
        project = ElementTree.fromstring(archive.read("project.xml"))
        named = {str(file.get("path")) for file in project.iter("File")}
        assert named <= set(archive.namelist())
        for name in named:
            stem = session.folder / "stems" / Path(name).name
            assert archive.read(name) == stem.read_bytes()
    assert marks_of(session, "remix.dawproject") == marks_of(session, "stems/song.wav")


def test_taking_a_render_out_is_decided_and_logged_as_export(
    house: House, parted: str, tmp_path: Path
) -> None:
    handed = house.kernel.rendering.session(parted, tmp_path)
    entry = house.kernel.clearance.log.existing(handed.cleared.number)
    assert entry.spec["use"] == "export"
    assert entry.listener == "local"
    assert handed.cleared.decision.permitted


def test_what_may_not_be_exported_is_refused_with_the_reasons_and_logged(
    house: House, parted: str, stays_inside: None, tmp_path: Path
) -> None:
    handed = house.kernel.rendering.session(parted, tmp_path / "out")
    assert handed.session is None
    assert [one.text for one in handed.cleared.decision.reasons] == [
        "Ada Wren's songs stay inside the service."
    ]
    assert house.kernel.clearance.log.existing(handed.cleared.number).spec["use"] == "export"
    assert house.kernel.decide(house.spec()).decision.permitted  # only its leaving is forbidden
    assert left_of_sessions(house, tmp_path / "out") == []


def test_a_consent_withdrawn_while_the_session_is_made_stops_it(
    house: House, parted: str, tmp_path: Path
) -> None:
    def withdraw(fraction: float, said: str) -> None:
        if said == "marking song.wav":
            house.kernel.consent.set("ada-wren", "refuse", "remix")

    try:
        handed = house.kernel.rendering.session(parted, tmp_path / "out", progress=withdraw)
    finally:
        house.kernel.consent.set("ada-wren", "allow", "remix")
    assert handed.session is None
    assert not handed.cleared.decision.permitted
    assert left_of_sessions(house, tmp_path / "out") == []


def test_a_silent_part_is_named_and_carries_the_marks_of_the_file(
    house: House, parted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_SESSION", "quiet")
    session = house.kernel.rendering.session(parted, tmp_path).session
    assert session is not None
    assert session.notes == (
        "`rest.wav` carries no watermark: it is too quiet, too short or too plain for one; "
        "its file is marked",
    )
    assert {mark.labeler for mark in marks_of(session, "rest.wav")} == {"tags", "c2pa"}
    assert {mark.layer for mark in marks_of(session, "song.wav")} == {"signal", "file"}
    assert not read_audio(session.folder / "rest.wav").samples.any()


def test_what_a_killed_session_left_is_cleared_away_by_a_later_one(
    house: House, parted: str, tmp_path: Path
) -> None:
    rooms = [house.settings.home / "sessions" / name for name in ("old", "of-another-now")]
    for room in rooms:
        room.mkdir(parents=True)
        (room / "song.wav").write_bytes(b"unmarked")
    os.utime(rooms[0], (0, 0))
    house.kernel.rendering.session(parted, tmp_path)
    assert [room.exists() for room in rooms] == [False, True]
    shutil.rmtree(rooms[1])


def test_nothing_is_written_over(house: House, parted: str, tmp_path: Path) -> None:
    there = tmp_path / parted
    there.mkdir()
    (there / "mine.txt").write_text("mine")
    with pytest.raises(RenderError, match="there is something at") as caught:
        house.kernel.rendering.session(parted, tmp_path)
    assert "--out" in caught.value.help
    assert caught.value.place == str(there)
    assert [path.name for path in there.iterdir()] == ["mine.txt"]
    assert list(tmp_path.iterdir()) == [there]


def test_a_generator_without_sessions_is_named_with_the_remedy(house: House, refused) -> None:
    id = str(house.render("explains").render_id)
    error = refused(id, RenderError)
    assert error.message == "generator `explains` writes no sessions"
    assert "`studio`" in error.help
    assert refused("0" * 16, RenderError).message == f"no render `{'0' * 16}`"


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        ("raises", GeneratorError, "generator `parts` failed: ZeroDivisionError: no beat"),
        ("hides", GeneratorError, "wrote `song.txt`, which is neither sound, text"),
        ("links", GeneratorError, "names `link.wav`, which is no file in its folder"),
        ("full-disk", StorageError, "the disk is full"),
    ],
)
def test_a_session_that_fails_leaves_nothing_behind(
    parted: str, refused, monkeypatch: pytest.MonkeyPatch, how: str, kind, said: str
) -> None:
    monkeypatch.setenv("TINY_SESSION", how)
    assert said in refused(parted, kind).message


def test_a_generator_that_hangs_over_a_session_is_stopped(
    house: House, parted: str, refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_SESSION", "hangs")
    kernel = Kernel(dataclasses.replace(house.settings, render_seconds=3))
    error = refused(parted, GeneratorError, kernel)
    kernel.database.close()
    assert error.message == "generator `parts` was stopped after 3 seconds"


def test_a_full_disk_at_the_end_leaves_nothing_behind(
    house: House, parted: str, small_disk, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    small_disk(out, 2000)
    with pytest.raises(StorageError, match="the disk is full"):
        house.kernel.rendering.session(parted, out)
    assert left_of_sessions(house, out) == []


def test_the_command_answers_with_the_session_or_with_the_refusal(
    house: House, parted: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def clearmix(*arguments: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "clearmix", "session", parted, "--json", *arguments],
            env=os.environ | house.settings.as_environment(),
            capture_output=True,
            check=True,
        )
        return json.loads(done.stdout)

    made = clearmix("--out", str(tmp_path))
    assert made["outcome"] == "permitted"
    assert made["session"]["path"] == str(tmp_path / parted)
    assert [file["name"] for file in made["session"]["files"]] == ["plan.json", "song.wav"]
    assert {mark["labeler"] for mark in made["session"]["files"][1]["marks"]} >= {"tags", "c2pa"}
    request.getfixturevalue("stays_inside")
    refused = clearmix("--out", str(tmp_path / "again"))
    assert refused["outcome"] == "forbidden"
    assert refused["session"] is None
    assert "Ada Wren's songs stay" in refused["reasons"][0]["text"]
    assert not (tmp_path / "again").exists()


def marks_of(session, name: str):
    return next(file.marks for file in session.files if file.name == name)
