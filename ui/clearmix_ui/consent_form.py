"""The form in which a party says yes or no, and its answers as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from clearmix import ClearmixError
from clearmix.clearance.consents import KINDS
from clearmix_rules.english import plural

if TYPE_CHECKING:
    from clearmix.clearance import Consent
    from clearmix.clearance.consents import About
    from clearmix.desk import Desk, Effect

KIND_WORDS = {kind: "any use" if kind == "any" else plural(kind) for kind in KINDS}
"""What each kind of answer is about, in the plural."""


@dataclass(frozen=True)
class Form:
    """What stands in the form; empty text is `all tracks`, `everywhere`, `from now`, `always`."""

    answer: Literal["allow", "refuse"] = "allow"
    what: str = "remix"
    recording: str = ""
    territory: str = ""
    first_day: str = ""
    last_day: str = ""
    existing: Literal["keep", "remove"] = "keep"

    @classmethod
    def of(cls, message: Mapping[str, str]) -> Form:
        """The form as the browser sent it; what is not one of the choices is as if not chosen.

        >>> Form.of({"answer": "refuse", "what": "cover", "existing": "burn"}).existing
        'keep'
        """
        return cls(
            answer="refuse" if message.get("answer") == "refuse" else "allow",
            what=message["what"] if message.get("what") in KINDS else "remix",
            recording=message.get("recording", ""),
            territory=message.get("territory", "").strip(),
            first_day=message.get("first_day", ""),
            last_day=message.get("last_day", ""),
            existing="remove" if message.get("existing") == "remove" else "keep",
        )

    @classmethod
    def about(cls, value: str) -> Form:
        """The form that a chip of a track opens, from `ANSWER:KIND:RECORDING`."""
        answer, _, rest = value.partition(":")
        what, _, recording = rest.partition(":")
        form = cls.of({"answer": answer, "what": what, "recording": recording})
        return replace(form, existing="remove") if form.answer == "refuse" else form

    def effect(self, desk: Desk) -> Effect:
        """What recording it would change; raises ClearmixError when it cannot be recorded."""
        return desk.suppose(self.answer, self.what, **self._scope())

    def record(self, desk: Desk) -> Consent:
        """Records it; raises ClearmixError when it cannot be."""
        return desk.answer(self.answer, self.what, **self._scope())

    def _scope(self) -> About:
        return {
            "recording": self.recording or None,
            "territory": self.territory or None,
            "valid_from": _day(self.first_day),
            "valid_until": _day(self.last_day),
            "existing": self.existing,
        }


def in_words(consent: Consent, titles: Mapping[str, str]) -> str:
    """An answer as a sentence about `you`."""
    verb = "allow" if consent.answer == "allow" else "refuse"
    of = titles.get(consent.recording or consent.work or "", consent.recording or consent.work)
    said = f"You {verb} {KIND_WORDS.get(consent.kind, consent.kind)} of {of or 'all your tracks'}"
    said += f" in {consent.territory}" if consent.territory else ""
    said += f" from {_plain(consent.valid_from)}" if consent.valid_from else ""
    said += f" until {_plain(consent.valid_until)}" if consent.valid_until else ""
    if consent.answer == "refuse":
        stay = "come down" if consent.existing == "remove" else "stay up"
        said += f"; remixes made before {stay}"
    return f"{said}."


def _plain(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ClearmixError(f"`{text}` is no day", help="write it as 2026-12-31") from None
