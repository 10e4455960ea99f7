"""The ONNX model against the same network written out in NumPy, with few channels."""

from __future__ import annotations

import numpy as np
import pytest

onnxruntime = pytest.importorskip("onnxruntime")

from clearmix_separate.network import BINS, FRAMES, LEVELS, onnx_model  # noqa: E402

Variables = dict[str, np.ndarray]


def named(name: str, number: int) -> str:
    return f"{name}_{number}" if number else name


def convolved(x: np.ndarray, kernel: np.ndarray, stride: int, dilation: int) -> np.ndarray:
    """TensorFlow's convolution with `same` padding, channels first."""
    size = kernel.shape[0]
    reach = (size - 1) * dilation
    out = [-(-side // stride) for side in x.shape[1:]]
    total = [
        max(0, (o - 1) * stride + reach + 1 - i) for o, i in zip(out, x.shape[1:], strict=True)
    ]
    padded = np.pad(x, ((0, 0), *((t // 2, t - t // 2) for t in total)))
    made = np.zeros((kernel.shape[3], *out))
    for row in range(size):
        for column in range(size):
            seen = padded[:, row * dilation :: stride, column * dilation :: stride]
            made += np.einsum("cij,co->oij", seen[:, : out[0], : out[1]], kernel[row, column])
    return made


def raised(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """TensorFlow's transposed convolution, stride 2, `same`: the gradient of `convolved`."""
    size = kernel.shape[0]
    made = np.zeros((kernel.shape[2], 2 * x.shape[1] + size, 2 * x.shape[2] + size))
    for row in range(size):
        for column in range(size):
            spread = np.einsum("cij,oc->oij", x, kernel[row, column])
            made[:, row : row + 2 * x.shape[1] : 2, column : column + 2 * x.shape[2] : 2] += spread
    return made[:, 1 : 1 + 2 * x.shape[1], 1 : 1 + 2 * x.shape[2]]


def reference(variables: Variables, magnitudes: np.ndarray) -> np.ndarray:
    def values(name: str) -> np.ndarray:
        return variables[name].astype(np.float64)

    def normalised(x: np.ndarray, number: int) -> np.ndarray:
        name = named("batch_normalization", number)
        mean, variance, gamma, beta = (
            values(f"{name}/{what}")[:, None, None]
            for what in ("moving_mean", "moving_variance", "gamma", "beta")
        )
        return (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta

    powers = []
    for stem in range(2):
        x, lefts = magnitudes.astype(np.float64), []
        for level in range(LEVELS):
            name = named("conv2d", 7 * stem + level)
            x = convolved(x, values(f"{name}/kernel"), 2, 1) + values(f"{name}/bias")[:, None, None]
            lefts.append(x)
            x = normalised(x, 12 * stem + level)
            x = np.where(x > 0, x, 0.2 * x)
        x = lefts.pop()
        for level in range(LEVELS):
            name = named("conv2d_transpose", 6 * stem + level)
            x = raised(x, values(f"{name}/kernel")) + values(f"{name}/bias")[:, None, None]
            x = normalised(np.maximum(x, 0), 12 * stem + LEVELS + level)
            if lefts:
                x = np.concatenate([lefts.pop(), x])
        name = named("conv2d", 7 * stem + LEVELS)
        x = convolved(x, values(f"{name}/kernel"), 1, 2) + values(f"{name}/bias")[:, None, None]
        powers.append((magnitudes / (1 + np.exp(-x))) ** 2)
    return (powers[0] + 5e-11) / (powers[0] + powers[1] + 1e-10)


def test_the_model_computes_what_the_paper_describes(variables: Variables) -> None:
    magnitudes = np.random.default_rng(2).gamma(1.0, 2.0, (2, FRAMES, BINS)).astype(np.float32)
    model = onnx_model(variables)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (mask,) = session.run(None, {"magnitudes": magnitudes[None]})
    assert mask.shape == (1, 2, FRAMES, BINS)
    off = np.abs(mask[0] - reference(variables, magnitudes))
    assert off.max() < 0.02, "single precision"
    assert np.quantile(off, 0.999) < 1e-4
    assert mask.std() > 0.02, "a mask that says the same everywhere would prove nothing"


def test_a_variable_that_is_missing_is_named(variables: Variables) -> None:
    short = {name: value for name, value in variables.items() if name != "conv2d_3/bias"}
    with pytest.raises(KeyError, match="conv2d_3/bias"):
        onnx_model(short)
