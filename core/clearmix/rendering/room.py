"""Rendering as a room of the kernel: asking for a remix, watching it made, having it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix.clearance.approvals import Approval
from clearmix.clearance.facts import no_source
from clearmix.contracts import (
    Analyzer,
    Explains,
    Forewarns,
    ForewarnsOfPairs,
    Labeler,
    Progress,
)
from clearmix.contracts.generators import FindsGenerators
from clearmix.errors import RenderError
from clearmix.guarding import asked
from clearmix.rendering.amending import require_within
from clearmix.rendering.client import Workers, wait
from clearmix.rendering.crediting import composition_notes
from clearmix.rendering.honouring import cannot_honour, require_able
from clearmix.rendering.jobs import Jobs, job_of, new_row
from clearmix.rendering.known_sounds import KnownSounds
from clearmix.rendering.models import Amendment, Job, Render
from clearmix.rendering.previewing import Previews
from clearmix.rendering.publishing import Publisher, Removal
from clearmix.rendering.renditions import Renditions
from clearmix.rendering.waiting import Waiting, waiting
from clearmix.settings import Settings
from clearmix.spec import RemixSpec
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix_rules import Outcome

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue, Recording
    from clearmix.clearance import Clearance, Cleared
    from clearmix.entitlement import Entitlement, Quote
    from clearmix.rendering.sessions import HandedOver
    from clearmix.rendering.steps import Steps


@dataclass(frozen=True)
class Submission:
    """The answer to a request: the decision, the job if it is permitted, and what to know first.

    `quote` is what the job will cost once it is published; `approvals` are the answers that a
    referred request waits for.
    """

    cleared: Cleared
    job: Job | None
    notes: tuple[str, ...]
    quote: Quote | None = None
    approvals: tuple[Approval, ...] = ()


class Rendering:
    """Renders and the jobs that make them."""

    def __init__(
        self,
        database: Database,
        store: Store,
        settings: Settings,
        *,
        clearance: Clearance,
        entitlement: Entitlement,
        catalogue: Catalogue,
        generator: FindsGenerators,
        labelers: Callable[[], Mapping[str, Labeler]],
        analyzer: Callable[[], Analyzer] | None = None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._clearance = clearance
        self._entitlement = entitlement
        self._catalogue = catalogue
        self._generator = generator
        self._labelers = labelers
        self._analyzer = analyzer
        self._publisher = Publisher(database, store)
        self._sounds = KnownSounds(database, store)
        self._workers = Workers(settings)
        self.jobs = Jobs(database)
        self.previews = Previews(database, store)
        self.renditions = Renditions(database, store, settings.work)

    def submit(
        self,
        spec: RemixSpec,
        listener_id: str = "local",
        *,
        generator: str | None = None,
        most_micro: int | None = None,
    ) -> Submission:
        """The decision on a spec and, when it is permitted, the job that makes it.

        `most_micro` is what was agreed to be paid, in millionths of the currency; without it, what
        the plan says is charged.

        Raises:
            ClearanceError, CatalogueError, PluginError: the request cannot be decided.
            RenderError: the generator can make nothing of the spec.
            EntitlementError: the listener's plan does not hold it, or it costs more than agreed.
        """
        maker = self._generator(generator, spec.kind)
        cleared = self._clearance.decide(spec, listener_id, generator=maker.id)
        if cleared.decision.outcome is Outcome.REFERRED:
            waiting = self._clearance.approvals.ask(cleared, listener_id, maker.id)
            return Submission(cleared, None, (), approvals=waiting)
        if not cleared.decision.permitted:
            return Submission(cleared, None, ())
        first = self._catalogue.recording(self._clearance.recordings(cleared.spec.sources)[0].id)
        require_able(maker, cleared.spec, first.analysis)
        notes = cannot_honour(maker, cleared.spec)
        if cleared.spec.kind == "mashup" and isinstance(maker, ForewarnsOfPairs):
            pair = self._catalogue.source(cleared.spec.sources)
            notes += asked(
                "generator", maker, lambda: maker.pair_notes(cleared.spec, pair), expect=tuple
            )
        elif isinstance(maker, Forewarns):
            apart = frozenset(first.stems)
            notes += asked(
                "generator",
                maker,
                lambda: maker.notes(cleared.spec, first.analysis, apart),
                expect=tuple,
            )
        if cleared.spec.kind == "cover" and not maker.abilities().uses_master:
            recordings = self._clearance.recordings(cleared.spec.sources)
            notes += composition_notes(self._catalogue, recordings)
        elif _asks_for_parts(cleared.spec):
            notes += self._on_estimates(first)
        row = new_row(cleared.spec, listener_id, maker.id, cleared.number)
        quote = self._entitlement.admit(row, cleared.spec, first.analysis, most_micro)
        self._workers.ensure()
        return Submission(cleared, job_of(row), notes, quote)

    def _on_estimates(self, recording: Recording) -> tuple[str, ...]:
        """Who took the recording apart, or how to have that done before its parts are changed."""
        if recording.stems_estimated_by:
            return (f"the parts of the recording are estimates by {recording.stems_estimated_by}",)
        if recording.stems or not self._catalogue.can_separate():
            return ()
        return (
            f"estimated parts sound cleaner after `clearmix catalogue separate {recording.id}`: "
            "a separator is installed",
        )

    def quote(self, spec: RemixSpec, listener_id: str = "local") -> Quote:
        """What a spec would cost its listener, before anything is made or asked for.

        Raises:
            CatalogueError: the listener or a source is unknown.
            ClearanceError: the spec names no source.
            EntitlementError: the listener's plan does not hold it.
        """
        with self._database.snapshot():
            recordings = self._clearance.recordings(spec.sources)
            if not recordings:
                raise no_source()
            return self._entitlement.quote(spec, listener_id, recordings[0].analysis)

    def stop_forbidden(self) -> tuple[str, ...]:
        """Ends the jobs, queued or running, of what would not be permitted any more; their ids."""
        stopped = []
        for id in self.jobs.open():
            row = self.jobs.row(id)
            spec = RemixSpec.from_json(row.spec)
            if not self._clearance.would_permit(spec, row.listener, row.generator):
                cleared = self._clearance.decide(spec, row.listener, generator=row.generator)
                self.jobs.fail(
                    id,
                    RenderError(
                        f"the permission for it ended while it was made: {cleared.reasons}",
                        help="nothing was published or charged; ask for something else",
                    ),
                )
                stopped.append(id)
        return tuple(stopped)

    def state(self) -> object:
        """What changes whenever something is recorded that may end a job."""
        return self._clearance.state()

    def amend(
        self,
        id: str,
        plan: Mapping[str, Any],
        *,
        listener_id: str | None = None,
        most_micro: int | None = None,
    ) -> Submission:
        """The decision on a render's spec, and the job that renders its edited plan as a new one.

        The spec stays the same, and is decided anew for whoever asks: the maker of the render, if
        nobody is named. The plan may do no more than the spec says.

        Raises:
            RenderError: there is no such render, or its generator renders no edited plans.
            PlanError: it is no plan, or goes beyond the spec; nothing is rendered.
            EntitlementError: the listener's plan does not hold another render, or it costs more
                than `most_micro`, as with `submit`.
        """
        render = self.render(id)
        listener = listener_id or render.listener
        maker = self._generator(render.generator)
        cleared = self._clearance.decide(render.spec, listener, generator=maker.id)
        if not cleared.decision.permitted:
            return Submission(cleared, None, ())
        require_within(maker, plan, cleared.spec, self._catalogue.source(cleared.spec.sources))
        row = new_row(cleared.spec, listener, maker.id, cleared.number, Amendment(render.id, plan))
        analysis = self._clearance.recordings(cleared.spec.sources)[0].analysis
        quote = self._entitlement.admit(row, cleared.spec, analysis, most_micro)
        self._workers.ensure()
        return Submission(cleared, job_of(row), (), quote)

    def job(self, id: str) -> Job:
        """The job of that id; raises RenderError when there is none."""
        return self.jobs.job(id)

    def wait(self, id: str, on_change: Callable[[Job], None] = lambda job: None) -> Job:
        """The job when it has ended; `on_change` is told of every change meanwhile."""
        return wait(self.jobs, self._workers, id, on_change, self._settings)

    def waiting(self, id: str) -> Waiting:
        """How many jobs come before one, and about how long it still takes."""
        return waiting(self._database, id)

    def cancel(self, id: str) -> Job:
        """The job, cancelled unless it had ended before."""
        return self.jobs.cancel(id)

    def ensure_worker(self) -> None:
        """Starts a worker unless one lives, so that the first remix need not wait for it."""
        self._workers.ensure()

    def worker_lives(self) -> bool:
        """Whether a worker is up on this machine."""
        return self._workers.alive()

    def find(self, id: str) -> Render | None:
        """The published render of that id, or None."""
        return self._publisher.find(id)

    def render(self, id: str) -> Render:
        """The published render of that id; raises RenderError when there is none."""
        found = self.find(id)
        if found is None:
            raise RenderError(f"no render `{id}`", help="it was never published, or was removed")
        return found

    def remove(self, id: str, by: str, because: str = "") -> None:
        """Takes a render down for everybody; raises RenderError when there is none."""
        self._publisher.remove(id, by, because)

    def removal(self, id: str) -> Removal | None:
        """Who took a render down, and why; None if nobody did."""
        return self._publisher.removal(id)

    def plan(self, id: str) -> Mapping[str, Any] | None:
        """The arrangement plan of a render, or None when its generator gave none."""
        return self._publisher.plan(self.render(id).id)

    def planned(
        self, spec: RemixSpec, listener_id: str = "local", *, generator: str | None = None
    ) -> tuple[Cleared, Mapping[str, Any] | None]:
        """The decision on a spec, and the plan of what would be made if it is permitted.

        Raises:
            ClearanceError, CatalogueError, PluginError: the request cannot be decided.
            RenderError: the generator has no plans, or can make nothing of the spec.
        """
        maker = self._generator(generator, spec.kind)
        cleared = self._clearance.decide(spec, listener_id, generator=maker.id)
        if not cleared.decision.permitted:
            return cleared, None
        if not isinstance(maker, Explains):
            raise RenderError(
                f"generator `{maker.id}` makes no plans", help="choose another generator"
            )
        source = self._catalogue.heard_by(maker, cleared.spec.sources)
        require_able(maker, cleared.spec, source.first.analysis)
        plan = asked(
            "generator", maker, lambda: maker.plan_json(cleared.spec, source), expect=Mapping
        )
        return cleared, plan

    def session(
        self,
        id: str,
        out: Path,
        *,
        listener_id: str | None = None,
        progress: Progress = lambda fraction, message: None,
    ) -> HandedOver:
        """The decision on taking a render out, and its session in a folder of `out`, marked.

        `listener_id` is who takes it out: whoever made the render, if none is given.

        Raises:
            RenderError: there is no such render, it has no parts to give, or its folder is there.
            GeneratorError, MarkError, StorageError: it could not be made; `out` holds none of it.
        """
        from clearmix.rendering.sessions import Sessions

        sessions = Sessions(
            self._settings,
            clearance=self._clearance,
            catalogue=self._catalogue,
            generator=self._generator,
            labelers=self._labelers,
            sounds=self._sounds,
        )
        render = self.render(id)
        return sessions.hand_over(
            render, self.plan(id), out, listener_id or render.listener, progress
        )

    def alike(self, id: str, others: Iterable[str]) -> str | None:
        """The first of some renders that sounds nearly as this one does; None if none of them."""
        return self._sounds.alike(id, others)

    def renders(self, listener_id: str | None = None) -> tuple[Render, ...]:
        """Published renders, newest first; of one listener, if given."""
        return self._publisher.renders(listener_id)

    @cached_property
    def steps(self) -> Steps:
        """The steps of a render, for the worker that runs them."""
        from clearmix.rendering.steps import Steps

        return Steps(
            self._settings,
            self.jobs,
            self._publisher,
            self.previews,
            clearance=self._clearance,
            catalogue=self._catalogue,
            generator=self._generator,
            labelers=self._labelers,
            analyzer=self._analyzer,
        )


def _asks_for_parts(spec: RemixSpec) -> bool:
    """Whether parts of the recording are heard apart, as far as the spec says."""
    return bool(spec.parts or spec.keep or spec.sections or spec.voice or spec.kind == "mashup")
