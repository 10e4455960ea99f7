"""The contract of a generator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from clearmix.audio import Audio, joined, write_wav
from clearmix.contracts import (
    Abilities,
    Explains,
    Forewarns,
    Generator,
    Progress,
    Source,
    SourceRecording,
)
from clearmix.errors import ClearmixError, GeneratorError
from clearmix.rendering.checking import BlockChecker
from clearmix.spec import Kind, RemixSpec
from clearmix.testing.identity import require_identity, require_light_import
from clearmix.testing.songs import RATE, Song
from clearmix.vocabulary import TermKind, terms

LONGEST_BLOCK_SECONDS = 15.0
"""Longer blocks would keep a listener waiting for what is long made."""


class GeneratorContract:
    """Give it the fixture `generator`; `module` names the plugin's module, to test its import."""

    module: str | None = None

    specs: tuple[dict[str, Any], ...] = ()
    """Further specs that it must render, as JSON, besides one of each of its kinds."""

    @pytest.fixture
    def generator(self) -> Generator:
        """The generator to test."""
        raise NotImplementedError("override the fixture `generator` and return your generator")

    @pytest.fixture
    def song(self) -> Song:
        """The song that it works on; override it for music of your own."""
        return Song(tempo_bpm=120.0, key="A minor", bars=8)

    @pytest.fixture
    def source(self, generator: Generator, song: Song, tmp_path: Path) -> Source:
        """The song's files, with stems; its score and silence for who uses no master."""
        if not _abilities(generator).uses_master:
            return song.unheard(tmp_path / "song")
        return song.source(tmp_path / "song")

    # --- what it says of itself ------------------------------------------------------------------

    def test_it_has_an_id_and_a_version(self, generator: Generator) -> None:
        """Renders, statements and rules name it by them."""
        require_identity(generator)

    def test_its_module_is_light(self) -> None:
        """Every command loads all plugins."""
        if self.module is None:
            pytest.skip("set `module` to the name of your plugin's module to test its import")
        require_light_import(self.module)

    def test_its_abilities_are_words_of_the_spec(self, generator: Generator) -> None:
        """A misspelt field or term would never be asked for."""
        able = _abilities(generator)
        kinds, known = set(get_args(Kind)), set(RemixSpec.model_fields)
        words = {id for kind in TermKind for id in terms(kind)}
        assert able.kinds, "it makes no kind of remix: name at least one of " + ", ".join(kinds)
        assert able.kinds <= kinds, (
            f"unknown kinds: {', '.join(sorted(able.kinds - kinds))}; the kinds are "
            f"{', '.join(sorted(kinds))}"
        )
        assert able.fields <= known, (
            f"no fields of the spec: {', '.join(sorted(able.fields - known))}; "
            "`clearmix spec schema` lists them"
        )
        assert able.terms <= words, (
            f"no terms of the vocabulary: {', '.join(sorted(able.terms - words))}; "
            "`clearmix spec schema` lists them"
        )
        assert able.longest_seconds > 0, "`longest_seconds` must be above zero"
        if "cover" in able.kinds:
            assert able.kinds == {"cover"} or able.uses_master, (
                "a generator that also makes remixes uses the master: set `uses_master`"
            )

    # --- what it makes ---------------------------------------------------------------------------

    def test_it_renders_each_of_its_kinds(self, generator: Generator, source: Source) -> None:
        """Two channels at 44.1 kHz, numbers, neither silent nor clipped, of the asked length."""
        for spec in self._specs(generator, source):
            made, _ = _rendered(generator, spec, source)
            assert made.seconds > 0, f"{spec.as_json()} gave no sound"

    def test_the_same_spec_and_seed_give_the_same_samples(
        self, generator: Generator, source: Source
    ) -> None:
        """A render must be made again exactly; draw from `numpy.random.default_rng(spec.seed)`."""
        spec = self._specs(generator, source)[0].merged({"seed": 7})
        first, _ = _rendered(generator, spec, source)
        again, _ = _rendered(generator, spec, source)
        assert np.array_equal(first.samples, again.samples), (
            "two renders of one spec and seed differ: leave out clocks, unseeded random numbers, "
            "sets in a loop and threads that add in any order"
        )

    def test_it_leaves_the_recording_as_it_was(self, generator: Generator, source: Source) -> None:
        """The files are shared by all renders."""
        before = _digests(source)
        _rendered(generator, self._specs(generator, source)[0], source)
        assert _digests(source) == before, "it wrote into its source; write nowhere, yield blocks"

    def test_blocks_come_while_it_works(self, generator: Generator, source: Source) -> None:
        """Playing begins before the end is made."""
        _, blocks = _rendered(generator, self._specs(generator, source)[0], source)
        longest = max(block.seconds for block in blocks)
        assert longest <= LONGEST_BLOCK_SECONDS, (
            f"a block of {longest:.1f} s: yield blocks of a second or a few (`Audio.blocks`)"
        )

    def test_progress_is_told_in_words_between_0_and_1(
        self, generator: Generator, source: Source
    ) -> None:
        """Listeners read it."""
        told: list[tuple[float, str]] = []
        spec = self._specs(generator, source)[0]
        for _ in _blocks(generator, spec, source, lambda part, said: told.append((part, said))):
            pass
        assert told, "it never called `progress(fraction, words)`"
        assert all(0 <= part <= 1 for part, _ in told), f"fractions beyond 0..1: {told}"
        parts = [part for part, _ in told]
        assert parts == sorted(parts), "progress went back; fractions must not fall"
        assert all(said.strip() for _, said in told), "progress without words"

    def test_it_works_without_stems_without_beats_and_on_one_channel(
        self, generator: Generator, song: Song, tmp_path: Path
    ) -> None:
        """Recordings come as they are: it renders them, or says in words why not."""
        source = song.source(tmp_path / "plain", stems=False)
        write_wav(source.first.path, Audio(song.audio().mono()[None], song.audio().rate))
        one = source.first
        analysis = replace(
            one.analysis, tempo_bpm=None, beats=(), downbeats=(), key=None, chords=()
        )
        bare = SourceRecording(one.id, one.title, one.artists, one.path, {}, analysis)
        if not generator.abilities().uses_master:
            bare = replace(bare, score=song.score())
        spec = self._specs(generator, source)[0]
        try:
            _rendered(generator, spec, Source((bare,)))
        except GeneratorError:
            raise
        except ClearmixError as refused:
            assert refused.help, f"it refuses with `{refused.message}` and no remedy: fill `help`"

    def test_who_uses_no_master_plays_the_same_whatever_the_files_hold(
        self, generator: Generator, source: Source, tmp_path: Path
    ) -> None:
        """Rules permit a cover because no sample of the recording is in it."""
        if generator.abilities().uses_master:
            pytest.skip("it says that it uses the master")
        spec = self._specs(generator, source)[0].merged({"seed": 7})
        silent = Source(tuple(_silenced(one, tmp_path / one.id) for one in source.recordings))
        heard, _ = _rendered(generator, spec, source)
        unheard, _ = _rendered(generator, spec, silent)
        assert np.array_equal(unheard.samples, heard.samples), (
            "its sound changes with the recording's files: play from `recording.score` alone, or "
            "set `uses_master`"
        )

    # --- what it may offer besides ---------------------------------------------------------------

    def test_its_notes_are_sentences(self, generator: Generator, source: Source) -> None:
        """A listener reads them before the render begins."""
        if not isinstance(generator, Forewarns):
            pytest.skip("it forewarns of nothing")
        spec = self._specs(generator, source)[0]
        notes = generator.notes(spec, source.first.analysis, frozenset(source.first.stems))
        assert isinstance(notes, tuple), "`notes` must return a tuple of sentences"
        assert all(isinstance(note, str) and note.strip() for note in notes)

    def test_its_report_is_json(self, generator: Generator, source: Source) -> None:
        """It is stored with the render."""
        if not isinstance(generator, Explains):
            pytest.skip("it reports nothing")
        spec = self._specs(generator, source)[0]
        made, _ = _rendered(generator, spec, source)
        report = generator.report(spec, source, made)
        json.dumps([dict(report.plan), dict(report.measured)], allow_nan=False)
        assert json.dumps(generator.plan_json(spec, source)) == json.dumps(
            generator.plan_json(spec, source)
        ), "the plan of one spec and seed must be the same each time"

    def _specs(self, generator: Generator, source: Source) -> tuple[RemixSpec, ...]:
        kinds = sorted(generator.abilities().kinds - {"mashup"})
        asked: Iterable[dict[str, Any]] = [*({"kind": kind} for kind in kinds), *self.specs]
        sources = [recording.id for recording in source.recordings]
        return tuple(RemixSpec.from_json({"sources": sources, **one}) for one in asked)


