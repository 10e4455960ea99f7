"""A statement as DSR-shaped flat files: for record companies, and for royalties on works.

Records, cells and their order are those of the DDEX Digital Sales Report flat files: Part 9,
financial reporting to record companies (SY10.01, SR08.01), and Part 6, royalty reporting
(SY07.01; AS01.02, MW01.02, SU02.02 and LI01.03 in blocks), with Part 8 for the cells. Implementing
the standard needs a licence of DDEX, and its values here are not certified: that is why the files
are called DSR-shaped. What only this service knows of a line (its pool and category, the formula,
the settlement's hash) stands in deal-specific records, DE01.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from clearmix.royalties.context import pool_of
from clearmix.royalties.reports.document import Document, Row, decimal, exact
from clearmix.royalties.reports.dsr_records import record, to_lines

Profile = Literal["sales", "royalty"]

PROFILES: Mapping[Profile, tuple[str, str, str]] = {
    "sales": ("FinancialReportingToRecordCompaniesProfile", "1.0", "recording"),
    "royalty": ("RoyaltyReportingProfile", "1.1", "work"),
}
"""Name and version of each profile, and the side whose lines belong into it; lines of no side
(contract terms, likeness, accounts that wait) go into the record companies' file."""

SENDER = "Clearmix"

_USE_TYPES = {"stream": "OnDemandStream", "render": "UserMadeClip"}


def to_dsr(document: Document, profile: Profile) -> str:
    """The lines of a statement that belong into a profile, tab-separated, with its headings.

    Its amounts add up to the statement's lines of that profile exactly; the two profiles together
    are the whole statement.
    """
    rows = [row for row in document.rows if profile_of(row) == profile]
    summaries = {key: f"S{number}" for number, key in enumerate(_keys(rows), start=1)}
    records = [_head(document, profile)]
    for key, id in summaries.items():
        mine = [row for row in rows if _key(row) == key]
        make = _sales_summary if profile == "sales" else _royalty_summary
        records.append(make(document, id, mine))
    make_rows = _sales if profile == "sales" else _royalty
    records += make_rows(document, rows, summaries)
    lines = len(records) + 1
    if profile == "sales":
        foot = record("SRFO", NumberOfLinesInReport=lines, NumberOfSummaryRecords=len(summaries))
    else:
        blocks = sum(one[0] == "RE01.02" for one in records)
        foot = record(
            "FOOT", NumberOfLinesInFile=lines, NumberOfLinesInReport=lines,
            NumberOfSummaryRecords=len(summaries), NumberOfBlocksInFile=blocks,
            NumberOfBlocksInReport=blocks,
        )  # fmt: skip
    return to_lines([*records, foot])


def profile_of(row: Row) -> Profile:
    """The profile whose file a row belongs into."""
    return "royalty" if row.line.side == PROFILES["royalty"][2] else "sales"


def _key(row: Row) -> tuple[str, ...]:
    return (row.line.currency, row.line.period, row.territory, row.tier, row.use_type)


