"""MusicGen under its own interpreter: windows of sound, one for each request.

`docs/plugins/own-interpreter.md` is the protocol. The first request says what to play:

    {"model": NAME OR FOLDER, "words": "...", "guide": WAV, "seconds": 95.0, "seed": 7}

and is answered with `rate` and `channels`. Each further one, `{"out": WAV}`, is answered with the
`frames` written there and whether there is `more`. clearmix is not there to be imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

OVERLAP = 0.4
"""Share of a window that it has in common with the one before, whose sound it continues:
12 seconds of MusicGen's 30, as audiocraft's own default."""

JOIN_SECONDS = 0.1
"""Of that, where one window's decoding goes over into the next one's of the same tokens."""

TOLD_TOKENS = 25
"""Steps between two messages: half a second of MusicGen's sound."""

Say = Callable[..., None]


class Playing:
    """One song in the making."""

    def __init__(self, request: dict[str, Any], say: Say) -> None:
        say(type="progress", fraction=0.0, message="loading the model")
        import standins

        standins.install()
        import soundfile
        import torch
        from audiocraft.data.audio_utils import convert_audio
        from audiocraft.models import MusicGen

        standins.hear_the_guide_as_it_is()
        self.model = MusicGen.get_pretrained(request["model"])
        self.say, self.words, self.seconds = say, request["words"], float(request["seconds"])
        samples, rate = soundfile.read(request["guide"], dtype="float32", always_2d=True)
        model_rate = self.model.sample_rate
        self.guide = convert_audio(torch.from_numpy(samples.T), rate, model_rate, 1)
        self.model.set_custom_progress_callback(self._tell)
        torch.manual_seed(int(request["seed"]))
        self.done = 0.0
        self.windows = self._windows()

    def _windows(self) -> Iterator[Any]:
        """Sounds of shape (channels, frames) that follow one another."""
        import torch

        model = self.model
        rate, longest = model.sample_rate, model.max_duration
        join = round(JOIN_SECONDS * rate)
        start, heard, held = 0.0, None, None
        while True:
            length = min(self.seconds - start, longest)
            model.set_generation_params(duration=length, extend_stride=longest * (1 - OVERLAP))
            attributes, _ = model._prepare_tokens_and_attributes(
                [self.words], None, self._guide(start)
            )
            tokens = model._generate_tokens(attributes, heard, progress=True)
            sound = model.generate_audio(tokens)[0].float().cpu()
            known = 0 if heard is None else round(heard.shape[-1] / model.frame_rate * rate)
            fresh = sound[:, max(0, known - join) :]
            if held is not None:
                rise = torch.linspace(0, 1, held.shape[-1])
                fresh[:, : held.shape[-1]] = fresh[:, : held.shape[-1]] * rise + held * (1 - rise)
            self.done = start + tokens.shape[-1] / model.frame_rate
            if self.done >= self.seconds - 1 / model.frame_rate:
                yield fresh
                return
            held = fresh[:, -join:]
            yield fresh[:, :-join]
            kept = int(OVERLAP * longest * model.frame_rate)
            heard = tokens[..., -kept:]
            start = self.done - kept / model.frame_rate

    def _guide(self, start: float) -> list[Any] | None:
        """The guide from that second on, over and over; None for a model without a melody."""
        import torch

        model = self.model
        if "self_wav" not in model.lm.condition_provider.conditioners:
            return None
        frames = round(model.max_duration * model.sample_rate)
        places = round(start * model.sample_rate) + torch.arange(frames)
        return [self.guide[:, places % self.guide.shape[1]]]

    def _tell(self, made: int, wanted: int) -> None:
        second = self.done + made / self.model.frame_rate
        if made % TOLD_TOKENS == 0:
            fraction = min(1.0, second / self.seconds)
            self.say(type="progress", fraction=fraction, message=f"playing second {second:.0f}")

    def write_next(self, path: str) -> dict[str, Any]:
        """Writes the next window; says how many frames it has and whether there is more."""
        import soundfile

        sound = next(self.windows, None)
        if sound is None:
            return {"frames": 0, "more": False}
        soundfile.write(path, sound.T.numpy(), self.model.sample_rate, subtype="FLOAT")
        return {"frames": sound.shape[-1], "more": True}


def main() -> None:
    """Answers requests until standard input ends."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as channel:
        os.dup2(2, 1)  # whatever a library prints goes to standard error

        def say(**message: object) -> None:
            channel.write(json.dumps(message) + "\n")
            channel.flush()

        playing: Playing | None = None
        for line in sys.stdin:
            request = json.loads(line)
            try:
                if playing is None:
                    playing = Playing(request, say)
                    model = playing.model
                    answer = {"rate": model.sample_rate, "channels": model.audio_channels}
                else:
                    answer = playing.write_next(request["out"])
            except Exception as error:  # noqa: BLE001  # a model may raise anything
                say(type="error", message=f"{type(error).__name__}: {error}", help="")
            else:
                say(type="done", **answer)


if __name__ == "__main__":
    main()
