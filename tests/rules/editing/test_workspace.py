"""The policies that an editor works with, open and on disk, and the names in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearmix_rules.editing import workspace as module
from clearmix_rules.editing.names import Role, attributes_of, names
from clearmix_rules.editing.workspace import Document, Workspace, path_of

POLICIES = Path(__file__).parents[1] / "policies"


def test_every_name_of_the_samples_has_its_role() -> None:
    text = (POLICIES / "northlight.rights").read_text()
    roles = {(one.text, one.role, one.declares) for one in names(text)}
    assert {
        ("northlight", Role.PARTY, True),
        ("northlight", Role.PARTY, False),
        ("nordics", Role.DEFINITION, True),
        ("nordics", Role.DEFINITION, False),
        ("short-remix", Role.RULE, True),
        ("remix", Role.ACTION, False),
        ("tier", Role.ATTRIBUTE, False),
        ("release-date", Role.ATTRIBUTE, False),
        ("private", Role.VALUE, False),
        ("SE", Role.VALUE, False),
    } <= roles
    assert all(text[one.start : one.end] == one.text for one in names(text))


def test_a_value_knows_its_attribute() -> None:
    text = (
        "rule a: forbid remix when listener's tier is plus and generator's id is studio reason \"\""
    )
    about = {one.text: one.attributes for one in names(text) if one.role is Role.VALUE}
    assert about == {"plus": ("listener.tier",), "studio": ("generator.id",)}
    assert [one.key for one in attributes_of(None, "id")] == [
        "listener.id", "track.id", "work.id", "generator.id",
    ]  # fmt: skip


def test_open_policies_stand_for_their_files(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ö b.rights"
    path.parent.mkdir()
    path.write_text("by artist on-disk")
    (tmp_path / "other.txt").write_text("by artist other")
    shelf = Workspace([tmp_path])
    assert [one.text for one in shelf.documents()] == ["by artist on-disk"]
    uri = path.as_uri().replace("%C3%B6", "%c3%b6")  # as some editors write it
    shelf.opened[uri] = Document(uri, "by artist in-editor")
    assert [(one.name, one.text) for one in shelf.documents()] == [
        ("ö b.rights", "by artist in-editor")
    ]
    assert list(shelf.parties()) == ["in-editor"]


def test_hidden_and_installed_folders_are_passed_over(tmp_path: Path) -> None:
    for folder in (".git", "node_modules", "venv"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.rights").write_text("by artist hidden")
    assert list(Workspace([tmp_path]).documents()) == []


def test_changed_files_are_read_anew_and_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.rights"
    path.write_text("by artist one")
    (tmp_path / "b.rights").write_text("by artist constant")
    shelf = Workspace([tmp_path])
    first = {one.name: one for one in shelf.documents()}
    path.write_text("by artist another")
    assert {one.name: one for one in shelf.documents()} == first
    shelf.forget()
    second = {one.name: one for one in shelf.documents()}
    assert second["a.rights"].text == "by artist another"
    assert second["b.rights"] is first["b.rights"]
    path.unlink()
    shelf.forget()
    assert [one.name for one in shelf.documents()] == ["b.rights"]


def test_files_that_cannot_be_policies_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "binary.rights").write_bytes(b"by artist \xff\xfe\x00")
    (tmp_path / "long.rights").write_text("# " + "x" * 1_000_000)
    (tmp_path / "folder.rights").mkdir()
    assert [one.name for one in Workspace([tmp_path]).documents()] == ["binary.rights"]
    monkeypatch.setattr(module, "MOST_FILES", 0)
    assert list(Workspace([tmp_path]).documents()) == []


def test_only_files_have_paths() -> None:
    assert path_of("file:///a/b%20c.rights") == Path("/a/b c.rights")
    assert path_of("untitled:Untitled-1") is None
    assert Document("untitled:Untitled-1", "").name == "Untitled-1"
