"""Covers on four channels, from the score and nothing else."""

from collections.abc import Iterable

import numpy as np

from clearmix import (
    Abilities,
    Analysis,
    Audio,
    ClearmixError,
    Progress,
    RemixSpec,
    Source,
    target_seconds,
    target_semitones,
    target_tempo_ratio,
)
from clearmix_chiptune.arranging import Sound, arranged
from clearmix_chiptune.channels import RATE

FADE_SECONDS = 1.5


class Chiptune:
    """The song as a console of 1985 plays it."""

    id = "chiptune"
    version = "1"

    def abilities(self) -> Abilities:
        """Covers; no model, no sample of the master."""
        return Abilities(
            kinds=frozenset({"cover"}),
            fields=frozenset({"tempo", "pitch", "structure", "styles", "lineup"}),
            terms=frozenset({"chiptune"}),
            longest_seconds=600.0,
            uses_master=False,
        )

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What a listener should know before it plays."""
        notes = ("nobody sings: the melody is played on a pulse wave",)
        if spec.lineup in (None, "chiptune"):
            return notes
        return (*notes, "the players asked for are not there: a console has four channels")

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """Blocks of a second; the score begins anew where more is asked for than it has."""
        song = source.first
        if song.score is None or not song.score.lines.get("melody"):
            raise ClearmixError(
                "there is no melody to play",
                help=f"give the song a score: `clearmix catalogue score {song.id} --from FILE.mid`",
                place=song.title,
            )
        beat = 60 / (song.score.tempo_bpm * target_tempo_ratio(spec, song.analysis))
        sounds = arranged(
            song.score,
            beat_seconds=beat,
            semitones=round(target_semitones(spec, song.analysis)),
        )
        lead_in = max(0.0, -sounds[0].seconds)
        seconds = target_seconds(spec, song.analysis)
        out = np.zeros((2, round(seconds * RATE)), np.float32)
        done, again = 0, 0
        while done < out.shape[1]:
            for sound in sounds:
                at = lead_in + again * song.score.beats * beat + sound.seconds
                while done + RATE <= round(at * RATE) and done < out.shape[1]:
                    progress(done / out.shape[1], f"playing second {done // RATE}")
                    yield _block(out, done)
                    done += RATE
                _add(out, round(at * RATE), sound)
            again += 1
            if lead_in + again * song.score.beats * beat >= seconds:
                break
        for first in range(done, out.shape[1], RATE):
            yield _block(out, first)
        progress(1.0, "played")


def _add(out: np.ndarray, start: int, sound: Sound) -> None:
    wave = sound.wave[: max(0, out.shape[1] - start)] * np.float32(sound.gain)
    out[0, start : start + wave.size] += wave * np.float32(min(1.0, 1 - sound.place))
    out[1, start : start + wave.size] += wave * np.float32(min(1.0, 1 + sound.place))


def _block(out: np.ndarray, first: int) -> Audio:
    left = np.arange(out.shape[1] - first, 0, -1, dtype=np.float32)[:RATE]
    fade = np.clip(left / (FADE_SECONDS * RATE), 0, 1)
    return Audio(np.ascontiguousarray(out[:, first : first + RATE] * fade, np.float32), RATE)
