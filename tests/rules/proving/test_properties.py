"""Reading properties: each mistake has its place and a remedy."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicySource
from clearmix_rules.errors import PropertyErrors, RightsError
from clearmix_rules.proving import library, properties_of, read_properties
from clearmix_rules.tree import Quantifier


def read(text: str):
    return read_properties(PolicySource("f.rights-properties", text))


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("property a: never permited when use is advert",
         "unknown answer `permited` (f.rights-properties, line 1, column 19)",
         "did you mean `permitted`?"),
        ("property a: never permitted\n  when use is advrt and teir is plus",
         "unknown use `advrt` (f.rights-properties, line 2, column 15)",
         "did you mean `advert`?"),
        ("property a: never permitted\n  when use is advrt and teir is plus",
         "unknown attribute `teir` (f.rights-properties, line 2, column 25)",
         "did you mean `tier`?"),
        ("property a: never permitted when style-of is ada-wren",
         "`style-of` may be missing from a request",
         "write `style-of is given and` before it"),
        ("property b never permitted", "unexpected `never`", "expected `:`"),
        ("property b: never", "something is missing after `never`", "expected a name"),
        ("propety b: never permitted", "there is no property here", "write `property a-name"),
        ("", "there is no property here", "write `property a-name"),
        ("property a: never permitted when use is advert when tier is plus",
         "the property has a second `when`", "join the two into one"),
        ("property a: never permitted\nproperty a: never forbidden",
         "a second property is called `a`", "rename one of them"),
        ("property a: never permitted when today is before 2026-02-30",
         "there is no day `2026-02-30`", "that month has 28 days"),
        ("property a: never permitted \u202e", "is not allowed", "delete it"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_property_is_named_with_place_and_remedy(text, message, help):
    with pytest.raises(PropertyErrors) as caught:
        read(text)
    assert message in str(caught.value)
    assert help in str(caught.value)
    assert "run `clearmix-rules prove` again" in str(caught.value)


def test_a_mistake_in_one_property_leaves_the_others_readable():
    with pytest.raises(PropertyErrors) as caught:
        read("property a: nver permitted\nproperty b: never permitted when use is x\n")
    assert [one.line for one in caught.value.diagnostics] == [1, 2]


def test_a_property_with_a_warning_is_proved_too():
    (never,) = read('property a: never permitted when any artist is "Sigur Rós"\n')
    assert never.when is not None


def test_a_bare_role_makes_the_property_say_more():
    never, only = read(
        "property a: never permitted when artist is minor unless artist is deceased\n"
        "property b: permitted only when artist is minor\n"
    )
    assert never.when.quantifier is Quantifier.ANY
    assert never.unless.quantifier is Quantifier.EVERY
    assert only.when.quantifier is Quantifier.EVERY


def test_the_sentence_of_a_property_is_its_reason_or_its_name():
    one, other = read('property a: never in-error reason "Never."\nproperty b: never in-error')
    assert (one.sentence, other.sentence) == ("Never.", "b")


def test_older_policies_are_looked_for_beside_the_file(tmp_path):
    file = tmp_path / "p.rights-properties"
    file.write_text('property a: permits nothing that "v4.rights" refused\n', "utf-8")
    (claim,) = properties_of(file)
    assert claim.other == str(tmp_path / "v4.rights")
    with pytest.raises(RightsError, match="cannot read"):
        properties_of(tmp_path / "missing")


def test_every_property_of_the_library_has_a_sentence():
    assert len(library()) == 10
    assert all(one.reason.endswith(".") for one in library())
