"""What every decision's record names besides the request: versions of meaning and of schema."""

from __future__ import annotations

from functools import lru_cache

from clearmix_rules.canonical import sha256
from clearmix_rules.schema import SCHEMA

SEMANTICS = 2
"""Counts up whenever the same policies and request could be answered differently."""


@lru_cache(maxsize=1)
def schema_hash() -> str:
    """The hash of the schema."""
    return sha256(SCHEMA.as_json())
