from __future__ import annotations

import json
from pathlib import Path

import pytest

PLAYS = """\
event_id,item_id,listener_id,played_at,seconds,category,territory,tier,offline,maker_id,fraud
a,night-drive,local,2026-10-03T10:00:00Z,33,original,GB,studio,false,,false
b,night-drive,local,2026-10-04T10:00:00Z,33,original,GB,studio,false,,false
b,night-drive,local,2026-10-04T10:00:00Z,33,original,GB,studio,false,,false
c,night-drive,local,2026-10-05T10:00:00Z,-3,original,GB,studio,false,,false
"""


@pytest.fixture
def with_plays(as_json, song: Path, tmp_path: Path) -> dict:
    as_json("catalogue", "add", song, "--title", "Night Drive", "--artist", "Ada Wren")
    (tmp_path / "plays.csv").write_text(PLAYS)
    return as_json("plays", "import", tmp_path / "plays.csv")


def test_plays_are_imported_once_and_refused_rows_say_why(with_plays: dict) -> None:
    assert with_plays["accepted"] == 2
    assert with_plays["duplicates"] == 1
    (repeat,) = with_plays["repeats"]
    assert repeat["reason"] == "an earlier row has this `event_id`"
    (refused,) = with_plays["refused"]
    assert "-3" in json.dumps(refused)


def test_a_file_without_rows_counts_none(clearmix, tmp_path: Path) -> None:
    (tmp_path / "plays.csv").write_text(PLAYS.splitlines()[0] + "\n")
    code, out, _ = clearmix("plays", "import", tmp_path / "plays.csv")
    assert (code, out.strip()) == (0, "0 plays imported, 0 were there already")


def test_a_month_is_settled_stated_explained_and_verified(
    as_json, with_plays: dict, tmp_path: Path
) -> None:
    rates = {
        "currency": "GBP",
        "subscription_fee_micro": {"studio": 10_000_000},
        "add_on_fee_micro": 4_990_000,
        "revenue_share_bps": 6500,
        "per_generation_fee_micro": 50_000,
        "tier_subscribers": {"studio": ["local"]},
    }
    document = {"format": 1, "rates": rates}
    (tmp_path / "rates.json").write_text(json.dumps(document))
    as_json("catalogue", "import", tmp_path / "rates.json")
    settled = as_json("royalties", "settle", "--period", "2026-10", "--formula", "pro-rata")
    assert {"hash", "pool_micro", "allocated_micro", "lines"} <= settled.keys()
    assert settled["pool_micro"] == settled["allocated_micro"]
    again = as_json("royalties", "settle", "--period", "2026-10")
    assert again["hash"] == settled["hash"]
    statement = as_json("royalties", "statement", "ada-wren")
    assert sum(line["amount_micro"] for line in statement["lines"]) == sum(
        line["amount_micro"] for line in settled["lines"] if line["payee"] == "ada-wren"
    )
    explained = as_json("royalties", "explain", statement["lines"][0]["id"])
    assert explained["plays"] == ["a", "b"]
    assert [claim["event"] for claim in explained["claimed"]["claims"]] == ["a", "b"]
    assert as_json("royalties", "verify", settled["hash"])["same"] is True


