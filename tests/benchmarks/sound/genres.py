"""Bands drawn at random from genres: what a genre fixes stays, the rest differs from seed to seed.

A pattern is a string that runs over one bar or more: `x` is a hit, `o` a soft one, `.` a rest, and
its length says how finely it divides them. The beat is the one musicians count: backbeats fall on
two and four, a 6/8 counts two, trap and dub count the slow pulse under the fast hats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from known_music import Clock, Groove, Known, drifting, played, steady

Pattern = str
Drums = Mapping[str, Pattern]
T = TypeVar("T")

_MINOR = ((0, 8, 10, 0), (0, 5, 7, 0), (0, 3, 10, 0), (0, 0, 8, 7), (0, 10, 8, 10, 0, 10, 5, 0))
_MAJOR = ((0, 5, 7, 0), (0, 9, 5, 7), (0, 7, 5, 0), (0, 0, 5, 0), (0, 4, 5, 7, 9, 5, 7, 0))
_SYNTHS = ("pad", "saw-lead", "pluck", "square-lead")
_ELECTRIC = ("house-909", "electro-808", "linn-80s")
_E, _Q, _S = "xoxoxoxo", "xxxx", "xoxoxoxoxoxoxoxo"
_OFF, _FOUR, _BACK = ".x.x.x.x", "xxxx", ".x.x"


@dataclass(frozen=True)
class Genre:
    """What bands of a genre have in common; of each sequence a band draws one.

    `chord_beats` is how long chords last, `lead` the chance of a melody in every section.
    """

    tempo_bpm: tuple[float, float]
    drums: Sequence[Drums] = ({},)
    bass: Sequence[Pattern] = ("x...",)
    comp: Sequence[Pattern] = ("x...",)
    beats_per_bar: int = 4
    division: int = 2
    chord_beats: Sequence[float] = (4,)
    swing: tuple[float, float] = (0.0, 0.0)
    kits: Sequence[str] = ("acoustic",)
    basses: Sequence[str] = ("finger-bass",)
    harmonies: Sequence[str] = ("electric-piano", "organ", "piano")
    lead: float = 0.4
    leads: Sequence[str] = ("voice-lead", "saw-lead", "piano")
    live: bool = False
    forms: Sequence[str] = field(default=("vcv", "ivc", "vcb", "ibc"))


GENRES: Mapping[str, Genre] = {
    "pop rock": Genre(
        (88, 145),
        ({"kick": "x...xx..", "snare": _BACK, "hat": _E}, {"kick": "x..xx...", "snare": _BACK,
          "hat": _E}, {"kick": "x.x.", "snare": _BACK, "ride": _Q},
         {"kick": "x.....x.x.x.....", "snare": _BACK, "hat": _E}),
        (_E, "x...xx..", "x..xx...", "x.x."), ("x...", "x.x.", "x..x..x.", _E), live=True,
    ),
    "house": Genre(
        (118, 129),
        ({"kick": _FOUR, "clap": _BACK, "open-hat": _OFF}, {"kick": _FOUR, "open-hat": _OFF,
          "shaker": _S}, {"kick": _FOUR, "clap": _BACK, "hat": "..x...x...x...x."}),
        (_OFF, "..x...x...x...xx", "x..x..x.x..x..x.", ".xxx.xxx.xxx.xxx"),
        ("...x.....x....x.", "x..x..x...x..x..", ".x.x.x.x", "x..."),
        chord_beats=(4, 8), kits=_ELECTRIC, basses=("synth-bass", "sub-bass", "finger-bass"),
        harmonies=("organ", "electric-piano", *_SYNTHS),
    ),
    "techno": Genre(
        (124, 142),
        ({"kick": _FOUR, "hat": _OFF}, {"kick": _FOUR, "hat": _S, "clap": _BACK},
         {"kick": _FOUR, "open-hat": _OFF, "rim": "...x..x....x..x."}),
        (".xxx.xxx.xxx.xxx", _OFF, "..x..x..x..x..x."), ("x...", "..x..x....x..x..", "...x...."),
        chord_beats=(4, 8, 16), kits=_ELECTRIC, basses=("synth-bass", "sub-bass"),
        harmonies=_SYNTHS, lead=0.1, leads=("saw-lead", "pluck"),
    ),
    "trance": Genre(
        (130, 142), ({"kick": _FOUR, "open-hat": _OFF, "clap": _BACK},),
        (_OFF, ".xxx.xxx.xxx.xxx"), ("xxxxxxxxxxxxxxxx", "x..x..x..x..x.x.", "x..."),
        chord_beats=(4, 8), kits=("house-909",), basses=("synth-bass",),
        harmonies=("saw-lead", "pluck", "pad"), leads=("saw-lead", "pluck"),
    ),
    "drum and bass": Genre(
        (166, 178),
        ({"kick": "x....x..", "snare": _BACK, "hat": _E}, {"kick": "x....x..", "snare": _BACK,
          "hat": _S}, {"kick": "x.........x.....", "snare": "....x..o.o..x..o", "ride": _E}),
        ("x...", "x....x..", "x..x..x."), ("x...", "...x...."), chord_beats=(4, 8),
        kits=("acoustic", "house-909", "dusty"), basses=("sub-bass", "synth-bass"),
        harmonies=("pad", "electric-piano", "strings"),
    ),
    "trap": Genre(
        (64, 80),
        ({"kick": "x..x......x.....", "clap": _BACK, "hat": _S},
         {"kick": "x.....x..x......", "snare": _BACK, "hat": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
         {"kick": "x.......x.x.....", "snare": _BACK, "hat": "x.x.x.x.x.xxx.x.x.x.x.x.xxxxx.x."}),
        ("x.........x.....", "x..x......x....."), ("x...", "xoxoxoxo"), chord_beats=(4, 8),
        kits=("electro-808",), basses=("sub-bass",), harmonies=("bell", "piano", "pad", "pluck"),
    ),
    "boom bap": Genre(
        (80, 100),
        ({"kick": "x......x..x.....", "snare": _BACK, "hat": _E}, {"kick": "x.x.....x..x....",
          "snare": _BACK, "hat": _E}, {"kick": "x..x...x..x.....", "snare": _BACK, "hat": _S}),
        ("x......x..x.....", "x...x...", "x..x..x."), ("x..x....", "x...", "..x...x."),
        swing=(0.0, 0.14), kits=("dusty", "acoustic"), basses=("upright-bass", "finger-bass"),
    ),
    "funk": Genre(
        (94, 120),
        ({"kick": "x..x.....xx.....", "snare": _BACK, "hat": _S}, {"kick": "x.x....x..x..x..",
          "snare": "....x..o.o..x..o", "hat": _S}),
        ("x..x.....x....x.", "x.x....x..x.xx.."), (".x...x..x....x..", "..x..x....x..x.."),
        chord_beats=(4, 8, 16), live=True, harmonies=("electric-piano", "nylon-guitar", "brass"),
    ),
    "disco": Genre(
        (106, 126), ({"kick": _FOUR, "snare": _BACK, "open-hat": _OFF, "hat": _S},
                     {"kick": _FOUR, "clap": _BACK, "hat": _S}),
        (_E, "x.xxx.xxx.xxx.xx", _OFF), (".x.x.x.x", "x..x..x.", "..xx..xx..xx..xx"),
        harmonies=("strings", "nylon-guitar", "electric-piano"), live=True,
    ),
    "soul": Genre(
        (104, 132), ({"kick": "x...xx..", "snare": _FOUR, "tambourine": _BACK},
                     {"kick": "x.x.", "snare": _FOUR, "hat": _E}),
        ("x..xx.x.", "x.xxx.x.", _Q), (_BACK, "x.x.", _Q), chord_beats=(4, 2, 8), live=True,
    ),
    "reggae": Genre(
        (64, 88),
        ({"kick": "..x.", "rim": "..x.", "hat": _E}, {"kick": _FOUR, "rim": "..x.", "hat": _E},
         {"kick": "..x.", "snare": "..x.", "hat": _S}),
        ("x..x..x.", "x.xx..x.", "..x.x.x."), (_OFF, _BACK), swing=(0.0, 0.1), live=True,
        harmonies=("organ", "nylon-guitar", "piano"),
    ),
    "ska": Genre(
        (118, 160), ({"kick": "x.x.", "snare": _BACK, "hat": _OFF}, {"kick": _FOUR, "snare": _BACK,
                     "hat": _E}),
        (_Q, "x.xxx.x."), (_OFF,), harmonies=("nylon-guitar", "brass", "organ"), live=True,
    ),
    "bossa": Genre(
        (118, 152), ({"kick": "x..xx..x", "rim": "x..x..x.|..x..x..", "shaker": _E},),
        ("x..xx..x", "x.x."), ("x..x.x..", "x.x..x.x"), chord_beats=(4, 8, 2), live=True,
        kits=("brushes", "acoustic"), basses=("upright-bass",),
        harmonies=("nylon-guitar", "piano"),
    ),
    "samba": Genre(
        (94, 116), ({"kick": "x..ox..ox..ox..o", "tambourine": _S, "snare": "x.x.xx.xx.x.xx.x",
                     "tom-low": ".x.x"},),
        ("x..xx..xx..xx..x",), ("x.x..x.x.x.x.xx.",), harmonies=("nylon-guitar", "piano"),
    ),
    "salsa": Genre(
        (160, 208),
        ({"conga": "....x.xx|....x.xx", "cowbell": "x.xxx.xx", "rim": "x..x..x.|..x.x..."},
         {"conga": "..x...xx|..x...xx", "shaker": _E, "rim": "..x.x...|x..x..x."}),
        ("...x..x.", "x..x..x."), ("x.xx.x.x|.x.x.x.x", "x..x..x.|..x.x..."), chord_beats=(4, 8),
        harmonies=("piano",), leads=("brass", "voice-lead"), live=True,
    ),
    "reggaeton": Genre(
        (84, 102), ({"kick": _FOUR, "snare": "...x..x....x..x.", "hat": _E},),
        ("x.....x.x.....x.", "x...x...", "x..x..x.x..x..x."), ("x...", "...x..x....x..x."),
        kits=("electro-808", "house-909"), basses=("sub-bass", "synth-bass"),
        harmonies=("pluck", "nylon-guitar", "pad"),
    ),
    "afrobeat": Genre(
        (92, 118), ({"kick": "x.....x.x..x....", "snare": "...x..x....o..x.", "shaker": _S},
                    {"kick": "x...x.x.x...x.x.", "rim": "x..x...x..x.x...", "shaker": _S}),
        ("x..x..x...x.x...", "x.x...x."), ("..x..x....x.x...", ".x.x.x.x"), chord_beats=(4, 8),
        harmonies=("nylon-guitar", "organ", "electric-piano"), live=True,
    ),
    "swing": Genre(
        (112, 215), ({"ride": "x.xxx.xx", "hat": _BACK}, {"ride": "x.xxx.xx", "hat": _BACK,
                     "kick": "oooo"}, {"hat": "x.xxx.xx", "snare": "...o...."}),
        (_Q,), ("...x..x.", ".x..x...", "x..x....", _Q), chord_beats=(4, 2, 8),
        swing=(0.1, 0.167), kits=("acoustic", "brushes"), basses=("upright-bass",),
        harmonies=("piano",), leads=("brass", "piano"), live=True,
    ),
    "shuffle": Genre(
        (88, 140), ({"kick": "x.x.", "snare": _BACK, "ride": _E}, {"kick": _FOUR, "snare": _BACK,
                    "hat": _E}),
        (_Q, _E), ("x...", _OFF, _E), swing=(0.14, 0.167), live=True,
        harmonies=("piano", "organ", "nylon-guitar"),
    ),
    "slow twelve eight": Genre(
        (46, 78), ({"kick": "x.....x.x...", "snare": _BACK, "hat": "xooxooxooxoo"},
                   {"kick": "x.x.", "snare": _BACK, "ride": "xooxooxooxoo"}),
        ("x.....x.....", _Q, "x..x.xx..x.x"), ("xooxooxooxoo", "x..........."), division=3,
        live=True,
    ),
    "six eight": Genre(
        (46, 82), ({"kick": "x.", "snare": ".x", "hat": "xooxoo"}, {"kick": "x....x", "snare": ".x",
                   "hat": "xooxoo"}, {}),
        ("x.", "x....x", "xx"), ("xooxoo", "x.....", "x.xx.x"), beats_per_bar=2, division=3,
        chord_beats=(2, 4), live=True, harmonies=("nylon-guitar", "piano", "strings"),
    ),
    "jig": Genre(
        (98, 128), ({"kick": "xx", "tambourine": "x.xx.x"}, {}, {"conga": "xooxoo"}),
        ("xx", "x."), ("x.xx.x", "xooxoo", "xx"), beats_per_bar=2, division=3, chord_beats=(2, 4),
        lead=1.0,
        leads=("nylon-guitar", "brass", "piano"), harmonies=("nylon-guitar", "piano"),
    ),
    "waltz": Genre(
        (84, 186), ({"kick": "x..", "hat": ".xx"}, {}, {"kick": "x..", "snare": ".xx"},
                    {"ride": "x.xxx.", "kick": "x.."}),
        ("x..",), (".xx", "x..", "xoxoxo"), beats_per_bar=3, chord_beats=(3, 6), lead=0.7,
        basses=("upright-bass", "finger-bass"), harmonies=("piano", "strings", "nylon-guitar"),
        live=True,
    ),
    "country": Genre(
        (84, 128), ({"kick": "x.x.", "snare": _BACK, "hat": _E}, {"kick": "x.x.",
                    "snare": "o.oxo.oxo.oxo.ox"}, {}),
        ("x.x.",), (_BACK, "x.xxx.xx"), chord_beats=(4, 8), harmonies=("nylon-guitar",), live=True,
    ),
    "punk": Genre(
        (152, 200), ({"kick": "x.xx..x.", "snare": _BACK, "hat": _E}, {"kick": "x.x.",
                     "snare": _BACK, "crash": _Q}),
        (_E,), (_E, "x..."), chord_beats=(4, 2, 8), harmonies=("saw-lead", "organ"), live=True,
    ),
    "metal": Genre(
        (100, 185), ({"kick": _S, "snare": _BACK, "hat": _Q}, {"kick": "x.xxx.xxx.xxx.xx",
                     "snare": _BACK, "ride": _Q}, {"kick": _E, "snare": ".x.x.x.x.x.x.x.x",
                     "crash": _Q}),
        ("x.xxx.xxx.xxx.xx", _S, _E), ("x.xxx.xxx.xxx.xx", "x..."), chord_beats=(4, 8, 2),
        harmonies=("saw-lead",), lead=0.2, live=True,
    ),
    "piano ballad": Genre(
        (54, 88), ({}, {}, {"kick": "x.....x.", "snare": _BACK, "hat": _E}),
        ("x.x.", "x...", "x..x...."), (_E, _Q, "x.xxx.xx", "xoxoxoxoxoxoxoxo"),
        chord_beats=(4, 2), harmonies=("piano", "electric-piano"), basses=("upright-bass",),
        lead=0.7, live=True,
    ),
    "folk guitar": Genre(
        (78, 132), ({},), ("x.x.", "x..."), ("x.xx.xxx", "x.xxx.xx", "xoxoxoxo", "x...x.x."),
        chord_beats=(4, 8, 2), harmonies=("nylon-guitar",), lead=0.6, live=True,
    ),
    "pads": Genre(
        (58, 104), ({},), ("x...", "...."), ("x...", "x.x."), chord_beats=(4, 2),
        harmonies=("pad", "strings", "organ"), basses=("sub-bass",), lead=0.2,
    ),
    "hymn": Genre(
        (66, 118), ({},), (_Q, "x.x."), (_Q, "x.x."), chord_beats=(1, 2, 4),
        harmonies=("organ", "strings", "brass", "voice-lead"), basses=("organ", "voice-lead"),
        lead=0.8, live=True,
    ),
    "simple tune": Genre(
        (84, 140), ({}, {}, {"kick": "x.x.", "hat": _E}, {"kick": "x.x.", "snare": _BACK}),
        ("x...", "x.x.", _Q), ("x...", "x.x.", _Q), chord_beats=(4, 8, 2), lead=1.0,
        harmonies=("piano", "strings", "organ"),
    ),
    "march": Genre(
        (96, 132), ({"kick": "x.x.", "snare": _E}, {"kick": "x.x.", "snare": ".x.x",
                    "crash": "x..."}), ("x.x.",), (_BACK, _OFF), lead=0.9,
        harmonies=("brass", "organ"), leads=("brass",),
    ),
    "chiptune": Genre(
        (112, 165), ({"kick": "x.x.", "snare": _BACK, "hat": _E}, {"kick": "x..xx...",
                     "snare": _BACK, "hat": _S}),
        (_E, _OFF, "x.xx.x.x"), ("xxxxxxxxxxxxxxxx", "x..."), kits=("chip",), chord_beats=(4, 2),
        basses=("square-lead",), harmonies=("square-lead",), lead=0.8, leads=("square-lead",),
    ),
    "synthwave": Genre(
        (78, 122), ({"kick": _FOUR, "snare": _BACK, "hat": _E}, {"kick": "x.x.", "snare": _BACK,
                    "hat": _S}), (_E, _S), ("x...", "x..x..x."), chord_beats=(4, 8),
        kits=("linn-80s",), basses=("synth-bass",), harmonies=_SYNTHS, leads=("saw-lead",),
    ),
    "arpeggios": Genre(
        (84, 128), ({}, {"kick": "x..."}, {"shaker": _E}), ("x...", "x.x."), (_S, _E, "x.xx.xx."),
        chord_beats=(4, 8), harmonies=("pluck", "bell", "electric-piano"),
        basses=("sub-bass",), lead=0.3,
    ),
    "five": Genre(
        (92, 180), ({"ride": "xxxxx", "kick": "x..x.", "snare": "..x.."}, {"kick": "x..x.",
                    "snare": ".x..x", "hat": "xoxoxoxoxo"}),
        ("x..x.", "x..x..x.x."), ("x..x..x...", "x...."), beats_per_bar=5, chord_beats=(5, 10),
    ),
    "seven": Genre(
        (100, 225), ({"kick": "x..x...", "snare": "..x..x.", "hat": "xxxxxxx"}, {"kick": "x...x..",
                     "snare": "..x...x", "hat": "xxxxxxx"}),
        ("x..x.x.", "x...x.."), ("x......", "x..x.x."), beats_per_bar=7, chord_beats=(7, 14),
    ),
}  # fmt: skip
"""Thirty-seven genres; a band that counts five or seven is rare, as it is among recordings."""


def drawn(name: str, seed: int, *, rate: int = 22050) -> Known:
    """The band of that seed."""
    genre = GENRES[name]
    rng = np.random.default_rng([seed, *name.encode()])

    def one(choices: Sequence[T]) -> T:
        return choices[int(rng.integers(len(choices)))]

    size = genre.beats_per_bar
    tempo = float(rng.uniform(*genre.tempo_bpm))
    drums = dict(one(genre.drums))
    if len(drums) > 2 and rng.random() < 0.25:
        del drums[one(sorted(drums.keys() - {"kick"}))]
    major = rng.random() < 0.5
    key = f"{one(('C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'))} "
    melody = rng.random() < genre.lead
    sways = genre.live and rng.random() < 0.35
    pickup_beats = float(one((0, 0, 0, 1, 2))) if melody else 0.0
    start = float(rng.uniform(0.05, 1.5)) + pickup_beats * 60 / tempo
    clock: Clock = (
        drifting(tempo, float(rng.uniform(0.004, 0.02)), start) if sways else steady(tempo, start)
    )
    form = one(genre.forms) if drums else one(("vcv", "vvc"))
    groove = Groove(
        tempo,
        {drum: places(pattern, size, "x") for drum, pattern in drums.items()},
        places(one(genre.bass), size),
        places(one(genre.comp), size),
        beats_per_bar=size,
        swing=float(rng.uniform(*genre.swing)),
        kit=one(genre.kits),
        harmony=one(genre.harmonies),
        bass_sound=one(genre.basses),
        key=key + ("major" if major else "minor"),
        roots=one(_MAJOR if major else _MINOR),
        form=form if tempo / size < 40 else 2 * form,
        scatter_seconds=float(rng.uniform(0.001, 0.004 + 0.008 * genre.live)),
        chord_beats=float(one(genre.chord_beats)),
        lead=one(genre.leads),
        soft={drum: places(pattern, size, "o") for drum, pattern in drums.items()},
        melody=_tune(size, genre.division, rng) if melody else (),
        balance_db=tuple(rng.uniform(-6, 6, 3)),
        room_seconds=float(rng.uniform(0.0, 1.2)),
        pickup_beats=pickup_beats,
    )
    return played(groove, name=f"{name} {seed}", clock=clock, seed=seed, rate=rate)


def _tune(size: int, division: int, rng: np.random.Generator) -> tuple[float, ...]:
    """A rhythm of two bars, more often on the beat than between."""
    steps = np.arange(2 * size * division)
    struck = rng.random(steps.size) < np.where(steps % division == 0, 0.7, 0.35)
    return tuple(float(step) for step in steps[struck] / division)


def places(pattern: Pattern, beats_per_bar: int, marks: str = "xo") -> tuple[float, ...]:
    """Where, in beats, the marks of a pattern fall.

    >>> places("x..o|x...", 2)
    (0.0, 1.5, 2.0)
    """
    bars = pattern.split("|")
    return tuple(
        beats_per_bar * (bar + index / len(steps))
        for bar, steps in enumerate(bars)
        for index, mark in enumerate(steps)
        if mark in marks
    )
