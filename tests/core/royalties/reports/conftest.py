"""Reports on the market of the royalties tests."""

from __future__ import annotations

from typing import Any

import pytest

from clearmix.royalties import Royalties
from clearmix.royalties.reports.room import Reports


@pytest.fixture
def reports(closed: Any, closed_room: Royalties) -> Reports:
    """The reports of the market with October settled pro-rata."""
    return Reports(
        closed.database,
        closed.store,
        closed.settings,
        catalogue=closed.catalogue,
        royalties=closed_room,
        formula=closed.formula,
    )
