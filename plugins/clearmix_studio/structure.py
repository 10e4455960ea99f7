"""Making a sound as long as was asked for: cuts on downbeats, crossfades, an ending that fades."""

from __future__ import annotations

from clearmix import Audio
from clearmix_sound.mixing import faded, spliced
from clearmix_studio.grid import Grid

_SEAM_SECONDS = 0.03
_EDGE_SECONDS = 0.005


def as_long_as(audio: Audio, seconds: float, grid: Grid | None, *, loop: bool) -> Audio:
    """The sound at exactly that length.

    A shorter one starts at the first downbeat and ends in a fade; a longer one comes back to the
    first downbeat at the end of a bar. A loop keeps its edges, so that it can be repeated.
    """
    frames = round(seconds * audio.rate)
    if abs(frames - audio.frames) <= audio.rate // 100:
        return faded(audio, in_seconds=_EDGE_SECONDS, out_seconds=_EDGE_SECONDS)
    bars = grid.bars if grid is not None else ()
    start = round(bars[0][0] * audio.rate) if bars else 0
    if loop and bars:
        return _framed(Audio(audio.samples[:, start:], audio.rate), frames)
    out = audio
    if frames > audio.frames:
        whole = [bar for bar in bars if bar[-1] * audio.rate <= audio.frames]
        stop = round(whole[-1][-1] * audio.rate) if whole else audio.frames
        out = Audio(audio.samples[:, :stop], audio.rate)
        body = Audio(audio.samples[:, start:stop], audio.rate)
        if body.seconds < 1.0:
            start, body = 0, audio
        while out.frames < frames:
            # The seam overlaps, so the body starts early by it and its downbeat stays in time.
            lead = min(start, round(_SEAM_SECONDS * audio.rate))
            again = Audio(audio.samples[:, start - lead : stop], audio.rate) if lead else body
            out = spliced(out, again, crossfade_seconds=lead / audio.rate)
    fade = min(4.0, seconds / 6)
    framed = _framed(out, frames)
    return faded(framed, in_seconds=_EDGE_SECONDS, out_seconds=fade)


def _framed(audio: Audio, frames: int) -> Audio:
    import numpy as np

    out = np.zeros((audio.channels, frames), np.float32)
    count = min(frames, audio.frames)
    out[:, :count] = audio.samples[:, :count]
    return Audio(out, audio.rate)
