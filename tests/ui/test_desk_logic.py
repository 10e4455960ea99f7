"""The desk and the feed as functions from who asks and what was sent to HTML, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.kernel import Kernel
from clearmix_ui.consent_form import Form, in_words
from clearmix_ui.desk import desk
from clearmix_ui.feed import feed, shared
from clearmix_ui.navigation import masthead
from clearmix_ui.panels import FIELDS_AT_MOST, LETTERS_AT_MOST, words_of


@pytest.fixture(scope="module")
def kernel(prepared: Any) -> Iterator[Kernel]:
    kernel = Kernel(prepared)
    yield kernel
    kernel.database.close()


def shown(kernel: Kernel, who: str, **message: str) -> str:
    return list(desk(kernel, who, message))[-1]


@pytest.mark.parametrize("user", ["mia", "operator", "nobody"])
@pytest.mark.parametrize("kind", ["open", "save", "answer", "take-down", "month"])
def test_whoever_signs_in_for_no_party_has_no_desk(kernel: Kernel, user: str, kind: str) -> None:
    html = shown(kernel, user, kind=kind, value="earnings", party="ada-wren", user="ada")

    assert "No desk here" in html
    assert "Ada Wren" not in html


def test_a_desk_is_about_the_tracks_of_its_party_alone(kernel: Kernel) -> None:
    own, label = shown(kernel, "lumen", kind="open"), shown(kernel, "nora", kind="open")

    assert "Korobeiniki" in own and "Ode to Joy" in own and "Greensleeves" not in own
    assert "Korobeiniki" in label and "Greensleeves" in label and "Amazing Grace" not in label


def test_a_preview_records_nothing_and_saving_does(kernel: Kernel) -> None:
    form = {"answer": "refuse", "what": "cover", "recording": "ode-to-joy", "territory": "ie"}
    before = kernel.consent.history("lumen-park")

    preview = shown(kernel, "lumen", kind="preview", **form)
    assert "If you record this" in preview
    assert kernel.consent.history("lumen-park") == before

    saved = shown(kernel, "lumen", kind="save", **form)
    assert "Recorded. You refuse covers of Ode to Joy in IE" in saved
    [new] = set(kernel.consent.history("lumen-park")) - set(before)
    assert (new.answer, new.kind, new.territory, new.existing) == ("refuse", "cover", "IE", "keep")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("territory", "UK", "did you mean `GB`?"),
        ("recording", "greensleeves", "is no track of Lumen Park"),
        ("first_day", "tomorrow", "write it as 2026-12-31"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_nothing_is_recorded(
    kernel: Kernel, field: str, value: str, said: str
) -> None:
    before = kernel.consent.history("lumen-park")

    for kind in ("preview", "save"):
        html = shown(kernel, "lumen", kind=kind, answer="refuse", **{field: value})
        assert said in html.replace("&#39;", "'")
    assert kernel.consent.history("lumen-park") == before


def test_a_chip_opens_the_form_with_the_opposite_of_what_holds(kernel: Kernel) -> None:
    html = shown(kernel, "lumen", kind="about", value="allow:remix:korobeiniki")

    assert '<option value="korobeiniki" selected>' in html
    assert "New remixes of Korobeiniki" in html or "Nothing else changes" in html


def test_terms_are_read_in_plain_english(kernel: Kernel) -> None:
    html = shown(kernel, "ada", kind="open", value="terms")

    assert "Ada Wren approves it within 10 days" in html
    assert "Platform baseline" in html


def test_earnings_say_why_there_are_none(kernel: Kernel) -> None:
    steps = list(desk(kernel, "ada", {"kind": "open", "value": "earnings"}))

    assert "Counting the plays" in steps[0]
    assert "No month with your songs has been settled yet" in steps[-1]
    assert "No play is logged yet" in steps[-1]


def test_every_lane_of_the_feed_shows_its_badge_on_every_tile(kernel: Kernel) -> None:
    [html] = feed(kernel, "mia", {})

    assert html.count('class="cm-tile"') == html.count("Human-made")
    assert "Nobody has shared a remix yet" in html or "cm-made is-listener-ai" in html


@pytest.mark.parametrize("id", ["", "greensleeves", "f" * 16, "<script>", "../../etc"])
def test_a_link_to_nothing_says_so_and_gives_nothing_away(kernel: Kernel, id: str) -> None:
    [html] = shared(kernel, "mia", {"of": id})

    assert "This remix cannot be played" in html
    assert "<script>" not in html and "data-play" not in html


def test_a_listener_shares_nothing_of_others(kernel: Kernel) -> None:
    [html] = feed(kernel, "mia", {"kind": "share", "value": "f" * 16})

    assert 'role="alert"' in html


def test_the_desk_is_offered_to_whom_it_is_for(kernel: Kernel) -> None:
    assert "/app/desk" in masthead(kernel, "ada", "Desk")
    assert "/app/desk" not in masthead(kernel, "mia", "Feed")


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["kind", "value", "answer", "what", "recording", "territory", "existing"]),
        st.one_of(st.text(max_size=30), st.sampled_from(["preview", "about", "open", "consent"])),
    )
)
def test_no_message_breaks_the_desk_or_becomes_markup(
    kernel: Kernel, message: dict[str, str]
) -> None:
    sent = {
        name: f"{value}<i>x</i>" if name != "kind" else value for name, value in message.items()
    }

    if message.get("kind") not in ("save", "answer", "take-down"):
        assert "<i>x</i>" not in shown(kernel, "lumen", **sent)


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none())))
def test_only_words_are_taken_from_a_browser(sent: dict[str, Any]) -> None:
    words = words_of(sent)

    assert len(words) <= FIELDS_AT_MOST
    assert all(len(value) <= LETTERS_AT_MOST for value in words.values())
    assert set(words.items()) <= set(sent.items())
    assert words_of([*sent]) == {}


def test_forms_take_only_their_choices() -> None:
    assert Form.of({"answer": "maybe", "what": "theft", "existing": "burn"}) == Form()
    assert Form.about("refuse:cover:song") == Form(
        answer="refuse", what="cover", recording="song", existing="remove"
    )


def test_an_answer_reads_as_a_sentence(kernel: Kernel) -> None:
    [refused] = [one for one in kernel.consent.history("lumen-park") if one.kind == "any"]

    assert in_words(refused, {"korobeiniki": "Korobeiniki"}) == (
        "You refuse any use of Korobeiniki; remixes made before come down."
    )


@pytest.mark.parametrize(("user", "status"), [(None, 401), ("mia", 403), ("ada", 200)])
def test_statements_are_for_whoever_they_are_about(
    service: Any, user: str | None, status: int
) -> None:
    with httpx.Client(base_url=service.url, timeout=60) as client:
        if user:
            client.post("/sign-in", data={"user": user, "password": user})
        for form, magic in (("csv", b""), ("pdf", b"%PDF"), ("html", b"<!doctype html>")):
            answer = client.get(f"/desk/statement.{form}", params={"payee": "northlight"})
            assert answer.status_code == status, answer.text
            if status == 200:
                assert answer.content.startswith(magic)
                assert b"Northlight Records" not in answer.content
                assert "no-store" in answer.headers["cache-control"]
        assert client.get("/desk/statement.exe").status_code in (401, 403, 422)
