from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clearmix.desk.holdings import recordings_held
from clearmix.errors import ClearanceError, RenderError, WithdrawnError
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix_rules import PolicySource

ASK_FIRST = """\
policy "Ada Wren, artist conditions" version 1
by artist ada
in force from 2026-01-01
consent: opt-in

rule mine: permit remix, cover or speed-change of tracks by ada
  when use is private
  reason "Ada Wren lets everybody remix her songs."

rule shared: permit remix or speed-change of tracks by ada
  when use is public
  provided approval by ada within 10 days
  reason "Ada Wren listens to remixes before they are shared."
"""


@pytest.fixture
def remixes(market: Kernel, publish: Callable[..., str]) -> list[str]:
    """Three remixes of Ada's song: two are public, the last only its maker hears."""
    made = [publish("mia", id=f"{number:016x}", tempo=90 + 20 * number) for number in range(3)]
    for id in made[:2]:
        assert market.delivery.items.share(id, "mia").decision.permitted
    return made


def test_an_effect_is_what_happens_when_the_answer_is_recorded(
    market: Kernel, remixes: list[str]
) -> None:
    desk, items = market.desk("ada"), market.delivery.items

    effect = desk.suppose("refuse", "remix", recording="open-road", existing="remove")

    assert {one.id for one in effect.down} == set(remixes[:2])
    assert effect.private_down == 1
    assert effect.sentences[0] == "2 public remixes: they come down."
    assert desk.history() == (), "supposing records nothing"
    items.require_streamable(items.item(remixes[0], "ben"), "ben")

    desk.answer("refuse", "remix", recording="open-road", existing="remove")

    assert [one.stopped != "" for one in desk.remixes()] == [True, True]
    with pytest.raises(WithdrawnError):
        items.require_streamable(items.item(remixes[0], "ben"), "ben")


def test_keeping_existing_remixes_takes_none_down_but_ends_new_ones(
    market: Kernel, remixes: list[str]
) -> None:
    effect = market.desk("ada").suppose("refuse", "any", existing="keep")

    assert (effect.down, effect.private_down, effect.kept) == ((), 0, 2)
    assert {one.kind: one.then for one in effect.openings if one.recording == "open-road"} == {
        "remix": False,
        "cover": False,
    }
    assert "No remix that is there now stops playing." in effect.sentences


def test_an_answer_about_one_track_touches_no_remix_of_another(
    market: Kernel, remixes: list[str]
) -> None:
    effect = market.desk("quill").suppose("refuse", "any", recording="dusky", existing="remove")

    assert effect.down == () and effect.kept == 0
    assert {one.recording for one in effect.openings} == {"dusky"}


def test_an_answer_about_a_work_counts_the_tracks_of_that_work(
    market: Kernel, remixes: list[str], tmp_path: Path
) -> None:
    share = {"party": "quill", "role": "writer", "parts": 100}
    sketch = {"id": "sketch", "title": "Sketch", "shares": [share]}
    (tmp_path / "more.json").write_text(json.dumps({"format": 1, "works": [sketch]}))
    market.import_catalogue(tmp_path / "more.json")
    desk = market.desk("quill")

    recorded = desk.suppose("refuse", "any", work="work", existing="remove")
    unrecorded = desk.suppose("refuse", "any", work="sketch", existing="remove")

    assert {one.id for one in recorded.down} == set(remixes[:2])
    assert {one.recording for one in recorded.openings} == {"open-road", "dusky"}
    assert (unrecorded.down, unrecorded.kept, unrecorded.openings) == ((), 0, ())
    assert desk.answer("refuse", "any", work="sketch").work == "sketch"


def test_nobody_answers_for_a_work_of_others(market: Kernel) -> None:
    desk = market.desk("ada")

    for ask in (desk.suppose, desk.answer):
        for work in ("work", "no-such-work"):
            with pytest.raises(ClearanceError) as caught:
                ask("refuse", "any", work=work)
            assert caught.value.message == f"`{work}` is no work of Ada Wren"
            assert "in which you have a share" in caught.value.help
            assert caught.value.place == "work"
    assert desk.history() == ()


def test_an_answer_that_begins_later_takes_nothing_down_today(
    market: Kernel, remixes: list[str]
) -> None:
    effect = market.desk("ada").suppose(
        "refuse", "any", existing="remove", valid_from=date(2999, 1, 1)
    )

    assert effect.down == ()


