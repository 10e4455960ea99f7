"""Delivery: signed links, streams whose consent is checked again, and plays that count once."""

from __future__ import annotations

from clearmix.delivery.models import Play, Stream, Streamable, StreamLink
from clearmix.delivery.room import Delivery

__all__ = ["Delivery", "Play", "Stream", "StreamLink", "Streamable"]
