"""Policy versions in the house: added, never edited, known by time, refusing when in trouble."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clearmix.errors import ClearanceError
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix_rules import Outcome, PolicySource


def spec(source: str = "open", **fields) -> RemixSpec:
    return RemixSpec.from_json({"kind": "remix", "sources": [source], **fields})


def northlight(kernel: Kernel) -> str:
    return (kernel.settings.policies / "northlight.rights").read_text()


def test_a_broken_policy_refuses_for_its_author_only_and_is_reported(
    cleared_kernel: Kernel,
) -> None:
    folder = cleared_kernel.settings.policies
    (folder / "bo.rights").write_text(
        'policy "Bo" version 1\nby artist bo\nin force from 2026-01-01\nrule a: permitt remix\n'
    )
    cleared_kernel.consent.set("bo", "allow", "any")
    refused = cleared_kernel.decide(spec("shy")).decision
    assert refused.outcome == Outcome.FORBIDDEN
    assert "cannot be read" in refused.reasons[0].text
    assert cleared_kernel.decide(spec("open")).decision.permitted
    (problem,) = [found for found in cleared_kernel.problems if found.plugin == "policies"]
    assert "`bo.rights` does not check" in problem.reason
    assert "clearmix rules check" in problem.help


def test_a_version_with_another_text_is_refused_and_nothing_is_written(
    cleared_kernel: Kernel,
) -> None:
    other = northlight(cleared_kernel).replace("15%", "5%")
    with pytest.raises(ClearanceError) as caught:
        cleared_kernel.policies.add(PolicySource("other.rights", other))
    assert caught.value.message == (
        "“Northlight terms” version 1 by label northlight is recorded already with another text"
    )
    assert "next version" in caught.value.help
    assert caught.value.place == "other.rights"
    assert not (cleared_kernel.settings.policies / "other.rights").exists()


@pytest.mark.parametrize(
    "laid_out",
    [
        lambda text: text.replace("policy ", "  policy ").replace("by label", "  by label"),
        lambda text: text.replace(" version 1", "\n  version 1"),
        lambda text: text.replace("by label ", "by label # ours\n  "),
        lambda text: text.replace('policy "', 'policy"').replace(
            "label northlight\n", 'label"northlight"\n', 1
        ),
    ],
    ids=["indented", "broken", "with a comment", "without spaces"],
)
def test_no_layout_of_its_header_hides_a_version_with_another_text(
    cleared_kernel: Kernel, laid_out
) -> None:
    other = laid_out(northlight(cleared_kernel).replace("15%", "5%"))
    with pytest.raises(ClearanceError, match="recorded already with another text"):
        cleared_kernel.policies.add(PolicySource("other.rights", other))


def test_a_title_with_quotation_marks_names_a_version_too(cleared_kernel: Kernel) -> None:
    text = northlight(cleared_kernel).replace("Northlight terms", r"The \"Northlight\" terms")
    path = cleared_kernel.policies.add(PolicySource("quoted.rights", text))
    said = next(
        one.header for one in cleared_kernel.policies.listed() if one.source.name == path.name
    )
    assert (said and said.title) == 'The "Northlight" terms'
    with pytest.raises(ClearanceError, match="recorded already with another text"):
        cleared_kernel.policies.add(PolicySource("other.rights", text.replace("15%", "5%")))


def test_the_layout_of_a_version_may_change_beside_a_file_without_an_author(
    cleared_kernel: Kernel,
) -> None:
    path = cleared_kernel.settings.policies / "northlight.rights"
    cleared_kernel.policies.current()
    (path.parent / "torn.rights").write_text('policy "Torn" version 1\nrule a: permitt remix\n')
    path.write_text(f"# laid out anew\n{northlight(cleared_kernel)}")
    cleared_kernel.policies.current()
    assert not any(
        "recorded with another" in one.trouble for one in cleared_kernel.policies.listed()
    )


def test_a_broken_policy_of_an_id_that_begins_with_a_figure_refuses_for_its_author_only(
    cleared_kernel: Kernel,
) -> None:
    (cleared_kernel.settings.policies / "fifty.rights").write_text(
        'policy "Fifty" version 1\nby artist "50-cent"\nrule a: permitt remix\n'
    )
    assert cleared_kernel.decide(spec("open")).decision.permitted
    (problem,) = [found for found in cleared_kernel.problems if found.plugin == "policies"]
    assert "`fifty.rights` does not check" in problem.reason


def test_a_version_stays_what_it_was_after_it_was_taken_out(cleared_kernel: Kernel) -> None:
    text = northlight(cleared_kernel)
    assert cleared_kernel.decide(spec("dusky")).decision.outcome is Outcome.NOT_PERMITTED
    (cleared_kernel.settings.policies / "northlight.rights").unlink()
    assert cleared_kernel.decide(spec("dusky")).decision.permitted
    with pytest.raises(ClearanceError, match="recorded already with another text"):
        cleared_kernel.policies.add(
            PolicySource("again.rights", text.replace("12 seconds", "40 seconds"))
        )
    cleared_kernel.policies.add(PolicySource("again.rights", text))
    assert not cleared_kernel.decide(spec("dusky")).decision.permitted


def test_the_same_title_of_another_author_is_another_policy(cleared_kernel: Kernel) -> None:
    text = northlight(cleared_kernel).replace("by label northlight", "by artist ada")
    cleared_kernel.policies.add(PolicySource("ada.rights", text))
    assert {one.header.author for one in cleared_kernel.policies.listed() if one.header} >= {
        "label northlight",
        "artist ada",
    }


def test_the_next_version_is_written_beside_the_one_before(cleared_kernel: Kernel) -> None:
    text = northlight(cleared_kernel)
    newer = text.replace("version 1", "version 2").replace("12 seconds", "40 seconds")
    path = cleared_kernel.policies.add(PolicySource("northlight.rights", newer))
    assert path.name == "northlight-version-2.rights"
    assert northlight(cleared_kernel) == text
    long = spec("dusky", structure={"seconds": 30})
    assert cleared_kernel.decide(long).decision.permitted
    assert cleared_kernel.policies.add(PolicySource("any.rights", newer)) == path


def test_a_file_edited_in_place_refuses_until_its_text_is_back(cleared_kernel: Kernel) -> None:
    path = cleared_kernel.settings.policies / "northlight.rights"
    text = northlight(cleared_kernel)
    short = spec("dusky", structure={"seconds": 10})
    assert cleared_kernel.decide(short).decision.permitted
    path.write_text(text.replace("12 seconds", "90 seconds"))
    assert cleared_kernel.decide(short).decision.outcome is Outcome.FORBIDDEN
    (problem,) = [found for found in cleared_kernel.problems if found.plugin == "policies"]
    assert problem.reason == (
        "`northlight.rights` changes “Northlight terms” version 1 by label northlight, which is "
        "recorded with another text"
    )
    assert "next version" in problem.help
    path.write_text(text)
    assert cleared_kernel.decide(short).decision.permitted


def test_the_layout_of_a_version_may_change(cleared_kernel: Kernel) -> None:
    path = cleared_kernel.settings.policies / "northlight.rights"
    before = cleared_kernel.decide(spec("dusky")).decision
    path.write_text(f"# laid out anew\n{northlight(cleared_kernel)}\n\n")
    after = cleared_kernel.decide(spec("dusky"), at=datetime(2026, 11, 1, tzinfo=UTC)).decision
    assert after.outcome is before.outcome
    assert after.record["policies"] == before.record["policies"]
    assert cleared_kernel.problems == ()


def test_two_files_that_contradict_refuse_for_their_author_only(cleared_kernel: Kernel) -> None:
    folder = cleared_kernel.settings.policies
    for name, answer in (("a", "opt-in"), ("b", "opt-out")):
        (folder / f"{name}.rights").write_text(
            f'policy "Bo" version 1\nby artist bo\nconsent: {answer}\n'
            'rule a: permit remix reason "Yes."\n'
        )
    assert cleared_kernel.decide(spec("shy")).decision.outcome is Outcome.FORBIDDEN
    assert cleared_kernel.decide(spec("open")).decision.permitted
    (problem,) = [found for found in cleared_kernel.problems if found.plugin == "policies"]
    assert "different texts" in problem.reason


def test_what_was_known_at_a_time_is_what_had_come_and_not_yet_gone(
    cleared_kernel: Kernel,
) -> None:
    path = cleared_kernel.settings.policies / "northlight.rights"
    text = northlight(cleared_kernel)
    titles = []
    moments = []
    for present in (True, False, True):
        path.write_text(text) if present else path.unlink()
        cleared_kernel.policies.current()
        moments.append(datetime.now(UTC))
    for moment in moments:
        known = cleared_kernel.policies.known_at(moment).policies
        titles.append("Northlight terms" in {one.policy.title for one in known.policies})
    assert titles == [True, False, True]
    assert cleared_kernel.policies.known_at(datetime(2020, 1, 1, tzinfo=UTC)).hashes == ()


def test_a_policy_that_does_not_check_is_not_added(cleared_kernel: Kernel) -> None:
    with pytest.raises(ClearanceError, match="does not check"):
        cleared_kernel.policies.add(PolicySource("no.rights", 'policy "No" version 1\nby nobody\n'))
    assert not (cleared_kernel.settings.policies / "no.rights").exists()


def test_a_policy_that_was_never_recorded_is_named(cleared_kernel: Kernel) -> None:
    with pytest.raises(ClearanceError, match="the policy with the hash ffff is not recorded"):
        cleared_kernel.policies.recorded(["ffff"])
