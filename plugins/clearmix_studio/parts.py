"""The parts of the recording that the result keeps: from its stems, or estimated from the mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from clearmix import Audio, RemixSpec, SourceRecording
from clearmix_sound.filters import high_pass, low_pass
from clearmix_sound.mixing import gained, layered
from clearmix_sound.stretch import stretched

if TYPE_CHECKING:
    from clearmix_studio.plan import Plan

RATE = 44100
"""Rate of everything that the studio renders, in hertz."""

LOUDER_DB = 6.0
SOFTER_DB = -9.0

BASS_TOP_HZ = 180.0
"""Below this the estimate of the bass lies, and the centre is left alone."""

NO_ROOM: Mapping[str, float | None] = MappingProxyType({})

_ESTIMATED = ("vocals", "melody", "drums", "bass", "harmony")


def gains_db(
    spec: RemixSpec, parts: frozenset[str], room: Mapping[str, float | None] = NO_ROOM
) -> dict[str, float | None]:
    """For each part of the recording its gain in dB, None where it is left out.

    `room` says which parts step back for added ones, unless they are asked to stay.
    """
    kept = {change.part for change in spec.parts if change.action == "keep"} | set(spec.keep)
    solo = {change.part for change in spec.parts if change.action == "solo"} & parts
    gains: dict[str, float | None] = dict.fromkeys(parts, 0.0)
    gains |= {part: gain for part, gain in room.items() if part in parts and part not in kept}
    for part in parts - solo if solo else ():
        gains[part] = None
    for change in spec.parts:
        if change.part not in parts:
            continue
        if change.action in ("remove", "replace"):
            gains[change.part] = None
        elif change.action == "louder":
            gains[change.part] = LOUDER_DB if change.gain_db is None else abs(change.gain_db)
        elif change.action == "softer":
            gains[change.part] = SOFTER_DB if change.gain_db is None else -abs(change.gain_db)
    if spec.voice is not None and spec.voice.source == "none" and "vocals" in parts:
        gains["vocals"] = None
    return gains


def room_for(plan: Plan) -> dict[str, float | None]:
    """How far parts with stems of their own step back for those that the plan adds."""
    room: dict[str, float | None] = {}
    if plan.drums is not None:
        room["drums"] = None if plan.strength >= 0.75 else -6.0 - 16.0 * plan.strength
    if plan.bass is not None:
        room["bass"] = None
    if plan.harmony is not None:
        room["harmony"] = -10.0 * plan.strength
    return room


def base(recording: SourceRecording, spec: RemixSpec, plan: Plan) -> Audio:
    """The recording at its new tempo and pitch with the parts that were asked to stay.

    With stems each part is balanced by itself. Without, parts that are not at their own level are
    estimated from the mix: the middle of the stereo picture for the lead, what lies below 180 Hz
    for the bass, the percussive share of the spectrum for the drums.
    """
    mix = recording.read().as_stereo().resampled(RATE)
    if recording.stems:
        gains = gains_db(spec, frozenset(recording.stems), room_for(plan))
        if any(gain != 0.0 for gain in gains.values()):
            silence = Audio(np.zeros_like(mix.samples), RATE)
            stems = (
                gained(recording.read_stem(part).as_stereo().resampled(RATE), gain)
                for part, gain in sorted(gains.items())
                if gain is not None
            )
            mix = layered(silence, stems)
    else:
        gains = gains_db(spec, frozenset(_ESTIMATED))
        mix = _estimated(mix, {part: gain for part, gain in gains.items() if gain != 0.0})
    return stretched(mix, tempo_ratio=plan.tempo_ratio, semitones=plan.semitones)


def estimated_parts(spec: RemixSpec) -> tuple[str, ...]:
    """The parts that a recording without stems would have to be taken apart for."""
    gains = gains_db(spec, frozenset(_ESTIMATED))
    return tuple(sorted(part for part, gain in gains.items() if gain != 0.0))


def _estimated(mix: Audio, gains: dict[str, float | None]) -> Audio:
    out = mix
    if "drums" in gains:
        drums = _percussive(out)
        out = _changed(out, drums, gains["drums"])
    if "bass" in gains:
        out = _changed(out, low_pass(out, BASS_TOP_HZ, order=4), gains["bass"])
    lead = "vocals" if "vocals" in gains else "melody"
    if lead in gains:
        out = _changed(out, _centre(out), gains[lead])
    if "harmony" in gains:
        sides = Audio(out.samples - _centre(out).samples, RATE)
        out = _changed(out, high_pass(sides, BASS_TOP_HZ, order=4), gains["harmony"])
    return out


def _changed(mix: Audio, part: Audio, gain_db: float | None) -> Audio:
    factor = 0.0 if gain_db is None else 10 ** (gain_db / 20)
    return Audio(mix.samples + part.samples * np.float32(factor - 1), mix.rate)


def _centre(mix: Audio) -> Audio:
    """What both channels share between the bass and 9 kHz, by a soft mask on the spectrum."""
    return _masked(mix, _centre_mask)


def _centre_mask(left: np.ndarray, right: np.ndarray, hz: np.ndarray) -> np.ndarray:
    together = 2 * np.abs(left * right.conj()) / (np.abs(left) ** 2 + np.abs(right) ** 2 + 1e-12)
    in_phase = np.clip(np.cos(np.angle(left * right.conj())), 0, 1)
    band = (hz > BASS_TOP_HZ) & (hz < 9000)
    return np.asarray((together * in_phase) ** 6 * band[:, None])


def _percussive(mix: Audio) -> Audio:
    """The percussive share (Fitzgerald 2010: median filters over time and frequency)."""
    return _masked(mix, _percussive_mask)


def _percussive_mask(left: np.ndarray, right: np.ndarray, hz: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    magnitude = (np.abs(left) + np.abs(right)).astype(np.float32)
    held = ndimage.median_filter(magnitude, size=(1, 17), mode="nearest") ** 2
    struck = ndimage.median_filter(magnitude, size=(17, 1), mode="nearest") ** 2
    return np.asarray(struck / (held + struck + 1e-9))


def _masked(mix: Audio, mask: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> Audio:
    from scipy import signal

    size, hop = 4096, 1024
    transform = signal.ShortTimeFFT(signal.windows.hann(size, sym=False), hop, fs=mix.rate)
    out = np.zeros_like(mix.samples)
    step = 30 * mix.rate // hop * hop  # half a minute at a time keeps the memory small
    margin = 2 * size
    for start in range(0, mix.frames, step):
        first, last = max(0, start - margin), min(mix.frames, start + step + margin)
        left, right = (transform.stft(channel[first:last]) for channel in mix.samples)
        share = mask(left, right, transform.f)
        stop = min(mix.frames, start + step)
        for number, spectrum in enumerate((left, right)):
            made = transform.istft(spectrum * share, k1=last - first)
            out[number, start:stop] = made[start - first : stop - first]
    return Audio(out.astype(np.float32), mix.rate)
