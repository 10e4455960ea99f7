"""The query of a catalogue: what it is built from, and what the drawn cases seldom meet."""

from __future__ import annotations

from dataclasses import replace

import ibis
import pytest

from clearmix_rules import Party, PolicySet, PolicySource, Request
from clearmix_rules.querying import Catalogue, outcomes
from clearmix_rules.querying.loading import load_tracks


@pytest.fixture(params=["duckdb", "sqlite"])
def answer(request, facts):
    """The outcomes of tracks under policies, in a database; each is checked by a decision."""

    def ask(texts, said, *changes):
        tracks = [facts({f"tracks.0.{key}": value for key, value in one.items()})["tracks"][0]
                  for one in changes or ({},)]  # fmt: skip
        for number, one in enumerate(tracks):
            one["id"] = f"{one['id']}-{number}"
        policies = PolicySet.load(PolicySource(f"{n}.rights", text) for n, text in enumerate(texts))
        asked = Request.from_json({**said, "tracks": tracks})
        connection = getattr(ibis, request.param).connect()
        rows = outcomes(policies, asked, load_tracks(asked.tracks, connection)).to_pyarrow()
        by_id = dict(zip(*rows.to_pydict().values(), strict=True))
        for track in asked.tracks:
            assert by_id[track.id] == policies.decide(replace(asked, tracks=(track,))).outcome
        return [by_id[track.id] for track in asked.tracks]

    return ask


def test_tracks_are_told_apart_by_their_facts(answer, facts, policy):
    text = policy('rule folk: permit remix when genres has folk reason "Folk."')
    assert answer([text], facts(), {}, {"genres": ["house"]}) == ["permitted", "not-permitted"]


def test_a_name_is_only_found_whole(answer, facts, policy):
    text = policy('rule folk: permit remix when genres has "folk" reason "Folk."')
    others = [{"genres": ["folk|rock"]}, {"genres": ["folkrock"]}, {"genres": ["Folk", "folk"]}]
    said = ["not-permitted", "not-permitted", "permitted"]
    assert answer([text], facts(), *others) == said


def test_a_pattern_means_the_same_everywhere(answer, facts, policy):
    text = policy('rule like: permit remix when title is like "a_*b%*c" reason "So named."')
    titles = ["a_b%c", "a_xxb%yyc", "A_b%c", "axb%c", "a_b%", "a_b%c\n", "a_bbb%c.c"]
    said = answer([text], facts(), *({"title": title} for title in titles))
    assert [one == "permitted" for one in said] == [True, True, False, False, False, False, True]


def test_a_forbid_that_lacks_a_fact_of_a_party_is_in_error_and_a_permit_grants_nothing(
    answer, facts, policy
):
    strangers = [{"performers": []}, {"performers": ["ada-wren"]}, {"performers": ["stranger"]}]
    text = policy(
        'rule r: forbid any use when any performer is minor reason "r"', consent="opt-out"
    )
    assert answer([text], facts(), *strangers) == ["permitted", "permitted", "in-error"]
    text = policy('rule r: permit any use unless any performer is minor reason "r"')
    assert answer([text], facts(), *strangers) == ["permitted", "permitted", "not-permitted"]
    either = policy(
        'rule r: forbid any use when either explicit is yes or else any performer is minor '
        'reason "r"', consent="opt-out",
    )  # fmt: skip
    assert answer([either], facts(), {"performers": ["stranger"], "explicit": True}) == [
        "forbidden"
    ]
    unread = {"performers": ["stranger"], "explicit": True}
    text = either.replace("when either", "unless either")
    assert answer([text], facts(), unread, {**unread, "explicit": False}) == [
        "permitted",
        "in-error",
    ]


def test_every_needs_at_least_one(answer, facts, policy):
    text = policy('rule r: permit any use when every performer is deceased reason "r"')
    said = facts({"parties.ada-wren.deceased": True})
    some = [[], ["ada-wren"], ["ada-wren", "j-smith"], ["j-smith"]]
    assert answer([text], said, *({"performers": one} for one in some)) == [
        "not-permitted", "permitted", "not-permitted", "not-permitted",
    ]  # fmt: skip


def test_a_licence_that_has_ended_frees_nothing(answer, facts, policy):
    text = policy('rule r: permit remix reason "r"', consent="opt-out")
    ended = text.replace("consent:", "in force until 2026-01-31\nconsent:")
    assert answer([ended], facts()) == ["not-permitted"]


def test_consent_that_is_delegated_in_a_circle_is_in_error(answer, facts, policy):
    said = facts({"parties.northlight.default-consent": "delegated to ada-wren"})
    text = policy("", by="artist ada-wren", consent="delegated to northlight")
    assert answer([text], said) == ["in-error"]


