"""What a generator returned, checked block by block: the kernel trusts none of it."""

from __future__ import annotations

from clearmix.audio import LONGEST_SECONDS, SILENCE_PEAK, Audio
from clearmix.contracts import Source
from clearmix.errors import GeneratorError
from clearmix.rendering.workfolder import CHANNELS, RATE
from clearmix.spec import RemixSpec
from clearmix.targets import target_seconds

MOST_AMPLITUDE = 8.0
"""+18 dBFS: no mix of sane parts is louder, a feedback loop or wrong integer scaling is."""

MOST_CLIPPED = 0.10
"""Share of flat-topped samples above which a sound counts as clipped: hot masters have 1 %."""

FLAT_RUN = 4
"""Equal samples in a row at the peak that make a flat top."""

LEAST_SHARE, MOST_SHARE, MORE_SECONDS = 0.5, 1.6, 12.0
"""What a length that was not asked for may be of the natural one, and room for intro and outro."""


class BlockChecker:
    """Checks the blocks of one render in order; every fault names the generator."""

    def __init__(self, generator: str, spec: RemixSpec, source: Source) -> None:
        self._generator = generator
        self.least_seconds, self.most_seconds = length_limits(spec, source)
        self._frames = 0
        self._peak = 0.0
        self._flat = 0

    def check(self, block: Audio) -> None:
        """Takes the next block in.

        Raises:
            GeneratorError: another rate or channel count, samples that are not numbers or are far
                beyond full scale, or more sound than was asked for.
        """
        if block.channels != CHANNELS or block.rate != RATE:
            raise self.fault(
                f"a block of {block.channels} channels at {block.rate} Hz",
                f"it must yield {CHANNELS} channels at {RATE} Hz, as `sound.as_stereo()"
                f".resampled({RATE})` has; samples are (channels, frames)",
            )
        low, high = float(block.samples.min(initial=0.0)), float(block.samples.max(initial=0.0))
        at = f"at {self._frames / RATE:.1f} seconds"
        peak = max(high, -low)
        if not peak < float("inf"):
            raise self.fault(
                f"samples that are not numbers {at}",
                "it must not divide by zero; try another seed or generator meanwhile",
            )
        if peak >= MOST_AMPLITUDE:
            raise self.fault(
                f"an overload {at}: samples of {peak:.3g} where 1 is full scale",
                "it must scale its samples to -1..1; try another generator meanwhile",
            )
        self._frames += block.frames
        self._peak = max(self._peak, peak)
        self._flat += _flat_topped(block)
        if self._frames / RATE > self.most_seconds:
            raise self.fault(
                f"more than {self.most_seconds:.1f} seconds of sound, which is longer than "
                "was asked for",
                "ask for a length, or try another generator",
            )

    def finish(self) -> None:
        """Checks the whole; raises GeneratorError for silence, clipping or too little sound."""
        seconds = self._frames / RATE
        if self._frames == 0:
            raise self.fault(
                "no sound at all", "it must `yield` blocks; try another generator meanwhile"
            )
        if seconds < self.least_seconds:
            raise self.fault(
                f"{seconds:.1f} seconds of sound where at least {self.least_seconds:.1f} were "
                "asked for",
                "it must make as much as `target_seconds` says, or as the recording has; ask for "
                "another length, or try another generator meanwhile",
            )
        if self._peak < SILENCE_PEAK:
            raise self.fault(
                "silence",
                "it must be heard unless all parts were taken out: ask to keep some part, or try "
                "another generator meanwhile",
            )
        if self._flat / (self._frames * CHANNELS) > MOST_CLIPPED:
            raise self.fault(
                f"clipped sound: {100 * self._flat / (self._frames * CHANNELS):.0f} % of the "
                "samples are cut off flat",
                "it must leave peaks to mastering; try another generator meanwhile",
            )

    def fault(self, returned: str, help: str) -> GeneratorError:
        """The error for something that the generator returned."""
        return GeneratorError(f"generator `{self._generator}` returned {returned}", help=help)


def length_limits(spec: RemixSpec, source: Source) -> tuple[float, float]:
    """The least and the most seconds that answer a spec.

    A length that was asked for is kept within 5 % and a second, so that music may end on a beat;
    without one, the natural length is that of the form asked for, at the new tempo; a mashup may
    be as long as either of its sources.
    """
    natural = [target_seconds(spec, recording.analysis) for recording in source.recordings]
    if spec.structure is not None and spec.structure.seconds is not None:
        return 0.95 * natural[0] - 1.0, 1.05 * natural[0] + 1.0
    least, most = min(natural), max(natural)
    return LEAST_SHARE * least, min(MOST_SHARE * most + MORE_SECONDS, LONGEST_SECONDS)


def _flat_topped(block: Audio) -> int:
    """How many samples sit in runs of equal samples at nearly full scale or beyond."""
    import numpy as np

    count = 0
    for channel in block.samples:
        flat = (channel[1:] == channel[:-1]) & (np.abs(channel[1:]) >= 0.9)
        if flat.any():
            edges = np.flatnonzero(np.diff(np.concatenate([[0], flat.astype(np.int8), [0]])))
            runs = edges[1::2] - edges[::2] + 1
            count += int(runs[runs >= FLAT_RUN].sum())
    return count
