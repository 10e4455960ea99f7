"""Renditions: what is streamed of a sound, in segments, each codec in one file of the store."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from sqlmodel import select

from clearmix.audio import Audio, read_audio
from clearmix.contracts import Disclosure
from clearmix.errors import MarkError, RenderError
from clearmix.rendering.marking import Marks
from clearmix.rendering.mastering import CEILING_DBTP
from clearmix.rendering.metering import Measured, measure
from clearmix.rendering.workfolder import WorkFolder, on_this_disk
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import RenditionRow
from clearmix.streaming import AAC, CODECS, OPUS, Codec, Piece, SegmentEncoder, remuxed, tags_of

ROOM = "streams"
"""Folder of the store that holds renditions."""

MOST_TRIES = 6
"""Times that a rendition is turned down because its encoder raised the peaks."""

SPARE_DB = 0.05
"""Turned down more than needed, doubled at each try: an encoder's peaks do not fall evenly."""

OPUS_BIT_RATES = tuple(OPUS.bit_rate * times for times in (1, 2, 4))
"""Bits per second of Opus, the next where marks cannot be read back at the last: few seconds of
strokes and plain tones carry little of a watermark past an encoder that is sparing with bits."""

MOST_KNOWN = 1_000
"""Renders whose renditions are held in memory, some ten kilobytes for three minutes."""

EncodedPieces = tuple[tuple[tuple[int, float], ...], Audio, Measured]
"""The pieces of a file, what is decoded of it, its measures."""


@dataclass(frozen=True)
class Rendition:
    """One file of segments: bytes and seconds of each piece, the initialisation first.

    `seal` is the key of the C2PA manifest that is signed for the bytes of the file, empty where
    there is none: of a recording, and of what was published before streams were sealed.
    """

    codec: str
    key: str
    pieces: tuple[tuple[int, float], ...]
    measured: Mapping[str, float] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    seal: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its files."""
        return (self.key, self.seal) if self.seal else (self.key,)

    @property
    def seconds(self) -> tuple[float, ...]:
        """How long each segment lasts."""
        return tuple(seconds for _, seconds in self.pieces[1:])

    @property
    def bits_per_second(self) -> int:
        """The greatest of any segment, as playlists state it (RFC 8216, 4.3.4.2)."""
        return max(round(8 * size / seconds) for size, seconds in self.pieces[1:])

    def place(self, piece: int) -> tuple[int, int]:
        """Where a piece starts in the file, and its bytes."""
        starts = [0, *accumulate(size for size, _ in self.pieces)]
        return starts[piece], self.pieces[piece][0]

    def row(self, audio_key: str) -> RenditionRow:
        """The rendition as the database keeps it."""
        return RenditionRow(
            audio_key=audio_key,
            codec=self.codec,
            key=self.key,
            pieces=[list(piece) for piece in self.pieces],
            measured=dict(self.measured),
            marks=list(self.marks),
            seal=self.seal,
        )

    def stored(self, store: Store, file: Callable[[str], Path]) -> Rendition:
        """The rendition with its files in the store; `file` says where they are now."""
        seal = store.put(file(self.seal), ROOM) if self.seal else ""
        return replace(self, key=store.put(file(self.key), ROOM), seal=seal)


class Renditions:
    """The renditions of masters and renders, each made once."""

    def __init__(self, database: Database, store: Store, scratch: Path) -> None:
        self._database = database
        self._store = store
        self._scratch = scratch
        self._known: dict[str, Mapping[str, Rendition]] = {}
        self._locks: defaultdict[tuple[str, str], Lock] = defaultdict(Lock)

    def of_master(self, audio_key: str, codec: str) -> Rendition:
        """The rendition of a recording's master, encoded when it is first wanted."""

        def encoded() -> tuple[Piece, ...]:
            return SegmentEncoder(CODECS[codec]).whole(read_audio(self._path(audio_key)))

        return self._found(audio_key, codec) or self._made(audio_key, codec, encoded)

    def is_made(self, audio_key: str, codec: str) -> bool:
        """Whether a sound has its rendition in that codec."""
        return self._found(audio_key, codec) is not None

    def of_render(self, audio_key: str) -> Mapping[str, Rendition]:
        """The renditions of a published render by codec.

        One that was published without any has its file's own packets put into segments, whose
        marks were read back then.
        """
        known = self._known.get(audio_key)
        if known is not None:
            return known
        with self._database.session() as session:
            rows = session.exec(select(RenditionRow).where(RenditionRow.audio_key == audio_key))
            found = {row.codec: _rendition(row) for row in rows}
        if not found:
            path = self._path(audio_key)
            found[AAC.id] = self._made(audio_key, AAC.id, lambda: remuxed(path))
        if len(self._known) >= MOST_KNOWN:
            self._known = {}
        # INVARIANT: the renditions of a published render never change.
        self._known[audio_key] = found
        return found

    def piece(self, rendition: Rendition, number: int) -> bytes:
        """The bytes of a piece."""
        start, size = rendition.place(number)
        with self._path(rendition.key).open("rb") as opened:
            opened.seek(start)
            return opened.read(size)

    def manifest(self, rendition: Rendition) -> bytes | None:
        """The C2PA manifest of a rendition, or None where it has none."""
        return self._path(rendition.seal).read_bytes() if rendition.seal else None

    def _path(self, key: str) -> Path:
        return self._store.local_path(key)

    def _found(self, audio_key: str, codec: str) -> Rendition | None:
        with self._database.session() as session:
            row = session.get(RenditionRow, (audio_key, codec))
        return _rendition(row) if row else None

    def _made(
        self, audio_key: str, codec: str, encode: Callable[[], tuple[Piece, ...]]
    ) -> Rendition:
        with self._locks[audio_key, codec]:
            known = self._found(audio_key, codec)
            if known:
                return known
            with on_this_disk(self._scratch):
                self._scratch.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=self._scratch, prefix="stream-") as folder:
                    path = Path(folder) / f"{codec}.mp4"
                    pieces = written(encode(), path)
                    made = Rendition(codec, self._store.put(path, ROOM), pieces)
            with self._database.session(write=True) as session:
                session.merge(made.row(audio_key))
            return made


