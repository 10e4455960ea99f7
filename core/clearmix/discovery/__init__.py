"""Discovery: lanes that keep human-made and AI-made versions apart, and their order."""

from __future__ import annotations

from clearmix.discovery.lanes import LANES, Entry, Lane
from clearmix.discovery.measuring import Measured
from clearmix.discovery.room import Discovery, Feed

__all__ = ["LANES", "Discovery", "Entry", "Feed", "Lane", "Measured"]
