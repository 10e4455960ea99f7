"""What takes a mix apart into stems, and the weights of trained models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from clearmix.audio import Audio
from clearmix.contracts.recordings import Progress


@runtime_checkable
class Separator(Protocol):
    """Takes a mix apart, once for each recording, which keeps the stems marked as estimates."""

    id: str
    version: str

    def separate(self, audio: Audio, progress: Progress) -> Mapping[str, Audio]:
        """By part of the vocabulary, sounds as long as the mix, which add up to it."""
        ...


@runtime_checkable
class WeightFree(Protocol):
    """A separator without a trained model; any other counts as having one.

    A remix that hears stems of a trained model is disclosed as made with one.
    """

    weight_free: Literal[True]


@runtime_checkable
class ModelWeights(Protocol):
    """Weights that a plugin needs and that nobody has fetched unless they were asked to."""

    id: str
    version: str
    about: str
    """What they are, how many megabytes are fetched, from where, and under what licence."""

    @property
    def fetched(self) -> Path | None:
        """Where they are on this machine, or None."""
        ...

    def fetch(self, progress: Progress, archive: Path | None = None) -> Path:
        """Fetches them, or takes them out of an archive that is here, and checks what they are."""
        ...
