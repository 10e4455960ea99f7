from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clearmix import Abilities, hookimpl
from clearmix.kernel import Kernel
from clearmix.settings import Settings

NORTHLIGHT = """\
policy "Northlight terms" version 1
by label northlight
in force from 2026-01-01
consent: opt-in

rule short: permit remix, edit or speed-change of tracks under northlight
  when tier is plus, premium or studio
   and use is private or in-app
  provided
    length is at most 12 seconds
    label reads "Fan-made remix of {title}."
    royalty is at least 15% of revenue to northlight
  reason "Northlight lets subscribers make short remixes."
"""


class Bench:
    """A generator with nothing to hide that never has to render here."""

    id = "bench"
    version = "1"

    def abilities(self) -> Abilities:
        return Abilities(
            frozenset({"edit", "remix", "cover"}), frozenset(), frozenset(), 600.0, uses_master=True
        )

    def render(self, spec, source, progress):
        raise AssertionError("nothing is rendered in these tests")


class BenchPlugin:
    @hookimpl
    def provide_generators(self, settings):
        return [Bench()]


def document() -> dict[str, Any]:
    return {
        "format": 1,
        "parties": [
            {"id": "northlight", "kind": "label", "name": "Northlight"},
            {"id": "dusk", "kind": "imprint", "name": "Dusk", "parent": "northlight"},
            {"id": "ada", "kind": "artist", "name": "Ada Wren"},
            {"id": "bo", "kind": "artist", "name": "Bo", "default_consent": "opt-in"},
            {"id": "quill", "kind": "writer", "name": "Quill"},
        ],
        "works": [
            {
                "id": "work",
                "title": "Song",
                "shares": [{"party": "quill", "role": "writer", "parts": 100}],
            }
        ],
        "recordings": [
            {
                "id": id,
                "title": title,
                "artists": [artist],
                "label": label,
                "work": "work",
                "release_date": "2020-01-01",
                "audio": "song.wav",
                "analysis": {"tempo_bpm": 120, "key": "A minor", "beats": [0.5, 1.0]},
            }
            for id, title, artist, label in (
                ("open", "Open Road", "ada", None),
                ("dusky", "Dusky", "ada", "dusk"),
                ("shy", "Shy", "bo", None),
            )
        ],
        "listeners": [
            {"id": "fred", "name": "Fred", "tier": "free", "territory": "GB"},
            {
                "id": "mia",
                "name": "Mia",
                "tier": "studio",
                "add_ons": ["remix"],
                "territory": "GB",
                "verified": True,
            },
        ],
    }


@pytest.fixture
def cleared_kernel(settings: Settings, song: Path, tmp_path: Path) -> Iterator[Kernel]:
    import dataclasses
    import json

    from clearmix_rules import PolicySource

    kernel = Kernel(
        dataclasses.replace(settings, generator="bench"), plugins={"bench": BenchPlugin()}
    )
    shutil.copy(song, tmp_path / "song.wav")
    (tmp_path / "catalogue.json").write_text(json.dumps(document()), encoding="utf-8")
    kernel.import_catalogue(tmp_path / "catalogue.json")
    kernel.policies.add(PolicySource("northlight.rights", NORTHLIGHT))
    yield kernel
    kernel.database.close()