def test_what_cannot_be_recorded_cannot_be_supposed(market: Kernel) -> None:
    desk = market.desk("ada")

    for ask in (desk.suppose, desk.answer):
        with pytest.raises(ClearanceError) as caught:
            ask("refuse", "remix", territory="UK")
        assert caught.value.help == "did you mean `GB`?"
        with pytest.raises(ClearanceError) as caught:
            ask("refuse", "remix", recording="no-such-song")
        assert caught.value.place == "recording"
    assert desk.history() == ()


def test_artists_hold_their_recordings_and_writers_those_of_their_works(market: Kernel) -> None:
    held = {
        party.id: {row.id for row in recordings_held(party.id, market.catalogue)}
        for party in market.catalogue.parties()
    }

    assert held == {"ada": {"open-road"}, "bo": {"dusky"}, "quill": {"open-road", "dusky"}}


def test_a_remix_that_is_taken_down_is_gone_for_everybody_with_its_reason(
    market: Kernel, remixes: list[str]
) -> None:
    desk, items = market.desk("ada"), market.delivery.items

    desk.take_down(remixes[0], "not in my name")

    assert [one.render.id for one in desk.remixes()] == [remixes[1]]
    for listener in ("mia", "ben"):
        with pytest.raises(WithdrawnError) as caught:
            items.item(remixes[0], listener)
        assert "not in my name" in caught.value.message
        assert not market.delivery.may_hear(remixes[0], listener)
    before = market.clearance.state()
    desk.take_down(remixes[1])
    assert market.clearance.state() != before, "whoever is listening is told"


def test_nobody_takes_down_what_is_not_theirs_or_not_public(
    market: Kernel, remixes: list[str]
) -> None:
    for party, render in (("ada", remixes[2]), ("bo", remixes[0]), ("ada", "f" * 16)):
        with pytest.raises(RenderError):
            market.desk(party).take_down(render)

    assert len(market.desk("ada").remixes()) == 2
    assert market.desk("ada").private_remixes == 1


def test_terms_name_the_rules_that_bind_the_tracks_and_leave_out_the_others(
    market: Kernel,
) -> None:
    market.policies.add(PolicySource("ada.rights", ASK_FIRST))
    market.policies.add(
        PolicySource("bo.rights", ASK_FIRST.replace("ada", "bo").replace("Ada Wren", "Bo"))
    )

    terms = market.desk("ada").terms()

    assert [one.party for one in terms][-1] == "platform"
    assert "bo" not in {one.party for one in terms}
    own = next(one for one in terms if one.party == "ada")
    assert [rule.permits for rule in own.rules] == [True, True]
    assert "Ada Wren approves it within 10 days" in own.rules[1].text
    assert own.rules[1].reason == "Ada Wren listens to remixes before they are shared."


def test_who_is_asked_hears_the_remix_and_answers_with_a_reason(
    market: Kernel, publish: Callable[..., str]
) -> None:
    market.policies.add(PolicySource("ada.rights", ASK_FIRST))
    render, items = publish("mia"), market.delivery.items
    sign_in_for(market, "ada-login", "ada")
    sign_in_for(market, "bo-login", "bo")
    assert not market.delivery.may_hear(render, "ada-login"), "nobody was asked yet"

    items.share(render, "mia")

    assert market.delivery.may_hear(render, "ada-login")
    assert not market.delivery.may_hear(render, "bo-login")
    desk = market.desk("ada")
    [waiting] = desk.approvals()
    with pytest.raises(ClearanceError):
        market.desk("bo").answer_approval(waiting.id, "approve")
    assert desk.answer_approval(waiting.id, "refuse", " not this one ") is None
    [refused] = market.clearance.approvals.listed(listener="mia")
    assert (refused.state, refused.reason) == ("refused", "not this one")
    assert not market.delivery.may_hear(render, "ada-login"), "nothing waits any more"
    assert not items.shared(render)


def test_a_proposed_answer_replaces_the_recorded_one_of_its_scope(market: Kernel) -> None:
    market.consent.set("ada", "refuse", "remix", recording="open-road")
    spec = RemixSpec(sources=("open-road",), styles=("house",))
    assert not market.clearance.would_permit(spec, "mia")

    allowed = market.consent.proposed("ada", "allow", "remix", recording="open-road")

    assert market.clearance.supposing(allowed).would_permit(spec, "mia")
    assert not market.clearance.would_permit(spec, "mia")


def sign_in_for(kernel: Kernel, user: str, party: str) -> None:
    from clearmix.catalogue.rows import hashed_password
    from clearmix.storage.tables.catalogue import LoginRow

    with kernel.database.session(write=True) as session:
        session.add(LoginRow(user=user, password=hashed_password(user), role="artist", party=party))
