"""Covers by MusicGen: its melody from the score, its style from words, its libraries apart.

`clearmix plugins setup musicgen` makes its environment; `docs/plugins/musicgen.md` says where the
weights come from and under what licence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Environment, Finding, Generator, Settings


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """The generator, where its environment is made and a model is named."""
    from clearmix_musicgen.readiness import ready_generators

    return ready_generators(settings)


@hookimpl
def provide_environments(settings: Settings) -> Iterable[Environment]:
    """The environment with torch and audiocraft."""
    from clearmix_musicgen.readiness import environment

    return [environment(settings)]


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """What is missing, and how to get it."""
    from clearmix_musicgen.readiness import findings

    return findings(settings)
