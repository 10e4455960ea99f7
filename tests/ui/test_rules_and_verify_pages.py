"""The pages Rules and Verify in a real browser, against one real service.

Screenshots go to `artifacts/`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clearmix.audio import write_wav

from .conftest import RUN, sound
from .visiting import Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]


SCHEMES = ["light", pytest.param("dark", marks=pytest.mark.full)]


@pytest.fixture(scope="module")
def desk(chromium: Any, service: Any) -> Iterator[Visit]:
    """Northlight's policy author at a desk, with the policy in force open."""
    with visiting(chromium, service.url, "nora", scheme="light") as visit:
        open_rules(visit)
        yield visit


def open_rules(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}/app/rules")
    visit.page.locator(".cm-line").first.wait_for()
    visit.page.locator(".cm-rules li").first.wait_for()


def write(visit: Visit, text: str) -> None:
    visit.page.get_by_label("Policy text").fill(text)


def status(visit: Visit, words: str) -> None:
    visit.page.locator("#cm-status").get_by_text(words).wait_for()


def written(visit: Visit) -> str:
    return str(visit.page.get_by_label("Policy text").input_value())


def test_an_error_is_marked_mended_and_the_request_permitted(desk: Visit) -> None:
    page = desk.page
    right = written(desk)
    write(desk, right.replace("tier is paying", "teir is paying", 1))
    status(desk, "1 mistake")

    assert page.locator(".cm-drawn .has-error").inner_text() == "teir"
    assert "Unknown attribute teir" in page.locator(".cm-mistakes").inner_text()
    page.get_by_role("button", name="Write tier").click()
    status(desk, "No mistakes")
    assert written(desk) == right

    page.get_by_role("tab", name="Try it").click()
    page.locator("[data-outcome=permitted]").wait_for()
    page.get_by_label("Length").fill("300")
    page.locator("[data-outcome=not-permitted]").wait_for()
    assert "4 minutes" in page.locator(".cm-instead").inner_text()
    desk.picture("rules-refused.png")
    page.get_by_role("button", name="Ask for that instead").click()
    page.locator("[data-outcome=permitted]").wait_for()
    assert page.get_by_label("Length").input_value() == "240"
    desk.picture("rules-try.png")


def test_the_drawing_lies_under_what_is_typed(desk: Visit) -> None:
    write(desk, f"{written(desk).rstrip()}\n# <b>bold</b> & 😀 more\n")
    page = desk.page

    assert page.locator(".cm-bench .cm-drawn").text_content() == f"{written(desk)}\n"
    sizes = page.evaluate(
        """() => ["pre", "textarea"].map((name) => {
             const one = document.querySelector(`.cm-bench .cm-code ${name}`);
             const style = getComputedStyle(one);
             return [one.scrollHeight, one.clientHeight, one.clientWidth, style.fontSize,
                     style.lineHeight, style.fontFamily, style.paddingLeft].join(" ");
           })"""
    )
    assert sizes[0] == sizes[1], "the two wrap alike"
    assert sizes[0].split()[0] == sizes[0].split()[1], "neither scrolls by itself"


def test_typing_goes_on_while_the_server_reads(desk: Visit) -> None:
    page = desk.page
    field = page.get_by_label("Policy text")
    before = written(desk)
    field.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("# quick words\n# and more of them", delay=15)

    assert written(desk) == f"{before}# quick words\n# and more of them"
    page.wait_for_function(
        "[...document.querySelectorAll('.cm-drawn .is-comment')]"
        ".some((one) => one.textContent === '# and more of them')"
    )


def test_tests_run_beside_the_text(desk: Visit) -> None:
    page = desk.page
    page.get_by_role("tab", name="Tests").click()
    page.get_by_text("1 test, all as expected").wait_for()
    page.get_by_label("Tests of the policy").fill(
        'tests of "northlight.rights"\n\ntest "too long":\n'
        "  when length is 5 minutes\n  expect permitted\n"
    )
    page.get_by_text("1 test, 1 not as expected").wait_for()
    assert "Rules" in page.locator(".cm-covered").inner_text()


