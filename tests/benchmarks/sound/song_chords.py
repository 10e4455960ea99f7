"""How well keys are told from chords that songs are made of: loops, modes, forms of jazz and folk.

    apt-get install mma fluidsynth timgm6mb-soundfont fluid-soundfont-gm
    python tests/benchmarks/sound/song_chords.py BANK.sf2 [learnt-from | left-aside]

Each line is the key of a song that many know, its beats to the bar, its manner and the chords of
its bars; what of them is ambiguous is in the key that musicians agree on. MMA plays them in a
groove of that manner, moved to a key that is drawn; a tune is drawn to two songs in three, and one
in four has no drums. Keys count by MIREX weights, of the whole song and of an excerpt that begins
and ends in other bars; the tempo is right within half a per cent. Weights of `find_key` were fitted
on the first set.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import mido
import mir_eval
import numpy as np
from accompanied import LEAD_DB, SCALES, Band, Sequencer, at_level, lead_of, rms, tune_over

from clearmix.audio import Audio
from clearmix.music import PITCH_CLASSES, pitch_class, split_key
from clearmix_sound.analysis import SoundAnalyzer

LEARNT_FROM = """\
    F major|4|ballad|F C C7 F Bb F C7 F F Eb Bb F F Eb Bb F
    C major|4|reggae|C,G Am,F C,F C,G
    A major|4|ballad|A E F#m D A E F#m D E F#m D D
    A minor|4|rock|Am F C G
    G major|4|country|G Em D C,G G Em D C,G G D Em C G D C G
    D major|4|rock|D D C C G G D D D D C C G G D D A C D D
    A minor|4|soul|Am Am,Em Am Am Am Em Dm Am
    F# minor|4|dance|F#m,G#m A,G#m F#m,G#m A,G#m Bm Bm F#m,G#m A,G#m D F#m D F#m D F#m C# \
        C#
    D minor|3|waltz|Dm Dm C Dm F Dm,G Dm Dm F F C C Dm C C Dm
    F# minor|4|rock|F#m A E B F#m A E B D E F#m F#m
    G major|4|rock|G G B B C C Cm Cm
    E major|4|rock|E B C#m A E B C#m A E B C#m A E B A A
    A major|4|rock|A A F#m F#m D E A A A A F#m F#m D E F#m F#m D D A A B B E E
    C major|4|ballad|C Am F G C Am G G C G Am Em F G C C
    C major|4|latin|C,F G C,F G7
    D major|4|rock|D,G A D,G A7
    A major|4|rock|A,D Em,D
    A major|4|rock|A,D E,D
    G major|4|rock|G C G D G C G D C D G Em C D G D
    A major|4|country|A E F#m D A E D D
    C major|2|sixeight|C Am C Am F G C G C F,G Am F G E7 Am Am F F Am Am F F C G
    F minor|4|rock|Fm,Ab Eb,Bb Fm,Ab Eb,Bb Fm,Ab Eb,Bb Fm,Ab Eb,Bb Db,Ab Eb,Fm Db,Ab Eb,Fm \
        Db,Ab C7
    E minor|4|rock|Em Em B7 B7 Em Em B7 B7 Em,D G,D Em Em Em,D G,D A B7
    D minor|4|rock|Dm,C Bb A A Dm,C Bb A A F F C C Bb Bb,Dm Bb C Dm,C Bb C C
    A minor|4|dance|Am Dm G Cmaj7 Fmaj7 Bm7b5 E E7
    G minor|4|swing|Cm7 F7 Bbmaj7 Ebmaj7 Am7b5 D7 Gm Gm Cm7 F7 Bbmaj7 Ebmaj7 Am7b5 D7 Gm Gm \
        Am7b5 D7 Gm Gm Cm7 F7 Bbmaj7 Ebmaj7 Am7b5 D7 Gm7 C7 Am7b5 D7 Gm Gm
    C minor|4|bossa|Cm Cm Fm Fm Dm7b5 G7 Cm Cm Ebm7 Ab7 Dbmaj7 Dbmaj7 Dm7b5 G7 Cm Cm
    A major|4|blues|A7 D7 A7 A7 D7 D7 A7 A7 E7 D7 A7 E7
    Bb major|4|swing|Bb7 Eb7 Bb7 Bb7 Eb7 Eb7 Bb7 G7 Cm7 F7 Bb7 F7
    C minor|4|swing|Cm7 Cm7 Cm7 Cm7 Fm7 Fm7 Cm7 Cm7 Ab7 G7 Cm7 G7
    A minor|4|swing|Am E7 Am E7 Am A7 Dm Dm F D7 E7 E7 Am E7 Am A7 C Am E7 Am
    D minor|4|swing|Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Dm7 Ebm7 \
        Ebm7 Ebm7 Ebm7 Dm7 Dm7 Dm7 Dm7
    A minor|4|latin|Am7 D9
    D major|4|latin|D,G A7 D,G A7 D,Em A7 D,G A7
    C# minor|4|dance|C#m,F#m A,B
    F minor|4|dance|Fm Cm Eb Bb
    C minor|4|rock|Cm Gm Bb Gm,Bb Cm Gm Bb Gm,Bb Ab Bb Gm Ab Ab Bb Gm G Cm Bb Ab Bb Cm Bb \
        Ab Bb
    F minor|4|ballad|Fm,Ab Eb,Db
    B minor|4|dance|Bm D A E
    Eb major|4|rock|Eb Bb Cm Ab
    A major|4|dance|D A E F#m
    G major|4|dance|C G,D Em,C G,D
    D minor|4|bossa|Dm,C Dm,C Dm,C Dm,C Dm,C Dm,C Dm,C Dm,C Dm,C Bb,C Dm,C Bb,C
    A major|4|dance|A D A D A D A F#m E C#7 F#m B7 D Bm A D
    E minor|4|rock|Em Em Em Em Em Em C D Em Em C D Em C D Em G C D D
    C minor|4|rock|Cm Cm Cm Cm Ab Bb Cm Cm Cm Cm Ab Bb Cm Cm Fm Gm Cm Bb Fm Cm Ab Bb
    D minor|4|rock|Dm Dm Dm Dm Dm Dm Dm Dm G G Dm Dm F C Dm Dm F C Dm Dm
    B minor|4|ballad|Bm A G,Em Bm
    G major|3|waltz|G G C G G G D D G G C G G D G G
    C major|3|waltz|C C C C G7 G7 C C F F C C F F C C G7 G7 C Am C G7 C C
    A minor|3|waltz|Am Am G G Am Am E E Am Am G G Am E Am Am C C G G Am Am E E C C G G Am E \
        Am Am
    F major|4|swing|F F F F F F C7 C7 F F7 Bb Bb F C7 F F
    A minor|4|polka|Am Am Am Am Am Am Am Am Dm Dm Am Am E7 E7 Am Am
    F major|4|ballad|F,Am Bb,Am Gm7,F A7,Dm Db C7 F C7
    C major|2|sixeight|C Em Am Am F C G G F G Am F C G C C
    E major|4|rock|E E C#m C#m B B A A
    A minor|4|rock|Am F C C Am F C C F C G Am
    E minor|4|dance|Em7 Em7 A A
    Eb minor|4|soul|Ebm7 Ebm7 Ebm7 Ebm7 Ebm7 Ebm7 Ebm7 Ebm7 Bb7,B7 Bb7,Ab7 Ebm7 Ebm7
    G major|4|soul|G7 G7 G7 G7 C7 C7 G7 G7 D7 C7 G7 G7
    F# minor|4|rock|F#m D A E
    F major|4|rock|Gm Gm F F C C7 F F F Dm Am C Bb Bbm F C
    G minor|4|reggae|Gm Cm Gm Cm F Bb D7 Gm
    A minor|4|reggae|Am Am Am Am Dm Am
