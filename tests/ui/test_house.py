"""The page House says what is missing and how to get it, to whoever runs the service."""

from __future__ import annotations

from types import ModuleType

from clearmix import Finding, hookimpl
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix_ui.house import house_of
from clearmix_ui.viewer import Viewer

OPERATOR = Viewer("olga", "operator", None)


def test_the_operator_reads_what_is_missing_and_the_remedy(kernel: Kernel) -> None:
    page = house_of(kernel, OPERATOR)
    assert "generator musicgen" in page and "clearmix plugins setup musicgen" in page
    assert "Everything is ready" in page


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
