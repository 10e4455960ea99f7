"""z3's reckoning of an outcome is that of `decide`, on drawn policies and requests."""

from __future__ import annotations

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from clearmix_rules import PolicySet, PolicySource, Request
from clearmix_rules.diagnostics import Severity
from clearmix_rules.errors import PolicyErrors
from clearmix_rules.proving import Relation, Status, compare, outcome, prove, read_properties
from clearmix_rules.proving.comparison import Direction
from clearmix_rules.proving.verdicts import confirms

PARTIES = {
    "northlight": "label", "big-group": "group", "ada-wren": "artist", "bo-lind": "artist",
    "j-smith": "writer", "hollow-tree": "publisher",
}  # fmt: skip
NAMES = [*PARTIES]
TESTS = [
    "tier is free or plus", "use is not private", "territory is EU or GB", "territory is worldwide",
    "length is at most 60 seconds", "length is over 60 seconds", "strength is between 10% and 30%",
    "tempo-change is exactly 5%", "listener is verified", "track is explicit",
    "work is public-domain", "uses-master is no", "styles has house", "styles has only house",
    "styles has all of house, disco", "styles has none of disco", "add-ons has only remix or x",
    "actions has remix", "actions has only remix or cover", "actions has all of remix, cover",
    "isrc is like \"GB*\"", "title is like \"*een*\"", "title is like \"*\"",
    "era is like \"19*s\"",
    "isrc is \"GBXXX2600001\"", "language is en", "label is northlight", "label is under big-group",
    "artists has ada-wren", "writers has only j-smith", "performers has any of bo-lind, ada-wren",
    "today is before 2026-11-23", "today is 2026-11-23", "today is on or after 2026-11-24",
    "today is within 14 days of release-date", "release-date is within 2 weeks before 2026-11-23",
    "today is within 3 days after release-date",
    "release-date is between 2026-01-01 and 2026-12-01",
    "now is before 2026-11-23T12:00Z", "now is after 2026-11-23T12:00Z",
    "style-of is given and style-of is ada-wren", "voice-of is not given",
    "follows is given and follows has ada-wren", "follows is given and follows has only bo-lind",
    "rendered-at is given and rendered-at is before 2026-11-01T00:00Z",
    "any artist is not minor", "every writer is not deceased", "no performer is not ada-wren",
    "any artist's consents has none of remix", "no writer's consents has none of cover",
    "any artist is minor", "every writer is deceased", "no performer is ada-wren",
    "any artist is ada-wren", "artist is not ada-wren", "every imitated-artist is minor",
    "every artist's voice-consent has this use", "any writer's consents has this action",
    "no artist's voice-consent has only private", "any imitated-artist's consents has all of remix",
    "every publisher's consents has only remix or cover", "voice is imitated",
]  # fmt: skip
DUTIES = [
    "length is at most 80 seconds", "length is at least 70 seconds", "strength is at most 20%",
    "length is between 95 and 99 seconds", "royalty is at least 40% of revenue to {}",
    "royalty is at least 61% of net-revenue to {}", "approval by {} within 10 days",
    "approval by bo-lind", "credit artist", "watermark with {}", "watermark with only {}",
    "watermark with only a-mark", "length is under 60 seconds",
]  # fmt: skip
SCOPES = [
    "tracks under big-group", "tracks under northlight", "tracks by ada-wren",
    "tracks written by j-smith", "tracks published by hollow-tree", "tracks owned by bo-lind",
    "track \"t1\" or \"GBXXX2600001\"", "work \"w1\"",
]  # fmt: skip
WINDOWS = [
    "in force from 2026-11-23", "in force until 2026-11-23", "in force until 2026-11-22",
    "in force from 2026-11-23 until 2026-11-24 local time",
    "in force from 2026-11-24 in Asia/Tokyo", "in force until 2026-11-23 in America/New_York",
    "in force from 2026-11-23T12:00Z", "in force until 2026-11-23T12:00 local time",
    "in force from 2026-11-23T07:00 in America/New_York",
]  # fmt: skip
ACTIONS = ["remix", "cover", "mashup", "speed-change", "voice-imitation", "style-imitation"]

