from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streaming import Clock, Counted

from clearmix.audio import Audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.delivery import Delivery
from clearmix.kernel import Kernel


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def royalties() -> Counted:
    return Counted()


@pytest.fixture
def long_song(market: Kernel, tmp_path: Path) -> str:
    """The id of an original of 44 seconds, long enough to count."""
    time = np.arange(44 * 22_050) / 22_050
    tone = (0.1 * np.sin(2 * np.pi * 220 * time) * (time % 0.5 < 0.1)).astype(np.float32)
    path = tmp_path / "long.wav"
    write_wav(path, Audio(tone[None, :], 22_050))
    added = market.catalogue.add(path, NewRecording(title="Long Way", artists=("Ada Wren",)))
    return added.recording.id


@pytest.fixture
def delivery(market: Kernel, clock: Clock, royalties: Counted) -> Delivery:
    return Delivery(
        market.database,
        market.store,
        market.settings,
        catalogue=market.catalogue,
        clearance=market.clearance,
        rendering=market.rendering,
        royalties=royalties,
        clock=clock,
    )
