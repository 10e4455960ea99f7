"""What the tags say: the names that other software looks for, and our own."""

from __future__ import annotations

from clearmix import Disclosure

RENDER_ID = "CLEARMIX_RENDER_ID"

TITLE_SUFFIX = "[AI-made]"

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's vocabulary of digital source types, which C2PA and DDEX refer to."""

SEPARATOR = "; "


def title_of(disclosure: Disclosure) -> str:
    """The title, which says that the sound is AI-made wherever only titles are shown."""
    if disclosure.title.endswith(TITLE_SUFFIX):
        return disclosure.title
    return f"{disclosure.title} {TITLE_SUFFIX}".strip()


def source_type_of(disclosure: Disclosure) -> str:
    """IPTC's term for a recording with parts made by a trained model, or by a plain program."""
    if disclosure.trained_model:
        return IPTC + "compositeWithTrainedAlgorithmicMedia"
    return IPTC + "compositeSynthetic"


def common_tags(disclosure: Disclosure) -> dict[str, str]:
    """Tags that every container and player knows."""
    tags = {
        "title": title_of(disclosure),
        "artist": SEPARATOR.join(disclosure.artists),
        "comment": f"{disclosure.label} · {disclosure.service} render {disclosure.render_id}",
        "date": disclosure.created_at,
    }
    return {name: value for name, value in tags.items() if value}


def own_tags(disclosure: Disclosure) -> dict[str, str]:
    """Tags that say what was made from what; no official names exist for most of them.

    `AI_CONTRIBUTION` is `Partly` in the terms of DDEX ERN 4.3.2 (`ContainsAI`): a recording stays
    in every remix, and a composition in every cover.
    """
    tags = {
        RENDER_ID: disclosure.render_id,
        "AI_DISCLOSURE": disclosure.label,
        "AI_CONTRIBUTION": "Partly",
        "DIGITAL_SOURCE_TYPE": source_type_of(disclosure),
        "SOURCE_TITLE": SEPARATOR.join(disclosure.source_titles),
        "SOURCE_ISRC": SEPARATOR.join(disclosure.source_isrcs),
        "RIGHTS_DECISION": disclosure.decision_hash,
        "AI_GENERATOR": disclosure.generator,
        "SERVICE": disclosure.service,
    }
    return {name: value for name, value in tags.items() if value}


OWN_NAMES = frozenset(
    {
        RENDER_ID, "AI_DISCLOSURE", "AI_CONTRIBUTION", "DIGITAL_SOURCE_TYPE", "SOURCE_TITLE",
        "SOURCE_ISRC", "RIGHTS_DECISION", "AI_GENERATOR", "SERVICE",
    }
)  # fmt: skip
"""The names of all own tags, in the upper case in which Vorbis comments are read."""
