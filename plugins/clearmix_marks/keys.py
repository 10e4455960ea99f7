"""The secret key of the watermark: made on first use, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from clearmix.errors import MarkError

KEY_NAME = "watermark.key"
KEY_BYTES = 32


def existing_key(folder: Path) -> bytes | None:
    """The key of that folder, or None when nothing was ever marked with it.

    Raises:
        MarkError: the file is there but cannot be read, or is not a key.
    """
    path = folder / KEY_NAME
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MarkError(
            f"the watermark key cannot be read: {error.strerror}",
            help="run as the user who owns the key",
            place=str(path),
        ) from error
    if len(key) != KEY_BYTES:
        raise MarkError(
            f"a watermark key of {len(key)} bytes instead of {KEY_BYTES}",
            help="restore the key from a backup: marks made with it are read with no other",
            place=str(path),
        )
    return key


def key_made_once(folder: Path) -> bytes:
    """The key of that folder; drawn from the system's random source if there is none yet.

    Two processes that get here at once end with the same key: the finished file is linked into
    place, and only one link succeeds.

    Raises:
        MarkError: the key cannot be written or read.
    """
    found = existing_key(folder)
    if found is not None:
        return found
    path = folder / KEY_NAME
    partial = folder / f".{KEY_NAME}.{os.getpid()}.{secrets.token_hex(4)}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            pass  # another process was first: its key is the key
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise MarkError(
            f"the watermark key cannot be written: {error.strerror}",
            help="make the folder writable or move CLEARMIX_HOME",
            place=str(path),
        ) from error
    made = existing_key(folder)
    if made is None:
        raise MarkError(
            "the watermark key vanished while it was made", help="try again", place=str(path)
        )
    return made
