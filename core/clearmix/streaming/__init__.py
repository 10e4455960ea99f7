"""Sound in segments: fragmented MP4 as HTTP Live Streaming (RFC 8216) sends it.

Rendering writes segments and delivery sends them; neither knows here of the other, of rights or of
storage.
"""

from __future__ import annotations

from clearmix.streaming.encoding import AAC, CODECS, OPUS, Codec, SegmentEncoder, remuxed, tags_of
from clearmix.streaming.fragments import Piece, SegmentSink, pieces_of
from clearmix.streaming.playlists import main_playlist, manifest_name, media_playlist

__all__ = [
    "AAC",
    "CODECS",
    "OPUS",
    "Codec",
    "Piece",
    "SegmentEncoder",
    "SegmentSink",
    "main_playlist",
    "manifest_name",
    "media_playlist",
    "pieces_of",
    "remuxed",
    "tags_of",
]
