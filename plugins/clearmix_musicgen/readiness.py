"""The environment of MusicGen, the model that the operator names, and what of both is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from clearmix import Environment, Finding, Generator, PinnedEnvironment, Settings

MODEL_VARIABLE = "CLEARMIX_MUSICGEN"
"""Environment variable: a folder with a checkpoint, or a name in the Hugging Face cache."""

ABOUT = "PyTorch, Transformers and audiocraft (BSD, Apache-2.0, MIT), 1.5 GB on a CPU; no weights"


def environment(settings: Settings) -> Environment:
    """The virtual environment, made or not."""
    steps = (
        _lines("requirements.txt"),
        ("--no-deps", *_lines("requirements-alone.txt")),
    )
    return PinnedEnvironment(settings, "musicgen", steps, ABOUT)


def ready_generators(
    settings: Settings, environ: Mapping[str, str] = os.environ
) -> Iterator[Generator]:
    """The generator, if nothing is missing; nothing is loaded."""
    python, model = environment(settings).python, environ.get(MODEL_VARIABLE)
    if python and model:
        from clearmix_musicgen.generator import MusicGen

        yield MusicGen(python, model)


def findings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """What is ready, or the next thing to do; MusicGen is optional."""
    model = environ.get(MODEL_VARIABLE)
    said, help = f"ready with {model}; its released weights are for non-commercial use", ""
    if environment(settings).python is None:
        said, help = "its environment is not made", "clearmix plugins setup musicgen"
    elif not model:
        said = "no model is named"
        help = f"set {MODEL_VARIABLE} to a folder or a name; docs/plugins/musicgen.md tells more"
    elif model.startswith(("/", ".", "~")) and not Path(model).expanduser().is_dir():
        said, help = f"there is no folder {model}", f"let {MODEL_VARIABLE} name one that is there"
    yield Finding("generator musicgen", not help or not model, said, help)


def _lines(name: str) -> tuple[str, ...]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)
