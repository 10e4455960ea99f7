"""Which of the rights language's actions a spec involves, and what of its sound rules may read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from typing import Any

from clearmix.contracts import Analysis
from clearmix.music import shift_to_share
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


def sound_facts(spec: RemixSpec, analyses: Sequence[Analysis]) -> dict[str, Any]:
    """The group `sound` of the facts: whole basis points, cents and names.

    A spec that asks for a tempo of a recording without a steady beat is taken at its ratio, or as
    unchanged: that is how it will be rendered. Of a mashup the greatest change that either source
    may undergo counts, since the generator chooses which one sings.
    """
    facts: dict[str, Any] = {
        "tempo-change": tempo_change_bps(spec, analyses),
        "pitch-change": pitch_change_cents(spec, analyses),
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


def tempo_change_bps(spec: RemixSpec, analyses: Sequence[Analysis]) -> int:
    """How far the tempo of a source moves at most, up or down, in basis points of its own."""
    ratios = [target_tempo_ratio(spec, one) for one in analyses]
    for voice, band in permutations(analyses, 2):
        if voice.tempo_bpm is not None and band.tempo_bpm is not None:
            ratio = band.tempo_bpm * target_tempo_ratio(spec, band) / voice.tempo_bpm
            ratios.append(ratio * 2.0 ** -round(math.log2(ratio)))  # it may sing at half time
    return round(max(abs(ratio - 1) for ratio in ratios) * 10_000)


def pitch_change_cents(spec: RemixSpec, analyses: Sequence[Analysis]) -> int:
    """How far the pitch of a source moves at most, up or down, in cents."""
    shifts = [target_semitones(spec, one) for one in analyses]
    for voice, band in permutations(analyses, 2):
        if voice.key is not None and band.key is not None:
            apart = shift_to_share(voice.key, band.key) + target_semitones(spec, band)
            shifts.append((apart + 6) % 12 - 6)
    return round(max(map(abs, shifts)) * 100)


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


def length_ms(spec: RemixSpec, analyses: Sequence[Analysis]) -> int:
    """How long the result is at most, in milliseconds."""
    return round(max(target_seconds(spec, one) for one in analyses) * 1000)
