"""diffusers' own pipeline with drawn weights, saved and loaded as the real one is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearmix import Audio, ClearmixError, RemixSpec, Section, Source, joined
from clearmix.testing import Song
from clearmix_acestep.generators import AceStep, AceStepCover

from .test_generators import TUNE, quiet

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("default"),
]
# Warnings of torch and diffusers are not ours to mend.

SMALL: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8,
}  # fmt: skip


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 1.5 MB in the shape of ACE-Step 1.5, but small."""
    import diffusers
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

    torch.set_num_threads(1)
    torch.manual_seed(0)
    letters = {"<pad>": 0, "<unk>": 1, **{chr(33 + code): 2 + code for code in range(94)}}
    tokens = Tokenizer(models.WordLevel(letters, unk_token="<unk>"))
    tokens.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    folder = tmp_path_factory.mktemp("pipeline")
    diffusers.AceStepPipeline(
        vae=diffusers.AutoencoderOobleck(
            encoder_hidden_size=16,
            downsampling_ratios=[2, 4, 4, 6, 10],
            decoder_channels=4,
            decoder_input_channels=8,
            audio_channels=2,
            channel_multiples=[1, 1, 1, 1, 1],
            sampling_rate=48000,
        ),
        text_encoder=Qwen3Model(
            Qwen3Config(**SMALL, num_hidden_layers=2, vocab_size=300, max_position_embeddings=4096)
        ),
        tokenizer=PreTrainedTokenizerFast(
            tokenizer_object=tokens, pad_token="<pad>", unk_token="<unk>"
        ),
        transformer=diffusers.AceStepTransformer1DModel(
            **SMALL,
            num_hidden_layers=2,
            in_channels=24,
            audio_acoustic_hidden_dim=8,
            patch_size=2,
            sliding_window=16,
        ),
        condition_encoder=diffusers.AceStepConditionEncoder(
            **SMALL,
            text_hidden_dim=32,
            timbre_hidden_dim=8,
            num_lyric_encoder_hidden_layers=2,
            num_timbre_encoder_hidden_layers=2,
            sliding_window=16,
        ),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=diffusers.AceStepAudioTokenizer(
            **SMALL,
            audio_acoustic_hidden_dim=8,
            num_attention_pooler_hidden_layers=1,
            sliding_window=16,
            fsq_dim=32,
        ),
        audio_token_detokenizer=diffusers.AceStepAudioTokenDetokenizer(
            **SMALL, audio_acoustic_hidden_dim=8
        ),
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Source:
    made = Song(bars=4).source(tmp_path / "song").first
    sections = (Section("verse", 0, 4), Section("chorus", 4, 8.5))
    known = replace(made.analysis, sections=sections)
    return Source((replace(made, analysis=known, score=TUNE),))


def played(generator: AceStep | AceStepCover, source: Source, **fields: object) -> Audio:
    spec = RemixSpec.from_json({"seed": 7, **fields})
    return joined(generator.render(spec, source, quiet))


def test_a_remix_is_as_long_as_its_source_and_again_the_same(
    pipeline: Path, source: Source
) -> None:
    generator = AceStep(str(pipeline))
    made = played(generator, source, kind="remix", styles=["jazz"])
    assert made.seconds == pytest.approx(source.first.analysis.seconds, abs=0.01)
    assert np.isfinite(made.samples).all()
    again = played(generator, source, kind="remix", styles=["jazz"])
    assert np.array_equal(made.samples, again.samples)
    free = played(generator, source, kind="remix", styles=["jazz"], strength=1.0)
    assert not np.array_equal(made.samples, free.samples), "the strength changes nothing"
    other = played(generator, source, kind="remix", styles=["jazz"], seed=8)
    assert not np.array_equal(made.samples, other.samples), "the seed changes nothing"


def test_a_cover_and_a_section_anew_go_the_same_way(pipeline: Path, source: Source) -> None:
    cover = played(AceStepCover(str(pipeline)), source, kind="cover", styles=["funk"])
    assert cover.seconds == pytest.approx(8.0, abs=0.6)
    section = {"section": "chorus", "change": "with strings"}
    anew = played(AceStep(str(pipeline)), source, kind="remix", sections=[section])
    assert anew.seconds == pytest.approx(source.first.analysis.seconds, abs=0.01)
    assert np.isfinite(anew.samples).all()


def test_a_folder_without_a_pipeline_is_refused_with_the_remedy(
    tmp_path: Path, source: Source
) -> None:
    with pytest.raises(ClearmixError, match="cannot be loaded") as caught:
        played(AceStep(str(tmp_path)), source, kind="remix")
    assert "CLEARMIX_ACESTEP" in caught.value.help
