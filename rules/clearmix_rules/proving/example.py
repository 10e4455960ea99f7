"""From values of a world's variables to a request as JSON, and to what is special about it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from clearmix_rules.proving.axioms import UNNAMED
from clearmix_rules.proving.moments import HOUR, datetime_of
from clearmix_rules.proving.patterns import matches, witnesses
from clearmix_rules.proving.world import OFFSET, ZONE_KNOWN, Fact
from clearmix_rules.schema import ROLES, SCHEMA, Kind
from clearmix_rules.territories import CODES

Values = Mapping[Fact, "bool | int"]


def request_of(
    values: Values, plain: dict[str, Any], delegations: Mapping[str, set[str]]
) -> dict[str, Any]:
    """The request of a model as a JSON object: the plain one, changed where the model differs.

    `delegations` are those in policies: who is delegated to has a part in the request as well.
    """
    return _Writer(values, plain, delegations).write()


class _Writer:
    def __init__(
        self, values: Values, plain: dict[str, Any], delegations: Mapping[str, set[str]]
    ) -> None:
        self.values = values
        self.delegations = delegations
        self.said = copy.deepcopy(plain)

    def write(self) -> dict[str, Any]:
        self._time()
        self._names()
        for fact, value in self.values.items():
            write = getattr(self, f"_say_{str(fact[0]).replace(' ', '_')}", None)
            if write is not None:
                write(value, *fact[1:])
        self._parents()
        self._dismiss()
        return self.said

    def _group(self, key: str, track: int | None = None) -> tuple[dict[str, Any], str]:
        """The JSON object that an attribute is written in, and its name there."""
        group, name = key.split(".", 1)
        if track is None:
            return self.said[group], name
        of_track: dict[str, Any] = self.said["tracks"][track]
        return (of_track["work"] if group == "work" else of_track), name

    # ------------------------------------------------------------ time

    def _time(self) -> None:
        if ("day", "request.now") in self.values:
            self.said["now"] = self._moment("request.now")
        if not self.values.get(ZONE_KNOWN, True):
            self.said["time-zone"] = None
        elif self.values.get(OFFSET, 0):
            # The names of these zones count hours behind UTC (IANA tz database, `etcetera`).
            hours = int(self.values[OFFSET]) // HOUR
            self.said["time-zone"] = f"Etc/GMT{-hours:+d}"

    def _moment(self, key: str) -> str:
        at = datetime_of(int(self.values["day", key]), int(self.values["time", key]))
        return at.isoformat().replace("+00:00", "Z")

    # ------------------------------------------------------------ facts

    def _names(self) -> None:
        """Every attribute that has one name as its value."""
        places = {(fact[1], *fact[3:]) for fact in self.values if fact[0] in ("is", "like")}
        for key, *place in sorted(places, key=str):
            at, name = self._group(str(key), *place)  # type: ignore[arg-type]
            told = self._told("is", key, place)
            if true := [value for value, so in told.items() if so]:
                at[name] = true[0]
                continue
            attribute = SCHEMA.attributes[str(key)]
            likes = self._told("like", key, place)
            fits = all(matches(pattern, str(at.get(name))) == so for pattern, so in likes.items())
            if at.get(name) not in told and fits:
                continue
            if attribute.kind is Kind.PARTY:
                at.pop(name, None)
            elif attribute.kind is Kind.LABEL:
                at[name] = ""
            else:
                at[name] = self._another(str(key), told, likes)

    def _told(self, kind: str, key: Any, place: list[Any]) -> dict[str, bool]:
        return {
            str(fact[2]): bool(so)
            for fact, so in self.values.items()
            if fact[0] == kind and fact[1] == key and fact[3:] == tuple(place)
        }

    def _another(self, key: str, told: Mapping[str, bool], likes: Mapping[str, bool]) -> str:
        """A value that is none of those told, and matches the patterns that are to match."""
        attribute = SCHEMA.attributes[key]
        closed = sorted(CODES) if attribute.kind is Kind.TERRITORY else attribute.values
        if closed:
            return next(value for value in closed if value not in told)
        found = witnesses([*likes], apart_from=told).get(tuple(likes.values()), "")
        return found or UNNAMED if not likes else found

    def _say_true(self, so: bool, key: str, track: int | None = None) -> None:
        at, name = self._group(key, track)
        at[name] = so

    def _say_number(self, value: int, key: str, track: int | None = None) -> None:
        at, name = self._group(key, track)
        is_day = SCHEMA.attributes[key].kind is Kind.DAY
        at[name] = date.fromordinal(value).isoformat() if is_day else value

    def _say_given(self, so: bool, key: str) -> None:
        at, name = self._group(key)
        if not so:
            at.pop(name, None)
        elif SCHEMA.attributes[key].kind is Kind.PARTIES:
            at.setdefault(name, [])
        elif SCHEMA.attributes[key].kind is Kind.MOMENT:
            at[name] = self._moment(key) if ("day", key) in self.values else self.said["now"]

    def _say_has(self, so: bool, key: str, member: str, track: int | None = None) -> None:
        at, name = self._group(key, track)
        _put(at[name], member, so)

    def _say_in(self, so: bool, key: str, party: str, track: int | None = None) -> None:
        at, name = self._group(key, track)
        if key != "listener.follows":
            _put(at[name], party, so)
        elif self.values.get(("given", key)):
            _put(at.setdefault(name, []), party, so)

    # ------------------------------------------------------------ parties

    def _say_party_is(self, so: bool, key: str, party: str) -> None:
        self.said["parties"][party][key.split(".", 1)[1]] = so

    def _say_party_has(self, so: bool, key: str, member: str, party: str) -> None:
        _put(self.said["parties"][party][key.split(".", 1)[1]], member, so)

    def _say_known(self, so: bool, party: str) -> None:
        self.said["parties"].setdefault(party, {})["known"] = so

    def _say_default(self, so: bool, party: str, answer: str) -> None:
        at = self.said["parties"][party]
        if answer == "opt-out" and not so and at["default-consent"] == "opt-out":
            at["default-consent"] = "opt-in"

    def _say_delegates(self, so: bool, party: str, delegate: str) -> None:
        if so:
            self.said["parties"][party]["default-consent"] = f"delegated to {delegate}"

    def _say_refuses(self, so: bool, party: str, track: int) -> None:
        if so:
            self._consent(party, track, "refuse", "any")

    def _say_allows(self, so: bool, party: str, action: str, track: int) -> None:
        if so:
            self._consent(party, track, "allow", action)

    def _consent(self, party: str, track: int, answer: str, kind: str) -> None:
        recording = self.said["tracks"][track]["id"] if len(self.said["tracks"]) > 1 else None
        said = {"party": party, "answer": answer, "kind": kind, "existing": "remove"}
        self.said["consents"].append(said | ({"recording": recording} if recording else {}))

    def _say_approves(self, so: bool, party: str) -> None:
        if so:
            self.said["approvals"].append({"party": party, "answer": "approve"})

    def _say_declines(self, so: bool, party: str) -> None:
        if so:
            self.said["approvals"].append({"party": party, "answer": "refuse"})

    # ------------------------------------------------------------ who is above whom

    def _parents(self) -> None:
        """Puts parents above labels and publishers, so that those stand there that should."""
        track = self.said["tracks"][0]
        label, publishers = track["label"], track["work"]["publishers"]
        line, closure = self._so("above label"), self._so("above publisher")
        if label:
            # Whoever stands above publishers too is at the top, direct publishers lowest there.
            both = sorted((line & closure) - {label})
            shared = sorted(both, key=lambda one: one not in publishers)
            self._stack([label, *sorted(line - closure - {label}), *shared])
        alone = [one for one in publishers if one not in line]
        more = sorted(closure - line - set(publishers))
        if alone:
            top = [one for one in self._line(label) if one in closure][:1] if label else []
            self._stack([alone[0], *more, *top])

    def _so(self, kind: str) -> set[str]:
        """The parties of whom a fact is so."""
        return {str(fact[1]) for fact, so in self.values.items() if fact[0] == kind and so}

    def _line(self, label: str) -> list[str]:
        line = [label]
        while parent := self.said["parties"].get(line[-1], {}).get("parent"):
            line.append(parent)
        return line

    def _stack(self, line: list[str]) -> None:
        for lower, upper in pairwise(line):
            self.said["parties"][lower]["parent"] = upper

    def _dismiss(self) -> None:
        """Leaves out parties that nobody knows, and those who have no part in the request."""
        parties = self.said["parties"]
        for party in [one for one, said in parties.items() if not said.pop("known", True)]:
            del parties[party]
        track, work = self.said["tracks"][0], self.said["tracks"][0]["work"]
        listed = [key.split(".", 1) for key in ROLES.values() if key != "request.imitated"]
        present = {
            party for group, name in listed for party in (work if group == "work" else track)[name]
        }
        present |= {track["label"], *self.said["listener"].get("follows", [])}
        present |= {self.said["sound"].get("voice-of"), self.said["sound"].get("style-of")}
        waiting = [*present]
        while waiting:
            party = waiting.pop()
            linked = {*self.delegations.get(party, ())}
            if said := parties.get(party):
                linked |= {said["parent"], said["default-consent"].removeprefix("delegated to ")}
            waiting += linked - present
            present |= linked
        self.said["consents"] = [one for one in self.said["consents"] if one["party"] in present]
        self.said["parties"] = {one: said for one, said in parties.items() if one in present}


def _put(members: list[str], member: str, so: bool) -> None:
    if so and member not in members:
        members.append(member)
    elif not so and member in members:
        members.remove(member)