def _rendered(
    generator: Generator, spec: RemixSpec, source: Source
) -> tuple[Audio, tuple[Audio, ...]]:
    """The sound and its blocks, checked as the kernel checks them."""
    checker = BlockChecker(generator.id, spec, source)
    blocks = []
    for block in _blocks(generator, spec, source, lambda part, said: None):
        assert isinstance(block, Audio), (
            f"it yielded `{type(block).__name__}`: yield `clearmix.Audio` blocks"
        )
        assert block.samples.dtype == np.float32, "samples must be float32"
        checker.check(block)
        blocks.append(block)
    checker.finish()
    return joined(blocks), tuple(blocks)


def _abilities(generator: Generator) -> Abilities:
    """What it says that it can do, in sets as they must be."""
    able: object = generator.abilities()
    assert isinstance(able, Abilities), (
        f"`abilities` returns `{type(able).__name__}`: return `clearmix.Abilities(...)`"
    )
    for name in ("kinds", "fields", "terms"):
        value = getattr(able, name)
        assert isinstance(value, frozenset), (
            f"`{name}` is {type(value).__name__}: write `{name}=frozenset({{...}})`"
        )
    return able


def _blocks(
    generator: Generator, spec: RemixSpec, source: Source, progress: Progress
) -> Iterable[Audio]:
    """What it yields, which must be one block after the other."""
    made: object = generator.render(spec, source, progress)
    assert isinstance(made, Iterable), (
        f"`render` returns `{type(made).__name__}`: `yield` blocks, as in "
        "`yield from sound.blocks(1.0)`"
    )
    return made


def _digests(source: Source) -> list[str]:
    paths = [path for one in source.recordings for path in (one.path, *one.stems.values())]
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def _silenced(recording: SourceRecording, folder: Path) -> SourceRecording:
    """The same recording with silence in its file, and without stems."""
    folder.mkdir()
    write_wav(folder / "silence.wav", Audio.silence(seconds=1.0, rate=RATE))
    return replace(recording, path=folder / "silence.wav", stems={})
