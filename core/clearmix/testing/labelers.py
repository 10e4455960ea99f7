"""The contracts of labelers: a watermark in the sound, a mark of the file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, overload

import numpy as np
import pytest

from clearmix.audio import Audio, joined, read_audio
from clearmix.contracts import Disclosure, FileLabeler, Reading, SealsApart, SignalLabeler
from clearmix.rendering.encoding import encode_within_figures
from clearmix.rendering.mastering import TARGET_LUFS, master
from clearmix.rendering.metering import measure
from clearmix.testing.identity import require_identity
from clearmix.testing.songs import Song

MOST_LOUDNESS_CHANGE_LU = 0.2
"""A mark may not undo mastering."""

LEAST_SNR_DB = 20.0
"""Less would be heard as noise."""

RENDER_ID = "00c1ea12f00dcafe"


def disclosure_of(render_id: str = RENDER_ID) -> Disclosure:
    """What a mark is given to say."""
    return Disclosure(
        render_id=render_id,
        title="Test Song (AI remix)",
        artists=("Ada Wren",),
        label="AI remix of Test Song by Ada Wren, made with Clearmix",
        source_titles=("Test Song",),
        source_isrcs=("GBABC2600001",),
        generator="studio 1",
        trained_model=False,
        decision_hash="0" * 64,
        service="Clearmix",
        created_at="2026-11-01T12:00:00+00:00",
    )


class SignalLabelerContract:
    """Give it the fixture `labeler`; marks are tested on a quarter of a minute of music."""

    @pytest.fixture
    def labeler(self) -> SignalLabeler:
        """The watermark to test."""
        raise NotImplementedError("override the fixture `labeler` and return your labeler")

    @pytest.fixture
    def music(self) -> Audio:
        """Mastered music, as the kernel marks it."""
        return master(Song(bars=8).audio()).audio

    def test_it_has_an_id_a_version_and_its_layer(self, labeler: SignalLabeler) -> None:
        """Rules ask for it by its id."""
        require_identity(labeler)
        assert labeler.layer == "signal", 'a watermark has `layer = "signal"`'

    def test_marking_keeps_the_shape_of_the_sound(
        self, labeler: SignalLabeler, music: Audio
    ) -> None:
        """Length, rate and channels stay; samples are numbers."""
        marked = _marked(labeler, music)
        assert (marked.rate, marked.samples.shape) == (music.rate, music.samples.shape), (
            f"{music.samples.shape} at {music.rate} Hz became {marked.samples.shape} at "
            f"{marked.rate} Hz: yield as many frames as came in, the last ones at the end"
        )
        assert np.isfinite(marked.samples).all(), "it made samples that are not numbers"

    def test_the_mark_is_read_back(self, labeler: SignalLabeler, music: Audio) -> None:
        """The render id, and how sure."""
        _require_reading(_read(labeler, _marked(labeler, music)), labeler.id)

    def test_the_mark_survives_the_master_copy(
        self, labeler: SignalLabeler, music: Audio, tmp_path: Path
    ) -> None:
        """Nothing is published whose mark cannot be read from the encoded bytes."""
        encoded = encode_within_figures(
            _marked(labeler, music), tmp_path / "copy.m4a", loud_lufs=TARGET_LUFS
        )
        _require_reading(_read(labeler, read_audio(encoded.path)), labeler.id)

    def test_unmarked_music_has_no_mark(self, labeler: SignalLabeler, music: Audio) -> None:
        """A false claim would accuse a human."""
        reading = _read(labeler, music)
        assert reading is None or reading.render_id is None, (
            f"it reads {reading.render_id if reading else None} from music that was never marked"
        )

    def test_the_size_of_blocks_does_not_matter(self, labeler: SignalLabeler, music: Audio) -> None:
        """The kernel hands over a second at a time, a preview less."""
        ones = _marked(labeler, music)
        odd = _marked(labeler, music, block_seconds=0.37)
        assert np.array_equal(ones.samples, odd.samples), (
            "blocks of another size give other samples: keep what a block needs of the one before"
        )

    def test_it_marks_the_same_way_twice(self, labeler: SignalLabeler, music: Audio) -> None:
        """A render is made again exactly."""
        assert np.array_equal(_marked(labeler, music).samples, _marked(labeler, music).samples), (
            "two markings differ: derive what looks random from the key and the render id"
        )

    def test_it_is_not_loud(self, labeler: SignalLabeler, music: Audio) -> None:
        """Loudness stays within 0.2 LU, and the mark lies 20 dB below the music."""
        marked = _marked(labeler, music)
        change = measure(marked).lufs - measure(music).lufs
        assert abs(change) <= MOST_LOUDNESS_CHANGE_LU, f"the loudness changes by {change:+.2f} LU"
        added = float(np.mean((marked.samples - music.samples) ** 2))
        snr_db = 10 * np.log10(float(np.mean(music.samples**2)) / max(added, 1e-20))
        assert snr_db >= LEAST_SNR_DB, f"the mark is {snr_db:.1f} dB below the music; 20 are needed"

    def test_silence_and_a_moment_of_sound_are_marked_without_a_fault(
        self, labeler: SignalLabeler, music: Audio
    ) -> None:
        """They may be unreadable, and say so with None."""
        for sound in (
            Audio.silence(seconds=2.0, rate=44100),
            Audio(music.samples[:, :441], music.rate),
        ):
            made = _marked(labeler, sound)
            assert made.samples.shape == sound.samples.shape
            reading = _read(labeler, made)
            assert reading is None or reading.render_id in (None, RENDER_ID), (
                f"it reads another id, {reading.render_id}"
            )


class FileLabelerContract:
    """Give it the fixture `labeler`; marks are tested on an M4A."""

    @pytest.fixture
    def labeler(self) -> FileLabeler:
        """The mark to test."""
        raise NotImplementedError("override the fixture `labeler` and return your labeler")

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """A master copy, as the kernel marks it."""
        music = master(Song(bars=3).audio()).audio
        return encode_within_figures(music, tmp_path / "copy.m4a", loud_lufs=TARGET_LUFS).path

    def test_it_has_an_id_a_version_and_its_layer(self, labeler: FileLabeler) -> None:
        """Rules ask for it by its id."""
        require_identity(labeler)
        assert labeler.layer == "file", 'a mark of the file has `layer = "file"`'

    def test_the_mark_is_read_back(self, labeler: FileLabeler, file: Path) -> None:
        """From the file that `mark` names."""
        _require_reading(_read(labeler, _marked_file(labeler, file)), labeler.id)

    def test_the_sound_stays_as_it_was(self, labeler: FileLabeler, file: Path) -> None:
        """The audio bytes are not encoded again."""
        before = read_audio(file)
        after = read_audio(_marked_file(labeler, file))
        assert np.array_equal(before.samples, after.samples), (
            "the decoded sound changed: copy the packets, do not encode again"
        )

    def test_a_file_without_the_mark_has_none(self, labeler: FileLabeler, file: Path) -> None:
        """A false claim would accuse a human."""
        reading = _read(labeler, file)
        assert reading is None or reading.render_id is None, "it reads a mark where there is none"

    def test_marking_again_says_the_newer_render(self, labeler: FileLabeler, file: Path) -> None:
        """A remix of a remix is marked anew."""
        first = _marked_file(labeler, file, "aaaaaaaaaaaaaaaa")
        reading = _read(labeler, _marked_file(labeler, first))
        assert reading is not None, "no mark is left after marking twice"
        assert reading.render_id == RENDER_ID, f"it still says {reading.render_id}"

    def test_what_is_no_audio_is_read_as_unmarked(
        self, labeler: FileLabeler, tmp_path: Path
    ) -> None:
        """`clearmix verify` is given anything."""
        other = tmp_path / "other.m4a"
        other.write_bytes(b"this is no audio at all" * 20)
        try:
            reading = _read(labeler, other)
        except Exception as error:  # noqa: BLE001  # whatever an odd file makes it raise
            pytest.fail(
                f"`read` raises {error!r} for a file that is no audio: return None for what is not "
                "yours"
            )
        assert reading is None or reading.render_id is None, "it reads a mark from text"

    def test_a_seal_apart_leaves_the_file_and_holds_for_its_bytes(
        self, labeler: FileLabeler, file: Path
    ) -> None:
        """What is streamed is sealed so; only of a labeler with `mark_apart`."""
        if not isinstance(labeler, SealsApart):
            return
        before = file.read_bytes()
        made = labeler.mark_apart(file, disclosure_of())
        assert made != file, "a seal apart is a file of its own"
        assert file.read_bytes() == before, "the sealed file was changed"
        _require_reading(_read(labeler, file), labeler.id)
        file.write_bytes(before[:-1])
        reading = _read(labeler, file)
        assert reading is None or reading.render_id is None, "it holds for a file that was cut"


def _marked(labeler: SignalLabeler, audio: Audio, block_seconds: float = 1.0) -> Audio:
    made: object = labeler.mark(audio.blocks(block_seconds), disclosure_of())
    assert isinstance(made, Iterable), (
        f"`mark` returns `{type(made).__name__}`: `yield` marked blocks, as many frames as came in"
    )
    return joined(made)


def _marked_file(labeler: FileLabeler, file: Path, render_id: str = RENDER_ID) -> Path:
    made: object = labeler.mark(file, disclosure_of(render_id))
    assert isinstance(made, Path), (
        f"`mark` returns `{type(made).__name__}`: return the path of the marked file"
    )
    return made


@overload
def _read(labeler: SignalLabeler, of: Audio) -> Reading | None: ...
@overload
def _read(labeler: FileLabeler, of: Path) -> Reading | None: ...
def _read(labeler: Any, of: Any) -> Reading | None:
    reading: object = labeler.read(of)
    assert reading is None or isinstance(reading, Reading), (
        f"`read` returns `{type(reading).__name__}`: return a `clearmix.Reading`, or None where "
        "there is no mark of yours"
    )
    return reading


def _require_reading(reading: Reading | None, id: str) -> None:
    assert reading is not None, f"`{id}` does not find its own mark"
    assert reading.labeler == id, f"its reading says labeler `{reading.labeler}`, not `{id}`"
    assert reading.render_id == RENDER_ID, f"it reads {reading.render_id}, marked was {RENDER_ID}"
    assert 0 < reading.confidence <= 1, f"a confidence of {reading.confidence}; it is 0 to 1"
