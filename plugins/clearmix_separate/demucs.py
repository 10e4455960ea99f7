"""The separator `htdemucs`: Hybrid Transformer Demucs, for operators who have its weights.

Rouard, Massa and Defossez, "Hybrid transformers for music source separation", ICASSP 2023. The
weights are not on PyPI: they lie in a folder (`CLEARMIX_HTDEMUCS`), as Demucs calls a repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearmix import Audio, ClearmixError, Progress

REPOSITORY_VARIABLE = "CLEARMIX_HTDEMUCS"
"""Environment variable: the folder with `htdemucs.yaml` and the weights that it names."""

MODEL = "htdemucs"

PARTS = {"vocals": "vocals", "drums": "drums", "bass": "bass", "other": "harmony"}
"""Demucs's names of its sources, and ours."""


class HTDemucs:
    """Estimated stems of voice, drums, bass and the rest; slower than the music on a CPU."""

    id = "htdemucs"
    version = "1"

    def __init__(self, repository: str) -> None:
        self._repository = Path(repository)

    def separate(self, audio: Audio, progress: Progress) -> Mapping[str, Audio]:
        """Four stems as long as the mix, which add up to it; the rest takes what none has."""
        import torch
        from demucs.apply import apply_model

        progress(0.0, "loading the model")
        model = self._loaded()
        mix = audio.resampled(model.samplerate).as_stereo()
        progress(0.05, "taking the recording apart")
        level, spread = float(mix.samples.mean()), float(mix.samples.std()) or 1.0
        heard = torch.from_numpy((mix.samples - level) / spread)[None]
        with torch.no_grad():
            made = apply_model(model, heard, device="cpu", shifts=0, progress=False)[0].numpy()
        stems = {
            PARTS[name]: np.asarray(sound * spread, np.float32)
            for name, sound in zip(model.sources, made, strict=True)
        }
        rest = stems["vocals"] + stems["drums"] + stems["bass"]
        stems["harmony"] = mix.samples - rest
        progress(1.0, "taken apart")
        return {part: Audio(samples, mix.rate) for part, samples in stems.items()}

    def _loaded(self) -> Any:
        """The model of the folder; raises ClearmixError, for demucs would end the process."""
        from demucs.pretrained import get_model

        try:
            (self._repository / f"{MODEL}.yaml").stat()
            return get_model(MODEL, repo=self._repository)
        except (OSError, RuntimeError, ValueError, KeyError, EOFError) as error:
            raise ClearmixError(
                f"the model cannot be loaded: {error}",
                help=f"{REPOSITORY_VARIABLE} must name a folder with `{MODEL}.yaml` and weights",
                place=str(self._repository),
            ) from error
