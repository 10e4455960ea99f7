"""What a line is heard from: its own stem, a separator's estimate of it, or the mix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clearmix.audio import SILENCE_PEAK, Audio
from clearmix.contracts import SourceRecording
from clearmix.contracts.scores import Origin
from clearmix.errors import CatalogueError

AUDIBLE = 0.03
"""Level of a stem beside its mix (RMS) below which it counts as empty: an instrumental taken apart
leaves some crumbs in the voice's stem."""

_SUNG = 0.4
"""Level of a separator's voice beside its harmony (RMS) from which somebody sings: of 45 songs that
Spleeter took apart the sung ones had 0.46 to 2.1, most others up to 0.31."""

_WITHOUT_RHYTHM = {"drums": 0.0, "bass": 0.0}
"""Gains of the parts. Sides stay: many a lead stands there, or has its hall and chorus there, and
what else is there is told from it by strength and height."""

_UNDER_THE_BASS = 0.3
"""Gain of a separator's harmony under its bass, whose upper partials it has."""

_RHYTHM = frozenset({"bass", "drums"})
_ROLES = _RHYTHM | {"vocals", "melody", "claps"}

_STRETCH_SECONDS = 60
"""How much of a mix is held as spectra at once."""


@dataclass(frozen=True, eq=False)
class Sounds:
    """The sound of a recording, whole and in what parts there are.

    `given` names the parts that were handed over, also those that turned out to be silent.
    """

    mix: Audio
    parts: Mapping[str, Audio]
    separator: str | None
    given: frozenset[str] = frozenset()

    @property
    def origin(self) -> Origin:
        """From what a score of these sounds is heard."""
        if not self.parts:
            return "mix"
        return "estimated-stems" if self.separator else "stems"

    @property
    def has_rhythm(self) -> bool:
        """Whether bass or drums are apart, so that the one that is missing is not played."""
        return not _RHYTHM.isdisjoint(self.given)

    @property
    def players(self) -> Mapping[str, Audio]:
        """The parts that are neither a tune of their own nor rhythm: who may lead besides."""
        return {part: own for part, own in self.parts.items() if part not in _ROLES}

    def around(self, part: str) -> Audio | None:
        """An estimated part with the harmony that it was taken from; None for real stems."""
        if self.separator is None or "harmony" not in self.parts:
            return None
        own, harmony = self.parts[part], self.parts["harmony"]
        return Audio(own.samples + harmony.samples, own.rate)

    def lowest(self) -> Audio | None:
        """What the bass is heard from; None where nobody plays one."""
        bass, harmony = self.parts.get("bass"), self.parts.get("harmony")
        if bass is None:
            return None if self.has_rhythm else self._accompaniment()
        if self.separator is None or harmony is None:
            return bass
        under = np.float32(_UNDER_THE_BASS) * harmony.samples
        return Audio(bass.samples + under, bass.rate)

    def _accompaniment(self) -> Audio:
        """All who play beside a voice, or the mix."""
        from clearmix.audio import mixed

        players = list(self.players.values())
        return mixed(players, players[0].rate) if players else self.mix

    def lead_of_the_mix(self) -> Audio:
        """What is neither struck nor low."""
        from clearmix_sound.estimating import MARGIN_FRAMES, estimated

        mix = self.mix.as_stereo()
        lead = np.empty_like(mix.samples)
        whole = max(1, round(_STRETCH_SECONDS * mix.rate / MARGIN_FRAMES))
        step = whole * MARGIN_FRAMES  # spectra of all stretches lie on one raster
        for start in range(0, mix.frames, step):
            stop = min(start + step, mix.frames)
            before = min(start, MARGIN_FRAMES)
            wide = mix.samples[:, start - before : stop + MARGIN_FRAMES]
            heard = estimated(Audio(wide, mix.rate), _WITHOUT_RHYTHM).samples
            lead[:, start:stop] = heard[:, before : before + stop - start]
        return Audio(lead, mix.rate)


def sounds_of(recording: SourceRecording) -> Sounds:
    """The sounds of a recording, empty stems left out.

    Raises:
        CatalogueError: the recording is silent.
    """
    mix = recording.read()
    if mix.frames == 0 or float(np.abs(mix.samples).max()) < SILENCE_PEAK:
        raise CatalogueError(
            f"`{recording.title}` is silent: there is nothing to write down",
            help="give a score with `clearmix catalogue score ID --from FILE.mid`",
            place=recording.id,
        )
    level = _rms(mix)
    parts = {part: recording.read_stem(part) for part in recording.stems}
    heard: Mapping[str, Audio] = {
        part: stem for part, stem in parts.items() if _rms(stem) > AUDIBLE * level
    }
    if recording.stems_estimated_by:
        heard = _without_crumbs(heard)
    return Sounds(mix, heard, recording.stems_estimated_by, frozenset(recording.stems))


def _without_crumbs(parts: Mapping[str, Audio]) -> Mapping[str, Audio]:
    """The parts, a voice that is none put back into the harmony that it was taken from."""
    voice, harmony = parts.get("vocals"), parts.get("harmony")
    if voice is None or harmony is None or _rms(voice) >= _SUNG * _rms(harmony):
        return parts
    whole = Audio(harmony.samples + voice.samples, harmony.rate)
    return {part: sound for part, sound in parts.items() if part != "vocals"} | {"harmony": whole}


def _rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(np.square(audio.samples), dtype=np.float64)))
