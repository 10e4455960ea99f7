"""Statements in every format: their sums are the ledger's, and no title can do harm."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.royalties import Royalties
from clearmix.royalties.reports.document import make_document
from clearmix.royalties.reports.dsr_records import CELLS
from clearmix.royalties.reports.flat import guarded, to_csv
from clearmix.royalties.reports.naming import Names, names_of
from clearmix.royalties.reports.room import Reports
from clearmix.royalties.reports.usage import Place, Usage
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow, ShareRow, WorkRow

PAYEES = ("northlight", "cleo", "ben", "suspense", "carried")
NASTY = """=HYPERLINK("http://x")<script>alert(1)</script>\t|'"&夜曲 Ночь"""


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def dsr_records(content: bytes) -> list[dict[str, str]]:
    found = []
    for line in content.decode().splitlines():
        kind, *cells = line.split("\t")
        if kind.startswith("#"):
            assert tuple(cells) == CELLS[kind[1:]]
        else:
            found.append({"type": kind, **dict(zip(CELLS[kind], cells, strict=True))})
    return found


def micro(text: str) -> int:
    return int(Decimal(text) * 1_000_000)


# --- sums ----------------------------------------------------------------------------------------


def test_every_format_adds_up_to_the_ledger(reports: Reports, closed_room: Royalties) -> None:
    closed_room.settle("2026-10", "per-generation")
    balances = closed_room.ledger.balances()
    for payee in PAYEES:
        owed = sum(
            amount
            for (account, _), amount in balances.items()
            if account == f"accrued:{payee}" or account.startswith(f"{payee}:")
        )
        rows = csv_rows(reports.statement(payee, None, "csv"))
        assert sum(micro(row["net"]) for row in rows) == owed, payee
        assert sum(row.amount_micro for row in reports.document(payee).rows) == owed
        sales = dsr_records(reports.statement(payee, None, "dsr-sales"))
        royalty = dsr_records(reports.statement(payee, None, "dsr-royalty"))
        lines = [
            micro(one["AllocatedNetRevenueInCurrencyOfTransaction"])
            for one in sales
            if one["type"] == "SR08.01"
        ] + [micro(one["AllocatedAmount"]) for one in royalty if one["type"] == "LI01.03"]
        assert sum(lines) == owed
        summaries = [
            micro(one["FinalTotalAmountInCurrencyOfTransaction"])
            for one in sales
            if one["type"] == "SY10.01"
        ] + [micro(one["AllocatedNetRevenue"]) for one in royalty if one["type"] == "SY07.01"]
        assert sum(summaries) == owed


def test_every_format_names_the_base_of_a_rate_and_the_day_of_its_shares(
    reports: Reports, closed: Any, closed_room: Royalties, logged: Any, play: Any, write_plays: Any
) -> None:
    term = {"payee": "ben", "rate_bps": 1_500, "base": "net-pool"}
    closed_room.import_renders([logged("owed", ["dawn"], duties={"royalties": [term]})])
    with closed.database.session(write=True) as session:
        session.add(
            ShareRow(
                side="recording", subject="dawn", party="northlight", role="owner", parts=1,
                valid_from=date(2026, 10, 12),
            )
        )  # fmt: skip
    closed_room.import_plays(write_plays([play("late", "owed")], "late.csv"))
    closed_room.correct("2026-10")
    [line] = [line for line in closed_room.statement("ben").lines if line.item_id == "owed"]
    assert (line.base, line.splits_from) == ("net-pool", "2026-10-12")
    rows = csv_rows(reports.statement("ben", "2026-11", "csv"))
    [row] = [row for row in rows if row["line_id"] == line.id]
    assert (row["rate_base"], row["splits_from"]) == ("net-pool", "2026-10-12")
    deals = [
        record
        for record in dsr_records(reports.statement("ben", "2026-11", "dsr-sales"))
        if record.get("LineId") == line.id
    ]
    assert {(deal["RateBase"], deal["SplitsFrom"]) for deal in deals} == {
        ("net-pool", "2026-10-12")
    }
    page = reports.statement("ben", "2026-11", "html").decode()
    assert "by contract of what the item is allotted of the pool" in page
    assert "shares from 2026-10-12" in page
    assert reports.statement("ben", "2026-11", "pdf").startswith(b"%PDF")


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25
)
@given(
    places=st.lists(
        st.tuples(st.sampled_from(["GB", "DE", "US"]), st.sampled_from(["free", "plus"])),
        min_size=1,
        unique=True,
    ),
    earned=st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 50)), min_size=6, max_size=6),
)
def test_rows_add_up_to_their_line_wherever_it_was_heard(
    places: list[tuple[str, str]],
    earned: list[tuple[int, int]],
    reports: Reports,
    closed_room: Royalties,
) -> None:
    statement = closed_room.statement("northlight")
    [hash] = {line.settlement for line in statement.lines}
    heard = tuple(Place(*place, *part) for place, part in zip(places, earned, strict=False))
    document = make_document(
        statement,
        {hash: reports._reading.row(hash)},
        {hash: Usage({(line.pool, line.item_id, ""): heard for line in statement.lines})},
        Names({}, {}),
    )
    for line in statement.lines:
        mine = [row for row in document.rows if row.line == line]
        assert sum(row.amount_micro for row in mine) == line.amount_micro
        assert sum(row.gross_micro for row in mine) == line.gross_micro
        assert sum(row.units for row in mine) == line.units


