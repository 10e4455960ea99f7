"""What a generator says of its render reaches the registry, and never instead of a measurement."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearmix.contracts import Report
from clearmix.errors import RenderError
from clearmix.rendering.reporting import MOST_NOTES, NO_REPORT, keep_report, report_in
from clearmix.rendering.workfolder import WorkFolder

from .conftest import House


def test_a_report_is_stored_with_the_render_and_its_plan_reads_back(house: House) -> None:
    job = house.render("explains")
    assert job.render_id is not None, job
    render = house.kernel.rendering.render(job.render_id)
    assert render.measured["report"] == {"heard_seconds": pytest.approx(12)}
    assert "quietly" in render.notes
    assert render.measured["lufs"] == pytest.approx(-14, abs=0.1)
    assert house.kernel.rendering.plan(render.id) == {"bars": 6, "title": "Green"}


@pytest.mark.parametrize("generator", ["tiny", "explains-badly"])
def test_a_render_without_a_report_is_a_render(house: House, generator: str) -> None:
    job = house.render(generator)
    assert job.render_id is not None, job
    assert "report" not in house.kernel.rendering.render(job.render_id).measured
    assert house.kernel.rendering.plan(job.render_id) is None


def test_a_plan_can_be_had_before_anything_is_rendered(house: House) -> None:
    cleared, plan = house.kernel.rendering.planned(house.spec(), generator="explains")
    assert cleared.decision.permitted
    assert plan == {"bars": 6, "title": "Green"}
    with pytest.raises(RenderError, match="`tiny` makes no plans") as caught:
        house.kernel.rendering.planned(house.spec(), generator="tiny")
    assert caught.value.help == "choose another generator"


def test_what_has_not_the_shape_of_a_report_is_left_out(tmp_path: Path) -> None:
    folder = WorkFolder(tmp_path, "job")
    assert report_in(folder) == NO_REPORT
    keep_report(folder, {"plan": [], "measured": "loud", "notes": ["a" * 900] * 90})
    kept = report_in(folder)
    assert (kept.plan, kept.measured, len(kept.notes)) == ({}, {}, MOST_NOTES)
    assert max(map(len, kept.notes)) == 400
    keep_report(folder, {"plan": {"a": 1}, "measured": {"b": 2}, "notes": []})
    assert report_in(folder) == Report({"a": 1}, {"b": 2}, ())