def test_a_long_chain_of_delegates_is_followed_and_a_longer_one_is_not(answer, facts):
    def chain(length):
        one = facts()["parties"]["ada-wren"]
        parties = {
            f"p{n}": {**one, "default-consent": f"delegated to p{n + 1}"} for n in range(length)
        }
        parties[f"p{length}"] = one
        return facts({"parties": {**facts()["parties"], **parties}})

    assert answer([], chain(12), {"artists": ["p0"]}) == ["permitted"]
    assert answer([], chain(45), {"artists": ["p0"]}) == ["in-error"]


def test_terms_that_contradict_are_found_among_several_parties(answer, facts, policy):
    shares = [
        policy(f'rule r: permit remix provided royalty is at least 60% of revenue to {to} '
               'reason "r"', by=f"{kind} {to}")
        for kind, to in (("label", "northlight"), ("artist", "ada-wren"))
    ]  # fmt: skip
    assert answer(shares, facts(), {}, {"artists": []}) == ["terms-cannot-be-met", "permitted"]
    marks = [
        policy(f'rule r: permit remix provided watermark with {said} reason "r"', by=by)
        for by, said in (("label northlight", "only a"), ("artist ada-wren", "a and b"))
    ]
    assert answer(marks, facts(), {}, {"artists": []}) == ["terms-cannot-be-met", "permitted"]


def test_limits_that_leave_nothing_open_are_found_among_several_parties(answer, facts, policy):
    limits = [
        policy(f'rule r: permit remix provided length is {said} reason "r"', by=by)
        for by, said in (
            ("label northlight", "at most 60 seconds"),
            ("artist ada-wren", "at least 70 seconds"),
        )
    ]
    said = ["terms-cannot-be-met", "not-permitted"]
    assert answer(limits, facts(), {}, {"artists": []}) == said


def test_a_rule_whose_own_limits_leave_nothing_open_clashes_with_no_rule_without_limits(
    answer, facts, policy
):
    closed = policy(
        "rule r: permit remix\n  provided\n    length is at most 60 seconds\n"
        '    length is at least 70 seconds\n  reason "r"',
        by="label northlight",
    )
    free = policy('rule r: permit remix reason "r"', by="artist ada-wren")
    bound = policy(
        'rule r: permit remix provided length is at most 90 seconds reason "r"',
        by="artist ada-wren",
    )
    assert answer([closed, free], facts(), {}) == ["not-permitted"]
    assert answer([closed, bound], facts(), {}) == ["terms-cannot-be-met"]


def test_ten_thousand_policies_of_four_kinds_become_a_handful_of_predicates(facts):
    kinds = (
        'rule a: permit remix of tracks by {0} when release-date is before 20{1}-01-01 reason "r"',
        'rule b: forbid any use of track "{0}" reason "r"',
        'rule c: forbid any use when today is within {1} days of release-date reason "r"',
        'rule d: permit remix when genres has "g{1}" and label is "{0}" reason "r"',
    )
    count = 10_000
    policies = PolicySet.load(
        PolicySource(
            f"{n}.rights",
            f'policy "P" version {n + 1}\nby artist a{n}\nconsent: opt-in\n'
            + kinds[n % 4].format(f"a{n}", 10 + n % 80),
        )
        for n in range(count)
    )
    said = facts()
    (track,) = said["tracks"]
    said["tracks"] = [{**track, "id": f"t{n}", "artists": [f"a{n}"]} for n in range(count)]
    said["parties"] |= {f"a{n}": said["parties"]["ada-wren"] for n in range(count)}
    request = Request.from_json(said)
    table = outcomes(policies, request, load_tracks(request.tracks))
    assert len(ibis.to_sql(table)) < 20_000
    found = dict(zip(*table.to_pyarrow().to_pydict().values(), strict=True))
    for track in request.tracks[::997]:
        assert found[track.id] == policies.decide(replace(request, tracks=(track,))).outcome


def test_many_rules_of_one_kind_of_one_party_become_one_predicate(answer, facts, policy):
    rules = "\n".join(
        f'rule r{n}: forbid any use of track "ISRC{n}" reason "Not this one."' for n in range(200)
    )
    text = policy(rules, consent="opt-out")
    said = ["forbidden", "permitted", "forbidden"]
    isrcs = [{"isrc": "ISRC7"}, {"isrc": "ISRC"}, {"isrc": "ISRC199"}]
    assert answer([text], facts(), *isrcs) == said


def test_tables_of_a_database_may_have_keys_of_their_own(facts):
    request = Request.from_json(facts())
    made = load_tracks(request.tracks)
    key = made.tracks.track.cast("string").name("track")
    tracks = made.tracks.mutate(track=key)
    pairs = made.track_parties.mutate(track=made.track_parties.track.cast("string"))
    without = replace(request, parties={})
    known: dict[str, Party] = dict(request.parties)
    for parties, outcome in ((known, "permitted"), ({}, "not-permitted")):
        catalogue = Catalogue.from_tables(tracks, pairs, parties)
        rows = outcomes(PolicySet([]), without, catalogue).to_pyarrow().to_pylist()
        assert rows == [{"id": "greensleeves", "outcome": outcome}]
