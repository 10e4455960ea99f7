from pathlib import Path

import numpy as np
import pytest
from clearmix_tremolo.generator import Tremolo

from clearmix import Analysis, Audio, RemixSpec, Source, SourceRecording, joined, write_wav
from clearmix.testing import GeneratorContract


class TestTremolo(GeneratorContract):
    module = "clearmix_tremolo"
    specs = ({"strength": 1.0},)

    @pytest.fixture
    def generator(self):
        return Tremolo()


def test_the_sound_swells_on_the_beat_and_fades_between(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(4 * 44100) / 44100).astype(np.float32) * 0.5
    write_wav(tmp_path / "tone.wav", Audio(np.stack([tone, tone]), 44100))
    analysis = Analysis("test", 4.0, 60.0, 1.0, (0.0, 1.0, 2.0), (), None, 0.0, -14.0)
    song = SourceRecording("tone", "Tone", ("Ada",), tmp_path / "tone.wav", {}, analysis)

    spec = RemixSpec(strength=1.0)
    made = joined(Tremolo().render(spec, Source((song,)), lambda part, said: None))

    def level(seconds: float) -> float:
        at = round(seconds * 44100)
        return float(np.abs(made.samples[0, at : at + 2000]).max())

    assert made.frames == 4 * 44100
    assert level(1.0) > 0.45
    assert level(1.48) < 0.05
