"""The grid found in sound that was played faster, stretched or transposed.

Each of these is a scaling of one picture of the sound in time, in frequency or in both, so the
sound is analysed once and only the picture is read on another raster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from clearmix_marks.convolution import Floats
from clearmix_marks.features import LARGEST_RATIO, evidence, pooled, root_spectrum
from clearmix_marks.grid import CELLS, RATE, SLOT_FRAMES, SLOTS

_HOP = SLOT_FRAMES // 2
_COARSE_SECONDS = 12.0
_FINE_SECONDS = 30.0
_TEMPO_STEP = 0.002
"""Over 12 s, half this step moves the ends by 6 ms, a quarter of a slot."""
_PITCH_STEP = 0.006
"""A quarter of the narrowest band's relative width, or a tenth of a semitone."""
_FINE_TEMPI = np.arange(-4, 5) * 0.0003
_FINE_PITCHES = (-0.002, 0.002)
_MOST_REFINED = 3


@dataclass(frozen=True, eq=False)
class Alignment:
    """One guess of where the grid lies.

    `folded` is the evidence of all repetitions of the grid added up, of shape (SLOTS, CELLS), whose
    first row meets row `offset` of the layout; `start` is the middle of the first analysis window;
    `tempo` and `pitch` are the ratios by which the sound was changed.
    """

    score: float
    offset: int
    start: int
    folded: Floats
    tempo: float = 1.0
    pitch: float = 1.0

    def is_near(self, other: Alignment) -> bool:
        """Whether both put the beginning of the grid at the same place, to less than a slot."""
        period = SLOTS * SLOT_FRAMES
        apart = self.start - other.start - (self.offset - other.offset) * SLOT_FRAMES
        return (apart + SLOT_FRAMES) % period < 2 * SLOT_FRAMES


Aligner = Callable[[Floats, int, int], list[Alignment]]
"""Best alignments of rows of one slot each: evidence, start, how many at most."""


def warps() -> list[tuple[float, float]]:
    """Ratios of tempo and pitch to try: stretched, transposed, or both at once by other speed."""
    reach = int((LARGEST_RATIO - 1) / _TEMPO_STEP)
    tempi = [1 + step * _TEMPO_STEP for step in range(-reach, reach + 1) if step]
    reach = int((LARGEST_RATIO - 1) / _PITCH_STEP)
    pitches = [1 + step * _PITCH_STEP for step in range(-reach, reach + 1) if step]
    return [
        *((tempo, 1.0) for tempo in tempi),
        *((1.0, pitch) for pitch in pitches),
        *((speed, 1 + round((speed - 1) / _PITCH_STEP) * _PITCH_STEP) for speed in tempi),
    ]


def excerpts_to_search(frames: int) -> Iterator[tuple[int, int]]:
    """First and last frame of the parts of a sound that are searched, the middle first."""
    span = round(_FINE_SECONDS * RATE)
    middles = (0.5,) if frames < 2 * span else (0.5, 0.2, 0.8)
    for middle in middles:
        begin = max(0, round(middle * frames) - span // 2)
        yield begin, min(frames, begin + span)


def warped_alignments(samples: Floats, align: Aligner) -> list[Alignment]:
    """One refined guess for each of the best warps; the best first."""
    spectrum = root_spectrum(samples, _HOP)
    rows = round(_COARSE_SECONDS * RATE / _HOP)
    first = max(0, (spectrum.shape[1] - rows) // 2)
    excerpt = spectrum[:, first : first + rows]
    by_pitch: dict[float, Floats] = {}
    coarse: list[Alignment] = []
    for tempo, pitch in warps():
        if pitch not in by_pitch:
            by_pitch[pitch] = _evidence_at(excerpt, pitch)
        coarse += _aligned(by_pitch[pitch], tempo, pitch, align)
    coarse.sort(key=lambda guess: -guess.score)
    fine = [_refined(spectrum, guess, align) for guess in coarse[:_MOST_REFINED]]
    return sorted(fine, key=lambda guess: -guess.score)


def _refined(spectrum: Floats, guess: Alignment, align: Aligner) -> Alignment:
    """The best alignment of the longer excerpt with nearly the tempo and pitch of a guess."""
    cells = _evidence_at(spectrum, guess.pitch)
    found = [guess]
    for change in _FINE_TEMPI:
        found += _aligned(cells, guess.tempo * (1 + float(change)), guess.pitch, align)
    best = max(found[1:], key=lambda one: one.score, default=guess)
    if guess.pitch == 1:
        return best
    found = [best]
    for bend in _FINE_PITCHES:
        pitch = guess.pitch * (1 + bend)
        found += _aligned(_evidence_at(spectrum, pitch), best.tempo, pitch, align)
    return max(found, key=lambda one: one.score)


def _evidence_at(spectrum: Floats, pitch: float) -> Floats:
    """Evidence at every hop, each row compared with rows whole slots away."""
    roots = pooled(spectrum, pitch)
    cells = np.empty((roots.shape[1], CELLS), np.float32)
    for phase in range(SLOT_FRAMES // _HOP):
        cells[phase :: SLOT_FRAMES // _HOP] = evidence(roots[:, phase :: SLOT_FRAMES // _HOP])
    return cells


def _aligned(cells: Floats, tempo: float, pitch: float, align: Aligner) -> list[Alignment]:
    """The best alignment per starting hop when rows are read at that tempo."""
    step = SLOT_FRAMES / _HOP / tempo
    found: list[Alignment] = []
    for phase in range(SLOT_FRAMES // _HOP):
        count = int((len(cells) - phase) / step)
        places = (phase + np.arange(count) * step + 0.5).astype(np.intp)
        rows = cells[np.minimum(places, len(cells) - 1)]
        found += (
            replace(guess, tempo=tempo, pitch=pitch) for guess in align(rows, phase * _HOP, 1)
        )
    return found
