"""What a generator says of its own render, on its way from its process to the registry.

Nothing of it is trusted: it is kept apart from what the kernel measures itself, and cut to size.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from clearmix.contracts import Report
from clearmix.rendering.workfolder import WorkFolder, on_this_disk

FILE = "report.json"
MOST_NOTES, LONGEST_NOTE = 40, 400
MOST_BYTES = 8_000_000
"""A plan of twenty minutes has half a million bytes."""

NO_REPORT = Report(plan={}, measured={}, notes=())


def keep_report(folder: WorkFolder, said: Mapping[str, Any]) -> None:
    """Keeps a report in a work folder; what has not a report's shape is left out."""
    plan, measured, notes = said.get("plan"), said.get("measured"), said.get("notes")
    report = Report(
        plan=plan if isinstance(plan, dict) else {},
        measured=measured if isinstance(measured, dict) else {},
        notes=tuple(str(note)[:LONGEST_NOTE] for note in notes[:MOST_NOTES])
        if isinstance(notes, list)
        else (),
    )
    text = json.dumps(asdict(report), ensure_ascii=False)
    if len(text) <= MOST_BYTES:
        with on_this_disk(folder.path):
            (folder.make() / FILE).write_text(text, encoding="utf-8")


def report_in(folder: WorkFolder) -> Report:
    """The report in a work folder; an empty one when the generator gave none."""
    path = folder.path / FILE
    if not path.is_file():
        return NO_REPORT
    fields = json.loads(path.read_text(encoding="utf-8"))
    return Report(fields["plan"], fields["measured"], tuple(fields["notes"]))
