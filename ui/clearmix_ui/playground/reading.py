"""A text while it is written: its mistakes with their remedies, and what it says in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clearmix_rules import Diagnostic, PolicySource, Severity, english, tree
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.deciding.windows import Window
from clearmix_rules.editing.checks import checked_rule
from clearmix_rules.editing.fixes import Edit, quick_fix, span
from clearmix_rules.editing.outline import pieces
from clearmix_rules.editing.positions import Positions

CONSENTS = {
    "opt-in": "Where no rule speaks, the answer is no.",
    "opt-out": "Where no rule speaks, the answer is yes.",
}


@dataclass(frozen=True)
class Mistake:
    """One mistake, the offsets that it underlines, and the edit that mends it if it is one word."""

    diagnostic: Diagnostic
    start: int
    end: int
    fix: Edit | None

    @property
    def is_error(self) -> bool:
        """Whether it keeps the policy from being used."""
        return self.diagnostic.severity is Severity.ERROR


@dataclass(frozen=True)
class Sentence:
    """A rule in English, with the line that it stands on."""

    rule: str
    permits: bool
    words: str
    reason: str
    line: int


@dataclass(frozen=True)
class Reading:
    """All that is known of a text by itself; `policy` is None while it has an error."""

    source: PolicySource
    policy: tree.Policy | None
    mistakes: tuple[Mistake, ...]
    sentences: tuple[Sentence, ...]
    unread: int
    """How many rules cannot be said in English yet."""

    @property
    def errors(self) -> int:
        """How many mistakes keep the policy from being used."""
        return sum(one.is_error for one in self.mistakes)

    @property
    def header(self) -> tuple[str, ...]:
        """Who speaks, when, and what holds where no rule speaks."""
        if self.policy is None:
            return ()
        author, consent = self.policy.author, self.policy.consent
        said = [
            f"Written by the {author.kind} {author.party}."
            if author.party != author.kind
            else "Written by the platform.",
            f"{_capital(Window.of(self.policy.in_force).words())}.",
        ]
        if consent is not None:
            asked = f"Where no rule speaks, {consent.to} answers."
            said.append(asked if consent.to else CONSENTS[consent.answer])
        return tuple(said)


def read(source: PolicySource, shared: Sequence[PolicySource] = ()) -> Reading:
    """What a text says and what is wrong with it; it may use the definitions in `shared`."""
    policy, findings = check_policy(source, SharedFiles(shared))
    positions = Positions(source.text)
    mistakes = tuple(_mistake(positions, one) for one in findings.diagnostics)
    if policy is not None:
        return Reading(source, policy, mistakes, tuple(map(_sentence, policy.rules)), 0)
    # A rule that is right is read even while another is not.
    written = [piece for piece in pieces(source.text) if piece.keyword == "rule"]
    rules = [(piece, checked_rule(source, piece)) for piece in written]
    said = tuple(
        _sentence(rule, positions.line_of(piece.start)) for piece, rule in rules if rule is not None
    )
    return Reading(source, None, mistakes, said, len(written) - len(said))


def _mistake(positions: Positions, one: Diagnostic) -> Mistake:
    start, end = span(positions, one)
    return Mistake(one, start, end, quick_fix(positions, one))


def _sentence(rule: tree.Rule, line: int | None = None) -> Sentence:
    permits = rule.effect is tree.Effect.PERMIT
    place = line or rule.name_span.line
    return Sentence(rule.name, permits, english.rule(rule), rule.reason, place)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
