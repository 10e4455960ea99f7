"""Where each party sits in a decision: its policies by the tracks they are about, and by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Generic, Protocol, TypeVar

from clearmix_rules.deciding.compiled import CompiledPolicy, Group
from clearmix_rules.deciding.request import Fact, Party
from clearmix_rules.deciding.standing import Case
from clearmix_rules.deciding.windows import State, Window
from clearmix_rules.tree import Relation, Scope

EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""A span of time without end."""

_STRICTEST = ("opt-in", "delegated", "opt-out")
_READS: Mapping[Relation, tuple[str, ...]] = {
    Relation.BY: ("track.artists",), Relation.WRITTEN_BY: ("work.writers",),
    Relation.PUBLISHED_BY: ("work.publishers",), Relation.OWNED_BY: ("track.owners",),
    Relation.TRACK: ("track.id", "track.isrc"), Relation.WORK: ("work.id", "work.iswc"),
}  # fmt: skip


class Shelf:
    """The policies of one party, found by the tracks that their rules are about."""

    def __init__(self, policies: tuple[CompiledPolicy, ...]) -> None:
        self.policies = policies
        self._groups: list[Group] = []
        self._everything: list[int] = []
        self._by_name: dict[tuple[Relation, str], list[int]] = {}
        for policy in policies:
            for group in policy.groups:
                place = len(self._groups)
                self._groups.append(group)
                if group.scope is None:
                    self._everything.append(place)
                    continue
                for name in dict.fromkeys(word.text for word in group.scope.names):
                    self._by_name.setdefault((group.scope.relation, name), []).append(place)

    def about(self, case: Case) -> list[Group]:
        """The groups of rules that are about a track, in the order of policies."""
        places = set(self._everything)
        if self._by_name:
            for label in case.labels:
                places.update(self._by_name.get((Relation.UNDER, label), ()))
            for relation, keys in _READS.items():
                for key in keys:
                    for name in _names(case.facts.get(key)):
                        places.update(self._by_name.get((relation, name), ()))
        return [self._groups[place] for place in sorted(places)]


def _names(value: Fact | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value or ""),)


def singled_out(scope: Scope | None) -> Iterator[str]:
    """The tracks and works that a scope names one by one."""
    if scope is not None and scope.relation in (Relation.TRACK, Relation.WORK):
        yield from (name.text for name in scope.names)


@dataclass(frozen=True, slots=True)
class Seat:
    """What a party's policies say between two moments, for listeners in one zone."""

    since: datetime
    until: datetime
    states: Mapping[CompiledPolicy, State]
    """The policies that hold or may hold; of several versions the latest that surely holds."""
    default: str | None
    """The strictest of their consent lines; None without one."""
    delegates: tuple[str, ...]
    ended: bool
    """Whether a policy has ended that gave or asked for consent."""


NO_SHELF = Shelf(())
NO_SEAT = Seat(*EVER, {}, None, (), False)


def seat(shelf: Shelf, now: datetime, listener: tzinfo | None) -> Seat:
    """The seat of the party that a shelf belongs to, at a moment."""
    windows = {one.window: one.window.state(now, listener) for one in shelf.policies}
    states = latest([(one, windows[one.window]) for one in shelf.policies])
    answers: list[str] = []
    delegates: set[str] = set()
    for policy, state in states.items():
        consent = policy.policy.consent
        # INVARIANT: a policy that may not hold yet, or no longer, loosens nothing.
        if consent is not None and state is State.OPEN:
            answers.append(consent.answer)
            delegates.update((consent.to,) if consent.to else ())
        elif consent is not None and consent.answer != "opt-out":
            answers.append("opt-in")
    return Seat(
        *span(windows, now, listener),
        states,
        min(answers, key=_STRICTEST.index, default=None),
        tuple(sorted(delegates)),
        any(one.loosens and one.window.ended(now, listener) for one in shelf.policies),
    )


def default_of(seat: Seat, known: Party | None) -> tuple[str, tuple[str, ...]]:
    """What a party answers without a rule, and to whom it delegates.

    It is the strictest default of the party's policies, else the catalogue's, else `opt-in`.

    INVARIANT: a licence that has ended frees nothing. Where one of the party's policies has ended
    that gave or asked for consent, the catalogue's `opt-out` does not come back.
    """
    if seat.default is not None:
        return seat.default, seat.delegates
    if known is not None and not seat.ended:
        return known.default_consent, (known.delegate,) if known.delegate else ()
    return "opt-in", ()


def latest(holding: list[tuple[CompiledPolicy, State]]) -> dict[CompiledPolicy, State]:
    """Of the policies of a party those in force or in doubt, without superseded versions."""
    newest: dict[str, int] = {}
    for one, state in holding:
        if state is State.OPEN:
            title = one.policy.title
            newest[title] = max(newest.get(title, 0), one.policy.version)
    return {
        one: state
        for one, state in holding
        if state is not State.CLOSED and one.policy.version >= newest.get(one.policy.title, 0)
    }


def span(
    windows: Iterable[Window], now: datetime, listener: tzinfo | None
) -> tuple[datetime, datetime]:
    """The longest time around a moment in which no window opens or closes."""
    since, until = EVER
    for window in windows:
        for moment in window.boundaries(listener):
            if moment <= now:
                since = max(since, moment)
            else:
                until = min(until, moment)
    return since, until


class Timed(Protocol):
    """Something that holds from one moment until before another."""

    @property
    def since(self) -> datetime:
        """The first moment."""

    @property
    def until(self) -> datetime:
        """The first moment after."""


K = TypeVar("K")
V = TypeVar("V", bound=Timed)
_MOST_SPANS = 8


class Kept(Generic[K, V]):
    """Values by key and time, at most so many keys; where they are too many, it starts anew.

    It is safe to share between threads: every step on it is a single one of a dict.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[K, tuple[V, ...]] = {}

    def __len__(self) -> int:
        """For how many keys something is kept."""
        return len(self._kept)

    def get(self, key: K, now: datetime) -> V | None:
        """What is kept for a key at a moment."""
        for one in self._kept.get(key, ()):
            if one.since <= now < one.until:
                return one
        return None

    def keep(self, key: K, value: V) -> None:
        """Keeps a value, the latest first."""
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (value, *self._kept.get(key, ()))[:_MOST_SPANS]
