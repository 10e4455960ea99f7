"""The records of DSR-shaped flat files and their cells, in the standard's order (Part 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_DELIMITERS = "\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029|"

_HEAD = (
    "MessageVersion", "Profile", "ProfileVersion", "MessageId", "MessageCreatedDateTime",
    "FileNumber", "NumberOfFiles", "UsageStartDate", "UsageEndDate", "SenderPartyId", "SenderName",
    "ServiceDescription", "RecipientPartyId", "RecipientName", "RepresentedRepertoire",
)  # fmt: skip
_SY10 = (
    "SummaryRecordId", "DistributionChannel", "DistributionChannelDPID", "CommercialModel",
    "UseType", "ReportingPeriodStartDate", "ReportingPeriodEndDate", "SubscriberType",
    "Subscribers", "ActiveSubscribers", "PromotionalActivity", "Territory", "ServiceDescription",
    "OfferType", "Quality", "TotalUsages", "AllocatedUsages", "Returns", "MusicUsagePercentage",
    "CurrencyOfTransaction", "CurrencyOfAccounting", "ExchangeRate", "ExchangeRateSource",
    "DateOfCurrencyExchange", "GrossRevenueInCurrencyOfTransaction",
    "GrossRevenueInCurrencyOfAccounting", "CalculationType", "CalculationValue", "DeductionType",
    "DeductionsInCurrencyOfTransaction", "DeductionsInCurrencyOfAccounting",
    "NetRevenueInCurrencyOfTransaction", "NetRevenueInCurrencyOfAccounting",
    "AllocatedRevenueInCurrencyOfTransaction", "AllocatedRevenueInCurrencyOfAccounting",
    "AllocatedNetRevenueInCurrencyOfTransaction", "AllocatedNetRevenueInCurrencyOfAccounting",
    "RightsControllerMarketShare", "SubscriptionFeeInCurrencyOfTransaction",
    "SubscriptionFeeInCurrencyOfAccounting", "UsageIndependentFeeType",
    "UsageIndependentFeeInCurrencyOfTransaction", "UsageIndependentFeeInCurrencyOfAccounting",
    "FinalTotalAmountInCurrencyOfTransaction", "FinalTotalAmountInCurrencyOfAccounting",
)  # fmt: skip
_SR08 = (
    "SalesTransactionId", "GRid", "ICPN", "DspReleaseId", "LabelReleaseId",
    "ProprietaryReleaseId", "ContextReleaseGRid", "ReleaseType", "ReleaseTitle",
    "ReleaseSubTitle", "ReleaseDisplayArtistName", "ReleaseDisplayArtistPartyId", "ISRC", "ISAN",
    "DspResourceId", "LabelResourceId", "ProprietaryResourceId", "ContextResourceGRid",
    "ResourceType", "ResourceTitle", "ResourceSubTitle", "ResourceDisplayArtistName",
    "ResourceDisplayArtistPartyId", "SummaryRecordId", "SalesTransactionDate", "Usages", "Returns",
    "NetUsage", "WholesalePriceInCurrencyOfTransaction", "WholesalePriceInCurrencyOfAccounting",
    "SuggestedConsumerPriceInCurrencyOfTransaction",
    "SuggestedConsumerPriceInCurrencyOfAccounting", "PriceType", "PriceRangeType",
    "PriceConsumerPaidExcSalesTaxInCurrencyOfTransaction",
    "PriceConsumerPaidExcSalesTaxInCurrencyOfAccounting", "DeductionType",
    "DeductionsInCurrencyOfTransaction", "DeductionsInCurrencyOfAccounting",
    "RightSharePercentage", "CalculatedUnitPriceInCurrencyOfTransaction",
    "CalculatedUnitPriceInCurrencyOfAccounting", "AllocatedRevenueInCurrencyOfTransaction",
    "AllocatedRevenueInCurrencyOfAccounting", "AllocatedNetRevenueInCurrencyOfTransaction",
    "AllocatedNetRevenueInCurrencyOfAccounting", "CopyrightObligationWithDSP",
)  # fmt: skip
_SY07 = (
    "SummaryRecordId", "DistributionChannel", "DistributionChannelDPID", "CommercialModel",
    "UseType", "Territory", "RightsType", "ServiceDescription", "TotalUsages", "Users",
    "CurrencyOfReporting", "NetRevenue", "RightsController", "RightsControllerPartyId",
    "AllocatedUsages", "AllocatedRevenue", "AllocatedNetRevenue", "CurrencyOfTransaction",
    "ExchangeRate", "RightsTypePercentage",
)  # fmt: skip
_RE01 = (
    "BlockId", "ReleaseReference", "DspReleaseId", "ProprietaryReleaseId",
    "ReleaseCatalogNumber", "ReleaseICPN", "ReleaseDisplayArtistName",
    "ReleaseDisplayArtistPartyId", "ReleaseTitle", "ReleaseSubTitle", "ReleaseType",
    "ReleaseLabelName", "ReleasePLine", "DataProviderName", "ReleaseDate",
)  # fmt: skip
_AS01 = (
    "BlockId", "ResourceReference", "DspResourceId", "ResourceISRC", "ResourceTitle",
    "ResourceSubTitle", "ResourceDisplayArtistName", "ResourceDisplayArtistPartyId",
    "ResourceDuration", "ResourceType", "IsMasterRecording", "IsSubjectToOwnershipConflict",
    "LastConflictCheck",
)  # fmt: skip
_MW01 = (
    "BlockId", "DspMusicalWorkId", "MusicalWorkISWC", "MusicalWorkTitle", "MusicalWorkSubTitle",
    "MusicalWorkComposerAuthorName", "MusicalWorkComposerAuthorPartyId", "MusicalWorkArrangerName",
    "MusicalWorkArrangerPartyId", "MusicPublisherName", "MusicPublisherPartyId",
    "MusicalWorkContributorName", "MusicalWorkContributorPartyId", "DataProviderName",
    "ProprietaryMusicalWorkId", "ResourceReference",
)  # fmt: skip
_SU02 = (
    "BlockId", "SummaryRecordId", "SalesTransactionId", "TransactedRelease", "TransactedResource",
    "IsRoyaltyBearing", "NumberOfStreams", "PriceConsumerPaidExcSalesTax", "PromotionalActivity",
    "UseType",
)  # fmt: skip
_LI01 = (
    "BlockId", "SummaryRecordId", "RightsController", "RightsControllerPartyId",
    "RightsControllerWorkId", "RightShare", "RightsType", "AllocatedNetRevenue", "AllocatedAmount",
    "AllocatedUsages", "ParentSalesTransactionId", "LicensorDataRecordId",
)  # fmt: skip
_DE01 = (
    "SalesTransactionId", "LineId", "AdjustmentOf", "Pool", "Category", "Source", "Side", "Role",
    "ExactShare", "RateBase", "SplitsFrom", "GrossAmount", "CalculationVersion", "Hash",
)  # fmt: skip

CELLS: Mapping[str, tuple[str, ...]] = {
    "HEAD": _HEAD, "SY10.01": _SY10, "SR08.01": _SR08, "SY07.01": _SY07, "RE01.02": _RE01,
    "AS01.02": _AS01, "MW01.02": _MW01, "SU02.02": _SU02, "LI01.03": _LI01, "DE01": _DE01,
    "FOOT": (
        "NumberOfLinesInFile", "NumberOfLinesInReport", "NumberOfSummaryRecords",
        "NumberOfBlocksInFile", "NumberOfBlocksInReport",
    ),
    "SRFO": ("NumberOfLinesInReport", "NumberOfSummaryRecords"),
}  # fmt: skip
"""The cells of each record after its type, in order."""


def record(type: str, **cells: object) -> list[str]:
    """A record of that type; cells that are not given are empty.

    >>> record("SRFO", NumberOfLinesInReport=3)
    ['SRFO', '3', '']
    """
    unknown = cells.keys() - set(CELLS[type])
    if unknown:
        raise KeyError(f"{type} has no cell {min(unknown)}")
    return [type, *(_cell(cells.get(name, "")) for name in CELLS[type])]


def _cell(value: object) -> str:
    """A cell: a list joined by `|`, and no delimiter of the format inside (Part 1, clause 6.6)."""
    if isinstance(value, tuple):
        return "|".join(_cell(one) for one in value)
    return "".join(" " if sign in _DELIMITERS else sign for sign in str(value))


def to_lines(records: Iterable[Sequence[str]]) -> str:
    """Records as tab-separated lines, the first of each type after its headings as a comment."""
    seen: set[str] = set()
    lines = []
    for one in records:
        if one[0] not in seen:
            seen.add(one[0])
            lines.append("\t".join([f"#{one[0]}", *CELLS[one[0]]]))
        lines.append("\t".join(one))
    return "\n".join(lines) + "\n"
