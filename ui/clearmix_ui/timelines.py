"""What plays when in a finished remix, and how it came out, as its generator reports it.

A report comes from a plugin in any shape: what cannot be shown of it is left out, and a generator
that reports nothing has nothing shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from clearmix.conversation.wording import minutes

if TYPE_CHECKING:
    from clearmix.rendering.models import Render

MOST_SECTIONS, MOST_PLAYERS, LONGEST_WORD = 240, 12, 60
"""What a picture as wide as a phone can show."""

MOST_NUMBER = 1e9
"""No figure of a report is as large."""

LEVELS = {"break": 1, "light": 2, "groove": 3, "full": 4}
"""How much plays in a section, by the reports' words; of four steps."""

LETTERS_WIDE = 42
"""How many letters of a section's name fit across the picture, as narrow as it gets."""

AS_PLANNED = 0.005
"""The part of a tempo by which nobody hears a difference."""


@dataclass(frozen=True)
class Stretch:
    """A part of the length; `start` and `share` are fractions of the whole."""

    start: float
    share: float

    @property
    def style(self) -> str:
        """Where it lies on the picture, as CSS."""
        return f"left:{100 * self.start:.3f}%;width:{100 * self.share:.3f}%"


@dataclass(frozen=True)
class Label(Stretch):
    """The name of a section over everything that plays in it."""

    name: str

    @property
    def text(self) -> str:
        """The name, a short one where it is too long, or nothing where that is too.

        >>> [Label(0, share, "pre-chorus 2").text for share in (0.5, 0.1, 0.01)]
        ['Pre-chorus 2', 'P2', '']
        """
        first, *rest = self.name.split()
        short = "".join((first[0].upper(), *(word for word in rest[:1] if word.isdigit())))
        fitting = (text for text in (sentence(self.name), short) if self._fits(text))
        return next(fitting, "")

    def _fits(self, text: str) -> bool:
        return len(text) <= self.share * LETTERS_WIDE


@dataclass(frozen=True)
class Section(Stretch):
    """Bars in a row in which the same players play; `seconds` is where they begin and end."""

    name: str
    level: str
    plays: tuple[str, ...]
    seconds: tuple[float, float]

    @property
    def step(self) -> int:
        """How much plays, from 1 to 4."""
        return LEVELS.get(self.level, max(LEVELS.values()))

    @property
    def clock(self) -> str:
        """From when to when, as players show it."""
        return "–".join(minutes(second) for second in self.seconds)


@dataclass(frozen=True)
class Timeline:
    """The sections of a remix in order."""

    sections: tuple[Section, ...]

    @property
    def players(self) -> tuple[str, ...]:
        """Everybody who plays, in the order of their entries."""
        heard = dict.fromkeys(name for section in self.sections for name in section.plays)
        return tuple(heard)[:MOST_PLAYERS]

    @property
    def labels(self) -> tuple[Label, ...]:
        """One name for neighbours that have the same."""
        return tuple(
            Label(run[0].start, sum(section.share for section in run), name)
            for name, run in (
                (name, list(group))
                for name, group in groupby(self.sections, key=lambda section: section.name)
            )
        )

    def stretches(self, player: str) -> tuple[Stretch, ...]:
        """Where somebody plays."""
        return tuple(section for section in self.sections if player in section.plays)

    def share(self, player: str) -> str:
        """For how much of the length somebody plays, in words."""
        percent = round(100 * sum(stretch.share for stretch in self.stretches(player)))
        return "all the way" if percent >= 99 else f"{percent} % of it"


@dataclass(frozen=True)
class Measurement:
    """One figure of a report, with what it should have been."""

    label: str
    value: str
    beside: str = ""


def timeline_of(render: Render) -> Timeline | None:
    """What plays when in a render; None when its generator does not say."""
    rows = _report(render).get("timeline")
    if not isinstance(rows, list):
        return None
    sections = (_section(row, render.seconds) for row in rows[:MOST_SECTIONS])
    ordered = sorted((one for one in sections if one is not None), key=lambda one: one.start)
    return Timeline(_numbered_if_several(ordered)) if ordered else None


