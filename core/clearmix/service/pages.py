"""Lists over HTTP, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from clearmix.errors import ClearmixError

Item = TypeVar("Item")
Shown = TypeVar("Shown")

MOST = 200


class Page(BaseModel, Generic[Shown]):
    """Part of a list."""

    items: list[Shown]
    next: str | None = Field(
        description="Give it as `after` for what follows; null at the end of the list.",
        examples=["open-road"],
    )


@dataclass(frozen=True)
class Paging:
    """Which part of a list is asked for."""

    limit: int
    after: str | None


async def _paging(
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 50,
    after: Annotated[
        str | None, Query(max_length=200, description="`next` of the page before.")
    ] = None,
) -> Paging:
    return Paging(limit, after)


Paged = Annotated[Paging, Depends(_paging)]


def page(
    items: Sequence[Item],
    paging: Paging,
    *,
    id_of: Callable[[Item], str],
    shown: Callable[[Item], Any],
) -> dict[str, Any]:
    """One page of a list in the order that it has; what is added meanwhile moves nothing twice.

    Raises:
        ClearmixError: what the page before ended with is not in the list any more.
    """
    start = 0
    if paging.after is not None:
        ids = [id_of(item) for item in items]
        if paging.after not in ids:
            raise ClearmixError(
                f"`{paging.after}` is not in the list",
                help="begin again without `after`",
                place="after",
            )
        start = ids.index(paging.after) + 1
    part = items[start : start + paging.limit]
    more = start + paging.limit < len(items)
    return {"items": [shown(item) for item in part], "next": id_of(part[-1]) if more else None}
