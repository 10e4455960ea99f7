"""What the facts of a test change in its situation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from clearmix_rules import tree
from clearmix_rules.checking.conditions import TestChecker
from clearmix_rules.checking.findings import Findings
from clearmix_rules.errors import did_you_mean, near
from clearmix_rules.schema import ACTIONS, PARTY_KINDS, ROLES, SCHEMA, Attribute, Kind
from clearmix_rules.tree import FactTest, Op, Span
from clearmix_rules.trying.situation import KIND_OF_ROLE, Situation
from clearmix_rules.trying.suite import Asked, Default, Fact, Recorded, Said
from clearmix_rules.zones import unknown as unknown_zone
from clearmix_rules.zones import zone

_ALIASES = {"action": "actions"}
_ABOUT_A_PARTY = ("name", "kind", "parent")


class FactReader:
    """Takes facts into a situation and notes those that mean nothing."""

    def __init__(self, situation: Situation, findings: Findings) -> None:
        self.situation = situation
        self.findings = findings
        self.checker = TestChecker(findings, {})
        self.named: dict[str, Span] = {}
        """Parties that facts speak of, and where: each must have a part in the request."""

    def read(self, facts: Iterable[Fact]) -> None:
        """Takes facts in, later ones over earlier ones; all must be about somebody asked."""
        self.named.clear()
        for fact in facts:
            if isinstance(fact, Said):
                self._say(fact)
            elif isinstance(fact, Default):
                self._default(fact)
            elif isinstance(fact, Recorded):
                self._record(fact)
            else:
                self._answer(fact)
        part = self.situation.parties_with_a_part()
        for id, span in self.named.items():
            if id not in part:
                # An id is any word, so only one that is nearly the same can be what was meant.
                meant = near(id, part, alike=0.8)
                help = f"did you mean `{meant}`?" if meant else f"say what it is: `artist is {id}`"
                self.findings.error(span, "stranger", f"`{id}` has no part in this test", help)

    # ------------------------------------------------------------ one fact of the schema

    def _say(self, fact: Said) -> None:
        owner, name, situation = fact.owner, fact.name or "", self.situation
        if fact.name is None or _is_subject(owner, name):
            group = owner or name
            self._flag(fact, SCHEMA.of(group), group, situation.holder(group, fact.track))
        elif owner is None and name == "time-zone":
            self._time_zone(fact)
        elif owner is None and (role := _role(name)) is not None:
            self._set(fact, role, situation.holder(role.group, fact.track))
        elif owner is None and not _is_fact(name) and _is_party_flag(fact.values):
            self._flag(fact, SCHEMA.of("party"), name, self._party(name, fact.subject))
        elif owner is not None and owner not in SCHEMA.subjects:
            self._of_party(fact, owner, name)
        else:
            ref = tree.Ref(_ALIASES.get(name, name), owner, None, fact.subject)
            attribute = self.checker.attribute(ref)
            if attribute is not None:
                self._set(fact, attribute, situation.holder(attribute.group, fact.track))

    def _set(self, fact: Said, attribute: Attribute, holder: dict[str, Any]) -> None:
        """Sets one attribute to the value of a fact."""
        only = fact.values[0] if len(fact.values) == 1 else None
        several = attribute.kind in (Kind.SET, Kind.PARTIES)
        if fact.negated:
            if _word(only) == "given" and not attribute.required:
                holder.pop(attribute.name, None)
            else:
                message = f"`{attribute.name}` needs a value"
                self.findings.error(fact.span, "fact", message, "say what it is")
            return
        if _word(only) == "none" and (several or attribute.default == ""):
            holder[attribute.name] = [] if several else ""
            return
        op = Op.HAS_ALL if several else Op.ONE_OF
        written = tree.Test(tree.Ref(attribute.name), op, fact.values, fact.span)
        checked = self.checker.against(written, attribute)
        if checked is None:
            return
        value = _value(checked, several)
        if value is None:
            message = f"`{attribute.name}` has one value"
            self.findings.error(fact.span, "fact", message, "name one of them")
        elif attribute.key == "request.today":
            self.situation.set_day(checked.values[0])
        elif attribute.key == "request.now":
            self.situation.set_moment(checked.values[0])
        else:
            holder[attribute.name] = value
            if attribute.kind in (Kind.PARTIES, Kind.PARTY, Kind.LABEL):
                kind = KIND_OF_ROLE.get(attribute.key, "artist")
                for party in value if several else (value,):
                    self.situation.party(party).setdefault("kind", kind)

    def _flag(
        self, fact: Said, rows: Iterable[Attribute], subject: str, holder: dict[str, Any]
    ) -> None:
        """`listener is verified`, `track is not explicit`, `ada-wren is minor`."""
        flags = [row.name for row in rows if row.kind is Kind.BOOL]
        word = _word(fact.values[0])
        if len(fact.values) == 1 and word in flags:
            holder[word] = not fact.negated
            return
        others = ", ".join(row.name for row in rows)
        can = f"it can be {' or '.join(flags)}" if flags else f"name one of its facts: {others}"
        self.findings.error(
            fact.values[0].span,
            "unknown-value",
            f"`{word or '...'}` is nothing `{subject}` can be",
            did_you_mean(word, flags, can),
        )

    def _time_zone(self, fact: Said) -> None:
        value = fact.values[0]
        written = value.text if isinstance(value, tree.Word | tree.Text) else ""
        if written != "unknown" and zone(written) is None:
            message = f"unknown time zone `{written}`"
            self.findings.error(value.span, "unknown-time-zone", message, unknown_zone(written))
            return
        self.situation.zone = None if written == "unknown" else written

    # ------------------------------------------------------------ parties

    def _party(self, id: str, span: Span) -> dict[str, Any]:
        self.named.setdefault(id, span)
        return self.situation.party(id)

    def _of_party(self, fact: Said, party: str, name: str) -> None:
        attribute = SCHEMA.attributes.get(f"party.{name}")
        value = fact.values[0]
        if attribute is not None and name != "id":
            self._set(fact, attribute, self._party(party, fact.subject))
        elif name not in _ABOUT_A_PARTY:
            known = [row.name for row in SCHEMA.of("party") if row.name != "id"]
            choices = [*known, *_ABOUT_A_PARTY, "consent"]
            self.findings.unknown(fact.subject, "attribute", name, choices)
        elif not isinstance(value, tree.Word | tree.Text) or len(fact.values) > 1 or fact.negated:
            message = f"`{name}` has one value"
            self.findings.error(fact.span, "fact", message, "write one name")
        elif name == "kind" and value.text not in PARTY_KINDS:
            self.findings.unknown(value.span, "kind of party", value.text, PARTY_KINDS)
        else:
            self._party(party, fact.subject)[name] = value.text
            if name == "parent":
                self.situation.party(value.text).setdefault("kind", "group")
                self._no_circle(party, value.span)

    def _no_circle(self, party: str, span: Span) -> None:
        """Notes a party that has come to stand above itself."""
        seen: list[str] = [party]
        parent: str | None
        while (parent := self.situation.party(seen[-1]).get("parent")) and parent not in seen:
            seen.append(parent)
        if parent:
            circle = " -> ".join([*seen, parent])
            message = f"party `{parent}` is its own parent: {circle}"
            self.findings.error(span, "parent", message, "name another parent")

    def _default(self, fact: Default) -> None:
        choices = ["opt-in", "opt-out", "delegated to ..."]
        if fact.answer not in ("opt-in", "opt-out", "delegated"):
            self.findings.unknown(fact.span, "consent", fact.answer, choices)
            return
        said = f"delegated to {fact.to}" if fact.to else fact.answer
        self._party(fact.party, fact.span)["default-consent"] = said
        if fact.to:
            self.situation.party(fact.to)

    def _record(self, fact: Recorded) -> None:
        said: dict[str, Any] = {"party": fact.party, "answer": fact.answer}
        territory = SCHEMA.attributes["request.territory"]
        for key, value in fact.about:
            if value is None:
                said["existing"] = key
            elif key == "recorded-at":
                said[key] = value.day if isinstance(value, tree.Day) else _moment(value)
            elif isinstance(value, tree.Day):
                said[key] = value.day.isoformat()
            elif isinstance(value, tree.Word | tree.Text):
                said[key] = value.text
                test = tree.Test(tree.Ref("territory"), Op.ONE_OF, (value,), value.span)
                if key == "territory":
                    checked = self.checker.against(test, territory)
                    if checked is not None and len(checked.values) > 1:
                        message = f"`{value.text}` stands for several territories"
                        help = "name one; a consent for another is a fact of its own"
                        self.findings.error(value.span, "fact", message, help)
                    elif checked is not None:
                        said[key] = str(checked.values[0])
                        continue
                    return
        self.named.setdefault(fact.party, fact.span)
        for kind in fact.kinds or (tree.Word("any"),):
            if kind.text != "any" and kind.text not in ACTIONS:
                self.findings.unknown(kind.span, "action", kind.text, ACTIONS)
            else:
                self.situation.consents.append({**said, "kind": kind.text})

    def _answer(self, fact: Asked) -> None:
        self.named.setdefault(fact.party, fact.span)
        self.situation.approvals.append({"party": fact.party, "answer": fact.answer})


def _is_subject(owner: str | None, name: str) -> bool:
    """Whether a fact is about a listener, a track and so on as a whole."""
    return owner is None and name in SCHEMA.subjects and not SCHEMA.named(name)


def _role(name: str) -> Attribute | None:
    """The attribute that lists the parties of a role, named by one or by several."""
    key = ROLES.get(name) or ROLES.get(name.removesuffix("s"))
    return SCHEMA.attributes.get(key or "")


def _is_fact(name: str) -> bool:
    return bool(SCHEMA.named(_ALIASES.get(name, name))) or f"party.{name}" in SCHEMA.attributes


def _is_party_flag(values: tuple[tree.Value, ...]) -> bool:
    flags = {row.name for row in SCHEMA.of("party") if row.kind is Kind.BOOL}
    return len(values) == 1 and _word(values[0]) in flags


def _moment(value: tree.Value) -> datetime | None:
    return value.at if isinstance(value, tree.Moment) else None


def _word(value: tree.Value | None) -> str:
    return value.text if isinstance(value, tree.Word) else ""


def _value(checked: FactTest, several: bool) -> Any:
    """The value of a checked fact as JSON; None if there are several where one is due."""
    if several:
        return [str(one) for one in checked.values]
    if checked.op is Op.TRUE:
        return True
    if len(checked.values) != 1:
        return None
    value = checked.values[0]
    return value if isinstance(value, str | int) else value.isoformat()