single = st.sampled_from(TESTS)
conditions = st.one_of(
    single,
    single.map(lambda one: f"not ({one})"),
    st.tuples(single, single).map(" and ".join),
    st.tuples(single, single).map(lambda two: f"either {two[0]} or else {two[1]}"),
    st.tuples(single, single, single).map(
        lambda three: f"{three[0]} and not (either {three[1]} or else {three[2]})"
    ),
)


@st.composite
def rules(draw, party: str, name: str) -> str:
    effect = draw(st.sampled_from(["permit", "permit", "forbid"]))
    actions = draw(st.just("any use") | st.sampled_from(ACTIONS) | st.just("remix or cover"))
    lines = [f"rule {name}: {effect} {actions}"]
    if draw(st.booleans()):
        lines.append(f"  of {draw(st.sampled_from(SCOPES))}")
    if draw(st.booleans()):
        lines.append(f"  when {draw(conditions)}")
    if draw(st.sampled_from([False, False, True])):
        lines.append(f"  unless {draw(conditions)}")
    duties = draw(st.lists(st.sampled_from(DUTIES), max_size=2, unique=True))
    if effect == "permit" and duties:
        lines += ["  provided", *(f"    {one.format(party)}" for one in duties)]
    return "\n".join([*lines, '  reason "Because."'])


@st.composite
def documents(draw, number: int) -> PolicySource:
    party = draw(st.sampled_from([*NAMES, "platform"]))
    title = draw(st.sampled_from(["Terms", f"Terms {number}"]))
    lines = [f'policy "{title}" version {number + 1}']
    lines.append("by platform" if party == "platform" else f"by {PARTIES[party]} {party}")
    if draw(st.sampled_from([False, True])):
        lines.append(draw(st.sampled_from(WINDOWS)))
    consent = draw(st.sampled_from(["", "opt-in", "opt-out", *NAMES]))
    if consent and party not in ("platform", consent):
        lines.append(f"consent: {consent if consent[:4] == 'opt-' else f'delegated to {consent}'}")
    count = draw(st.integers(0, 3))
    lines += [draw(rules(party, f"r{one}")) for one in range(count)]
    return PolicySource(f"p{number}.rights", "\n".join(lines))


@st.composite
def folders(draw) -> list[PolicySource]:
    return [draw(documents(number)) for number in range(draw(st.integers(0, 4)))]


some_parties = st.lists(st.sampled_from([*NAMES, "stranger"]), max_size=2, unique=True)


@st.composite
def tracks(draw, id: str) -> dict[str, object]:
    return {
        "id": id,
        "isrc": draw(st.sampled_from(["GBXXX2600001", "USXXX2600002"])),
        "title": draw(st.sampled_from(["Greensleeves", "Other"])),
        "explicit": draw(st.booleans()),
        "release-date": draw(st.sampled_from(["2026-11-21", "2026-01-01", "2026-12-01"])),
        "genres": [],
        "language": draw(st.sampled_from(["en", "und"])),
        "label": draw(st.sampled_from(["northlight", "", "stranger"])),
        "artists": draw(some_parties),
        "performers": draw(some_parties),
        "owners": draw(some_parties),
        "work": {
            "id": draw(st.sampled_from(["w1", "w2"])),
            "writers": draw(some_parties),
            "publishers": draw(some_parties),
            "public-domain": draw(st.booleans()),
        },
    }


