"""Spleeter's network for two stems as ONNX: a U-Net for the voice, one for the band, their masks.

Architecture and constants: Hennequin, Khlif, Voituret and Moussallam, "Spleeter: a fast and
efficient music source separation tool with pre-trained models", JOSS 5(50), 2020; its U-Net is
Jansson et al., "Singing voice separation with deep U-Net convolutional networks", ISMIR 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

FRAMES, BINS = 512, 1024
"""Spectra that the network hears at once, and bins of each, from 0 to 11 kHz."""

LEVELS = 6
"""Steps down, and up again."""

_EPSILON = 1e-3
"""Of TensorFlow's batch normalisation."""

_MASK_FLOOR = 1e-10
"""Keeps a mask of silence at one half."""

_OPSET, _IR_VERSION = 17, 9

Variables = Mapping[str, npt.NDArray[np.generic]]


def onnx_model(variables: Variables) -> bytes:
    """The serialized model: magnitudes (batch, 2, 512, 1024) to the voice's mask of that shape.

    Raises:
        KeyError: a variable of the network is missing in the checkpoint.
    """
    return _Graph(variables).model()


class _Graph:
    """The nodes and constants of the model while it is built."""

    def __init__(self, variables: Variables) -> None:
        from onnx import helper, numpy_helper

        self._variables = variables
        self._helper, self._numpy = helper, numpy_helper
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> bytes:
        import onnx

        estimates = [self._estimate(stem) for stem in range(2)]
        half = self._constant("half_floor", np.array(_MASK_FLOOR / 2))
        total = self._add("total", *estimates, self._constant("floor", np.array(_MASK_FLOOR)))
        voice = self._add("voice", estimates[0], half)
        self._node("Div", [voice, total], "mask")
        shape: list[str | int | None] = ["batch", 2, FRAMES, BINS]
        about = [
            self._helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
            for name in ("magnitudes", "mask")
        ]
        graph = self._helper.make_graph(
            self._nodes, "spleeter-2stems", about[:1], about[1:], self._constants
        )
        model = self._helper.make_model(
            graph, opset_imports=[self._helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
        )
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())

    def _estimate(self, stem: int) -> str:
        """The squared magnitudes of one stem: down, up beside what each step down has left."""
        sound, lefts = "magnitudes", []
        for level in range(LEVELS):
            left = self._convolved(sound, _numbered("conv2d", 7 * stem + level), (2, 2), 1)
            lefts.append(left)
            normal = self._normalised(left, _numbered("batch_normalization", 12 * stem + level))
            sound = self._node("LeakyRelu", [normal], f"{normal}/leaky", alpha=0.2)
        sound = lefts.pop()
        for level in range(LEVELS):
            name = _numbered("conv2d_transpose", 6 * stem + level)
            raised = self._weighted("ConvTranspose", sound, name, strides=[2, 2], pads=[1, 1, 2, 2])
            positive = self._node("Relu", [raised], f"{name}/relu")
            number = _numbered("batch_normalization", 12 * stem + LEVELS + level)
            sound = self._normalised(positive, number)
            if lefts:
                sound = self._node("Concat", [lefts.pop(), sound], f"{name}/beside", axis=1)
        last = self._convolved(sound, _numbered("conv2d", 7 * stem + LEVELS), (1, 1), 2)
        share = self._node("Sigmoid", [last], f"share{stem}")
        heard = self._node("Mul", [share, "magnitudes"], f"heard{stem}")
        return self._node("Mul", [heard, heard], f"power{stem}")

    def _convolved(self, sound: str, name: str, strides: tuple[int, int], dilation: int) -> str:
        """A convolution padded as TensorFlow's `same`: more at the end where it is uneven."""
        pads = [1, 1, 2, 2] if dilation == 1 else [3, 3, 3, 3]
        return self._weighted(
            "Conv", sound, name, strides=list(strides), pads=pads, dilations=[dilation, dilation]
        )

    def _weighted(self, kind: str, sound: str, name: str, **how: list[int]) -> str:
        kernel = self._variables[f"{name}/kernel"].transpose(3, 2, 0, 1)
        weights = self._constant(f"{name}/weights", kernel)
        bias = self._constant(f"{name}/bias", self._variables[f"{name}/bias"])
        return self._node(kind, [sound, weights, bias], name, **how)

    def _normalised(self, sound: str, name: str) -> str:
        """Batch normalisation with the means and variances of the training, as one line."""
        gamma, beta, mean, variance = (
            np.asarray(self._variables[f"{name}/{what}"], np.float64)
            for what in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        slope = gamma / np.sqrt(variance + _EPSILON)
        scaled = self._node(
            "Mul", [sound, self._constant(f"{name}/slope", _planes(slope))], f"{name}/scaled"
        )
        shift = self._constant(f"{name}/shift", _planes(beta - mean * slope))
        return self._node("Add", [scaled, shift], name)

    def _add(self, out: str, first: str, *others: str) -> str:
        for number, other in enumerate(others):
            name = out if number == len(others) - 1 else f"{out}/{number}"
            first = self._node("Add", [first, other], name)
        return first

    def _node(self, kind: str, inputs: list[str], out: str, **how: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, inputs, [out], **how))
        return out

    def _constant(self, name: str, values: npt.NDArray[Any]) -> str:
        plain = np.ascontiguousarray(values, dtype=np.float32)
        self._constants.append(self._numpy.from_array(plain, name))
        return name


def _numbered(name: str, number: int) -> str:
    """Keras's name of the layer: the first of a kind has no number."""
    return name if number == 0 else f"{name}_{number}"


def _planes(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.reshape(1, -1, 1, 1)
