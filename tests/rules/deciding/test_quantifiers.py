"""Decisions: tests of parties and sets, which err on the side of refusing."""

from __future__ import annotations

import pytest

from clearmix_rules import Outcome


@pytest.mark.parametrize(
    ("condition", "fires"),
    [
        ("any artist is minor", True),
        ("every artist is minor", False),
        ("no artist is minor", False),
        ("artist is minor", True),
        ("not artist is minor", True),
        ("not any artist is minor", False),
        ("any artist of the track is ada-wren", True),
        ("any performer is minor", False),
        ("every performer is minor", False),
        ("no performer is minor", True),
        ("every artist's consents has remix or cover", True),
        ("any artist's consents has cover", False),
        ("every artist's consents has this action", True),
        ("artist's voice-consent has this use", True),
        ("every artist's voice-consent has this use", False),
        ("artists has ada-wren", True),
        ("label is under northlight", True),
        ("styles has all of house, disco", False),
        ("styles has only house, disco", True),
        ("parts-used has none of bass", True),
        ("isrc is like \"GB*2600*\"", True),
        ("isrc is like \"GB\"", False),
        ("title is like \"*\"", True),
    ],
)  # fmt: skip
def test_a_forbid_with_a_test_of_parties_or_sets(decide, facts, policy, condition, fires):
    said = facts({"tracks.0.artists": ["ada-wren", "kid"]})
    said["parties"]["ada-wren"] |= {"consents": ["remix"], "voice-consent": ["private"]}
    said["parties"]["kid"] = {**said["parties"]["ada-wren"], "minor": True, "voice-consent": []}
    text = policy(f'rule f: forbid remix when {condition} reason "r"', consent="opt-out")
    assert (decide(text, said).outcome is Outcome.FORBIDDEN) is fires


def test_a_bare_role_falls_on_the_side_of_refusing(decide, facts, policy):
    """In a permit `artist` means every one, in its `unless` any one; in a forbid the reverse."""
    said = facts({"tracks.0.artists": ["ada-wren", "kid"]})
    said["parties"]["kid"] = {**said["parties"]["ada-wren"], "minor": True}
    permit = policy('rule p: permit remix when artist is minor reason "r"')
    assert not decide(permit, said).permitted
    spared = policy('rule p: permit remix unless artist is minor reason "r"')
    assert not decide(spared, said).permitted
    forbid = policy('rule f: forbid remix unless artist is minor reason "r"', consent="opt-out")
    assert not decide(forbid, said).permitted
