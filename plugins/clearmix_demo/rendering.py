"""One song from score to files: stems, a mix at streaming loudness, and FLAC that is their sum."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearmix_demo.arranging import drum_hits, stem_layers
from clearmix_demo.effects import Stereo, drive, echo, halls, high_pass, loudness, peak_gain
from clearmix_demo.score import Song
from clearmix_sound.instruments import play_drums, play_notes

RATE = 44100

STEMS = ("vocals", "drums", "bass", "harmony", "melody")

LOUDNESS_LUFS = -14.0
"""Integrated loudness of the mix, as streaming services play it."""

BALANCE_LUFS: Mapping[str, float] = {
    "vocals": -18.0, "drums": -18.5, "bass": -20.5, "harmony": -21.5, "melody": -23.0,
}  # fmt: skip
"""Loudness of each stem before the mix is brought to its level; a song's `mix` may differ."""

HALL_WET: Mapping[str, float] = {
    "vocals": 0.16, "drums": 0.0, "bass": 0.0, "harmony": 0.13, "melody": 0.2,
}  # fmt: skip

LOW_CUT_HZ: Mapping[str, float] = {"vocals": 130.0, "harmony": 110.0, "melody": 160.0}


def render_stems(song: Song) -> dict[str, Stereo]:
    """Every stem at its place in the mix; their sum is the mix before mastering."""
    stems: dict[str, Stereo] = {}
    for stem in STEMS:
        sound = _played(song, stem)
        if not sound.any():
            continue
        if stem in LOW_CUT_HZ:
            sound = high_pass(sound, LOW_CUT_HZ[stem], RATE)
        if stem in song.mix.get("echo", {}):
            beat = 60 / song.tempo_bpm
            sound = echo(sound, seconds=0.75 * beat, wet=song.mix["echo"][stem], rate=RATE)
        stems[stem] = sound
    wet = {**HALL_WET, **song.mix.get("hall", {})}
    seconds = song.mix.get("hall_seconds", 1.6)
    stems = halls(stems, wet, seconds=seconds, rate=RATE, seed=song.seed)
    balance = {**BALANCE_LUFS, **song.mix.get("balance", {})}
    return {
        stem: sound * np.float32(10 ** ((balance[stem] - loudness(sound, RATE)) / 20))
        for stem, sound in stems.items()
    }


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
        gain = 10 ** (layer.gain_db / 20)
        sides = np.array([[1 - max(0.0, layer.pan)], [1 + min(0.0, layer.pan)]], np.float32)
        out += sound * sides * np.float32(gain)
    return out


def master(stems: Mapping[str, Stereo]) -> tuple[Stereo, dict[str, Stereo]]:
    """The mix at -14 LUFS under the ceiling, and the stems under the same gain: they add up to it.

    The last second fades, so that every file ends in silence.
    """
    mix = _sum(stems)
    gain = 10 ** ((LOUDNESS_LUFS - loudness(mix, RATE)) / 20)
    curve = peak_gain(mix * np.float32(gain), RATE)
    for _ in range(2):  # what the limiter took away is given back
        short = LOUDNESS_LUFS - loudness(mix * np.float32(gain) * curve, RATE)
        gain *= 10 ** (short / 20)
        curve = peak_gain(mix * np.float32(gain), RATE)
    fade = np.ones(mix.shape[1], np.float32)
    fade[-RATE:] = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, RATE))
    shared = np.float32(gain) * curve * fade
    mastered = {stem: sound * shared for stem, sound in stems.items()}
    return _sum(mastered), mastered


def _sum(stems: Mapping[str, Stereo]) -> Stereo:
    out = np.zeros_like(next(iter(stems.values())))
    for sound in stems.values():
        out += sound
    return out


def write_song(song: Song, folder: Path) -> list[str]:
    """Writes the mix and the stems of a song and returns their paths under the folder."""
    mix, stems = master(render_stems(song))
    written = [f"audio/{song.id}.flac"]
    _write_flac(folder / written[0], mix)
    for stem, sound in stems.items():
        path = f"stems/{song.id}/{stem}.flac"
        _write_flac(folder / path, sound)
        written.append(path)
    return written


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

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    soundfile.write(partial, sound.T, RATE, format="FLAC", subtype="PCM_16", compression_level=0.3)
    partial.replace(path)
