"""What a party earned, and why; for whoever speaks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from clearmix.errors import NoStreamError, RoyaltyError
from clearmix.royalties.reading import is_account
from clearmix.royalties.reports.formats import Format
from clearmix.service.callers import Earning, PartyId, Rooms, own_party
from clearmix.service.threads import slow

router = APIRouter(tags=["earnings"])

Period = Annotated[
    str | None, Query(pattern=r"^\d{4}-\d{2}$", description="a month", examples=["2026-10"])
]

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "dsr-sales": "text/tab-separated-values; charset=utf-8",
    "dsr-royalty": "text/tab-separated-values; charset=utf-8",
}
SUFFIXES: dict[Format, str] = {"dsr-sales": "tsv", "dsr-royalty": "tsv"}
CONTENT: dict[str, Any] = {type.partition(";")[0]: {} for type in MEDIA_TYPES.values()}


@router.get(
    "/api/parties/{party}/statement",
    response_class=Response,
    responses={200: {"description": "The statement.", "content": CONTENT}},
)
@slow
def statement(
    party: PartyId, caller: Earning, kernel: Rooms, period: Period = None, format: Format = "json"
) -> Response:
    """What a payee earned, line by line; as JSON, a page, a spreadsheet, a PDF or a DSR file.

    The operator also reads `suspense` and `carried`.
    """
    held = caller.may("operate") and is_account(party)
    payee = party if held else own_party(kernel, caller, party)
    content = kernel.reports.statement(payee, period, format)
    name = f"statement-{period or 'all'}.{SUFFIXES.get(format, format)}"
    return Response(
        content,
        media_type=MEDIA_TYPES[format],
        headers={
            # A page of ours must not run in our origin, whatever names stand in it.
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


@router.get("/api/royalties/lines/{line}")
@slow
def explain(
    line: str,
    caller: Earning,
    kernel: Rooms,
    claims: Annotated[
        bool, Query(description="also what each play claimed, and what it was worth")
    ] = True,
) -> dict[str, Any]:
    """From a line of a statement to the plays, what each was worth, rules and shares behind it.

    Groups are shown whole to the operator alone: one may be named after a listener.
    """
    absent = NoStreamError(f"no line `{line}`", help="ids of lines stand in statements")
    try:
        explained = kernel.royalties.explain(line)
    except RoyaltyError:
        raise absent from None
    if not caller.acts_for(explained.line.payee):
        raise absent
    if claims:
        explained = kernel.royalties.explain(line, claims=True)
    if not caller.may("operate") and explained.claims is not None:
        explained = replace(explained, claims=explained.claims.by_pool())
    return explained.as_json()


@router.get("/api/parties/{party}/what-if")
@slow
def what_if(
    party: PartyId,
    caller: Earning,
    kernel: Rooms,
    consent: Annotated[
        Literal["remix", "cover"], Query(description="what it would have said yes to")
    ] = "remix",
    period: Period = None,
) -> dict[str, Any]:
    """What taking part would have earned, with an interval and what it rests on."""
    return kernel.reports.what_if(own_party(kernel, caller, party), consent, period).as_json()


@router.get("/api/parties/{party}/amplify")
@slow
def amplify(party: PartyId, caller: Earning, kernel: Rooms) -> dict[str, Any]:
    """Whether remixes bring plays to a party's originals or take them."""
    return kernel.reports.amplify(own_party(kernel, caller, party)).as_json()
