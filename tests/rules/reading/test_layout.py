"""The formatter: one layout, nothing lost, nothing that a policy says changed."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix_library import policies, templates
from clearmix_rules import PolicyErrors, PolicySource, RightsError
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.deciding.compiled import CompiledPolicy
from clearmix_rules.reading import layout
from clearmix_rules.reading.comments import comments
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.reading.parser import parse

UNTIDY = """# Terms of a label

consent : opt-in   # until we know more
policy "Terms # 1" version 1
by label x


# Not too long.
rule a: permit   any
 use of tracks under x when tier is free, # the free plan
  # and those who pay
  plus and (either length is under 30
   seconds or else strength is at most 50 %) provided credit artist
   mark with tags reason "Short \\" ones." # said often
    # until here

# the rest
rule b: forbid any use when territory is none of
 AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT, LU, LV
  reason "Not here."
# end
"""

TIDY = """# Terms of a label

policy "Terms # 1" version 1
by label x
consent: opt-in  # until we know more

# Not too long.
rule a: permit any use
  of tracks under x
  # and those who pay
  when tier is free, plus  # the free plan
   and (either length is under 30 seconds or else strength is at most 50%)
  provided
    credit artist
    mark with tags
  reason "Short \\" ones."  # said often
  # until here

# the rest
rule b: forbid any use
  when territory is none of AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT,
      LU, LV
  reason "Not here."

# end
"""


def leaf(text: str) -> str:
    policy, findings = check_policy(PolicySource("t.rights", text))
    assert policy is not None, [one.as_text() for one in findings.diagnostics]
    return CompiledPolicy(policy).leaf


def test_what_is_untidy_becomes_the_one_layout():
    assert format_policy(UNTIDY) == TIDY


def test_the_layout_of_the_layout_is_itself(samples):
    for text in (UNTIDY, *(one.text for one in (*samples.values(), *policies(), *templates()))):
        once = format_policy(text)
        assert format_policy(once) == once
        assert leaf(once) == leaf(text)


def test_a_policy_that_cannot_be_read_is_not_laid_out():
    with pytest.raises(PolicyErrors) as caught:
        format_policy(UNTIDY.replace("permit", "permt"), "t.rights")
    assert [one.line for one in caught.value.diagnostics] == [9]


def test_it_refuses_rather_than_lose_a_comment(monkeypatch):
    monkeypatch.setattr(layout, "_attach", lambda blocks, text: [])
    with pytest.raises(RightsError, match="cannot be laid out") as caught:
        format_policy(UNTIDY)
    assert caught.value.help == "move its comments to lines of their own and try again"


def test_a_file_of_definitions_is_laid_out_too():
    assert (
        format_policy('# lists\ndefine   a as worldwide\n except US and CA\nuse  "b.rights"\n')
        == '# lists\nuse "b.rights"\ndefine a as worldwide except US and CA\n'
    )


def test_line_ends_of_other_systems_become_plain():
    assert format_policy(UNTIDY.replace("\n", "\r\n")) == format_policy(UNTIDY)


def test_spaces_that_do_not_break_become_plain():
    text = 'policy "T" version 1\nby label "4ad"\n\nrule a: forbid remix\n'
    text += '  when territory is worldwide, except US\n  reason "r"\n'
    assert format_policy(text.replace("territory is", "territory\u00a0is\u202f")) == text


def test_a_thousand_conditions_are_laid_out_one_a_line():
    text = 'policy "T" version 1\nby label x\nrule a: forbid any use when '
    text += " and ".join(["tier is free"] * 1_000) + ' reason "r"\n'
    assert format_policy(text).count("\n   and tier is free") == 999


# ---------------------------------------------------------------- laws

CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "tier is any of plus, premium or studio", "use is not private", "listener is verified",
            "length is between 30 and 90 seconds", "today is within 2 weeks before release-date",
            "any artist of the track is minor", "every writer's consents has this action",
            'isrc is like "GB*#"', "style-of is given and style-of is not ada-wren",
            "territory is none of AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE or IT",
            "now is before 2026-12-24T18:00Z", "styles has none of house, techno",
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' and '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda parts: f"(either {' or else '.join(parts)})"
        ),
        inner.map(lambda part: f"not ({part})"),
    ),
    max_leaves=8,
)  # fmt: skip
DUTIES = st.lists(
    st.sampled_from(
        [
            "length is at most 90 seconds", 'label reads "A # of {title}."', "credit artist",
            "royalty is at least 12.5 % of net-revenue to x", "approval by x within 10 days",
            "watermark with only my-mark", "keep records for 5 years", "expires on 2027-12-31",
        ]
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A policy with its words apart by any spaces, line ends and comments."""
    header = ["consent: opt-in", 'policy "T" version 3', "by label x",
              "in force from 2026-03-01 until 2026-12-31 in Europe/London",
              "define nordics as SE, NO, DK or FI"]  # fmt: skip
    pieces = draw(st.permutations(header))
    for index in range(draw(st.integers(1, 3))):
        text = f"rule r{index}: "
        permits = draw(st.booleans())
        text += "permit remix or cover" if permits else "forbid any use"
        text += draw(st.sampled_from(["", " of tracks under x, y or z", ' of work "T-1"']))
        text += f" when {draw(CONDITIONS)}" if draw(st.booleans()) else ""
        text += f" unless {draw(CONDITIONS)}" if draw(st.booleans()) else ""
        text += f" provided {' '.join(draw(DUTIES))}" if permits else ""
        pieces = [*pieces, f'{text} reason "It # is so."']
    chance = random.Random(draw(st.integers(0, 2**32)))
    return "".join(_untidy(piece, chance) for piece in pieces)


def _untidy(piece: str, chance: random.Random) -> str:
    text, quoted = "", False
    for index, char in enumerate(piece):
        quoted ^= char == '"'
        whole = re.search(r"\b(any|all|none|or)$", piece[:index])  # `any of` is one word
        if char == " " and not quoted and not whole:
            text += chance.choice(
                [" ", " ", " ", "  ", "\n  ", " # why\n   ", "\n\n  # and\n  # more\n\n  "]
                if text.count(" ") > 2 or "rule" in text else [" "]
            )  # fmt: skip
        else:
            text += char
    return text + chance.choice(["\n", "\n\n", " # behind\n", "\n  # below\n", "\n# before\n\n"])


@settings(max_examples=40, deadline=None)
@given(texts())
def test_the_layout_changes_no_word_no_meaning_and_no_comment(text):
    once = format_policy(text)
    assert format_policy(once) == once
    parsed = parse(PolicySource("t.rights", text))
    assert parsed.diagnostics == []
    assert parse(PolicySource("t.rights", once)).policy == parsed.policy
    assert leaf(once) == leaf(text)
    assert sorted(one.text for one in comments(once)) == sorted(one.text for one in comments(text))
    assert once.endswith("\n")
    assert not any(line != line.rstrip() for line in once.splitlines())
