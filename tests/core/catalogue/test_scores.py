"""Scores: kept with the recording, corrected by hand, and all that a cover's generator gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from clearmix import Abilities, Progress, Score, ScoreNote, SourceRecording
from clearmix.audio import Audio, write_wav
from clearmix.catalogue import Catalogue, NewRecording
from clearmix.contracts import Analyzer
from clearmix.errors import CatalogueError, PluginError
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import RecordingRow
from clearmix.storage.tables.delivery import PlayRow


class OneNote:
    """A transcriber that hears a single A in everything."""

    id = "one-note"
    version = "1"

    def __init__(self) -> None:
        self.heard = 0

    def transcribe(self, recording: SourceRecording, progress: Progress) -> Score:
        self.heard += 1
        return Score(
            title=recording.title,
            origin="mix",
            transcriber=f"{self.id} {self.version}",
            tempo_bpm=120.0,
            beats=4.0,
            key="A minor",
            lines={"melody": (ScoreNote(0.0, 1.0, 69),)},
        )


@pytest.fixture
def transcriber() -> OneNote:
    return OneNote()


@pytest.fixture
def scoring(
    settings: Settings, analyzer: Analyzer, transcriber: OneNote, tmp_path: Path
) -> Iterator[Catalogue]:
    database = Database(settings.database_url)
    database.upgrade()
    store = Store(settings.store, cache=settings.home / "cache")
    catalogue = Catalogue(
        database, store, analyzer=lambda: analyzer, transcriber=lambda: transcriber
    )
    samples = np.random.default_rng(1).normal(0, 0.2, (2, 8000)).astype(np.float32)
    write_wav(tmp_path / "song.wav", Audio(samples, 8000))
    catalogue.add(tmp_path / "song.wav", NewRecording(title="Night Drive", artists=("Ada",)))
    yield catalogue
    database.close()


def test_a_recording_is_transcribed_once(scoring: Catalogue, transcriber: OneNote) -> None:
    first = scoring.score("night-drive")
    assert scoring.score("night-drive") == first
    assert first.lines["melody"][0].pitch == 69
    assert transcriber.heard == 1


def test_another_version_of_the_transcriber_hears_anew_but_a_given_score_stays(
    scoring: Catalogue, transcriber: OneNote
) -> None:
    scoring.score("night-drive")
    transcriber.version = "2"
    assert scoring.score("night-drive").transcriber == "one-note 2"
    given = replace(scoring.score("night-drive"), tempo_bpm=90.0)  # a transcription, corrected
    scoring.scores.keep("night-drive", given)
    transcriber.version = "3"
    assert scoring.score("night-drive") == given
    scoring.scores.forget("night-drive")
    assert scoring.score("night-drive").transcriber == "one-note 3"


def test_what_has_no_score_of_this_transcriber_is_missing_the_newest_and_most_heard_first(
    scoring: Catalogue, transcriber: OneNote, tmp_path: Path
) -> None:
    ids = [f"song-{number}" for number in range(6)]
    for number, id in enumerate(ids):
        samples = np.random.default_rng(10 + number).normal(0, 0.2, (2, 8000)).astype(np.float32)
        write_wav(tmp_path / "song.wav", Audio(samples, 8000))
        scoring.add(tmp_path / "song.wav", NewRecording(title=id, artists=("Ada",)))
    now = utc_now()
    days_old = {"song-0": 90, "song-1": 80, "song-2": 70, "song-3": 1, "song-4": 0.5}
    with scoring._database.session(write=True) as session:
        for id, days in days_old.items():
            row = session.get(RecordingRow, id)
            assert row is not None
            row.added_at = now - timedelta(days=days)
            session.add(row)
        plays = {"song-3": ("a", "b", "c"), "song-0": ("a", "b"), "song-1": ("a", "a", "a")}
        for id, listeners in plays.items():
            for number, listener in enumerate(listeners):
                play = PlayRow(
                    event_id=f"{id}-{number}",
                    item_id=id,
                    listener_id=listener,
                    played_at=now - timedelta(days=1),
                    milliseconds=60_000,
                    category="original",
                    territory="GB",
                    tier="free",
                )
                session.add(play)
    scoring.scores.keep("song-5", Score("X", "score", "by hand", 90.0, 8.0, None))
    scoring.score("night-drive")
    expected = ("song-4", "song-3", "song-0", "song-1", "song-2")
    assert scoring.scores.missing() == expected
    transcriber.version = "2"
    assert set(scoring.scores.missing()) == {*expected, "night-drive"}


def test_no_sound_is_decoded_for_a_cover_whose_score_is_known(scoring: Catalogue) -> None:
    able = Abilities(frozenset({"cover"}), frozenset(), frozenset(), 60.0, uses_master=False)
    generator = SimpleNamespace(abilities=lambda: able)
    scoring.scores.keep("night-drive", Score("X", "score", "by hand", 90.0, 8.0, None))
    heard = scoring.heard_by(generator, ["night-drive"])  # type: ignore[arg-type]  # as above
    decoded = heard.first.path.parent
    assert [path.name for path in decoded.iterdir()] == [heard.first.path.name]
    assert heard.first.analysis == scoring.recording("night-drive").analysis


def test_without_a_transcriber_the_remedy_is_named(scoring: Catalogue, settings: Settings) -> None:
    database = Database(settings.database_url)
    store = Store(settings.store, cache=settings.home / "cache")
    bare = Catalogue(database, store, analyzer=lambda: SimpleNamespace())
    with pytest.raises(CatalogueError, match="has no score") as refused:
        bare.score("night-drive")
    assert "--from FILE.mid" in refused.value.help
    database.close()


@pytest.mark.parametrize("uses_master", [True, False])
def test_no_sample_reaches_a_generator_that_uses_no_master(
    scoring: Catalogue, uses_master: bool
) -> None:
    able = Abilities(frozenset({"cover"}), frozenset(), frozenset(), 60.0, uses_master=uses_master)
    generator = SimpleNamespace(abilities=lambda: able)
    source = scoring.source(["night-drive"])
    heard = scoring.heard_by(generator, ["night-drive"])  # type: ignore[arg-type]  # only asked for this
    if uses_master:
        assert heard == source
    else:
        assert heard.first.score == scoring.score("night-drive")
        assert heard.first.stems == {}
        assert not heard.first.read().samples.any()


def test_a_score_survives_json() -> None:
    score = OneNote().transcribe(SimpleNamespace(title="X"), lambda part, said: None)  # type: ignore[arg-type]
    assert Score.from_json(score.as_json()) == score


def test_a_score_with_a_mistake_is_refused_with_its_place() -> None:
    wrong = Score("X", "score", "by hand", 90.0, 8.0, None).as_json() | {"origin": "rumour"}
    with pytest.raises(CatalogueError, match="`origin`") as refused:
        Score.from_json(wrong, place="x.json")
    assert refused.value.place == "x.json"


def test_a_transcriber_that_fails_is_named(scoring: Catalogue, transcriber: OneNote) -> None:
    (recording,) = scoring.recordings()
    for answer, said in ((lambda: 1 / 0, "failed: ZeroDivisionError"), (dict, "returned `dict`")):
        transcriber.transcribe = lambda recording, progress, answer=answer: answer()  # type: ignore[method-assign]
        with pytest.raises(PluginError, match=f"transcriber `one-note` {said}") as caught:
            scoring.score(recording.id)
        assert caught.value.help
