"""What renders are known again by: a fingerprint of the master, and of each stem that left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from clearmix.audio import read_audio
from clearmix.errors import AudioError, StorageError
from clearmix.fingerprints import VERSION, Fingerprint, fingerprint
from clearmix.rendering.likeness import ALIKE, likeness
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.marks import FingerprintRow
from clearmix.storage.tables.rendering import RenderRow

MASTER = ""
"""The part that is the whole render."""


class KnownSounds:
    """The fingerprints in the registry."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store

    def keep(self, render_id: str, paths: Mapping[str, Path]) -> None:
        """Keeps the fingerprints of files by the part that each is."""
        made = {part: fingerprint(read_audio(path)) for part, path in paths.items()}
        with self._database.session(write=True) as session:
            for part, found in made.items():
                keep_in(session, render_id, found, part)

    def of(self, render_id: str) -> list[Fingerprint]:
        """The fingerprints of a render; the master's is made from its stored sound if need be.

        There is none when there is no such render, or when its sound is gone.
        """
        with self._database.session() as session:
            rows = session.exec(_current().where(FingerprintRow.render == render_id)).all()
            render = session.get(RenderRow, render_id)
        kept = [Fingerprint.from_bytes(row.frames) for row in rows]
        if render is None or any(row.part == MASTER for row in rows):
            return kept
        try:
            made = fingerprint(read_audio(self._store.local_path(render.audio_key)))
        except (AudioError, StorageError):
            return kept
        with self._database.session(write=True) as session:
            keep_in(session, render_id, made)
        return [made, *kept]

    def alike(self, render_id: str, others: Iterable[str]) -> str | None:
        """The first of some renders that sounds nearly as this one does; None if none of them."""
        sound = self._master(render_id)
        if sound is None:
            return None
        for other in others:
            known = self._master(other)
            if known is not None and likeness(sound, known) >= ALIKE:
                return other
        return None

    def _master(self, render_id: str) -> Fingerprint | None:
        with self._database.session() as session:
            row = session.get(FingerprintRow, (render_id, MASTER))
        if row is not None and row.version == VERSION:
            return Fingerprint.from_bytes(row.frames)
        return next(iter(self.of(render_id)), None)

    def every(self) -> list[tuple[str, Fingerprint]]:
        """All fingerprints with the ids of their renders."""
        with self._database.session() as session:
            rows = session.exec(_current().order_by(col(FingerprintRow.render)))
            return [(row.render, Fingerprint.from_bytes(row.frames)) for row in rows]


def keep_in(session: Session, render_id: str, made: Fingerprint, part: str = MASTER) -> None:
    """Keeps a fingerprint within a transaction that is open."""
    row = FingerprintRow(render=render_id, part=part, version=VERSION, frames=made.to_bytes())
    session.merge(row)


def _current() -> SelectOfScalar[FingerprintRow]:
    return select(FingerprintRow).where(FingerprintRow.version == VERSION)
