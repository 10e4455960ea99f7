"""Feed and Desk in a real browser: from sharing over approval to a stream that is stopped.

The tests of this module go on from one another, as the story of one remix. Screenshots go to
`artifacts/`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec

from .visiting import ARTIFACTS, PATIENCE_MS, Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

TITLE = "Greensleeves (1980s remix)"
PHONE_WIDTH = 390
FIRST_PAGE_SECONDS = 2.0


@pytest.fixture(scope="module")
def render(service: Any) -> Iterator[str]:
    """A remix that Mia had made of Ada Wren's song."""
    kernel = Kernel(service.settings)
    spec = RemixSpec(sources=("greensleeves",), era="1980s", structure={"seconds": 20})
    submission = kernel.rendering.submit(spec, "mia")
    assert submission.job is not None
    job = kernel.rendering.wait(submission.job.id)
    assert job.render_id is not None, job.error
    yield job.render_id
    kernel.database.close()


@pytest.fixture(scope="module")
def mia(chromium: Any, service: Any) -> Iterator[Visit]:
    with visiting(chromium, service.url, "mia", scheme="light") as visit:
        yield visit


@pytest.fixture(scope="module")
def ada(chromium: Any, service: Any) -> Iterator[Visit]:
    with visiting(chromium, service.url, "ada", scheme="dark") as visit:
        yield visit


def test_sharing_asks_whoever_must_approve(mia: Visit, render: str) -> None:
    feed = mia.at("/app/feed")

    feed.locator(f"[data-kind=share][data-value='{render}']").click()
    feed.get_by_text("Asked for approval").wait_for()

    own = feed.locator(".is-own li").first
    assert "Waiting for an approval" in own.inner_text()
    assert "Asked for approval" in own.inner_text(), "the answer stands where it was asked for"
    assert feed.locator(f".is-listener [data-item='{render}']").count() == 0


def test_an_approval_is_heard_and_answered(ada: Visit, mia: Visit, render: str) -> None:
    desk = ada.at("/app/desk")
    assert desk.get_by_role("heading", name="Approvals").is_visible()
    asked = desk.locator(".cm-asked").first
    assert "10 days" in asked.locator(".cm-deadline").inner_text() or "9 days" in asked.inner_text()

    asked.get_by_role("button", name="Play the remix that waits").click()
    ada.plays(1.0)
    ada.picture("desk-approvals.png")
    asked.get_by_label("A reason, for whoever asked").fill("lovely")
    asked.get_by_role("button", name="Yes").click()

    desk.get_by_text("Everybody has said yes, so it goes ahead.").wait_for()
    assert "“lovely”" in desk.inner_text()
    # The feed that is open meanwhile follows.
    mia.page.locator(f".is-listener [data-item='{render}']").wait_for()


def test_the_feed_plays_and_its_lanes_never_mix(mia: Visit, render: str) -> None:
    began = time.monotonic()
    feed = mia.at("/app/feed")
    feed.locator(f".is-listener [data-item='{render}']").wait_for()
    seconds = time.monotonic() - began

    people = feed.locator(".cm-band:not(.is-made) .cm-tile .cm-made").all_inner_texts()
    assert people and set(people) == {"Human-made"}
    made = feed.locator(".cm-band.is-made .is-listener .cm-tile .cm-made").all_inner_texts()
    assert made and set(made) == {"AI-made"}
    feed.locator(f".is-listener [data-play='{render}']").click()
    mia.plays(1.0)
    assert "AI-made" in mia.page.locator(".cm-player").inner_text()
    mia.picture("feed-desktop.png")
    assert seconds < 10 * FIRST_PAGE_SECONDS, "see tests/benchmarks for a quiet machine"


def test_a_shared_link_leads_to_the_remix(mia: Visit, render: str) -> None:
    mia.page.goto(f"{mia.url}/remix/{render}")
    panel = mia.page.locator(".cm-one")
    panel.wait_for()

    assert "AI-made" in panel.inner_text()
    assert "Ada Wren" in panel.inner_text()
    panel.get_by_role("button", name="Play").click()
    mia.plays(1.0)


