"""A listener at the page Listen, in a real browser, against a real service and worker.

Screenshots go to `artifacts/`; with CLEARMIX_REFRESH_IMAGES=1 the picture in the docs is renewed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from clearmix.kernel import Kernel

from .visiting import ARTIFACTS, ROOT, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

WISH = "make Greensleeves an upbeat 80s club remix, keep the melody"


@pytest.fixture(scope="module")
def desk(chromium: Any, service: Any) -> Iterator[Page]:
    """A signed-in listener at a desk who has had a remix made and is playing it."""
    desk = Page(
        chromium,
        service.url,
        viewport={"width": 1440, "height": 900},
        color_scheme="dark",
        reduced_motion="reduce",
    )
    desk.sign_in("mia")
    yield desk
    desk.context.close()


def test_words_become_a_remix_that_plays_beside_its_original(desk: Page) -> None:
    turn = desk.say(WISH)

    turn.locator(".cm-understood").wait_for()
    understood = turn.locator(".cm-understood").inner_text()
    assert "Greensleeves" in understood
    assert "1980s" in understood
    decision = turn.locator("[data-outcome]")
    decision.wait_for()
    assert decision.get_attribute("data-outcome") == "permitted"
    assert "Northlight" in turn.locator(".cm-reasons").inner_text()
    turn.locator(".cm-progress progress").wait_for()
    assert "Making the music" in turn.locator(".cm-progress").inner_text()

    assert "Included in the plan" in turn.locator(".cm-cost").inner_text()

    turn.get_by_role("button", name="Hear it while it is made").click()
    desk.plays(0.5)
    player = desk.page.locator(".cm-player")
    assert "AI-made" in player.inner_text()
    assert "A preview" in player.locator(".cm-label").inner_text()
    desk.picture("listen-preview.png")

    turn.locator(".cm-result").wait_for()
    assert "AI-made" in turn.locator(".cm-result").inner_text()
    player.get_by_role("button", name="It is finished").click()
    player.get_by_text("Made with AI from “Greensleeves”").wait_for()
    desk.plays(1.0)
    assert "AI-made" in player.inner_text()
    desk.page.locator(".cm-details .cm-payees").wait_for()
    assert "Ada Wren" in desk.page.locator(".cm-details").inner_text()
    said, stage = (
        desk.page.locator(one).bounding_box() for one in (".cm-player .cm-label", "#cm-stage")
    )
    assert said["y"] + said["height"] < stage["y"] + stage["height"], "what it is stays in view"
    desk.picture("listen-desktop.png")
    picture = ARTIFACTS / "listen-desktop.png"
    assert picture.stat().st_size < 300_000
    if os.environ.get("CLEARMIX_REFRESH_IMAGES") == "1":
        shutil.copy(picture, ROOT / "docs" / "images" / "listen.png")

    assert desk.page.title().startswith("▶ Greensleeves")

    player.get_by_role("button", name="Original", exact=True).click()
    desk.plays(2.0, "b")
    volumes = desk.page.evaluate(
        "[...document.querySelectorAll('audio')].map((deck) => deck.volume)"
    )
    assert min(volumes) < 1.0, "the louder of the two is turned down to the other"
    assert "AI-made" not in player.inner_text()
    assert "Human-made" in player.inner_text()


def test_a_timeline_says_what_plays_and_moves_with_the_sound(desk: Page) -> None:
    page = desk.page
    page.get_by_role("button", name="Remix", exact=True).click()
    timeline = page.locator(".cm-timeline")

    sections = timeline.get_by_role("list", name="Sections").get_by_role("listitem")
    assert sections.count() >= 1
    assert "added drums" in (sections.first.text_content() or "")
    assert "song" in (sections.first.text_content() or "")
    assert timeline.locator(".cm-lane").count() >= 2
    plot, wave = (
        timeline.locator(".cm-plot").bounding_box(),
        page.locator(".cm-wave").bounding_box(),
    )
    assert (plot["x"], plot["width"]) == (wave["x"], wave["width"]), "one lies under the other"

    head = timeline.locator(".cm-playhead")
    positions = []
    for seconds in (4, 20):
        page.evaluate(f"document.querySelector('audio[data-deck=a]').currentTime = {seconds}")
        desk.plays(seconds)
        page.wait_for_timeout(400)
        positions.append((head.bounding_box()["x"] - plot["x"]) / plot["width"])
        assert timeline.locator("[aria-current=true]").count() == 1
    assert 0.1 < positions[0] < 0.4
    assert 0.75 < positions[1] < 1.0
    assert "Tempo" in page.locator(".cm-report").inner_text()

    page.get_by_role("button", name="Original", exact=True).click()
    page.wait_for_function("document.querySelector('.cm-timeline').matches('.is-away')")
    assert not head.is_visible(), "the position in the original is none in the remix"


def test_an_original_has_no_timeline(desk: Page) -> None:
    desk.page.get_by_role("button", name="Play the original of Greensleeves").click()

    desk.page.get_by_text("About this recording").wait_for()

    assert desk.page.locator(".cm-timeline").count() == 0


def test_who_gets_paid_is_answered_in_the_conversation(desk: Page) -> None:
    turn = desk.say("who gets paid?")

    turn.locator(".cm-points").wait_for()

    assert "Ada Wren" in turn.inner_text()
    assert "%" in turn.inner_text()


def test_a_refusal_shows_its_reason_and_nothing_is_made(desk: Page) -> None:
    turn = desk.say("make Korobeiniki a house remix")

    decision = turn.locator("[data-outcome]")
    decision.wait_for()

    assert decision.get_attribute("data-outcome") == "forbidden"
    assert decision.inner_text() == "Not allowed"
    assert "Lumen Park" in turn.locator(".cm-reasons").inner_text()
    assert turn.locator(".cm-result").count() == 0


def test_the_nearest_allowed_version_is_one_click_away(desk: Page) -> None:
    turn = desk.say("make Scarborough Fair a house remix that is 100 seconds long")

    button = turn.get_by_role("button", name="Make it")
    button.wait_for()

    assert "1:30" in button.inner_text() or "1:00" in button.inner_text()
    before = desk.page.locator(".cm-turn").count()
    button.click()
    decision = desk.page.locator(".cm-turn").nth(before).locator("[data-outcome]")
    decision.wait_for()
    assert decision.get_attribute("data-outcome") == "permitted"
    desk.page.get_by_role("button", name="Cancel").click()
    desk.page.get_by_text("Cancelled. Nothing was kept").wait_for()


def test_the_conversation_is_there_again_after_a_reload(desk: Page) -> None:
    turns = desk.page.locator(".cm-turn").count()

    desk.page.reload()
    desk.page.locator(".cm-turn").nth(turns - 1).wait_for()

    assert desk.page.locator(".cm-words").first.inner_text().endswith(WISH)
    assert desk.page.locator(".cm-result").count() >= 1


def test_songs_are_found_by_title_and_artist_and_by_what_may_be_remixed(desk: Page) -> None:
    songs = desk.page.locator(".cm-song")
    search = desk.page.get_by_label("Search songs and artists")
    search.fill("lumen")
    desk.page.wait_for_function("document.querySelectorAll('.cm-song').length === 1")
    assert "Listening only" in songs.inner_text()

    only = desk.page.get_by_label("Only what I can remix")
    only.check(force=True)
    desk.page.locator(".cm-none").wait_for()
    search.fill("")
    desk.page.wait_for_function("document.querySelectorAll('.cm-song').length > 2")
    assert "only" not in desk.page.locator(".cm-songs").inner_text()
    only.uncheck(force=True)
    desk.page.wait_for_function("document.querySelectorAll('.cm-song').length > 8")


def test_a_moved_control_makes_a_new_version_and_undo_leads_back(desk: Page) -> None:
    page = desk.page
    page.get_by_role("button", name="Start a new conversation").click()
    page.locator(".cm-welcome").wait_for()
    page.locator("[data-source=greensleeves]").first.click()
    page.get_by_text("Settings of Greensleeves").click()
    make = page.get_by_role("button", name="Make this version")
    assert make.is_disabled(), "nothing was moved yet"

    page.get_by_label("How far from the original").fill("25")
    page.get_by_label("Style").select_option("disco")
    page.get_by_label("Tempo").fill("10")
    assert "10 % faster · 106 BPM" in page.locator("output[data-of=tempo]").inner_text()
    assert page.locator("output[data-of=strength]").inner_text() == "light touch"
    make.click()

    turn = page.locator(".cm-turn").nth(1)
    turn.locator(".cm-understood").wait_for()
    assert "Make it" in turn.locator(".cm-words").inner_text()
    assert "Disco" in turn.locator(".cm-understood").inner_text()
    turn.locator(".cm-result").wait_for()
    place = "document.activeElement.closest('.cm-turn')?.dataset.turn"
    assert page.evaluate(place) == "2", "who was in the conversation by keyboard stays there"
    assert page.locator(".cm-history .is-base").inner_text().startswith("1")
    desk.picture("listen-settings.png")

    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator(".cm-moved", has_text="Back to the original").wait_for()
    assert page.locator(".cm-history .is-base").count() == 0
    page.get_by_role("button", name="Redo").click()
    page.locator(".cm-moved", has_text="Version 1 is the one").wait_for()
    assert page.locator(".cm-history .is-base").count() == 1


def test_a_shared_remix_is_heard_by_its_link_until_it_is_taken_back(
    desk: Page, chromium: Any, service: Any
) -> None:
    share = desk.page.locator(".cm-result [data-kind=share]").last
    share.click()
    desk.page.get_by_text("They have been asked").wait_for()
    kernel = Kernel(service.settings)
    for asked in kernel.clearance.approvals.listed(listener="mia"):
        kernel.answer_approval(asked.id, "approve")
    kernel.database.close()
    share.click()
    address = desk.page.get_by_label("Link to this remix")
    address.wait_for()
    link = address.input_value()
    assert link.startswith(f"{service.url}/remix/")

    other = Page(chromium, service.url, viewport={"width": 1440, "height": 900})
    other.page.goto(link)
    other.enter("ben")
    other.page.locator(".cm-one").get_by_role("button", name="Play").click()
    other.plays(1.0)
    player = other.page.locator(".cm-player")
    assert "AI-made" in player.inner_text()
    other.page.locator(".cm-details .cm-payees").wait_for()
    assert "What was asked for" not in other.page.locator(".cm-details").inner_text()

    desk.page.get_by_role("button", name="Take it back").click()
    desk.page.get_by_text("Only you can hear this remix").first.wait_for()
    player.get_by_role("alert").wait_for()
    assert other.page.evaluate("document.querySelector('audio[data-deck=a]').paused")
    other.context.close()


def test_what_is_said_while_the_service_is_away_is_kept_and_other_tabs_hear_of_it(
    desk: Page,
) -> None:
    page, bar = desk.page, desk.page.locator(".cm-signal")
    field = page.get_by_label("Say how you want to hear a song")
    page.route("**/app/who", lambda route: route.abort())
    field.fill("which songs do you have?")
    page.keyboard.press("Enter")

    bar.get_by_text("The service cannot be reached").wait_for()
    assert field.input_value() == "which songs do you have?", "nothing that was said is lost"
    desk.accessible()
    page.unroute("**/app/who")
    bar.get_by_text("Connected again").wait_for()

    other = desk.context.new_page()
    other.goto(page.url)
    other.locator(".cm-song").first.wait_for()
    field.focus()
    page.keyboard.press("Enter")
    for tab in (page, other):
        tab.locator(".cm-words", has_text="which songs do you have?").wait_for()
    other.close()


def test_a_page_says_that_somebody_signed_out_elsewhere(desk: Page) -> None:
    page, cookies = desk.page, desk.context.cookies()
    desk.context.clear_cookies()
    page.get_by_label("Say how you want to hear a song").fill("a bit faster")
    page.keyboard.press("Enter")

    sign_in = page.locator(".cm-signal").get_by_role("link", name="Sign in")
    sign_in.wait_for()

    assert sign_in.get_attribute("href") == "/sign-in?next=%2Fapp%2F"
    desk.context.add_cookies(cookies)
    page.get_by_label("Say how you want to hear a song").fill("")
    page.evaluate("window.clearmix.line.check()")
    page.locator(".cm-signal").get_by_text("Connected again").wait_for()


def test_light_and_dark_are_one_button_away(desk: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = desk.page.evaluate(ground)

    desk.page.get_by_role("button", name="Switch between light and dark").click()
    light = desk.page.evaluate(ground)
    desk.picture("listen-light.png")
    desk.page.get_by_role("button", name="Switch between light and dark").click()

    assert light != dark
    assert desk.page.evaluate(ground) == dark


def test_nothing_keeps_anybody_from_using_the_page(desk: Page) -> None:
    desk.page.locator(".cm-drawer summary").click()
    desk.page.wait_for_timeout(300)
    make = desk.page.get_by_role("button", name="Make this version").bounding_box()
    words = desk.page.locator(".cm-composer").bounding_box()
    assert make["y"] + make["height"] < words["y"], "what is opened comes into view"

    desk.accessible()
    desk.page.get_by_role("button", name="Switch between light and dark").click()
    desk.accessible()
    desk.page.get_by_role("button", name="Switch between light and dark").click()


def test_the_account_opens_by_keyboard_and_leads_out_everywhere(desk: Page) -> None:
    page = desk.page
    page.get_by_role("button", name="Account of Mia").press("Enter")
    account = page.locator("#cm-account")
    assert account.get_by_role("button", name="Sign out everywhere").is_visible()
    desk.accessible()

    page.keyboard.press("Escape")
    assert not account.is_visible()
    assert page.evaluate("document.activeElement.className") == "cm-who"
    assert page.title().endswith("Listen · Clearmix")


def test_everything_can_be_reached_and_is_named(desk: Page) -> None:
    page = desk.page

    assert page.locator("h1").count() == 1
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("#cm-page :is(button, input, textarea)")]
        .filter((one) => one.offsetParent && !(one.innerText || "").trim()
            && !one.getAttribute("aria-label") && !(one.labels && one.labels.length))
        .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    page.get_by_role("link", name="Skip to the field for words").press("Enter")
    assert page.evaluate("document.activeElement.id") == "cm-words"
    page.get_by_label("Say how you want to hear a song").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Send"


def test_a_phone_shows_everything_within_its_width(desk: Page, chromium: Any, service: Any) -> None:
    phone = Page(
        chromium,
        service.url,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        reduced_motion="reduce",
        storage_state=desk.context.storage_state(),
    )
    phone.page.goto(service.url)
    phone.page.locator(".cm-result .cm-play").first.click()
    phone.plays(0.5)

    phone.picture("listen-phone.png")

    assert phone.page.get_by_role("link", name="Feed").inner_text() == "Feed", "icons have names"
    base, row = (
        phone.page.locator(f".cm-history {one}").bounding_box() for one in (".is-base", "ol")
    )
    assert base["x"] + base["width"] <= row["x"] + row["width"], "the current version is in view"
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    phone.page.get_by_role("button", name="Show what is known of it").click()
    assert phone.page.locator(".cm-details .cm-payees").is_visible()
    assert phone.page.locator(".cm-timeline").is_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    phone.picture("listen-phone-open.png")
    phone.accessible()
    assert phone.errors == []
    assert phone.outside == []
    phone.context.close()


def test_a_consent_that_is_withdrawn_stops_the_remix_that_plays(desk: Page, service: Any) -> None:
    desk.page.locator(".cm-result .cm-play").last.click()
    desk.plays(0.5)
    kernel = Kernel(service.settings)

    artist = kernel.catalogue.recording("greensleeves").artists[0]
    kernel.consent.set(artist, "refuse", "any", existing="remove")
    kernel.database.close()

    alert = desk.page.locator(".cm-player").get_by_role("alert")
    alert.wait_for()
    assert "Ada Wren" in alert.inner_text()
    assert desk.page.evaluate("document.querySelector('audio[data-deck=a]').paused")
    note = desk.page.locator("[data-song=greensleeves] .cm-open")
    note.wait_for()
    assert note.inner_text() == "Listening only", "the shelf of an open page follows"


def test_nothing_was_asked_of_anybody_else_and_no_script_failed(desk: Page) -> None:
    assert desk.outside == []
    assert desk.errors == []
