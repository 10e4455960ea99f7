"""Which separators are ready on this machine, and what the others lack."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping

from clearmix import Finding, Separator, Settings
from clearmix_separate.demucs import REPOSITORY_VARIABLE, HTDemucs
from clearmix_separate.spleeter import Spleeter
from clearmix_separate.weights import INSTALL, SpleeterWeights, missing_libraries


def ready_separators(
    settings: Settings, environ: Mapping[str, str] = os.environ
) -> Iterator[Separator]:
    """The separators whose libraries and weights are here; nothing is loaded."""
    weights = SpleeterWeights(settings).fetched
    if weights and not missing_libraries():
        yield Spleeter(weights)
    repository = environ.get(REPOSITORY_VARIABLE)
    if repository and _demucs_is_installed():
        yield HTDemucs(repository)


def findings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """What is ready, and how to get what is not; both are optional."""
    if missing_libraries():
        said, help = "not installed; parts of a mix are estimated without weights", INSTALL
    elif SpleeterWeights(settings).fetched is None:
        said, help = "its weights are not here", "clearmix models fetch spleeter"
    else:
        said, help = "ready", ""
    yield Finding("separator spleeter", True, said, help)
    if not environ.get(REPOSITORY_VARIABLE):
        return
    installed = _demucs_is_installed()
    yield Finding(
        "separator htdemucs",
        installed,
        "ready" if installed else f"{REPOSITORY_VARIABLE} is set, but demucs is not installed",
        "" if installed else "pip install demucs==4.1.0",
    )


def _demucs_is_installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("demucs", "torch"))
