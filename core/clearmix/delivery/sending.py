"""The files of a stream: playlists and pieces of a recording, a render, or one on its way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clearmix.catalogue.models import Recording
from clearmix.delivery.items import Remaking
from clearmix.delivery.models import Sent
from clearmix.delivery.personal import PersonalStreams
from clearmix.errors import NoStreamError
from clearmix.rendering.models import Render
from clearmix.rendering.previewing import LEAST_SEGMENTS, Previews
from clearmix.rendering.renditions import Rendition, Renditions
from clearmix.streaming import AAC, CODECS, main_playlist, manifest_name, media_playlist
from clearmix.streaming.playlists import MANIFEST_TYPE, MEDIA_TYPE

_FILE = re.compile(r"(?P<codec>[a-z]+)(?:\.m3u8|\.c2pa|-init\.mp4|-(?P<number>[0-9]{1,5})\.m4s)")


@dataclass(frozen=True)
class Personal:
    """A render as one listening hears it, with that listening's own mark."""

    listening: str


MAIN = "main.m3u8"
"""File name of a stream's main playlist."""

Streamed = Recording | Render | Remaking | Personal


class Sending:
    """Files by their names, of whatever may be heard."""

    def __init__(
        self, renditions: Renditions, previews: Previews, personal: PersonalStreams
    ) -> None:
        self._renditions = renditions
        self._previews = previews
        self._personal = personal

    def preview_began(self, job_id: str) -> bool:
        """Whether enough of a preview is there for a player to begin."""
        return len(self._previews.seconds(job_id)) >= LEAST_SEGMENTS

    def takes_long(self, item: Streamed, file: str) -> bool:
        """Whether sending a file begins with seconds of encoding, or of waiting for some."""
        if isinstance(item, Personal):
            return file == MAIN and not self._personal.began(item.listening)
        found = _FILE.fullmatch(file)
        if found is None or not isinstance(item, Recording) or found["codec"] not in CODECS:
            return False
        return not self._renditions.is_made(item.audio_key, found["codec"])

    def main(self, item: Streamed) -> Sent:
        """The main playlist, which every player can begin at.

        It offers AAC alone: browsers that are offered two codecs change from one to the other
        while they play, and fail at that. Whoever wants Opus takes its playlist.
        """
        rate = AAC.bit_rate
        if isinstance(item, Personal):
            self._personal.ready(item.listening)
        if isinstance(item, Render):
            rate = self._renditions.of_render(item.audio_key)[AAC.id].bits_per_second
        return _playlist(main_playlist([(AAC.id, AAC.string, rate)], self.sealed(item)))

    def sealed(self, item: Streamed) -> tuple[str, ...]:
        """The codecs in which there is a signed manifest of what is streamed."""
        if not isinstance(item, Render):
            return ()
        made = self._renditions.of_render(item.audio_key)
        return tuple(codec for codec, rendition in made.items() if rendition.seal)

    def segment(self, file: str) -> int:
        """The place of a segment counted from 1; 0 when a file is none."""
        found = _FILE.fullmatch(file)
        return int(found["number"]) + 1 if found and found["number"] else 0

    def seconds(self, item: Streamed, file: str) -> float:
        """How long a segment lasts; raises NoStreamError when there is none."""
        lengths = self._lengths(item, _FILE.fullmatch(file))
        number = self.segment(file)
        if number > len(lengths):
            raise _nothing(file)
        return lengths[number - 1]

    def file(self, item: Streamed, file: str) -> Sent:
        """A media playlist, an initialisation or a segment; raises NoStreamError for another."""
        found = _FILE.fullmatch(file)
        if found is None:
            raise _nothing(file)
        if file.endswith(".m3u8"):
            lengths = self._lengths(item, found)
            growing, ended = self._state(item)
            return _playlist(media_playlist(found["codec"], lengths, growing=growing, ended=ended))
        if file == manifest_name(found["codec"]):
            return self._manifest(item, found)
        content = self._piece(item, found, self.segment(file))
        return Sent(content, "audio/mp4")

    def _manifest(self, item: Streamed, found: re.Match[str]) -> Sent:
        sealed = isinstance(item, Render) and self._rendition(item, found)
        content = self._renditions.manifest(sealed) if sealed else None
        if content is None:
            raise _nothing(found[0])
        return Sent(content, MANIFEST_TYPE)

    def _piece(self, item: Streamed, found: re.Match[str], number: int) -> bytes:
        if isinstance(item, Remaking):
            content = self._previews.piece(item.job, number) if found["codec"] == AAC.id else None
        elif isinstance(item, Personal):
            aac = found["codec"] == AAC.id
            content = self._personal.piece(item.listening, number) if aac else None
        else:
            rendition = self._rendition(item, found)
            inside = number < len(rendition.pieces)
            content = self._renditions.piece(rendition, number) if inside else None
        if content is None:
            raise _nothing(found[0])
        return content

    def _state(self, item: Streamed) -> tuple[bool, bool]:
        """Whether segments are added while it plays, and whether all are there."""
        if isinstance(item, Remaking):
            return True, item.whole
        if isinstance(item, Personal):
            return True, self._personal.seconds(item.listening)[1]
        return False, True

    def _lengths(self, item: Streamed, found: re.Match[str] | None) -> tuple[float, ...]:
        if isinstance(item, Remaking):
            return self._previews.seconds(item.job)
        if isinstance(item, Personal):
            return self._personal.seconds(item.listening)[0]
        return self._rendition(item, found).seconds

    def _rendition(self, item: Recording | Render, found: re.Match[str] | None) -> Rendition:
        codec = found["codec"] if found else ""
        if isinstance(item, Recording) and codec in CODECS:
            return self._renditions.of_master(item.audio_key, codec)
        made: Mapping[str, Rendition] = (
            {} if isinstance(item, Recording) else self._renditions.of_render(item.audio_key)
        )
        if codec not in made:
            raise _nothing(codec)
        return made[codec]


def _playlist(text: str) -> Sent:
    return Sent(text.encode(), MEDIA_TYPE)


def _nothing(file: str) -> NoStreamError:
    return NoStreamError(f"no `{file}` in this stream", help="begin at its main playlist")
