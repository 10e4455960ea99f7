"""Conditions as Ibis expressions over a table's columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clearmix_rules.querying.layout import Cell, Slot
from clearmix_rules.querying.residual import (
    FALSE,
    TRUE,
    Between,
    Both,
    Const,
    EachOf,
    Either,
    Equals,
    Flag,
    Like,
    Lists,
    ListsOnly,
    No,
    Node,
    Param,
    SomeOf,
    leaves,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


def any_of(parts: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether any part holds, as a tree that is no deeper than it must be."""
    import ibis

    if not parts:
        return ibis.literal(False)
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return any_of(parts[:middle]) | any_of(parts[middle:])


def all_of(parts: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether every part holds, as a tree that is no deeper than it must be."""
    import ibis

    if not parts:
        return ibis.literal(True)
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return all_of(parts[:middle]) & all_of(parts[middle:])


def flag_column(column: str, group: int) -> str:
    """The column that counts how many of a group a list of parties has."""
    return f"{column}_of_{group}"


class Predicates:
    """Writes conditions over the rows of one table; parameters stand in columns of it."""

    def __init__(self, rows: ibis.Table, slot: Slot | None = None) -> None:
        self._rows = rows
        self._constants: Mapping[int, Cell] = slot.constants if slot else {}
        self._columns: Mapping[int, str] = slot.columns if slot else {}

    def write(self, node: Node) -> ir.BooleanValue:
        """One condition."""
        import ibis

        if isinstance(node, Const):
            return ibis.literal(node.value)
        if isinstance(node, Both):
            return all_of([self.write(part) for part in node.parts])
        if isinstance(node, Either):
            return any_of([self.write(part) for part in node.parts])
        if isinstance(node, No):
            return ~self.write(node.part)
        if isinstance(node, SomeOf):
            return self._rows[flag_column(node.column, node.group)] > 0
        column = self._rows[node.column]
        if isinstance(node, Flag):
            return column
        if isinstance(node, Equals):
            values = [self._value(one) for one in node.values]
            if len(values) > 1 and not self._columns:
                return column.isin(values)
            return any_of([column == one for one in values])
        if isinstance(node, Between):
            bounds = []
            if node.least is not None:
                bounds.append(column >= self._value(node.least))
            if node.most is not None:
                bounds.append(column <= self._value(node.most))
            return all_of(bounds)
        if isinstance(node, Lists):
            return column.contains(self._value(node.entry))
        if isinstance(node, ListsOnly):
            listed = sum(ibis.ifelse(column.contains(one), 1, 0) for one in node.entries)
            return listed == length_of(column)
        if isinstance(node, EachOf):
            return self._rows[flag_column(node.column, node.group)] == length_of(column)
        return _fits(column, node)

    def _value(self, value: Cell | Param) -> ir.Value | Cell:
        if not isinstance(value, Param):
            return value
        if value.index in self._constants:
            return self._constants[value.index]
        return self._rows[self._columns[value.index]]


def length_of(column: ir.StringColumn) -> ir.IntegerValue:
    """How many names a list has."""
    import ibis

    bars = column.length() - column.replace("|", "").length()
    return ibis.ifelse(column == "", 0, bars - 1)


def _fits(column: ir.StringColumn, node: Like) -> ir.BooleanValue:
    """Whether a text fits a pattern: its beginning, its end, and what is between.

    Not with LIKE, whose wildcards, escapes and care for capitals differ between databases.
    """
    first, *rest = node.pieces
    if not rest:
        return column == first
    *middle, last = rest
    fixed = len(first) + len(last)
    holds = [column.length() >= fixed]
    if first:
        holds.append(column.left(len(first)) == first)
    if last:
        holds.append(column.right(len(last)) == last)
    inner = [piece for piece in middle if piece]
    between = column.substr(len(first), column.length() - fixed)
    if len(inner) == 1:
        holds.append(between.contains(inner[0]))
    elif inner:
        holds.append(between.re_search("(?s)" + ".*".join(map(re.escape, inner))))
    return all_of(holds)


def columns_of(slot: Slot) -> Iterator[str]:
    """The columns of the tracks that a slot reads."""
    for node in (slot.shape.holds, slot.shape.error):
        yield from read_columns(node)


def read_columns(node: Node) -> Iterator[str]:
    """The columns of the tracks that a condition reads."""
    for leaf in leaves(node):
        if isinstance(leaf, SomeOf | EachOf):
            yield flag_column(leaf.column, leaf.group)
        if not isinstance(leaf, Const | SomeOf):
            yield leaf.column


def slot_holds(rows: ibis.Table, slot: Slot) -> ir.BooleanValue:
    """Where the clauses of a slot hold."""
    return _guarded(rows, slot, slot.shape.holds)


def slot_fails(rows: ibis.Table, slot: Slot) -> ir.BooleanValue:
    """Where the clauses of a slot are in error."""
    return _guarded(rows, slot, slot.shape.error)


def _guarded(rows: ibis.Table, slot: Slot, node: Node) -> ir.BooleanValue:
    """The condition where the row's party has such a clause, evaluated only there."""
    import ibis

    if node == FALSE:
        return ibis.literal(False)
    member = rows[slot.member]
    if node == TRUE:
        return member
    return ibis.ifelse(member, Predicates(rows, slot).write(node), False)
