"""One person at the playground: what they may see, and what each of their messages is answered.

Nothing that is typed here changes anything in force: a text goes to the kernel only when an
operator has confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from clearmix import ClearmixError
from clearmix.clearance.headers import header
from clearmix.clearance.versions import digest
from clearmix_library.shelf import suites, templates
from clearmix_rules import PolicySource, RightsError
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.trying.layout import format_suite
from clearmix_ui.cards import html
from clearmix_ui.playground.beside import Beside
from clearmix_ui.playground.changes import RELATIONS, changes_of, impact_of, terms_of
from clearmix_ui.playground.highlighting import Units, stretches
from clearmix_ui.playground.house import House, source_of
from clearmix_ui.playground.reading import read
from clearmix_ui.playground.rewording import reworded
from clearmix_ui.playground.trials import first_tests, run_tests, try_out
from clearmix_ui.playground.wishes import ACTIONS, TIERS, USES, Wish, as_test
from clearmix_ui.viewer import Viewer

if TYPE_CHECKING:
    from clearmix import Kernel

MOST_CHARACTERS = 100_000
"""The longest text that the page reads; longer policies are for the command line."""

START = "independent.rights"
"""The template that whoever has no policy of their own starts from."""

Message: TypeAlias = Mapping[str, str]
Answer: TypeAlias = dict[str, Any]
"""What the page is told: `slots` by name as HTML, and what its editors and its form hold."""


class Desk:
    """What one signed-in person sees and does."""

    def __init__(self, kernel: Kernel, user: str | None) -> None:
        self._kernel = kernel
        self.viewer = Viewer.of(kernel, user)
        self._house = House(kernel, self.viewer)

    # --- messages --------------------------------------------------------------------------------

    def arrive(self) -> Answer:
        """The page as it is opened: a text to start from, and everything that is said of it."""
        start = self._house.own or next(one for one in templates() if one.name == START)
        wish = Wish(day=datetime.now(UTC).date(), track=self._house.own_track)
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
        source = source_of(message)
        reading = read(source, self._house.shared)
        wrong = ""
        if reading.policy is not None:
            try:
                beside = self._house.beside(reading)
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
        for one in (*self._house.seen, *templates()):
            if digest(one) == chosen:
                return self._opened(one)
        return {}

    def _format(self, message: Message) -> Answer:
        """Both texts laid out, each unless it has a mistake."""
        source = source_of(message)
        try:
            answer: Answer = {"text": format_policy(source.text, source.name), "slots": {}}
        except RightsError:
            return _trouble("said", UNREADY)
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
        reading = read(source_of(message), self._house.shared)
        try:
            wish = Wish.of(message, datetime.now(UTC).date())
            if reading.policy is None:
                return {"slots": {"tried": html("rules_unready.html", reading=reading)}}
            beside = self._house.beside(reading)
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
        source = source_of(message)
        written = message.get("tests", "")
        report = run_tests(written, source, self._house.shared)
        shown = html("rules_tests.html", report=report, name=source.name)
        return {"slots": {"tests": shown}, "test_stretches": _drawn(written)}

    def _compare(self, message: Message) -> Answer:
        reading = read(source_of(message), self._house.shared)
        if reading.policy is None:
            return {"slots": {"changes": html("rules_unready.html", reading=reading)}}
        if not self.viewer.sees(reading.policy.author.party):
            return {"slots": {"changes": html("rules_not_shown.html", policy=reading.policy)}}
        try:
            beside = self._house.beside(reading)
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
        source = source_of(message)
        reading = read(source, self._house.shared)
        if not self.viewer.operates:
            return {}
        try:
            beside = self._house.beside(reading)
            impact = impact_of(beside, self._kernel, datetime.now(UTC))
        except (RightsError, ClearmixError) as error:
            return _trouble("said", error)
        shown = html(
            "rules_confirm.html", reading=reading, digest=digest(source), impact=impact,
            wrong=_taken(beside),
        )  # fmt: skip
        return {"slots": {"confirm": shown}, "dialog": True}

    def _put(self, message: Message) -> Answer:
        # INVARIANT: only an operator puts a text in force, and only the very text that was shown
        # to them to be confirmed.
        source = source_of(message)
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
            "rules_starts.html", in_force=self._house.seen, templates=templates(),
            title=lambda one: header(one.text), digest=digest,
        )  # fmt: skip

    def _opened(self, source: PolicySource) -> Answer:
        """A text in the editor, with tests beside it."""
        shipped = {one.name: one.text for one in suites()}
        written = shipped.get(f"{source.name}-test") or first_tests(source.name)
        answer = self._read({"text": source.text, "name": source.name})
        answer |= {"text": source.text, "tests": written, "test_stretches": _drawn(written)}
        answer |= {"name": source.name, "opened": True}
        answer["slots"] |= {"tried": "", "tests": "", "changes": "", "said": ""}
        return answer


UNREADY = RightsError(
    "the text is laid out once it has no mistakes", help="they are listed below: correct them first"
)


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
