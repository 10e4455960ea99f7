"""Requests from JSON: what is missing, unknown or ill-typed is named with a remedy."""

from __future__ import annotations

import json

import pytest

from clearmix_rules import SCHEMA, Request, RequestError, RightsError


def refusal(said) -> RequestError:
    with pytest.raises(RequestError) as caught:
        Request.from_json(said)
    assert isinstance(caught.value, RightsError)
    return caught.value


@pytest.mark.parametrize("default", ["delegated to  ", "delegated to", "opt-maybe"])
def test_a_default_consent_that_names_nobody_is_refused(facts, default):
    with pytest.raises(RequestError, match="`default-consent` of party `northlight` is unknown"):
        Request.from_json(facts({"parties.northlight.default-consent": default}))


def test_a_request_reads_back_what_it_wrote(facts):
    request = Request.from_json(facts())
    written = json.loads(json.dumps(request.as_json()))
    assert Request.from_json(written) == request
    assert Request.from_json(written).as_json() == written


def test_every_required_fact_is_missed_by_name(facts):
    groups = {
        "request": "request",
        "listener": "listener",
        "sound": "sound",
        "generator": "generator",
    }
    checked = 0
    for row in SCHEMA.attributes.values():
        if row.group not in groups or not row.required or row.default is not None:
            continue
        if row.key in ("request.now", "request.today"):
            continue
        said = facts()
        del said[row.group][row.name]
        error = refusal(said)
        assert error.message == f"`{row.group}` lacks `{row.name}`, {row.sentence}"
        assert error.help.startswith(f'add "{row.name}": ')
        checked += 1
    assert checked > 20


WRONG = [
    ("request.length", -1, "`length` of `request` is out of range: -1", "use 0 or more"),
    ("request.length", 1.5, "`length` of `request` is not a number", "a whole number of ms"),
    ("request.length", True, "`length` of `request` is not a number", "a whole number of ms"),
    ("request.use", "privat", "`use` of `request` is unknown: `privat`", "did you mean `private`?"),
    ("request.actions", [], "`actions` of `request` is empty", "name what is done"),
    ("request.actions", "remix", "`actions` of `request` is not a list", "write it as [...]"),
    ("request.actions", ["remx"], "`actions` of `request` is unknown: `remx`", "`remix`"),
    ("request.territory", "UK", "`territory` of `request` is not a territory: `UK`", "`GB`"),
    ("request.lenght", 5, "unknown attribute `lenght` of `request`", "did you mean `length`?"),
    ("listener.verified", "yes", "`verified` of `listener` is not yes or no", "true or false"),
    ("listener.tier", None, "`tier` of `listener` is missing", "free"),
    ("now", "2026-11-23", "`now` is not a time: `2026-11-23`", "09:00:00Z"),
    ("time-zone", "Europe/Lodon", "`time-zone` is unknown: `Europe/Lodon`",
     "did you mean `Europe/London`?; null if nobody knows it"),
    ("time-zone", "Mars/Base", "`time-zone` is unknown: `Mars/Base`", "`Europe/London`, or `UTC`"),
    ("time-zone", "x" * 100_000, f"`time-zone` is unknown: `{'x' * 60}`", "null if nobody knows"),
    ("time-zone", 1, "`time-zone` is not a text", "Europe/London"),
    ("now", "2026-11-23T12:00:00", "`now` has no zone: `2026-11-23T12:00:00`", "09:00:00Z"),
    ("tracks", [], "`tracks` is empty", "give at least one track"),
    ("tracks.0.release-date", "soon",
     "`release-date` of track `greensleeves` is not a date: `soon`",
     "2026-01-31"),
    ("tracks.0.work.writers", None, "`work` of track `greensleeves` lacks `writers`", "a list"),
    ("parties.northlight.kind", "lable", "`kind` of party `northlight` is unknown: `lable`",
     "did you mean `label`?"),
    ("parties.northlight.default-consent", "maybe",
     "`default-consent` of party `northlight` is unknown: `maybe`", "opt-in, opt-out"),
    ("parties.northlight.parent", "northlight",
     "party `northlight` is its own parent: northlight -> northlight", "correct the `parent`"),
    ("parties.platform", {}, "`platform` is not a party of a track", "another id"),
    ("consents", [{"party": "x", "answer": "refuse"}], "the consent of `x` lacks `kind`",
     'add "kind"'),
    ("consents", [{"party": "x", "answer": "no", "kind": "any"}],
     "`answer` of the consent of `x` is unknown: `no`", "allow, refuse"),
    ("listener.id", "\ud800", "`id` of `listener` is not valid Unicode", "UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message", "help"), WRONG, ids=lambda v: str(v)[:20])
def test_a_wrong_value_is_refused_with_a_remedy(facts, path, value, message, help):
    error = refusal(facts({path: value}))
    if "is missing" in message:
        message = "`listener` lacks `tier`, the listener's plan"
    assert error.message.startswith(message)
    assert help in error.help


def test_a_family_tree_without_end_is_refused(facts):
    said = facts()
    party = said["parties"]["northlight"]
    for step in range(100):
        said["parties"][f"p{step}"] = {**party, "parent": f"p{step + 1}"}
    error = refusal(said)
    assert error.message == "party `p0` has more than 40 parties above it"


def test_an_era_that_nobody_asked_for_is_none(facts):
    said = facts()
    del said["sound"]["era"]
    assert Request.from_json(said).facts["sound.era"] == "none"


def test_something_that_is_no_object_is_refused():
    assert refusal([]).message == "the request is not a JSON object"  # type: ignore[arg-type]
