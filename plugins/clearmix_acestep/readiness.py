"""The libraries of ACE-Step, the model that the operator names, and what of both is missing."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from clearmix import Finding, Generator

MODEL_VARIABLE = "CLEARMIX_ACESTEP"
"""Environment variable: a folder with a pipeline of diffusers, or a name in the hub's cache."""

LIBRARIES = ("diffusers", "transformers", "torch")
INSTALL = 'pip install "clearmix[acestep]"'


def missing_libraries() -> tuple[str, ...]:
    """The libraries of the extra `acestep` that are not installed; none is imported."""
    return tuple(name for name in LIBRARIES if importlib.util.find_spec(name) is None)


def ready_generators(environ: Mapping[str, str] = os.environ) -> Iterator[Generator]:
    """`acestep` and `acestep-cover`, if nothing is missing; nothing is loaded."""
    model = environ.get(MODEL_VARIABLE)
    if model and not missing_libraries():
        from clearmix_acestep.generators import AceStep, AceStepCover

        yield AceStep(model)
        yield AceStepCover(model)


def findings(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """What is ready, or the next thing to do; ACE-Step is optional."""
    model, missing = environ.get(MODEL_VARIABLE), missing_libraries()
    said, help = f"ready with {model}", ""
    if missing:
        said, help = f"{', '.join(missing)} not installed", INSTALL
    elif not model:
        said = "no model is named"
        help = f"set {MODEL_VARIABLE} to a folder or a name; docs/plugins/acestep.md tells more"
    elif model.startswith(("/", ".", "~")) and not Path(model).expanduser().is_dir():
        said, help = f"there is no folder {model}", f"let {MODEL_VARIABLE} name one that is there"
    for id in ("acestep", "acestep-cover"):
        yield Finding(f"generator {id}", not help or not model, said, help)
