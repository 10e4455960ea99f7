"""The desk of a rights-holder: its tracks, its answers, the remixes of them, what waits for it."""

from __future__ import annotations

from clearmix.desk.effects import Effect, Opening
from clearmix.desk.room import Desk, Remix
from clearmix.desk.terms import Said, Terms

__all__ = ["Desk", "Effect", "Opening", "Remix", "Said", "Terms"]
