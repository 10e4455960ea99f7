"""Stand-ins for what audiocraft 1.3.0 imports and its inference does not need.

xformers and torchaudio have no build for a current torch without CUDA, spacy and flashy serve
training only, and demucs would take the melody out of a mix: our guide is the melody already.
It runs in the plugin's own environment, where clearmix is not.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Absent(ModuleType):
    """A module that is not there: whatever is taken from it is a class that nobody may make."""

    def __init__(self, name: str, **names: Any) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)
        self.__path__: list[str] = []
        self.__version__ = "0"
        self.__dict__.update(names)
        sys.modules[name] = self

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__init__": _refuse})


def install() -> None:
    """Puts the stand-ins where audiocraft will look for them."""
    import torch

    Absent("spacy")
    Absent("audiocraft.solvers", compression=Absent("audiocraft.solvers.compression"))
    alone = Absent(
        "flashy.distrib",
        broadcast_tensors=_nothing,
        is_rank_zero=lambda: True,
        rank=lambda: 0,
        world_size=lambda: 1,
    )
    Absent("flashy", distrib=alone, state=Absent("flashy.state"), utils=Absent("flashy.utils"))
    ops = Absent(
        "xformers.ops",
        unbind=torch.unbind,
        LowerTriangularMask=type("LowerTriangularMask", (), {}),
        memory_efficient_attention=_nothing,
    )
    Absent("xformers", ops=ops)
    transforms = Absent("torchaudio.transforms", Spectrogram=_spectrogram())
    Absent("torchaudio", transforms=transforms)
    Absent("demucs", pretrained=Absent("demucs.pretrained", get_model=lambda name: _Whole()))


def hear_the_guide_as_it_is() -> None:
    """Lets the chroma be that of the whole guide, in one channel at the model's rate."""
    from audiocraft.data.audio_utils import convert_audio
    from audiocraft.modules.conditioners import ChromaStemConditioner

    def whole(self: Any, wav: Any, sample_rate: int) -> Any:
        return convert_audio(wav, sample_rate, self.sample_rate, 1)

    ChromaStemConditioner._get_stemmed_wav = whole


class _Whole:
    """What asks demucs for its sources finds their names."""

    sources = ("drums", "bass", "other", "vocals")

    def to(self, device: object) -> _Whole:
        return self


def _spectrogram() -> type:
    """Spectra as torchaudio gives them, as far as the chroma uses it."""
    import torch

    class Spectrogram(torch.nn.Module):  # type: ignore[misc]  # torch is not here when types are
        """Power of a short-time Fourier transform, normalised by the window's energy."""

        def __init__(
            self, n_fft: int, win_length: int, hop_length: int, normalized: bool, **others: Any
        ) -> None:
            super().__init__()
            if not normalized or others != {"power": 2, "center": True, "pad": 0}:
                raise NotImplementedError(f"a spectrogram with {others}")
            self.n_fft, self.hop = n_fft, hop_length
            self.register_buffer("window", torch.hann_window(win_length))

        def forward(self, wav: Any) -> Any:
            flat = wav.reshape(-1, wav.shape[-1])
            bins = torch.stft(
                flat,
                self.n_fft,
                self.hop,
                window=self.window,
                win_length=len(self.window),
                return_complex=True,
            )
            power = bins.abs().pow(2) / self.window.pow(2).sum()
            return power.reshape(*wav.shape[:-1], *power.shape[-2:])

    return Spectrogram


def _refuse(self: object, *args: object, **names: object) -> None:
    raise NotImplementedError(f"`{type(self).__name__}` serves training only")


def _nothing(*args: object, **names: object) -> None:
    return None
