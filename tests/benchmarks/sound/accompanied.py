"""How well songs are written down that nothing here has made: other bands, on other instruments.

    apt-get install mma fluidsynth fluid-soundfont-gm timgm6mb-soundfont
    python tests/benchmarks/sound/accompanied.py BANK.sf2 [looked-at | left-aside]

MMA (Musical MIDI Accompaniment, Bob van der Poel) plays its grooves over chords that are drawn
here; a tune is drawn from returning motifs and played with scoops, vibrato, a second voice or a
choir behind it; FluidSynth makes sound of both with a SoundFont bank, in halls of its own. So
voicings, basses, drums, timing and timbres are other people's. Of the two sets the first was looked
at while the transcriber was worked on; the second, of other grooves and other leads, was measured
before and after. The tables are those of `transcription.py`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from known_music import third_above
from known_tunes import KnownSong
from transcription import table

from clearmix import Settings
from clearmix.audio import Audio, read_audio
from clearmix.music import PITCH_CLASSES
from clearmix_separate.readiness import ready_separators

BARS, TICKS = 28, 1000
SWUNG, FASTEST_SWUNG = 1 / 6, 190
LEVELS_DB = {"bass": (-3, 2), "drums": (-4, 2)}
"""Lowest and highest level beside the harmony, drawn for each song."""
LEAD_DB = -2
"""Level of the lead beside the band."""

Played = tuple[float, float, int]

_RHYTHMS = {
    2: ((0, 1 / 3, 2 / 3, 1), (0, 2 / 3, 1, 5 / 3), (0, 1, 4 / 3, 5 / 3), (0, 1)),
    3: ((0, 1, 2), (0, 2), (0, 0.5, 1, 2), (0, 1.5, 2), (0, 1, 1.5, 2, 2.5)),
    4: ((0, 1, 2, 3), (0, 1.5, 2, 3), (0, 0.5, 1, 2, 3, 3.5), (0, 2, 3),
        (0.5, 1, 1.5, 2.5, 3.5), (0, 0.75, 1.5, 2, 3), (0, 0.5, 1.5, 2, 2.5, 3.5),
        (0, 1, 1.5, 3), (1, 2, 3)),
    5: ((0, 1, 2, 3, 4), (0, 1.5, 3, 4), (0, 2, 3, 4.5), (0, 0.5, 1, 3, 4)),
}  # fmt: skip
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_DEGREES = {
    "major": ((0, 5, 3, 4), (0, 4, 5, 3), (3, 4, 2, 5), (1, 4, 0, 0), (0, 2, 3, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 6, 2), (0, 6, 5, 6), (3, 0, 6, 0), (0, 5, 3, 6)),
}


@dataclass(frozen=True)
class Band:
    """A groove of MMA under a tune: the lead's program of General MIDI and its middle pitch.

    `vibrato` is in semitones either way; `joined` by a voice a third below or a choir behind.
    """

    name: str
    groove: str
    tempo_bpm: float
    beats_per_bar: int
    key: str
    program: int
    centre: int
    vibrato: float = 0.0
    scoops: bool = False
    swings: bool = False
    joined: str = ""


LOOKED_AT = (
    Band("voice over a pop ballad", "PopBallad", 66, 4, "F major", 53, 66, 0.5, scoops=True),
    Band("flute over a piano ballad", "PianoBallad", 58, 4, "D minor", 73, 78, 0.25),
    Band("clarinet over a guitar ballad", "GuitarBallad", 72, 4, "G major", 71, 66),
    Band("violin in a fast waltz", "FastWaltz", 180, 3, "A minor", 40, 74, 0.3),
    Band("accordion in a waltz", "FrenchWaltz", 150, 3, "Bb major", 21, 72),
    Band("alto in a jazz waltz", "JazzWaltz", 150, 3, "Eb major", 65, 65, 0.2, True, True),
    Band("trumpet in five", "Jazz54", 140, 5, "C minor", 56, 69, swings=True),
    Band("oboe in 6/8", "Arpeggio68", 66, 2, "E minor", 68, 74, 0.2),
    Band("clarinet over swing", "Swing", 140, 4, "F major", 71, 70, swings=True),
    Band("trumpet over a walking bass", "FastSwingWalk", 205, 4, "Ab major", 59, 70, swings=True),
    Band("voice over bossa", "BossaNova", 130, 4, "D major", 53, 64, 0.4, scoops=True),
    Band("trombone over ska", "Ska", 150, 4, "A major", 57, 57),
    Band("guitar over rock", "BasicRock", 132, 4, "E minor", 30, 64, 0.3, scoops=True),
    Band("fiddle over bluegrass", "BlueGrass", 190, 4, "C major", 40, 72, 0.15),
    Band("saw over rhythm and blues", "R&B", 92, 4, "Bb minor", 81, 70, 0.3, scoops=True),
    Band("two voices over strings", "StringBallad", 76, 4, "B minor", 53, 66, 0.4, joined="voice"),
    Band("violin over tango", "Tango", 120, 4, "D minor", 40, 70, 0.3, scoops=True),
    Band("steel drum over calypso", "Calypso", 180, 4, "F major", 114, 74),
    Band("low voices over gospel", "SlowSpiritual", 54, 4, "F# major", 52, 54, 0.3, scoops=True),
    Band("voice and choir over disco", "BubbleRock", 124, 4, "G minor", 53, 68, 0.35, True,
         joined="choir"),
)  # fmt: skip

LEFT_ASIDE = (
    Band("voice over a rock ballad", "RockBallad", 70, 4, "E minor", 54, 64, 0.45, scoops=True),
    Band("flute over a lullaby", "Lullaby", 62, 4, "C major", 73, 76, 0.15),
    Band("strings in a Viennese waltz", "VieneseWaltz", 186, 3, "D major", 48, 74),
    Band("harmonica in a country waltz", "CountryWaltz", 120, 3, "G major", 22, 70),
    Band("guitar over slow blues in 6/8", "Blues68", 70, 2, "A major", 26, 67, 0.2, scoops=True),
    Band("trombone with a big band", "BigBand", 150, 4, "Ab major", 57, 58, swings=True),
    Band("vibraphone over easy swing", "EasySwingWalk", 120, 4, "Eb major", 11, 73, swings=True),
    Band("trumpet over salsa", "Salsa", 180, 4, "A minor", 56, 70),
    Band("voice over rhumba", "Rhumba", 112, 4, "D minor", 53, 66, 0.5, scoops=True),
    Band("guitar over a bolero", "SlowBolero", 84, 4, "E minor", 24, 68),
    Band("two voices over soft rock", "SoftRock", 108, 4, "C major", 53, 65, 0.4, joined="voice"),
    Band("tenor over twist", "Twist", 168, 4, "A major", 66, 62, scoops=True),
    Band("accordion over polka", "Polka", 118, 4, "C major", 21, 74),
    Band("saw over funk", "BVFunk", 100, 4, "E minor", 81, 69, scoops=True),
    Band("piano over boogie", "BoggieWoggie", 140, 4, "G major", 0, 76, swings=True),
    Band("oboe over a hymn", "Hymn", 76, 4, "Eb major", 68, 72, 0.2),
)  # fmt: skip


class Sequencer:
    """MMA and FluidSynth with one bank, in a folder for their files."""

    def __init__(self, bank: Path, folder: Path) -> None:
        self._bank, self._folder = bank, folder

    def accompaniment(self, band: Band, chords: Sequence[str]) -> mido.MidiFile:
        """What MMA plays over one chord a bar."""
        # MMA counts six eighths to a bar of 6/8, and we two beats of three.
        tempo = band.tempo_bpm * (3 if band.beats_per_bar == 2 else 1)
        lines = [f"Tempo {tempo}", f"Groove {band.groove}"]
        lines += [f"{number} {chord}" for number, chord in enumerate(chords, start=1)]
        source, made = self._folder / "band.mma", self._folder / "band.mid"
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        _run("mma", "-f", str(made), str(source))
        return mido.MidiFile(made, clip=True)

    def sound(self, file: mido.MidiFile, seconds: float) -> Audio:
        """The file as FluidSynth plays it, so many seconds of it."""
        notes, made = self._folder / "notes.mid", self._folder / "notes.wav"
        file.save(notes)
        _run("fluidsynth", "-ni", "-F", str(made), "-r", "44100", "-g", "0.4", "-o",
             "synth.polyphony=256", str(self._bank), str(notes))  # fmt: skip
        heard = read_audio(made)
        out = np.zeros((2, round(seconds * heard.rate)), np.float32)
        kept = heard.samples[:, : out.shape[1]]
        out[:, : kept.shape[1]] = kept
        return Audio(out, heard.rate)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def song(band: Band, seed: int, sequencer: Sequencer) -> KnownSong:
    """One band's song: stems, mix and everything that is played in it."""
    rng = np.random.default_rng(seed)
    tonic, mode = PITCH_CLASSES.index(band.key.split()[0]), band.key.split()[1]
    scale = SCALES[mode]
    first, second = (_DEGREES[mode][rng.integers(5)] for _ in range(2))
    roots = [scale[(second if bar // 8 % 2 else first)[bar % 4]] for bar in range(BARS)]
    minor = [third_above(root, mode) == 3 for root in roots]
    names = [PITCH_CLASSES[(tonic + root) % 12] for root in roots]
    beat = 60 / band.tempo_bpm
    bar_seconds = band.beats_per_bar * beat
    seconds = BARS * bar_seconds + 3
    tune = tune_over(band, tonic, scale, roots, minor, rng)
    file = sequencer.accompaniment(
        band, [name + "m" * flat for name, flat in zip(names, minor, strict=True)]
    )
    parts = {name: _part(file, name) for name in ("bass", "drums", "harmony")}
    stems = {
        name: sequencer.sound(part, seconds) for name, part in parts.items() if len(part.tracks) > 1
    }
    harmony = rms(stems["harmony"])
    for name, (least, most) in LEVELS_DB.items():
        if name in stems:
            stems[name] = at_level(stems[name], harmony, rng.uniform(least, most))
    whole = Audio(np.sum([one.samples for one in stems.values()], axis=0), 44100)
    lead = sequencer.sound(lead_of(band, tune, rng), seconds)
    sung = 52 <= band.program <= 54
    stems["vocals" if sung else "melody"] = at_level(lead, rms(whole), LEAD_DB)
    total = np.sum([stem.samples for stem in stems.values()], axis=0)
    gain = np.float32(0.9 / np.abs(total).max())
    return KnownSong(
        band.name,
        {name: Audio(stem.samples * gain, 44100) for name, stem in stems.items()},
        Audio(total * gain, 44100),
        tune,
        _notes(parts["bass"]),
        [],
        [(bar * bar_seconds, f"{name} {'minor' if flat else 'major'}")
         for bar, (name, flat) in enumerate(zip(names, minor, strict=True))],
        band.key,
        band.tempo_bpm,
        [bar * bar_seconds for bar in range(BARS)],
    )  # fmt: skip


def tune_over(
    band: Band, tonic: int, scale: Sequence[int], roots: Sequence[int], minor: Sequence[bool],
    rng: np.random.Generator,
) -> list[Played]:  # fmt: skip
    """Motifs that return with their section, meet the chord on the bar, and breathe."""
    beat = 60 / band.tempo_bpm
    ladder = [p for p in range(band.centre - 9, band.centre + 10) if (p - tonic) % 12 in scale]
    place, motifs = len(ladder) // 2, {}
    rhythms = _RHYTHMS[band.beats_per_bar]
    swing = SWUNG if band.swings and band.tempo_bpm < FASTEST_SWUNG else 0.0
    notes: list[Played] = []
    for bar in range(2, len(roots)):
        if bar % 8 == 7:
            continue
        which = (bar // 8 % 2, bar % 2 if bar % 8 < 6 else 2)
        if which not in motifs:
            steps = [int(rng.choice((-3, -2, -1, -1, 0, 1, 1, 2, 4))) for _ in range(8)]
            motifs[which] = rhythms[rng.integers(len(rhythms))], steps
        rhythm, steps = motifs[which]
        chord = {(tonic + roots[bar] + step) % 12 for step in (0, 3 if minor[bar] else 4, 7)}
        for number, start in enumerate(rhythm):
            stop = [*rhythm[1:], band.beats_per_bar][number]
            place = int(np.clip(place + steps[number], 0, len(ladder) - 1))
            if number == 0:
                near = sorted(range(len(ladder)), key=lambda at: abs(at - place))
                place = next(at for at in near if ladder[at] % 12 in chord)
            late = swing if abs(start % 1 - 0.5) < 0.01 else 0.0
            held = min((stop - start) * rng.choice((0.95, 0.95, 0.7)), 2.5) - late
            at = bar * band.beats_per_bar + start + late
            notes.append((at * beat, (at + max(held, 0.2)) * beat, ladder[place]))
    return notes


def lead_of(band: Band, tune: Sequence[Played], rng: np.random.Generator) -> mido.MidiFile:
    """The tune as a player has it: a little off the grid, with what its pitch does."""
    lines = [(band.program, 110, 64, list(tune))]
    if band.joined == "voice":
        lines.append((band.program, 85, 80, [(a, b, pitch - 3) for a, b, pitch in tune]))
    if band.joined == "choir":
        held = [tune[at] for at in range(0, len(tune), 4)]
        lines.append((52, 60, 40, [(a, b + 1.0, pitch - 12) for a, b, pitch in held]))
    events: list[tuple[float, mido.Message]] = []
    for channel, (program, volume, pan, notes) in enumerate(lines):
        for control, value in ((7, volume), (10, pan), (91, int(rng.integers(20, 80)))):
            events.append((0.0, mido.Message("control_change", channel=channel, control=control,
                                             value=value)))  # fmt: skip
        events.append((0.0, mido.Message("program_change", channel=channel, program=program)))
        for start, stop, pitch in notes:
            at = max(0.0, start + float(rng.normal(0.004, 0.012)))
            end = max(at + 0.06, stop + float(rng.normal(0, 0.01)))
            force = int(rng.integers(75, 115))
            events.append((at, mido.Message("note_on", channel=channel, note=pitch,
                                            velocity=force)))  # fmt: skip
            events.append((end, mido.Message("note_off", channel=channel, note=pitch)))
            for moment in np.arange(at, end, 0.01) if band.vibrato or band.scoops else ():
                bent = _bend(band, float(moment - at))
                events.append((float(moment), mido.Message("pitchwheel", channel=channel,
                                                           pitch=bent)))  # fmt: skip
    events.sort(key=lambda event: event[0])
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    last = 0
    for moment, message in events:
        tick = round(moment * TICKS)
        track.append(message.copy(time=tick - last))
        last = tick
    file = mido.MidiFile(ticks_per_beat=TICKS)
    file.tracks.append(track)
    return file


def _bend(band: Band, since: float) -> int:
    """The pitch wheel so many seconds into a note; its whole way is two semitones."""
    semitones = -0.8 * np.exp(-since / 0.035) if band.scoops else 0.0
    if since > 0.15:
        sway = min(1.0, (since - 0.15) / 0.2) * np.sin(2 * np.pi * 5.7 * since)
        semitones += band.vibrato * sway
    return int(np.clip(semitones / 2 * 8192, -8192, 8191))


def _part(file: mido.MidiFile, wanted: str) -> mido.MidiFile:
    """The tracks of bass, drums or all others, with the first one, which has the tempo."""
    part = mido.MidiFile(ticks_per_beat=file.ticks_per_beat, type=1)
    part.tracks.append(file.tracks[0])
    for track in file.tracks[1:]:
        channels = {message.channel for message in track if message.type == "note_on"}
        low = track.name.lower().startswith(("bass", "walk"))
        name = "drums" if 9 in channels else "bass" if low else "harmony"
        if channels and name == wanted:
            part.tracks.append(track)
    return part


def _notes(file: mido.MidiFile) -> list[Played]:
    begun: dict[int, float] = {}
    notes: list[Played] = []
    now = 0.0
    for message in file:
        now += message.time
        if message.type == "note_on" and message.velocity > 0:
            begun[message.note] = now
        elif message.type in ("note_on", "note_off") and message.note in begun:
            notes.append((begun.pop(message.note), now, message.note))
    return sorted(notes)


def rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(np.square(audio.samples, dtype=np.float64)))) or 1e-9


def at_level(audio: Audio, beside: float, db: float) -> Audio:
    return Audio(audio.samples * np.float32(beside / rms(audio) * 10 ** (db / 20)), audio.rate)


def songs(bands: Sequence[Band], bank: Path) -> Iterator[KnownSong]:
    """The song of every band."""
    with tempfile.TemporaryDirectory() as folder:
        sequencer = Sequencer(bank, Path(folder))
        for number, band in enumerate(bands):
            yield song(band, number + 1, sequencer)


def main() -> None:
    """Prints the tables."""
    warnings.simplefilter("ignore")
    missing = [program for program in ("mma", "fluidsynth") if shutil.which(program) is None]
    if missing or len(sys.argv) < 2:
        sys.exit(f"{__doc__}\nmissing: {', '.join(missing) or 'a bank'}")
    separator = next(iter(ready_separators(Settings.from_environment())), None)
    sets = {"looked-at": LOOKED_AT, "left-aside": LEFT_ASIDE}
    for name in sys.argv[2:] or sets:
        table(name, songs(sets[name], Path(sys.argv[1])), separator)


if __name__ == "__main__":
    main()
