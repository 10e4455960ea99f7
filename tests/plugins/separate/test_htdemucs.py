"""Demucs itself, on a repository folder with a small model of drawn weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearmix import Audio, ClearmixError, Separator
from clearmix.settings import Settings
from clearmix.testing import SeparatorContract
from clearmix_separate.demucs import HTDemucs
from clearmix_separate.readiness import findings, ready_separators

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("default"),
]
# Warnings of torch and demucs are not ours to mend.

SMALL: dict[str, Any] = {
    "sources": ["drums", "bass", "other", "vocals"], "channels": 8, "depth": 4, "nfft": 4096,
    "t_layers": 1, "t_heads": 1, "bottom_channels": 0, "segment": 2,
}  # fmt: skip


def quiet(fraction: float, message: str) -> None:
    """Tells nobody."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as Demucs keeps its models: a bag of one, named by a signature."""
    import torch
    from demucs.htdemucs import HTDemucs as Network

    torch.set_num_threads(1)
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("repository")
    network = Network(**SMALL)
    package = {
        "klass": Network, "args": (), "kwargs": SMALL, "state": network.state_dict(),
        "training_args": {},
    }  # fmt: skip
    torch.save(package, folder / "small.th")
    (folder / "htdemucs.yaml").write_text("models: ['small']\n")
    return folder


class TestHTDemucs(SeparatorContract):
    @pytest.fixture
    def separator(self, repository: Path) -> Separator:
        return HTDemucs(str(repository))


def test_it_is_ready_where_its_folder_is_named(settings: Settings, repository: Path) -> None:
    named = {"CLEARMIX_HTDEMUCS": str(repository)}
    assert "htdemucs" in [one.id for one in ready_separators(settings, named)]
    assert [one.said for one in findings(settings, named) if "htdemucs" in one.name] == ["ready"]


@pytest.mark.parametrize("broken", ["no folder", "no weights", "torn weights"])
def test_a_folder_without_its_model_is_refused_with_the_remedy(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "repository"
    if broken != "no folder":
        folder.mkdir()
        (folder / "htdemucs.yaml").write_text("models: ['small']\n")
    if broken == "torn weights":
        (folder / "small.th").write_bytes(b"")
    sound = Audio(np.zeros((2, 44100), np.float32), 44100)
    with pytest.raises(ClearmixError, match="cannot be loaded") as caught:
        HTDemucs(str(folder)).separate(sound, quiet)
    assert "CLEARMIX_HTDEMUCS" in caught.value.help
