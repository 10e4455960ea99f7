"""The interpreter `openai` and the server that it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openai_server import Server, serving

from clearmix_prompts.language_model.interpreter import LanguageModel
from clearmix_prompts.language_model.options import Options
from clearmix_prompts.language_model.spending import Spending
from clearmix_prompts.phrasebook import Phrasebook


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as stub:
        yield stub


@pytest.fixture
def model(server: Server, tmp_path: Path) -> Callable[..., LanguageModel]:
    def build(**settings: Any) -> LanguageModel:
        given = {"model": "stub", "base_url": server.url, "retries": 0, "seconds": 5, **settings}
        return LanguageModel(
            lambda: Options(**given), Phrasebook(), lambda limit: Spending(tmp_path, limit)
        )

    return build