"""

LEFT_ASIDE = """\
    C major|4|ballad|C,G Am,F C,G F,C Am,G F,C C,G F,C
    F major|4|ballad|F Em7,A7 Dm Bb,C F Dm,G Bb,F F
    C major|4|ballad|C F C F C F C F F,Am Dm,F G G7 F,G C,E F,G C,E F,G C C
    B minor|4|rock|Bm F#7 A E G D Em F#7 G D F#7 Bm G D Em F#7
    E major|4|rock|E B C#m A E B G#m A
    D major|4|rock|D A Bm G
    G# minor|4|dance|G#m G#m E F# G#m G#m E F# G#m E B F#
    C minor|4|ballad|Cm Ab Eb Bb
    E minor|4|rock|Em C G D
    F# minor|4|rock|F#m D A E F#m D A E Bm D F#m E
    G major|4|country|G,D Am G,D C
    C# minor|4|rock|C#m,B A,B
    C# minor|4|dance|C#m C#m F# F# C#m C#m F# C#m E E F# F# A A C#m F#
    F# minor|4|ballad|F#m A E B
    A minor|2|sixeight|Am C D F Am C E E Am C D F Am E Am E
    A minor|4|rock|Am Am Em Em Am Am Em Em Am Am Em Em Dm Dm G G
    A major|4|soul|A A F#m F#m D E A A
    Ab major|4|dance|Db Eb Ab Fm
    Eb major|4|rock|Eb Bbm Bbm Fm
    Eb major|4|ballad|Eb Gm Cm Bb
    B major|4|rock|B B F# F# E E B B
    A minor|4|rock|Am F Am F Am F Am F C,G F,Dm C,G F,Dm
    A minor|4|rock|Am F C G
    F minor|4|rock|Fm,Bb Ab,Db
    E minor|4|rock|Em C,B
    D minor|4|latin|Dm Dm Am Am Dm Dm Gm Gm Dm Am Dm Dm
    A minor|4|swing|Am,G F,E7
    D minor|4|latin|Dm Dm Gm Gm Gm Gm,A7 Dm Dm D7 D7 Gm Gm Dm E7 A7 A7
    C major|4|swing|Am7 Dm7 G7 Cmaj7 Fmaj7 Bm7b5 E7 Am7 Dm7 G7 Em7 A7 Dm7 G7 Cmaj7 E7 Am7 \
        Dm7 G7 Cmaj7 Fmaj7 Bm7b5 E7 Am7 Dm7 G7 Em7 A7 Dm7 G7 C6 C6
    C major|4|swing|C C E7 E7 A7 A7 Dm Dm E7 E7 Am Am D7 D7 Dm7 G7 C C E7 E7 A7 A7 Dm Dm F \
        Fm C A7 Dm7 G7 C C
    C major|4|swing|Dm7,G7 Dm7,G7 Em7,A7 Em7,A7 Am7,D7 Abm7,Db7 C C
    E major|4|blues|E7 E7 E7 E7 A7 A7 E7 E7 B7 A7 E7 B7
    B minor|4|dance|Bm G D A
    B minor|4|dance|Bm F#m Em Em
    G minor|4|dance|Gm Gm Cm D7
    G minor|4|latin|Gm,Eb D7
    C# minor|4|dance|C#m E B A
    Ab major|4|dance|Ab Bbm Fm Db
    D major|4|dance|D D C G
    F minor|4|dance|Fm Fm Eb Fm Fm Fm Eb Fm Bb7 Bb7 Fm Fm
    C minor|4|dance|Cm Ab,G
    A major|4|dance|Bm E A D Bm E A D Bm E F#m D A E F#m D A E D D
    F# minor|4|rock|F#m D Bm E F#m D Bm C#7 F#m D Bm E
    G major|4|country|C D Am G D C Am G
    D major|4|rock|D D D D A A Bm Bm G G D D
    D major|4|country|D A,G D D D A,G D D G G D D A G D D
    C major|4|country|C C C C G G C C F G C,Em Am F G C C
    E major|4|country|E E E E E E E7 E7 A A A A E E E E B7 B7 B7 B7 E E E E
    G major|4|country|G C G G G D G G D C G G D C G G
    A minor|4|country|Am C G Am G G Am Am
    F major|4|ballad|F C F Bb F C Bb,C F F C F Bb F C Bb,C F
    A minor|4|polka|Am Am E7 E7 E7 E7 Am Am F C Dm Am Dm Am E7 Am
    C major|3|waltz|C Am F C F C Bm7b5 E7 Am C7 F Fm C D7 Dm7 G7
    Ab major|2|sixeight|Ab Fm Db Eb
    D major|4|soul|D,D G,A
    Db major|4|rock|Db Db Gb Gb Db Db Gb Gb Db Ab Bbm Gb
    D major|4|ballad|D,A Bm,F#m G,D G,A
    F# minor|4|dance|F#m,D A,E
    Bb minor|4|soul|Bbm7 Eb7
    E minor|2|sixeight|Em Bm7
    C major|4|soul|C7 C7 C7 C7 Em Am F Ab G7 F7 C7 C7
    F# major|4|rock|F# B F# B G#m F# B D#m C# B
    F major|4|rock|F F Am Am Bb Bb Bb Bb Dm C Am Bb F C Dm Bb F C Dm Bb
    D major|2|sixeight|D Em G Bm A G Bm A G
    F# major|4|rock|F#,C# G#m,B
    Eb major|4|rock|Eb Bb Cm Gm Ab Eb Bb Bb
    D major|4|rock|D D G G D D G G C D Am Em D D C G D D
    D major|4|reggae|D A D G D G A A
