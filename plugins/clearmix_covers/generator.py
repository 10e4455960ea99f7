"""Covers as a generator: a plan from the score alone, then players, a room, blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from clearmix import Abilities, Analysis, Audio, Progress, RemixSpec, Report, Source
from clearmix.vocabulary import TermKind, terms
from clearmix_covers.plan import Plan

if TYPE_CHECKING:
    from clearmix_sound.soundfonts import Bank

VERSION = "6"
LONGEST_SECONDS = 1200.0


class Covers:
    """Performs a song anew from its score; hears not a sample of any recording."""

    id = "covers"

    def __init__(self, bank: Bank | None = None) -> None:
        self._bank = bank
        # Another bank sounds different: what one version made must not pass for the other's.
        self.version = f"{VERSION}+{bank.fingerprint[:8]}" if bank else VERSION

    def abilities(self) -> Abilities:
        """Covers by every line-up, with all styles, eras, moods and parts of the vocabulary."""
        kinds = (TermKind.STYLE, TermKind.ERA, TermKind.MOOD, TermKind.PART, TermKind.USE_CASE)
        return Abilities(
            kinds=frozenset({"cover"}),
            fields=frozenset(
                {"tempo", "pitch", "energy", "era", "styles", "moods", "effects", "parts",
                 "structure", "voice", "lineup", "meter", "keep", "avoid", "use_case", "strength",
                 "seed"}
            ),
            terms=frozenset(id for kind in kinds for id in terms(kind)) | _effects(),
            longest_seconds=LONGEST_SECONDS,
            uses_master=False,
        )  # fmt: skip

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """Who will play, and what of the spec a cover cannot do, said before rendering."""
        from clearmix_covers.choosing import chosen

        choice = chosen(spec)
        sounds = (f"instruments of the SoundFont bank `{self._bank.name}`",) if self._bank else ()
        return (f"played by: {choice.lineup.label}", *sounds, *choice.notes)

    def plan(self, spec: RemixSpec, source: Source) -> Plan:
        """The arrangement that `render` would play: the same for the same spec, seed and score."""
        from clearmix_covers.arranging import arranged

        return arranged(spec, source)

    def plan_json(self, spec: RemixSpec, source: Source) -> Mapping[str, Any]:
        """The arrangement in JSON's types; `Plan.from_json` reads it back."""
        return self.plan(spec, source).as_json()

    def report(self, spec: RemixSpec, source: Source, made: Audio) -> Report:
        """What was planned, what the sound measures, and what was approximated."""
        from clearmix_covers.reporting import report_on

        return report_on(self.plan(spec, source), made)

    def warm(self) -> None:
        """Loads what arranging and performing need, as long as nobody waits for it."""
        import clearmix_covers.arranging
        import clearmix_covers.performing
        import clearmix_covers.reporting  # noqa: F401

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """One-second blocks of the cover, two channels at 44.1 kHz, while the rest is played."""
        from clearmix_covers.performing import rendered

        progress(0.0, "arranging")
        return rendered(self.plan(spec, source), progress, self._bank)


def _effects() -> frozenset[str]:
    from clearmix_covers.effects import EFFECTS, LARGER_ROOM

    return frozenset(EFFECTS) | LARGER_ROOM | {"nightcore"}
