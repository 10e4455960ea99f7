"""Checks one test of a condition: its attribute, its operator, its values and their units."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from clearmix_rules import tree
from clearmix_rules.checking.definitions import expand
from clearmix_rules.checking.spoken import (
    agreed,
    comparison_meant,
    flag_meant,
    not_a_language,
    value_meant,
)
from clearmix_rules.checking.spoken import meant as meant_role
from clearmix_rules.checking.subjects import Subjects
from clearmix_rules.errors import UnitError, did_you_mean
from clearmix_rules.ids import no_code, no_id
from clearmix_rules.reading.builder import YEARS
from clearmix_rules.schema import ACTIONS, ROLES, Attribute, Kind
from clearmix_rules.territories import CODES, GROUPS, group, meant
from clearmix_rules.tree import FactTest, Op, Quantifier, Ref, Scalar, Test
from clearmix_rules.units import example, whole

_ORDERED = (Op.AT_MOST, Op.AT_LEAST, Op.UNDER, Op.OVER, Op.EXACTLY, Op.BETWEEN)
_DATED = (Op.BEFORE, Op.AFTER, Op.ON_OR_BEFORE, Op.ON_OR_AFTER, Op.WITHIN, Op.WITHIN_BEFORE,
          Op.WITHIN_AFTER, Op.BETWEEN, Op.ONE_OF, Op.EXACTLY)  # fmt: skip
_SETS = (Op.HAS_ANY, Op.HAS_ALL, Op.HAS_ONLY)
_YEARS = frozenset(map(str, YEARS))
_WORDS_FOR = {
    Kind.SET: "write `has` and its values", Kind.PARTIES: "write `has` and the parties",
    Kind.INT: "compare it with `is at most`, `is at least`, `is under`, `is over` or `is between`",
    Kind.DAY: "compare it with `is before`, `is after` or `is within ... days of`",
    Kind.MOMENT: "compare it with `is before` or `is after`",
    Kind.BOOL: "write `is yes` or `is no`",
}  # fmt: skip


class TestChecker(Subjects):
    """Turns tests as written into tests against the schema; None where there is a mistake."""

    __test__ = False  # pytest: not a test class

    def check(self, test: Test, implied: Quantifier, is_not: bool = False) -> FactTest | None:
        """The checked test; `implied` is what a bare `artist` means, `is_not` how `is` goes on."""
        ref = test.ref
        if ref.quantifier is not None or (ref.owner or ref.name) in ROLES:
            return self._of_parties(test, implied)
        if (
            ref.owner is None
            and ref.name in self.schema.subjects
            and not self.schema.named(ref.name or "")
        ):
            return self.predicate(test, is_not)
        attribute = self.attribute(ref)
        checked = self.against(test, attribute) if attribute else None
        if checked and checked.attribute.name in ("isrc", "iswc") and checked.op is Op.ONE_OF:
            what = f"no {checked.attribute.group} has the {checked.attribute.name.upper()}"
            for code in map(str, checked.values):
                if help := no_code(code):
                    self.findings.warning(test.span, "name-as-id", f"{what} `{code}`", help)
        return checked

    def _of_parties(self, test: Test, implied: Quantifier) -> FactTest | None:
        """A test of the parties in a role: `any artist is minor`, `artist's consents has remix`."""
        ref = test.ref
        role = (ref.owner if ref.owner is not None else ref.name) or ""
        attribute_name = ref.name if ref.owner is not None else None
        quantifier = ref.quantifier or implied
        if role not in ROLES:
            singular = role[:-1] if role.endswith("s") and role[:-1] in ROLES else None
            self.findings.error(
                ref.span,
                "unknown-role",
                f"unknown role `{role}`",
                f"write `{singular}`"
                if singular
                else meant_role(role, ROLES, f"write one of: {', '.join(ROLES)}"),
            )
            return None
        facts = [row for row in self.schema.of("party") if row.name != "id"]
        if attribute_name is None:
            flags = [row for row in facts if row.kind is Kind.BOOL]
            names = {row.name for row in flags}
            word = test.values[0] if len(test.values) == 1 else None
            if isinstance(word, tree.Word) and word.text in names and test.op is Op.ONE_OF:
                flag = self.flag(test, role, flags, role, quantifier)
                return flag and replace(flag, negated=test.negated)
            if test.op in _SETS:
                what = ", ".join(row.name for row in facts)
                message = f"`{role}` alone has no value"
                help = f"name a fact of it: {what}"
                if agreed(test):
                    help = f"write `{quantifier.value} {role}'s consents has this action`"
                self.findings.error(test.span, "predicate", message, help)
                return None
            if (known := flag_meant(test)) is not None:
                help = f"write `is {known}` or `is not {known}`"
                if not isinstance(test.values[0], tree.Word):
                    message = f"rules do not read how old the {role} is in years"
                    self.findings.error(test.span, "predicate", message, help)
                    return None
                message = f"this asks which {role} it is, by the id"
                help += "; an id that is such a word stands in quotation marks"
                self.findings.warning(test.span, "role-as-id", message, help)
            checked = self.against(test, self.schema.attributes["party.id"])
        else:
            attribute = next((row for row in facts if row.name == attribute_name), None)
            if attribute is None:
                self.findings.unknown(
                    ref.span, "attribute", attribute_name, [row.name for row in facts]
                )
                return None
            checked = self.against(test, attribute)
        if checked is None:
            return None
        return FactTest(
            checked.attribute,
            checked.op,
            checked.values,
            role,
            quantifier,
            checked.other,
            test.span,
            test.negated,
        )

    # ------------------------------------------------------------ operators

    def against(self, test: Test, attribute: Attribute) -> FactTest | None:
        """The operator and the values, by the kind of the attribute."""
        op, kind = test.op, attribute.kind
        if op is Op.GIVEN:
            if attribute.required:
                self.findings.error(
                    test.span,
                    "always-given",
                    f"`{attribute.name}` is always given",
                    "leave the test out",
                )
                return None
            return FactTest(attribute, op, span=test.span)
        if op is Op.BETWEEN:  # both ends count, even where they are the same
            ends = (expand((end,), self.defined, self.findings) for end in test.values)
            values = tuple(value for end in ends for value in end)
        else:
            values = expand(test.values, self.defined, self.findings)
        if not values and test.values:
            return None  # a definition with a mistake of its own
        if kind is Kind.BOOL:
            return self._bool(test, attribute, values)
        if kind is Kind.INT:
            return self._int(test, attribute, values)
        if kind in (Kind.DAY, Kind.MOMENT):
            return self._dated(test, attribute, values)
        if kind in (Kind.SET, Kind.PARTIES):
            if op not in _SETS:
                self._wrong(test, attribute)
                return None
            return self._named(test, attribute, values, op)
        if op is Op.UNDER and kind is Kind.LABEL:
            return self._named(test, attribute, values, Op.BELOW)
        if op is Op.LIKE and kind in (Kind.TEXT, Kind.NAME):
            return FactTest(attribute, op, (values[0].text,), span=test.span)  # type: ignore[union-attr]
        if op is not Op.ONE_OF:
            self._wrong(test, attribute)
            return None
        return self._named(test, attribute, values, op)

    def _wrong(self, test: Test, attribute: Attribute, help: str | None = None) -> None:
        help = help or _WORDS_FOR.get(attribute.kind, "write `is` and its values")
        if test.op is Op.GIVEN:
            help = "leave the test out"
        self.findings.error(
            test.span,
            "operator",
            f"`{attribute.name}` is {attribute.kind.value}: `{test.op.value}` does not fit it",
            help,
        )

    def _bool(
        self, test: Test, attribute: Attribute, values: tuple[tree.Value, ...]
    ) -> FactTest | None:
        words = [value.text for value in values if isinstance(value, tree.Word)]
        if test.op is Op.ONE_OF and len(values) == 1 and words:
            if words[0] in ("yes", "true"):
                return FactTest(attribute, Op.TRUE, span=test.span)
            if words[0] in ("no", "false"):
                return FactTest(attribute, Op.ONE_OF, (False,), span=test.span)
        self._wrong(test, attribute)
        return None

    def _int(
        self, test: Test, attribute: Attribute, values: tuple[tree.Value, ...]
    ) -> FactTest | None:
        op = Op.EXACTLY if test.op is Op.ONE_OF and len(values) == 1 else test.op
        if op not in _ORDERED or (len(values) != (2 if op is Op.BETWEEN else 1)):
            self._wrong(test, attribute, comparison_meant(values))
            return None
        numbers: list[Scalar] = []
        for value in values:
            number = self.number(value, attribute.unit or "count", attribute.name)
            if number is None:
                return None
            numbers.append(number)
        if op is Op.BETWEEN and numbers[0] > numbers[1]:  # type: ignore[operator]
            self.findings.error(
                test.span,
                "empty-range",
                "the first value is above the second",
                "write the smaller value first",
            )
            return None
        return FactTest(attribute, op, tuple(numbers), span=test.span)

    def number(self, value: tree.Value, unit: str, what: str) -> int | None:
        """A quantity in the unit of an attribute, or None after noting a mistake."""
        if not isinstance(value, tree.Number):
            self.findings.error(
                value.span,
                "number",
                f"`{what}` is a number",
                f"write it in figures, as in `{example(unit)}`",
            )
            return None
        try:
            return whole(value.amount, value.unit, unit, what)
        except UnitError as error:
            self.findings.error(value.span, "unit", error.message, error.help)
            return None

    def _dated(
        self, test: Test, attribute: Attribute, values: tuple[tree.Value, ...]
    ) -> FactTest | None:
        op = Op.EXACTLY if test.op is Op.ONE_OF and len(values) == 1 else test.op
        if op not in _DATED or op is Op.ONE_OF:
            several = "write a choice, as in `either today is ... or else today is ...`"
            self._wrong(test, attribute, several if op is Op.ONE_OF else None)
            return None
        scalars: list[Scalar] = []
        if op in (Op.WITHIN, Op.WITHIN_BEFORE, Op.WITHIN_AFTER):
            days = self.number(values[0], "days", "a number of days")
            if days is None:
                return None
            if attribute.kind is not Kind.DAY:
                self._wrong(test, attribute)
                return None
            scalars, values = [days], values[1:]
        other = None
        for value in values:
            if isinstance(value, tree.Word):
                other = self.attribute(Ref(value.text, span=value.span))
                if other is None:
                    return None
                if other.kind is not attribute.kind:
                    self.findings.error(
                        value.span,
                        "types",
                        f"`{attribute.name}` cannot be compared with `{other.name}`",
                        f"compare it with {attribute.kind.value}",
                    )
                    return None
            elif attribute.kind is Kind.DAY and isinstance(value, tree.Day):
                scalars.append(value.day)
            elif attribute.kind is Kind.MOMENT and isinstance(value, tree.Moment):
                if value.at.tzinfo is None:
                    self.findings.error(
                        value.span,
                        "zone",
                        "the time has no zone",
                        "write it in UTC, with `Z` at its end",
                    )
                    return None
                scalars.append(value.at.astimezone(UTC))
            else:
                such = "2026-03-01" if attribute.kind is Kind.DAY else "2026-03-01T09:00Z"
                if isinstance(value, tree.Day):
                    such = f"{value.day}T00:00Z"
                elif isinstance(value, tree.Number) and str(value.amount) in _YEARS:
                    such = f"{value.amount}-01-01{such[10:]}"
                self.findings.error(
                    value.span,
                    "types",
                    f"`{attribute.name}` is {attribute.kind.value}",
                    f"compare it with one such as `{such}`",
                )
                return None
        if op is Op.BETWEEN and (other or not _rising(scalars)):
            self.findings.error(
                test.span,
                "empty-range",
                "the first date is after the second",
                "write two dates, the earlier first",
            )
            return None
        return FactTest(attribute, op, tuple(scalars), other=other, span=test.span)

    # ------------------------------------------------------------ names

    def _named(
        self, test: Test, attribute: Attribute, values: tuple[tree.Value, ...], op: Op
    ) -> FactTest | None:
        """A test against names: enums, territories, parties, labels, sets."""
        first = values[0]
        if len(values) == 1 and isinstance(first, tree.This):
            return self._this(test, attribute, first, op)
        names: list[Scalar] = []
        for value in values:
            if not isinstance(value, tree.Word | tree.Text):
                self.findings.error(
                    value.span,
                    "types",
                    f"`{attribute.name}` is {attribute.kind.value}",
                    "compare it with names",
                )
                return None
            known = self._known(attribute, value.text, value.span)
            if known is None:
                return None
            names += known
        return FactTest(attribute, op, tuple(dict.fromkeys(names)), span=test.span)

    def _this(self, test: Test, attribute: Attribute, value: tree.This, op: Op) -> FactTest | None:
        other = {"use": "request.use", "action": "request.actions", "actions": "request.actions"}
        key = other.get(value.name)
        if key is None:
            self.findings.unknown(value.span, "word after `this`", value.name, ["use", "action"])
            return None
        right = self.schema.attributes[key]
        if not attribute.values or set(attribute.values) != set(right.values):
            self.findings.error(
                value.span,
                "types",
                f"`{attribute.name}` never holds a {value.name}",
                "use it with `voice-consent` or `consents`",
            )
            return None
        if op is Op.HAS_ANY and right.kind is Kind.SET:
            op = Op.HAS_ALL
        return FactTest(attribute, op, (), other=right, span=test.span)

    def _known(self, attribute: Attribute, name: str, span: tree.Span) -> tuple[str, ...] | None:
        """The values that a word stands for, or None after noting that it is unknown."""
        if attribute.kind is Kind.TERRITORY:
            if (codes := group(name)) is not None:
                return tuple(sorted(codes))
            if name in CODES:
                return (name,)
            if not self.complete:
                return None
            code = meant(name)
            known = [*self.defined, *GROUPS]
            self.findings.error(
                span,
                "unknown-territory",
                f"unknown territory `{name}`",
                f"did you mean `{code}`?"
                if code
                else did_you_mean(name, known, "write an ISO 3166 code such as GB"),
            )
            return None
        if attribute.values and name not in attribute.values:
            if not self.complete:
                return None
            what = {"actions": "action", "consents": "action", "voice-consent": "use"}.get(
                attribute.name, attribute.name
            )
            known = [*attribute.values, *self.defined]
            message, help = f"unknown {what} `{name}`", value_meant(what, name, known)
            self.findings.error(span, f"unknown-{what}", message, help)
            return None
        if attribute.kind in (Kind.PARTY, Kind.PARTIES, Kind.LABEL) and (code := no_id(name)):
            message = f"`{name}` is a name and no id: nobody is called so"
            self.findings.warning(span, "name-as-id", message, code)
        if attribute.name == "language" and self.complete and (code := not_a_language(name)):
            message = f"`{name}` is not the code of a language"
            self.findings.warning(span, "unknown-language", message, code)
        return (name,)

    def action(self, word: tree.Word) -> str | None:
        """An action of a rule, or None after noting that it is unknown."""
        if word.text in ACTIONS:
            return word.text
        if word.text in ("any", "all", "anything", "everything", "use", "uses"):
            message = f"unknown action `{word.text}`"
            self.findings.error(word.span, "unknown-action", message, "write `any use`")
        else:
            self.findings.unknown(word.span, "action", word.text, ACTIONS)
        return None


def _rising(scalars: list[Scalar]) -> bool:
    first, second = scalars[0], scalars[-1]
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first <= second
    return isinstance(first, date) and isinstance(second, date) and first <= second
