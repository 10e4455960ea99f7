"""Whose composition a cover is made of, in a listener's words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from types import SimpleNamespace

import pytest

from clearmix.catalogue.models import Party, Share, Work
from clearmix.rendering.crediting import (
    DDEX_ROLES,
    composition_notes,
    credited_by_name,
    named_credits,
)
from clearmix_rules.schema import CREDIT_ROLES

WORK = Work("w-green", "Green", "T-123", False, (
    Share("ada", "writer", 50), Share("bo", "writer", 25), Share("larkfield", "publisher", 25),
))  # fmt: skip


class Shelf:
    """A catalogue of one work."""

    def __init__(self, work: Work | None) -> None:
        self._work = work

    def work(self, id: str) -> Work | None:
        return self._work

    def parties(self, ids: Collection[str]) -> tuple[Party, ...]:
        names = {"ada": "Ada Wren", "bo": "Bo Ash", "larkfield": "Larkfield"}
        return tuple(Party(id, "writer", names[id]) for id in ids)


def said(work: Work | None) -> tuple[str, ...]:
    recording = SimpleNamespace(title="Green", work=work and work.id)
    return composition_notes(Shelf(work), [recording])  # type: ignore[arg-type,list-item]


def test_writers_and_publishers_are_named() -> None:
    (note,) = said(WORK)
    assert note == (
        "“Green” (written by Ada Wren and Bo Ash, published by Larkfield) is performed anew: its "
        "writers and publishers decide and are paid; the recording is not used"
    )


def test_a_work_of_which_nobody_is_known_is_told_as_such() -> None:
    assert said(None) == ("“Green” is performed anew; nobody is known to have written it",)


def test_the_public_domain_is_named() -> None:
    free = replace(WORK, public_domain=True, shares=())
    (note,) = said(free)
    assert note == "“Green” (in the public domain) is performed anew: the recording is not used"


SONG = SimpleNamespace(
    title="Green",
    work=WORK.id,
    artists=("ada",),
    performers=("cy",),
    producers=("bo",),
    label="northlight",
    shares=(Share("northlight", "owner", 60), Share("ada", "featured-artist", 40)),
)
NAMES = {"ada": "Ada Wren", "bo": "Bo Ash", "larkfield": "Larkfield", "northlight": "Northlight"}


class Named(Shelf):
    """A catalogue that does not know every party by name."""

    def parties(self, ids: Collection[str]) -> tuple[Party, ...]:
        return tuple(Party(id, "artist", NAMES[id]) for id in ids if id in NAMES)


def credited(roles: tuple[str, ...], *songs: object, work: Work | None = WORK) -> tuple[str, ...]:
    return named_credits(Named(work), songs or (SONG,), roles)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("artist", ("MainArtist: Ada Wren",)),
        ("performer", ("AssociatedPerformer: cy",)),
        ("producer", ("Producer: Bo Ash",)),
        ("writer", ("ComposerLyricist: Ada Wren", "ComposerLyricist: Bo Ash")),
        ("songwriter", ("ComposerLyricist: Ada Wren", "ComposerLyricist: Bo Ash")),
        ("publisher", ("MusicPublisher: Larkfield",)),
        ("label", ("RecordCompany: Northlight",)),
        ("owner", ("RightsController: Northlight",)),
    ],
)
def test_a_role_that_is_to_be_credited_is_credited_by_name(
    role: str, said: tuple[str, ...]
) -> None:
    assert credited((role,)) == said


def test_every_role_of_the_rights_language_has_one_of_ddex() -> None:
    assert set(DDEX_ROLES) == set(CREDIT_ROLES)


def test_a_role_that_nobody_is_known_for_is_left_out() -> None:
    bare = SimpleNamespace(**{**vars(SONG), "producers": (), "label": None, "work": None})
    assert credited(("artist", "producer", "label", "writer"), bare) == ("MainArtist: Ada Wren",)
    assert credited(("writer",), work=None) == ()


def test_of_several_sources_each_party_is_credited_once_and_roles_keep_their_order() -> None:
    other = SimpleNamespace(**{**vars(SONG), "artists": ("bo",)})
    assert credited(("writer", "artist", "songwriter"), SONG, other) == (
        "ComposerLyricist: Ada Wren",
        "ComposerLyricist: Bo Ash",
        "MainArtist: Ada Wren",
        "MainArtist: Bo Ash",
    )


def test_bare_roles_that_earlier_renders_kept_are_named_and_a_gap_is_told() -> None:
    bare = SimpleNamespace(**{**vars(SONG), "producers": ()})
    kept = ("artist", "producer", "RecordCompany: Then Records", "label")
    assert credited_by_name(Named(WORK), [bare], kept) == (  # type: ignore[arg-type,list-item]
        "RecordCompany: Then Records",
        "MainArtist: Ada Wren",
        "RecordCompany: Northlight",
        "Producer: nobody was recorded",
    )


def test_credits_that_were_kept_by_name_stay_as_they_are() -> None:
    kept = ("Producer: Somebody Who Has Left",)
    assert credited_by_name(Named(None), [], kept) == kept  # type: ignore[arg-type]