def measurements_of(render: Render) -> tuple[Measurement, ...]:
    """The figures of a render's report that a listener can hear."""
    report = _report(render)
    found = (_tempo(report), _key(report), _pitch(report), _drums(report))
    return tuple(one for one in found if one is not None)


def sentence(words: str) -> str:
    """Words with a capital first letter, and the others as they are."""
    return words[:1].upper() + words[1:]


def _report(render: Render) -> Mapping[str, Any]:
    report = render.measured.get("report")
    return report if isinstance(report, Mapping) else {}


def _section(row: object, whole: float) -> Section | None:
    if not isinstance(row, Mapping) or whole <= 0:
        return None
    name, level, plays, seconds = (row.get(key) for key in ("section", "level", "plays", "seconds"))
    if not isinstance(plays, list) or not isinstance(seconds, list) or len(seconds) != 2:
        return None
    start, end = (_number(second) for second in seconds)
    if start is None or end is None or not 0 <= start < min(end, whole):
        return None
    end = min(end, whole)
    heard = dict.fromkeys(filter(None, map(_word, plays[:MOST_PLAYERS])))
    return Section(
        start=start / whole,
        share=(end - start) / whole,
        name=_word(name) or "part",
        level=_word(level),
        plays=tuple(heard),
        seconds=(start, end),
    )


def _numbered_if_several(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections, the first of a kind without its number where there is no second."""
    names = {section.name for section in sections}
    kinds = Counter(name.rpartition(" ")[0] for name in names)

    def named(section: Section) -> Section:
        kind, _, number = section.name.rpartition(" ")
        return (
            replace(section, name=kind) if kind and number == "1" and kinds[kind] == 1 else section
        )

    return tuple(map(named, sections))


def _tempo(report: Mapping[str, Any]) -> Measurement | None:
    found, planned = _number(report.get("tempo_bpm")), _number(report.get("planned_tempo_bpm"))
    if not found or found < 0:
        return None
    value = f"{found:.1f} BPM"
    if not planned or planned < 0:
        return Measurement("Tempo", value)
    close = abs(found / planned - 1) <= AS_PLANNED
    return Measurement("Tempo", value, "as planned" if close else f"{planned:.1f} planned")


def _key(report: Mapping[str, Any]) -> Measurement | None:
    """The key that was heard in the result; that of the plan where only the shift was measured."""
    found, planned = _word(report.get("key")), _word(report.get("planned_key"))
    if not found:
        sure = _number(report.get("key_confidence"))
        if planned and sure is not None and 0 <= sure <= 1:
            return Measurement("Key", planned, f"{100 * sure:.0f} % sure of the recording's")
        return Measurement("Key", "could not be told", f"{planned} planned") if planned else None
    if not planned:
        return Measurement("Key", found)
    return Measurement("Key", found, "as planned" if found == planned else f"{planned} planned")


def _pitch(report: Mapping[str, Any]) -> Measurement | None:
    """How far the recording was measured to be moved; nothing where it stays, as planned."""
    found, planned = _number(report.get("semitones")), _number(report.get("planned_semitones"))
    if found is None or planned is None or found == planned == 0:
        return None
    beside = "as planned" if found == planned else f"{planned:+.0f} planned"
    return Measurement("Pitch moved", f"{found:+.0f} semitones", beside)


def _drums(report: Mapping[str, Any]) -> Measurement | None:
    share, strokes = (
        _number(report.get(name)) for name in ("beats_within_20_ms", "beats_with_drums")
    )
    if share is None or not strokes or not 0 <= share <= 1:
        return None
    return Measurement("Added drums on the beat", f"{100 * share:.0f} %", f"of {strokes:.0f} beats")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MOST_NUMBER else None  # no NaN is smaller


def _word(value: object) -> str:
    return " ".join(value.split())[:LONGEST_WORD] if isinstance(value, str) else ""
