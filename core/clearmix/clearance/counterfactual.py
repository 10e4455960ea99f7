"""The nearest spec that would be permitted: built from what the rules said fell short."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from clearmix.clearance.actions import pitch_change_cents, tempo_change_bps
from clearmix.contracts import Analysis
from clearmix.spec import RemixSpec
from clearmix.targets import target_tempo_ratio
from clearmix_rules import Decision, Shortfall

ROUNDS = 4
"""Meeting one condition can bring the next one to light; rules of a track rarely stack deeper."""


def nearest_allowed(
    spec: RemixSpec,
    analysis: Analysis,
    decision: Decision,
    decide: Callable[[RemixSpec], Decision],
) -> RemixSpec | None:
    """The spec changed as little as the failing conditions ask, or None when that is not enough.

    Only what a listener can change is changed: length, tempo, pitch, strength, use, vocals,
    voice, lyrics, styles, era and an imitated style; never who asks or which song it is.
    """
    wanted = spec
    for _ in range(ROUNDS):
        changed = wanted
        for shortfall in decision.shortfalls:
            changed = _met(changed, analysis, shortfall)
        if changed == wanted:
            return None
        wanted, decision = changed, decide(changed)
        if decision.permitted:
            return wanted
    return None


def _met(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> RemixSpec:
    change = _CHANGES.get(shortfall.attribute)
    changes = change(spec, analysis, shortfall) if change else None
    return spec if changes is None else spec.merged(changes)


def _length(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> dict[str, Any] | None:
    bound = _number(shortfall)
    if bound is None or bound <= 0:
        return None
    structure = spec.structure.model_dump(exclude_none=True) if spec.structure else {}
    return {"structure": {**structure, "seconds": bound / 1000}}


def _tempo(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> dict[str, Any] | None:
    bound = _number(shortfall)
    if bound is None or tempo_change_bps(spec, analysis) <= bound:
        return None
    if bound == 0:
        return {"tempo": None}
    sign = 1 if target_tempo_ratio(spec, analysis) > 1 else -1
    return {"tempo": {"ratio": 1 + sign * bound / 10_000}}


def _pitch(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> dict[str, Any] | None:
    bound = _number(shortfall)
    if bound is None or pitch_change_cents(spec, analysis) <= bound:
        return None
    if bound < 100 or spec.pitch is None or spec.pitch.semitones is None:
        return {"pitch": None}
    sign = 1 if spec.pitch.semitones > 0 else -1
    return {"pitch": {"semitones": sign * bound / 100}}


def _strength(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> dict[str, Any] | None:
    bound = _number(shortfall)
    return None if bound is None else {"strength": bound / 10_000}


def _use(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> dict[str, Any] | None:
    allowed = _names(shortfall)
    order = ("private", "in-app", "public", "social", "export")
    first = next((use for use in order if use in allowed), None)
    return {"use": first} if first else None


def _vocals(spec: RemixSpec, analysis: Analysis, shortfall: Shortfall) -> dict[str, Any] | None:
    parts = [row for row in spec.as_json().get("parts", []) if row["part"] != "vocals"]
    if "kept" in _names(shortfall):
        return {"parts": parts, "voice": None}
    if "removed" in _names(shortfall):
        return {"parts": [*parts, {"part": "vocals", "action": "remove"}], "voice": None}
    return None


def _dropped(field: str) -> Callable[[RemixSpec, Analysis, Shortfall], dict[str, Any] | None]:
    return lambda spec, analysis, shortfall: {field: None}


_CHANGES: dict[str, Callable[[RemixSpec, Analysis, Shortfall], dict[str, Any] | None]] = {
    "length": _length,
    "strength": _strength,
    "use": _use,
    "tempo-change": _tempo,
    "pitch-change": _pitch,
    "vocals": _vocals,
    "voice": _dropped("voice"),
    "lyrics": _dropped("lyrics"),
    "style-of": _dropped("style_of"),
    "styles": _dropped("styles"),
    "era": _dropped("era"),
}


def _number(shortfall: Shortfall) -> int | None:
    value = next(iter(_values(shortfall)), None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _names(shortfall: Shortfall) -> set[str]:
    return {value for value in _values(shortfall) if isinstance(value, str)}


def _values(shortfall: Shortfall) -> Iterable[object]:
    return shortfall.values
