"""The instruments by name: which tone each plays, how loud, and what its notes go through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from clearmix_sound.instruments import (
    bowed,
    chips,
    choirs,
    guitars,
    mallets,
    plucked,
    sustained,
    winds,
)
from clearmix_sound.instruments.singers import SYLLABIC, VOCALISE, Manner
from clearmix_sound.instruments.tones import Tone, Wave


@dataclass(frozen=True)
class Patch:
    """An instrument that plays its notes one by one.

    `peak_db` is the peak of one note at full velocity in dBFS; `after` is heard by the sum of all
    notes, as an amplifier or a mouth is; it is told at which frame the sound begins. A note that
    dies away by itself is made once, at its full length, and damped within `release_seconds` when
    it is let go.
    """

    tone: Callable[[Tone], Wave]
    peak_db: float
    after: Callable[[Wave, int, int], Wave] | None = None
    release_seconds: float | None = None


def tremolo(sound: Wave, rate: int, start: int, *, hz: float, depth: float) -> Wave:
    """The sound swaying between left and right, as a suitcase piano's amplifiers do."""
    sway = depth * np.sin(2 * np.pi * hz * np.arange(start, start + sound.shape[1]) / rate)
    out: Wave = sound * np.stack([1 + sway, 1 - sway])
    return out


INSTRUMENTS: Mapping[str, Patch | Manner] = MappingProxyType({
    "finger-bass": Patch(plucked.finger_bass, -9, release_seconds=0.09),
    "synth-bass": Patch(sustained.synth_bass, -9),
    "sub-bass": Patch(sustained.sub_bass, -9),
    "upright-bass": Patch(plucked.upright_bass, -8, release_seconds=0.12),
    "pluck": Patch(plucked.pluck, -11, release_seconds=0.25),
    "nylon-guitar": Patch(plucked.nylon_guitar, -11, release_seconds=0.16),
    "electric-piano": Patch(plucked.electric_piano, -13, partial(tremolo, hz=4.6, depth=0.16), 0.2),
    "piano": Patch(plucked.piano, -11, release_seconds=0.28),
    "organ": Patch(sustained.organ, -15),
    "strings": Patch(sustained.strings, -15),
    "pad": Patch(sustained.pad, -15),
    "saw-lead": Patch(sustained.saw_lead, -12),
    "square-lead": Patch(sustained.square_lead, -13),
    "bell": Patch(plucked.bell, -13, release_seconds=0.9),
    "brass": Patch(sustained.brass, -12),
    "flute": Patch(sustained.flute, -12),
    "choir": Patch(choirs.choir_voice, -6, choirs.choir_mouth),
    "violin": Patch(bowed.violin, -12),
    "viola": Patch(bowed.viola, -12),
    "cello": Patch(bowed.cello, -11),
    "contrabass": Patch(bowed.contrabass, -11),
    "pizzicato": Patch(guitars.pizzicato, -11, release_seconds=0.2),
    "harp": Patch(mallets.harp, -12, release_seconds=0.9),
    "steel-guitar": Patch(guitars.steel_guitar, -12, release_seconds=0.14),
    "jazz-guitar": Patch(guitars.jazz_guitar, -12, release_seconds=0.12),
    "clean-guitar": Patch(guitars.clean_guitar, -12, release_seconds=0.1),
    "distorted-guitar": Patch(guitars.distorted_guitar, -12, guitars.amplifier, 0.08),
    "banjo": Patch(guitars.banjo, -12, release_seconds=0.12),
    "harpsichord": Patch(guitars.harpsichord, -13, release_seconds=0.12),
    "clarinet": Patch(partial(winds.blown, bore=winds.CLARINET), -13),
    "oboe": Patch(partial(winds.blown, bore=winds.OBOE), -13),
    "saxophone": Patch(partial(winds.blown, bore=winds.SAXOPHONE), -12),
    "saxophones": Patch(partial(winds.section, bore=winds.SAXOPHONE), -13),
    "trumpet": Patch(partial(winds.blown, bore=winds.TRUMPET), -12),
    "trumpets": Patch(partial(winds.section, bore=winds.TRUMPET), -12),
    "muted-trumpet": Patch(partial(winds.blown, bore=winds.MUTED), -13),
    "trombones": Patch(partial(winds.section, bore=winds.TROMBONE), -12),
    "horns": Patch(partial(winds.section, bore=winds.HORN), -12),
    "tuba": Patch(partial(winds.blown, bore=winds.TUBA), -10),
    "accordion": Patch(winds.accordion, -14),
    "pipe-organ": Patch(winds.pipe_organ, -14),
    "vibraphone": Patch(mallets.vibraphone, -13, partial(tremolo, hz=5.2, depth=0.12), 0.45),
    "marimba": Patch(mallets.marimba, -11, release_seconds=0.3),
    "music-box": Patch(mallets.music_box, -13, release_seconds=0.9),
    "glockenspiel": Patch(mallets.glockenspiel, -15, release_seconds=0.8),
    "metallophone": Patch(mallets.metallophone, -12, release_seconds=0.35),
    "gong": Patch(mallets.gong, -10, release_seconds=2.0),
    "timpani": Patch(mallets.timpani, -9, release_seconds=0.7),
    "pulse-lead": Patch(chips.pulse_lead, -14),
    "pulse-chord": Patch(chips.pulse_chord, -15),
    "triangle-bass": Patch(chips.triangle_bass, -10),
    "doo": Patch(choirs.doo_voice, -6, choirs.doo_mouth),
    "voice-lead": SYLLABIC,
    "vocalise": VOCALISE,
})  # fmt: skip
"""Every instrument by its id; a `Manner` is sung as a line, not played note by note."""
