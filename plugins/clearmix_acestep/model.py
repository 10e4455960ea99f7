"""ACE-Step 1.5 as two functions on sound: a whole song anew, and one stretch of it anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from clearmix import Audio, ClearmixError, Progress

STEPS = 8
"""Denoising steps: what the turbo models are made for."""

NOT_SUNG = "[Instrumental]"
"""What the model takes for lyrics where nobody sings."""


@dataclass(frozen=True)
class Wish:
    """What the model is told: words, tempo, key, and a seed that makes it repeatable."""

    words: str
    tempo_bpm: float | None
    key: str | None
    beats_per_bar: int
    seed: int


class PlaysAnew(Protocol):
    """What a model does."""

    def anew(self, sound: Audio, wish: Wish, closeness: float, progress: Progress) -> Audio:
        """The sound played anew as the words say; a closeness of 1 follows it as far as it can."""
        ...

    def anew_between(
        self, sound: Audio, start: float, stop: float, wish: Wish, progress: Progress
    ) -> Audio:
        """The sound with what lies between two seconds played anew; the rest is as it was."""
        ...


class AceStepModel:
    """A pipeline of diffusers on the GPU if there is one; loading takes a while."""

    def __init__(self, model: str) -> None:
        """Raises ClearmixError when it cannot be loaded; nothing is downloaded."""
        import torch
        from diffusers import AceStepPipeline

        folder = Path(model).expanduser()
        gpu = torch.cuda.is_available()
        try:
            pipeline = AceStepPipeline.from_pretrained(
                str(folder) if folder.is_dir() else model,
                dtype=torch.bfloat16 if gpu else torch.float32,
                local_files_only=True,
            )
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise ClearmixError(
                f"the model cannot be loaded: {said[0][:300]}",
                help="CLEARMIX_ACESTEP must name a pipeline of diffusers; "
                "docs/plugins/acestep.md says how to fetch one",
                place=model,
            ) from error
        pipeline.set_progress_bar_config(disable=True)
        self._pipeline: Any = pipeline.to("cuda" if gpu else "cpu")
        self.rate = int(pipeline.sample_rate)
        self._step = round(self.rate / pipeline.latents_per_second)

    def anew(self, sound: Audio, wish: Wish, closeness: float, progress: Progress) -> Audio:
        """The task `cover`: the closeness mixes what follows the source with what does not."""
        return self._play(sound, wish, progress, task_type="cover", audio_cover_strength=closeness)

    def anew_between(
        self, sound: Audio, start: float, stop: float, wish: Wish, progress: Progress
    ) -> Audio:
        """The task `repaint`."""
        return self._play(
            sound,
            wish,
            progress,
            task_type="repaint",
            repainting_start=start,
            repainting_end=stop,
        )

    def _play(self, sound: Audio, wish: Wish, progress: Progress, **task: Any) -> Audio:
        import torch

        source = sound.as_stereo().resampled(self.rate)
        # The encoder drops what fills no whole step, and the decoder counts on it.
        whole_steps = np.pad(source.samples, ((0, 0), (0, -source.frames % self._step)))

        def told(pipe: Any, step: int, moment: Any, inputs: dict[str, Any]) -> dict[str, Any]:
            progress((step + 1) / STEPS, f"step {step + 1} of {STEPS}")
            return {}

        torch.manual_seed(wish.seed)  # the encoder of the source draws too
        with torch.no_grad():
            made = self._pipeline(
                prompt=wish.words,
                lyrics=NOT_SUNG,
                audio_duration=whole_steps.shape[1] / self.rate,
                num_inference_steps=STEPS,
                bpm=round(wish.tempo_bpm) if wish.tempo_bpm else None,
                keyscale=wish.key,
                timesignature=str(wish.beats_per_bar),
                src_audio=torch.from_numpy(whole_steps),
                generator=torch.Generator().manual_seed(wish.seed),
                callback_on_step_end=told,
                **task,
            ).audios[0]
        samples = np.asarray(made.float().cpu().numpy(), np.float32)
        whole = np.zeros((2, source.frames), np.float32)
        kept = min(source.frames, samples.shape[1])
        whole[:, :kept] = samples[:2, :kept]
        return Audio(whole, self.rate)
