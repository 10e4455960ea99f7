"""Playlists of HTTP Live Streaming (RFC 8216), whose children stand beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

VERSION = 7
"""Protocol version for `EXT-X-MAP` in media playlists of fragmented MP4 (RFC 8216, section 7)."""

MEDIA_TYPE = "application/vnd.apple.mpegurl"

MANIFEST_TYPE = "application/c2pa"
"""Media type of a C2PA manifest store (C2PA specification, external manifests)."""

MANIFEST_ID = "org.clearmix.c2pa."
"""Before the id of a rendition: the name under which a main playlist says where its manifest is."""


def main_playlist(renditions: Iterable[tuple[str, str, int]], manifests: Iterable[str] = ()) -> str:
    """The playlist that offers renditions: id, codec string, and bits per second of each.

    `manifests` are the ids of those whose bytes are signed for, in a file beside the playlist.

    >>> print(main_playlist([("aac", "mp4a.40.2", 160_000)], ["aac"]))
    #EXTM3U
    #EXT-X-VERSION:7
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-SESSION-DATA:DATA-ID="org.clearmix.c2pa.aac",VALUE="aac.c2pa"
    #EXT-X-STREAM-INF:BANDWIDTH=160000,CODECS="mp4a.40.2"
    aac.m3u8
    <BLANKLINE>
    """
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [
        f'#EXT-X-SESSION-DATA:DATA-ID="{MANIFEST_ID}{id}",VALUE="{manifest_name(id)}"'
        for id in manifests
    ]
    for id, codec, bits_per_second in renditions:
        lines += [
            f'#EXT-X-STREAM-INF:BANDWIDTH={bits_per_second},CODECS="{codec}"',
            f"{id}.m3u8",
        ]
    return "\n".join([*lines, ""])


def media_playlist(id: str, seconds: Sequence[float], *, growing: bool, ended: bool = True) -> str:
    """The playlist of one rendition; a growing one is an event to which segments are added."""
    longest = max([1, *(math.ceil(one) for one in seconds)])
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{longest}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if growing else 'VOD'}",
        f'#EXT-X-MAP:URI="{init_name(id)}"',
    ]
    for number, length in enumerate(seconds):
        lines += [f"#EXTINF:{length:.6f},", segment_name(id, number)]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else []), ""])


def init_name(id: str) -> str:
    """The file name of what initialises a rendition."""
    return f"{id}-init.mp4"


def manifest_name(id: str) -> str:
    """The file name of the manifest that is signed for a rendition, from its first byte to last."""
    return f"{id}.c2pa"


def segment_name(id: str, number: int) -> str:
    """The file name of a segment."""
    return f"{id}-{number}.m4s"
