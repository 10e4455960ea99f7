from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio
from clearmix.contracts import Disclosure, Reading
from clearmix.errors import ClearmixError, MarkError, PluginError
from clearmix.rendering import marking
from clearmix.rendering.encoding import write_m4a
from clearmix.rendering.marking import Marks
from clearmix_rules import Duties

from .conftest import rich_sound

SAID = Disclosure(
    render_id="0123456789abcdef",
    title="Green (remix)",
    artists=("Ada Wren",),
    label="Made with AI",
    source_titles=("Green",),
    source_isrcs=(),
    generator="tiny 1",
    trained_model=False,
    decision_hash="0" * 64,
    service="Clearmix",
    created_at="2026-11-23T12:00:00+00:00",
)


class Tone:
    """A watermark that anybody can hear: each bit of the id is a tone that is there or not."""

    version = "1"
    layer = "signal"

    def __init__(self, id: str = "tone") -> None:
        self.id = id

    def _tones(self, frames: int) -> np.ndarray:
        time_s = np.arange(frames) / 44100
        return np.sin(2 * np.pi * (10000 + 50 * np.arange(64))[:, None] * time_s)

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        bits = np.array([int(bit) for bit in f"{int(disclosure.render_id, 16):064b}"])
        for block in blocks:
            tones = 0.01 * bits @ self._tones(block.frames)
            yield Audio(block.samples + tones.astype(np.float32), block.rate)

    def read(self, audio: Audio) -> Reading | None:
        second = audio.mono()[:44100]
        strengths = np.abs(self._tones(44100) @ second) / 22050
        bits = "".join(str(int(strength > 0.005)) for strength in strengths)
        found = f"{int(bits, 2):016x}"
        return Reading(self.id, found, 1.0) if int(bits, 2) else None


class Note:
    """The render id at the end of the file, in a `free` atom that players pass over."""

    version = "1"
    layer = "file"

    def __init__(self, id: str = "note") -> None:
        self.id = id

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        body = b"free" + disclosure.render_id.encode()
        with path.open("ab") as file:
            file.write((4 + len(body)).to_bytes(4, "big") + body)
        return path

    def read(self, path: Path) -> Reading | None:
        tail = path.read_bytes()[-20:]
        return Reading(self.id, tail[4:].decode(), 0.5) if tail.startswith(b"free") else None


class Forgetful(Tone):
    """A watermark that is never there."""

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        yield from blocks

    def read(self, audio: Audio) -> Reading | None:
        return None


class Cutting(Tone):
    """A watermark that swallows a block."""

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        yield from list(super().mark(blocks, disclosure))[1:]


class Spoiling(Tone):
    """A watermark that divides by zero somewhere."""

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        for block in blocks:
            yield Audio(block.samples * np.float32(np.inf), block.rate)


class Shouting(Tone):
    """A watermark that is as loud as the music."""

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        for block in blocks:
            yield Audio(block.samples * np.float32(2), block.rate)


class Emptying(Note):
    """A mark of the file that writes over it."""

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        path.write_bytes(b"a render was here")
        return path


def labelers(*all: object) -> dict[str, object]:
    return {one.id: one for one in all}


def publish(marks: Marks, folder: Path):
    """Marks a sound, encodes it, and reads everything back."""
    path = folder / "out.m4a"
    write_m4a(path, marks.mark_sound(rich_sound(3), SAID))
    path = marks.mark_file(path, SAID)
    return marks.read_back(path, read_audio(path), SAID)


def test_marks_of_both_layers_are_read_back_from_the_encoded_bytes(tmp_path: Path) -> None:
    found, notes = publish(Marks(labelers(Tone(), Note()), Duties()), tmp_path)
    assert [(mark.labeler, mark.layer) for mark in found] == [("tone", "signal"), ("note", "file")]
    assert notes == ()


class Quoting(Note):
    """A mark of the file that keeps what it was told of the sound."""

    def __init__(self) -> None:
        super().__init__("quote")
        self.watermarks: tuple[str, ...] = ()

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        self.watermarks = disclosure.watermarks
        return super().mark(path, disclosure)


@pytest.mark.parametrize(
    ("duties", "said"),
    [
        (Duties(), ("other 1", "tone 1")),
        (Duties(only_watermarks=(("tone",),)), ("tone 1",)),
    ],
)
def test_a_mark_of_the_file_is_told_which_watermarks_the_sound_was_given(
    tmp_path: Path, duties: Duties, said: tuple[str, ...]
) -> None:
    quote = Quoting()
    publish(Marks(labelers(Tone(), Forgetful("other"), quote), duties), tmp_path)
    assert quote.watermarks == said


