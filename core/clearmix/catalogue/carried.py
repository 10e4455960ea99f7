"""The marks that a recording's file came with: kept, stated, and never taken for our own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from clearmix.storage.tables.marks import CarriedMarkRow

if TYPE_CHECKING:
    from clearmix.verification import Verification


@dataclass(frozen=True)
class CarriedMark:
    """A mark as it was read when the recording was added; `render_id` if it names one of ours."""

    labeler: str
    layer: str
    ai_made: bool
    render_id: str | None
    confidence: float
    fields: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The mark in JSON's types."""
        return {**vars(self), "fields": dict(self.fields)}


FINGERPRINT = "fingerprint"
"""Stands for a labeler where a render was known by its sound, all its marks being stripped."""


def keep_marks(session: Session, recording: str, found: Verification) -> None:
    """Writes down every mark that can be believed, and a render that the sound is without any."""
    for mark in found.marks:
        if mark.reading is None or not mark.believed:
            continue
        row = CarriedMarkRow(
            recording=recording,
            labeler=mark.labeler,
            layer=mark.layer,
            ai_made=mark.reading.ai_made,
            render=mark.names,
            confidence=mark.confidence,
            fields=dict(mark.reading.fields),
        )
        session.add(row)
    if found.sounds_like is not None:
        row = CarriedMarkRow(
            recording=recording,
            labeler=FINGERPRINT,
            layer="signal",
            ai_made=True,
            render=found.sounds_like,
            confidence=found.confidence,
            fields={},
        )
        session.add(row)


def disclosing_in(session: Session, recordings: Collection[str]) -> frozenset[str]:
    """Those of the recordings whose own files came with a mark that says that AI took part."""
    query = select(CarriedMarkRow.recording).where(
        col(CarriedMarkRow.recording).in_(recordings), col(CarriedMarkRow.ai_made)
    )
    return frozenset(session.exec(query))


def marks_in(session: Session, recording: str) -> tuple[CarriedMark, ...]:
    """The marks that a recording's file came with, by labeler."""
    rows = session.exec(
        select(CarriedMarkRow)
        .where(CarriedMarkRow.recording == recording)
        .order_by(col(CarriedMarkRow.labeler))
    )
    return tuple(
        CarriedMark(row.labeler, row.layer, row.ai_made, row.render, row.confidence, row.fields)
        for row in rows
    )