def test_a_line_is_divided_by_where_its_plays_were_heard(
    october_room: Royalties, october: Any, play: Callable[..., Any], write_plays: Any
) -> None:
    october_room.import_plays(
        write_plays([play("far", territory="US"), play("ill", territory="US", seconds=3)], "us.csv")
    )
    october_room.settle("2026-10")
    reports = Reports(
        october.database,
        october.store,
        october.settings,
        catalogue=october.catalogue,
        royalties=october_room,
        formula=october.formula,
    )
    rows = [row for row in reports.document("northlight").rows if row.line.item_id == "dawn-remix"]
    assert {row.territory: row.units for row in rows} == {"GB": 2, "US": 1}
    by_territory = reports.document("northlight").as_json()["by_territory"]["GBP"]
    assert sum(by_territory.values()) == sum(row.amount_micro for row in rows)


def test_a_statement_made_again_is_the_same_to_the_byte(reports: Reports) -> None:
    for format in ("html", "csv", "pdf", "dsr-sales", "dsr-royalty", "json"):
        assert reports.statement("northlight", "2026-10", format) == reports.statement(
            "northlight", "2026-10", format
        ), format


# --- what titles can do --------------------------------------------------------------------------


@pytest.fixture
def nasty(closed: Any, reports: Reports) -> Reports:
    """The reports of a market whose names were chosen by somebody who means harm."""
    with closed.database.session(write=True) as session:
        session.get(RecordingRow, "dawn").title = NASTY
        session.get(PartyRow, "northlight").name = NASTY
        session.get(PartyRow, "ada").name = "@ada"
    return reports


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_page_runs_nothing_and_fetches_nothing(nasty: Reports) -> None:
    text = nasty.statement("northlight", None, "html").decode()
    tags = Tags()
    tags.feed(text)
    assert not {"script", "img", "iframe", "link", "object"} & {tag for tag, _ in tags.tags}
    assert not [attrs for _, attrs in tags.tags if {"src", "href", "onload"} & attrs.keys()]
    assert "default-src 'none'" in text
    assert "url(" not in text and "@import" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_page_has_the_plots(reports: Reports) -> None:
    text = reports.statement("northlight", "2026-10", "html").decode()
    for heading in ("By track", "Remixes beside originals", "By territory"):
        section = text.split(f"<h2>{heading}</h2>")[1].split("</section>")[0]
        assert re.search(r'<rect class="\w+" x="[\d.]+%" width="[1-9][\d.]*%"', section), heading
    assert "1.26 GBP" in text


def test_a_statement_of_nothing_says_so_in_every_format(reports: Reports) -> None:
    assert "nothing earned" in reports.statement("max", None, "html").decode()
    assert csv_rows(reports.statement("max", None, "csv")) == []
    kinds = [one["type"] for one in dsr_records(reports.statement("max", None, "dsr-sales"))]
    assert kinds == ["HEAD", "SRFO"]
    assert reports.statement("max", None, "pdf").startswith(b"%PDF-")


def test_a_spreadsheet_runs_no_cell(nasty: Reports) -> None:
    for row in csv_rows(nasty.statement("northlight", None, "csv")):
        for column, cell in row.items():
            number = re.fullmatch(r"-?\d+\.\d{6}", cell)
            assert number or not cell.lstrip().startswith(("=", "+", "-", "@")), column
        assert row["payee_name"] == f"'{NASTY}"
        assert row["artist"] == "'@ada"


