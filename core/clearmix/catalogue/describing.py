"""One recording with everything that the catalogue knows of it, in JSON's types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clearmix.catalogue.models import Recording

if TYPE_CHECKING:
    from clearmix.catalogue.room import Catalogue


def described(catalogue: Catalogue, row: Recording) -> dict[str, Any]:
    """A recording with its lane, display, shares, work and analysis."""
    work = catalogue.work(row.work) if row.work else None
    return row.as_json() | {
        "label": row.label,
        "lane": row.lane,
        "release_date": row.release_date.isoformat() if row.release_date else None,
        "genres": list(row.genres),
        "display": catalogue.display(row).as_json(),
        "carried_marks": [mark.as_json() for mark in catalogue.carried_marks(row.id)],
        "shares": [vars(share) for share in row.shares],
        "work": {
            "id": work.id,
            "title": work.title,
            "iswc": work.iswc,
            "public_domain": work.public_domain,
            "shares": [vars(share) for share in work.shares],
        }
        if work
        else None,
        "analysis": {
            "analyzer": row.analysis.analyzer,
            "tempo_confidence": row.analysis.tempo_confidence,
            "key_confidence": row.analysis.key_confidence,
            "loudness_lufs": row.analysis.loudness_lufs,
            "beats": len(row.analysis.beats),
            "sections": [vars(section) for section in row.analysis.sections],
            "vocal_confidence": row.analysis.vocal_confidence,
            "notes": list(row.analysis.notes),
            "given": list(row.analysis.given),
        },
    }
