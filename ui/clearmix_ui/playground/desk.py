"""One person at the playground: what they may see, and what each of their messages is answered.

Nothing that is typed here changes anything in force: a text goes to the kernel only when an
operator has confirmed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from clearmix import ClearmixError
from clearmix.clearance.headers import header
from clearmix.clearance.versions import digest
from clearmix_library.shelf import templates, tests
from clearmix_rules import PolicySource, RightsError
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.schema import PLATFORM
from clearmix_rules.trying.layout import format_suite
from clearmix_ui.cards import html
from clearmix_ui.playground.beside import Beside
from clearmix_ui.playground.changes import RELATIONS, changes_of, terms_of
from clearmix_ui.playground.highlighting import Units, stretches
from clearmix_ui.playground.reading import Reading, read
from clearmix_ui.playground.rewording import reworded
from clearmix_ui.playground.trials import first_tests, run_tests, try_out
from clearmix_ui.playground.viewer import Viewer
from clearmix_ui.playground.wishes import ACTIONS, TIERS, USES, Wish, as_test

if TYPE_CHECKING:
    from clearmix import Kernel

MOST_CHARACTERS = 100_000
"""The longest text that the page reads; longer policies are for the command line."""

START = "independent.rights"
"""The template that whoever has no policy of their own starts from."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.rights")

Message: TypeAlias = Mapping[str, str]
Answer: TypeAlias = dict[str, Any]
"""What the page is told: `slots` by name as HTML, and what its editors and its form hold."""


