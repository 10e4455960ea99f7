"""The layers in which a mark may be that cannot be read here: never taken for its absence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from clearmix.contracts import Keyed, Labeler
from clearmix.errors import MarkError

if TYPE_CHECKING:
    from clearmix.verification.registry import Registry

NOT_STARTED: Final = "it did not start; see `clearmix doctor`"

KEY_LOST: Final = "its key is gone, and renders were marked with it; restore it from a backup"


def unread_layers(
    labelers: Mapping[str, Labeler], lost: Iterable[str], registry: Registry
) -> dict[str, str]:
    """By labeler, or by a plugin that could not hand over all of its own, why it reads nothing."""
    plugins = {f"plugin {name}": NOT_STARTED for name in lost}
    return {**plugins, **dict.fromkeys(lost_keys(labelers, registry), KEY_LOST)}


def lost_keys(labelers: Mapping[str, Labeler], registry: Registry) -> Iterator[str]:
    """The labelers whose key is gone while published renders bear their marks."""
    for id, labeler in labelers.items():
        if not isinstance(labeler, Keyed):
            continue
        try:
            there = labeler.has_key()
        except MarkError:  # there, and not to be read: reading says so itself
            continue
        if not there and registry.has_marked(id):
            yield id