@settings(deadline=None)
@given(st.text())
def test_a_guarded_text_begins_like_no_formula_and_keeps_its_words(text: str) -> None:
    assert guarded(text).endswith(text)
    assert not guarded(text).lstrip(" \0").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_delimiter_in_a_title_breaks_no_record(nasty: Reports) -> None:
    for profile in ("dsr-sales", "dsr-royalty"):
        assert dsr_records(nasty.statement("northlight", None, profile))


def test_a_pdf_has_text_in_any_script(nasty: Reports) -> None:
    made = nasty.statement("northlight", None, "pdf")
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF")
    assert b"STSong-Light" in made


# --- identifiers ---------------------------------------------------------------------------------


def test_identifiers_are_proved_and_a_wrong_one_is_left_out_by_name(
    closed: Any, reports: Reports
) -> None:
    with closed.database.session(write=True) as session:
        session.get(PartyRow, "cleo").ipi = "00014107338"
        session.get(PartyRow, "cleo").isni = "0000 0001 2103 2684"
        session.get(WorkRow, "dawn-song").iswc = "T-034.524.680-1"
        session.get(RecordingRow, "dawn").upc = "036000291452"
        session.get(RecordingRow, "dawn").grid = "A12425GABC1234002M"
    [row, *_] = csv_rows(reports.statement("northlight", None, "csv"))
    assert (row["upc"], row["grid"]) == ("036000291452", "A12425GABC1234002M")
    sold = next(
        one
        for one in dsr_records(reports.statement("northlight", None, "dsr-sales"))
        if one["type"] == "SR08.01"
    )
    assert (sold["ICPN"], sold["GRid"]) == (row["upc"], row["grid"])
    names = names_of(closed.database, ["dawn", "nothing"], ["cleo", "suspense:item:x"])
    assert names.source("dawn").iswc == "T-034.524.680-1"
    assert names.payee("cleo").ipi == "00014107338"
    assert names.payee("cleo").isni == ""
    assert names.payee("suspense:item:x").name == "suspense:item:x"
    [note] = names.notes
    assert "an identifier of `cleo` is left out: the check digit of" in note
    assert note in reports.document("cleo").notes
    royalty = dsr_records(reports.statement("cleo", None, "dsr-royalty"))
    assert {one["MusicalWorkISWC"] for one in royalty if one["type"] == "MW01.02"} >= {
        "T-034.524.680-1"
    }


def test_records_come_in_the_order_of_their_profiles(reports: Reports) -> None:
    sales = [one["type"] for one in dsr_records(reports.statement("northlight", None, "dsr-sales"))]
    assert sales[0] == "HEAD" and sales[-1] == "SRFO"
    assert sales.index("SY10.01") < sales.index("SR08.01") < sales.index("DE01")
    royalty = dsr_records(reports.statement("cleo", None, "dsr-royalty"))
    blocks = [one["type"] for one in royalty]
    assert blocks[0] == "HEAD" and blocks[-1] == "FOOT"
    first = blocks.index("RE01.02")
    assert blocks[first : first + 6] == [
        "RE01.02", "AS01.02", "MW01.02", "SU02.02", "LI01.03", "DE01",
    ]  # fmt: skip
    assert royalty[-1]["NumberOfLinesInFile"] == str(len(royalty))


def test_csv_has_every_column_that_accountants_expect(reports: Reports) -> None:
    header = to_csv(reports.document("northlight")).splitlines()[0].split(",")
    for column in (
        "statement_id", "reporting_date", "usage_period", "tier", "territory", "use_type",
        "source_isrc", "output_id", "iswc", "title", "artist", "payee", "ipi", "isni", "role",
        "right_side", "units", "gross", "share", "fee", "withholding_rate", "withholding", "net",
        "currency", "fx_rate", "fx_date", "calculation_version", "hash",
    ):  # fmt: skip
        assert column in header


def test_a_correction_is_stated_as_what_it_changed(
    reports: Reports, closed_room: Royalties, play: Callable[..., Any], write_plays: Any
) -> None:
    closed_room.import_plays(write_plays([play("late", territory="US")], "late.csv"))
    assert closed_room.correct("2026-10").posted
    balances = closed_room.ledger.balances()
    for payee in ("northlight", "cleo"):
        rows = csv_rows(reports.statement(payee, None, "csv"))
        assert sum(micro(row["net"]) for row in rows) == balances[f"accrued:{payee}", "GBP"]
        assert any(row["adjustment_of"] for row in rows)
        assert reports.statement(payee, None, "html").count(b"corrects ") > 0
