"""Publishing: the file into the store and its row into the registry, both or neither."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from clearmix.errors import RenderError
from clearmix.fingerprints import Fingerprint
from clearmix.rendering.jobs import Cancelled
from clearmix.rendering.known_sounds import keep_in
from clearmix.rendering.models import Mark, Render
from clearmix.rendering.renditions import Rendition
from clearmix.rendering.workfolder import on_this_disk
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.rendering import JobRow, RenderRow

ROOM = "renders"
"""Where the store keeps master copies."""

PLANS = "plans"
"""Where the store keeps arrangement plans."""


@dataclass(frozen=True)
class Publication:
    """A render with everything that made it, ready for the registry.

    Its `duties` are those of the decision, with credits by name (`Producer: Ada Wren`), so that
    they stand when the catalogue has changed.
    """

    job: str
    render_id: str
    title: str
    spec: RemixSpec
    sources: tuple[str, ...]
    listener: str
    generator: str
    generator_version: str
    decision: int
    decision_hash: str
    label: str
    pcm_sha256: str
    measured: Mapping[str, Any]
    marks: Sequence[Mapping[str, Any]]
    duties: Mapping[str, Any]
    notes: tuple[str, ...]
    plan: Mapping[str, Any]
    created_at: datetime
    fingerprint: Fingerprint
    amends: str | None = None


@dataclass(frozen=True)
class Removal:
    """The party that took a render down, and what it said."""

    by: str
    because: str


class Publisher:
    """The only writer of the registry of renders."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store

    def published(self, job_id: str) -> bool:
        """Whether the job has its render already."""
        with self._database.session() as session:
            found = session.exec(select(RenderRow.id).where(RenderRow.job == job_id)).first()
        return found is not None

    def publish(
        self,
        publication: Publication,
        path: Path,
        streams: Sequence[Rendition] = (),
        file: Callable[[str], Path] = Path,
    ) -> None:
        """Stores and registers the render and ends its job as published.

        INVARIANT: one job has one render; a file that got no row does not stay in the store.

        Args:
            publication: what is registered.
            path: the master copy.
            streams: the renditions that are streamed of it.
            file: where the files of the renditions are, by their keys.

        Raises:
            Cancelled: the job has ended meanwhile.
            StorageError: the disk is full, or the store or the database refuses.
        """
        key = self._store.put(path, ROOM)
        plan_key = self._kept_plan(publication.plan, path)
        kept = [one.stored(self._store, file) for one in streams]
        try:
            with self._database.session(write=True) as session:
                job = session.get(JobRow, publication.job)
                if job is None or job.state != "running":
                    raise Cancelled("the render was cancelled", help="ask again when you want it")
                session.add(_row(publication, key, plan_key))
                session.flush()
                keep_in(session, publication.render_id, publication.fingerprint)
                for rendition in kept:
                    session.merge(rendition.row(key))
                job.state = "published"
                job.step, job.fraction, job.message = "publish", 1.0, "ready"
                job.render = publication.render_id
                job.updated_at = utc_now()
                session.add(job)
        except BaseException:
            for one in (key, *(of_stream for rendition in kept for of_stream in rendition.keys)):
                self._store.remove(one)
            raise

    def remove(self, id: str, by: str, because: str) -> None:
        """Takes a render down for everybody, its maker too; what it earned stays owed.

        Raises:
            RenderError: there is no such render, or it was removed before.
        """
        with self._database.session(write=True) as session:
            row = session.get(RenderRow, id)
            if row is None or row.removed_at is not None:
                raise RenderError(f"no render `{id}`", help="it was removed before, or never made")
            row.removed_at, row.removed_by, row.removed_because = utc_now(), by, because.strip()
            session.add(row)

    def removal(self, id: str) -> Removal | None:
        """Who took a render down, and why; None if nobody did."""
        with self._database.session() as session:
            row = session.get(RenderRow, id)
        if row is None or row.removed_at is None or row.removed_by is None:
            return None
        return Removal(row.removed_by, row.removed_because or "")

    def plan(self, id: str) -> Mapping[str, Any] | None:
        """The arrangement plan of a render, or None when its generator gave none."""
        render = self.find(id)
        key = render.measured.get("plan_key") if render is not None else None
        if not isinstance(key, str):
            return None
        with self._store.open(key) as opened:
            plan: Mapping[str, Any] = json.load(opened)
        return plan

    def _kept_plan(self, plan: Mapping[str, Any], path: Path) -> str | None:
        """The key of a plan in the store; it holds no sound, and outlives its generator."""
        if not plan:
            return None
        partial = path.with_suffix(".json")
        with on_this_disk(partial):
            partial.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
        return self._store.put(partial, PLANS)

    def renders(self, listener: str | None = None) -> tuple[Render, ...]:
        """Renders that have not been removed, newest first."""
        query = select(RenderRow).where(col(RenderRow.removed_at).is_(None))
        if listener is not None:
            query = query.where(RenderRow.listener == listener)
        with self._database.session() as session:
            rows = session.exec(query.order_by(col(RenderRow.created_at).desc(), RenderRow.id))
            return tuple(render_of(row) for row in rows)

    def find(self, id: str) -> Render | None:
        """The render of that id, if it was published and not removed."""

        def read() -> Render | None:
            with self._database.session() as session:
                row = session.get(RenderRow, id)
            return render_of(row) if row is not None and row.removed_at is None else None

        return self._database.once(("render", id), read)


def render_of(row: RenderRow) -> Render:
    """The domain value of a row."""
    return Render(
        id=row.id,
        title=row.title,
        kind=row.kind,
        spec=RemixSpec.from_json(row.spec),
        sources=tuple(row.sources),
        listener=row.listener,
        generator=row.generator,
        decision_hash=row.decision_hash,
        label=row.label,
        audio_key=row.audio_key,
        pcm_sha256=row.pcm_sha256,
        seconds=row.seconds,
        lufs=row.lufs,
        true_peak_dbtp=row.true_peak_dbtp,
        measured=row.measured,
        marks=tuple(Mark(**mark) for mark in row.marks),
        duties=row.duties,
        notes=tuple(row.notes),
        created_at=row.created_at,
        amends=row.amends,
    )


def _row(made: Publication, audio_key: str, plan_key: str | None) -> RenderRow:
    return RenderRow(
        id=made.render_id,
        job=made.job,
        title=made.title,
        kind=made.spec.kind,
        spec=made.spec.as_json(),
        spec_hash=made.spec.hash,
        sources=list(made.sources),
        listener=made.listener,
        generator=made.generator,
        generator_version=made.generator_version,
        decision=made.decision,
        decision_hash=made.decision_hash,
        label=made.label,
        audio_key=audio_key,
        pcm_sha256=made.pcm_sha256,
        seconds=made.measured["seconds"],
        lufs=made.measured["lufs"],
        true_peak_dbtp=made.measured["true_peak_dbtp"],
        measured={**made.measured, **({"plan_key": plan_key} if plan_key else {})},
        marks=[dict(mark) for mark in made.marks],
        duties=dict(made.duties),
        notes=list(made.notes),
        created_at=made.created_at,
        amends=made.amends,
    )
