from __future__ import annotations

from clearmix.kernel import Kernel
from clearmix_ui import shelf
from clearmix_ui.shelf import shelf_of


def ids(kernel: Kernel, find: str = "", **options: bool) -> list[str]:
    return [entry.song.id for entry in shelf_of(kernel, "mia", find, **options).entries]


def test_songs_are_found_by_title_artist_and_genre_whatever_the_accents(example: Kernel) -> None:
    assert ids(example, "GREEN") == ["greensleeves"]
    assert ids(example, "ada wren") == ["greensleeves"]
    assert ids(example, "wren green") == ["greensleeves"]
    assert ids(example, "gréen") == ["greensleeves"]
    assert ids(example, "sleeves") == [], "words are found by how they begin"
    assert ids(example, "nothing of that name") == []
    assert len(ids(example)) == len(example.catalogue.recordings())


def test_only_what_may_be_remixed_is_a_filter(example: Kernel) -> None:
    found = shelf_of(example, "mia", remixable=True)

    assert found.entries
    assert all(not entry.note for entry in found.entries)
    assert "korobeiniki" not in [entry.song.id for entry in found.entries]


def test_what_limits_a_song_is_said_on_it(example: Kernel) -> None:
    notes = {entry.song.id: entry.note for entry in shelf_of(example, "mia").entries}

    assert notes["greensleeves"] == ""
    assert notes["korobeiniki"] == "Listening only"
    assert notes["drunken-sailor"] == "Covers only"


def test_another_listener_has_another_shelf(example: Kernel) -> None:
    mine = {entry.song.id: entry.opening for entry in shelf_of(example, "mia").entries}
    theirs = {entry.song.id: entry.opening for entry in shelf_of(example, "ben").entries}

    assert mine["greensleeves"] == "remix"
    assert theirs["greensleeves"] == "cover"


def test_a_large_catalogue_shows_its_first_songs(example: Kernel, monkeypatch) -> None:
    monkeypatch.setattr(shelf, "MOST_SHOWN", 3)

    found = shelf_of(example, "mia")

    assert len(found.entries) == 3
    assert found.more
    assert not shelf_of(example, "mia", "green").more
