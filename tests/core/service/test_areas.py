"""What the command line does, over HTTP: area by area, with the errors in the same words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from clearmix.kernel import Kernel
from clearmix.storage.columns import utc_now

from ..clearance.test_approvals import ASK_FIRST

WISH = {"spec": {"sources": ["open-road"], "tempo": {"bpm": 124}}}
MINE = """\
policy "Ada Wren, terms" version 1
by artist ada
in force from 2026-01-01
consent: opt-in

rule short: permit remix of tracks by ada
  provided
    length is at most 60 seconds
  reason "Short."
"""
SHORTER = MINE.replace("version 1", "version 2").replace("60 seconds", "30 seconds")

Calls = Callable[..., TestClient]


# --- remixes ------------------------------------------------------------------------------------


def test_a_remix_is_asked_for_once_however_often_it_is_sent(
    calls: Calls, nobody_renders: None
) -> None:
    mia = calls("mia")
    first = mia.post("/api/jobs", json=WISH, headers={"Idempotency-Key": "k"})
    again = mia.post("/api/jobs", json=WISH, headers={"Idempotency-Key": "k"})
    other = mia.post("/api/jobs", json={"words": "x"}, headers={"Idempotency-Key": "k"})
    anew = mia.post("/api/jobs", json=WISH)
    assert (first.status_code, first.json()["outcome"]) == (202, "permitted")
    assert first.json()["quote"]["amount_micro"] == 0
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (other.status_code, other.json()["place"]) == (409, "Idempotency-Key")
    assert anew.json()["job"]["id"] != first.json()["job"]["id"]
    assert len(mia.get("/api/jobs").json()["items"]) == 2


def test_what_failed_may_be_sent_again_with_its_key(calls: Calls, nobody_renders: None) -> None:
    mia = calls("mia")
    headers = {"Idempotency-Key": "k"}
    failed = mia.post("/api/jobs", json={"spec": {"sources": ["nothing"]}}, headers=headers)
    right = mia.post("/api/jobs", json=WISH, headers=headers)
    assert failed.status_code == 422
    assert "nothing" in failed.json()["detail"]
    assert right.status_code == 202


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_a_length(calls: Calls, nobody_renders: None, key: str) -> None:
    answer = calls("mia").post("/api/jobs", json=WISH, headers={"Idempotency-Key": key})
    assert answer.status_code == 422


def test_a_refusal_is_an_answer(calls: Calls, nobody_renders: None) -> None:
    refused = calls("ada").post(
        "/api/parties/ada/consents", json={"answer": "refuse", "kind": "any"}
    )
    answer = calls("mia").post("/api/jobs", json=WISH)
    assert refused.status_code == 201
    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["job"]) == ("forbidden", None)
    assert "Ada Wren" in answer.json()["reasons"][0]["text"]


def test_a_job_is_followed_and_cancelled(calls: Calls, nobody_renders: None) -> None:
    mia = calls("mia")
    id = mia.post("/api/jobs", json=WISH).json()["job"]["id"]
    assert mia.get(f"/api/jobs/{id}").json()["state"] == "queued"
    assert mia.delete(f"/api/jobs/{id}").json()["state"] == "cancelled"
    assert mia.delete(f"/api/jobs/{id}").json()["state"] == "cancelled"


def test_words_are_understood_and_asked_back(calls: Calls) -> None:
    mia = calls("mia")
    said = mia.post("/api/interpretations", json={"words": "make Open Road 20% faster"}).json()
    assert said["spec"]["sources"] == ["open-road"]
    assert said["spec"]["tempo"]["ratio"] == pytest.approx(1.2)
    refined = mia.post(
        "/api/interpretations", json={"words": "without drums", "versions": [said["spec"]]}
    ).json()
    assert refined["spec"]["tempo"] == said["spec"]["tempo"]
    assert "parts" in refined["changed"]


def test_a_decision_is_explained_as_of_another_time(calls: Calls) -> None:
    asked = WISH | {"at": "2026-11-01T00:00:00", "explain": True}
    said = calls("mia").post("/api/decisions", json=asked).json()
    assert said["outcome"] == "permitted"
    assert said["explanation"]


@pytest.mark.parametrize(
    ("wish", "said", "help"),
    [
        ({}, "give either `spec` or `words`", "openapi"),
        ({"spec": {"sources": ["open-road"], "era": "80z"}}, "80z", ""),
        ({"words": "hello there"}, "says how to change a song", "say for example"),
        ({"spec": {"sources": ["open-roda"]}}, "open-roda", "`open-road`"),
        ({"spec": {"sources": ["open-road"]}, "generator": "idel"}, "idel", "`idle`"),
        ({"spec": {"sources": ["open-road"]}, "more": 1}, "more", "openapi"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(
    calls: Calls, wish: dict[str, Any], said: str, help: str
) -> None:
    answer = calls("mia").post("/api/decisions", json=wish)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert help.lower() in answer.json()["help"].lower()


# --- lists --------------------------------------------------------------------------------------


def test_a_list_comes_in_pages(calls: Calls) -> None:
    mia = calls("mia")
    first = mia.get("/api/recordings?limit=1").json()
    second = mia.get(f"/api/recordings?limit=1&after={first['next']}").json()
    assert [row["id"] for row in first["items"] + second["items"]] == ["dusky", "open-road"]
    assert (first["next"], second["next"]) == ("dusky", None)
    lost = mia.get("/api/recordings?after=nothing")
    assert (lost.status_code, lost.json()["place"]) == (400, "after")
    assert mia.get("/api/recordings?limit=0").status_code == 422


def test_what_is_not_there_is_not_found_with_a_near_match(calls: Calls) -> None:
    answer = calls("mia").get("/api/recordings/open%20roda")
    assert answer.status_code == 404
    assert answer.json()["help"] == "Did you mean `open-road`?"


def test_whoever_calls_learns_what_it_may_do(calls: Calls) -> None:
    said = calls("ada", "consent", "listen").get("/api/me").json()
    assert (said["user"], said["role"], said["party"]) == ("ada", "artist", "ada")
    assert said["scopes"] == ["consent", "listen"]
    assert said["plan"] is None
    assert calls("mia").get("/api/me").json()["tier"] == "studio"


def test_nobody_learns_who_else_listens(calls: Calls) -> None:
    answer = calls("pol").post("/api/decisions", json=WISH)
    assert answer.status_code == 422
    assert "no listener `pol`" in answer.json()["detail"].lower()
    assert "mia" not in answer.text


# --- consents and approvals ---------------------------------------------------------------------


def test_an_opt_out_over_http_ends_what_streams(calls: Calls, publish: Callable[..., str]) -> None:
    mia, ada = calls("mia"), calls("ada")
    url = mia.post(f"/api/streams/{publish('mia')}").json()["url"]
    assert mia.get(url).status_code == 200
    ada.post(
        "/api/parties/ada/consents",
        json={"answer": "refuse", "kind": "remix", "existing": "remove"},
    )
    assert mia.get(url).status_code == 451
    shown = ada.get("/api/parties/ada/consents").json()
    assert [one["answer"] for one in shown["consents"]] == ["refuse"]
    assert ada.get("/api/parties/ada/consents/history").json()["consents"] == shown["consents"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"answer": "allow", "kind": "remixx"}, "unknown kind"),
        ({"answer": "allow", "kind": "remix", "territory": "UK"}, "unknown territory"),
        ({"answer": "allow", "kind": "remix", "recording": "none"}, "no recording"),
        ({"answer": "allow", "kind": "remix", "from": "2026-02-02", "until": "2026-01-01"}, "2026"),
    ],
)
def test_an_answer_that_is_none_is_refused(calls: Calls, said: dict, wrong: str) -> None:
    answer = calls("ada").post("/api/parties/ada/consents", json=said)
    assert answer.status_code == 422
    assert wrong in answer.json()["detail"].lower()


def test_an_approval_is_given_by_its_party_and_by_no_other(
    calls: Calls, nobody_renders: None
) -> None:
    ops = calls("ops")
    added = ops.post("/api/policies", json={"name": "ada.rights", "text": ASK_FIRST})
    assert added.status_code == 201, added.text
    wish = {"spec": {"sources": ["open-road"], "strength": 0.95}}
    referred = calls("mia").post("/api/jobs", json=wish).json()
    assert (referred["outcome"], referred["job"]) == ("referred", None)
    (mine,) = calls("ada").get("/api/approvals").json()["items"]
    path = f"/api/approvals/{mine['id']}/answer"

    assert calls("bo").get("/api/approvals").json()["items"] == []
    assert calls("bo").post(path, json={"answer": "approve"}).status_code == 404
    half = calls("ada").post(path, json={"answer": "approve"}).json()
    assert half["decision"] is None
    (rest,) = ops.get("/api/approvals").json()["items"]
    whole = ops.post(f"/api/approvals/{rest['id']}/answer", json={"answer": "approve"}).json()
    assert whole["decision"]["outcome"] == "permitted"
    assert whole["approvals"][0]["job"]
    assert calls("ada").post(path, json={"answer": "refuse"}).status_code == 422


# --- rules --------------------------------------------------------------------------------------


def test_policies_are_listed_and_shown_in_plain_english(calls: Calls) -> None:
    calls("ops").post("/api/policies", json={"name": "ada.rights", "text": MINE})
    listed = calls("pol").get("/api/policies?limit=200").json()["items"]
    shown = calls("pol").get("/api/policies/Ada Wren, terms").json()["policies"]
    assert "Ada Wren, terms" in {one["title"] for one in listed}
    assert shown[0]["rules"][0]["reason"] == "Short."
    assert calls("pol").get("/api/policies/none").status_code == 404


@pytest.mark.parametrize(
    "name", ["../x.rights", "/tmp/x.rights", "x.txt", "a\\b.rights", ".rights"]
)
@pytest.mark.parametrize("user", ["pol", "ops"])
def test_a_text_has_a_plain_file_name(calls: Calls, name: str, user: str) -> None:
    checked = calls(user).post("/api/rules/check", json={"files": {name: MINE}})
    added = calls("ops").post("/api/policies", json={"name": name, "text": MINE})
    assert (checked.status_code, added.status_code) == (422, 422)


def test_every_tool_of_the_rights_language_answers(calls: Calls) -> None:
    calls("ops").post("/api/policies", json={"name": "ada.rights", "text": MINE})
    pol = calls("pol")
    ask = calls("ops")

    def asked(client: TestClient, tool: str, body: dict[str, Any]) -> Any:
        answer = client.post(f"/api/rules/{tool}", json=body)
        assert answer.status_code == 200, (tool, answer.text)
        return answer.json()

    wrong = MINE.replace("seconds", "secnds")
    assert asked(pol, "check", {"files": {"a.rights": MINE}})["ok"]
    found = asked(pol, "check", {"files": {"a.rights": wrong}})
    assert not found["ok"]
    assert found["diagnostics"][0]["line"] == 8
    spread = {"a.rights": MINE.replace("permit remix", "permit   remix")}
    laid_out = asked(pol, "fmt", {"files": spread})
    assert laid_out != {"files": spread}
    assert laid_out == asked(pol, "fmt", {"files": {"a.rights": MINE}})
    request = {"spec": WISH["spec"] | {"structure": {"seconds": 20}}, "listener": "mia"}
    assert asked(ask, "decide", request | {"explain": True})["outcome"] == "permitted"
    assert asked(ask, "filter", request)
    changed = asked(pol, "diff", {"new": {"ada.rights": SHORTER}, "seconds": 10})
    assert changed
    assert asked(pol, "prove", {"files": {"a.rights": MINE}, "seconds": 10})


def test_a_tool_says_what_is_wrong_with_what_it_was_given(calls: Calls) -> None:
    answer = calls("pol").post(
        "/api/rules/decide", json={"request": {"nonsense": 1}, "files": {"a.rights": MINE}}
    )
    assert answer.status_code == 422
    assert answer.json()["help"]
    assert "/tmp" not in answer.text


def test_a_tool_that_takes_too_long_is_stopped(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearmix.service import rules_bench

    monkeypatch.setattr(rules_bench, "TOOL_SECONDS", 0.01)
    answer = calls("pol").post("/api/rules/check", json={"files": {"a.rights": MINE}})
    assert answer.status_code == 422
    assert "took longer" in answer.json()["detail"]


# --- royalties ----------------------------------------------------------------------------------


@pytest.fixture
def settled(calls: Calls, market: Kernel, publish: Callable[..., str]) -> dict[str, Any]:
    """This month, with a play of a remix and one of a song, settled over HTTP."""
    market.royalties.import_rates(
        {"currency": "GBP", "add_on_fee_micro": 5_000_000, "revenue_share_bps": 7_000,
         "per_generation_fee_micro": 20_000}
    )  # fmt: skip
    rows = (
        "event_id,item_id,listener_id,played_at,seconds,category,territory,tier\n"
        f"1,{publish()},ben,{utc_now().isoformat()},33,listener-remix,GB,studio\n"
        f"2,dusky,ben,{utc_now().isoformat()},33,original,GB,studio\n"
    )
    ops = calls("ops")
    ops.post("/api/plays/imports", files={"file": ("plays.csv", rows.encode())})
    month = {"period": f"{utc_now():%Y-%m}", "early": True}
    answer = ops.post("/api/royalties/settlements", json=month)
    assert answer.status_code == 200, answer.text
    settled: dict[str, Any] = answer.json()
    return settled


def test_plays_of_a_published_remix_are_held_against_what_was_published(
    calls: Calls, market: Kernel, publish: Callable[..., str]
) -> None:
    market.royalties.import_rates(
        {"currency": "GBP", "add_on_fee_micro": 5_000_000, "revenue_share_bps": 7_000}
    )
    remix, now = publish(), utc_now()
    head = "event_id,item_id,listener_id,played_at,seconds,category,territory,tier,maker_id"
    rows = (
        f"mine,{remix},mia,{now.isoformat()},33,listener-remix,GB,studio,",
        f"bens,{remix},ben,{now.isoformat()},33,listener-remix,GB,studio,",
        f"long,{remix},ben,{now.isoformat()},36,listener-remix,GB,studio,",
        f"soon,{remix},ben,{(now - timedelta(days=1)).isoformat()},33,listener-remix,GB,studio,",
    )
    ops = calls("ops")
    text = "\n".join((head, *rows)).encode()
    imported = ops.post("/api/plays/imports", files={"file": ("plays.csv", text)}).json()
    assert imported["accepted"] == 2
    long, soon = (row["reason"] for row in imported["refused"])
    assert long == "`seconds` is more than one play of the item can last: 36, and it lasts 20.0"
    assert soon.startswith("`played_at` is before the item was made: ")
    month = {"period": f"{now:%Y-%m}", "early": True}
    settled = ops.post("/api/royalties/settlements", json=month).json()
    assert (settled["plays"], settled["eligible_plays"]) == (2, 1)


def test_a_month_is_settled_once_verified_and_read_by_its_payees(
    calls: Calls, settled: dict[str, Any]
) -> None:
    ops, ada, bo = calls("ops"), calls("ada"), calls("bo")
    month = {"period": settled["period"], "early": True}
    again = ops.post("/api/royalties/settlements", json=month).json()
    replayed = ops.post("/api/royalties/verifications", json={"hash": settled["hash"]}).json()
    assert again["hash"] == settled["hash"]
    assert replayed["same"] is True
    mine = ada.get(f"/api/parties/ada/statement?period={settled['period']}").json()
    assert mine["lines"]
    line = mine["lines"][0]["id"]
    told = ada.get(f"/api/royalties/lines/{line}").json()
    assert told["steps"]
    [claim] = told["claimed"]["claims"]
    assert (claim["weight"], claim["worth_micro"]) == (1, told["claimed"]["worth_micro"])
    assert "claimed" not in ada.get(f"/api/royalties/lines/{line}?claims=false").json()
    assert bo.get(f"/api/royalties/lines/{line}").status_code == 404
    assert bo.get("/api/royalties/lines/none").status_code == 404
    assert ops.get("/api/parties/suspense/statement").status_code == 200
    assert ada.get("/api/parties/suspense/statement").status_code == 403


@pytest.mark.parametrize("format", ["html", "csv", "pdf", "dsr-sales", "dsr-royalty", "json"])
def test_a_statement_is_a_file_to_keep_and_no_page_of_ours(
    calls: Calls, settled: dict[str, Any], format: str
) -> None:
    answer = calls("bo").get(f"/api/parties/bo/statement?format={format}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    if format == "html":
        assert "Bo <b>Bold</b>" not in answer.text
        assert "Bo &lt;b&gt;Bold&lt;/b&gt;" in answer.text


def test_formulas_are_compared_before_anybody_signs(calls: Calls, settled: dict[str, Any]) -> None:
    sides = {"a": {"formula": "pro-rata"}, "b": {"formula": "user-centric"}}
    assert calls("ops").post("/api/royalties/comparisons", json=sides).status_code == 200
    wrong = sides | {"b": {"formula": "pro-rata", "rates": {"currency": 1}}}
    assert calls("ops").post("/api/royalties/comparisons", json=wrong).status_code == 422
    estimate = calls("ada").get("/api/parties/ada/what-if?consent=remix")
    assert estimate.status_code in (200, 404)  # there may be too little to estimate from
    assert "detail" in estimate.json() or estimate.json()["payee"] == "ada"


def test_the_house_says_what_is_installed_and_ready(calls: Calls) -> None:
    ops = calls("ops")
    assert "idle" in {one["name"] for one in ops.get("/api/plugins").json()["plugins"]}
    assert {one["name"] for one in ops.get("/api/doctor").json()["findings"]} >= {"database"}
    assert "properties" in ops.get("/api/spec/schema").json()