def test_a_watermark_that_is_not_in_a_sound_is_not_told(tmp_path: Path) -> None:
    quote = Quoting()
    write_m4a(tmp_path / "out.m4a", rich_sound(1))
    marks = Marks(labelers(Tone(), Forgetful("other"), quote), Duties())
    marks.mark_file(tmp_path / "out.m4a", SAID, without=("other",))
    assert quote.watermarks == ("tone 1",)


class Seal(Note):
    """A seal at the end of the file, which a stream cannot hold."""

    seals = True


class Lid(Seal):
    """A seal that can stand beside the file, and is only ever looked for there."""

    def mark_apart(self, path: Path, disclosure: Disclosure) -> Path:
        beside = path.with_name("lid")
        beside.write_text(disclosure.render_id + disclosure.watermarks[0])
        return beside

    def read(self, path: Path) -> Reading | None:
        beside = path.with_name("lid")
        return Reading(self.id, beside.read_text()[:16], 1.0) if beside.is_file() else None


@pytest.mark.parametrize(
    ("seal", "marks"), [(Seal("seal"), ["tone", "note"]), (Lid("seal"), ["tone", "note", "seal"])]
)
def test_a_rendition_is_sealed_by_a_seal_that_can_stand_beside_it(
    tmp_path: Path, seal: Seal, marks: list[str]
) -> None:
    path = tmp_path / "out.m4a"
    marking_ = Marks(labelers(Tone(), Note(), seal), Duties(marks=("seal",)))
    write_m4a(path, marking_.mark_sound(rich_sound(3), SAID))
    Note().mark(path, SAID)
    made = marking_.seal_stream(path, SAID)
    assert (made is not None) == isinstance(seal, Lid)
    found = marking_.read_back_stream(path, read_audio(path), SAID)
    assert [mark.labeler for mark in found] == marks
    if made is not None:
        assert made.read_text() == f"{SAID.render_id}tone 1", "it names the watermarks"
        made.unlink()
        with pytest.raises(MarkError, match="`seal` could not be read back"):
            marking_.read_back_stream(path, read_audio(path), SAID)


@pytest.mark.parametrize(
    ("present", "duties", "lost"),
    [
        ((Forgetful("gone"), Note()), Duties(), "gone"),
        ((Tone(), Forgetful("gone"), Note()), Duties(marks=("gone",)), "gone"),
        ((Tone(), Forgetful("gone"), Note()), Duties(watermarks=("gone",)), "gone"),
        ((Forgetful("gone"), Note()), Duties(marks=("watermark",)), "gone"),
    ],
    ids=["the only watermark", "a required mark", "a required watermark", "any watermark"],
)
def test_a_required_mark_that_cannot_be_read_back_is_refused_by_name(
    present, duties: Duties, lost: str, tmp_path: Path
) -> None:
    with pytest.raises(MarkError, match=f"`{lost}` could not be read back") as caught:
        publish(Marks(labelers(*present), duties), tmp_path)
    assert caught.value.help
    assert caught.value.place == f"labeler {lost}"


def test_an_optional_mark_that_cannot_be_read_back_is_only_noted(tmp_path: Path) -> None:
    found, notes = publish(Marks(labelers(Tone(), Forgetful("gone"), Note()), Duties()), tmp_path)
    assert [mark.labeler for mark in found] == ["tone", "note"]
    assert notes == ("the optional mark of `gone` could not be read back",)


def test_a_mark_of_another_render_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "out.m4a"
    other = Disclosure(**{**vars(SAID), "render_id": "0f" * 8})
    marks = Marks(labelers(Tone(), Note()), Duties())
    write_m4a(path, marks.mark_sound(rich_sound(3), other))
    marks.mark_file(path, SAID)
    with pytest.raises(MarkError, match="`tone` could not be read back"):
        marks.read_back(path, read_audio(path), SAID)


class Layered(Tone):
    """A watermark that goes beside older ones; the oldest is read first."""

    def __init__(self, older: str) -> None:
        super().__init__()
        self.older = older

    def read(self, audio: Audio) -> Reading | None:
        newest = super().read(audio)
        assert newest is not None
        return Reading(self.id, self.older, 1.0, {"also": str(newest.render_id)})


