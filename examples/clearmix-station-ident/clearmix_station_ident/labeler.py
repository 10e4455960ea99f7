"""A mark of the file: who sends it, in a box at the end of an M4A."""

import json
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from clearmix import Disclosure, Reading

BOX = b"uuid" + uuid.uuid5(uuid.NAMESPACE_DNS, "station-ident.example.org").bytes
"""How the box begins, after its length; use a domain of your own."""

HEAD = 4 + len(BOX)
CHECKSUM = 4
"""Bytes of the length and the type, and of the checksum (CRC-32) of what follows it."""


class StationIdent:
    """Writes the station's name beside the render's id, and reads both back.

    Args:
        station: the name of whoever sends the file.
    """

    id = "station-ident"
    version = "1"
    layer: Literal["file"] = "file"

    def __init__(self, station: str) -> None:
        self._station = station

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        """The same file with the ident at its end; the newest one counts."""
        said = json.dumps(
            {
                "station": self._station,
                "render_id": disclosure.render_id,
                "title": disclosure.title,
            },
            sort_keys=True,
        ).encode()
        box = BOX + zlib.crc32(said).to_bytes(CHECKSUM, "big") + said
        with path.open("ab") as opened:
            opened.write((4 + len(box)).to_bytes(4, "big") + box)
        return path

    def read(self, path: Path) -> Reading | None:
        """The newest ident that is whole, of whichever station; None if there is none."""
        for said in _boxes(path.read_bytes()):
            try:
                fields = {name: str(value) for name, value in json.loads(said).items()}
                return Reading(self.id, fields.pop("render_id"), 1.0, fields)
            except (ValueError, KeyError, AttributeError):
                continue
        return None


def _boxes(content: bytes) -> Iterator[bytes]:
    """What such boxes say whose checksum holds, the last one first."""
    at = content.rfind(BOX)
    while at >= 4:
        start = at - 4
        end = start + int.from_bytes(content[start:at], "big")
        said = content[start + HEAD + CHECKSUM : end]
        checksum = content[start + HEAD : start + HEAD + CHECKSUM]
        if zlib.crc32(said).to_bytes(CHECKSUM, "big") == checksum:
            yield said
        at = content.rfind(BOX, 0, at)
