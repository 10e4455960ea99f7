from __future__ import annotations

import pytest

from clearmix.vocabulary import TermKind, canonical, near_matches, terms


@pytest.mark.parametrize("kind", list(TermKind))
def test_no_word_stands_for_two_terms_of_a_kind(kind: TermKind) -> None:
    meant: dict[str, str] = {}
    for term in terms(kind).values():
        for name in {term.id, term.label, *term.synonyms}:
            folded = " ".join(name.casefold().replace("-", " ").split())
            assert meant.setdefault(folded, term.id) == term.id, name


@pytest.mark.parametrize("kind", list(TermKind))
def test_every_synonym_leads_to_its_term(kind: TermKind) -> None:
    for term in terms(kind).values():
        for name in (term.id, term.label, *term.synonyms):
            assert canonical(kind, name) == term.id


def test_near_matches_name_ids() -> None:
    assert near_matches(TermKind.STYLE, "hoose") == ("house",)
    assert canonical(TermKind.STYLE, "hoose") is None


def test_meanings_are_in_range() -> None:
    for style in terms(TermKind.STYLE).values():
        tempo = style.meaning.get("tempo_bpm")
        if tempo is not None:
            assert isinstance(tempo, list)
            low, high = tempo
            assert 40 <= float(low) < float(high) <= 220, style.id
        assert -1 <= float(style.meaning.get("energy", 0)) <= 1, style.id  # type: ignore[arg-type]