def _keys(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    return sorted({_key(row) for row in rows})


def _head(document: Document, profile: Profile) -> list[str]:
    name, version, _ = PROFILES[profile]
    first, last = document.usage_period or ("", "")
    day = document.reporting_date
    return record(
        "HEAD",
        MessageVersion="DSR-shaped/1",
        Profile=name,
        ProfileVersion=version,
        MessageId=f"{document.id}-{profile}",
        MessageCreatedDateTime=f"{day}T00:00:00Z" if day else "",
        FileNumber=1,
        NumberOfFiles=1,
        UsageStartDate=first,
        UsageEndDate=last,
        SenderName=SENDER,
        RecipientPartyId=_party_id(document.payee.isni, document.payee.ipi),
        RecipientName=document.statement.name,
    )


def _party_id(isni: str, ipi: str) -> str:
    return f"ISNI:{isni.replace(' ', '')}" if isni else f"IPI:{ipi}" if ipi else ""


def _shared(id: str, row: Row) -> dict[str, Any]:
    return {
        "SummaryRecordId": id,
        "DistributionChannel": SENDER,
        "CommercialModel": "SubscriptionModel",
        "UseType": _USE_TYPES[row.use_type],
        "Territory": row.territory,
        "ServiceDescription": row.tier,
        "ExchangeRate": 1,
    }


def _sales_summary(document: Document, id: str, rows: Sequence[Row]) -> list[str]:
    amount = decimal(sum(row.amount_micro for row in rows))
    return record(
        "SY10.01",
        **_shared(id, rows[0]),
        ReportingPeriodStartDate=f"{rows[0].line.period}-01",
        ReportingPeriodEndDate=rows[0].last_day,
        AllocatedUsages=_usages(rows),
        CurrencyOfTransaction=rows[0].line.currency,
        CurrencyOfAccounting=rows[0].line.currency,
        DateOfCurrencyExchange=rows[0].last_day,
        AllocatedNetRevenueInCurrencyOfTransaction=amount,
        AllocatedNetRevenueInCurrencyOfAccounting=amount,
        FinalTotalAmountInCurrencyOfTransaction=amount,
        FinalTotalAmountInCurrencyOfAccounting=amount,
    )


def _royalty_summary(document: Document, id: str, rows: Sequence[Row]) -> list[str]:
    return record(
        "SY07.01",
        **_shared(id, rows[0]),
        RightsType=("MechanicalRight", "PerformingRight"),
        CurrencyOfReporting=rows[0].line.currency,
        CurrencyOfTransaction=rows[0].line.currency,
        RightsController=document.statement.name,
        RightsControllerPartyId=_party_id(document.payee.isni, document.payee.ipi),
        AllocatedUsages=_usages(rows),
        AllocatedNetRevenue=decimal(sum(row.amount_micro for row in rows)),
    )


def _usages(rows: Iterable[Row]) -> int:
    """How often the items were used: lines of one item and place speak of the same plays."""
    found: dict[tuple[str, ...], int] = {}
    for row in rows:
        line = row.line
        key = (line.settlement, pool_of(line.pool), line.item_id, line.splits_from)
        found[key] = max(found.get(key, 0), row.units, key=abs)
    return sum(found.values())


def _sales(
    document: Document, rows: Sequence[Row], summaries: Mapping[tuple[str, ...], str]
) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        amount = decimal(row.amount_micro)
        yield record(
            "SR08.01",
            SalesTransactionId=f"T{number}",
            GRid=row.source.grid,
            ICPN=row.source.upc,
            ISRC=row.source.isrc,
            DspResourceId=row.line.item_id,
            ResourceType="MusicalWorkSoundRecording",
            ResourceTitle=row.line.title,
            ResourceDisplayArtistName=row.source.artist,
            SummaryRecordId=summaries[_key(row)],
            Usages=row.units,
            NetUsage=row.units,
            RightSharePercentage=_percentage(row),
            AllocatedNetRevenueInCurrencyOfTransaction=amount,
            AllocatedNetRevenueInCurrencyOfAccounting=amount,
        )
        yield _deal(f"T{number}", row)


def _royalty(
    document: Document, rows: Sequence[Row], summaries: Mapping[tuple[str, ...], str]
) -> Iterator[list[str]]:
    blocks: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        blocks.setdefault((row.line.item_id, row.line.source), []).append(row)
    number = 0
    for block, ((item, source), mine) in enumerate(sorted(blocks.items()), start=1):
        id, first = f"B{block}", mine[0]
        yield record(
            "RE01.02", BlockId=id, ReleaseReference="R0", DspReleaseId=item,
            ReleaseDisplayArtistName=first.source.artist, ReleaseTitle=first.line.title,
            ReleaseLabelName=first.source.label, ReleaseICPN=first.source.upc,
        )  # fmt: skip
        yield record(
            "AS01.02", BlockId=id, ResourceReference="A1", DspResourceId=source or item,
            ResourceISRC=first.source.isrc, ResourceTitle=first.source.title,
            ResourceDisplayArtistName=first.source.artist,
            ResourceDuration=_duration(first.source.milliseconds),
            ResourceType="MusicalWorkSoundRecording",
        )  # fmt: skip
        yield record(
            "MW01.02", BlockId=id, DspMusicalWorkId=first.source.work_id,
            MusicalWorkISWC=first.source.iswc, MusicalWorkTitle=first.source.work_title,
            ResourceReference="A1",
        )  # fmt: skip
        for row in mine:
            number += 1
            yield record(
                "SU02.02", BlockId=id, SummaryRecordId=summaries[_key(row)],
                SalesTransactionId=f"T{number}", TransactedRelease="R0", TransactedResource="A1",
                IsRoyaltyBearing="true", NumberOfStreams=row.units,
                UseType=_USE_TYPES[row.use_type],
            )  # fmt: skip
            yield record(
                "LI01.03", BlockId=id, SummaryRecordId=summaries[_key(row)],
                RightsController=row.payee.name,
                RightsControllerPartyId=_party_id(row.payee.isni, row.payee.ipi),
                RightShare=_percentage(row), AllocatedAmount=decimal(row.amount_micro),
                AllocatedNetRevenue=decimal(row.amount_micro), AllocatedUsages=row.units,
                ParentSalesTransactionId=f"T{number}",
            )  # fmt: skip
            yield _deal(f"T{number}", row)


def _deal(id: str, row: Row) -> list[str]:
    return record(
        "DE01", SalesTransactionId=id, LineId=row.line.id,
        AdjustmentOf=row.line.adjustment_of, Pool=row.line.pool,
        Category=row.line.category, Source=row.line.source, Side=row.line.side,
        Role=row.line.role, ExactShare=exact(row.line.share), RateBase=row.line.base,
        SplitsFrom=row.line.splits_from, GrossAmount=decimal(row.gross_micro),
        CalculationVersion=row.formula, Hash=row.line.settlement,
    )  # fmt: skip


def _percentage(row: Row) -> str:
    return decimal(round(row.line.share * 100_000_000))


def _duration(milliseconds: int) -> str:
    """A length as ISO 8601 has it, such as `PT3M5S`."""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"PT{minutes}M{seconds}S" if milliseconds else ""
