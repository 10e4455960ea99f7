"""The rooms that a conversation speaks with, and what they call things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix.contracts import Conversation, Interpretation
from clearmix.errors import ClearmixError
from clearmix.spec import RemixSpec

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.delivery.items import Items
    from clearmix.rendering import Rendering
    from clearmix.royalties import Royalties


@dataclass(frozen=True)
class House:
    """The rooms that a conversation speaks with."""

    interpret: Callable[[str, Conversation], Interpretation]
    catalogue: Catalogue
    rendering: Rendering
    royalties: Royalties
    would_permit: Callable[[RemixSpec, str], bool]
    would_allow: Callable[[RemixSpec, str], bool]
    items: Items

    def named(self, id: str) -> str:
        """The title of a recording or render, or the id when it is gone."""
        try:
            return self.catalogue.recording(id).title
        except ClearmixError:
            pass
        try:
            return self.rendering.render(id).title
        except ClearmixError:
            return id

    def party(self, id: str) -> str:
        """The name of a party, or the id when it is unknown."""
        try:
            return self.catalogue.party(id).name
        except ClearmixError:
            return id
