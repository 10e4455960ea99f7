"""The stylesheets of all pages are loaded together: what one says of a class, no other may."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib.resources import files

PLAIN = re.compile(r"#cm-page \.(cm-[a-z-]+)")
AT_RULE = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTORS = re.compile(r"([^{}]+)\{")


def test_a_class_is_drawn_by_one_stylesheet() -> None:
    drawn: defaultdict[str, set[str]] = defaultdict(set)
    for sheet in (files("clearmix_ui") / "assets").iterdir():
        if sheet.name.endswith(".css"):
            text = AT_RULE.sub("", COMMENT.sub("", sheet.read_text("utf-8")))
            for selector in SELECTORS.findall(text):
                for one in selector.split(","):
                    if plain := PLAIN.fullmatch(one.strip()):
                        drawn[plain[1]].add(sheet.name)
    assert "cm-page" not in drawn and len(drawn) > 50
    assert {name: sheets for name, sheets in drawn.items() if len(sheets) > 1} == {}
