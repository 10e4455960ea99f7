"""Encoding a recording for streaming: AAC in M4A, its index in front, so that playing starts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clearmix.audio import Audio
from clearmix.errors import StorageError

BIT_RATE = 160_000
"""Bits a second of a streamed original (AAC-LC stereo)."""

RATE = 44_100
"""Sample rate of a streamed original in hertz."""


def encode_m4a(path: Path, audio: Audio) -> None:
    """Writes the sound as AAC-LC in M4A with its index first (`+faststart`).

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    import av
    from av.error import FFmpegError

    sound = audio.as_stereo().resampled(RATE)
    try:
        with av.open(str(path), "w", format="ipod", options={"movflags": "+faststart"}) as out:
            stream = out.add_stream("aac", rate=RATE, layout="stereo", bit_rate=BIT_RATE)
            for block in sound.blocks(seconds=1.0):
                samples = np.ascontiguousarray(np.clip(block.samples, -1.0, 1.0))
                frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
                frame.sample_rate = RATE
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    except (FFmpegError, OSError) as error:
        raise StorageError(
            f"could not write the stream: {error}",
            help="free some disk space or move CLEARMIX_HOME",
            place=str(path),
        ) from error
