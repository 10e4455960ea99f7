"""The page House says what is missing and how to get it, to whoever runs the service."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from clearmix import Finding, hookimpl
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix_ui.house import house_of
from clearmix_ui.viewer import Viewer

from .visiting import visiting

OPERATOR = Viewer("olga", "operator", None)


def test_the_operator_reads_what_is_missing_and_the_remedy(kernel: Kernel) -> None:
    page = house_of(kernel, OPERATOR)
    assert "generator musicgen" in page and "clearmix plugins setup musicgen" in page
    assert "Everything is ready" in page
    assert page.index('data-ready="optional"') < page.index('data-ready="yes"')


def test_a_plugin_that_fails_is_named_and_what_it_says_is_escaped(settings: Settings) -> None:
    plugin = ModuleType("broken")

    def provide_findings(settings: Settings) -> list[Finding]:
        raise ValueError("<script>")

    plugin.provide_findings = hookimpl(provide_findings)  # type: ignore[attr-defined]
    page = house_of(Kernel(settings, plugins={"broken": plugin}), OPERATOR)
    assert "Something is not ready" in page
    assert "plugin broken" in page and "<script>" not in page


def test_nobody_else_reads_it(kernel: Kernel) -> None:
    assert "musicgen" not in house_of(kernel, Viewer("bo", "listener", None))


@pytest.mark.browser
@pytest.mark.timeout(420)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_the_page_in_a_browser(chromium: Any, service: Any, scheme: str) -> None:
    with visiting(chromium, service.url, "operator", scheme=scheme) as visit:
        visit.page.get_by_role("link", name="House").click()
        visit.page.get_by_role("heading", name="House", level=1).wait_for()
        visit.page.get_by_text("clearmix plugins setup musicgen").wait_for()
        visit.picture(f"house-{scheme}.png")
        visit.accessible()
        assert (visit.outside, visit.errors) == ([], [])
    with visiting(chromium, service.url, "mia", scheme=scheme) as visit:
        assert visit.page.get_by_role("link", name="House").count() == 0
        visit.page.goto(f"{service.url}/app/house")
        visit.page.get_by_text("Not for this log-in").wait_for()
