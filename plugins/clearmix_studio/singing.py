"""Where somebody sings: added parts that compete with the voice step back, and drops wait.

A stem of the voice tells it best; what the analysis heard in a mix is an estimate. Either moves
levels and places only: no part is taken out for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from clearmix import RemixSpec, SourceRecording
from clearmix_studio.plan import Bar, Layer, Move
from clearmix_studio.structure import Form

SURE = 0.2
"""Confidence in the presence of a voice from which it is heeded; the analysis goes to 0.6."""

PAUSE_DB = 30.0
"""A stem so far below its loud places pauses there."""

SUNG = 0.5
"""Presence of a voice from which a bar counts as sung."""

BUSY_SIGNS = 6
"""So many notes or chords in a bar, or a tune of its own, compete with a voice."""

UNDER_VOICE_DB = -4.0
SHORTEST_BARS = 2
"""A single bar is too short for a level to move and come back unheard."""


def presence_of(recording: SourceRecording) -> tuple[float, ...]:
    """How likely somebody sings in each second of a recording; empty when it is not known.

    A voice that is heard all the time leaves nothing to choose, and counts as not known.
    """
    analysis, stem = recording.analysis, recording.stems.get("vocals")
    sure = analysis.vocal_confidence >= SURE
    found = tuple(analysis.vocal_presence) if sure else ()
    if stem is not None and stem.is_file():
        found = _sounding(stem)
    return found if found and min(found) < SUNG else ()


def _sounding(stem: Path) -> tuple[float, ...]:
    """1 for each second in the middle of which a stem sounds, 0 for the others."""
    import soundfile

    with soundfile.SoundFile(stem) as opened:
        rate, levels = opened.samplerate, []
        for second in range(opened.frames // rate):
            opened.seek(second * rate + rate // 4)
            rows = opened.read(rate // 2, dtype="float32", always_2d=True)
            levels.append(float(np.sqrt(np.mean(rows**2))))
    loud = float(np.percentile(levels, 95)) if levels else 0.0
    return tuple(float(level > loud * 10 ** (-PAUSE_DB / 20)) for level in levels)


def keeps_voice(spec: RemixSpec) -> bool:
    """Whether the recording's own voice is heard in the result."""
    solo = {change.part for change in spec.parts if change.action == "solo"}
    gone = {change.part for change in spec.parts if change.action in ("remove", "replace")}
    silent = spec.voice is not None and spec.voice.source == "none"
    return "vocals" not in gone and not silent and (not solo or "vocals" in solo)


def presence_in(
    spans: Sequence[Sequence[float]], presence: Sequence[float], form: Form, ratio: float
) -> tuple[float, ...]:
    """How likely somebody sings in each bar of the result, 0..1; empty when it is not known."""
    heard = np.asarray(presence)
    if not heard.size:
        return ()
    out = []
    for bar in spans:
        places = np.linspace(bar[0], bar[-1], 5)[:-1] + 0.01
        seconds = [form.song_time(place) * ratio for place in places]
        inside = [
            float(heard[int(second)])
            for second, place in zip(seconds, places, strict=True)
            if form.plays_song(place) and 0 <= second < heard.size
        ]
        out.append(float(np.mean(inside)) if inside else 0.0)
    return tuple(out)


def under_voice(
    layers: Sequence[Layer], bars: Sequence[Bar], presence: Sequence[float]
) -> tuple[Move, ...]:
    """Automation that takes busy added parts back wherever somebody sings."""
    if not presence:
        return ()
    busy = [layer.part for layer in layers if is_busy(layer)]
    moves = []
    for sung, run in groupby(bars, lambda bar: presence[bar.number] >= SUNG):
        span = list(run)
        if sung and len(span) >= SHORTEST_BARS:
            start, end = span[0].beats[0], span[-1].beats[-1]
            moves += [Move("gain", part, start, end, UNDER_VOICE_DB) for part in busy]
    return tuple(moves)


def is_busy(layer: Layer) -> bool:
    """Whether a part plays a tune of its own, or so often that it competes with a voice."""
    if layer.mode == "bass":
        return False
    signs = sum(sign != "." for sign in layer.pattern)
    return layer.mode in ("line", "arp") or signs >= BUSY_SIGNS
