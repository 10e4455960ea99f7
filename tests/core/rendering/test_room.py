"""Whole renders, with a real worker, real subprocesses and the marks that ship."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clearmix.audio import read_audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.errors import RenderError
from clearmix.rendering.metering import measure
from clearmix.rendering.models import STEPS, Job
from clearmix_rules import PolicySource

from .conftest import House, rich_sound, until


def test_a_remix_goes_through_every_step_and_is_published(house: House) -> None:
    seen: list[Job] = []
    job = house.submit(seed=1)
    ended = house.kernel.rendering.wait(job.id, seen.append)
    assert ended.state == "published", ended
    assert [step for step in STEPS if step in {one.step for one in seen}] == list(
        dict.fromkeys(one.step for one in seen)
    )
    assert [one.fraction for one in seen] == sorted(one.fraction for one in seen)
    render = house.kernel.rendering.render(str(ended.render_id))
    path = house.kernel.store.local_path(render.audio_key)
    measured = measure(read_audio(path))
    assert measured.lufs == pytest.approx(-14, abs=0.1)
    assert measured.true_peak_dbtp <= -1
    assert (render.lufs, render.true_peak_dbtp) == pytest.approx(
        (measured.lufs, measured.true_peak_dbtp), abs=0.001
    )
    assert render.seconds == pytest.approx(12, abs=0.03)
    assert render.title == "Green (remix)"
    assert "Ada Wren" in render.label
    assert render.sources == (house.recording.id,)
    assert {mark.layer for mark in render.marks} == {"signal", "file"}
    assert house.kernel.verify(path).render == render
    assert house.left_when_done() == published_files(house)


CREDITS = """policy "Ada Wren, credits" version 1
by artist ada-wren
consent: opt-out

rule credits: permit remix of tracks by ada-wren
  provided
    credit artist, producer, publisher and writer
  reason "Credit where it is due."
