"""What a C2PA manifest says: ours with all it holds, and those of others as far as AI goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from clearmix import Reading
from clearmix_marks.manifest import LICENCE
from clearmix_marks.wording import is_ai_source_type

CONFIDENCE: Final = {"Trusted": 0.99, "Valid": 0.5, "Invalid": 0.0}
"""By validation state: signed by this service, or under a root that is trusted here; signed by
somebody, who may be anybody, and so worth no more than a tag; changed since it was signed, or
copied from another file."""


def reading_of(labeler: str, store: Mapping[str, Any]) -> Reading | None:
    """The reading of a manifest store, as the library gives it; None when nothing is active."""
    manifests: Mapping[str, Any] = store.get("manifests", {})
    active = manifests.get(str(store.get("active_manifest", "")))
    if active is None:
        return None
    said = _licence(active)
    state = str(store.get("validation_state", "Invalid"))
    confidence = CONFIDENCE.get(state, 0.0)
    signature = active.get("signature_info", {})
    types = list(dict.fromkeys(kind for one in manifests.values() for kind in _source_types(one)))
    fields = {
        "state": state,
        "signed_by": str(signature.get("issuer", "")),
        "signed_at": str(signature.get("time", "")),
        "title": str(active.get("title", "")),
        "label": str(said.get("label", "")),
        "rights_decision": str(said.get("rights_decision", "")),
        "licence_url": str(said.get("licence_url", "")),
        "source_titles": "; ".join(map(str, said.get("source_titles", ()))),
        "source_isrcs": "; ".join(map(str, said.get("source_isrcs", ()))),
        "digital_source_type": "; ".join(types),
        "chain": "; ".join(_chain(store, active)),
        "problems": "; ".join(_problems(store)),
    }
    render_id = str(said.get("render_id", "")) if confidence else ""
    told = {name: value for name, value in fields.items() if value}
    ai_made = bool(said) or any(map(is_ai_source_type, types))
    return Reading(labeler, render_id or None, confidence, told, ai_made)


def _licence(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our own assertion, or an empty one."""
    for one in manifest.get("assertions", ()):
        if one["label"] == LICENCE:
            data: Mapping[str, Any] = one["data"]
            return data
    return {}


def _source_types(manifest: Mapping[str, Any]) -> Iterator[str]:
    for one in manifest.get("assertions", ()):
        if str(one["label"]).startswith("c2pa.actions"):
            for action in one["data"].get("actions", ()):
                if kind := action.get("digitalSourceType"):
                    yield str(kind)


def _chain(store: Mapping[str, Any], active: Mapping[str, Any]) -> Iterator[str]:
    """What it was made from, step by step, nearest first: titles, and render ids where known."""
    for ingredient in active.get("ingredients", ()):
        title = str(ingredient.get("title", ""))
        behind = store["manifests"].get(str(ingredient.get("active_manifest", "")))
        if behind is None:
            yield title
            continue
        render_id = _licence(behind).get("render_id")
        signer = behind.get("signature_info", {}).get("issuer", "")
        about = f"render {render_id}" if render_id else f"signed by {signer}"
        yield f"{title} ({about})"
        yield from _chain(store, behind)


def _problems(store: Mapping[str, Any]) -> list[str]:
    active = store.get("validation_results", {}).get("activeManifest", {})
    return [str(one.get("explanation") or one.get("code")) for one in active.get("failure", ())]
