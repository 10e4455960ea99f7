"""The generator: each beat swells and fades, deeper with more strength."""

from collections.abc import Iterable

import numpy as np

from clearmix import Abilities, Audio, Progress, RemixSpec, Source

RATE = 44100


class Tremolo:
    """Swells in time with the beat that the catalogue's analysis found."""

    id = "tremolo"
    version = "0.1.0"

    def abilities(self) -> Abilities:
        """Remixes and edits, nothing but their strength; no model, so nothing it was trained on."""
        return Abilities(
            kinds=frozenset({"edit", "remix"}),
            fields=frozenset({"strength"}),
            terms=frozenset(),
            longest_seconds=1200.0,
            uses_master=True,
        )

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """One-second blocks of the recording under a swell of one beat."""
        song = source.first
        audio = song.read().as_stereo().resampled(RATE)
        depth = 0.5 if spec.strength is None else spec.strength
        tempo_bpm = song.analysis.tempo_bpm or 120.0
        first = song.analysis.beats[0] if song.analysis.beats else 0.0
        seconds = np.arange(audio.frames) / RATE
        swell = 0.5 + 0.5 * np.cos(2 * np.pi * (seconds - first) * tempo_bpm / 60)
        gain = (1 - depth * (1 - swell)).astype(np.float32)
        for number, block in enumerate(Audio(audio.samples * gain, RATE).blocks(1.0)):
            progress(min(1.0, number / audio.seconds), "swelling")
            yield block
