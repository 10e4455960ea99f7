"""The plugin author's pages say what the code says."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import clearmix
from clearmix import contracts, hookspecs
from clearmix.scaffolding import KINDS

PAGES = Path(__file__).parents[1] / "docs" / "plugins"
HOOKS = sorted(name for name in vars(hookspecs) if name.startswith(("provide_", "check_", "on_")))


def signature(function: Any) -> str:
    """A function's first line as it is written, on one line."""
    text = inspect.getsource(function)
    head = re.search(r"def .*?(?=:\n)", text, re.DOTALL)
    assert head
    return on_one_line(head[0])


def on_one_line(code: str) -> str:
    return re.sub(r"\s+", " ", code).replace("( ", "(").replace(", )", ")").replace(" )", ")")


def methods(protocol: type) -> dict[str, str]:
    """The signatures of what a protocol asks for."""
    return {
        name: signature(member.fget if isinstance(member, property) else member)
        for name, member in vars(protocol).items()
        if (inspect.isfunction(member) or isinstance(member, property)) and name[0] != "_"
    }


def test_every_hook_has_its_page() -> None:
    assert [page.stem for page in sorted((PAGES / "hooks").glob("*.md"))] == HOOKS
    index = (PAGES / "README.md").read_text()
    for hook in HOOKS:
        assert f"(hooks/{hook}.md)" in index


@pytest.mark.parametrize("hook", HOOKS)
def test_a_page_shows_the_signature_of_its_hook(hook: str) -> None:
    page = (PAGES / "hooks" / f"{hook}.md").read_text()
    assert page.startswith(f"# `{hook}`\n")
    assert signature(getattr(hookspecs, hook)) in on_one_line(page)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_page_shows_the_methods_of_what_is_handed_over(hook: str) -> None:
    page = on_one_line((PAGES / "hooks" / f"{hook}.md").read_text())
    for name in re.findall(r"`clearmix\.(\w+)`", page):
        assert name in clearmix.__all__, f"clearmix.{name} is not public"
        protocol = getattr(contracts, name, None)
        if getattr(protocol, "_is_protocol", False):
            for text in methods(protocol).values():
                assert text in page, f"{name}: {text}"


def test_every_kind_that_can_be_begun_has_a_tutorial() -> None:
    index = (PAGES / "README.md").read_text()
    for kind in KINDS:
        assert f"clearmix plugins new {kind}" in index