def test_a_settled_month_is_corrected_and_paid(
    as_json, clearmix, with_plays: dict, tmp_path: Path
) -> None:
    rates = {
        "currency": "GBP",
        "subscription_fee_micro": {"studio": 10_000_000},
        "revenue_share_bps": 5000,
        "tier_subscribers": {"studio": ["local"]},
    }
    (tmp_path / "rates.json").write_text(json.dumps({"format": 1, "rates": rates}))
    as_json("catalogue", "import", tmp_path / "rates.json")
    first = as_json("royalties", "settle", "--period", "2026-10")
    (tmp_path / "late.csv").write_text(PLAYS.replace("\na,", "\nlate,"))
    _, out, _ = clearmix("plays", "import", tmp_path / "late.csv")
    assert "  1 late: run `clearmix royalties correct --period 2026-10 --formula pro-rata`" in out
    assert as_json("plays", "flag", "late") == {"flagged": 1}
    assert as_json("plays", "flag", "late", "--lift", "--reason", "appeal") == {"lifted": 1}
    assert as_json("plays", "flag", "late") == {"flagged": 1}
    assert as_json("plays", "flag", "b", "--reason", "fraud") == {"flagged": 1}
    corrected = as_json("royalties", "correct", "--period", "2026-10")
    assert (corrected["corrects"], corrected["eligible_plays"]) == (first["hash"], 1)
    carried = as_json("royalties", "pay", "ada-wren", "--threshold", "1,000.00")["payouts"]
    assert [row["state"] for row in carried] == ["carried"]
    paid = as_json("royalties", "pay", "ada-wren", "--reference", "batch 7")["payouts"]
    assert [(row["state"], row["amount_micro"]) for row in paid] == [
        ("paid", carried[0]["amount_micro"])
    ]
    balances = as_json("royalties", "balances")["balances"]
    assert sum(row["amount_micro"] for row in balances) == 0
    assert as_json("plays", "close") == {"moved": 0}


def test_all_settlements_and_the_books_are_verified_at_once(
    as_json, clearmix, with_plays: dict, tmp_path: Path
) -> None:
    assert as_json("royalties", "verify") == {"same": True, "settlements": [], "books": []}
    rates = {
        "currency": "GBP",
        "subscription_fee_micro": {"studio": 10_000_000},
        "revenue_share_bps": 6500,
        "tier_subscribers": {"studio": ["local", "away"]},
    }
    (tmp_path / "rates.json").write_text(json.dumps({"format": 1, "rates": rates}))
    as_json("catalogue", "import", tmp_path / "rates.json")
    settled = as_json("royalties", "settle", "--period", "2026-10", "--formula", "user-centric")
    [row] = as_json("royalties", "settlements")["settlements"]
    assert (row["hash"], row["pool"], row["stands"]) == (settled["hash"], "13.00 GBP", True)
    waits = (
        "6.50 GBP waits in `carried:general` since 2026-10: the next month that divides the pool "
        "`general` takes it in"
    )
    assert settled["notes"] == [waits]
    assert as_json("royalties", "verify", settled["hash"])["notes"] == [waits]
    [held] = as_json("royalties", "suspense")["carried"]
    assert (held["account"], held["amount"]) == ("carried:general", "6.50 GBP")
    _, out, _ = clearmix("royalties", "statement", "carried")
    assert waits in out
    _, out, _ = clearmix("royalties", "verify")
    assert out.splitlines() == [
        f"the replay of {settled['hash'][:12]} gives the same hash",
        "the books agree",
    ]
    line = next(line for line in settled["lines"] if line["payee"] == "ada-wren")
    _, out, _ = clearmix("royalties", "explain", line["id"])
    assert out.startswith("ada-wren earned ")
    assert "  1. the pool `general` of 2026-10 held 13.00 GBP" in out
    assert "{" not in out, "sentences, no data"


def test_formulas_are_listed_with_what_counts(as_json) -> None:
    listed = {row["id"]: row for row in as_json("royalties", "formulas")["formulas"]}
    assert listed.keys() >= {
        "pro-rata", "user-centric", "artist-centric", "threshold", "per-generation",
    }  # fmt: skip
    assert listed["pro-rata"]["eligibility"]["least_seconds"] == 30


def test_a_wrong_rate_card_keeps_its_whole_document_from_being_imported(
    as_json, clearmix, tmp_path: Path
) -> None:
    party = {"id": "ada-wren", "kind": "artist", "name": "Ada Wren"}
    document = {"format": 1, "parties": [party], "rates": {"currency": "pounds"}}
    (tmp_path / "wrong.json").write_text(json.dumps(document))
    code, _, err = clearmix("catalogue", "import", tmp_path / "wrong.json")
    assert code == 1
    assert "currency: write three capital letters of ISO 4217, such as GBP" in err
    code, _, err = clearmix("royalties", "statement", "ada-wren")
    assert (code, "no party `ada-wren`" in err) == (1, True)
    right = {"currency": "GBP", "revenue_share_bps": 7_000, "add_on_fee_micro": 2**62 - 1}
    document = {"format": 1, "rates": {**right, "subscribers": ["a", "b"]}}
    (tmp_path / "large.json").write_text(json.dumps(document))
    assert as_json("catalogue", "import", tmp_path / "large.json")["rate_cards"] == 1
    code, _, err = clearmix("royalties", "settle", "--period", "2026-10")
    assert "the pool `add-on` of 2026-10 would hold 6,456,360,425,798.343064 GBP" in err
    assert "check the fees of the rate card; they are in millionths of the currency" in err


