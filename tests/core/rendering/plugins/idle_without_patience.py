"""The child of an idle worker, with the priority of all others: a test waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clearmix.rendering import idle

_to_write = idle.to_write


def chatty(*given: Any) -> Iterator[str]:
    """What is to be written, by a library that prints what it likes."""
    print("a library says hello")
    return _to_write(*given)


if __name__ == "__main__":
    idle.STEPS_BACK = 0
    idle.to_write = chatty
    idle.main()
