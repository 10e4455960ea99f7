"""Delivery: signed links, streams whose consent is checked again, and plays that count once."""

from __future__ import annotations

from clearmix.delivery.models import Exported, Held, Play, Sent, Streamable, StreamLink
from clearmix.delivery.room import Delivery

__all__ = ["Delivery", "Exported", "Held", "Play", "Sent", "StreamLink", "Streamable"]
