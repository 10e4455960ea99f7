"""Seven drum kits as data: which voice plays each drum, how loud, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from clearmix_sound.instruments import drum_voices as voice
from clearmix_sound.instruments.drum_voices import Stroke
from clearmix_sound.instruments.tones import Wave

DRUMS = (
    "kick", "snare", "clap", "hat", "open-hat", "ride", "crash", "tom-low", "tom-mid", "tom-high",
    "rim", "shaker", "cowbell", "conga", "tambourine",
)  # fmt: skip
"""Every drum of every kit."""

Voice = Callable[[Stroke], Wave]


@dataclass(frozen=True)
class Drum:
    """One drum: its voice, its peak at full velocity in dBFS, its place from -1 left to 1 right."""

    voice: Voice
    peak_db: float
    pan: float = 0.0


@dataclass(frozen=True)
class Kit:
    """Fifteen drums in a room; old samplers have fewer bits and hold each sample."""

    drums: Mapping[str, Drum]
    room_seconds: float = 0.25
    room_mix: float = 0.0
    bits: int = 0
    hold: int = 1
    darkest_hz: float = 0.0


_ACOUSTIC = {
    "kick": Drum(partial(voice.kick, pitch_hz=54, start_hz=145, sweep_seconds=0.018,
                         ring_seconds=0.42, click=0.9, drive=1.3, skin=0.35), -8),
    "snare": Drum(partial(voice.snare, pitch_hz=186, ring_seconds=0.24, snap_seconds=0.28,
                          snap=1.0, snap_hz=(900, 11000)), -9.5, 0.05),
    "clap": Drum(partial(voice.clap, low_hz=750, high_hz=4800, tail_seconds=0.22, hands=6), -14),
    "hat": Drum(partial(voice.metal, ring_seconds=0.085, low_hz=5200, high_hz=15500,
                        tuned=0.9), -19, 0.3),
    "open-hat": Drum(partial(voice.metal, ring_seconds=0.75, low_hz=4600, high_hz=15000,
                             tuned=1.0), -18, 0.3),
    "ride": Drum(partial(voice.metal, ring_seconds=1.3, low_hz=4000, high_hz=13500, tuned=0.7,
                         wash_seconds=1.9, ping_hz=860), -20, -0.35),
    "crash": Drum(partial(voice.metal, ring_seconds=1.6, low_hz=3200, high_hz=14500, tuned=0.7,
                          wash_seconds=2.8, modes=60), -14, -0.45),
    "tom-low": Drum(partial(voice.tom, pitch_hz=84, ring_seconds=0.75), -10, -0.4),
    "tom-mid": Drum(partial(voice.tom, pitch_hz=118, ring_seconds=0.6), -10.5, 0.0),
    "tom-high": Drum(partial(voice.tom, pitch_hz=158, ring_seconds=0.5), -11, 0.35),
    "rim": Drum(partial(voice.wood, hz=(1690.0, 2480.0, 455.0), ring_seconds=0.05,
                        knock=0.35), -15, 0.1),
    "shaker": Drum(partial(voice.shaker, seconds=0.11, low_hz=4500, high_hz=12500), -21, 0.45),
    "cowbell": Drum(partial(voice.wood, hz=(562.0, 845.0, 1310.0, 2240.0), ring_seconds=0.32,
                            knock=0.1), -18, -0.25),
    "conga": Drum(partial(voice.conga, pitch_hz=205, ring_seconds=0.34), -14, -0.3),
    "tambourine": Drum(partial(voice.tambourine, ring_seconds=0.26), -20, -0.5),
}  # fmt: skip

_BRUSHES = {
    **_ACOUSTIC,
    "kick": Drum(partial(voice.kick, pitch_hz=58, start_hz=110, sweep_seconds=0.022,
                         ring_seconds=0.5, click=0.3, skin=0.4), -11),
    "snare": Drum(partial(voice.swish, seconds=0.32, low_hz=1500, high_hz=9500, tap=1.0), -14, 0.1),
    "hat": Drum(partial(voice.metal, ring_seconds=0.06, low_hz=4800, high_hz=12000,
                        tuned=0.6), -22, 0.35),
    "ride": Drum(partial(voice.metal, ring_seconds=1.0, low_hz=3600, high_hz=11500, tuned=0.8,
                         wash_seconds=1.8, ping_hz=790), -21, -0.3),
    "rim": Drum(partial(voice.wood, hz=(1250.0, 1840.0, 390.0), ring_seconds=0.07,
                        knock=0.2), -16, 0.1),
}  # fmt: skip

_808 = {
    **_ACOUSTIC,
    "kick": Drum(partial(voice.kick, pitch_hz=49, start_hz=120, sweep_seconds=0.012,
                         ring_seconds=0.95, click=0.25, drive=1.6), -7.5),
    "snare": Drum(partial(voice.snare, pitch_hz=178, ring_seconds=0.17, snap_seconds=0.22,
                          snap=0.75, snap_hz=(1600, 12000), drop=1.05), -10),
    "clap": Drum(partial(voice.clap, low_hz=800, high_hz=2100, tail_seconds=0.3), -11),
    "hat": Drum(partial(voice.squares, ring_seconds=0.07, low_hz=6800, high_hz=14500), -19, 0.15),
    "open-hat": Drum(partial(voice.squares, ring_seconds=0.5, low_hz=6500,
                             high_hz=14500), -19, 0.15),
    "ride": Drum(partial(voice.squares, ring_seconds=0.9, low_hz=4200, high_hz=12000,
                         tune=1.21), -21, -0.3),
    "crash": Drum(partial(voice.squares, ring_seconds=1.8, low_hz=3200, high_hz=13500,
                          tune=1.08), -16, -0.3),
    "tom-low": Drum(partial(voice.tom, pitch_hz=82, ring_seconds=0.55, skin=0.05), -11, -0.4),
    "tom-mid": Drum(partial(voice.tom, pitch_hz=123, ring_seconds=0.45, skin=0.05), -11, 0.0),
    "tom-high": Drum(partial(voice.tom, pitch_hz=168, ring_seconds=0.38, skin=0.05), -11, 0.4),
    "rim": Drum(partial(voice.wood, hz=(1667.0, 455.0), ring_seconds=0.03, knock=0.1), -15, 0.1),
    "shaker": Drum(partial(voice.shaker, seconds=0.07, low_hz=6000, high_hz=14000,
                           grains=20), -21, 0.4),
    "cowbell": Drum(partial(voice.bell, hz=(540.0, 800.0), ring_seconds=0.4), -16, -0.2),
    "conga": Drum(partial(voice.tom, pitch_hz=238, ring_seconds=0.25, skin=0.0,
                          drop=1.08), -13, -0.25),
}  # fmt: skip

_909 = {
    **_808,
    "kick": Drum(partial(voice.kick, pitch_hz=51, start_hz=260, sweep_seconds=0.021,
                         ring_seconds=0.48, click=0.7, drive=2.2), -7),
    "snare": Drum(partial(voice.snare, pitch_hz=196, ring_seconds=0.2, snap_seconds=0.26,
                          snap=1.1, snap_hz=(1100, 13000), drop=1.5), -10),
    "clap": Drum(partial(voice.clap, low_hz=850, high_hz=3400, tail_seconds=0.24), -11),
    "hat": Drum(partial(voice.metal, ring_seconds=0.075, low_hz=6500, high_hz=16500,
                        tuned=1.3, modes=24), -18, 0.1),
    "open-hat": Drum(partial(voice.metal, ring_seconds=0.42, low_hz=5800, high_hz=16500,
                             tuned=1.3, modes=24), -17.5, 0.1),
    "ride": Drum(partial(voice.metal, ring_seconds=1.1, low_hz=4800, high_hz=15000, tuned=1.0,
                         ping_hz=1180), -21, -0.3),
    "crash": Drum(partial(voice.metal, ring_seconds=1.5, low_hz=3800, high_hz=16000, tuned=0.8,
                          wash_seconds=1.9, modes=48), -15, -0.35),
    "tom-low": Drum(partial(voice.tom, pitch_hz=88, ring_seconds=0.5, drop=1.8), -11, -0.4),
    "tom-mid": Drum(partial(voice.tom, pitch_hz=122, ring_seconds=0.42, drop=1.8), -11, 0.0),
    "tom-high": Drum(partial(voice.tom, pitch_hz=170, ring_seconds=0.36, drop=1.8), -11, 0.4),
}  # fmt: skip

_LINN = {
    **_ACOUSTIC,
    "kick": Drum(partial(voice.kick, pitch_hz=62, start_hz=190, sweep_seconds=0.014,
                         ring_seconds=0.28, click=1.0, drive=1.8, skin=0.15), -7.5),
    "snare": Drum(partial(voice.snare, pitch_hz=205, ring_seconds=0.22, snap_seconds=0.34,
                          snap=1.2, snap_hz=(800, 10500), drop=1.15), -8.5),
    "clap": Drum(partial(voice.clap, low_hz=950, high_hz=4200, tail_seconds=0.26, hands=5), -11),
    "tom-low": Drum(partial(voice.tom, pitch_hz=78, ring_seconds=0.6, drop=1.6), -10, -0.5),
    "tom-mid": Drum(partial(voice.tom, pitch_hz=112, ring_seconds=0.5, drop=1.6), -10, 0.0),
    "tom-high": Drum(partial(voice.tom, pitch_hz=152, ring_seconds=0.42, drop=1.6), -10, 0.5),
    "cowbell": Drum(partial(voice.bell, hz=(587.0, 845.0), ring_seconds=0.25), -17, -0.2),
}  # fmt: skip

_DUSTY = {
    **_ACOUSTIC,
    "kick": Drum(partial(voice.kick, pitch_hz=57, start_hz=120, sweep_seconds=0.02,
                         ring_seconds=0.34, click=0.45, drive=2.4, skin=0.3), -8),
    "snare": Drum(partial(voice.snare, pitch_hz=172, ring_seconds=0.2, snap_seconds=0.2,
                          snap=0.9, snap_hz=(700, 6500)), -10.5, 0.03),
}  # fmt: skip

_CHIP = {
    "kick": Drum(partial(voice.console_drop, start_hz=330, end_hz=46, seconds=0.16), -9),
    "snare": Drum(partial(voice.console_noise, seconds=0.17, hold=5), -12),
    "clap": Drum(partial(voice.console_noise, seconds=0.11, hold=8), -13),
    "hat": Drum(partial(voice.console_noise, seconds=0.045, hold=2), -20),
    "open-hat": Drum(partial(voice.console_noise, seconds=0.22, hold=2), -20),
    "ride": Drum(partial(voice.console_noise, seconds=0.12, hold=2, short=True), -22),
    "crash": Drum(partial(voice.console_noise, seconds=0.9, hold=3), -16),
    "tom-low": Drum(partial(voice.console_drop, start_hz=180, end_hz=62, seconds=0.22), -11),
    "tom-mid": Drum(partial(voice.console_drop, start_hz=260, end_hz=95, seconds=0.2), -11),
    "tom-high": Drum(partial(voice.console_drop, start_hz=360, end_hz=140, seconds=0.18), -11),
    "rim": Drum(partial(voice.console_noise, seconds=0.03, hold=10, short=True), -16),
    "shaker": Drum(partial(voice.console_noise, seconds=0.06, hold=1), -23),
    "cowbell": Drum(partial(voice.bell, hz=(540.0, 800.0), ring_seconds=0.2), -18),
    "conga": Drum(partial(voice.console_drop, start_hz=300, end_hz=190, seconds=0.12), -14),
    "tambourine": Drum(partial(voice.console_noise, seconds=0.09, hold=1), -21),
}

KITS: Mapping[str, Kit] = MappingProxyType({
    "acoustic": Kit(_ACOUSTIC, room_seconds=0.45, room_mix=0.22),
    "brushes": Kit(_BRUSHES, room_seconds=0.6, room_mix=0.28),
    "electro-808": Kit(_808),
    "house-909": Kit(_909, room_seconds=0.2, room_mix=0.05),
    "linn-80s": Kit(_LINN, room_seconds=0.7, room_mix=0.14, bits=10, hold=1),
    "dusty": Kit(_DUSTY, room_seconds=0.3, room_mix=0.15, bits=9, hold=2, darkest_hz=9000),
    "chip": Kit(_CHIP),
})  # fmt: skip
"""Every kit by its id."""
