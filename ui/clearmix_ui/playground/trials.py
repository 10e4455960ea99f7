"""Trying a policy: one request with its answer, and a file of tests with what they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clearmix.clearance.exporting import write_policies
from clearmix_rules import Decision, PolicySource, Request, nearest
from clearmix_rules.deciding.decision import duties_in_words
from clearmix_rules.deciding.windows import State, Window
from clearmix_rules.trying.running import Report, run_suite
from clearmix_rules.zones import zone
from clearmix_ui.playground.beside import Beside
from clearmix_ui.playground.wishes import Wish, request_of

if TYPE_CHECKING:
    from clearmix import Kernel


@dataclass(frozen=True)
class Tried:
    """The answer to a wish, and the nearest wish that would be permitted."""

    wish: Wish
    request: Request
    decision: Decision
    nearest: str
    """What would be permitted instead, in words; empty if nothing near would."""
    instead: Wish | None
    """The same as a wish, where the form can say it."""
    holds: bool
    """Whether the policy is in force on that day."""

    def duties(self, seen: Callable[[str], bool]) -> list[str]:
        """What must be kept, each in words; without what is paid to a party that is not seen."""
        duties = self.decision.duties
        paid = tuple(one for one in duties.royalties if seen(one.payee))
        return duties_in_words(replace(duties, royalties=paid))

    def name(self, party: str) -> str:
        """How people call a party."""
        return self.request.party_name(party)


def try_out(wish: Wish, beside: Beside, kernel: Kernel) -> Tried:
    """The answer that the policies would give with this one among them; nothing is recorded.

    Raises:
        RequestError: the wish makes no request.
        ClearmixError: the catalogue has no such track.
    """
    policies = beside.after()
    request = request_of(wish, beside.policy, kernel)
    decision = policies.decide(request)
    found = None if decision.permitted else nearest(policies, request)
    listener = zone(request.time_zone) if request.time_zone else None
    state = Window.of(beside.policy.in_force).state(request.now, listener)
    return Tried(
        wish=wish,
        request=request,
        decision=decision,
        nearest=found.words if found else "",
        instead=wish.changed(found.changes) if found and found.changes else None,
        holds=state is State.OPEN,
    )


def run_tests(tests: str, source: PolicySource, shared: Iterable[PolicySource]) -> Report:
    """How the tests of a policy go, the definitions that it uses lying beside it."""
    with TemporaryDirectory(prefix="clearmix-rules-") as folder:
        write_policies([source, *shared], Path(folder))
        return run_suite(PolicySource(f"{source.name}-test", tests), Path(folder))


def first_tests(name: str) -> str:
    """The beginning of a file of tests for a policy."""
    return (
        f'tests of "{name}"\n\n'
        'test "a remix for oneself":\n'
        "  when action is remix\n"
        "   and use is private\n"
        "  expect permitted\n"
    )
