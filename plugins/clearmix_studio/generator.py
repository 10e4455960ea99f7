"""The studio as a generator: plan, recording, added parts, desk, blocks."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix import Abilities, Analysis, Audio, Progress, RemixSpec, Source, SourceRecording
from clearmix.vocabulary import TermKind, terms
from clearmix_sound.effects import compressed, ducked, saturated
from clearmix_sound.filters import low_pass, shelf
from clearmix_sound.mixing import at_level, layered, level_db, softly_limited, without_dc
from clearmix_studio.layers import WORKING_LEVEL_DB, Layers, played
from clearmix_studio.palette import eras, players, styles
from clearmix_studio.parts import base
from clearmix_studio.plan import Plan, notes, planned
from clearmix_studio.shaping import (
    EFFECTS,
    MOODS,
    ON_THE_SONG,
    Desk,
    with_effect,
    with_energy,
    with_era,
    with_mood,
)
from clearmix_studio.structure import ended, laid_out, looped

LONGEST_SECONDS = 1200.0
"""Longest result: what fits into the memory that a render is given."""

CEILING_DB = -2.0
"""Peaks are bent below this, so that mastering has little left to limit."""

_ROOM_FOR_BASS_DB = -8.0
_BASS_TOP_HZ = 110.0


class Studio:
    """Works on the recording itself and its stems; needs no model."""

    id = "studio"
    version = "2"

    def abilities(self) -> Abilities:
        """Remixes and edits with every era, style, effect and mood of the palette."""
        parts = frozenset({"vocals", "drums", "bass", "melody", "harmony", "claps"})
        return Abilities(
            kinds=frozenset({"edit", "remix"}),
            fields=frozenset(
                {"tempo", "pitch", "energy", "era", "styles", "moods", "effects", "parts",
                 "structure", "keep", "avoid", "strength", "seed", "use_case"}
            ),
            terms=frozenset(styles()) | frozenset(eras()) | frozenset(EFFECTS) | frozenset(MOODS)
            | parts | frozenset(players()) | frozenset(terms(TermKind.USE_CASE)),
            longest_seconds=LONGEST_SECONDS,
            uses_master=True,
        )  # fmt: skip

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What of the spec will be approximated or left alone, said before rendering."""
        return notes(spec, analysis, stems)

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """One-second blocks of the result, two channels at 44.1 kHz."""
        plan = planned(spec, source.first)
        made = _made(plan, spec, source.first, progress)
        for number, block in enumerate(made.blocks(1.0)):
            if number % 20 == 0:
                progress(0.9 + 0.1 * number / made.seconds, "handing the remix over")
            yield block


def _made(plan: Plan, spec: RemixSpec, recording: SourceRecording, progress: Progress) -> Audio:
    progress(0.0, "setting tempo and key")
    song = base(recording, spec, plan)
    song = looped(song, plan.form) if plan.form.ending == "loop" else laid_out(song, plan.form)
    progress(0.45, "playing the added parts")
    layers = played(plan, recording.analysis)
    desk = Desk(plan.grid, _beat_seconds(plan), plan.seed)
    progress(0.65, "shaping the sound")
    mix = _mixed(at_level(song, WORKING_LEVEL_DB), layers, plan, desk)
    progress(0.75, "mixing")
    if plan.era is not None:
        mix = with_era(mix, plan.era, desk, added=layers.drums is not None)
    for effect in plan.effects:
        if effect not in ON_THE_SONG:
            mix = with_effect(mix, effect, desk)
    for mood in plan.moods:
        mix = with_mood(mix, mood, desk)
    if plan.energy:
        mix = with_energy(mix, plan.energy)
    mix = at_level(without_dc(mix), WORKING_LEVEL_DB)
    mix = compressed(mix, threshold_db=level_db(mix) + 2, ratio=1.6)
    mix = softly_limited(at_level(mix, WORKING_LEVEL_DB), CEILING_DB)
    return ended(mix, plan.form)


def _mixed(song: Audio, layers: Layers, plan: Plan, desk: Desk) -> Audio:
    """The recording and what is added, each making room for the other."""
    style = plan.style
    if style is not None and style.song_high_cut_hz:
        song = low_pass(song, style.song_high_cut_hz, order=1)
    if style is not None and style.song_drive_db:
        song = at_level(saturated(at_level(song, -16), style.song_drive_db), WORKING_LEVEL_DB)
    if plan.bass is not None:
        room = _ROOM_FOR_BASS_DB * (0.5 + plan.strength)
        song = shelf(song, side="low", corner_hz=_BASS_TOP_HZ, gain_db=room)
    for effect in plan.effects:
        if effect in ON_THE_SONG:
            song = with_effect(song, effect, desk)
    tuned = layered(song, [layers.pitched]) if layers.pitched is not None else song
    if plan.duck and layers.kicks:
        depth = min(0.8, plan.duck * (0.6 + 0.8 * plan.strength))
        tuned = ducked(tuned, layers.kicks, depth=depth, release_seconds=desk.beat_seconds * 0.5)
    return layered(tuned, [layers.drums]) if layers.drums is not None else tuned


def _beat_seconds(plan: Plan) -> float:
    if plan.grid is None or len(plan.grid.beats) < 2:
        return 0.5
    beats = plan.grid.beats
    return (beats[-1] - beats[0]) / (len(beats) - 1)