SHORT_IN_PUBLIC = """\
policy "Ada Wren, short in public" version 1
by artist ada-wren
in force from 2020-01-01
consent: opt-out

rule short: forbid remix of tracks by ada-wren
  when use is public and length is more than 10 seconds
  reason "Ada Wren lets listeners share remixes of 10 seconds or less."
"""


def test_what_may_not_be_shared_from_the_feed_comes_with_what_may(
    mia: Visit, render: str, service: Any
) -> None:
    rules = service.settings.policies / "ada-short.rights"
    rules.write_text(SHORT_IN_PUBLIC, encoding="utf-8")
    feed = mia.at("/app/feed")
    own = feed.locator(f".is-own li:has([data-value='{render}'])")
    own.get_by_role("button", name="Share again").click()
    own.get_by_text("10 seconds or less").wait_for()

    own.get_by_role("button", name="Make one to share: 0:10 long").click()
    own.get_by_role("link", name="Go to Listen").click()

    made = mia.page.locator(".cm-result")
    made.wait_for()
    assert "0:10" in made.inner_text()
    rules.unlink()
    again = mia.at("/app/feed").locator(f".is-own li:has([data-value='{render}'])")
    again.get_by_text("Everybody can hear it").wait_for()


def test_consent_withdrawn_while_a_remix_plays_stops_the_stream(
    ada: Visit, mia: Visit, render: str
) -> None:
    mia.at(f"/app/remix?of={render}").get_by_role("button", name="Play").click()
    mia.plays(0.5)
    desk = ada.at("/app/desk")
    desk.get_by_role("button", name="Consent").click()
    desk.locator(".cm-state", has_text="Remixes").click()
    effect = desk.locator(".cm-effect")
    effect.get_by_text("1 public remix: it comes down.").wait_for()
    ada.picture("desk-consent.png")

    effect.get_by_role("button", name="Record this answer").click()
    desk.get_by_text("1 public remix came down.").wait_for()

    mia.page.locator(".cm-player .cm-trouble:not([hidden])").wait_for()
    assert mia.page.evaluate("document.querySelector('audio[data-deck=a]').paused")
    assert "Ada Wren" in mia.page.locator(".cm-player .cm-trouble").inner_text()
    refused = mia.at(f"/app/remix?of={render}")
    assert "cannot be played" in refused.inner_text()
    feed = mia.at("/app/feed")
    assert feed.locator(f".is-listener [data-item='{render}']").count() == 0
    assert "Taken down: Ada Wren" in feed.locator(".is-own li").first.inner_text()
    assert feed.locator(".is-own li").first.locator("[data-play]").count() == 0
    history = ada.at("/app/desk")
    history.get_by_role("button", name="Consent").click()
    history.get_by_text("You refuse remixes of Greensleeves").first.wait_for()


def test_keyboards_reach_everything_and_axe_finds_nothing_grave(ada: Visit, mia: Visit) -> None:
    findings = {}
    mia.at("/app/feed")
    findings["feed"] = mia.findings()
    desk = ada.at("/app/desk")
    for section in ("Consent", "Approvals", "Remixes", "Terms"):
        button = desk.get_by_role("button", name=section)
        button.focus()
        ada.page.keyboard.press("Enter")
        desk.locator("[aria-current=true]", has_text=section).wait_for()
        findings[section] = ada.findings()
    assert {place: found for place, found in findings.items() if found} == {}
    assert ada.page.locator("h1").count() == 1


def test_a_phone_shows_everything_within_its_width(ada: Visit, mia: Visit, chromium: Any) -> None:
    for visitor, path, name in ((mia, "/app/feed", "feed"), (ada, "/app/desk", "desk")):
        context = chromium.new_context(
            viewport={"width": PHONE_WIDTH, "height": 844},
            storage_state=visitor.context.storage_state(),
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{visitor.url}{path}")
        page.locator(".cm-panel > *").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH
        page.screenshot(path=str(ARTIFACTS / f"{name}-phone.png"))
        context.close()


def test_nothing_was_asked_of_anybody_else_and_no_script_failed(ada: Visit, mia: Visit) -> None:
    assert (ada.outside, mia.outside) == ([], [])
    assert (ada.errors, mia.errors) == ([], [])
