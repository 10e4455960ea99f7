"""The child of an idle worker, with the priority of all others: a test waits for it."""

from __future__ import annotations

from clearmix.rendering import idle

if __name__ == "__main__":
    idle.STEPS_BACK = 0
    idle.main()
