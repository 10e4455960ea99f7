"""Stems that a separator estimates: kept with the recording, checked, and never over given ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.catalogue import Catalogue, NewRecording
from clearmix.contracts import Analyzer, Progress, Score
from clearmix.errors import CatalogueError, PluginError
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.store import Store

RATE = 8000

Split = Callable[[Audio], Mapping[str, Audio]]


def halves(audio: Audio) -> dict[str, Audio]:
    half = Audio(audio.samples / 2, audio.rate)
    return {"vocals": half, "harmony": half}


class Halver:
    """A separator that hears half of everything as the voice."""

    id = "halver"
    version = "3"
    split: Split = staticmethod(halves)

    def separate(self, audio: Audio, progress: Progress) -> Mapping[str, Audio]:
        progress(0.5, "halving")
        return self.split(audio)


@pytest.fixture
def halver() -> Halver:
    return Halver()


@pytest.fixture
def separating(settings: Settings, analyzer: Analyzer, halver: Halver) -> Iterator[Catalogue]:
    database = Database(settings.database_url)
    database.upgrade()
    store = Store(settings.store, cache=settings.home / "cache")
    yield Catalogue(
        database,
        store,
        analyzer=lambda: analyzer,
        separator=lambda: halver,
        separators=lambda: {halver.id: halver},
    )
    database.close()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    samples = np.random.default_rng(1).normal(0, 0.2, (2, 3 * RATE)).astype(np.float32)
    write_wav(tmp_path / "song.wav", Audio(samples, RATE))
    return tmp_path / "song.wav"


def new() -> NewRecording:
    return NewRecording(title="Night Drive", artists=("Ada Wren",))


def test_a_recording_without_stems_is_taken_apart_when_it_is_added(
    separating: Catalogue, song: Path
) -> None:
    said: list[float] = []
    added = separating.add(song, new(), lambda fraction, words: said.append(fraction)).recording
    assert set(added.stems) == {"vocals", "harmony"}
    assert added.stems_estimated_by == "halver 3"
    assert said == sorted(said)
    source = separating.source([added.id]).first
    assert source.stems_estimated_by == "halver 3"
    np.testing.assert_allclose(
        source.read_stem("vocals").samples, read_audio(song).samples / 2, atol=1e-5
    )


class Splitter(Halver):
    """A separator without a trained model."""

    weight_free: Literal[True] = True


def test_stems_are_of_a_model_unless_their_separator_says_that_it_has_none(
    separating: Catalogue, catalogue: Catalogue, halver: Halver, song: Path
) -> None:
    added = separating.add(song, new()).recording
    assert separating.stems_of_a_model([added])
    halver.__class__ = Splitter
    assert not separating.stems_of_a_model([added])
    assert catalogue.stems_of_a_model([added]), "nobody can ask a separator that is gone"


def test_stems_that_were_given_and_no_stems_are_of_no_model(
    separating: Catalogue, catalogue: Catalogue, song: Path
) -> None:
    whole = catalogue.add(song, new()).recording
    assert not separating.stems_of_a_model([whole])


def test_without_a_separator_nothing_is_estimated(catalogue: Catalogue, song: Path) -> None:
    added = catalogue.add(song, new()).recording
    assert added.stems == {}
    assert catalogue.without_stems() == (added.id,)
    with pytest.raises(CatalogueError, match="no separator is ready") as refused:
        catalogue.separate(added.id)
    assert "clearmix models fetch spleeter" in refused.value.help


def test_a_better_separator_replaces_what_another_estimated(
    separating: Catalogue, halver: Halver, song: Path
) -> None:
    added = separating.add(song, new()).recording
    halver.version = "4"
    halver.split = lambda audio: {"drums": audio}
    again = separating.separate(added.id)
    assert (set(again.stems), again.stems_estimated_by) == ({"drums"}, "halver 4")
    assert separating.without_stems() == ()


@pytest.mark.parametrize("given", [True, False])
def test_a_score_that_was_heard_from_the_mix_is_written_anew_from_stems(
    separating: Catalogue, song: Path, given: bool
) -> None:
    added = separating.add(song, new()).recording
    score = Score("Night Drive", "mix", "one-note 1", 90.0, 8.0, None)
    separating.scores._keep(added.id, score, by=None if given else "one-note 1")
    separating.separate(added.id)
    assert separating.scores.kept(added.id) == (score if given else None)


def test_stems_that_were_given_stay(separating: Catalogue, song: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stems"
    folder.mkdir()
    (folder / "drums.wav").write_bytes(song.read_bytes())
    given = NewRecording(title="Night Drive", artists=("Ada Wren",), stems=folder)
    added = separating.add(song, given).recording
    assert (set(added.stems), added.stems_estimated_by) == ({"drums"}, None)
    with pytest.raises(CatalogueError, match="came with stems"):
        separating.separate(added.id)


def test_a_stem_above_full_scale_is_kept_whole(
    separating: Catalogue, halver: Halver, song: Path
) -> None:
    audio = read_audio(song)
    loud = np.full_like(audio.samples, 1.5)
    halver.split = lambda mix: {
        "vocals": Audio(loud, mix.rate),
        "harmony": Audio(mix.samples - loud, mix.rate),
    }
    added = separating.add(song, new()).recording
    stem = separating.source([added.id]).first.read_stem("vocals")
    assert stem.samples.max() == pytest.approx(1.5)


def _part(change: Callable[[Audio], Audio]) -> Split:
    return lambda mix: {"vocals": change(mix)}


@pytest.mark.parametrize(
    ("split", "said"),
    [
        (lambda mix: {}, "no stems"),
        (lambda mix: {"kazoo-ish": mix}, "a stem `kazoo-ish`, which is no part"),
        (_part(lambda mix: Audio(mix.samples[:, :RATE], RATE)), "1.000 s of vocals for 3.000 s"),
        (_part(lambda mix: Audio(mix.samples * np.float32(np.nan), RATE)), "not numbers"),
        (_part(lambda mix: Audio(mix.samples * 2, RATE)), "do not add up"),
        (_part(lambda mix: mix.samples), "`ndarray` where a stem must be `Audio`"),
        (lambda mix: [mix], "returned `list` where it must return `Mapping`"),
        (_part(lambda mix: mix.samples / None), "separator `halver` failed: TypeError"),
    ],
)
def test_what_is_no_set_of_stems_is_refused_and_the_recording_stays(
    separating: Catalogue, halver: Halver, song: Path, split: Split, said: str
) -> None:
    added = separating.add(song, new()).recording
    halver.split = split
    with pytest.raises(PluginError, match=said) as refused:
        separating.separate(added.id)
    assert refused.value.place == "separator halver"
    assert separating.recording(added.id).stems_estimated_by == "halver 3"