def test_a_new_version_shows_the_tracks_that_it_changes(desk: Visit) -> None:
    pytest.importorskip("z3")
    page = desk.page
    page.get_by_label("Start from").select_option(label="Northlight remix terms, version 4")
    page.wait_for_function("!document.querySelector('#cm-policy').value.includes('quick words')")
    text = written(desk).replace("version 4", "version 5")
    write(desk, text.replace("at most 4 minutes", "at most 1 minute"))
    page.get_by_role("tab", name="What changes").click()
    page.locator(".cm-touched li").first.wait_for()

    assert "Greensleeves" in page.locator(".cm-touched").inner_text()
    assert "Stricter." in page.locator(".cm-changes").inner_text()
    assert page.get_by_role("button", name="Put in force").count() == 0, "that is an operator's"


def test_the_keyboard_alone_reaches_everything(desk: Visit) -> None:
    page = desk.page
    page.get_by_role("tab", name="What changes").focus()
    page.keyboard.press("Home")
    assert page.get_by_role("tab", name="In English").get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "Try it"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "track"
    write(desk, written(desk).replace("permit cover", "permt cover"))
    status(desk, "1 mistake")
    page.get_by_label("Policy text").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    assert page.evaluate("getSelection().toString()") == "permt"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON", "the field lets go of Tab"


def test_a_listener_may_look_on_a_phone(desk: Visit, chromium: Any, service: Any) -> None:
    size = {"width": 390, "height": 844}
    with visiting(chromium, service.url, "mia", scheme="light", viewport=size) as phone:
        open_rules(phone)
        phone.page.get_by_role("tab", name="Try it").click()
        phone.page.locator("[data-outcome=permitted]").wait_for()

        assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
        assert phone.page.get_by_role("option", name="Northlight remix terms").count() == 0
        phone.picture("rules-phone.png", whole=True)
        assert (phone.outside, phone.errors) == ([], [])


def test_an_operator_confirms_before_a_policy_is_in_force(
    desk: Visit, chromium: Any, service: Any
) -> None:
    with visiting(chromium, service.url, "operator", scheme="light") as visit:
        open_rules(visit)
        page = visit.page
        write(visit, written(visit).replace("your-label", "label-anew"))
        status(visit, "No mistakes")
        page.get_by_role("button", name="Put in force").click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert "0 of 11 tracks" in dialog.inner_text()
        assert page.evaluate("document.activeElement.textContent") == "Not now"
        page.keyboard.press("Escape")
        assert not dialog.is_visible()
        page.get_by_role("button", name="Put in force").click()
        dialog.get_by_role("button", name="Put in force").click()
        page.get_by_text("Put in force as").wait_for()
        kept = service.settings.policies.glob("*.rights")
        assert any("by label label-anew" in one.read_text(encoding="utf-8") for one in kept)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_any_panel(chromium: Any, service: Any, scheme: str) -> None:
    with visiting(chromium, service.url, "operator", scheme=scheme) as visit:
        page = visit.page
        open_rules(visit)
        visit.accessible()
        page.get_by_label("Start from").select_option(label="Northlight remix terms, version 4")
        page.wait_for_function("document.querySelector('#cm-policy').value.includes('northlight')")
        text = written(visit)
        write(visit, text.replace("tier is paying", "teir is paying", 1))
        status(visit, "1 mistake")
        visit.picture(f"rules-mistake-{scheme}.png")
        visit.accessible()
        write(visit, text.replace("version 4", "version 5").replace("4 minutes", "1 minute"))
        for name, part in (
            ("Try it", ".cm-answer"),
            ("Tests", ".cm-tests"),
            ("What changes", ".cm-edits"),
        ):
            page.get_by_role("tab", name=name).click()
            page.locator(part).wait_for()
            visit.picture(f"rules-{part[4:]}-{scheme}.png")
            visit.accessible()
        page.get_by_role("button", name="Put in force").click()
        page.get_by_role("dialog").wait_for()
        visit.picture(f"rules-confirm-{scheme}.png")
        visit.accessible()
        assert (visit.outside, visit.errors) == ([], [])


