"""What the C2PA manifest of a render says: made from what, how, by whom, under which decision.

Labels and action names are those of the C2PA specification 2.2 (sections on actions, ingredients
and soft bindings); the library checks their order, not their names.
"""

from __future__ import annotations

import base64
from typing import Any

from clearmix import Disclosure, with_badge
from clearmix_marks.wording import credits_of, source_type_of

LICENCE = "org.clearmix.licence"
"""Label of our own assertion: the render, its sources and the rights decision."""

SOFT_BINDING = "org.clearmix."
"""Before the id and version of a watermark (`org.clearmix.clearmix-mark.2`): the name of its
algorithm in a soft binding, whose value is the 8-byte render id."""

_NOT_FOR_TRAINING = ("cawg.ai_generative_training", "cawg.ai_training", "cawg.data_mining")


def manifest(disclosure: Disclosure, format: str) -> dict[str, Any]:
    """The manifest definition of a render in a file of that MIME type, but for its ingredients."""
    sources = ingredients(disclosure)
    return {
        "claim_generator_info": [{"name": disclosure.service}],
        "title": with_badge(disclosure.title),
        "format": format,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": _actions(disclosure, sources)}},
            *(
                {"label": "c2pa.soft-binding", "data": _soft_binding(watermark, disclosure)}
                for watermark in disclosure.watermarks
            ),
            {"label": "cawg.training-mining", "data": _mining()},
            {"label": LICENCE, "data": _licence(disclosure)},
        ],
    }


def ingredients(disclosure: Disclosure) -> list[dict[str, str]]:
    """What the render was made from directly: recordings, or earlier renders.

    A remix of one opens it (`parentOf`); one of several places each (`componentOf`).
    """
    titles = [one.title for one in disclosure.source_files] or list(disclosure.source_titles)
    return [
        _ingredient(number, title, alone=len(titles) == 1) for number, title in enumerate(titles)
    ]


def _ingredient(number: int, title: str, *, alone: bool) -> dict[str, str]:
    return {
        "title": title,
        "format": "audio/wav",
        "relationship": "parentOf" if alone else "componentOf",
        "label": f"source-{number + 1}",
    }


def _actions(disclosure: Disclosure, sources: list[dict[str, str]]) -> list[dict[str, Any]]:
    labels = [source["label"] for source in sources]
    kind = source_type_of(disclosure)
    if len(labels) == 1:
        begun: list[dict[str, Any]] = [
            {"action": "c2pa.opened", "parameters": {"ingredientIds": labels}}
        ]
    else:
        begun = [{"action": "c2pa.created", "digitalSourceType": kind}]
        begun += [
            {"action": "c2pa.placed", "parameters": {"ingredientIds": [label]}} for label in labels
        ]
    name, _, version = disclosure.generator.partition(" ")
    remixed = {
        "action": "c2pa.remixed",
        "digitalSourceType": kind,
        "softwareAgent": {"name": name, "version": version},
        "when": disclosure.created_at,
    }
    bound = [{"action": "c2pa.watermarked.bound"}] if disclosure.watermarks else []
    return [*begun, remixed, {"action": "c2pa.mastered"}, *bound]


def _soft_binding(watermark: str, disclosure: Disclosure) -> dict[str, Any]:
    """How the render is found again by one watermark, given as its id and version."""
    value = base64.b64encode(bytes.fromhex(disclosure.render_id)).decode("ascii")
    algorithm = SOFT_BINDING + ".".join(watermark.split())
    return {"alg": algorithm, "blocks": [{"scope": {}, "value": value}]}


def _mining() -> dict[str, Any]:
    return {"entries": {name: {"use": "notAllowed"} for name in _NOT_FOR_TRAINING}}


def _licence(disclosure: Disclosure) -> dict[str, Any]:
    return {
        "render_id": disclosure.render_id,
        "label": disclosure.label,
        "artists": list(disclosure.artists),
        "source_titles": list(disclosure.source_titles),
        "source_isrcs": list(disclosure.source_isrcs),
        "parents": list(disclosure.parents),
        "credits": credits_of(disclosure),
        "licence_url": disclosure.licence_url or "",
        "generator": disclosure.generator,
        "rights_decision": disclosure.decision_hash,
        "service": disclosure.service,
        "created_at": disclosure.created_at,
    }