"""


def test_credits_that_are_asked_for_are_given_by_name_in_marks_and_registry(house: House) -> None:
    house.kernel.policies.add(PolicySource("credits.rights", CREDITS))
    try:
        ended = house.render(seed=4)
    finally:
        (house.settings.policies / "credits.rights").unlink()
    render = house.kernel.rendering.render(str(ended.render_id))
    named = {"MainArtist: Ada Wren", "ComposerLyricist: Ada Wren"}
    found = house.kernel.verify(house.kernel.store.local_path(render.audio_key))
    assert found.entry is not None
    assert found.entry.licence is not None
    assert set(found.entry.licence.credits) == named
    (tags,) = (one.reading for one in found.marks if one.labeler == "tags")
    assert tags is not None
    said = tags.fields["CREDITS"].split("; ")
    assert sorted(said) == sorted([*named, "Remixer: tiny 1 (AiContribution)"])


def test_the_same_request_gives_the_same_sound_under_another_id(house: House) -> None:
    renders = [house.kernel.rendering.render(str(house.render(seed=2).render_id)) for _ in range(2)]
    assert renders[0].pcm_sha256 == renders[1].pcm_sha256
    assert renders[0].id != renders[1].id
    assert house.kernel.rendering.renders("local")[:2] == tuple(reversed(renders))


def test_the_tempo_that_was_asked_for_is_measured_of_the_result(house: House) -> None:
    job = house.render(tempo={"bpm": 100})
    render = house.kernel.rendering.render(str(job.render_id))
    assert render.measured["tempo_bpm"] == pytest.approx(120)  # the test's analyzer hears 120
    assert "100.0 bpm was asked for and 120.0 bpm was measured" in render.notes


def test_where_a_separator_is_installed_its_command_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = house.spec(parts=({"part": "vocals", "action": "remove"},))
    command = f"`clearmix catalogue separate {house.recording.id}`"
    without = house.kernel.rendering.submit(spec, generator="tiny")
    assert not any(command in note for note in without.notes)
    monkeypatch.setattr(house.kernel.catalogue, "can_separate", lambda: True)
    ready = house.kernel.rendering.submit(spec, generator="tiny")
    assert sum(command in note for note in ready.notes) == 1
    whole = house.kernel.rendering.submit(house.spec(), generator="tiny")
    assert not any(command in note for note in whole.notes)
    for submission in (without, ready, whole):
        assert submission.job is not None
        house.kernel.rendering.cancel(submission.job.id)
    house.left_when_done()


def test_what_a_generator_cannot_honour_is_said_before_it_renders(house: House) -> None:
    submission = house.kernel.rendering.submit(house.spec(styles=("techno",)), generator="tiny")
    assert submission.job is not None
    assert "the style techno" in submission.notes[0]
    assert house.kernel.rendering.cancel(submission.job.id).state == "cancelled"
    house.left_when_done()


def test_what_is_not_permitted_makes_no_job(house: House) -> None:
    house.kernel.consent.set("ada-wren", "refuse", "remix")
    try:
        submission = house.kernel.rendering.submit(house.spec(), generator="tiny")
        assert submission.job is None
        assert not submission.cleared.decision.permitted
        assert house.left_when_done() == published_files(house)
    finally:
        house.kernel.consent.set("ada-wren", "allow", "remix")


@pytest.mark.parametrize("moment", ["queued", "running"])
def test_a_consent_withdrawn_meanwhile_stops_the_render(
    house: House, queue: Callable[..., Job], moment: str
) -> None:
    house.kernel.rendering.ensure_worker()
    before = house.kernel.rendering.renders()
    if moment == "queued":
        # The permit was given, and before a worker takes the job the artist says no.
        house.kill_worker()
        spec = house.spec()
        cleared = house.kernel.clearance.decide(spec, generator="tiny")
        job = queue(house.kernel, cleared.spec, "local", "tiny", cleared.number)
    else:
        job = house.submit("slow")
        until(lambda: house.kernel.rendering.job(job.id).fraction > 0.1)
    house.kernel.consent.set("ada-wren", "refuse", "remix")
    try:
        ended = house.kernel.rendering.wait(job.id)
    finally:
        house.kernel.consent.set("ada-wren", "allow", "remix")
    assert ended.state == "failed"
    assert "Ada Wren" in str(ended.error) or "ada-wren" in str(ended.error)
    assert ended.help
    assert house.kernel.rendering.renders() == before
    assert until(lambda: house.left_behind() == published_files(house)), "the worker cleans up"


def test_a_generator_that_fails_fails_its_job_only(house: House) -> None:
    failed = house.render("raises")
    assert failed.state == "failed"
    assert failed.error == "generator `raises` failed: ZeroDivisionError: no beat to divide by"
    assert failed.help
    assert house.left_behind() == published_files(house)
    assert house.render("tiny").state == "published"


def test_a_cancelled_render_stops_soon_and_leaves_nothing(house: House) -> None:
    job = house.submit("hangs")
    until(lambda: house.kernel.rendering.job(job.id).message == "second 0")
    assert house.kernel.rendering.cancel(job.id).state == "cancelled"
    until(lambda: house.left_behind() == published_files(house), seconds=20)
    assert house.kernel.rendering.job(job.id).state == "cancelled"
    assert house.render("tiny").state == "published"
    assert house.kernel.rendering.cancel(job.id).state == "cancelled"


def test_a_song_that_cannot_carry_the_watermark_is_not_published(
    house: House, tmp_path: Path
) -> None:
    before = house.kernel.rendering.renders()
    short = tmp_path / "short.wav"
    write_wav(short, rich_sound(0.5, seed=5))
    recording = house.kernel.catalogue.add(
        short, NewRecording(title="Too Short", artists=("Ada Wren",))
    ).recording
    submission = house.kernel.rendering.submit(
        house.spec().merged({"sources": [recording.id]}), generator="tiny"
    )
    assert submission.job is not None
    ended = house.kernel.rendering.wait(submission.job.id)
    assert ended.state == "failed"
    assert "could not be read back from the encoded file" in str(ended.error)
    assert ended.help
    assert house.kernel.rendering.renders() == before
    assert house.left_behind() == published_files(house)


@pytest.mark.parametrize("room", ["work", "store"])
def test_a_full_disk_fails_the_job_and_leaves_nothing_half_written(
    house: House, small_disk, room: str
) -> None:
    before = house.kernel.rendering.renders()
    kept = published_files(house)
    folder = house.settings.work if room == "work" else house.settings.home / "store" / "renders"
    small_disk(folder, 128)
    ended = house.render()
    assert ended.state == "failed"
    assert ended.error == "the disk is full"
    assert "free some disk space" in str(ended.help)
    assert house.kernel.rendering.renders() == before
    assert list(folder.iterdir()) == [] if room == "store" else house.left_behind() == kept


def test_after_a_full_disk_the_service_goes_on(house: House) -> None:
    assert house.render().state == "published"


def test_nobody_waits_for_a_job_that_is_not_there(house: House) -> None:
    with pytest.raises(RenderError, match="no job `nothing`") as caught:
        house.kernel.rendering.wait("nothing")
    assert caught.value.help
    with pytest.raises(RenderError, match="no render `nothing`"):
        house.kernel.rendering.render("nothing")


def published_files(house: House) -> list[str]:
    """Files of the renders that were published: all that may be on disk between jobs."""
    store = house.settings.home / "store"
    return sorted(str(store / one.audio_key) for one in house.kernel.rendering.renders())


def test_the_disk_holds_published_renders_and_nothing_else(house: House) -> None:
    assert house.left_when_done() == published_files(house)
    assert shutil.disk_usage(house.settings.home).free > 0
