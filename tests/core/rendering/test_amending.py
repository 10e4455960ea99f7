"""An edited plan becomes a render of its own: within what was permitted, by the way of all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clearmix.errors import GeneratorError, PlanError, RenderError
from clearmix.rendering.generating import Generating
from clearmix.rendering.workfolder import WorkFolder
from clearmix_rules import PolicySource

from .conftest import House

NO_MORE = """policy "Ada Wren, no more" version 1
by artist ada-wren

rule no-more: forbid remix of tracks by ada-wren
  reason "Ada Wren has had enough remixes."
"""


@pytest.fixture(scope="module")
def first(house: House) -> str:
    """The id of a render whose generator renders edited plans of six bars at most."""
    return str(house.render("amends", seed=5).render_id)


@pytest.fixture
def no_more(house: House) -> Iterator[None]:
    house.kernel.policies.add(PolicySource("no-more.rights", NO_MORE))
    yield
    (house.settings.policies / "no-more.rights").unlink()


def test_an_edited_plan_is_decided_on_made_marked_and_published_as_a_render_of_its_own(
    house: House, first: str
) -> None:
    rendering = house.kernel.rendering
    plan = {**(rendering.plan(first) or {}), "bars": 4}
    submission = rendering.amend(first, plan)
    assert submission.job is not None
    assert submission.quote is not None  # it counts and costs as every render does
    assert submission.job.id in {one.job for one in house.kernel.entitlement.charged("local")}
    ended = rendering.wait(submission.job.id)
    assert ended.state == "published", ended
    made, before = rendering.render(str(ended.render_id)), rendering.render(first)
    assert (made.amends, before.amends) == (first, None)
    assert made.spec == before.spec
    assert made.seconds == pytest.approx(8, abs=0.03)
    assert rendering.plan(made.id) == plan
    assert "as edited" in made.notes
    assert {mark.layer for mark in made.marks} == {"signal", "file"}
    assert made.decision_hash
    assert (
        house.kernel.clearance.log.existing(submission.cleared.number).spec == made.spec.as_json()
    )


def test_a_plan_beyond_its_spec_is_refused_with_the_reason_and_nothing_is_queued(
    house: House, first: str
) -> None:
    before = house.kernel.rendering.jobs.open()
    with pytest.raises(PlanError) as caught:
        house.kernel.rendering.amend(first, {"bars": 7})
    assert caught.value.message == "`bars`: 6 are the most"
    assert "ask for it in words" in caught.value.help
    assert house.kernel.rendering.jobs.open() == before


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({}, "`bars` is missing"),
        ({"bars": 4, "level": float("nan")}, "not JSON"),
        ({"bars": 4, "note": "x" * 9_000_000}, "are the most"),
    ],
)
def test_what_is_no_plan_is_refused(house: House, first: str, plan, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        house.kernel.rendering.amend(first, plan)


def test_rights_that_have_changed_refuse_the_edited_plan_too(
    house: House, first: str, no_more: None
) -> None:
    submission = house.kernel.rendering.amend(first, {"bars": 4})
    assert submission.job is None
    assert [one.text for one in submission.cleared.decision.reasons] == [
        "Ada Wren has had enough remixes."
    ]


def test_the_process_that_renders_looks_at_the_plan_again(house: House, first: str) -> None:
    spec = house.kernel.rendering.render(first).spec
    folder = WorkFolder(house.settings.work, "looks-again")
    try:
        with pytest.raises(GeneratorError, match="`bars`: 6 are the most"):
            Generating(house.settings, folder, "amends").run(
                spec,
                house.kernel.catalogue.source(spec.sources),
                lambda fraction, message: None,
                plan={"bars": 7},
            )
    finally:
        folder.remove()


def test_a_generator_without_edited_plans_is_named_with_the_remedy(house: House) -> None:
    id = str(house.render("explains").render_id)
    with pytest.raises(RenderError, match="generator `explains` renders no edited plans") as caught:
        house.kernel.rendering.amend(id, {"bars": 4})
    assert "`studio`" in caught.value.help
