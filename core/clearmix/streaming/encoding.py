"""Encoding into segments: AAC and Opus in fragmented MP4, from blocks or from a finished file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearmix.audio import Audio, open_sound
from clearmix.streaming.fragments import Piece, SegmentSink, pieces_of

SEGMENT_SECONDS = 4.0
"""Length of a segment of a finished stream."""

MOVFLAGS = "delay_moov+default_base_moof+skip_trailer+use_metadata_tags"
"""The initialisation is written with the first segment, so that it can say how much of it is the
encoder's priming; tags of any name stand in it."""


@dataclass(frozen=True)
class Codec:
    """A way to encode: `id` as in file names, `string` as playlists name it (RFC 6381)."""

    id: str
    encoder: str
    string: str
    rate: int
    frame: int
    bit_rate: int
    sample_format: str
    options: Mapping[str, str]


AAC = Codec("aac", "aac", "mp4a.40.2", 44_100, 1024, 160_000, "fltp", {"aac_coder": "fast"})
OPUS = Codec("opus", "libopus", "opus", 48_000, 960, 112_000, "flt", {})
CODECS: Mapping[str, Codec] = {codec.id: codec for codec in (AAC, OPUS)}
"""Both are what browsers decode; Opus sounds as good at two thirds of the bits."""


class SegmentEncoder:
    """Encodes stereo blocks of the codec's rate, and gives segments as they become complete."""

    def __init__(
        self,
        codec: Codec,
        *,
        segment_seconds: float = SEGMENT_SECONDS,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self._codec = codec
        self._sink = SegmentSink(codec.rate)
        self._container = _container(self._sink, segment_seconds, tags or {})
        self._stream = self._container.add_stream(
            codec.encoder, rate=codec.rate, layout="stereo", options=dict(codec.options)
        )
        self._stream.bit_rate = codec.bit_rate
        self._waiting = np.zeros((2, 0), np.float32)
        self._frames = 0

    def take(self, block: Audio) -> Iterator[Piece]:
        """Whatever is complete after this block."""
        self._waiting = np.concatenate([self._waiting, block.samples], axis=1)
        whole = self._waiting.shape[1] // self._codec.frame * self._codec.frame
        self._encode(self._waiting[:, :whole])
        self._waiting = self._waiting[:, whole:]
        yield from self._sink.pieces()

    def finish(self) -> Iterator[Piece]:
        """The rest, after the last block."""
        self._encode(self._waiting)
        self._container.mux(self._stream.encode(None))
        self._container.close()
        yield from self._sink.pieces()

    def whole(self, audio: Audio) -> tuple[Piece, ...]:
        """The initialisation and all segments of a sound of any rate."""
        pieces = list(self.take(audio.as_stereo().resampled(self._codec.rate)))
        return pieces_of([*pieces, *self.finish()])

    def _encode(self, samples: Any) -> None:
        import av

        codec = self._codec
        for start in range(0, samples.shape[1], codec.frame):
            piece = samples[:, start : start + codec.frame]
            if codec.sample_format == "flt":  # interleaved, in one plane
                piece = piece.T.reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(piece), format=codec.sample_format, layout="stereo"
            )
            frame.sample_rate = codec.rate
            frame.pts = self._frames
            self._frames += frame.samples
            self._container.mux(self._stream.encode(frame))


def remuxed(path: Path, *, tags: Mapping[str, str] | None = None) -> tuple[Piece, ...]:
    """The same packets as in an AAC file, in segments: what was measured of it holds for these."""
    sink = SegmentSink(AAC.rate)
    with open_sound(path) as source:
        template = source.streams.audio[0]
        with _container(sink, SEGMENT_SECONDS, tags or source.metadata) as target:
            stream = target.add_stream_from_template(template)
            for packet in source.demux(template):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
    return pieces_of(sink.pieces())


def tags_of(path: Path) -> dict[str, str]:
    """The tags of a file, as its file labelers wrote them."""
    with open_sound(path) as source:
        return dict(source.metadata)


def _container(sink: SegmentSink, segment_seconds: float, tags: Mapping[str, str]) -> Any:
    import av

    options = {
        "movflags": MOVFLAGS,
        "frag_duration": str(round(segment_seconds * 1e6)),
        "flush_packets": "1",
    }
    container = av.open(sink, "w", format="mp4", container_options=options)
    container.metadata.update(tags)
    return container