"""

SECONDS = 70
"""About how long each song lasts."""

MANNERS: Mapping[str, tuple[tuple[str, ...], tuple[int, int]]] = {
    "ballad": (("8Beat", "Ballad", "PianoBallad", "GuitarBallad", "PopBallad", "RockBallad",
                "StringBallad", "R&B-Ballad", "SoftRock"), (56, 84)),
    "rock": (("8Beat", "50sRock", "60sRock", "BasicRock", "BubbleRock", "FolkRock", "SoftRock"),
             (96, 150)),
    "reggae": (("Ska", "BoneyM", "Calypso", "Rhumba"), (90, 150)),
    "dance": (("DSoul", "BVFunk", "BoneyM", "R&B", "8Beat", "BubbleRock"), (98, 134)),
    "country": (("SlowCountry", "CountrySwing", "HillCountry", "Folk", "FolkRock", "BlueGrass"),
                (86, 170)),
    "soul": (("R&B", "DSoul", "BVFunk", "60sRock", "PopSpiritual"), (80, 122)),
    "latin": (("BossaNova", "ChaCha", "Mambo", "Rhumba", "Beguine", "Salsa", "Merengue"),
              (96, 170)),
    "bossa": (("BossaNova", "JazzRhumba", "Beguine"), (110, 150)),
    "swing": (("Swing", "EasySwing", "Foxtrot", "JazzGuitar", "BigBand", "SlowJazz"), (104, 200)),
    "blues": (("Blues", "ShuffleBoggie", "BoggieWoggie", "SlowBlues", "FastBlues"), (80, 160)),
    "waltz": (("Waltz", "CountryWaltz", "FrenchWaltz", "RockWaltz", "VieneseWaltz"), (86, 176)),
    "sixeight": (("Arpeggio68", "Blues68", "Ballad68"), (52, 78)),
    "polka": (("Polka", "March", "QuickStep"), (104, 132)),
}  # fmt: skip
"""Grooves of MMA, and the slowest and the fastest tempo that is drawn for them."""

PROGRAMS = (53, 54, 52, 73, 65, 56, 40, 71, 26, 27, 81, 0, 22, 68, 11, 66)
_SECOND_HALF = {2: " / / ", 3: " / ", 4: " / "}
"""What stands between two chords of a bar: MMA gives each beat of it a chord."""


@dataclass(frozen=True)
class SongChords:
    """The chords of a song's bars, each as root and quality, in their key."""

    tonic: int
    mode: str
    beats_per_bar: int
    manner: str
    bars: tuple[tuple[tuple[int, str], ...], ...]

    @classmethod
    def read(cls, line: str, move: int) -> SongChords:
        """The song of a line, moved up by so many semitones."""
        key, beats, manner, chords = line.split("|")
        tonic, mode = split_key(key)
        bars = tuple(
            tuple(_root_and_quality(chord, move) for chord in bar.split(","))
            for bar in chords.split()
        )
        return cls((tonic + move) % 12, mode, int(beats), manner, bars)

    @property
    def key(self) -> str:
        """The key's name."""
        return f"{PITCH_CLASSES[self.tonic]} {self.mode}"


