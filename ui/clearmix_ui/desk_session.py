"""What one rights-holder does at the desk: from a message to the page; checked on the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from clearmix import ClearmixError
from clearmix.conversation.wording import Fact, facts
from clearmix.display import display_of_render
from clearmix.storage.columns import utc_now
from clearmix_ui import cards
from clearmix_ui.consent_form import KIND_WORDS, Form, in_words
from clearmix_ui.earnings import (
    CATEGORIES,
    Consent,
    about,
    earnings,
    month_in_words,
    shortened,
)

if TYPE_CHECKING:
    from clearmix import Kernel
    from clearmix.clearance.approvals import Approval


@dataclass(frozen=True)
class Section:
    """A part of the desk."""

    id: str
    title: str
    icon: str


SECTIONS = (
    Section("consent", "Consent", "hand"),
    Section("approvals", "Approvals", "wait"),
    Section("remixes", "Remixes", "wave"),
    Section("earnings", "Earnings", "coins"),
    Section("terms", "Terms", "page"),
)


@dataclass(frozen=True)
class Asked:
    """An approval as it is shown."""

    approval: Approval
    facts: tuple[Fact, ...]
    source: str
    title: str
    plan: str
    deadline: str


class DeskSession:
    """The desk of one party."""

    def __init__(self, kernel: Kernel, party: str) -> None:
        self._kernel = kernel
        self._desk = kernel.desk(party)

    def act(self, message: Mapping[str, str]) -> Iterator[str]:
        """The desk while, and after, a message is acted on."""
        kind, value = message.get("kind", ""), message.get("value", "")
        opened: dict[str, Callable[[], Any]] = {
            "open": lambda: self._open(value),
            "about": lambda: self._consent(Form.about(value)),
            "preview": lambda: self._consent(Form.of(message)),
            "save": lambda: self._save(Form.of(message)),
            "answer": lambda: self._answer(message),
            "take-down": lambda: self._take_down(message),
            "month": lambda: self._earnings(value, message.get("consent", "")),
            "what-if": lambda: self._earnings("", value),
        }
        if value == "earnings" or kind in ("month", "what-if"):
            yield self._page("earnings", earnings=None)
        try:
            yield opened.get(kind, lambda: self._open(""))()
        except ClearmixError as error:
            yield self._page(trouble=f"{error.message}. {error.help}".strip())

    # --- sections --------------------------------------------------------------------------------

    def _open(self, section: str) -> str:
        if section == "earnings":
            return self._earnings("", "")
        if not section and self._waiting():
            section = "approvals"
        return self._page(section)

    def _consent(self, form: Form, notice: str = "") -> str:
        try:
            return self._page("consent", form=form, effect=form.effect(self._desk), notice=notice)
        except ClearmixError as error:
            trouble = f"{error.message}. {error.help}".strip()
            return self._page("consent", form=form, trouble=trouble)

    def _save(self, form: Form) -> str:
        effect = form.effect(self._desk)
        said = in_words(form.record(self._desk), self._titles())
        down = len(effect.down)
        if down:
            said += f" {down} public remix{'' if down == 1 else 'es'} came down."
        return self._consent(form, notice=f"Recorded. {said}")

    def _answer(self, message: Mapping[str, str]) -> str:
        yes = message.get("answer") == "approve"
        cleared = self._desk.answer_approval(
            message.get("value", ""), "approve" if yes else "refuse", message.get("reason", "")
        )
        if not yes:
            notice = "Refused. Whoever asked can read your reason."
        elif cleared is None:
            notice = "Approved. It waits for the others who were asked."
        elif cleared.decision.permitted:
            notice = "Approved. Everybody has said yes, so it goes ahead."
        else:
            notice = "Approved, but the rules do not permit it any more."
        return self._page("approvals", notice=notice)

    def _take_down(self, message: Mapping[str, str]) -> str:
        self._desk.take_down(message.get("value", ""), message.get("reason", ""))
        return self._page("remixes", notice="Taken down. Whoever was hearing it has been told why.")

    def _earnings(self, month: str, consent: str) -> str:
        kind: Consent = "cover" if consent == "cover" else "remix"
        return self._page(
            "earnings", earnings=earnings(self._kernel, self._desk.party.id, month, kind)
        )

    # --- the page --------------------------------------------------------------------------------

    def _page(
        self, section: str = "consent", *, notice: str = "", trouble: str = "", **values: Any
    ) -> str:
        section = section if section in {one.id for one in SECTIONS} else "consent"
        filled = {**getattr(self, f"_{section}_values")(), **values}
        return cards.html(
            "desk.html",
            party=self._desk.party,
            sections=SECTIONS,
            here=section,
            waiting=len(self._waiting()),
            tracks=len(self._desk.recordings),
            notice=notice,
            trouble=trouble,
            **filled,
        )

    def _consent_values(self) -> dict[str, Any]:
        titles = self._titles()
        form = Form()
        return {
            "form": form,
            "effect": None,
            "kinds": KIND_WORDS,
            "standing": self._desk.standing(),
            "default": self._desk.default,
            "answers": [(one, in_words(one, titles)) for one in self._desk.answers()],
            "history": [(one, in_words(one, titles)) for one in self._desk.history()],
        }

    def _approvals_values(self) -> dict[str, Any]:
        asked = [self._asked(one) for one in self._desk.approvals()]
        return {
            "asked": [one for one in asked if one.approval.state == "waiting"],
            "past": [one for one in asked if one.approval.state != "waiting"],
        }

    def _remixes_values(self) -> dict[str, Any]:
        return {
            "remixes": [(one, display_of_render(one.render.label)) for one in self._desk.remixes()],
            "private": self._desk.private_remixes,
        }

    def _earnings_values(self) -> dict[str, Any]:
        return {
            "about": about,
            "shortened": shortened,
            "categories": CATEGORIES,
            "in_words": month_in_words,
        }

    def _terms_values(self) -> dict[str, Any]:
        return {"terms": self._desk.terms()}

    # --- look-ups --------------------------------------------------------------------------------

    def _waiting(self) -> list[Approval]:
        return [one for one in self._desk.approvals() if one.state == "waiting"]

    def _titles(self) -> dict[str, str]:
        rows = self._kernel.catalogue.recordings()
        return {id: row.title for row in rows for id in (row.id, row.work) if id}

    def _asked(self, approval: Approval) -> Asked:
        recordings = self._kernel.clearance.recordings(approval.spec.sources)
        listener = self._kernel.catalogue.listener(approval.listener)
        return Asked(
            approval=approval,
            facts=facts(approval.spec, named=self._kernel.conversations.named),
            source=recordings[0].id if recordings else "",
            title=" and ".join(row.title for row in recordings),
            plan=f"a listener on the {listener.tier} plan in {listener.territory}",
            deadline=_until(approval.deadline, utc_now()),
        )


def _until(deadline: datetime | None, now: datetime) -> str:
    """A deadline in words, with the days that are left.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    >>> _until(datetime(2026, 12, 6, 12, tzinfo=UTC), now), _until(None, now)
    ('by 6 December 2026, 10 days left', 'whenever you like')
    """
    if deadline is None:
        return "whenever you like"
    days = (deadline - now).days
    left = "today" if days < 1 else f"{days} day{'' if days == 1 else 's'} left"
    return f"by {deadline.day} {deadline:%B %Y}, {left}"