def test_a_threshold_that_is_no_amount_is_refused(clearmix) -> None:
    code, _, err = clearmix("royalties", "pay", "--threshold", "lots")
    assert code == 1
    assert "`lots` is not an amount" in err


def test_a_month_without_rates_is_refused_with_a_remedy(clearmix, with_plays: dict) -> None:
    code, out, err = clearmix("royalties", "settle", "--period", "2026-10", "--json")
    assert (code, out) == (1, "")
    assert "help:" in err


def test_a_statement_is_written_in_the_format_that_its_name_asks_for(
    as_json, clearmix, with_plays: dict, tmp_path: Path
) -> None:
    for name, start in (("s.html", b"<!doctype html>"), ("s.csv", b"\xef\xbb\xbfstatement_id"),
                        ("s.pdf", b"%PDF-"), ("s.json", b"{")):  # fmt: skip
        assert as_json("royalties", "statement", "ada-wren", "--out", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    as_json("royalties", "statement", "ada-wren", "--format", "dsr-sales", "--out", tmp_path / "x")
    assert (tmp_path / "x").read_text().startswith("#HEAD\t")
    for options, said in (
        (["--out", tmp_path / "s.doc"], "does not say a format"),
        (["--format", "pdf"], "where shall the statement"),
        (["--out", tmp_path / "no" / "s.csv"], "cannot write the file"),
    ):
        code, _, err = clearmix("royalties", "statement", "ada-wren", *options)
        assert code == 1 and said in err and "help:" in err


def test_formulas_and_rates_are_compared_and_a_page_is_written(
    as_json, clearmix, with_plays: dict, tmp_path: Path
) -> None:
    card = {
        "currency": "GBP",
        "subscription_fee_micro": {"studio": 10_000_000},
        "revenue_share_bps": 6500,
        "tier_subscribers": {"studio": ["local"]},
    }
    (tmp_path / "a.json").write_text(json.dumps(card))
    (tmp_path / "b.json").write_text(json.dumps({"rates": card | {"revenue_share_bps": 7000}}))
    both = ("--rates", tmp_path / "a.json", "--rates", tmp_path / "b.json")
    page = tmp_path / "page.html"
    found = as_json("royalties", "compare", "--formula", "pro-rata", *both, "--out", page)
    assert (found["a_pool_micro"], found["b_pool_micro"]) == (6_500_000, 7_000_000)
    assert sum(payee["change_micro"] for payee in found["payees"]) == 500_000
    assert page.read_text().startswith("<!doctype html>")
    for options, said in (
        (["--formula", "pro-rata"], "are no two sides"),
        (["--formula", "pro-rata", "--rates", tmp_path / "none.json"], "cannot read the rate card"),
    ):
        code, _, err = clearmix("royalties", "compare", *options)
        assert code == 1 and said in err and "help:" in err


def test_estimates_and_measures_say_why_there_is_none(
    as_json, clearmix, with_plays: dict, tmp_path: Path
) -> None:
    document = {"format": 1, "rates": {"currency": "GBP", "revenue_share_bps": 1}}
    (tmp_path / "rates.json").write_text(json.dumps(document))
    as_json("catalogue", "import", tmp_path / "rates.json")
    code, _, err = clearmix("royalties", "what-if", "--payee", "ada-wren")
    assert code == 1 and "recordings take part" in err and "help:" in err
    found = as_json("royalties", "amplify", "--party", "ada-wren", "--out", tmp_path / "page.html")
    assert (found["party"], found["tracks"], found["together"]) == ("ada-wren", [], None)
