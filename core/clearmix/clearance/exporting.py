"""The house's rights data as files that the tools of the rights language read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clearmix.clearance.headers import header
from clearmix_rules import PolicySource


def write_policies(sources: Iterable[PolicySource], folder: Path) -> Path:
    """The folder with each text in a file of its own, named as in messages.

    Of two texts with one name, as two plugins may have, the second lies in a folder of its own.
    """
    for source in sources:
        path = folder / source.name
        if not path.name.endswith(".rights"):  # such as a stand-in's
            path = path.with_name(f"{path.name}.rights")
        number = 2
        while path.exists():
            path = folder / str(number) / path.name
            number += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.text, encoding="utf-8")
    return folder


def write_catalogue(tracks: Iterable[Mapping[str, Any]], path: Path) -> Path:
    """A file of one track a line, each as a request's `tracks` have it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for track in tracks:
            lines.write(json.dumps(track, ensure_ascii=False) + "\n")
    return path


def write_request(request: Mapping[str, Any], path: Path) -> Path:
    """A file with a request in JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(request, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def split(
    sources: Iterable[PolicySource], like: PolicySource
) -> tuple[PolicySource | None, tuple[PolicySource, ...]]:
    """The latest version of the policy that a text is a version of, and all other policies."""
    said = header(like.text)
    same: list[tuple[int, PolicySource]] = []
    others: list[PolicySource] = []
    for source in sources:
        one = header(source.text)
        if one and said and (one.author, one.title) == (said.author, said.title):
            same.append((one.version, source))
        else:
            others.append(source)
    latest = max(same, key=lambda one: one[0], default=None)
    return (latest[1] if latest else None), tuple(others)
