"""Signatures of links, tokens and sessions, with one key that stays in the settings' key folder."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from clearmix.errors import StorageError

KEY_BYTES = 32
"""Length of the signing key: that of SHA-256's output (RFC 2104, section 3)."""

SIGNATURE_BYTES = 16
"""HMAC-SHA256 truncated to 128 bits, half its output (RFC 2104, section 5)."""


def signing_key(folder: Path) -> bytes:
    """The service's signing key, made on first use so that only its owner can read it.

    Raises:
        StorageError: the folder cannot be written, or the file is not such a key.
    """
    path = folder / "signing.key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            partial = folder / f".signing.{os.getpid()}.{secrets.token_hex(4)}"
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(secrets.token_bytes(KEY_BYTES))
            try:
                os.link(partial, path)  # fails when another process was first, whose key is used
            except FileExistsError:
                pass
            finally:
                partial.unlink()
        key = path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"no signing key: {error}",
            help="give this user write access to the folder of keys",
            place=str(path),
        ) from error
    if len(key) != KEY_BYTES:
        raise StorageError(
            f"a signing key of {len(key)} bytes instead of {KEY_BYTES}",
            help="remove the file: a new key is made, and everybody signs in again",
            place=str(path),
        )
    return key


def signature(key: bytes, purpose: str, *fields: str) -> str:
    """The signature of fields for one purpose, in the URL-safe alphabet.

    >>> signature(b"k", "stream", "1", "23") == signature(b"k", "stream", "12", "3")
    False
    """
    message = "\0".join((purpose, *fields)).encode()
    digest = hmac.digest(key, message, hashlib.sha256)[:SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")


def is_signature(key: bytes, claimed: str, purpose: str, *fields: str) -> bool:
    """Whether a claimed signature is the right one, compared in constant time."""
    return hmac.compare_digest(signature(key, purpose, *fields).encode(), claimed.encode())
