"""Diagnostics as SARIF, the form in which code hosts show findings beside the lines they are about.

Static Analysis Results Interchange Format 2.1.0, OASIS Standard, 27 March 2020.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from clearmix_rules.diagnostics import Diagnostic, Severity

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif(found: Iterable[tuple[Path, Diagnostic]], version: str) -> dict[str, object]:
    """A SARIF log of one run; each diagnostic comes with the path of its file."""
    found = list(found)
    codes = sorted({one.code for _, one in found})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "clearmix-rules",
                        "version": version,
                        "rules": [
                            {"id": code, "name": code.title().replace("-", "")} for code in codes
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(path, one, codes) for path, one in found],
            }
        ],
    }


def _result(path: Path, one: Diagnostic, codes: list[str]) -> dict[str, object]:
    region = {
        "startLine": one.line,
        "startColumn": one.column,
        "endLine": one.line,
        "endColumn": one.column + one.width,
    }
    place = {"artifactLocation": {"uri": quote(path.as_posix())}, "region": region}
    return {
        "ruleId": one.code,
        "ruleIndex": codes.index(one.code),
        "level": "error" if one.severity is Severity.ERROR else "warning",
        "message": {"text": f"{one.message}\n{one.help}" if one.help else one.message},
        "locations": [{"physicalLocation": place}],
    }
