import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import stdnum.isni

from clearmix import CatalogueSource, ClearmixError
from clearmix.catalogue.document import Document, read_document
from clearmix_demo import people
from clearmix_demo.catalogue import (
    DemoCatalogue,
    _keep,
    _kept,
    _rendered,
    sources_digest,
    write_document,
)
from clearmix_demo.rendering import song_paths
from clearmix_demo.score import SONG_IDS, read_song
from clearmix_rules import PolicySet, PolicySource


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("catalogue")
    write_document(made)
    return made


@pytest.fixture(scope="module")
def document(folder: Path) -> Document:
    return read_document(folder / "catalogue.json")


def test_the_document_has_the_import_format_and_every_song(document: Document) -> None:
    assert {recording.id for recording in document.recordings} == set(SONG_IDS)
    for recording in document.recordings:
        assert recording.title == read_song(recording.id).title
        assert (
            recording.analysis is not None and recording.analysis.key == read_song(recording.id).key
        )


def test_shares_of_each_side_are_the_whole_unless_the_work_is_in_the_public_domain(
    document: Document,
) -> None:
    for recording in document.recordings:
        assert sum(share.parts for share in recording.shares) == recording.whole
    for work in document.works:
        assert sum(share.parts for share in work.shares) == (
            0 if work.public_domain else work.whole
        )
    assert any(work.public_domain for work in document.works)


def test_everyone_who_is_named_is_a_party_and_the_labels_form_a_tree(document: Document) -> None:
    parties = {party.id: party for party in document.parties}
    named = {party.parent for party in document.parties} - {None}
    for work in document.works:
        named |= {share.party for share in work.shares}
    for recording in document.recordings:
        named |= {*recording.artists, *recording.performers, *recording.producers}
        named |= {share.party for share in recording.shares}
        named |= {recording.label} - {None}
    assert named <= set(parties)
    kinds = Counter(party.kind for party in document.parties)
    assert kinds["label"] + kinds["imprint"] + kinds["publisher"] >= 5
    dusk = parties["northlight-dusk"]
    assert parties[str(parties[str(dusk.parent)].parent)].kind == "group"


def test_identifiers_have_right_check_digits_and_belong_to_one_thing_each(
    document: Document,
) -> None:
    for party in document.parties:
        assert party.isni is None or stdnum.isni.is_valid(party.isni)
        if party.ipi is not None:
            digits = [int(digit) for digit in party.ipi[:9]]
            total = sum(digit * (10 - place) for place, digit in enumerate(digits)) % 101
            assert int(party.ipi[9:]) == (101 - total) % 100
    codes = [row.isrc for row in document.recordings] + [row.iswc for row in document.works]
    assert len(set(codes)) == len(codes) and None not in codes


def test_every_tier_has_a_listener_and_every_role_a_login(document: Document) -> None:
    tiers = {listener.tier for listener in document.listeners}
    assert tiers == {"free", "basic", "plus", "premium", "studio"}
    roles = {login.role for login in document.logins}
    assert roles == {"listener", "artist", "policy-author", "operator"}
    listeners = {listener.id for listener in document.listeners}
    parties = {party.id for party in document.parties}
    for login in document.logins:
        assert login.party is None or login.party in parties
        assert login.role != "listener" or login.user in listeners


def test_the_policies_check_together(folder: Path, document: Document) -> None:
    sources = [
        PolicySource(name, (folder / name).read_text(encoding="utf-8"))
        for name in document.policies
    ]
    assert len(sources) >= 5
    PolicySet.load(sources)


def test_the_month_has_the_shape_of_a_real_one(folder: Path, document: Document) -> None:
    plays = pq.read_table(folder / str(document.plays)).to_pylist()
    ids = Counter(play["event_id"] for play in plays)
    assert len(ids) == 50_000 < len(plays)
    items = {row.id for row in document.recordings} | {row["id"] for row in document.renders}
    made = {row["id"]: datetime.fromisoformat(row["made_at"]) for row in document.renders}
    maker = {row["id"]: row["maker"] for row in document.renders}
    for play in plays:
        assert play["item_id"] in items
        assert datetime(2026, 10, 1, tzinfo=UTC) <= play["played_at"]
        assert play["played_at"] < datetime(2026, 11, 1, tzinfo=UTC)
        assert play["played_at"] >= made.get(play["item_id"], play["played_at"])
        assert play["maker_id"] == maker.get(play["item_id"])
    short = sum(play["seconds"] < 30 for play in plays) / len(plays)
    assert 0.1 < short < 0.3
    assert any(play["maker_id"] == play["listener_id"] for play in plays)
    assert any(play["fraud"] for play in plays) and any(play["offline"] for play in plays)
    assert {play["category"] for play in plays} == {"original", "listener-remix", "listener-cover"}


