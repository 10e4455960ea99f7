"""Our instruments and drums as General MIDI numbers them, played by a bank that has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from clearmix.errors import AudioError
from clearmix.scores.drum_keys import DRUM_KEYS
from clearmix_sound.instruments.drum_voices import Stroke
from clearmix_sound.instruments.kits import KITS, Kit, Voice
from clearmix_sound.instruments.patches import INSTRUMENTS, Patch
from clearmix_sound.instruments.singers import Manner
from clearmix_sound.instruments.tones import Tone, Wave
from clearmix_sound.soundfonts.playing import struck
from clearmix_sound.soundfonts.reading import Bank

PROGRAMS: Mapping[str, int] = MappingProxyType({
    "piano": 0, "electric-piano": 4, "harpsichord": 6, "glockenspiel": 9, "music-box": 10,
    "vibraphone": 11, "marimba": 12, "organ": 16, "pipe-organ": 19, "accordion": 21,
    "nylon-guitar": 24, "steel-guitar": 25, "jazz-guitar": 26, "clean-guitar": 27,
    "distorted-guitar": 30, "upright-bass": 32, "finger-bass": 33, "synth-bass": 38,
    "violin": 40, "viola": 41, "cello": 42, "contrabass": 43, "pizzicato": 45, "harp": 46,
    "timpani": 47, "strings": 48, "choir": 52, "doo": 53, "trumpet": 56, "trumpets": 56,
    "trombones": 57, "tuba": 58, "muted-trumpet": 59, "horns": 60, "brass": 61, "saxophone": 66,
    "saxophones": 65, "oboe": 68, "clarinet": 71, "flute": 73, "square-lead": 80, "saw-lead": 81,
    "pad": 89, "banjo": 105,
})  # fmt: skip
"""Programs of General MIDI, from 0; what it does not name is played by our own instruments."""

MELODIC, PERCUSSION = 0, (128, 0)
"""The bank of its instruments, and the preset of its standard kit."""

STROKE_SECONDS = 2.0
"""How long a stroke is held: drums ring as long as their samples do."""


def patch_of(bank: Bank, instrument: str) -> Patch | None:
    """An instrument as a bank plays it; None where the bank or General MIDI does not have it."""
    own, program = INSTRUMENTS[instrument], PROGRAMS.get(instrument)
    if isinstance(own, Manner) or program is None or not bank.presets.get((MELODIC, program)):
        return None

    def tone(note: Tone) -> Wave:
        key = round(69 + 12 * math.log2(note.hz / 440))
        sound = struck(bank, (MELODIC, program), key, note.seconds, note.velocity, note.rate)
        return sound if sound is not None else own.tone(note)

    return Patch(tone, own.peak_db)


def kit_of(bank: Bank, name: str) -> Kit:
    """One of our kits with the drums that the bank has in their places.

    Raises:
        AudioError: there is no such kit.
    """
    if name not in KITS:
        raise AudioError(f"unknown kit `{name}`", help=f"one of {', '.join(KITS)}")
    kit = KITS[name]
    drums = dict(kit.drums)
    for drum, key in DRUM_KEYS.items():
        if bank.zones(*PERCUSSION, key, 100):
            drums[drum] = replace(drums[drum], voice=_voice(bank, key, drums[drum].voice))
    return replace(kit, drums=drums)


def _voice(bank: Bank, key: int, own: Voice) -> Voice:
    """A drum of a bank; ours where it has nothing for how hard the stroke is."""

    def voice(stroke: Stroke) -> Wave:
        sound = struck(bank, PERCUSSION, key, STROKE_SECONDS, stroke.velocity, stroke.rate)
        return sound if sound is not None else own(stroke)

    return voice
