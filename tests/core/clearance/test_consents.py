"""Recorded answers: for a territory, for days, for what exists, as known at a time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from clearmix.errors import CatalogueError, ClearanceError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Render
from clearmix.spec import RemixSpec
from clearmix_rules import Outcome

REMIX = RemixSpec.from_json({"kind": "remix", "sources": ["open"]})


def outcome(kernel: Kernel, **options) -> Outcome:
    return kernel.decide(REMIX, "mia", **options).decision.outcome


def render(created_at: datetime) -> Render:
    """A published remix of Open Road by Mia, who lives in Britain."""
    return Render(
        id="r1", title="Open Road", kind="remix", spec=REMIX, sources=("open",), listener="mia",
        generator="bench", decision_hash="", label="", audio_key="", pcm_sha256="", seconds=20.0,
        lufs=-14.0, true_peak_dbtp=-1.0, measured={}, marks=(), duties={}, notes=(),
        created_at=created_at,
    )  # fmt: skip


def test_a_refusal_binds_in_its_territory_only(cleared_kernel: Kernel) -> None:
    cleared_kernel.consent.set("ada", "refuse", "remix", territory="ie")
    assert outcome(cleared_kernel) is Outcome.PERMITTED
    cleared_kernel.consent.set("ada", "refuse", "remix", territory="gb")
    assert outcome(cleared_kernel) is Outcome.FORBIDDEN


def test_both_days_of_a_refusal_count_where_the_listener_is(cleared_kernel: Kernel) -> None:
    cleared_kernel.consent.set(
        "ada", "refuse", "any", valid_from=date(2027, 1, 10), valid_until=date(2027, 1, 11)
    )
    found = {
        day: outcome(cleared_kernel, at=datetime(2027, 1, day, 12, tzinfo=UTC))
        for day in (8, 10, 11, 13)
    }
    assert found == {
        8: Outcome.PERMITTED,
        10: Outcome.FORBIDDEN,
        11: Outcome.FORBIDDEN,
        13: Outcome.PERMITTED,
    }


@pytest.mark.parametrize(("existing", "streams"), [("keep", True), ("remove", False)])
def test_a_refusal_says_what_becomes_of_remixes_made_before(
    cleared_kernel: Kernel, existing: str, streams: bool
) -> None:
    before = render(datetime.now(UTC) - timedelta(days=1))
    assert cleared_kernel.clearance.may_stream(before) is None
    cleared_kernel.consent.set("ada", "refuse", "remix", existing=existing)
    assert outcome(cleared_kernel) is Outcome.FORBIDDEN, "new ones are refused either way"
    assert (cleared_kernel.clearance.may_stream(before) is None) is streams
    made_after = render(datetime.now(UTC) + timedelta(seconds=2))
    refusal = cleared_kernel.clearance.may_stream(made_after)
    assert refusal is not None
    assert refusal.reason == "Ada Wren has said no to remixes."


def test_an_answer_about_existing_remixes_can_be_given_anew(cleared_kernel: Kernel) -> None:
    before = render(datetime.now(UTC) - timedelta(days=1))
    cleared_kernel.consent.set("ada", "refuse", "remix", existing="keep")
    cleared_kernel.consent.set("ada", "refuse", "remix", existing="remove")
    assert cleared_kernel.clearance.may_stream(before) is not None
    cleared_kernel.consent.set("ada", "allow", "remix")
    assert cleared_kernel.clearance.may_stream(before) is None


def test_what_was_recorded_later_is_not_known_before(cleared_kernel: Kernel) -> None:
    moments = [datetime.now(UTC)]
    for answer in ("refuse", "allow", "refuse"):
        cleared_kernel.consent.set("ada", answer, "remix")  # type: ignore[arg-type]
        moments.append(datetime.now(UTC))
    found = [outcome(cleared_kernel, known_at=moment) for moment in moments]
    assert found == [
        Outcome.PERMITTED,
        Outcome.FORBIDDEN,
        Outcome.PERMITTED,
        Outcome.FORBIDDEN,
    ]


def test_a_past_answer_is_given_again_with_the_same_hash(cleared_kernel: Kernel) -> None:
    at = datetime.now(UTC)
    first = cleared_kernel.decide(REMIX, "mia", at=at).decision
    known_at = datetime.now(UTC)
    cleared_kernel.consent.set("ada", "refuse", "any")
    (cleared_kernel.settings.policies / "northlight.rights").unlink()
    assert cleared_kernel.decide(REMIX, "mia", at=at).decision.hash != first.hash
    again = cleared_kernel.decide(REMIX, "mia", at=at, known_at=known_at).decision
    assert (again.outcome, again.hash) == (first.outcome, first.hash)


def test_answers_that_have_ended_are_history(cleared_kernel: Kernel) -> None:
    ended = datetime.now(UTC).date() - timedelta(days=5)
    cleared_kernel.consent.set("ada", "refuse", "cover", valid_until=ended)
    cleared_kernel.consent.set("ada", "refuse", "remix", work="work")
    assert [one.kind for one in cleared_kernel.consent.show("ada")] == ["remix"]
    assert [one.kind for one in cleared_kernel.consent.history("ada")] == ["cover", "remix"]


@pytest.mark.parametrize(
    ("options", "message", "help"),
    [
        ({"kind": "remx"}, "unknown kind `remx`", "did you mean `remix`?"),
        ({"territory": "UK"}, "unknown territory `UK`", "did you mean `GB`?"),
        ({"territory": "Europe"}, "unknown territory `Europe`", "give one ISO 3166 code"),
        ({"work": "songs"}, "no work `songs`", "clearmix catalogue list"),
        (
            {"valid_from": date(2027, 2, 1), "valid_until": date(2027, 1, 1)},
            "consent from 2027-02-01 until 2027-01-01",
            "give the earlier day first",
        ),
    ],
)
def test_an_answer_that_no_decision_could_read_is_not_recorded(
    cleared_kernel: Kernel, options: dict, message: str, help: str
) -> None:
    with pytest.raises(ClearanceError) as caught:
        cleared_kernel.consent.set("ada", "refuse", **{"kind": "remix", **options})
    assert message in caught.value.message
    assert help in caught.value.help
    assert cleared_kernel.consent.history("ada") == ()


@pytest.mark.parametrize(("field", "value"), [("kind", "remx"), ("territory", "UK")])
def test_an_imported_answer_that_no_decision_could_read_is_refused(
    cleared_kernel: Kernel, tmp_path: Path, field: str, value: str
) -> None:
    entry = {"party": "ada", "answer": "refuse", "kind": "remix",
             "recorded_at": "2026-01-01T00:00:00Z", field: value}  # fmt: skip
    path = tmp_path / "more.json"
    path.write_text(json.dumps({"format": 1, "consents": [entry]}))
    with pytest.raises(CatalogueError) as caught:
        cleared_kernel.import_catalogue(path)
    assert field in str(caught.value)
