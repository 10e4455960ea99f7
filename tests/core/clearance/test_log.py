"""The decision log: its entries chain, tampering is named, and each can be decided again."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from clearmix.clearance.log import differences
from clearmix.errors import ClearanceError
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix_rules import PolicySource
from clearmix_rules.canonical import sha256


def spec(source: str = "open", **fields) -> RemixSpec:
    return RemixSpec.from_json({"kind": "remix", "sources": [source], **fields})


@pytest.fixture
def logged(cleared_kernel: Kernel) -> Kernel:
    """Three decisions: permitted, refused, permitted."""
    for source in ("open", "dusky", "open"):
        cleared_kernel.decide(spec(source))
    return cleared_kernel


def tamper(kernel: Kernel, statement: str) -> None:
    with kernel.database.session(write=True) as session:
        session.connection().execute(sa.text(statement))


def test_a_log_that_nobody_touched_is_whole(logged: Kernel) -> None:
    verified = logged.clearance.log.verify()
    assert verified.entries == 3
    assert verified.broken is None
    assert verified.head == logged.clearance.log.existing(3).entry_hash


@pytest.mark.parametrize(
    ("statement", "number", "problem"),
    [
        (
            "UPDATE decision SET listener = 'someone' WHERE number = 2",
            2,
            "it was changed after it was written",
        ),
        (
            "UPDATE decision SET decision = replace(decision, 'not-permitted', 'permitted')",
            2,
            "it was changed after it was written",
        ),
        (
            "DELETE FROM decision WHERE number = 2",
            3,
            "it does not follow entry 1: an entry between them was taken out or put in",
        ),
        (
            "DELETE FROM decision WHERE number = 1",
            2,
            "it does not follow the beginning of the log: an entry between them was taken out or "
            "put in",
        ),
    ],
)
def test_the_first_entry_that_was_tampered_with_is_named(
    logged: Kernel, statement: str, number: int, problem: str
) -> None:
    tamper(logged, statement)
    broken = logged.clearance.log.verify().broken
    assert broken is not None
    assert (broken.number, broken.problem) == (number, problem)


def test_entries_cut_off_at_the_end_are_missed_by_whoever_kept_the_head(logged: Kernel) -> None:
    log = logged.clearance.log
    head = log.verify().head
    assert log.verify(head).broken is None
    logged.decide(spec())
    assert log.verify(head).broken is None, "a longer log still has it"
    tamper(logged, "DELETE FROM decision WHERE number >= 3")
    assert log.verify().broken is None
    broken = log.verify(head).broken
    assert broken is not None
    assert broken.number is None
    assert "cut off" in broken.problem


def test_an_entry_holds_all_that_its_hash_is_made_of(logged: Kernel) -> None:
    entry = logged.clearance.log.existing(2)
    assert entry.record.keys() == {
        "semantics", "schema", "policies", "tzdata", "request", "outcome", "rules", "duties",
    }  # fmt: skip
    assert sha256(entry.record) == entry.decision_hash


def test_an_entry_is_decided_again_after_policies_and_consents_have_changed(
    logged: Kernel,
) -> None:
    text = (logged.settings.policies / "northlight.rights").read_text()
    newer = text.replace("version 1", "version 2").replace("12 seconds", "400 seconds")
    logged.policies.add(PolicySource("newer.rights", newer))
    logged.consent.set("ada", "refuse", "any")
    assert logged.decide(spec("open")).decision.outcome == "forbidden"
    for number in (1, 2, 3, 4):
        replayed = logged.clearance.replay(number)
        assert replayed.same, replayed.differences
        assert replayed.decision.hash == replayed.entry.decision_hash
    assert logged.clearance.replay(2).decision.outcome == "not-permitted"


def test_an_entry_of_a_house_whose_policy_was_broken_is_decided_again(logged: Kernel) -> None:
    (logged.settings.policies / "bo.rights").write_text('policy "Bo" version 1\nby artist bo\nrule')
    refused = logged.decide(spec("shy"))
    (logged.settings.policies / "bo.rights").unlink()
    assert logged.clearance.replay(refused.number).same


def test_an_answer_that_comes_out_otherwise_is_told_in_words(logged: Kernel) -> None:
    decision = logged.clearance.replay(1).decision
    entry = logged.clearance.log.existing(1)
    inputs = {**entry.decision["inputs"], "tzdata": "1999a"}
    older = replace(entry, decision={**entry.decision, "inputs": inputs}, decision_hash="f" * 64)
    assert differences(older, decision) == (
        f"the time zones are of version {decision.record['tzdata']}, then of 1999a",
    )
    other = replace(older, decision={**entry.decision, "outcome": "forbidden"})
    assert differences(other, decision) == ("the outcome was forbidden, it is permitted",)
    assert differences(replace(entry, decision_hash="f" * 64), decision) == (
        "the recorded hash is not that of the recorded answer",
    )


def test_an_entry_that_is_not_there_is_named(logged: Kernel) -> None:
    with pytest.raises(ClearanceError) as caught:
        logged.clearance.log.existing(9)
    assert caught.value.message == "the log has no entry 9"
    assert caught.value.help == "its last entry is 3"
