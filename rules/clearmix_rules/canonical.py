"""Canonical JSON (RFC 8785) and hashes over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction

from clearmix_rules.errors import CanonicalError

_LARGEST = 2**53 - 1


def canonical(value: object) -> bytes:
    """The canonical JSON of a value without floats, as UTF-8.

    Keys are sorted by their UTF-16 code units (RFC 8785, section 3.2.3).

    Raises:
        CanonicalError: the value holds a float, a number beyond 53 bits or half a surrogate pair.

    >>> canonical({"b": 1, "a": ["é", None]}).decode()
    '{"a":["é",null],"b":1}'
    """
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(
            "a text holds half a surrogate pair", help="send texts as valid Unicode"
        ) from error


def _ordered(value: object) -> object:
    if isinstance(value, str) or value is None or value is True or value is False:
        return value
    if type(value) is list:
        return [_ordered(one) for one in value]
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise CanonicalError(
                f"the number {value} is too large for JSON", help=f"use at most {_LARGEST:,}"
            )
        return value
    if isinstance(value, dict | Mapping):
        said = {str(key): one for key, one in value.items()}
        keys = sorted(said) if "".join(said).isascii() else sorted(said, key=_utf16)
        return {key: _ordered(said[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(one) for one in value]
    raise CanonicalError(
        f"canonical JSON cannot hold a {type(value).__name__}",
        help="use whole numbers of a unit, texts and booleans",
    )


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "replace")


def sha256(value: object) -> str:
    """The SHA-256 of the canonical JSON of a value, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def merkle_root(leaves: Iterable[str]) -> str:
    """The Merkle root of hexadecimal hashes, whatever their order (RFC 9162, section 2.1.1).

    Leaves are sorted first; leaf and node hashes carry different prefixes, so that no leaf can
    pass for a node.
    """
    level = [hashlib.sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in sorted(leaves)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [level[index : index + 2] for index in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\1" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0]
            for pair in pairs
        ]
    return level[0].hex()


def tree_json(node: object) -> object:
    """A syntax tree as JSON values: what it means, without places and file names."""
    if (
        node is None
        or isinstance(node, bool | int)
        or (isinstance(node, str) and not isinstance(node, Enum))
    ):
        return node
    if isinstance(node, Enum):
        return str(node.value)
    if isinstance(node, Fraction):
        return f"{node.numerator}/{node.denominator}"
    if isinstance(node, datetime | date):
        return node.isoformat()
    if isinstance(node, tuple):
        return [tree_json(one) for one in node]
    if is_dataclass(node):
        said = {one.name: tree_json(getattr(node, one.name)) for one in fields(node) if one.compare}
        return {"node": type(node).__name__, **said}
    raise CanonicalError(f"a syntax tree cannot hold a {type(node).__name__}")
