"""The studio as a generator: a plan, the recordings, added parts, a desk, blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clearmix import (
    Abilities,
    Analysis,
    Audio,
    Progress,
    RemixSpec,
    Report,
    Source,
    SourceRecording,
)
from clearmix.vocabulary import TermKind, terms
from clearmix_studio.palette import eras, players, styles
from clearmix_studio.plan import Plan
from clearmix_studio.shaping import EFFECTS, MOODS

LONGEST_SECONDS = 1200.0
"""Longest result: what fits into the memory that a render is given."""


class Studio:
    """Works on the recording itself and its stems; needs no model."""

    id = "studio"
    version = "5"

    def abilities(self) -> Abilities:
        """Remixes, edits and mashups with every era, style, effect and mood of the palette."""
        parts = frozenset({"vocals", "drums", "bass", "melody", "harmony", "claps"})
        return Abilities(
            kinds=frozenset({"edit", "remix", "mashup"}),
            fields=frozenset(
                {"tempo", "pitch", "energy", "era", "styles", "moods", "effects", "parts",
                 "structure", "sections", "keep", "avoid", "strength", "seed", "use_case"}
            ),
            terms=frozenset(styles()) | frozenset(eras()) | frozenset(EFFECTS) | frozenset(MOODS)
            | parts | frozenset(players()) | frozenset(terms(TermKind.USE_CASE)),
            longest_seconds=LONGEST_SECONDS,
            uses_master=True,
        )  # fmt: skip

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What of the spec will be approximated or left alone, said before rendering."""
        if spec.kind == "mashup":  # it takes both songs to know: `pair_notes`
            return ()
        nowhere = dict.fromkeys(stems, Path())
        recording = SourceRecording("", "the song", (), Path(), nowhere, analysis)
        return self.plan(spec, Source((recording,))).notes

    def pair_notes(self, spec: RemixSpec, source: Source) -> tuple[str, ...]:
        """Who sings and who plays, how far both are moved, and what is estimated."""
        return self.plan(spec, source).notes

    def plan(self, spec: RemixSpec, source: Source) -> Plan:
        """The arrangement that `render` would play: the same for the same spec, seed, analysis."""
        from clearmix_studio.mashing import mashed
        from clearmix_studio.planning import planned_of

        if spec.kind == "mashup" and len(source.recordings) > 1:
            return mashed(spec, source)
        return planned_of(spec, source.first)

    def plan_json(self, spec: RemixSpec, source: Source) -> Mapping[str, Any]:
        """The arrangement in JSON's types; `Plan.from_json` reads it back."""
        return self.plan(spec, source).as_json()

    def report(self, spec: RemixSpec, source: Source, made: Audio) -> Report:
        """What was planned, what the sound measures, and what was approximated or left alone."""
        from clearmix_studio.reporting import report_on

        return report_on(self.plan(spec, source), source, made)

    def session(
        self, plan: Mapping[str, Any], source: Source, folder: Path, progress: Progress
    ) -> None:
        """Writes stems, mix, plan, MIDI file and DAW project; the kernel marks what may leave."""
        from clearmix_studio.session import write_session

        write_session(Plan.from_json(plan), source, folder, progress)

    def warm(self) -> None:
        """Loads what planning and rendering need: a third of the time to the first sound."""
        import clearmix_studio.planning
        import clearmix_studio.rendering
        import clearmix_studio.reporting  # noqa: F401

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """One-second blocks of the result, two channels at 44.1 kHz, while the rest is made."""
        progress(0.0, "arranging")
        return _rendered(self.plan(spec, source), source, progress)

    def beyond(self, plan: Mapping[str, Any], spec: RemixSpec, source: Source) -> tuple[str, ...]:
        """What in an edited plan does more than the spec says; PlanError when it is no plan."""
        from clearmix_studio.amending import beyond

        return beyond(Plan.from_json(plan), self.plan(spec, source), spec)

    def render_plan(
        self, plan: Mapping[str, Any], source: Source, progress: Progress
    ) -> Iterable[Audio]:
        """The blocks of a plan, which may have been edited."""
        progress(0.0, "arranging")
        return _rendered(Plan.from_json(plan), source, progress)

    def report_plan(self, plan: Mapping[str, Any], source: Source, made: Audio) -> Report:
        """The report on the sound of a plan, which may have been edited."""
        from clearmix_studio.reporting import report_on

        return report_on(Plan.from_json(plan), source, made)


def _rendered(plan: Plan, source: Source, progress: Progress) -> Iterable[Audio]:
    from clearmix_studio.rendering import rendered

    return rendered(plan, source, progress)
