"""Decisions: the parties of a track, its sides, and what is asked of whom."""

from __future__ import annotations

import pytest

from clearmix_rules import Outcome

ALLOW = 'rule yes: permit any use reason "Fine by us."'


def test_opt_in_refuses_and_opt_out_grants_what_no_rule_speaks_of(decide, facts, policy):
    assert decide(policy("", consent="opt-in"), facts()).outcome is Outcome.NOT_PERMITTED
    assert decide(policy("", consent="opt-out"), facts()).outcome is Outcome.PERMITTED


def test_a_party_without_a_document_takes_its_default_consent(decide, facts):
    assert decide([], facts()).permitted
    refused = decide([], facts({"parties.hollow-tree.default-consent": "opt-in"}))
    assert refused.outcome is Outcome.NOT_PERMITTED
    assert refused.reasons[0].text == "Hollow Tree has not agreed to remixes of “Greensleeves”."


def test_a_licence_that_has_ended_frees_nothing(decide, facts, policy):
    """Without it the catalogue's `opt-out` would permit everything once the terms run out."""
    text = policy(ALLOW).replace("consent:", "in force from 2026-02-01 until 2026-10-31\nconsent:")
    assert decide(text, facts(now="2026-10-31T12:00:00Z")).permitted
    assert not decide(text, facts(now="2026-11-01T12:00:00Z")).permitted
    # Before it begins, what the catalogue says still stands.
    assert decide(text, facts(now="2026-01-31T12:00:00Z")).permitted


def test_a_party_nobody_knows_has_not_agreed(decide, facts):
    decision = decide([], facts({"tracks.0.artists": ["ada-wren", "stranger"]}))
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert "stranger has not agreed" in decision.reasons[0].text


def test_a_track_with_no_party_at_all_is_refused(decide, facts):
    track = {"tracks.0.label": None, "tracks.0.artists": [], "tracks.0.work": None}
    decision = decide([], facts(track))
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert decision.reasons[0].text.startswith("Nobody is known to hold rights")


@pytest.mark.parametrize(
    ("by", "path"),
    [
        ("label northlight", None),
        ("group above", None),
        ("artist ada-wren", None),
        ("owner own-er", {"tracks.0.owners": ["own-er"]}),
        ("writer j-smith", None),
        ("publisher hollow-tree", None),
    ],
)
def test_every_party_above_a_track_must_permit_a_remix(decide, facts, policy, by, path):
    said = facts({"parties.northlight.parent": "above", **(path or {})})
    said["parties"]["above"] = {**said["parties"]["northlight"], "kind": "group", "parent": None}
    said["parties"]["own-er"] = {**said["parties"]["above"], "kind": "owner"}
    assert decide([], said).permitted
    decision = decide(policy("", by=by), said)
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert decision.reasons[0].party == by.split()[1]


def test_no_tier_can_loosen_another(decide, facts, policy):
    texts = [policy('rule no: forbid remix reason "No."'), policy(ALLOW, by="artist ada-wren")]
    decision = decide(texts, facts())
    assert decision.outcome is Outcome.FORBIDDEN
    assert [reason.text for reason in decision.reasons] == ["No."]


def test_the_platform_forbids_and_adds_duties_but_its_permits_grant_nothing(decide, facts, policy):
    marked = policy(
        'rule mark: permit any use provided mark with watermark reason "Marked."', by="platform"
    )
    refused = decide([marked, policy("")], facts())
    assert refused.outcome is Outcome.NOT_PERMITTED
    permitted = decide([marked], facts())
    assert permitted.permitted
    assert permitted.duties.marks == ("watermark",)
    forbidden = decide([policy('rule no: forbid remix reason "No."', by="platform")], facts())
    assert forbidden.outcome is Outcome.FORBIDDEN


def test_delegation_takes_the_answer_of_the_other_but_keeps_its_own_forbids(decide, facts, policy):
    label = policy("rule r: permit remix when use is private provided credit artist "
                   'reason "Private ones."')  # fmt: skip
    artist = policy("", by="artist ada-wren", consent="delegated to northlight")
    assert decide([label, artist], facts()).permitted
    assert not decide([label, artist], facts({"request.use": "public"})).permitted
    own = policy(
        'rule no: forbid remix when use is private reason "Not mine."',
        by="artist ada-wren",
        consent="delegated to northlight",
    )
    assert decide([label, own], facts()).outcome is Outcome.FORBIDDEN


def test_a_forbid_of_a_delegate_binds_whoever_delegated_to_it(decide, facts, policy):
    manager = policy('rule no: forbid remix reason "The manager says no."', by="owner manager")
    artist = policy("", by="artist ada-wren", consent="delegated to manager")
    decision = decide([manager, artist], facts())
    assert decision.outcome is Outcome.FORBIDDEN
    assert decision.reasons[0].text == "The manager says no."


def test_a_circle_of_delegations_in_the_catalogue_is_in_error(decide, facts):
    said = facts(
        {
            "parties.northlight.default-consent": "delegated to ada-wren",
            "parties.ada-wren.default-consent": "delegated to northlight",
        }
    )
    decision = decide([], said)
    assert decision.outcome is Outcome.IN_ERROR
    assert "delegated in a circle: northlight -> ada-wren -> northlight" in decision.reasons[0].text