def test_a_mark_counts_beside_the_mark_of_the_render_it_was_made_from(tmp_path: Path) -> None:
    found, notes = publish(Marks(labelers(Layered("f" * 16), Note()), Duties()), tmp_path)
    assert [mark.labeler for mark in found] == ["tone", "note"]
    assert notes == ()


@pytest.mark.parametrize(
    ("present", "duties", "said"),
    [
        ((Note(),), Duties(), "no labeler of the signal layer"),
        ((Tone(),), Duties(), "no labeler of the file layer"),
        ((Tone(), Note()), Duties(marks=("c2pa",)), "the mark `c2pa`"),
        ((Tone(), Note()), Duties(only_watermarks=(("theirs",),)), "the mark `theirs`"),
    ],
)
def test_a_mark_that_cannot_be_made_is_said_before_anything_is_rendered(
    present, duties: Duties, said: str
) -> None:
    with pytest.raises(MarkError, match=said) as caught:
        Marks(labelers(*present), duties)
    assert caught.value.help


def test_a_watermark_that_excludes_others_is_the_only_one(tmp_path: Path) -> None:
    duties = Duties(only_watermarks=(("theirs",),))
    marks = Marks(labelers(Tone("ours"), Tone("theirs"), Note()), duties)
    found, _ = publish(marks, tmp_path)
    assert [mark.labeler for mark in found] == ["theirs", "note"]


@pytest.mark.parametrize(
    ("labeler", "said"),
    [
        (Cutting("bad"), "changed the length"),
        (Spoiling("bad"), "not numbers"),
        (Shouting("bad"), "in the place of the sound"),
    ],
)
def test_a_labeler_that_spoils_the_sound_is_named(labeler: Tone, said: str) -> None:
    marks = Marks(labelers(labeler, Note()), Duties())
    with (
        np.errstate(invalid="ignore"),
        pytest.raises(MarkError, match=f"labeler `bad` .*{said}"),
    ):
        marks.mark_sound(rich_sound(3), SAID)


class Raising(Tone):
    """A watermark that fails as it is told, when it marks or when it reads."""

    def __init__(self, mark: object = None, read: object = None) -> None:
        super().__init__("bad")
        self._mark, self._read = mark, read

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterable[Audio]:
        return self._mark(blocks) if callable(self._mark) else super().mark(blocks, disclosure)

    def read(self, audio: Audio) -> Reading | None:
        return self._read(audio) if callable(self._read) else super().read(audio)


class Losing(Note):
    """A mark of the file that gives no path back."""

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        return str(super().mark(path, disclosure))  # type: ignore[return-value]


def fails(sound: object) -> object:
    raise ZeroDivisionError("no power")


def reads(id: object, confidence: float) -> object:
    return lambda sound: Reading("bad", id, confidence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("labelers_", "said"),
    [
        ((Raising(mark=fails), Note()), "labeler `bad` failed: ZeroDivisionError: no power"),
        ((Raising(mark=lambda blocks: []), Note()), "no audio at all .labeler bad"),
        ((Raising(mark=lambda blocks: 7), Note()), "labeler `bad` failed: TypeError"),
        ((Raising(read=fails), Note()), "labeler `bad` failed: ZeroDivisionError"),
        ((Raising(read=lambda sound: "f" * 16), Note()), "labeler `bad` returned `str`"),
        ((Raising(read=reads(7, 1.0)), Note()), "a `render_id` that is `int` and no text"),
        ((Raising(read=reads(None, float("nan"))), Note()), "a confidence of nan"),
        ((Tone(), Losing("bad")), "labeler `bad` returned `str` where it must return `Path`"),
        ((Tone(), Emptying("bad")), "labeler `bad` left a file that is no sound any more"),
    ],
)
def test_a_labeler_that_fails_is_named_with_the_remedy(
    labelers_: tuple[object, ...], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ClearmixError, match=said) as caught:
        publish(Marks(labelers(*labelers_), Duties()), tmp_path)
    assert caught.value.help
    assert caught.value.place == "labeler bad"


def test_a_labeler_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(marking, "MARK_SECONDS", 0.2)
    labeler = Raising(mark=lambda blocks: [next(iter(blocks)), ended.wait(30)])
    with pytest.raises(PluginError, match="labeler `bad` was not done after"):
        Marks(labelers(labeler, Note()), Duties()).mark_sound(rich_sound(3), SAID)
    ended.set()
