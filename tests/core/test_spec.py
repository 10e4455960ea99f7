from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.errors import SpecError
from clearmix.spec import RemixSpec, schema
from clearmix.vocabulary import TermKind, terms

styles = st.lists(st.sampled_from(list(terms(TermKind.STYLE))), max_size=4, unique=True)
effects = st.lists(st.sampled_from(list(terms(TermKind.EFFECT))), max_size=6, unique=True)
parts = st.lists(
    st.fixed_dictionaries(
        {
            "part": st.sampled_from(list(terms(TermKind.PART))),
            "action": st.sampled_from(["keep", "remove", "louder"]),
        }
    ),
    max_size=4,
    unique_by=str,
)
specs = st.fixed_dictionaries(
    {"kind": st.sampled_from(["remix", "edit", "cover"])},
    optional={
        "styles": styles,
        "effects": effects,
        "parts": parts,
        "energy": st.floats(-1, 1),
        "era": st.sampled_from(list(terms(TermKind.ERA))),
        "tempo": st.fixed_dictionaries({"bpm": st.floats(40, 200)}),
        "seed": st.integers(0, 2**40),
    },
)


@given(specs)
def test_a_spec_reads_back_from_its_own_json(fields: dict) -> None:
    spec = RemixSpec.from_json(fields)
    assert RemixSpec.from_json(spec.as_json()) == spec
    assert RemixSpec.from_json(spec.as_json()).hash == spec.hash


@given(specs, st.randoms())
def test_the_order_of_unordered_fields_does_not_change_the_hash(fields: dict, random) -> None:
    shuffled = dict(fields)
    for name in ("styles", "effects", "parts"):
        if name in shuffled:
            shuffled[name] = random.sample(shuffled[name], len(shuffled[name]))
    assert RemixSpec.from_json(shuffled).hash == RemixSpec.from_json(fields).hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"styles": ["lofi"]}, {"styles": ["lo-fi"]}),
        ({"era": "80s"}, {"era": "1980s"}),
        ({"pitch": {"key": "Bbm"}}, {"pitch": {"key": "A# minor"}}),
        ({"tempo": {"ratio": 1.0}}, {}),
        ({"pitch": {"semitones": 0}}, {}),
        ({"energy": 0}, {}),
        ({"tempo": {"bpm": 120}}, {"tempo": {"bpm": 120.00001}}),
    ],
)
def test_two_specs_that_mean_the_same_hash_the_same(one: dict, other: dict) -> None:
    assert RemixSpec.from_json(one).hash == RemixSpec.from_json(other).hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"styles": ["house"]}, {"styles": ["techno"]}),
        ({"seed": 1}, {"seed": 2}),
        ({"sources": ["a"]}, {"sources": ["b"]}),
        ({"kind": "mashup", "sources": ["a", "b"]}, {"kind": "mashup", "sources": ["b", "a"]}),
        ({"tempo": {"bpm": 120}}, {"tempo": {"bpm": 121}}),
    ],
)
def test_specs_that_differ_hash_differently(one: dict, other: dict) -> None:
    assert RemixSpec.from_json(one).hash != RemixSpec.from_json(other).hash


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"styles": ["hoose"]}, "`styles.0`: unknown style `hoose`; did you mean `house`?"),
        ({"styls": ["house"]}, "unknown field `styls`"),
        ({"energy": 2}, "`energy`: input should be less than or equal to 1"),
        ({"pitch": {"key": "H major"}}, "unknown key `H major`"),
        ({"tempo": {"bpm": 120, "ratio": 2}}, "as a ratio, as a tempo or as a range"),
        ({"tempo": {"bpm_min": 150, "bpm_max": 120}}, "tempo range from 150 down to 120"),
        ({"pitch": {"key": "A minor", "semitones": 2}}, "as semitones or as a key"),
        ({"voice": {"source": "someone"}}, "`voice.source`"),
        ({"seed": -1}, "`seed`"),
    ],
)
def test_a_wrong_field_is_named_in_the_users_words(fields: dict, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        RemixSpec.from_json(fields, place="wish.json")
    assert message in caught.value.message
    assert caught.value.place == "wish.json"
    assert "clearmix spec schema" in caught.value.help


def test_every_problem_of_a_spec_is_named_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        RemixSpec.from_json({"styles": ["hoose"], "energy": 7, "era": "1880s"})
    assert caught.value.message.count(";") >= 2


def test_a_field_that_was_not_asked_for_is_absent() -> None:
    assert RemixSpec(styles=("house",)).as_json() == {"kind": "remix", "styles": ["house"]}


def test_merging_replaces_named_fields_and_removes_those_set_to_none() -> None:
    spec = RemixSpec.from_json({"styles": ["house"], "energy": 0.4, "era": "1980s"})
    merged = spec.merged({"energy": None, "era": "1990s"})
    assert merged.as_json() == {"kind": "remix", "styles": ["house"], "era": "1990s"}


def test_a_tempo_range_is_met_by_an_octave_of_the_source_before_its_edge() -> None:
    tempo = RemixSpec.from_json({"tempo": {"bpm_min": 150, "bpm_max": 180}}).tempo
    assert tempo is not None
    assert tempo.target_bpm(160) == 160
    assert tempo.target_bpm(82) == 164
    assert tempo.target_bpm(100) == 150


def test_the_published_schema_lists_every_term() -> None:
    described = schema()
    assert set(described["x-vocabulary"]["styles"]) == set(terms(TermKind.STYLE))
    assert described["additionalProperties"] is False
