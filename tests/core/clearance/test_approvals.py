from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from clearmix.clearance.approvals import Approvals
from clearmix.errors import ClearanceError, WithdrawnError
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix_rules import Outcome, PolicySource

ASK_FIRST = """\
policy "Ada Wren, artist conditions" version 1
by artist ada
in force from 2026-01-01
consent: opt-in

rule fast: permit remix of tracks by ada
  when strength is over 90%
  provided
    approval by ada within 10 days
    approval by quill
  reason "Ada Wren listens to such remixes first."

rule slow: permit remix of tracks by ada
  when strength is at most 90%
   and use is private
  reason "Ada Wren lets everybody remix her songs."

rule shared: permit remix of tracks by ada
  when use is public
  provided approval by ada within 10 days
  reason "Ada Wren listens to remixes before they are shared."
"""

SPEC = RemixSpec(sources=("open-road",), strength=0.95)


@pytest.fixture
def asking(market: Kernel) -> Iterator[Kernel]:
    """The market under a policy that asks Ada, or Ada and the writer, for approval."""
    market.policies.add(PolicySource("ada.rights", ASK_FIRST))
    market.rendering._workers.ensure = lambda: None  # nobody renders here
    yield market


def ids(kernel: Kernel) -> dict[str, str]:
    return {one.party: one.id for one in kernel.clearance.approvals.listed()}


def test_a_referred_request_waits_for_everybody_and_then_goes_on(asking: Kernel) -> None:
    submission = asking.rendering.submit(SPEC, "mia")
    assert submission.cleared.decision.outcome is Outcome.REFERRED
    assert submission.job is None
    assert {one.party: one.deadline is None for one in submission.approvals} == {
        "ada": False,
        "quill": True,
    }

    assert asking.answer_approval(ids(asking)["ada"], "approve") is None
    cleared = asking.answer_approval(ids(asking)["quill"], "approve")

    assert cleared is not None
    assert cleared.decision.permitted
    (job,) = {one.job for one in asking.clearance.approvals.listed()}
    assert asking.rendering.job(str(job)).state == "queued"
    # What was approved for one listener is not approved for another, nor another request of hers.
    assert asking.decide(SPEC, "ben").decision.outcome is Outcome.REFERRED
    other = SPEC.merged({"strength": 0.99})
    assert asking.decide(other, "mia").decision.outcome is Outcome.REFERRED


def test_asking_again_waits_for_the_same_answers(asking: Kernel) -> None:
    first = asking.rendering.submit(SPEC, "mia").approvals

    assert asking.rendering.submit(SPEC, "mia").approvals == first


def test_a_refusal_ends_a_request_and_is_a_fact_from_then_on(asking: Kernel) -> None:
    asking.rendering.submit(SPEC, "mia")

    assert asking.answer_approval(ids(asking)["ada"], "refuse") is None

    assert not asking.decide(SPEC, "mia").decision.permitted
    with pytest.raises(ClearanceError, match="was refused already"):
        asking.answer_approval(ids(asking)["ada"], "approve")


def test_a_request_lapses_at_its_deadline_and_can_be_made_again(asking: Kernel) -> None:
    asking.rendering.submit(SPEC, "mia")
    late = Approvals(asking.database, clock=lambda: utc_now() + timedelta(days=11))

    assert {one.party: one.state for one in late.listed()} == {"ada": "lapsed", "quill": "waiting"}
    with pytest.raises(ClearanceError, match="lapsed on") as caught:
        late.answer(ids(asking)["ada"], "approve")
    assert "ask again" in caught.value.help
    again = late.ask(asking.decide(SPEC, "mia"), "mia", "idle")
    assert {one.state for one in again} == {"waiting"}


def test_an_answer_to_nothing_is_named(asking: Kernel) -> None:
    with pytest.raises(ClearanceError, match="no approval `made-up`"):
        asking.answer_approval("made-up", "approve")


def test_sharing_waits_for_an_approval_and_a_later_refusal_takes_it_down(
    asking: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    items = asking.delivery.items

    assert items.share(render, "mia").decision.outcome is Outcome.REFERRED
    assert not items.shared(render)
    asking.answer_approval(ids(asking)["ada"], "approve")

    assert items.shared(render)
    asking.delivery.play(render, "ben")
    asking.consent.set("ada", "refuse", "any", existing="remove")
    with pytest.raises(WithdrawnError):
        asking.delivery.play(render, "ben")
