"""One song from score to files: stems, their mix, and FLAC that holds both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearmix_demo.arranging import drum_hits, stem_layers
from clearmix_demo.effects import Stereo, drive, echo, hall, high_pass
from clearmix_demo.mastering import loudness, master
from clearmix_demo.score import Song
from clearmix_sound.instruments import play_drums, play_notes

RATE = 44100

STEMS = ("vocals", "drums", "bass", "harmony", "melody")

BALANCE_LUFS: Mapping[str, float] = {
    "vocals": -18.0, "drums": -18.5, "bass": -20.5, "harmony": -21.5, "melody": -23.0,
}  # fmt: skip
"""Loudness of each stem before the mix is brought to its level; a song's `mix` may differ."""

HALL_WET: Mapping[str, float] = {
    "vocals": 0.2, "drums": 0.0, "bass": 0.0, "harmony": 0.16, "melody": 0.24,
}  # fmt: skip
"""How much of the hall each stem gets; kits have rooms of their own."""

LOW_CUT_HZ: Mapping[str, float] = {"vocals": 130.0, "harmony": 110.0, "melody": 160.0}
"""What lies below belongs to the bass and the kick."""


def render_stems(song: Song) -> dict[str, Stereo]:
    """Every stem at its place in the mix; their sum is the mix before mastering."""
    stems: dict[str, Stereo] = {}
    wet = {**HALL_WET, **song.mix.get("hall", {})}
    balance = {**BALANCE_LUFS, **song.mix.get("balance", {})}
    for stem in STEMS:
        sound = _played(song, stem)
        if not sound.any():
            continue
        if stem in LOW_CUT_HZ:
            sound = high_pass(sound, LOW_CUT_HZ[stem], RATE)
        if stem in song.mix.get("echo", {}):
            beat = 60 / song.tempo_bpm
            sound = echo(sound, seconds=0.75 * beat, wet=song.mix["echo"][stem], rate=RATE)
        sound = hall(
            sound,
            seconds=song.mix.get("hall_seconds", 1.6),
            wet=wet[stem],
            rate=RATE,
            seed=song.seed,
        )
        stems[stem] = sound * np.float32(10 ** ((balance[stem] - _rough_loudness(sound)) / 20))
    return stems


def _rough_loudness(sound: Stereo) -> float:
    """Loudness at half the rate: treble above 11 kHz counts for next to nothing in a balance."""
    even = sound.shape[1] // 2 * 2
    return loudness(np.float32(0.5) * (sound[:, 0:even:2] + sound[:, 1:even:2]), RATE // 2)


def _played(song: Song, stem: str) -> Stereo:
    if stem == "drums":
        return play_drums(
            song.kit, drum_hits(song), seconds=song.seconds, rate=RATE, seed=song.seed
        )
    out = np.zeros((2, round(song.seconds * RATE)), np.float32)
    for number, (layer, notes) in enumerate(stem_layers(song, stem)):
        sound = play_notes(
            layer.play, notes, seconds=song.seconds, rate=RATE, seed=song.seed * 31 + number
        )
        amount = song.mix.get("drive", {}).get(layer.play)
        if amount and stem in ("harmony", "melody"):
            sound = drive(sound, amount=amount, rate=RATE) * np.float32(0.2)
        gain = np.float32(10 ** (layer.gain_db / 20))
        out[0] += sound[0] * (gain * np.float32(1 - max(0.0, layer.pan)))
        out[1] += sound[1] * (gain * np.float32(1 + min(0.0, layer.pan)))
    return out


def write_song(song: Song, folder: Path) -> list[str]:
    """Writes the mix and the stems of a song and returns their paths under the folder."""
    paths = song_paths(song)
    written = {"mix": paths["audio"], **paths["stems"]}
    for path in written.values():  # a folder that cannot be written is found before the work
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    mix, stems = master(render_stems(song), RATE)
    for name, sound in {"mix": mix, **stems}.items():
        _write_flac(folder / written[name], sound)
    return list(written.values())


def song_paths(song: Song) -> dict[str, Any]:
    """Where `write_song` puts the mix and the stems."""
    used = [stem for stem in STEMS if stem == "drums" or stem_layers(song, stem)]
    return {
        "audio": f"audio/{song.id}.flac",
        "stems": {stem: f"stems/{song.id}/{stem}.flac" for stem in used},
    }


def _write_flac(path: Path, sound: Stereo) -> None:
    """16-bit FLAC that is either whole or absent."""
    import soundfile

    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    whole = np.rint(sound.T * np.float32(32767)).astype(np.int16)
    soundfile.write(partial, whole, RATE, format="FLAC", subtype="PCM_16", compression_level=0.0)
    partial.replace(path)