@st.composite
def requests(draw) -> dict[str, object]:
    def party(id: str) -> dict[str, object]:
        default = draw(
            st.sampled_from(["opt-out", "opt-out", "opt-in"])
            | st.sampled_from([*NAMES, "stranger"]).map("delegated to {}".format)
        )
        parent = {
            "northlight": "big-group",
            "hollow-tree": draw(st.sampled_from([None, "bo-lind"])),
        }
        return {
            "kind": PARTIES.get(id, "artist"), "default-consent": default, "parent": parent.get(id),
            "consents": draw(st.lists(st.sampled_from(ACTIONS), max_size=2)),
            "voice-consent": draw(st.lists(st.sampled_from(["private", "social"]), max_size=2)),
            "deceased": draw(st.booleans()), "minor": draw(st.booleans()),
        }  # fmt: skip

    def consent() -> dict[str, object]:
        return {
            "party": draw(st.sampled_from(NAMES)),
            "answer": draw(st.sampled_from(["allow", "refuse"])),
            "kind": draw(st.sampled_from(["any", *ACTIONS])),
            "recording": draw(st.sampled_from([None, None, "t1", "GBXXX2600001"])),
            "work": draw(st.sampled_from([None, None, "w1"])),
            "territory": draw(st.sampled_from([None, None, "GB"])),
            "from": draw(st.sampled_from([None, None, "2026-11-23", "2026-11-24"])),
            "until": draw(st.sampled_from([None, None, "2026-11-23", "2026-11-23T12:00:00Z"])),
            "existing": draw(st.sampled_from(["keep", "remove"])),
            "recorded-at": draw(st.sampled_from([None, "2026-11-02T00:00:00Z"])),
        }  # fmt: skip

    known = draw(st.lists(st.sampled_from([*NAMES, "stranger"]), unique=True, min_size=5))
    optional = {"style-of": ["ada-wren", "stranger"], "voice-of": ["bo-lind", "ada-wren"]}
    sound = {
        "tempo-change": draw(st.sampled_from([0, 500])), "pitch-change": 0, "parts-used": [],
        "vocals": "kept", "voice": draw(st.sampled_from(["original", "original", "imitated"])),
        "lyrics": "kept",
        "styles": draw(st.lists(st.sampled_from(["house", "disco", "x"]), max_size=2)),
        "era": draw(st.sampled_from(["1980s", "none"])),
    }  # fmt: skip
    for key, values in optional.items():
        value = draw(st.sampled_from([None, None, *values]))
        sound |= {key: value} if value else {}
    listener = {
        "tier": draw(st.sampled_from(["free", "plus", "studio"])), "verified": draw(st.booleans()),
        "add-ons": draw(st.lists(st.sampled_from(["remix", "y"]), max_size=2)), "age-band": "adult",
        "renders-this-month": 0, "follows": draw(st.none() | some_parties),
    }  # fmt: skip
    request = {
        "actions": draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)),
        "use": draw(st.sampled_from(["private", "social"])),
        "territory": draw(st.sampled_from(["GB", "SE", "US"])),
        "length": draw(st.sampled_from([50_000, 60_000, 75_000, 97_000])),
        "strength": draw(st.sampled_from([1_000, 5_000])),
        "rendered-at": draw(
            st.sampled_from([None, "2026-10-01T00:00:00Z", "2026-11-20T00:00:00Z"])
        ),
    }  # fmt: skip
    return {
        "now": draw(st.sampled_from(["2026-11-23T12:00:00Z", "2026-11-23T12:00:00.5Z",
                                     "2026-11-23T01:00:00Z", "2026-11-23T23:30:00Z"])),
        "time-zone": draw(st.sampled_from([None, "UTC", "Asia/Tokyo", "America/Los_Angeles"])),
        "request": request, "listener": listener, "sound": sound,
        "tracks": [draw(tracks(f"t{n}")) for n in range(1, 1 + draw(st.sampled_from([1, 1, 2])))],
        "generator": {"id": "studio", "trained-on": "nothing", "weights-licence": "none",
                      "uses-master": draw(st.booleans())},
        "parties": {id: party(id) for id in known},
        "consents": [consent() for _ in range(draw(st.sampled_from([0, 0, 1, 2])))],
        "approvals": draw(st.lists(st.fixed_dictionaries({
            "party": st.sampled_from(["bo-lind", "ada-wren"]),
            "answer": st.sampled_from(["approve", "approve", "refuse"])}), max_size=1)),
    }  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(folders(), requests())