def _root_and_quality(chord: str, move: int) -> tuple[int, str]:
    width = 2 if chord[1:2] in ("#", "b") else 1
    return (pitch_class(chord[:width]) + move) % 12, chord[width:]


def song(line: str, seed: int, sequencer: Sequencer) -> tuple[str, Audio, float]:
    """Key, sound and tempo of the song of a line."""
    rng = np.random.default_rng(seed)
    chords = SongChords.read(line, int(rng.integers(12)))
    grooves, (slowest, fastest) = MANNERS[chords.manner]
    tempo = int(slowest * (fastest / slowest) ** rng.random())  # MMA counts whole beats a minute
    groove, program = str(rng.choice(grooves)), int(rng.choice(PROGRAMS))
    band = Band(line, groove, tempo, chords.beats_per_bar, chords.key, program, 67,
                float(rng.choice((0, 0.2, 0.4))), bool(rng.integers(2)))  # fmt: skip
    bar_seconds = chords.beats_per_bar * 60 / tempo
    count = int(np.clip(SECONDS / bar_seconds, 20, 40))
    bars = [chords.bars[bar % len(chords.bars)] for bar in range(count)]
    between = _SECOND_HALF[chords.beats_per_bar]
    file = sequencer.accompaniment(
        band, [between.join(PITCH_CLASSES[root] + quality for root, quality in bar) for bar in bars]
    )
    if rng.random() < 0.25:
        file.tracks[:] = [track for track in file.tracks if not _drums(track)]
    seconds = count * bar_seconds + 3
    mix = sequencer.sound(file, seconds)
    if rng.random() < 0.7:
        roots = [(bar[0][0] - chords.tonic) % 12 for bar in bars]
        minor = [bar[0][1].startswith("m") and "maj" not in bar[0][1] for bar in bars]
        tune = tune_over(band, chords.tonic, SCALES[chords.mode], roots, minor, rng)
        lead = at_level(sequencer.sound(lead_of(band, tune, rng), seconds), rms(mix), LEAD_DB)
        mix = Audio(mix.samples + lead.samples, mix.rate)
    gain = np.float32(0.9 / np.abs(mix.samples).max())
    return chords.key, Audio(mix.samples * gain, mix.rate), float(tempo)


