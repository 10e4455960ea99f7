"""The nearest spec that would be permitted: the nearest request that the rules name, as a spec."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from clearmix.clearance.actions import EVERY_PART, parts_used
from clearmix.contracts import Analysis
from clearmix.errors import SpecError
from clearmix.spec import RemixSpec
from clearmix.targets import target_semitones, target_tempo_ratio
from clearmix_rules import Change, Nearest, Outcome, PolicySet, Request, nearest

ROUNDS = 4
"""What one change brings with it, such as the length of a slower song, may ask for another."""


@dataclass(frozen=True)
class Offer:
    """What could be asked for instead, in words, and as a spec if that is permitted outright."""

    words: str = ""
    spec: RemixSpec | None = None


def offer(
    spec: RemixSpec,
    analysis: Analysis,
    request: Request,
    policies: PolicySet,
    request_of: Callable[[RemixSpec], Request],
) -> Offer:
    """The nearest offer for a spec that is refused.

    INVARIANT: only what a listener can ask for is changed, and the spec that is offered was
    decided on itself.
    """
    wanted, changes = spec, list[Change]()
    for _ in range(ROUNDS):
        found = nearest(policies, request)
        if found is None or not found.changes:
            break
        changed = _applied(wanted, analysis, found.changes)
        if changed is None or changed == wanted:
            break
        changes += found.changes
        request = request_of(changed)
        decision = policies.decide(request)
        if decision.outcome in (Outcome.PERMITTED, Outcome.REFERRED):
            words = Nearest(_last(changes), request, decision).words
            return Offer(words, changed if decision.permitted else None)
        wanted = changed
    return Offer()


def _last(changes: Collection[Change]) -> tuple[Change, ...]:
    """The last change of each attribute, and each action that is left out."""
    left_out = {one.asked: one for one in changes if one.attribute == "actions"}
    last = {one.attribute: one for one in changes if one.attribute != "actions"}
    return (*last.values(), *left_out.values())


def _applied(spec: RemixSpec, analysis: Analysis, changes: Collection[Change]) -> RemixSpec | None:
    """The spec with the changes made; None if a spec cannot say one of them."""
    for change in changes:
        fields = SPEC_CHANGES[change.attribute](spec, analysis, change)
        if fields is None:
            return None
        try:
            spec = spec.merged(fields)
        except SpecError:  # such as a length beyond what can be rendered
            return None
    return spec


# ---------------------------------------------------------------- attributes as fields of a spec

Fields: TypeAlias = Mapping[str, Any] | None


def _length(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    structure = spec.structure.model_dump(exclude_none=True) if spec.structure else {}
    return {"structure": {**structure, "seconds": _whole(change) / 1000}}


def _tempo(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    """The same direction as before, for less or more."""
    plain = spec.merged({"tempo": None})
    if _whole(change) == 0 and target_tempo_ratio(plain, analysis) == 1:
        return {"tempo": None}
    sign = -1 if target_tempo_ratio(spec, analysis) < 1 else 1
    return {"tempo": {"ratio": 1 + sign * _whole(change) / 10_000}}


def _pitch(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    plain = spec.merged({"pitch": None})
    if _whole(change) == 0 and target_semitones(plain, analysis) == 0:
        return {"pitch": None}
    sign = -1 if target_semitones(spec, analysis) < 0 else 1
    return {"pitch": {"semitones": sign * _whole(change) / 100}}


def _vocals(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    if change.value == "changed":
        return {"voice": {"source": "synthetic"}}
    kept = [row for row in _rows(spec) if row["part"] != "vocals"]
    removed = [] if change.value == "kept" else [{"part": "vocals", "action": "remove"}]
    return {"parts": [*kept, *removed], "voice": None}


def _voice(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    if change.value == "original":
        return {"parts": [row for row in _rows(spec) if row["part"] != "vocals"], "voice": None}
    return {"voice": {"source": change.value}} if change.value != "imitated" else None


def _parts(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    """Each part that is not to be heard is removed, each that is comes back."""
    wanted = change.value if isinstance(change.value, frozenset) else frozenset()
    if not wanted <= set(EVERY_PART) or spec.kind == "cover":
        return None
    kept = [
        row
        for row in _rows(spec)
        if row["action"] != "solo"
        and not (row["action"] in ("remove", "replace") and row["part"] in wanted)
    ]
    gone = {row["part"] for row in kept if row["action"] in ("remove", "replace")}
    removed = [
        {"part": part, "action": "remove"}
        for part in EVERY_PART
        if part not in wanted and part not in gone
    ]
    back = {"voice": None} if "vocals" in wanted - parts_used(spec) else {}
    return {"parts": [*kept, *removed], **back}


def _styles(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    wanted = change.value if isinstance(change.value, frozenset) else frozenset()
    return {"styles": [*(one for one in spec.styles if one in wanted),
                       *sorted(wanted - set(spec.styles))]}  # fmt: skip


def _without(spec: RemixSpec, analysis: Analysis, change: Change) -> Fields:
    """The spec without an action."""
    return {
        "voice-imitation": {"voice": None},
        "style-imitation": {"style_of": None},
        "lyric-change": {"lyrics": None},
        "speed-change": {"tempo": None, "pitch": None},
        "edit": dict.fromkeys(spec.as_json().keys() - _NOT_EDITED),
    }.get(str(change.asked))


_NOT_EDITED = {"kind", "sources", "tempo", "pitch", "seed", "use", "keep"}

SPEC_CHANGES: Mapping[str, Callable[[RemixSpec, Analysis, Change], Fields]] = {
    "actions": _without,
    "era": lambda spec, analysis, change: {"era": None if change.value == "none" else change.value},
    "length": _length,
    "lyrics": lambda spec, analysis, change: {"lyrics": None} if change.value == "kept" else None,
    "parts-used": _parts,
    "pitch-change": _pitch,
    "strength": lambda spec, analysis, change: {"strength": _whole(change) / 10_000},
    "style-of": lambda spec, analysis, change: {"style_of": None},
    "styles": _styles,
    "tempo-change": _tempo,
    "use": lambda spec, analysis, change: {"use": change.value},
    "vocals": _vocals,
    "voice": _voice,
    "voice-of": lambda spec, analysis, change: {"voice": None},
}
"""How a spec says each thing that a listener can ask for otherwise."""


def _whole(change: Change) -> int:
    return change.value if isinstance(change.value, int) else 0


def _rows(spec: RemixSpec) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec.as_json().get("parts", [])
    return rows