def written(pieces: Sequence[Piece], path: Path) -> tuple[tuple[int, float], ...]:
    """Bytes and seconds of each piece, once all are written to a file."""
    with on_this_disk(path.parent):
        path.write_bytes(b"".join(piece.content for piece in pieces))
    return tuple((len(piece.content), piece.seconds) for piece in pieces)


def renditions_of(
    path: Path, marked: Audio, marks: Marks, disclosure: Disclosure, folder: WorkFolder
) -> tuple[Rendition, ...]:
    """The renditions of an encoded file, the marks of each read back from its own bytes.

    Each is sealed by a manifest of its own, which stands beside it: signed for its bytes as they
    are sent, from the initialisation to the last segment. AAC is the file's own packets in
    segments; Opus is encoded from the marked sound, with more bits where marks get lost otherwise.

    Raises:
        RenderError: the peaks of a rendition stay above the ceiling.
        MarkError: a required mark cannot be read back from a rendition.
    """

    def checked(codec: Codec, target: Path, encoded: EncodedPieces) -> Rendition:
        pieces, sound, measured = encoded
        seal = marks.seal_stream(target, disclosure)
        found = marks.read_back_stream(target, sound, disclosure)
        return Rendition(
            codec.id,
            folder.adopt(target, "stream"),
            pieces,
            asdict(measured),
            tuple(mark.labeler for mark in found),
            folder.adopt(seal, "seal") if seal else "",
        )

    def opus(bit_rate: int) -> Rendition:
        target, codec = folder.scratch(".mp4"), replace(OPUS, bit_rate=bit_rate)
        return checked(codec, target, encoded_below_ceiling(marked, target, tags_of(path), codec))

    target = folder.scratch(".mp4")
    pieces, sound = written(remuxed(path), target), read_audio(target)
    aac = checked(AAC, target, (pieces, sound, measure(sound)))
    *fewer, most = OPUS_BIT_RATES
    for bit_rate in fewer:
        with suppress(MarkError):
            return aac, opus(bit_rate)
    return aac, opus(most)


def encoded_below_ceiling(
    audio: Audio, path: Path, tags: Mapping[str, str], codec: Codec = OPUS
) -> EncodedPieces:
    """The pieces of a sound whose decoded peaks keep the ceiling, what is decoded, its measures.

    Where the encoder raises the peaks above it, the whole sound is turned down by as much.

    Raises:
        RenderError: the peaks stay above the ceiling.
    """
    ready = audio.as_stereo().resampled(codec.rate)
    gain_db = 0.0
    for tried in range(MOST_TRIES):
        turned = Audio(ready.samples * np.float32(10 ** (gain_db / 20)), ready.rate)
        pieces = written(SegmentEncoder(codec, tags=tags).whole(turned), path)
        decoded = read_audio(path)
        found = measure(decoded)
        over_db = found.true_peak_dbtp - CEILING_DBTP
        if over_db <= 0:
            return pieces, decoded, found
        gain_db -= over_db + SPARE_DB * 2**tried
    raise RenderError(
        f"the {codec.id} rendition measures {found.true_peak_dbtp:.2f} dBTP",
        help="try another seed or a lower strength",
        place="streaming",
    )


def as_json(rendition: Rendition) -> dict[str, Any]:
    """The rendition in JSON's types, as steps hand it on."""
    return {
        "codec": rendition.codec,
        "key": rendition.key,
        "pieces": [list(piece) for piece in rendition.pieces],
        "measured": dict(rendition.measured),
        "marks": list(rendition.marks),
        "seal": rendition.seal,
    }


def from_json(value: Mapping[str, Any]) -> Rendition:
    """The rendition that `as_json` wrote."""
    return Rendition(
        value["codec"],
        value["key"],
        tuple((int(size), float(seconds)) for size, seconds in value["pieces"]),
        value["measured"],
        tuple(value["marks"]),
        value.get("seal", ""),  # a job that an older version began has none
    )


def _rendition(row: RenditionRow) -> Rendition:
    return from_json(row.model_dump())
