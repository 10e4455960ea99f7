"""The studio as a generator: plan, base, layers, desk, structure, blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearmix import Abilities, Analysis, Audio, Progress, RemixSpec, Source, SourceRecording
from clearmix.vocabulary import TermKind, terms
from clearmix_sound.effects import compressed, ducked
from clearmix_sound.instruments import Note, play_drums, play_notes
from clearmix_sound.mixing import at_level, layered, level_db, without_dc
from clearmix_studio.arranging import bass_notes, chords_at, drum_hits, harmony_notes
from clearmix_studio.palette import eras, styles
from clearmix_studio.parts import RATE, base
from clearmix_studio.plan import Plan, notes, planned
from clearmix_studio.shaping import (
    EFFECTS,
    MOODS,
    Desk,
    with_effect,
    with_energy,
    with_era,
    with_mood,
)
from clearmix_studio.structure import as_long_as

WORKING_LEVEL_DB = -20.0
"""RMS level of the sum before mastering: headroom for peaks of 17 dB above it."""

LONGEST_SECONDS = 1200.0
"""Longest result: what fits into the memory that a render is given."""


class Studio:
    """Works on the recording itself and its stems; needs no model."""

    id = "studio"
    version = "1"

    def abilities(self) -> Abilities:
        """Remixes and edits with every era and most styles, effects and moods."""
        parts = frozenset({"vocals", "drums", "bass", "melody", "harmony"})
        return Abilities(
            kinds=frozenset({"edit", "remix"}),
            fields=frozenset(
                {"tempo", "pitch", "energy", "era", "styles", "moods", "effects", "parts",
                 "structure", "keep", "avoid", "strength", "seed", "use_case"}
            ),
            terms=frozenset(styles()) | frozenset(eras()) | frozenset(EFFECTS) | frozenset(MOODS)
            | parts | frozenset(terms(TermKind.USE_CASE)),
            longest_seconds=LONGEST_SECONDS,
            uses_master=True,
        )  # fmt: skip

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What of the spec will be approximated or left alone, said before rendering."""
        return notes(spec, analysis, stems)

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """One-second blocks of the result, two channels at 44.1 kHz."""
        plan = planned(spec, source.first)
        made = self._made(plan, spec, source.first, progress)
        for number, block in enumerate(made.blocks(1.0)):
            if number % 20 == 0:
                progress(0.9 + 0.1 * number / made.seconds, "handing the remix over")
            yield block

    def _made(
        self, plan: Plan, spec: RemixSpec, recording: SourceRecording, progress: Progress
    ) -> Audio:
        progress(0.0, "setting tempo and key")
        song = base(
            recording,
            spec,
            tempo_ratio=plan.tempo_ratio,
            semitones=plan.semitones,
            new_drums=plan.drums is not None,
        )
        song = at_level(song, WORKING_LEVEL_DB)
        beat_seconds = 60 / ((recording.analysis.tempo_bpm or 120.0) * plan.tempo_ratio)
        desk = Desk(plan.grid, beat_seconds, plan.seed)
        progress(0.35, "shaping the sound")
        if plan.era is not None:
            song = with_era(song, plan.era, desk)
        for effect in plan.effects:
            song = with_effect(song, effect, desk)
        for mood in plan.moods:
            song = with_mood(song, mood, desk)
        if plan.duck and plan.grid is not None and plan.drums is not None:
            song = ducked(
                song, plan.grid.beats, depth=plan.duck * 0.6, release_seconds=beat_seconds * 0.5
            )
        progress(0.55, "playing the added parts")
        mix = layered(song, self._layers(plan, recording, song.seconds))
        if plan.energy:
            mix = with_energy(mix, plan.energy)
        progress(0.75, "mixing")
        level = level_db(mix)
        mix = at_level(
            without_dc(compressed(mix, threshold_db=level + 2, ratio=1.6)), WORKING_LEVEL_DB
        )
        progress(0.85, "cutting to length")
        loop = spec.structure is not None and spec.structure.form == "loop"
        return as_long_as(mix, plan.seconds, plan.grid, loop=loop)

    def _layers(self, plan: Plan, recording: SourceRecording, seconds: float) -> Iterator[Audio]:
        if plan.grid is None:
            return
        push_db = (plan.strength - 0.5) * 8 + plan.energy * 2
        chord_at = chords_at(
            recording.analysis, tempo_ratio=plan.tempo_ratio, semitones=plan.semitones
        )

        def leveled(samples: Audio, offset_db: float) -> Audio:
            return at_level(samples, WORKING_LEVEL_DB + offset_db + push_db)

        if plan.drums is not None and plan.drums.drums:
            hits = drum_hits(plan.drums, plan.grid, busy=plan.energy, seed=plan.seed)
            played = play_drums(
                plan.drums.kit,
                [hit for hit in hits if hit.seconds < seconds],
                seconds=seconds,
                rate=RATE,
                seed=plan.seed,
            )
            yield leveled(Audio(played, RATE), plan.drums.drums_db)
        scores: list[tuple[str, list[Note], float]] = []
        if plan.bass is not None:
            line = bass_notes(plan.bass, plan.grid, chord_at)
            scores.append((plan.bass.bass_instrument, line, plan.bass.bass_db))
        if plan.harmony is not None:
            chords = harmony_notes(plan.harmony, plan.grid, chord_at)
            scores.append((plan.harmony.harmony_instrument, chords, plan.harmony.harmony_db))
        for instrument, score, offset_db in scores:
            heard = [note for note in score if note.seconds < seconds]
            if heard:
                samples = play_notes(instrument, heard, seconds=seconds, rate=RATE, seed=plan.seed)
                yield leveled(Audio(samples, RATE), offset_db)
