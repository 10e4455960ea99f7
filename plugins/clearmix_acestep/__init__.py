"""Remixes and covers by ACE-Step 1.5 through diffusers: the whole song, or single sections anew.

Needs `pip install "clearmix[acestep]"` and its weights; `docs/plugins/acestep.md` says how.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Finding, Generator, Settings


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """Both generators, where the libraries are installed and a model is named."""
    from clearmix_acestep.readiness import ready_generators

    return ready_generators()


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """What is missing, and how to get it."""
    from clearmix_acestep.readiness import findings

    return findings()
