"""Metrics: what a monitor reads of the service, as Prometheus' text format 0.0.4.

What all processes share is counted in the database, so every one of them says the same of it; what
this process answered over HTTP is its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock

from sqlmodel import Session, col, func, select

from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import ApprovalRow
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.entitlement import ChargeRow
from clearmix.storage.tables.rendering import JobRow
from clearmix.storage.tables.royalties import PlayLogRow
from clearmix.storage.tallies import DECISIONS, FAILURES, STEPS, counted

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BOUNDS_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Bounds of the histogram of answers; 0.3 s is what an API call should stay below."""

Sample = tuple[Mapping[str, str], float]


class Answers:
    """How many requests this process answered, by route and status, and how long that took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[tuple[str, str, str]] = Counter()
        self._within: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts an answer."""
        with self._lock:
            self._answers[method, route, str(status)] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]  # a counter of floats
            for bound in (*BOUNDS_SECONDS, float("inf")):
                self._within[route, bound] += seconds <= bound

    def lines(self) -> Iterator[str]:
        """The lines of this process."""
        with self._lock:
            answers, within, seconds = (
                dict(self._answers), dict(self._within), dict(self._seconds)
            )  # fmt: skip
        yield from family(
            "clearmix_http_requests_total", "counter", "Requests that were answered.",
            [({"method": method, "route": route, "status": status}, number)
             for (method, route, status), number in sorted(answers.items())],
        )  # fmt: skip
        name = "clearmix_http_request_seconds"
        yield f"# HELP {name} How long answers took, until their first byte."
        yield f"# TYPE {name} histogram"
        for (route, bound), number in sorted(within.items()):
            le = "+Inf" if bound == float("inf") else f"{bound:g}"
            yield _sample(f"{name}_bucket", {"route": route, "le": le}, number)
        for route, total in sorted(seconds.items()):
            yield _sample(f"{name}_sum", {"route": route}, total)
            yield _sample(f"{name}_count", {"route": route}, within[route, float("inf")])


def metrics(database: Database, *, worker_lives: bool, answers: Answers) -> str:
    """All metrics, as a monitor reads them."""
    with database.session() as session:
        shared = list(_shared(session))
    up = family(
        "clearmix_worker_up", "gauge", "Whether a worker lives on this machine.",
        [({}, float(worker_lives))],
    )  # fmt: skip
    return "\n".join([*shared, *up, *answers.lines()]) + "\n"


def family(name: str, kind: str, help: str, samples: Sequence[Sample]) -> Iterator[str]:
    r"""The lines of one metric.

    >>> list(family("up", "gauge", "Whether.", [({"at": 'a"b'}, 1.0)]))
    ['# HELP up Whether.', '# TYPE up gauge', 'up{at="a\\"b"} 1']
    """
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"
    yield from (_sample(name, labels, value) for labels, value in samples)


def _shared(session: Session) -> Iterator[str]:
    states = session.exec(select(JobRow.state, func.count()).group_by(JobRow.state)).all()
    yield from family(
        "clearmix_renders", "gauge", "Renders that were asked for, by what became of them.",
        [({"state": state}, number) for state, number in sorted(states)],
    )  # fmt: skip
    waiting = session.exec(
        select(JobRow.generator, func.count(), func.min(JobRow.created_at))
        .where(col(JobRow.state) == "queued")
        .group_by(JobRow.generator)
    ).all()
    yield from family(
        "clearmix_queue_length", "gauge", "Renders that wait for a worker.",
        [({"generator": generator}, number) for generator, number, _ in sorted(waiting)],
    )  # fmt: skip
    now = utc_now()
    yield from family(
        "clearmix_queue_oldest_seconds", "gauge", "How long the first of them has waited.",
        [({"generator": generator}, max(0.0, (now - since).total_seconds()))
         for generator, _, since in sorted(waiting)],
    )  # fmt: skip
    decided = counted(session, DECISIONS)
    yield from family(
        "clearmix_decisions_total", "counter", "Decisions on requests, by outcome.",
        [({"outcome": label}, number) for label, (number, _) in decided.items()],
    )  # fmt: skip
    yield from family(
        "clearmix_failures_total", "counter", "Renders that failed, by kind of error.",
        [({"kind": label}, number) for label, (number, _) in counted(session, FAILURES).items()],
    )  # fmt: skip
    yield "# HELP clearmix_step_seconds How long the steps of renders took."
    yield "# TYPE clearmix_step_seconds summary"
    for step, (number, total) in counted(session, STEPS).items():
        yield _sample("clearmix_step_seconds_sum", {"step": step}, total)
        yield _sample("clearmix_step_seconds_count", {"step": step}, number)
    fresh = session.exec(select(func.count()).select_from(PlayRow)).one()
    kept = session.exec(select(func.sum(PlayLogRow.plays))).one() or 0
    yield from family(
        "clearmix_plays_total", "counter", "Plays that were logged.", [({}, fresh + int(kept))]
    )
    charges = session.exec(select(ChargeRow.state, func.count()).group_by(ChargeRow.state)).all()
    yield from family(
        "clearmix_charges", "gauge", "Charges for renders, by state.",
        [({"state": state}, number) for state, number in sorted(charges)],
    )  # fmt: skip
    asked = select(func.count()).where(col(ApprovalRow.answer).is_(None))
    yield from family(
        "clearmix_approvals_waiting", "gauge", "Requests that a party was asked about.",
        [({}, session.exec(asked).one())],
    )  # fmt: skip


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value:.10g}" if said else f"{name} {value:.10g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
