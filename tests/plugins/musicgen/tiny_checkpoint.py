"""Writes a melody checkpoint of 1.5 MB with drawn weights, under the plugin's own interpreter.

    python tiny_checkpoint.py WORKER_FOLDER CHECKPOINT_FOLDER

Its shape is that of MusicGen's published melody model, but small; its windows last 20 seconds.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

WINDOW_SECONDS = 20
COMMON = {"sample_rate": 32000, "channels": 1, "device": "cpu", "dtype": "float32"}
LANGUAGE_MODEL = {
    **COMMON,
    "lm_model": "transformer_lm",
    "compression_model_checkpoint": "none",
    "codebooks_pattern": {
        "modeling": "delay",
        "delay": {"delays": [0, 1, 2, 3], "flatten_first": 0, "empty_initial": 0},
    },
    "transformer_lm": {
        "dim": 32, "num_heads": 2, "num_layers": 2, "hidden_scale": 4, "n_q": 4, "card": 256,
        "dropout": 0.0, "emb_lr": None, "activation": "gelu", "norm_first": True,
        "bias_ff": False, "bias_attn": False, "bias_proj": False, "past_context": None,
        "causal": True, "custom": False, "memory_efficient": True,
        "attention_as_float32": False, "layer_scale": None, "positional_embedding": "sin",
        "xpos": False, "checkpointing": "none", "weight_init": "gaussian",
        "depthwise_init": "current", "zero_bias_init": True, "norm": "layer_norm",
        "cross_attention": False, "qk_layer_norm": False, "qk_layer_norm_cross": False,
        "attention_dropout": None, "kv_repeat": 1, "two_step_cfg": False,
    },
    "classifier_free_guidance": {"training_dropout": 0.2, "inference_coef": 3.0},
    "attribute_dropout": {"args": {"active_on_eval": False}, "text": {}, "wav": {"self_wav": 0.5}},
    "fuser": {
        "cross_attention_pos_emb": False, "cross_attention_pos_emb_scale": 1, "sum": [],
        "prepend": ["self_wav", "description"], "cross": [], "input_interpolate": [],
    },
    "conditioners": {
        "self_wav": {
            "model": "chroma_stem",
            "chroma_stem": {
                "sample_rate": 32000, "n_chroma": 12, "radix2_exp": 14, "argmax": True,
                "match_len_on_eval": False, "eval_wavs": None, "n_eval_wavs": 0,
                "cache_path": None,
            },
        },
        "description": {
            "model": "t5",
            "t5": {
                "name": "t5-base", "finetune": False, "word_dropout": 0.2, "normalize_text": False,
            },
        },
    },
    "dataset": {"segment_duration": WINDOW_SECONDS},
}  # fmt: skip
COMPRESSION_MODEL = {
    **COMMON,
    "compression_model": "encodec",
    "encodec": {
        "autoencoder": "seanet", "quantizer": "rvq", "sample_rate": 32000, "channels": 1,
        "causal": False, "renormalize": False,
    },
    "seanet": {
        "dimension": 16, "channels": 1, "causal": False, "n_filters": 2, "n_residual_layers": 1,
        "ratios": [8, 5, 4, 4], "activation": "ELU", "activation_params": {"alpha": 1.0},
        "norm": "weight_norm", "norm_params": {}, "kernel_size": 7, "residual_kernel_size": 3,
        "last_kernel_size": 7, "dilation_base": 2, "pad_mode": "constant", "true_skip": True,
        "compress": 2, "lstm": 0, "disable_norm_outer_blocks": 0,
        "decoder": {
            "trim_right_ratio": 1.0, "final_activation": None, "final_activation_params": None,
        },
        "encoder": {},
    },
    "rvq": {
        "n_q": 4, "q_dropout": False, "bins": 256, "decay": 0.99, "kmeans_init": False,
        "kmeans_iters": 50, "threshold_ema_dead_code": 2, "orthogonal_reg_weight": 0.0,
        "orthogonal_reg_active_codes_only": False,
    },
}  # fmt: skip


def main(worker: str, folder: Path) -> None:
    sys.path.insert(0, worker)
    import standins

    standins.install()
    import torch
    from audiocraft.models import builders
    from omegaconf import OmegaConf
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    torch.set_num_threads(1)
    torch.manual_seed(0)
    language = T5Config(
        vocab_size=256, d_model=768, d_kv=8, d_ff=16, num_layers=1, num_heads=1
    )  # audiocraft knows T5's widths by its names
    T5EncoderModel(language).save_pretrained(folder / "t5-base")
    words = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0)]
    words += [(chr(code), -2.0) for code in range(33, 127)]
    T5Tokenizer(vocab=words, extra_ids=0).save_pretrained(folder / "t5-base")
    os.chdir(folder)
    for name, made, how in (
        ("state_dict.bin", builders.get_lm_model, LANGUAGE_MODEL),
        ("compression_state_dict.bin", builders.get_compression_model, COMPRESSION_MODEL),
    ):
        config = OmegaConf.create(how)
        torch.save(
            {
                "best_state": made(config).state_dict(),
                "xp.cfg": OmegaConf.to_yaml(config),
                "version": "1.3.0",
                "exported": True,
            },
            folder / name,
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).absolute())
