"""Which of the rights language's actions a spec involves, and what of its sound rules may read."""

from __future__ import annotations

from typing import Any

from clearmix.contracts import Analysis
from clearmix.spec import RemixSpec
from clearmix.targets import target_seconds, target_semitones, target_tempo_ratio

ORDINARY_STRENGTH = 0.5
"""Strength of a spec that does not say how far it goes from its source."""

EVERY_PART = ("vocals", "drums", "bass", "melody", "harmony")
"""The parts of a recording, for the fact `parts-used`."""


def actions(spec: RemixSpec) -> tuple[str, ...]:
    """Every action that the whole spec involves; each of them must be permitted.

    An edit that changes tempo or pitch is a `speed-change`; in a remix, a cover or a mashup such
    a change is part of the action and shows in the facts `tempo-change` and `pitch-change`.

    >>> actions(RemixSpec(kind="edit", tempo={"ratio": 1.2}))
    ('speed-change',)
    """
    found = {"remix": {"remix"}, "cover": {"cover"}, "mashup": {"mashup"}, "edit": set[str]()}[
        spec.kind
    ]
    if spec.kind == "edit":
        moved = spec.tempo is not None or spec.pitch is not None
        rest = spec.as_json().keys() - {"kind", "sources", "tempo", "pitch", "seed", "use", "keep"}
        if moved:
            found.add("speed-change")
        if rest or not moved:
            found.add("edit")
    if spec.voice is not None and spec.voice.source.startswith("likeness:"):
        found.add("voice-imitation")
    if spec.style_of is not None:
        found.add("style-imitation")
    if spec.lyrics not in (None, "keep"):
        found.add("lyric-change")
    return tuple(sorted(found))


def sound_facts(spec: RemixSpec, analysis: Analysis) -> dict[str, Any]:
    """The group `sound` of the facts: whole basis points, cents and names.

    A spec that asks for a tempo of a recording without a steady beat is taken at its ratio, or as
    unchanged: that is how it will be rendered.
    """
    facts: dict[str, Any] = {
        "tempo-change": tempo_change_bps(spec, analysis),
        "pitch-change": pitch_change_cents(spec, analysis),
        "parts-used": sorted(parts_used(spec)),
        "vocals": vocals(spec),
        "voice": voice(spec),
        "lyrics": {None: "kept", "keep": "kept", "replace": "replaced"}.get(
            spec.lyrics, "translated"
        ),
        "styles": sorted(spec.styles),
        "era": spec.era or "none",
    }
    if spec.voice is not None and spec.voice.source.startswith("likeness:"):
        facts["voice-of"] = spec.voice.source.removeprefix("likeness:")
    return facts


def tempo_change_bps(spec: RemixSpec, analysis: Analysis) -> int:
    """How far the tempo moves, up or down, in basis points of the source tempo."""
    return round(abs(target_tempo_ratio(spec, analysis) - 1) * 10_000)


def pitch_change_cents(spec: RemixSpec, analysis: Analysis) -> int:
    """How far the pitch moves, up or down, in cents."""
    return round(abs(target_semitones(spec, analysis)) * 100)


def parts_used(spec: RemixSpec) -> set[str]:
    """The parts of the recording that are still heard; a cover uses none of them."""
    if spec.kind == "cover":
        return set()
    solo = {change.part for change in spec.parts if change.action == "solo"}
    gone = {change.part for change in spec.parts if change.action in ("remove", "replace")}
    if spec.voice is not None and spec.voice.source != "original":
        gone.add("vocals")
    return (solo & set(EVERY_PART) or set(EVERY_PART)) - gone


def vocals(spec: RemixSpec) -> str:
    """What happens to the vocals: kept, removed or changed."""
    if spec.voice is not None and spec.voice.source not in ("original", "none"):
        return "changed"
    return "kept" if "vocals" in parts_used(spec) else "removed"


def voice(spec: RemixSpec) -> str:
    """Whose voice is heard: original, none, synthetic or imitated."""
    if spec.voice is not None:
        source = spec.voice.source
        return "imitated" if source.startswith("likeness:") else source
    return "original" if "vocals" in parts_used(spec) else "none"


def length_ms(spec: RemixSpec, analysis: Analysis) -> int:
    """How long the result is, in milliseconds."""
    return round(target_seconds(spec, analysis) * 1000)
