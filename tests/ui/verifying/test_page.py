"""Somebody who drops files on the page Verify, in a real browser, against a real service.

Screenshots go to `artifacts/`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clearmix.audio import write_wav

from ..conftest import RUN, sound
from ..visiting import needs_axe, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

SCHEMES = ["light", pytest.param("dark", marks=pytest.mark.full)]


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


@needs_axe
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious(
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
