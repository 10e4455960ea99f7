"""Draws policies, requests and catalogues for tests that hold for all of them.

Everything is drawn from a small cast, so that policies, parties and tracks meet; among it is what
makes back ends differ: parties of whom nothing is known, delegation in a circle, names with signs
that databases treat as special, days in doubt.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from clearmix_rules import ROYALTY_BASES, PolicySource

CAST = {
    "aurora": "group", "northlight": "label", "dawn": "imprint", "solo": "label",
    "ada-wren": "artist", "bo-lind": "artist", "cy-oak": "artist",
    "j-smith": "writer", "hollow-tree": "publisher", "tree-group": "publisher",
}  # fmt: skip
PARENTS = {"northlight": "aurora", "dawn": "northlight", "hollow-tree": "tree-group"}
STRANGER = "nobody-known"
"""A party of which a request knows nothing."""
ACTIONS = ("remix", "cover", "mashup", "speed-change", "voice-imitation", "style-imitation")

artists = st.sampled_from(["ada-wren"] * 4 + ["bo-lind"] * 3 + ["cy-oak", STRANGER])
labels = st.sampled_from(["aurora", "northlight", "dawn", "solo"])
writers = st.sampled_from(["j-smith"] * 4 + ["bo-lind", "ada-wren"] * 2 + [STRANGER])
publishers = st.sampled_from(["hollow-tree", "tree-group", "northlight"])
genres = st.sampled_from(["folk", "house", "r|b", "100%", "Folk"])
days = st.sampled_from(
    ["2026-05-31", "2026-06-01", "2026-06-02", "2026-06-14", "2026-06-15", "1969-12-30"]
)
isrcs = st.sampled_from(["GBXXX2600001", "GBYYY2600002", "gbxxx2600003", "G_%*1", ""])
iswcs = st.sampled_from(["T-1", "T-2", ""])
roles = st.sampled_from(
    ["artist", "performer", "producer", "owner", "writer", "publisher", "imitated-artist"]
)
actions = st.sampled_from(ACTIONS)
uses = st.sampled_from(["private", "social", "public"])

# ---------------------------------------------------------------- policies


def _lines(template: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda drawn: template.format(*drawn))


def _quoted(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return parts.map(lambda one: f'"{one}"')


def _some(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=1, max_size=3, unique=True).map(_joined)


def _joined(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


_number = st.sampled_from(["at most", "at least", "under", "over", "exactly"])
_date = st.sampled_from(["before", "after", "on or before", "on or after"])
_quantifier = st.sampled_from(["any", "every", "no"])
_has = st.sampled_from(["has", "has all of", "has none of", "has only"])
_nearness = st.sampled_from(["of", "before", "after"])
_patterns = st.sampled_from(
    ["GB*", "*1", "G*2600*", "*X*6*1", "GB**2", "gb*", "G_%*", "*%*1", "*", "GBXXX2600001"]
)

tests = st.one_of(
    _lines("use is {}", _some(uses)),
    _lines("territory is not {}", st.sampled_from(["GB", "EU", "US"])),
    _lines("length is {} {} seconds", _number, st.sampled_from([60, 75, 90])),
    _lines("today is {} {}", _date, days),
    _lines("today is between 2026-05-31 and {}", days.filter(lambda day: day > "2026")),
    st.just("now is before 2026-06-01T12:00Z"),
    st.just("listener is verified"),
    _lines("styles {} {}", _has, _some(st.sampled_from(["house", "techno"]))),
    _lines("style-of is given and style-of is {}", artists),
    _lines("actions {} {}", _has, _some(actions)),
    st.just("track is explicit"),
    st.just("explicit is no"),
    st.just("work is public-domain"),
    _lines("language is {}", _some(st.sampled_from(["en", "fr"]))),
    _lines("language is like {}", _quoted(st.sampled_from(["e*", "*r", "E*"]))),
    _lines("isrc is like {}", _quoted(_patterns)),
    _lines("isrc is {}", _some(_quoted(isrcs))),
    _lines("not title is like {}", _quoted(_patterns)),
    _lines("work's iswc is {}", _quoted(iswcs)),
    _lines("release-date is {} {}", _date, days),
    _lines("release-date is {}", days),
    _lines("release-date is between 2026-05-31 and {}", days.filter(lambda day: day > "2026")),
    _lines("release-date is {} today", _date),
    _lines("today is {} release-date", _date),
    _lines("release-date is {} release-date", _date),
    _lines("today is within {} days {} release-date", st.sampled_from([0, 1, 14]), _nearness),
    _lines("release-date is within 1 days {} {}", _nearness, days),
    _lines("genres {} {}", _has, _some(_quoted(genres))),
    _lines("artists {} {}", _has, _some(artists)),
    _lines("writers {} {}", _has, _some(writers)),
    _lines("performers {} {}", _has, _some(artists)),
    _lines("label is {}", _some(labels)),
    _lines("label is under {}", labels),
    _lines("{} is {}", roles, st.sampled_from(["minor", "deceased"])),
    _lines("{} {} is {}", _quantifier, roles, st.sampled_from(["minor", "deceased"])),
    _lines("{} {} is not {}", _quantifier, roles, st.sampled_from(["minor", "deceased"])),
    _lines("{} {} is {}", _quantifier, roles, _some(artists)),
    _lines("{} {} is not {}", _quantifier, roles, _some(artists)),
    _lines("{} {}'s voice-consent {} this use", _quantifier, roles, st.just("has")),
    _lines("{} {}'s consents {} {}", _quantifier, roles, _has, _some(actions)),
    _lines("{}'s consents has this action", roles),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        _lines("({} and {})", inner, inner),
        _lines("(either {} or else {})", inner, inner),
        _lines("not ({})", inner),
    ),
    max_leaves=4,
)
scopes = st.one_of(
    _lines("of tracks under {}", _some(labels)),
    _lines("of tracks by {}", _some(artists)),
    _lines("of tracks written by {}", _some(writers)),
    _lines("of tracks published by {}", _some(publishers)),
    _lines("of tracks owned by {}", _some(artists)),
    _lines("of track {}", _some(_quoted(isrcs.filter(bool)))),
    _lines("of work {}", _some(_quoted(st.sampled_from(["T-1", "w1"])))),
)
duties = st.one_of(
    _lines("length is at most {} seconds", st.sampled_from([50, 60, 75])),
    _lines("length is at least {} seconds", st.sampled_from([60, 75, 100])),
    st.just("length is between 70 and 80 seconds"),
    st.just("strength is at most 50%"),
    _lines(
        "royalty is at least {}% of {} to {}",
        st.sampled_from([10, 60, 90]),
        st.sampled_from(ROYALTY_BASES),
        st.sampled_from(["ada-wren", "northlight", "j-smith"]),
    ),
    _lines("approval by {} within 10 days", st.sampled_from(["ada-wren", "northlight"])),
    _lines("watermark with only {}", _some(st.sampled_from(["mark-a", "mark-b"]))),
    _lines("watermark with {}", st.sampled_from(["mark-a", "mark-b"])),
    st.just("credit artist"),
)


@st.composite
def rules(draw: st.DrawFn, number: int) -> str:
    """One rule."""
    effect = draw(st.sampled_from(["permit"] * 4 + ["forbid"]))
    spoken = draw(st.sampled_from(["any use"] * 3 + ["remix"]) | _some(actions))
    lines = [f"rule r{number}: {effect} {spoken}"]
    for word, clause in (("", scopes), ("when ", conditions), ("unless ", conditions)):
        if draw(st.integers(0, 3)) == 0:
            lines.append(f"  {word}{draw(clause)}")
    asked = draw(st.lists(duties, max_size=3, unique=True)) if effect == "permit" else []
    if asked:
        lines += ["  provided", *(f"    {one}" for one in asked)]
    return "\n".join([*lines, f'  reason "Rule {number}."'])


_WINDOWS = (
    "", "", "", "in force from 2026-06-01", "in force until 2026-05-31",
    "in force from 2026-01-01 until 2026-06-01 in Europe/London",
    "in force from 2026-06-01T00:30 until 2026-06-02T00:00 local time",
)  # fmt: skip


@st.composite
def policies(draw: st.DrawFn, number: int) -> PolicySource:
    """One document of a party of the cast, or of the platform."""
    parties = list(CAST)
    party = draw(st.sampled_from([*parties, "platform"]))
    # Two versions of one title are of one party.
    version = draw(st.integers(1, 2))
    lines = [f'policy "Terms of {party} {number // 2}" version {version * 10 + number}']
    lines.append("by platform" if party == "platform" else f"by {CAST[party]} {party}")
    lines.append(draw(st.sampled_from(_WINDOWS)))
    if party != "platform":
        # Documents delegate forwards only: a circle among them is refused when they are loaded.
        further = parties[parties.index(party) + 1 :]
        consents = ["opt-in", "opt-out", *(f"delegated to {one}" for one in further)]
        lines.append(
            draw(
                st.just("")
                | st.sampled_from(consents[:2] * 4 + consents[2:]).map("consent: {}".format)
            )
        )
    lines += [draw(rules(index)) for index in range(draw(st.integers(1, 3)))]
    return PolicySource(f"p{number}.rights", "\n".join(lines))


policy_lists = st.integers(1, 6).flatmap(
    lambda count: st.tuples(*(policies(number) for number in range(count)))
)

# ---------------------------------------------------------------- requests


@st.composite
def _parties(draw: st.DrawFn) -> dict[str, object]:
    defaults = st.sampled_from(
        ["opt-out"] * 25 + ["opt-in"] * 4 + [f"delegated to {one}" for one in CAST]
    )
    return {
        id: {
            "kind": kind,
            "parent": PARENTS.get(id),
            "default-consent": draw(defaults),
            "consents": draw(st.lists(actions, max_size=3, unique=True)),
            "voice-consent": draw(st.lists(uses, max_size=2, unique=True)),
            "deceased": draw(st.booleans()),
            "minor": draw(st.booleans()),
        }
        for id, kind in CAST.items()
    }


_parties_of = st.sampled_from([*CAST, STRANGER])
_consents = st.fixed_dictionaries(
    {
        "party": _parties_of,
        "answer": st.sampled_from(["allow", "refuse"]),
        "kind": st.sampled_from([*ACTIONS, "any"]),
    },
    optional={
        "recording": st.sampled_from(["track-0", "GBXXX2600001"]),
        "work": st.sampled_from(["w1", "T-1"]),
        "territory": st.sampled_from(["GB", "US"]),
        "from": days.filter(lambda day: day > "2026"),
        "until": days.filter(lambda day: day > "2026"),
        "existing": st.sampled_from(["keep", "remove"]),
        "recorded-at": st.just("2026-03-01T00:00:00Z"),
    },
)
_works = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["w1", "w2"]),
        "iswc": iswcs,
        "writers": st.lists(writers, max_size=2),
        "publishers": st.lists(publishers, max_size=2),
        "public-domain": st.booleans(),
    }
)
_tracks = st.fixed_dictionaries(
    {
        "isrc": isrcs,
        "title": st.sampled_from(["G2600X6a1", "song %1", "line\nbreak1", "é*"]),
        "explicit": st.booleans(),
        "release-date": days,
        "genres": st.lists(genres, max_size=3),
        "language": st.sampled_from(["en", "fr"]),
        "label": st.just("") | labels,
        "artists": st.lists(artists, max_size=2),
        "performers": st.lists(st.sampled_from(["ada-wren", "cy-oak", STRANGER]), max_size=2),
        "owners": st.lists(artists, max_size=1),
        "work": st.none() | _works,
    }
)
catalogues = st.lists(_tracks, min_size=1, max_size=6).map(
    lambda drawn: [{"id": f"track-{n}", **one} for n, one in enumerate(drawn)]
)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request in JSON, without its tracks."""
    sound: dict[str, object] = {
        "tempo-change": 0, "pitch-change": 0, "parts-used": ["vocals"], "vocals": "kept",
        "voice": draw(st.sampled_from(["original", "original", "imitated"])),
        "lyrics": "kept", "styles": draw(st.sampled_from([[], ["house"], ["house", "techno"]])),
    }  # fmt: skip
    for name in ("style-of", "voice-of"):
        if draw(st.integers(0, 5)) == 0:
            sound[name] = draw(artists)
    asked: dict[str, object] = {
        "actions": draw(
            st.just(["remix"]) | st.lists(actions, min_size=1, max_size=2, unique=True)
        ),
        "use": draw(uses),
        "territory": draw(st.sampled_from(["GB", "US"])),
        "length": draw(st.sampled_from([60_000, 75_000, 90_000])),
        "strength": draw(st.sampled_from([4_000, 6_000])),
    }
    if draw(st.integers(0, 3)) == 0:
        asked["rendered-at"] = "2026-02-01T00:00:00Z"
    return {
        "now": draw(
            st.sampled_from(
                ["2026-06-01T12:00:00Z", "2026-05-31T23:30:00Z", "2026-06-02T00:15:00Z"]
            )
        ),
        "time-zone": draw(st.sampled_from(["Europe/London", "Asia/Tokyo", None])),
        "request": asked,
        "listener": {
            "tier": "studio", "verified": draw(st.booleans()), "age-band": "adult",
            "add-ons": [], "renders-this-month": 0,
        },
        "sound": sound,
        "generator": {
            "id": "studio", "trained-on": "nothing", "weights-licence": "none",
            "uses-master": True,
        },
        "parties": draw(_parties()),
        "consents": draw(st.lists(_consents, max_size=2)),
        "approvals": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "party": st.sampled_from(["ada-wren", "northlight"]),
                        "answer": st.sampled_from(["approve", "approve", "refuse"]),
                    }
                ),
                max_size=1,
            )
        ),
    }  # fmt: skip
