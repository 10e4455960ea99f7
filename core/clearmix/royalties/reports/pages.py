"""Reports as pages: one file each, no script, and nothing that is fetched from anywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

from clearmix.royalties.money import money, percent
from clearmix.royalties.terms import EARNED_FROM


def page(template: str, **values: Any) -> str:
    """A template filled in; whatever is put into it is escaped."""
    text: str = _templates().get_template(template).render(**values)
    return text


@cache
def _templates() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("clearmix.royalties.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["money"] = money
    environment.filters["percent"] = percent
    environment.filters["earned_from"] = EARNED_FROM.__getitem__
    return environment
