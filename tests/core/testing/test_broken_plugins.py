"""What is wrong with a plugin fails its suite, with a message that says what to do."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from clearmix import (
    Abilities,
    Audio,
    Conversation,
    Disclosure,
    Interpretation,
    Progress,
    Reading,
    RemixSpec,
    Source,
    SourceRecording,
)
from clearmix.testing import (
    FileLabelerContract,
    GeneratorContract,
    InterpreterContract,
    SignalLabelerContract,
    Song,
    TranscriberContract,
)

RATE = 44100


class Plain:
    """A generator without a fault: the recording itself."""

    id = "plain"
    version = "1"

    def abilities(self) -> Abilities:
        return Abilities(frozenset({"remix"}), frozenset(), frozenset(), 600.0, uses_master=True)

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        progress(0.0, "copying")
        yield from source.first.read().as_stereo().resampled(RATE).blocks(2.0)


class Misspelt(Plain):
    def abilities(self) -> Abilities:
        return Abilities(frozenset({"remix"}), frozenset({"tempi"}), frozenset(), 600.0, True)


class Random(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        progress(0.0, "drawing")
        noise = np.random.default_rng().normal(0, 0.1, (2, 16 * RATE)).astype(np.float32)
        yield from Audio(noise, RATE).blocks(2.0)


class Overwriting(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        sound = list(super().render(spec, source, progress))
        source.first.path.write_bytes(b"")
        return sound


class AllAtOnce(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        progress(1.0, "copying")
        yield source.first.read()


class Returning(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Audio:  # type: ignore[override]
        return source.first.read()


class Listing(Plain):
    def abilities(self) -> Abilities:
        return Abilities(["remix"], frozenset(), frozenset(), 600.0, True)  # type: ignore[arg-type]


class Undescribed(Plain):
    def abilities(self) -> dict[str, str]:  # type: ignore[override]
        return {"kinds": "remix"}


class Slow(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        yield from (Audio(block.samples, 48000) for block in super().render(spec, source, progress))


class Undefined(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        for block in super().render(spec, source, progress):
            yield Audio(block.samples * np.float32(np.nan), block.rate)


class GoingBack(Plain):
    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        progress(0.9, "nearly done")
        yield from super().render(spec, source, progress)


def outcome(check: Callable[..., None], **given: object) -> str:
    """What a check of a suite says of a plugin; empty when it passes."""
    wanted = {
        name: value for name, value in given.items() if name in inspect.signature(check).parameters
    }
    try:
        check(**wanted)
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # a check may let one through
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("generator", "check", "said"),
    [
        (Misspelt, "test_its_abilities_are_words_of_the_spec", "no fields of the spec: tempi"),
        (Random, "test_the_same_spec_and_seed_give_the_same_samples", "unseeded random numbers"),
        (Overwriting, "test_it_leaves_the_recording_as_it_was", "write nowhere, yield blocks"),
        (AllAtOnce, "test_blocks_come_while_it_works", "yield blocks of a second or a few"),
        (Returning, "test_it_renders_each_of_its_kinds", "`render` returns `Audio`: `yield`"),
        (Listing, "test_its_abilities_are_words_of_the_spec", "write `kinds=frozenset({...})`"),
        (Undescribed, "test_its_abilities_are_words_of_the_spec", "return `clearmix.Abilities("),
        (Slow, "test_it_renders_each_of_its_kinds", "as_stereo().resampled(44100)"),
        (Undefined, "test_it_renders_each_of_its_kinds", "must not divide by zero"),
        (GoingBack, "test_progress_is_told_in_words_between_0_and_1", "fractions must not fall"),
    ],
)
def test_a_fault_of_a_generator_is_named(
    generator: type[Plain], check: str, said: str, tmp_path: Path
) -> None:
    song = Song(bars=8)
    suite = GeneratorContract()
    for kind, expected in ((Plain, ""), (generator, said)):
        source = song.source(tmp_path / kind.__name__)
        told = outcome(getattr(suite, check), generator=kind(), source=source)
        assert expected in told
        assert bool(told) is bool(expected)


class Shifted:
    """A watermark that loses the last block."""

    id = "shifted"
    version = "1"
    layer = "signal"

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterable[Audio]:
        yield from list(blocks)[:-1]

    def read(self, audio: Audio) -> Reading | None:
        return Reading(self.id, "00c1ea12f00dcafe", 1.0)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("test_marking_keeps_the_shape_of_the_sound", "yield as many frames as came in"),
        ("test_unmarked_music_has_no_mark", "from music that was never marked"),
    ],
)
def test_a_fault_of_a_watermark_is_named(check: str, said: str) -> None:
    music = Song(bars=2).audio()
    assert said in outcome(getattr(SignalLabelerContract(), check), labeler=Shifted(), music=music)


class Mute:
    """A mark of the file that forgets what both of its methods return."""

    id = "mute"
    version = "1"
    layer = "file"

    def mark(self, path: Path, disclosure: Disclosure) -> None:
        """Nothing."""

    def read(self, path: Path) -> str:
        return path.read_text()


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("test_the_mark_is_read_back", "`mark` returns `NoneType`: return the path"),
        ("test_a_file_without_the_mark_has_none", "`read` returns `str`: return a"),
        ("test_what_is_no_audio_is_read_as_unmarked", "return None for what is not yours"),
    ],
)
def test_a_fault_of_a_mark_of_the_file_is_named(check: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.m4a"
    file.write_bytes(b"a master copy" * 20)
    told = outcome(
        getattr(FileLabelerContract(), check), labeler=Mute(), file=file, tmp_path=tmp_path
    )
    assert said in told


class Wordless:
    """A transcriber that returns nothing."""

    id = "wordless"
    version = "1"

    def transcribe(self, recording: SourceRecording, progress: Progress) -> None:
        """Nothing."""


def test_a_fault_of_a_transcriber_is_named(tmp_path: Path) -> None:
    check = TranscriberContract().test_a_score_is_kept_as_it_is
    told = outcome(check, transcriber=Wordless(), tmp_path=tmp_path)
    assert "`transcribe` returns `NoneType`: return a `clearmix.Score`" in told


class Inventive:
    """An interpreter that hears house in everything."""

    id = "inventive"
    version = "1"

    def interpret(self, words: str, context: Conversation) -> Interpretation:
        return Interpretation(RemixSpec(styles=("house",)), "transform", changed=("styles",))


@pytest.mark.parametrize(
    ("check", "words", "said"),
    [
        ("test_nothing_is_invented", "hello", "`hello` changed styles"),
        ("test_a_follow_up_changes_only_what_it_names", "", "changed more than the tempo"),
    ],
)
def test_a_fault_of_an_interpreter_is_named(check: str, words: str, said: str) -> None:
    suite = InterpreterContract()
    assert said in outcome(getattr(suite, check), interpreter=Inventive(), words=words)
