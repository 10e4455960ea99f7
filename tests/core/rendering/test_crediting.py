"""Whose composition a cover is made of, in a listener's words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from types import SimpleNamespace

from clearmix.catalogue.models import Party, Share, Work
from clearmix.rendering.crediting import composition_notes

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
