"""How asks become fields, one function for each subject, in the order in which they fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clearmix_prompts.draft import Draft
from clearmix_prompts.folds import arrangement, measures, terms
from clearmix_prompts.grammar import Ask

_SUBJECTS = {
    "seconds_step": "seconds",
    "seconds_times": "seconds",
    "style+": "style",
    "mood+": "mood",
    "voice_style": "voice",
    "same_seed": "seed",
}
"""Asks that fold together with another."""


def _refuse(draft: Draft, asks: list[Ask]) -> None:
    draft.refused += asks


def _choose(draft: Draft, asks: list[Ask]) -> None:
    draft.questions.append(f"Which one shall it be: {asks[0].value}?")


def _ask_back(draft: Draft, asks: list[Ask]) -> None:
    draft.questions.append(str(asks[0].value))


_FOLDS: dict[str, Callable[[Draft, list[Ask]], None]] = {
    "not_understood": _refuse,
    "choice": _choose,
    "asked_back": _ask_back,
    "original": terms.fold_original,
    "half": measures.fold_half,
    "twice": measures.fold_twice,
    "share": measures.fold_share,
    "tempo": measures.fold_tempo,
    "pitch": measures.fold_pitch,
    "energy": measures.fold_energy,
    "unset": terms.fold_unset,
    "era": terms.fold_era,
    "style": terms.fold_terms,
    "mood": terms.fold_terms,
    "effect": terms.fold_terms,
    "no": terms.fold_unwanted,
    "less": terms.fold_unwanted,
    "part": arrangement.fold_parts,
    "part_swap": arrangement.fold_part_swap,
    "part_it": arrangement.fold_part_it,
    "part_gone": arrangement.fold_part_gone,
    "arranged": arrangement.fold_arranged,
    "seconds": measures.fold_seconds,
    "form": measures.fold_form,
    "intro": measures.fold_ends,
    "outro": measures.fold_ends,
    "section_gone": arrangement.fold_sections_gone,
    "section": arrangement.fold_sections,
    "voice": arrangement.fold_voice,
    "lyrics": terms.fold_last,
    "style_of": terms.fold_last,
    "keep": terms.fold_keep,
    "hold": terms.fold_hold,
    "avoid": terms.fold_avoid,
    "strength": terms.fold_last,
    "seed": terms.fold_seed,
    "use": terms.fold_use,
    "use_case": terms.fold_use_case,
    "given": terms.fold_given,
}
"""What is not wanted folds after what is, and defaults late: they give way."""


def fold(draft: Draft, asks: Sequence[Ask]) -> None:
    """Folds the asks of one turn; contradicting ones change nothing and become a question."""
    groups: dict[str, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(_subject(ask), []).append(ask)
    if "voice" in groups and any(
        ask.value == ("vocals", "remove", None) for ask in groups.get("part", ())
    ):
        draft.questions.append("With or without a singer? I heard both.")
        return
    for name, fold_one in _FOLDS.items():
        if name in groups:
            fold_one(draft, groups[name])
    _let_go(draft)


def _subject(ask: Ask) -> str:
    group, dot, _ = ask.what.partition(".")
    return group if dot else _SUBJECTS.get(ask.what, ask.what)


def _let_go(draft: Draft) -> None:
    """What was to be kept and is now changed in so many words is no longer kept."""
    if "keep" in draft.touched:
        return
    gone = {"tempo"} if "tempo" in draft.touched else set()
    gone |= {"pitch", "key"} if "pitch" in draft.touched else set()
    kept = draft.fields.get("keep") or ()
    draft.fields["keep"] = [name for name in kept if name not in gone]
