"""The outcome of a request for every track of a catalogue, as one query."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.querying.catalogue import Catalogue
from clearmix_rules.querying.hearing import Heard
from clearmix_rules.querying.predicates import Predicates, read_columns
from clearmix_rules.querying.question import Question
from clearmix_rules.querying.residual import FALSE
from clearmix_rules.querying.tables import union

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


def outcomes(policies: PolicySet, request: Request, catalogue: Catalogue) -> ibis.Table:
    """The id and the outcome of every track, as if it alone stood in the request.

    The tracks that the request itself has do not matter. Nothing runs until the table is read.
    """
    import ibis

    with _without_collecting():
        question = Question(policies, request, catalogue)
        ranked = rank_tracks(question, question.hear(question.terms.keep))
        branches = [(ranked["rank"] == one.rank, one.value) for one in Outcome]
        return ranked.select("id", outcome=ibis.cases(*branches, else_=None))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No collection of garbage meanwhile.

    A query is made of many small values that all live until it is written. To walk them and every
    loaded policy again and again takes as long as making them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def rank_tracks(question: Question, heard: Sequence[Heard]) -> ibis.Table:
    """The `track` and the `id` of every track, and the `rank` of its outcome."""
    import ibis

    parts = {outcome: where for outcome, where in question.track_parts().items() if where != FALSE}
    read = {column for where in parts.values() for column in read_columns(where)}
    tracks = question.tracks.select("track", *sorted(read | {"id"}))
    base: ir.IntegerValue = ibis.literal(0)
    if heard:
        rows = union([one.rows.select("track", rank=one.rank) for one in heard])
        rows = rows.filter(rows["rank"] > 0)
        worst = rows.group_by(heard_track="track")
        worst = worst.agg(heard=rows["rank"].max()).alias("worst")
        tracks = tracks.left_join(worst, tracks.track == worst.heard_track)
        base = tracks.heard.fill_null(0)
    predicates = Predicates(tracks)
    ranks = [
        ibis.ifelse(predicates.write(where), outcome.rank, 0) for outcome, where in parts.items()
    ]
    rank = ibis.greatest(base, *ranks) if ranks else base
    ranked = tracks.select("track", "id", rank=rank).alias("ranked")
    return question.terms.apply(ranked, question.tracks, heard)
