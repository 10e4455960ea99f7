"""What keeps a secret key: asked whether the key is still there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Keyed(Protocol):
    """A labeler that reads nothing without a secret key, which it makes at its first mark.

    A key that is gone while renders bear its marks is told, and not taken for marks that are not
    there.
    """

    def has_key(self) -> bool:
        """Whether the key is there; raises MarkError when it is and cannot be read."""
        ...
