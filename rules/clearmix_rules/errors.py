"""Everything the rights language raises.

RightsError                 a message, a remedy and, where there is one, a place
├── PolicyErrors            policies that cannot be used; carries every diagnostic found
│   └── PropertyErrors      properties to be proven that cannot be read or have a mistake
├── RequestError            a request that lacks something, or says something unknown
├── UnitError               a quantity in a unit that its attribute does not have
├── EvaluationError         a fact that a rule needs is missing; it never leaves a decision
└── CanonicalError          a value that canonical JSON cannot hold
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clearmix_rules.diagnostics import Diagnostic


class RightsError(Exception):
    """A message in lower case, a remedy for whoever reads it, and a place."""

    def __init__(self, message: str, *, help: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.place = place

    def __str__(self) -> str:
        """The message, its place and its remedy, as people read them."""
        text = f"{self.message} ({self.place})" if self.place else self.message
        return f"{text}\n  help: {self.help}" if self.help else text


class PolicyErrors(RightsError):  # noqa: N818 (it carries several)
    """Policies that cannot be used. `diagnostics` holds every error and warning found."""

    said = "the policies have {}", "correct them and run `clearmix-rules check` again"

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = [one for one in self.diagnostics if one.severity == "error"]
        count = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        message, help = self.said
        super().__init__(message.format(count), help=help)

    def __str__(self) -> str:
        """Every diagnostic with its caret, then the count."""
        return "\n".join([*(one.as_text() for one in self.diagnostics), super().__str__()])


class PropertyErrors(PolicyErrors):
    """Properties that cannot be proven because they cannot be read, or have a mistake."""

    said = "the properties have {}", "correct them and run `clearmix-rules prove` again"


class RequestError(RightsError):
    """A request that cannot be decided: it is refused before any rule runs."""


class UnitError(RightsError):
    """A quantity whose unit does not fit what it is compared with."""


class EvaluationError(RightsError):
    """A fact that a rule needs is missing: a permit then grants nothing, a forbid refuses."""


class CanonicalError(RightsError):
    """A value that has no canonical JSON, such as a float."""


def near(word: str, known: Iterable[str], *, alike: float = 0.6) -> str | None:
    """The known word that is closest to `word`, or None if none is as much `alike`, of 1.

    >>> near("listner", ["listener", "track"])
    'listener'
    """
    written = {one.lower(): one for one in known}
    matches = get_close_matches(word.lower(), written, n=1, cutoff=alike)
    return written[matches[0]] if matches else None


def near_file(name: str, known: Iterable[str]) -> str | None:
    """The file whose name is closest to `name`, or None; the ending they share does not count.

    >>> near_file("nope.rights", ["k.rights"])
    """
    stems = {one.rpartition(".")[0]: one for one in known}
    match = near(name.rpartition(".")[0], stems)
    return stems[match] if match else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A remedy that offers the nearest known word, or `otherwise`.

    >>> did_you_mean("privat", ["private", "public"])
    'did you mean `private`?'
    """
    match = near(word, known)
    return f"did you mean `{match}`?" if match else otherwise
