"""Somebody at a page in a real browser: what they do, what the browser reports, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"

PATIENCE_MS = 90_000
"""A render takes seconds; a busy machine may take longer."""

SERIOUS = ("serious", "critical")
"""The findings of axe that fail a test."""


class Visit:
    """A signed-in person's page; `outside` are requests to anywhere else."""

    def __init__(self, context: Any, url: str) -> None:
        self.url = url
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.append(request.url)

    def at(self, path: str) -> Any:
        """The middle of a page that the server writes, once it has."""
        self.page.goto(f"{self.url}{path}")
        self.page.locator(".cm-panel > *").first.wait_for()
        return self.page.locator(".cm-panel")

    def plays(self, seconds: float, deck: str = "a") -> None:
        """Waits until a deck of the player has played for so long."""
        self.page.wait_for_function(
            "([deck, seconds]) => document.querySelector(`audio[data-deck=${deck}]`).currentTime"
            " > seconds",
            arg=[deck, seconds],
        )

    def picture(self, name: str, *, whole: bool = False) -> None:
        """Keeps a screenshot for somebody to look at."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=str(ARTIFACTS / name), full_page=whole)

    def accessible(self) -> None:
        """Fails on any serious finding of axe."""
        assert self.findings() == []

    def findings(self) -> list[tuple[str, list[str]]]:
        """What axe finds that keeps somebody out."""
        found = Axe().run(self.page).response["violations"]
        return [
            (one["id"], [node["html"][:160] for node in one["nodes"]])
            for one in found
            if one["impact"] in SERIOUS
        ]


class Page(Visit):
    """The page Listen as a listener uses it."""

    def __init__(self, browser: Any, url: str, **options: Any) -> None:
        super().__init__(browser.new_context(**options), url)

    def sign_in(self, user: str) -> None:
        self.page.goto(self.url)
        self.enter(user)

    def enter(self, user: str) -> None:
        self.page.get_by_label("Name").fill(user)
        self.page.get_by_label("Password").fill(user)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.locator(".cm-song, .cm-one").first.wait_for()

    def say(self, words: str) -> Any:
        """The last turn, once it has been begun."""
        before = self.page.locator(".cm-turn").count()
        self.page.get_by_label("Say how you want to hear a song").fill(words)
        self.page.keyboard.press("Enter")
        turn = self.page.locator(".cm-turn").nth(before)
        turn.wait_for()
        return turn


@contextmanager
def visiting(browser: Any, url: str, user: str, *, scheme: str, **options: Any) -> Iterator[Visit]:
    """A visit of somebody who has signed in; every demonstration password is the name."""
    context = browser.new_context(
        color_scheme=scheme,
        reduced_motion="reduce",
        **{"viewport": {"width": 1440, "height": 900}, **options},
    )
    try:
        visit = Visit(context, url)
        visit.page.goto(f"{url}/sign-in")
        visit.page.get_by_label("Name").fill(user)
        visit.page.get_by_label("Password").fill(user)
        visit.page.get_by_role("button", name="Sign in", exact=True).click()
        visit.page.wait_for_url(f"{url}/app/**")
        yield visit
    finally:
        context.close()