def test_renders_name_songs_and_owe_known_parties(document: Document) -> None:
    parties = {party.id for party in document.parties}
    for render in document.renders:
        assert len(render["id"]) == 16 and int(render["id"], 16) >= 0
        assert set(render["sources"]) <= set(SONG_IDS)
        assert {row["payee"] for row in render["duties"]["royalties"]} <= parties


def test_writing_the_document_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in write_document(tmp_path):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def _pretend(folder: Path) -> dict[str, list[str]]:
    """Files of the right names as if every song had been rendered."""
    kept: dict[str, list[str]] = {}
    for id in SONG_IDS:
        paths = song_paths(read_song(id))
        kept[id] = [paths["audio"], *paths["stems"].values()]
        for path in kept[id]:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(b"fLaC")
    kept["catalogue"] = write_document(folder)
    return kept


def test_a_prepared_folder_is_returned_at_once(tmp_path: Path) -> None:
    _keep(tmp_path, sources_digest(), _pretend(tmp_path))
    before = (tmp_path / "catalogue.json").stat().st_mtime_ns
    said: list[str] = []
    source = DemoCatalogue()
    assert isinstance(source, CatalogueSource)
    path = source.prepare(tmp_path, lambda part, words: said.append(words))
    assert path == tmp_path / "catalogue.json"
    assert path.stat().st_mtime_ns == before
    assert said == ["the example catalogue is ready"]


def test_a_song_with_a_broken_file_is_to_be_made_again_and_only_that_one(tmp_path: Path) -> None:
    digest = sources_digest()
    _keep(tmp_path, digest, _pretend(tmp_path))
    (tmp_path / "stems/greensleeves/bass.flac").write_bytes(b"")
    (tmp_path / "audio/korobeiniki.flac").unlink()
    assert set(SONG_IDS) - set(_kept(tmp_path, digest)) == {"greensleeves", "korobeiniki"}


def test_other_sources_or_a_broken_list_make_everything_again(tmp_path: Path) -> None:
    _keep(tmp_path, "another digest", _pretend(tmp_path))
    assert _kept(tmp_path, sources_digest()) == {}
    (tmp_path / "files.json").write_text('{"digest": ', encoding="utf-8")
    assert _kept(tmp_path, sources_digest()) == {}


def test_a_song_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "audio").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(ClearmixError, match="`greensleeves` could not be rendered") as caught:
        list(_rendered(["greensleeves"], tmp_path, lambda part, words: None))
    assert "File exists" in caught.value.message
    assert "run the command again" in caught.value.help


def test_what_people_toml_holds_is_json(tmp_path: Path) -> None:
    json.dumps([people.parties(), people.works(), people.consents(), people.rates()])


def test_the_summer_has_no_remix_before_it_was_made_and_months_before_the_first(
    folder: Path, document: Document
) -> None:
    assert document.earlier_plays == ("plays-2026-summer.parquet",)
    rows = pq.read_table(folder / document.earlier_plays[0]).to_pylist()
    made = {row["id"]: datetime.fromisoformat(row["made_at"]) for row in document.renders}
    of_remixes = [row for row in rows if row["item_id"] in made]

    assert 80_000 < len(rows) == len({row["event_id"] for row in rows})
    assert max(row["played_at"] for row in rows) < datetime(2026, 10, 1, tzinfo=UTC)
    assert all(row["played_at"] > made[row["item_id"]] for row in of_remixes)
    first = min(row["played_at"] for row in of_remixes)
    assert (first - min(row["played_at"] for row in rows)).days >= 56, "a placebo needs 56 days"
    assert {row["category"] for row in rows if row["item_id"] not in made} == {"original"}
