"""The catalogue through the kernel: every outcome of the rights language can be met."""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import soundfile

from clearmix import Abilities, Audio, Generator, Kernel, RemixSpec, Settings, hookimpl
from clearmix_demo.catalogue import write_document

CLUB = {"kind": "remix", "era": "1980s", "styles": ["house"], "keep": ["melody"]}


class Plain:
    id = "plain"
    version = "1"

    def abilities(self) -> Abilities:
        return Abilities(
            frozenset({"remix", "cover", "mashup"}), frozenset(), frozenset(), 600, True
        )

    def render(self, spec: Any, source: Any, progress: Any) -> Iterable[Audio]:
        return []


class PlainPlugin:
    @hookimpl
    def provide_generators(self, settings: Settings) -> Iterable[Generator]:
        return [Plain()]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    """The catalogue with a tone as long as each song in the place of its audio."""
    folder = tmp_path_factory.mktemp("catalogue")
    write_document(folder)
    document = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    (folder / "audio").mkdir()
    for row in document["recordings"]:
        frames = round(8000 * (row["analysis"]["beats"][-1] + 4))
        tone = 0.2 * np.sin(np.arange(frames) * 0.3)
        soundfile.write(folder / row["audio"], tone, 8000)
        row["stems"] = {}
    (folder / "catalogue.json").write_text(json.dumps(document), encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    settings = Settings.from_environment({"CLEARMIX_HOME": str(home)})
    kernel = Kernel(settings, plugins={"plain": PlainPlugin()})
    kernel.import_catalogue(folder / "catalogue.json")
    return kernel


def outcome(kernel: Kernel, listener: str, fields: dict[str, Any]) -> str:
    cleared = kernel.decide(RemixSpec.from_json(fields), listener, generator="plain")
    return str(cleared.decision.outcome.value)


@pytest.mark.parametrize(
    ("expected", "listener", "sources", "more"),
    [
        ("permitted", "local", ["greensleeves"], {}),
        ("permitted", "mia", ["greensleeves"], {"tempo": {"bpm": 124}}),
        ("permitted", "local", ["ode-to-joy"], {}),
        ("permitted", "local", ["canon-in-d"], {}),
        ("permitted", "ben", ["amazing-grace"], {}),
        ("permitted", "local", ["scarborough-fair"], {"structure": {"seconds": 60}}),
        ("permitted", "local", ["house-of-the-rising-sun"], {"kind": "cover"}),
        ("permitted", "local", ["greensleeves", "ode-to-joy"], {"kind": "mashup"}),
        ("referred", "ella", ["greensleeves"], {"use": "social", "structure": {"seconds": 60}}),
        ("not-permitted", "ben", ["greensleeves"], {}),
        ("not-permitted", "local", ["scarborough-fair"], {}),
        ("not-permitted", "local", ["house-of-the-rising-sun"], {}),
        ("not-permitted", "finn", ["londonderry-air"], {}),
        ("terms-cannot-be-met", "local", ["drunken-sailor"], {}),
        ("in-error", "local", ["auld-lang-syne"], {}),
        ("forbidden", "local", ["korobeiniki"], {}),
        ("forbidden", "local", ["greensleeves"], {"use": "advert"}),
        ("forbidden", "local", ["greensleeves"], {"tempo": {"ratio": 1.9}}),
        ("forbidden", "gus", ["saint-james-infirmary"], {}),
        ("forbidden", "local", ["greensleeves", "scarborough-fair"], {"kind": "mashup"}),
    ],
)
def test_a_request_meets_its_outcome(
    kernel: Kernel, expected: str, listener: str, sources: list[str], more: dict[str, Any]
) -> None:
    assert outcome(kernel, listener, {**CLUB, "sources": sources, **more}) == expected


def test_a_song_that_is_too_long_says_at_what_length_it_would_be_permitted(kernel: Kernel) -> None:
    spec = RemixSpec.from_json({**CLUB, "sources": ["scarborough-fair"]})
    decision = kernel.decide(spec, generator="plain").decision
    assert "It would be permitted at 60 seconds or less." in decision.reasons[0].text


def test_the_month_is_imported_whole_and_every_play_belongs_to_an_item(kernel: Kernel) -> None:
    settlement = kernel.royalties.settle("2026-10", "pro-rata")
    assert settlement.plays == 50_000
    assert settlement.allocated_micro == settlement.pool_micro > 0