def test_z3_and_python_agree_on_every_outcome(sources, said):
    policies = load(sources)
    if policies is None:
        return
    request = Request.from_json(said)
    decided = policies.decide(request).outcome
    event(decided.value)
    assert outcome(policies, request) is decided


def load(sources) -> PolicySet | None:
    """The policies, or None where those drawn do not go together."""
    try:
        return PolicySet.load(sources)
    except PolicyErrors as error:
        errors = {one.code for one in error.diagnostics if one.severity is Severity.ERROR}
        assert errors <= {"delegation-cycle", "version"}, error
        return None


claims = st.one_of(
    conditions.map("never permitted when {}".format),
    conditions.map("always refused unless {}".format),
    conditions.map("permitted only when {}".format),
    st.sampled_from([
        "always permitted", "never forbidden", "never in-error", "never referred",
        "never terms-cannot-be-met", "every permit has credit artist",
        "every permit has approval by bo-lind when use is social",
        "never permitted against any forbid", "never permitted against any recorded refusal",
        "never permitted under ended terms",
    ]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(folders(), claims, st.lists(requests(), min_size=3, max_size=6))
def test_what_is_proven_no_request_breaks_and_every_counterexample_replays(sources, claim, asked):
    policies = load(sources)
    if policies is None:
        return
    written = PolicySource("drawn.rights-properties", f"property drawn: {claim}")
    (verdict,) = prove(policies, read_properties(written), seconds=60)
    event(verdict.status.value)
    assert verdict.status not in (Status.MISMATCH, Status.UNKNOWN), verdict.example
    if verdict.status is Status.PROVEN and " when " not in claim and "unless" not in claim:
        for said in asked:
            if len(said["tracks"]) == 1:
                decision = policies.decide(Request.from_json(said))
                assert not confirms(verdict.property, [decision]) or verdict.property.against


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(folders(), conditions, st.sampled_from(["", "unless tier is plus"]))
def test_what_the_platform_forbids_is_proven_never_to_be_permitted(sources, condition, unless):
    forbid = PolicySource(
        "forbid.rights",
        'policy "No" version 1\nby platform\n'
        f'rule no: forbid any use when {condition} {unless} reason "No."',
    )
    policies = load([*sources, forbid])
    if policies is None:
        return
    written = f"property drawn: never permitted when {condition}"
    claims = read_properties(PolicySource("drawn.rights-properties", f"{written} {unless}"))
    (verdict,) = prove(policies, claims, seconds=60)
    event(verdict.status.value)
    assert verdict.status in (Status.PROVEN, Status.EMPTY), (verdict.status, verdict.example)
    if unless:
        claims = read_properties(PolicySource("drawn.rights-properties", written))
        (verdict,) = prove(policies, claims, seconds=60)
        assert verdict.status is not Status.MISMATCH


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(folders(), folders(), st.lists(requests(), min_size=3, max_size=6))
def test_no_request_contradicts_a_comparison_and_every_example_replays(older, newer, asked):
    old, new = load(older), load(newer)
    if old is None or new is None:
        return
    comparison = compare(old, new, seconds=60)
    event(comparison.relation.value)
    assert comparison.relation is not Relation.UNKNOWN
    for change in comparison.changes:
        assert change.confirmed, change
    directions = {one.direction for one in comparison.changes}
    for said in asked:
        request = Request.from_json({**said, "tracks": said["tracks"][:1]})
        before, after = old.decide(request), new.decide(request)
        levels = [min(one.outcome.rank, 2) for one in (before, after)]
        if levels[0] > levels[1]:
            assert Direction.LOOSER in directions
        if levels[0] < levels[1]:
            assert Direction.STRICTER in directions
        if before.outcome != after.outcome and levels == [2, 2]:
            assert Direction.REFUSED_OTHERWISE in directions
        if before.duties != after.duties and before.outcome == after.outcome:
            assert Direction.OTHER_DUTIES in directions
