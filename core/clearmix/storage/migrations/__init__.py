"""Schema migrations."""

from __future__ import annotations

import sqlalchemy as sa


def upgrade(engine: sa.Engine) -> None:
    """Creates what is missing."""
    from clearmix.storage.database import metadata

    metadata().create_all(engine)
