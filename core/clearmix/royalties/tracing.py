"""Claims with columns of the plays that they are of, without looking each play up.

A formula returns `event_id` and no more of a play. Where its query passes that column through from
the plays, other columns of the same row can pass through beside it; a join of every claim with
every play, which costs more than the formula itself, is then saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

PLAY = "event_id"
"""The column by which a row of a query is a row of a play."""


def with_columns(
    claims: ibis.Table, plays: ibis.Table, columns: Sequence[str]
) -> ibis.Table | None:
    """The claims with columns of their plays; None where the query does not pass plays through.

    Args:
        claims: a query with the column `event_id`.
        plays: the table that the query was described with.
        columns: of the plays; in the claims they are called `play_` and their name.
    """
    passed = _Passing(plays.op(), tuple(columns)).through(claims.op())
    return None if passed is None else passed.to_expr()


class _Passing:
    """Rewrites relations bottom-up, from the plays to the claims.

    INVARIANT: a relation comes back only as one that has the same rows in the same columns, and
    further columns beside them, each of the play whose `event_id` its row has.
    """

    def __init__(self, plays: Any, columns: tuple[str, ...]) -> None:
        self._plays = plays
        self._names = {f"play_{column}": column for column in columns}

    def through(self, relation: Any) -> Any:
        """The relation with the further columns, or None if it is not known to pass plays."""
        import ibis.expr.operations as ops

        if self._names.keys() & relation.schema.names:
            return None
        if relation == self._plays:
            more = {name: ops.Field(relation, column) for name, column in self._names.items()}
            return ops.Project(relation, {**relation.fields, **more})
        if isinstance(relation, ops.Filter | ops.Sort | ops.DropColumns):
            parent = self.through(relation.parent)
            return None if parent is None else relation.replace({relation.parent: parent})
        if isinstance(relation, ops.Union) and not relation.distinct:
            both = self.through(relation.left), self.through(relation.right)
            return None if None in both else ops.Union(*both)
        if isinstance(relation, ops.Project | ops.JoinChain):
            return self._chosen(relation)
        return None

    def _chosen(self, relation: Any) -> Any:
        """A selection of columns, of one relation or of several that are joined."""
        import ibis.expr.operations as ops

        play = relation.values.get(PLAY)
        if not isinstance(play, ops.Field) or play.name != PLAY:
            return None
        origin = play.rel
        inner = origin.parent if isinstance(origin, ops.JoinReference) else origin
        found = self.through(inner)
        if found is None:
            return None
        wider = found if inner is origin else origin.copy(parent=found)
        replaced = relation.replace({origin: wider})
        more = {name: ops.Field(wider, name) for name in self._names}
        return replaced.copy(values={**replaced.values, **more})


def constant_weight(claims: ibis.Table) -> int | None:
    """The weight that every claim has, if the query says one number; else None."""
    import ibis.expr.operations as ops

    value: Any = claims.weight.op()
    while True:
        if isinstance(value, ops.Cast):
            value = value.arg
        # Behind an outer join a constant may be missing; what is selected or sorted has it.
        elif isinstance(value, ops.Field) and isinstance(
            value.rel, ops.Project | ops.Filter | ops.Sort
        ):
            value = value.rel.values[value.name]
        else:
            return value.value if isinstance(value, ops.Literal) else None


def claims_each_once(claims: ibis.Table, plays: ibis.Table) -> bool:
    """Whether a query selects columns of the plays and neither leaves one out nor repeats one."""
    import ibis.expr.operations as ops

    relation, origin = claims.op(), plays.op()
    while relation != origin and isinstance(relation, ops.Project):
        relation = relation.parent
    return bool(relation == origin) and not claims.op().find(ops.Unnest)
