# ruff: noqa: D102 (each method is a grammar rule)
"""From what the grammar matched to the syntax tree; each method is named after a grammar rule."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from lark import Token, Tree
from lark.tree import Meta

from clearmix_rules import tree
from clearmix_rules.errors import RightsError
from clearmix_rules.reading.mistakes import second_clause
from clearmix_rules.tree import Op, Quantifier, Relation, Span

YEARS = range(1850, 2201)
"""From before the first recording (1860) to past any term of protection that runs today."""


class Clause:
    """One clause of a rule before the rule is put together: its keyword, its value, its place."""

    __slots__ = ("keyword", "span", "value")

    def __init__(self, keyword: str, value: Any, span: Span) -> None:
        self.keyword, self.value, self.span = keyword, value, span


class LiteralError(RightsError):
    """A literal of the right shape with an impossible value, such as 30 February."""

    def __init__(self, message: str, help: str, span: Span) -> None:
        super().__init__(message, help=help)
        self.span = span


def place(meta: Meta) -> Span:
    """Where something that was matched stands."""
    if meta.empty:
        return tree.NOWHERE
    return Span(meta.line, meta.column, meta.end_line, meta.end_column)


def token_place(token: Token) -> Span:
    """Where a single word stands."""
    return Span(token.line or 1, token.column or 1, token.end_line or 1, token.end_column or 1)


def unquote(written: str) -> str:
    """What a text in quotation marks says."""
    return written[1:-1].replace('\\"', '"').replace("\\\\", "\\")


class Builder:
    """Builds the tree; each method is given the place and the parts of what was matched."""

    def build(self, matched: Tree[Token]) -> Any:
        """What a match says.

        Bottom up and without recursion: a long list of conditions is a deep tree.
        """
        order = [matched]
        for branch in order:
            order += [child for child in branch.children if isinstance(child, Tree)]
        done: dict[int, Any] = {}
        for branch in reversed(order):
            parts = [
                done.pop(id(child)) if isinstance(child, Tree) else child
                for child in branch.children
            ]
            done[id(branch)] = getattr(self, branch.data)(branch.meta, parts)
        return done[id(matched)]

    # ------------------------------------------------------------ values
    def word(self, meta: Meta, c: list[Any]) -> tree.Word:
        return tree.Word(str(c[0]), place(meta))

    def text(self, meta: Meta, c: list[Any]) -> tree.Text:
        return tree.Text(unquote(c[0]), place(meta))

    def this(self, meta: Meta, c: list[Any]) -> tree.This:
        return tree.This(str(c[0]), place(meta))

    def quantity(self, meta: Meta, c: list[Any]) -> tree.Number:
        if len(c[0]) > 18:
            raise LiteralError(
                f"the number `{str(c[0])[:18]}...` is too long",
                "use at most 18 digits",
                place(meta),
            )
        return tree.Number(Fraction(str(c[0])), str(c[1]) if len(c) > 1 else None, place(meta))

    def day(self, meta: Meta, c: list[Any]) -> tree.Day:
        try:
            return tree.Day(_plausible(date.fromisoformat(c[0]), place(meta)), place(meta))
        except ValueError:
            raise LiteralError(
                f"there is no day `{c[0]}`", _days_of(str(c[0])), place(meta)
            ) from None

    def moment(self, meta: Meta, c: list[Any]) -> tree.Moment:
        written = str(c[0])
        try:
            at = datetime.fromisoformat(written.removesuffix("Z"))
        except ValueError:
            raise LiteralError(
                f"there is no time `{written}`", "write it as `2026-03-01T09:00Z`", place(meta)
            ) from None
        _plausible(at.date(), place(meta))
        return tree.Moment(at.replace(tzinfo=UTC) if written.endswith("Z") else at, place(meta))

    def values(self, meta: Meta, c: list[Any]) -> tuple[tree.Value, ...]:
        return tuple(c)

    words = names = several = values

    def excluding(self, meta: Meta, c: list[Any]) -> tree.Except:
        return tree.Except(c[0], place(meta))

    # ------------------------------------------------------------ conditions
    def joined(self, meta: Meta, c: list[Any]) -> list[tree.Condition]:
        if len(c) == 1:
            return [c[0]]
        c[0].append(c[1])
        parts: list[tree.Condition] = c[0]
        return parts

    def condition(self, meta: Meta, c: list[Any]) -> tree.Condition:
        parts = [*c[0], *c[1:]] if isinstance(c[0], list) else c
        return _all(parts, place(meta))

    def either(self, meta: Meta, c: list[Any]) -> tree.Either:
        branches = (child for child in c if isinstance(child, list))
        return tree.Either(tuple(_all(parts, parts[0].span) for parts in branches), place(meta))

    def negated(self, meta: Meta, c: list[Any]) -> tree.Condition:
        return tree.Not(c[0], place(meta))

    def group(self, meta: Meta, c: list[Any]) -> tree.Condition:
        part: tree.Condition = c[0]
        return part

    def test(self, meta: Meta, c: list[Any]) -> tree.Condition:
        ref, (op, values, positive) = c
        if ref.quantifier is not None:
            # `any artist is not minor` speaks of one who is not, not of there being none who is.
            return tree.Test(ref, op, values, place(meta), negated=not positive)
        test = tree.Test(ref, op, values, place(meta))
        return test if positive else tree.Not(test, place(meta))

    def plain_ref(self, meta: Meta, c: list[Any]) -> tree.Ref:
        return tree.Ref(str(c[0]), span=place(meta))

    def owned_ref(self, meta: Meta, c: list[Any]) -> tree.Ref:
        return tree.Ref(str(c[2]), owner=str(c[0]), span=place(meta))

    def some_ref(self, meta: Meta, c: list[Any]) -> tree.Ref:
        return tree.Ref(None, owner=str(c[1]), quantifier=c[0], span=place(meta))

    def some_owned_ref(self, meta: Meta, c: list[Any]) -> tree.Ref:
        return tree.Ref(str(c[3]), owner=str(c[1]), quantifier=c[0], span=place(meta))

    def any_one(self, meta: Meta, c: list[Any]) -> Quantifier:
        return Quantifier.ANY

    def every_one(self, meta: Meta, c: list[Any]) -> Quantifier:
        return Quantifier.EVERY

    def no_one(self, meta: Meta, c: list[Any]) -> Quantifier:
        return Quantifier.NO

    def is_one_of(self, meta: Meta, c: list[Any]) -> Any:
        return Op.ONE_OF, c[-1], True

    def is_not(self, meta: Meta, c: list[Any]) -> Any:
        return Op.ONE_OF, c[-1], False

    is_none_of = is_not

    def given(self, meta: Meta, c: list[Any]) -> Any:
        return Op.GIVEN, (), True

    def not_given(self, meta: Meta, c: list[Any]) -> Any:
        return Op.GIVEN, (), False

    def comparison(self, meta: Meta, c: list[Any]) -> Any:
        return c[0], (c[1],), True

    def between(self, meta: Meta, c: list[Any]) -> Any:
        low, high = c
        if isinstance(low, tree.Number) and isinstance(high, tree.Number) and not low.unit:
            low = tree.Number(low.amount, high.unit, low.span)
        return Op.BETWEEN, (low, high), True

    def within(self, meta: Meta, c: list[Any]) -> Any:
        return c[1], (c[0], c[2]), True

    def not_between(self, meta: Meta, c: list[Any]) -> Any:
        return *self.between(meta, c)[:2], False

    def not_within(self, meta: Meta, c: list[Any]) -> Any:
        return *self.within(meta, c)[:2], False

    def like(self, meta: Meta, c: list[Any]) -> Any:
        return Op.LIKE, (tree.Text(unquote(c[0]), token_place(c[0])),), True

    def has_any(self, meta: Meta, c: list[Any]) -> Any:
        return Op.HAS_ANY, c[-1], True

    def has_all(self, meta: Meta, c: list[Any]) -> Any:
        return Op.HAS_ALL, c[-1], True

    def has_none(self, meta: Meta, c: list[Any]) -> Any:
        return Op.HAS_ANY, c[-1], False

    def has_only(self, meta: Meta, c: list[Any]) -> Any:
        return Op.HAS_ONLY, c[-1], True

    # ------------------------------------------------------------ duties
    def duty(self, meta: Meta, c: list[Any]) -> tree.Duty:
        duty: tree.Duty = c[0]
        return duty

    def limit(self, meta: Meta, c: list[Any]) -> tree.Limit:
        ref, (op, values, _) = c
        return tree.Limit(tree.Test(ref, op, values, place(meta)), place(meta))

    def label_reads(self, meta: Meta, c: list[Any]) -> tree.LabelReads:
        return tree.LabelReads(unquote(c[0]), token_place(c[0]))

    def royalty(self, meta: Meta, c: list[Any]) -> tree.RoyaltyAtLeast:
        rate, base, payee = c
        return tree.RoyaltyAtLeast(rate, str(base), payee.text, place(meta), token_place(base))

    def approval(self, meta: Meta, c: list[Any]) -> tree.ApprovalBy:
        return tree.ApprovalBy(c[0].text, c[1] if len(c) > 1 else None, place(meta))

    def credit(self, meta: Meta, c: list[Any]) -> tree.CreditTo:
        return tree.CreditTo(c[0], place(meta))

    def watermark(self, meta: Meta, c: list[Any]) -> tree.WatermarkWith:
        return tree.WatermarkWith(c[0], False, place(meta))

    def watermark_only(self, meta: Meta, c: list[Any]) -> tree.WatermarkWith:
        return tree.WatermarkWith(c[0], True, place(meta))

    def mark(self, meta: Meta, c: list[Any]) -> tree.MarkWith:
        return tree.MarkWith(c[0], place(meta))

    def keep_records(self, meta: Meta, c: list[Any]) -> tree.KeepRecords:
        return tree.KeepRecords(c[0], place(meta))

    def expires_after(self, meta: Meta, c: list[Any]) -> tree.Expires:
        return tree.Expires(c[0], place(meta))

    expires_on = expires_after

    # ------------------------------------------------------------ rules
    def permit(self, meta: Meta, c: list[Any]) -> tree.Effect:
        return tree.Effect.PERMIT

    def forbid(self, meta: Meta, c: list[Any]) -> tree.Effect:
        return tree.Effect.FORBID

    def any_use(self, meta: Meta, c: list[Any]) -> tuple[tree.Word, ...]:
        return ()

    def actions(self, meta: Meta, c: list[Any]) -> tuple[tree.Word, ...]:
        actions: tuple[tree.Word, ...] = c[0]
        return actions

    def scope(self, meta: Meta, c: list[Any]) -> tree.Scope:
        return tree.Scope(c[0], c[1], place(meta))

    def when(self, meta: Meta, c: list[Any]) -> Clause:
        return Clause("when", c[0], place(meta))

    def unless(self, meta: Meta, c: list[Any]) -> Clause:
        return Clause("unless", c[0], place(meta))

    def provided(self, meta: Meta, c: list[Any]) -> Clause:
        return Clause("provided", tuple(c), place(meta))

    def reason(self, meta: Meta, c: list[Any]) -> Clause:
        return Clause("reason", unquote(c[0]), place(meta))

    def rule(self, meta: Meta, c: list[Any]) -> tree.Rule:
        name, effect, actions, *rest = c
        scope = rest.pop(0) if rest and isinstance(rest[0], tree.Scope) else None
        clauses: dict[str, Any] = {}
        for clause in rest:
            if clause.keyword in clauses:
                raise LiteralError(*second_clause(clause.keyword), clause.span)
            clauses[clause.keyword] = clause.value
        return tree.Rule(
            str(name),
            effect,
            actions,
            scope,
            clauses.get("when"),
            clauses.get("unless"),
            clauses.get("provided", ()),
            clauses.get("reason", ""),
            place(meta),
            token_place(name),
        )

    # ------------------------------------------------------------ header
    def policy_line(self, meta: Meta, c: list[Any]) -> Clause:
        title, version = c
        if not str(version).isdigit() or len(version) > 9 or int(version) == 0:
            raise LiteralError(
                f"`{version}` is not a version", "count versions 1, 2, 3", token_place(version)
            )
        return Clause("policy", (unquote(title), int(version)), place(meta))

    def author_line(self, meta: Meta, c: list[Any]) -> Clause:
        party = c[1].text if len(c) > 1 else ""
        return Clause("by", tree.Author(str(c[0]), party, place(meta)), place(meta))

    def opens(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "opens", c[0]

    def closes(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "closes", c[0]

    def local_time(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "zone", None

    def named_zone(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "zone", (str(c[0]), token_place(c[0]))

    def force_line(self, meta: Meta, c: list[Any]) -> Clause:
        said = dict(c)
        zone, zone_place = said.get("zone") or (None, place(meta))
        window = tree.InForce(said.get("opens"), said.get("closes"), zone, place(meta), zone_place)
        return Clause("in force", window, place(meta))

    def consent(self, meta: Meta, c: list[Any]) -> Clause:
        span = token_place(c[0])
        return Clause("consent", tree.ConsentDefault(str(c[0]), None, span), place(meta))

    def delegated(self, meta: Meta, c: list[Any]) -> Clause:
        default = tree.ConsentDefault("delegated", c[0].text, c[0].span)
        return Clause("consent", default, place(meta))

    def use_line(self, meta: Meta, c: list[Any]) -> Clause:
        return Clause("use", tree.Use(unquote(c[0]), token_place(c[0])), place(meta))

    def define_line(self, meta: Meta, c: list[Any]) -> Clause:
        definition = tree.Definition(str(c[0]), c[-1], token_place(c[0]))
        return Clause("define", definition, place(meta))


def _plausible(day: date, span: Span) -> date:
    """The day, if somebody can have meant it."""
    if day.year not in YEARS:
        raise LiteralError(
            f"the year {day.year:04d} cannot be meant",
            f"write a year from {YEARS[0]} to {YEARS[-1]}; for no end leave `until` out",
            span,
        )
    return day


def _days_of(written: str) -> str:
    """What a date that no calendar has may be: one of that month's, if there is such a month."""
    year, month = int(written[:4]), int(written[5:7])
    if month in range(1, 13) and year in YEARS:
        return f"that month has {monthrange(year, month)[1]} days"
    return "write year-month-day: `2026-03-01`"


def _all(parts: list[tree.Condition], span: Span) -> tree.Condition:
    return parts[0] if len(parts) == 1 else tree.All(tuple(parts), span)


def _constant(value: Any) -> Any:
    def build(self: Builder, meta: Meta, c: list[Any]) -> Any:
        return value

    return build


# Grammar rules that stand for one value each.
for _name, _value in {
    "under_label": Relation.UNDER, "by_artist": Relation.BY, "written_by": Relation.WRITTEN_BY,
    "published_by": Relation.PUBLISHED_BY, "owned_by": Relation.OWNED_BY,
    "one_track": Relation.TRACK, "one_work": Relation.WORK,
    "at_most": Op.AT_MOST, "at_least": Op.AT_LEAST, "under": Op.UNDER, "over": Op.OVER,
    "exactly": Op.EXACTLY, "before": Op.BEFORE, "after": Op.AFTER,
    "on_or_before": Op.ON_OR_BEFORE, "on_or_after": Op.ON_OR_AFTER,
    "around": Op.WITHIN, "ahead": Op.WITHIN_BEFORE, "behind": Op.WITHIN_AFTER,
}.items():  # fmt: skip
    setattr(Builder, _name, _constant(_value))