def test_nothing_was_asked_of_anybody_else_and_no_script_failed(desk: Visit) -> None:
    assert (desk.outside, desk.errors) == ([], [])


@pytest.fixture(scope="module")
def marked(service: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A remix as a listener may carry it away: rendered, marked and registered."""
    folder = tmp_path_factory.mktemp("marked")
    words = ["remix", "make Greensleeves a house remix", "--listener", "mia", "--out", str(folder)]
    told = subprocess.run(
        [sys.executable, "-c", RUN, *words, "--json"],
        env=os.environ | service.settings.as_environment(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Path(json.loads(told.stdout)["render"]["path"])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_marked_render_is_told_with_source_licence_and_marks(
    chromium: Any, service: Any, marked: Path, scheme: str
) -> None:
    with visiting(chromium, service.url, "mia", scheme=scheme) as visit:
        page = visit.page
        page.goto(f"{service.url}/app/verify")
        page.get_by_text("Choose a file").wait_for()
        page.get_by_role("heading", name="Verify", level=1).wait_for()
        visit.picture(f"verify-{scheme}.png")
        page.get_by_label("Choose a file").set_input_files(str(marked))
        finding = page.locator(".cm-finding")
        finding.wait_for()

        assert finding.get_attribute("data-verdict") == "confirmed"
        words = finding.inner_text()
        for said in ("AI-made, and made here", "Greensleeves", "Ada Wren", "permitted", "c2pa"):
            assert said in words
        visit.picture(f"verify-confirmed-{scheme}.png", whole=True)
        assert (visit.outside, visit.errors) == ([], [])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_an_answer(
    chromium: Any, service: Any, tmp_path: Path, scheme: str
) -> None:
    write_wav(tmp_path / "mine.wav", sound(131.0, 3.0))
    with visiting(chromium, service.url, "ben", scheme=scheme) as visit:
        page = visit.page
        page.goto(f"{service.url}/app/verify")
        page.get_by_role("heading", name="Verify", level=1).wait_for()
        visit.accessible()
        page.get_by_label("Choose a file").set_input_files(str(tmp_path / "mine.wav"))
        page.locator(".cm-finding").wait_for()
        visit.accessible()


def test_a_dropped_file_without_marks_is_answered_on_a_phone(
    chromium: Any, service: Any, tmp_path: Path
) -> None:
    write_wav(tmp_path / "mine.wav", sound(131.0, 5.0))
    size = {"width": 390, "height": 844}
    with visiting(chromium, service.url, "ben", scheme="dark", viewport=size) as phone:
        page = phone.page
        page.goto(f"{service.url}/app/verify")
        page.get_by_label("Choose a file").set_input_files(str(tmp_path / "mine.wav"))
        page.locator("[data-verdict=unmarked]").wait_for()

        assert "does not prove that people made it" in page.locator(".cm-finding").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        phone.picture("verify-phone.png", whole=True)


def test_what_is_no_audio_or_too_large_is_told_in_words(
    chromium: Any, service: Any, tmp_path: Path
) -> None:
    (tmp_path / "notes.wav").write_text("these are words")
    with visiting(chromium, service.url, "ben", scheme="light") as visit:
        page = visit.page
        page.goto(f"{service.url}/app/verify")
        field = page.get_by_label("Choose a file")
        field.set_input_files(str(tmp_path / "notes.wav"))
        page.get_by_role("alert").wait_for()
        visit.picture("verify-trouble.png")
        page.reload()
        page.evaluate("Object.defineProperty(File.prototype, 'size', {get: () => 2 ** 40})")
        page.get_by_label("Choose a file").set_input_files(str(tmp_path / "notes.wav"))
        page.get_by_text("is larger than 64 MB").wait_for()
        assert visit.errors == []
