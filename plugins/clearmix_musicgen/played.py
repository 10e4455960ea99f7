"""The model's sound so far, read at 44.1 kHz as if it were whole: windows come as needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearmix import Audio, Progress, Sidecar
from clearmix.audio import Samples, read_wav

RATE = 44100


class Played:
    """The sound of one song in the making; `frames` is what there is at 44.1 kHz."""

    def __init__(
        self, sidecar: Sidecar, request: Mapping[str, Any], folder: Path, progress: Progress
    ) -> None:
        """Loads the model; raises PluginError when the script does."""
        import soxr

        self._sidecar, self._progress = sidecar, progress
        self._file = folder / "window.wav"
        begun = sidecar.ask(request, progress)
        self._stream = soxr.ResampleStream(
            int(begun["rate"]), RATE, 2, dtype="float32", quality="VHQ"
        )
        self._sound: Samples = np.zeros((2, 0), np.float32)
        self._more = True

    @property
    def frames(self) -> int:
        """How many frames there are by now."""
        return int(self._sound.shape[1])

    def first_window(self) -> Audio:
        """The first window, which is there before anything else is asked for."""
        if not self.frames:
            self._take()
        return Audio(self._sound, RATE)

    def between(self, start: int, stop: int) -> Samples:
        """Samples between two frames; zeros beyond both ends."""
        while self._more and self.frames < stop:
            self._take()
        out = np.zeros((2, stop - start), np.float32)
        first, last = max(0, start), min(self.frames, stop)
        if first < last:
            out[:, first - start : last - start] = self._sound[:, first:last]
        return out

    def _take(self) -> None:
        """The next window; the last one lets out what the resampler still holds."""
        answer = self._sidecar.ask({"out": str(self._file)}, self._progress)
        self._more = bool(answer["more"])
        window = np.zeros((0, 2), np.float32)
        if self._more:
            window = np.ascontiguousarray(read_wav(self._file).as_stereo().samples.T)
        fresh = self._stream.resample_chunk(window, last=not self._more)
        self._sound = np.concatenate([self._sound, fresh.T.astype(np.float32)], axis=1)
