"""Words of the vocabulary, what stays and stays out, and what a remix is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.draft import Draft, values
from clearmix_prompts.grammar import Ask

_MEASURES = {
    "tempo": "tempo",
    "pitch": "pitch",
    "key": "pitch",
    "energy": "energy",
    "length": "structure",
}
"""Fields that go back to what the recording has when a listener wants that."""

LISTS = {"style": ("styles", 4), "mood": ("moods", 4), "effect": ("effects", 8)}
"""Field of each kind of term, and how many of them a spec holds."""


def fold_era(draft: Draft, asks: list[Ask]) -> None:
    """One era at a time."""
    eras = values(asks, "era")
    if len(eras) > 1:  # `the 80s feel dated, 90s`
        eras = [era for era in eras if era != draft.before.get("era")]
    if len(eras) > 1:
        draft.questions.append(f"Which era do you mean: the {' or the '.join(eras)}?")
        return
    draft.fields["era"] = eras[0]
    draft.wanted.add(eras[0])
    draft.touched.add("era")


def fold_terms(draft: Draft, asks: list[Ask]) -> None:
    """Styles and moods replace what was there, effects add up."""
    kind = asks[0].what.rstrip("+")
    name, most = LISTS[kind]
    old = list(draft.fields.get(name) or ())
    new = values(asks, kind)
    more = values(asks, f"{kind}+")
    start = old if name == "effects" or not new else []
    found = list(dict.fromkeys([*start, *new, *more]))
    draft.fields[name] = found[:most]
    draft.wanted |= {*new, *more}
    draft.fields["avoid"] = [one for one in draft.fields.get("avoid") or () if one not in found]
    draft.touched.add(name)


def fold_unset(draft: Draft, asks: list[Ask]) -> None:
    """`no particular decade`, `forget the effects`: nothing is asked of the field any more."""
    for name in values(asks, "unset"):
        draft.fields.pop(name, None)
        draft.touched.add(name)


def fold_unwanted(draft: Draft, asks: list[Ask]) -> None:
    """What is no longer wanted goes; what was never there is to be avoided."""
    for ask in asks:
        kind = ask.what.split(".")[1]
        name = "era" if kind == "era" else LISTS[kind][0]
        if kind == "era":
            present = draft.fields.get("era") == ask.value
            if present:
                del draft.fields["era"]
        else:
            present = ask.value in (draft.fields.get(name) or ())
            draft.fields[name] = [one for one in draft.fields.get(name) or () if one != ask.value]
        if present and ask.value in draft.wanted:
            draft.questions.append(f"With or without {ask.value}? I heard both.")
        elif not (present or _stood(draft, name, ask.value)):
            _append(draft, "avoid", ask.value)
        draft.touched.add(name)


def _stood(draft: Draft, name: str, value: object) -> bool:
    """Whether a term was asked for before this turn: what takes its place says all."""
    before = draft.before.get(name) or ()
    return value == before or value in before


def _append(draft: Draft, name: str, value: object) -> None:
    found = list(draft.fields.get(name) or ())
    if value not in found and len(found) < 16:
        draft.fields[name] = [*found, value]
    draft.touched.add(name)


def fold_keep(draft: Draft, asks: list[Ask]) -> None:
    """What stays as it is."""
    for ask in asks:
        _append(draft, "keep", ask.value)


def fold_hold(draft: Draft, asks: list[Ask]) -> None:
    """`don't speed it up` keeps the tempo, but `not faster, slower` does not."""
    if "tempo" not in draft.touched:
        fold_keep(draft, asks)


def fold_avoid(draft: Draft, asks: list[Ask]) -> None:
    """What must not appear."""
    for ask in asks:
        _append(draft, "avoid", ask.value)


def fold_original(draft: Draft, asks: list[Ask]) -> None:
    """`the original tempo`: a change that was asked for before is taken back."""
    for ask in asks:
        field_name = _MEASURES.get(str(ask.value))
        if field_name and draft.fields.get(field_name) and field_name not in draft.touched:
            del draft.fields[field_name]
            draft.touched.add(field_name)
        else:
            _append(draft, "keep", ask.value)


def fold_use_case(draft: Draft, asks: list[Ask]) -> None:
    """A use case and its defaults, which give way to whatever was asked for."""
    case = str(asks[-1].value)
    before = draft.fields.get("use_case")
    if before and before != case:
        _drop_defaults(draft, str(before))
    draft.fields["use_case"] = case
    draft.touched.add("use_case")
    meaning = terms(TermKind.USE_CASE)[case].meaning
    if "bpm_min" in meaning and not _without_feel(draft.fields.get("tempo")):
        tempo = {"bpm_min": meaning["bpm_min"], "bpm_max": meaning["bpm_max"]}
        draft.fields["tempo"] = {**(draft.fields.get("tempo") or {}), **tempo}
        draft.assume("tempo.bpm_min")
        draft.assume("tempo.bpm_max")
    if "energy" in meaning and draft.fields.get("energy") is None:
        draft.fields["energy"] = meaning["energy"]
        draft.assume("energy")
    parts = draft.fields.get("parts") or ()
    if case == "karaoke" and not any(row["part"] == "vocals" for row in parts):
        draft.fields["parts"] = [*parts, {"part": "vocals", "action": "remove"}]
        draft.assume("parts")


def _without_feel(tempo: Mapping[str, Any] | None) -> bool:
    return any(name != "feel" for name in tempo or ())


def _drop_defaults(draft: Draft, case: str) -> None:
    """Takes back what an earlier use case had assumed, where it still stands."""
    meaning = terms(TermKind.USE_CASE)[case].meaning
    tempo = draft.fields.get("tempo") or {}
    if tempo and tempo.get("bpm_min") == meaning.get("bpm_min", 0):
        del draft.fields["tempo"]
    if "energy" not in draft.touched and draft.fields.get("energy") == meaning.get("energy", 9):
        del draft.fields["energy"]


def fold_use(draft: Draft, asks: list[Ask]) -> None:
    """What the result is used for; a campaign is never read as less."""
    uses = values(asks, "use")
    if "campaign" in uses:
        uses = ["campaign"]
    if len(uses) > 1 and "export" in uses:
        uses = [one for one in uses if one != "export"]
    if len(uses) > 1:
        draft.questions.append(f"What is it for: {' or '.join(uses)}?")
        return
    draft.fields["use"] = uses[0]
    draft.touched.add("use")


def fold_last(draft: Draft, asks: list[Ask]) -> None:
    """A field that is simply set."""
    draft.fields[asks[-1].what] = asks[-1].value
    draft.touched.add(asks[-1].what)


def fold_given(draft: Draft, asks: list[Ask]) -> None:
    """Fields as an earlier version has them; one that it has not goes."""
    for ask in asks:
        name, value = cast("tuple[str, Any]", ask.value)
        draft.fields[name] = value
        draft.touched.add(name)


def fold_seed(draft: Draft, asks: list[Ask]) -> None:
    """A seed, or the one that the spec has."""
    seeds = values(asks, "seed")
    if seeds:
        draft.fields["seed"] = seeds[-1]
        draft.touched.add("seed")
    elif not draft.refining:
        draft.refused += asks
