from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clearmix.errors import CatalogueError, ClearanceError
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix_rules import Outcome


def spec(source: str = "open", **fields) -> RemixSpec:
    return RemixSpec.from_json({"kind": "remix", "sources": [source], **fields})


def test_a_remix_that_nobody_refuses_is_permitted_and_recorded(cleared_kernel: Kernel) -> None:
    cleared = cleared_kernel.decide(spec())
    assert cleared.decision.outcome == Outcome.PERMITTED
    assert cleared.nearest is None
    entry = cleared_kernel.clearance.log.entry(cleared.number)
    assert entry is not None
    assert entry.decision_hash == cleared.decision.hash
    assert entry.spec == cleared.spec.as_json()


def test_sources_are_named_by_id_however_they_were_given(cleared_kernel: Kernel) -> None:
    by_title = cleared_kernel.decide(spec("open road"))
    assert by_title.spec.sources == ("open",)


def test_an_artist_who_opted_in_to_nothing_refuses(cleared_kernel: Kernel) -> None:
    cleared = cleared_kernel.decide(spec("shy"))
    assert cleared.decision.outcome == Outcome.NOT_PERMITTED
    assert "Bo" in cleared.decision.reasons[0].text


def test_a_recorded_refusal_forbids_at_once_and_an_allowance_lifts_it(
    cleared_kernel: Kernel,
) -> None:
    cleared_kernel.consent.set("ada", "refuse", "remix")
    assert cleared_kernel.decide(spec()).decision.outcome == Outcome.FORBIDDEN
    assert cleared_kernel.decide(spec(kind="edit")).decision.outcome == Outcome.PERMITTED
    cleared_kernel.consent.set("ada", "allow", "remix")
    assert cleared_kernel.decide(spec()).decision.outcome == Outcome.PERMITTED


def test_a_refusal_of_one_recording_leaves_the_others(cleared_kernel: Kernel) -> None:
    cleared_kernel.consent.set("quill", "refuse", "any", recording="dusky")
    assert cleared_kernel.decide(spec("open")).decision.permitted
    short = spec("dusky", structure={"seconds": 10})
    assert cleared_kernel.decide(short).decision.outcome == Outcome.FORBIDDEN


def test_too_long_a_remix_is_refused_with_the_nearest_that_would_be_allowed(
    cleared_kernel: Kernel,
) -> None:
    cleared = cleared_kernel.decide(spec("dusky", styles=["house"]))
    assert cleared.decision.outcome == Outcome.NOT_PERMITTED
    assert cleared.nearest is not None
    assert cleared.nearest.structure is not None
    assert cleared.nearest.structure.seconds == 12
    assert cleared.nearest.styles == ("house",)
    assert cleared_kernel.decide(cleared.nearest).decision.permitted


def test_the_nearest_allowed_meets_several_conditions(cleared_kernel: Kernel) -> None:
    cleared = cleared_kernel.decide(spec("dusky", use="social"))
    assert cleared.nearest is not None
    assert cleared.nearest.use in ("private", "in-app")
    assert cleared_kernel.decide(cleared.nearest).decision.permitted


def test_no_spec_helps_a_listener_on_the_wrong_plan(cleared_kernel: Kernel) -> None:
    cleared = cleared_kernel.decide(spec("dusky", structure={"seconds": 10}), "fred")
    assert cleared.decision.outcome == Outcome.NOT_PERMITTED
    assert cleared.nearest is None


def test_duties_travel_with_the_decision(cleared_kernel: Kernel) -> None:
    duties = cleared_kernel.decide(spec("dusky", structure={"seconds": 10})).decision.duties
    assert "Fan-made remix of {title}." in duties.labels or any(
        "Fan-made remix of Dusky" in label for label in duties.labels
    )
    assert [(owed.payee, owed.rate_bps) for owed in duties.royalties] == [("northlight", 1500)]
    assert duties.max_length_ms == 12_000


def test_the_same_inputs_give_the_same_hash(cleared_kernel: Kernel) -> None:
    at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    one = cleared_kernel.decide(spec("dusky"), at=at).decision.hash
    assert cleared_kernel.decide(spec("dusky"), at=at).decision.hash == one
    later = at + timedelta(seconds=1)
    assert cleared_kernel.decide(spec("dusky"), at=later).decision.hash != one


def test_a_policy_is_in_force_only_within_its_dates(cleared_kernel: Kernel) -> None:
    before = datetime(2025, 12, 1, tzinfo=UTC)
    short = spec("dusky", structure={"seconds": 10})
    assert cleared_kernel.decide(short).decision.permitted
    early = cleared_kernel.decide(short, at=before).decision
    assert early.hash != cleared_kernel.decide(short).decision.hash
    assert early.duties.royalties == ()


def test_past_knowledge_is_replayed(cleared_kernel: Kernel) -> None:
    then = datetime.now(UTC)
    cleared_kernel.consent.set("ada", "refuse", "any")
    assert cleared_kernel.decide(spec()).decision.outcome == Outcome.FORBIDDEN
    assert cleared_kernel.decide(spec(), known_at=then).decision.permitted


def test_unknown_names_are_named(cleared_kernel: Kernel) -> None:
    with pytest.raises(CatalogueError, match="no recording `nothing`"):
        cleared_kernel.decide(spec("nothing"))
    with pytest.raises(CatalogueError, match="no listener `nobody`"):
        cleared_kernel.decide(spec(), "nobody")
    with pytest.raises(ClearanceError, match="no source recording"):
        cleared_kernel.decide(RemixSpec())
    with pytest.raises(ClearanceError, match="no party `zoe`"):
        cleared_kernel.consent.set("zoe", "refuse", "remix")
    with pytest.raises(ClearanceError, match="unknown kind `remixes`"):
        cleared_kernel.consent.set("ada", "refuse", "remixes")