def _drums(track: mido.MidiTrack) -> bool:
    return any(message.type == "note_on" and message.channel == 9 for message in track)


def excerpt(audio: Audio, seed: int) -> Audio:
    """What is left where up to a third is cut off at either end."""
    rng = np.random.default_rng(seed)
    first, last = (round(audio.frames * share) for share in rng.uniform((0.05, 0.7), (0.35, 0.95)))
    return Audio(audio.samples[:, first:last], audio.rate)


def main() -> None:
    """Prints what was misread, and the means of each set."""
    warnings.simplefilter("ignore")
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sets = {"learnt-from": LEARNT_FROM, "left-aside": LEFT_ASIDE}
    for name in sys.argv[2:] or sets:
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            sequencer = Sequencer(Path(sys.argv[1]), Path(folder))
            for seed, line in enumerate(sets[name].strip().splitlines()):
                key, audio, tempo_bpm = song(line.strip(), seed, sequencer)
                whole, part = (
                    SoundAnalyzer().analyze(sound, lambda share, said: None)
                    for sound in (audio, excerpt(audio, seed))
                )
                keys = [mir_eval.key.weighted_score(key, found.key) for found in (whole, part)]
                ratio = (whole.tempo_bpm or 0.0) / tempo_bpm
                rows.append((*keys, abs(ratio - 1) < 0.005))
                if min(rows[-1]) < 1:
                    print(
                        f"{key:9s} {whole.key:9s} {part.key:9s} {ratio:5.2f}  {line.strip()[:60]}"
                    )
        whole, part, tempo = np.mean(rows, axis=0)
        print(
            f"{name}: key {whole:.2f}, of excerpts {part:.2f}, tempo {tempo:.2f}, {len(rows)} songs"
        )


if __name__ == "__main__":
    main()
