"""Whether a remix may be heard now, by its maker or by everybody, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix.errors import NoStreamError, WithdrawnError

if TYPE_CHECKING:
    from clearmix import Kernel

EVERYBODY = ""
"""Nobody's name: who is not the maker of a remix hears it as everybody does."""


def stopped(kernel: Kernel, render: str, listener: str) -> str:
    """Why a remix may not be heard now; empty as long as it may, and where it was not shared."""
    items = kernel.delivery.items
    try:
        items.require_streamable(items.item(render, listener), listener)
    except WithdrawnError as error:
        return error.message
    except NoStreamError:
        return ""
    return ""
