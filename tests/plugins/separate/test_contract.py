"""Spleeter's network, small and untrained, passes the suite that other separators get."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix import Separator
from clearmix.testing import SeparatorContract


class TestSpleeter(SeparatorContract):
    @pytest.fixture
    def separator(self, variables: dict[str, np.ndarray], tmp_path: Path) -> Separator:
        pytest.importorskip("onnxruntime")
        from clearmix_separate.network import onnx_model
        from clearmix_separate.spleeter import Spleeter

        (tmp_path / "small.onnx").write_bytes(onnx_model(variables))
        return Spleeter(tmp_path / "small.onnx")