def test_a_very_long_chain_of_delegations_is_an_error_and_not_a_crash(decide, facts):
    said = facts()
    party = said["parties"]["northlight"]
    for step in range(2_000):
        said["parties"][f"p{step}"] = {**party, "default-consent": f"delegated to p{step + 1}"}
    said["parties"]["northlight"] = {**party, "default-consent": "delegated to p0"}
    assert decide([], said).outcome is Outcome.IN_ERROR


def test_a_cover_needs_the_permits_of_the_composition_only(decide, facts, policy):
    label = policy("")
    publisher = policy("", by="publisher hollow-tree")
    asked = facts({"request.actions": ["cover"]})
    assert decide([label], asked).permitted
    decision = decide([publisher], asked)
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert decision.reasons[0].party == "hollow-tree"


def test_what_comes_with_a_cover_needs_the_composition_only_unless_the_recording_is_used(
    decide, facts, policy
):
    label = policy("")
    asked = {"request.actions": ["cover", "speed-change", "edit", "lyric-change"]}
    assert decide([label], facts(asked)).permitted
    asked["request.actions"] = ["cover", "remix", "speed-change"]
    assert decide([label], facts(asked)).outcome is Outcome.NOT_PERMITTED


def test_a_recording_side_forbid_and_a_recorded_refusal_bind_a_cover(decide, facts, policy):
    asked = facts({"request.actions": ["cover"]})
    forbid = policy('rule no: forbid cover reason "No covers."')
    assert decide([forbid], asked).outcome is Outcome.FORBIDDEN
    refusal = {"party": "ada-wren", "answer": "refuse", "kind": "cover"}
    assert decide([], {**asked, "consents": [refusal]}).outcome is Outcome.FORBIDDEN


def test_an_imitated_voice_needs_the_permit_of_the_artist(decide, facts, policy):
    asked = {"request.actions": ["cover", "voice-imitation"], "sound.voice": "imitated"}
    assert decide([], facts(asked)).permitted
    artist = policy("", by="artist ada-wren")
    assert decide([artist], facts(asked)).reasons[0].party == "ada-wren"
    assert decide([artist], facts({"request.actions": ["cover"]})).permitted


def test_an_imitated_voice_counts_even_if_nobody_calls_it_one(decide, facts, policy):
    asked = facts({"request.actions": ["cover"], "sound.voice": "imitated"})
    assert not decide([policy("", by="artist ada-wren")], asked).permitted


def test_a_named_style_needs_the_permit_of_whoever_it_belongs_to(decide, facts, policy):
    asked = facts({"sound.style-of": "bo-lind"})
    decision = decide([], asked)
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert decision.reasons[0].text == (
        "bo-lind has not agreed to style imitations of “Greensleeves”."
    )
    forbid = policy('rule no: forbid style-imitation reason "Not my style."', by="artist bo-lind")
    assert decide([forbid], asked).outcome is Outcome.FORBIDDEN
    permit = policy('rule yes: permit style-imitation reason "Go on."', by="artist bo-lind")
    assert decide([permit], asked).permitted


def test_each_of_several_actions_must_be_permitted(decide, facts, policy):
    text = policy('rule r: permit remix reason "Remixes."')
    asked = facts({"request.actions": ["remix", "speed-change"]})
    decision = decide(text, asked)
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert "has not agreed to speed changes" in decision.reasons[0].text
    both = policy('rule r: permit remix or speed-change reason "Both."')
    assert decide(both, asked).permitted


def test_a_mashup_needs_the_parties_of_both_sources(decide, facts, policy):
    said = facts({"request.actions": ["mashup"]})
    second = {**said["tracks"][0], "id": "other", "label": "other-label", "title": "Other"}
    said["tracks"].append(second)
    said["parties"]["other-label"] = said["parties"]["northlight"]
    assert decide([], said).permitted
    decision = decide(policy("", by="label other-label"), said)
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert decision.reasons[0].track == "other"


def test_a_cover_of_an_unclaimed_work_needs_it_to_be_in_the_public_domain(decide, facts):
    work = {"writers": [], "publishers": [], "public-domain": False}
    asked = {"request.actions": ["cover", "speed-change"], "tracks.0.work": work}
    assert decide([], facts(asked)).outcome is Outcome.NOT_PERMITTED
    asked["tracks.0.work"] = {**work, "public-domain": True}
    assert decide([], facts(asked)).permitted


def test_a_label_tree_holds_for_imprints_below(decide, facts, policy):
    said = facts({"tracks.0.label": "imprint"})
    said["parties"]["imprint"] = {**said["parties"]["northlight"], "parent": "northlight"}
    text = policy(
        'rule no: forbid remix of tracks under northlight reason "No."', consent="opt-out"
    )
    assert decide(text, said).outcome is Outcome.FORBIDDEN
    assert decide(text, facts({"tracks.0.label": "elsewhere"})).outcome is not Outcome.FORBIDDEN
