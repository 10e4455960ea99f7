"""The master copy: AAC in an M4A, encoded until what a listener decodes is within the figures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clearmix.audio import Audio, read_audio
from clearmix.errors import RenderError
from clearmix.rendering.mastering import (
    CEILING_DBTP,
    ENCODER_HEADROOM_DB,
    TARGET_LUFS,
    TOLERANCE_LU,
    decibels_of,
    limited,
    linked_peaks,
)
from clearmix.rendering.metering import Measured, measure
from clearmix.rendering.workfolder import disk_error

if TYPE_CHECKING:
    from clearmix.audio import Samples

BIT_RATE = 256_000
"""Bits per second: a master copy from which lower renditions can still be made."""

CODER = "fast"
"""FFmpeg's coefficient coder. At this rate it is 2.5 times as fast as the default `twoloop`, with
2 dB less error; and it does not add the peaks of 2 dB that `twoloop` adds to some music."""

FRAME_SAMPLES = 1024
"""Samples in one AAC frame: the file may be longer than the sound by less than that."""

FADE_SECONDS = 1.0
"""Fade at the end of a sound that is cut to the length its licence allows."""

ROUNDS = 8
"""Times that gain and raised peaks are corrected before the peak limit wins."""

TRIMS = 4
"""Times that a sound whose peaks the encoder keeps raising is turned down as a whole."""

REACH_HOPS = 64
"""Hops to either side of a raised peak that are turned down with it: one AAC window in all."""

MORE_DB = 0.2
"""Added to what a peak lies above the ceiling, the more the later the round: lowering one place
makes the encoder decide otherwise there, which may raise it anew."""

SPARE_LU, SPARE_DB = 0.06, 0.02
"""Kept inside the figures, for meters that round or that oversample otherwise than ours."""


@dataclass(frozen=True)
class Encoded:
    """The file and what was measured of it after decoding; `short` when the peak limit won."""

    path: Path
    measured: Measured
    short: bool
    rounds: int


def encode_within_figures(audio: Audio, path: Path, *, loud_lufs: float = TARGET_LUFS) -> Encoded:
    """Encodes a mastered sound so that the decoded file has its loudness and keeps the ceiling.

    An encoder raises single peaks, by some tenths of a decibel and at times by two. The file is
    decoded and measured, the places that came out too high are turned down before encoding, and
    the gain is corrected until both figures hold. Where they do not, the peak limit wins and the
    file stays quieter. `loud_lufs` is the loudness that mastering reached, below the target where
    the peak limit had won there.

    Raises:
        RenderError: the encoder raises the peaks however far the sound is turned down.
        StorageError: the disk is full.
    """
    peaks = linked_peaks(audio)
    raised_db = np.zeros(peaks.size, np.float32)
    gain_db, ceiling_db = 0.0, CEILING_DBTP - ENCODER_HEADROOM_DB
    short = loud_lufs < TARGET_LUFS - TOLERANCE_LU
    for round_number in range(1, ROUNDS + TRIMS + 1):
        short = short or round_number > ROUNDS
        needed = peaks * 10.0 ** (raised_db / np.float32(20.0))
        trimmed, _ = limited(audio, needed, gain_db, ceiling_db)
        write_m4a(path, trimmed)
        decoded = read_audio(path)
        found = measure(decoded)
        missing = loud_lufs - found.lufs
        if short:
            missing = min(missing, 0.0)  # what the limit takes is not asked for again
        over = found.true_peak_dbtp - (CEILING_DBTP - SPARE_DB)
        if abs(missing) <= SPARE_LU and over <= 0:
            falls_short = found.lufs < TARGET_LUFS - TOLERANCE_LU
            return Encoded(path, found, falls_short, round_number)
        if over > 0:
            raised_db += _raised(linked_peaks(decoded)[: peaks.size], MORE_DB * round_number)
            if round_number >= ROUNDS:
                gain_db -= over + 0.05
        if abs(missing) > SPARE_LU:  # another gain makes the encoder decide anew everywhere
            gain_db += missing
    path.unlink(missing_ok=True)
    raise RenderError(
        f"after encoding the render measures {found.lufs:.2f} LUFS and "
        f"{found.true_peak_dbtp:.2f} dBTP, outside the figures",
        help="try another seed or a lower strength",
        place="encoding",
    )


def within_length(
    audio: Audio, longest_ms: int | None, asked_seconds: float | None = None
) -> Audio:
    """The sound no longer than its licence allows once it is encoded, faded out where it was cut.

    A sound that is as long as was asked for is also kept within that: a licence for so long, of
    its sharing perhaps, must not fail by the frame that the encoder adds.
    """
    limits = [] if longest_ms is None else [longest_ms * audio.rate // 1000]
    if asked_seconds is not None and audio.frames <= asked_seconds * audio.rate + FRAME_SAMPLES:
        limits.append(int(asked_seconds * audio.rate))
    encoded = -(-audio.frames // FRAME_SAMPLES) * FRAME_SAMPLES
    if not limits or encoded <= min(limits):
        return audio
    kept = max(1, min(limits) - FRAME_SAMPLES)
    samples = audio.samples[:, :kept].copy()
    fade = min(kept, audio.frames - kept, round(FADE_SECONDS * audio.rate))
    samples[:, kept - fade :] *= np.linspace(1, 0, fade, dtype=np.float32) ** 2
    return Audio(samples, audio.rate)


def _raised(peaks: Samples, more_db: float) -> Samples:
    """How far each hop and its surroundings must be turned down for its decoded peak, in dB."""
    from scipy.ndimage import maximum_filter1d

    over_db = decibels_of(peaks) - (CEILING_DBTP - SPARE_DB)
    needed = np.where(over_db > 0, over_db + more_db, 0.0).astype(np.float32)
    return np.asarray(maximum_filter1d(needed, size=2 * REACH_HOPS + 1))


def write_m4a(path: Path, audio: Audio) -> None:
    """Writes AAC-LC with its index first, so that the path holds the whole file or nothing new.

    The edit list tells players to skip the encoder's priming, so the decoded sound starts with the
    first sample and lines up with what was encoded.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    import av
    from av.error import FFmpegError

    partial = path.with_name(f".{path.stem}.{os.getpid()}.part.m4a")
    try:
        with av.open(str(partial), "w", options={"movflags": "+faststart"}) as container:
            stream = container.add_stream(
                "aac", rate=audio.rate, layout="stereo", options={"aac_coder": CODER}
            )
            stream.bit_rate = BIT_RATE
            for start in range(0, audio.frames, FRAME_SAMPLES):
                piece = np.ascontiguousarray(audio.samples[:, start : start + FRAME_SAMPLES])
                frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
                frame.sample_rate = audio.rate
                frame.pts = start
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        partial.replace(path)
    except (OSError, FFmpegError) as error:
        raise disk_error(error, path.parent) from error
    finally:
        partial.unlink(missing_ok=True)
