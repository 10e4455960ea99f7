"""What listeners say, one module for each subject; `ORDER` is the order in which they read."""

from __future__ import annotations

from clearmix_prompts.grammar import Ask, Line, Rules
from clearmix_prompts.rules import (
    beats,
    elided,
    form,
    intent,
    levels,
    lineup,
    parts,
    pitch,
    shares,
    tempo,
    terms,
    voice,
)

ORDER: tuple[Rules, ...] = (
    elided.first,
    intent.first,
    form.numbers,
    beats.first,
    tempo.first,
    shares.rules,
    beats.rules,
    tempo.rules,
    pitch.rules,
    intent.rules,
    voice.rules,
    lineup.first,
    levels.first,
    parts.rules,
    levels.rules,
    lineup.rules,
    form.rules,
    terms.rules,
    elided.rules,
)
"""Numbers with units first, what needs most context next, single words of the vocabulary after
that, and last what only a follow-up can leave unsaid."""


def asked(line: Line) -> list[Ask]:
    """Everything that a line asks for, in the order of the words."""
    asks = [ask for rules in ORDER for ask in rules.apply(line)]
    return sorted(asks, key=lambda ask: (ask.first, ask.last))