class Desk:
    """What one signed-in person sees and does."""

    def __init__(self, kernel: Kernel, user: str | None) -> None:
        self._kernel = kernel
        self.viewer = Viewer.of(kernel, user)

    # --- messages --------------------------------------------------------------------------------

    def arrive(self) -> Answer:
        """The page as it is opened: a text to start from, and everything that is said of it."""
        own = [one for one in self._in_force if self._author(one) == self.viewer.party]
        start = own[0] if own else next(one for one in templates() if one.name == START)
        wish = Wish(day=datetime.now(UTC).date(), track=self._own_track())
        form = html(
            "rules_form.html", tracks=self._kernel.catalogue.recordings(), uses=USES,
            actions=ACTIONS, tiers=TIERS, wish=wish,
        )  # fmt: skip
        answer = self._opened(start)
        answer["slots"] |= {"form": form, "starts": self._starts()}
        answer["slots"] |= {"role": html("rules_role.html", viewer=self.viewer)}
        return answer

    def answer(self, message: Message) -> Answer:
        """What a message is answered; one that is no message is answered nothing."""
        asked = {
            "read": self._read, "start": self._start, "format": self._format, "try": self._try,
            "test": self._test, "compare": self._compare, "confirm": self._confirm,
            "put": self._put,
        }.get(message.get("kind", ""))  # fmt: skip
        if asked is None:
            return {}
        if any(len(value) > MOST_CHARACTERS for value in message.values()):
            help = "check a longer text with `clearmix rules check FILE`"
            said = f"the text is longer than {MOST_CHARACTERS:,} characters"
            return _trouble("status", RightsError(said, help=help))
        return asked(message)

    # --- writing ---------------------------------------------------------------------------------

    def _read(self, message: Message) -> Answer:
        source = self._source(message)
        reading = read(source, self._shared)
        wrong = ""
        if reading.policy is not None:
            try:
                beside = self._beside(reading)
                wrong = _taken(beside)
            except RightsError as error:
                wrong = str(error)
        units = Units(source.text)
        return {
            "stretches": _drawn(source.text),
            "underlines": [
                [units(one.start), units(one.end), "error" if one.is_error else "warning"]
                for one in reading.mistakes
            ],
            "slots": {
                "status": html("rules_status.html", reading=reading, said=header(source.text)),
                "mistakes": html("rules_mistakes.html", reading=reading, units=units, wrong=wrong),
                "english": html("rules_english.html", reading=reading),
                "put": html("rules_put.html", reading=reading, viewer=self.viewer),
            },
        }

    def _start(self, message: Message) -> Answer:
        chosen = message.get("value", "")
        for one in (*self._seen, *templates()):
            if digest(one) == chosen:
                return self._opened(one)
        return {}

    def _format(self, message: Message) -> Answer:
        """Both texts laid out, each unless it has a mistake."""
        source = self._source(message)
        try:
            answer: Answer = {"text": format_policy(source.text, source.name), "slots": {}}
        except RightsError as error:
            return _trouble("said", error, "The text is not laid out anew while it has mistakes.")
        answer |= self._read({**message, "text": answer["text"]})
        try:
            answer["tests"] = format_suite(message.get("tests", ""), f"{source.name}-test")
            answer["test_stretches"] = _drawn(answer["tests"])
        except RightsError:
            pass  # the tests say themselves what is wrong with them
        answer["slots"]["said"] = html("rules_said.html", words="Laid out in the one way.")
        return answer

    # --- trying ----------------------------------------------------------------------------------

    def _try(self, message: Message) -> Answer:
        reading = read(self._source(message), self._shared)
        try:
            wish = Wish.of(message, datetime.now(UTC).date())
            if reading.policy is None:
                return {"slots": {"tried": html("rules_unready.html", reading=reading)}}
            beside = self._beside(reading)
            tried = try_out(wish, beside, self._kernel)
        except (RightsError, ClearmixError) as error:
            return _trouble("tried", error)
        own = reading.policy.author.party
        shown = html(
            "rules_tried.html", tried=tried, sees=lambda one: one == own or self.viewer.sees(one),
            instead=tried.instead and tried.instead.as_form(),
            test=as_test(wish, tried.decision.outcome.value) if not wish.track else "",
        )  # fmt: skip
        return {"slots": {"tried": shown}}

    def _test(self, message: Message) -> Answer:
        source = self._source(message)
        written = message.get("tests", "")
        report = run_tests(written, source, self._shared)
        shown = html("rules_tests.html", report=report, name=source.name)
        return {"slots": {"tests": shown}, "test_stretches": _drawn(written)}

    def _compare(self, message: Message) -> Answer:
        reading = read(self._source(message), self._shared)
        if reading.policy is None:
            return {"slots": {"changes": html("rules_unready.html", reading=reading)}}
        if not self.viewer.sees(reading.policy.author.party):
            return {"slots": {"changes": html("rules_not_shown.html", policy=reading.policy)}}
        try:
            beside = self._beside(reading)
            changes = changes_of(beside, self._kernel, datetime.now(UTC))
        except (RightsError, ClearmixError) as error:
            return _trouble("changes", error)
        shown = html(
            "rules_changes.html", changes=changes, terms_of=terms_of, relations=RELATIONS,
            reworded=reworded,
        )  # fmt: skip
        return {"slots": {"changes": shown}}

    # --- putting in force ------------------------------------------------------------------------

    def _confirm(self, message: Message) -> Answer:
        """What would be put in force, to be confirmed."""
        source = self._source(message)
        reading = read(source, self._shared)
        if reading.policy is None or not self.viewer.operates:
            return {"slots": {"confirm": ""}}
        return {
            "slots": {
                "confirm": html(
                    "rules_confirm.html", reading=reading, name=source.name, digest=digest(source)
                )
            },
            "dialog": True,
        }

    def _put(self, message: Message) -> Answer:
        # INVARIANT: only an operator puts a text in force, and only the very text that was shown
        # to them to be confirmed.
        source = self._source(message)
        if not self.viewer.operates or digest(source) != message.get("digest"):
            return _trouble(
                "said",
                RightsError("nothing was put in force", help="an operator confirms it first"),
            )
        try:
            path = self._kernel.policies.add(source)
        except ClearmixError as error:
            return _trouble("said", error, "Nothing was put in force.")
        words = f"Put in force as {path.name}. New requests are decided by it from its first day."
        return {"slots": {"said": html("rules_said.html", words=words), "starts": self._starts()}}

    def _starts(self) -> str:
        return html(
            "rules_starts.html", in_force=self._seen, templates=templates(),
            title=lambda one: header(one.text), digest=digest,
        )  # fmt: skip

    # --- the house -------------------------------------------------------------------------------

    @property
    def _in_force(self) -> tuple[PolicySource, ...]:
        return self._kernel.policies.current().sources

    @property
    def _shared(self) -> list[PolicySource]:
        """The files of definitions, which any policy may use."""
        return [one for one in self._in_force if header(one.text) is None]

    @property
    def _seen(self) -> list[PolicySource]:
        """The policies in force whose text this person may read."""
        return [
            one
            for one in self._in_force
            if header(one.text) is not None and self.viewer.sees(self._author(one))
        ]

    @staticmethod
    def _author(source: PolicySource) -> str:
        said = header(source.text)
        return said.author.rpartition(" ")[2] if said else PLATFORM

    def _own_track(self) -> str:
        """The first track of the catalogue that the person's party has a part in; or none."""
        party = self.viewer.party
        for one in self._kernel.catalogue.recordings():
            if party and party in (one.label, *one.artists):
                return one.id
        return ""

    def _beside(self, reading: Reading) -> Beside:
        if reading.policy is None:
            raise RightsError("the policy has mistakes", help="correct them first")
        in_force = self._kernel.policies.current().policies
        seen = self.viewer.sees(reading.policy.author.party)
        return Beside.of(reading.policy, reading.source, in_force, seen=seen)

    def _opened(self, source: PolicySource) -> Answer:
        """A text in the editor, with tests beside it."""
        shipped = {one.name: one.text for one in tests()}
        written = shipped.get(f"{source.name}-test") or first_tests(source.name)
        answer = self._read({"text": source.text, "name": source.name})
        answer |= {"text": source.text, "tests": written, "test_stretches": _drawn(written)}
        answer |= {"name": source.name, "opened": True}
        answer["slots"] |= {"tried": "", "tests": "", "changes": "", "said": ""}
        return answer

    @staticmethod
    def _source(message: Message) -> PolicySource:
        """The text under its name, or one made from whose it is."""
        text, name = message.get("text", ""), message.get("name", "")
        if not _NAME.fullmatch(name):
            name = f"{Desk._author(PolicySource('', text))}.rights"
        return PolicySource(name, text)


def _drawn(text: str) -> list[list[Any]]:
    units = Units(text)
    return [[units(one.start), units(one.end), one.colour] for one in stretches(text)]


def _taken(beside: Beside) -> str:
    """That the version is in force already with another text; empty if it is not."""
    older = beside.older
    if older is None or beside.policy.version > older.policy.version:
        return ""
    if beside.compiled.leaf == older.leaf:
        return ""
    version = older.policy.version
    return (
        f"Version {version} is in force with another text. A version is never edited: "
        f"to put this one in force, call it version {version + 1}."
    )


def _trouble(slot: str, error: RightsError | ClearmixError, before: str = "") -> Answer:
    return {"slots": {slot: html("rules_trouble.html", error=error, before=before)}}
