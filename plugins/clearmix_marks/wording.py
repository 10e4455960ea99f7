"""What the tags say: the names that other software looks for, and our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from clearmix import Disclosure, with_badge

RENDER_ID: Final = "CLEARMIX_RENDER_ID"

IPTC: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's vocabulary of digital source types, which C2PA and DDEX refer to."""

AI_SOURCE_TYPES: Final = frozenset(
    {
        "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia",
        "compositeSynthetic",
    }
)  # fmt: skip
"""The terms of it that say that a program made the sound, or a part of it."""

SEPARATOR: Final = "; "


def source_type_of(disclosure: Disclosure) -> str:
    """IPTC's term for a recording with parts made by a trained model, or by a plain program."""
    if disclosure.trained_model:
        return IPTC + "compositeWithTrainedAlgorithmicMedia"
    return IPTC + "compositeSynthetic"


def is_ai_source_type(uri: str) -> bool:
    """Whether a digital source type says that a program made the sound, or a part of it.

    >>> is_ai_source_type("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
    True
    """
    return uri.strip().rpartition("/")[2] in AI_SOURCE_TYPES


def credits_of(disclosure: Disclosure) -> str:
    """Who did what, in the roles of DDEX (`MainArtist`, `Remixer`), and what of it is AI's."""
    rows = [f"MainArtist: {artist}" for artist in disclosure.artists]
    rows.append(f"Remixer: {disclosure.generator} (AiContribution)")
    return SEPARATOR.join(dict.fromkeys([*rows, *disclosure.credits]))


def common_tags(disclosure: Disclosure) -> dict[str, str]:
    """Tags that every container and player knows."""
    tags = {
        "title": with_badge(disclosure.title),
        "artist": SEPARATOR.join(disclosure.artists),
        "comment": f"{disclosure.label} · {disclosure.service} render {disclosure.render_id}",
        "date": disclosure.created_at,
    }
    return {name: value for name, value in tags.items() if value}


def own_tags(disclosure: Disclosure) -> dict[str, str]:
    """Tags that say what was made from what; no official names exist for most of them.

    `CONTAINS_AI` is `Partly` in the terms of DDEX ERN 4.3.2 (`ContainsAI`): a recording stays in
    every remix, and a composition in every cover. `AI_CONTRIBUTION` is an older name of the same.
    """
    tags = {
        RENDER_ID: disclosure.render_id,
        "AI_DISCLOSURE": disclosure.label,
        "AI_CONTRIBUTION": "Partly",
        "CONTAINS_AI": "Partly",
        "DIGITAL_SOURCE_TYPE": source_type_of(disclosure),
        "SOURCE_ID": SEPARATOR.join(disclosure.parents),
        "SOURCE_TITLE": SEPARATOR.join(disclosure.source_titles),
        "SOURCE_ISRC": SEPARATOR.join(disclosure.source_isrcs),
        "CREDITS": credits_of(disclosure),
        "LICENSE": disclosure.licence_url or "",
        "RIGHTS_DECISION": disclosure.decision_hash,
        "AI_GENERATOR": disclosure.generator,
        "SERVICE": disclosure.service,
    }
    return {name: value for name, value in tags.items() if value}


OWN_NAMES: Final = frozenset(
    {
        RENDER_ID, "AI_DISCLOSURE", "AI_CONTRIBUTION", "CONTAINS_AI", "DIGITAL_SOURCE_TYPE",
        "SOURCE_ID", "SOURCE_TITLE", "SOURCE_ISRC", "CREDITS", "LICENSE", "RIGHTS_DECISION",
        "AI_GENERATOR", "SERVICE",
    }
)  # fmt: skip
"""The names of all own tags, in the upper case in which Vorbis comments are read."""

_SAID = re.compile(
    r"\b(?:ai[- ](?:generated|made)|(?:made|generated|created) (?:with|by) (?:ai|suno|udio))\b",
    re.I,
)
"""How services of today say it in a comment, for want of a tag."""

_NO = frozenset({"", "0", "no", "none", "false"})


def disclosures_of_others(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags, names in upper case, in which a file of any origin says that AI took part.

    >>> disclosures_of_others({"TITLE": "Song", "COMMENT": "made with suno"})
    {'COMMENT': 'made with suno'}
    """
    found: dict[str, str] = {}
    for name, value in tags.items():
        match name:
            case "DIGITAL_SOURCE_TYPE" | "DIGITALSOURCETYPE":
                said = is_ai_source_type(value)
            case "AI_DISCLOSURE" | "AI_CONTRIBUTION" | "CONTAINS_AI" | "AI_GENERATED":
                said = value.strip().casefold() not in _NO
            case "COMMENT" | "DESCRIPTION" | "TITLE":
                said = bool(_SAID.search(value))
            case _:
                said = False
        if said:
            found[name] = value
    return found
