"""The process that writes scores, with the priority of all others: a test waits for it."""

from __future__ import annotations

from clearmix.rendering import writing_scores

if __name__ == "__main__":
    writing_scores.STEPS_BACK = 0
    writing_scores.main()
