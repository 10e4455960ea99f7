"""A cover from a listener's words to a published file: whose rights, which marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clearmix import Conversation, RemixSpec, Settings
from clearmix.audio import write_wav
from clearmix.catalogue import NewRecording
from clearmix.kernel import Kernel
from clearmix.testing import Song


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """A house with one song whose score is known, and of which someone wrote the words."""
    made = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(tmp_path / "home")}))
    song = Song(bars=8)
    write_wav(tmp_path / "song.wav", song.audio())
    new = NewRecording(title="Green", artists=("Ada Wren",))
    recording = made.catalogue.add(tmp_path / "song.wav", new).recording
    made.catalogue.scores.keep(recording.id, song.score())
    yield made
    made.database.close()


def test_a_cover_is_decided_on_for_its_composition_and_made_by_the_covers(kernel: Kernel) -> None:
    context = Conversation(titles=kernel.catalogue.titles)
    spec = kernel.interpret("make Green a string quartet cover", context).spec
    assert spec is not None
    assert (spec.kind, spec.lineup) == ("cover", "string-quartet")
    assert kernel.generator(kind=spec.kind).id == "covers"
    assert kernel.generator().id == "studio"
    cleared = kernel.decide(spec)
    assert cleared.decision.permitted
    request = kernel.clearance.replay(cleared.number).entry.request
    assert request["request"]["actions"] == ["cover"]
    assert request["generator"] == {
        "id": "covers", "trained-on": "nothing", "weights-licence": "none", "uses-master": False,
    }  # fmt: skip
    assert set(request["tracks"][0]["work"]) >= {"iswc", "writers", "publishers"}
    assert request["sound"]["parts-used"] == []


@pytest.mark.full
def test_a_cover_is_published_with_every_mark(kernel: Kernel) -> None:
    recording = kernel.catalogue.recordings()[0]
    spec = RemixSpec(kind="cover", sources=(recording.id,), lineup="string-quartet", seed=1)
    submission = kernel.rendering.submit(spec)
    assert submission.job is not None
    assert "played by: string quartet" in submission.notes
    assert any(note.startswith("“Green”") for note in submission.notes)
    job = kernel.rendering.wait(submission.job.id)
    assert job.state == "published", job.error
    render = kernel.rendering.render(str(job.render_id))
    assert render.title == "Green (string quartet cover)"
    assert render.generator == "covers"
    assert {mark.labeler for mark in render.marks} >= {"clearmix-mark", "tags"}
    found = kernel.verify(kernel.store.local_path(render.audio_key))
    assert found.render is not None
    assert found.render.id == render.id
    timeline = render.measured["report"]["timeline"]
    assert "first violin" in timeline[1]["plays"]
