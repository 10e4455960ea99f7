"""Operations: backups, retention, erasure, and what the service says of itself."""

from __future__ import annotations

from clearmix.operations.room import Operations

__all__ = ["Operations"]
