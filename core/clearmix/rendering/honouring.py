"""What a generator cannot honour of a spec, said before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterator

from clearmix.contracts import Abilities, Analysis, Generator
from clearmix.errors import RenderError
from clearmix.spec import RemixSpec
from clearmix.targets import target_seconds
from clearmix.vocabulary import TermKind, terms

_ASPECTS = {
    "tempo": "the tempo",
    "pitch": "the pitch or key",
    "energy": "the energy",
    "structure": "the length or form",
    "sections": "single sections",
    "voice": "the voice",
    "lyrics": "the lyrics",
    "keep": "what must stay as it is",
    "avoid": "what must not appear",
    "style_of": "the style of a named artist",
    "lineup": "the line-up of players",
    "meter": "the meter",
    "strength": "how far the result is from the source",
}
"""Fields that can be heard, in a listener's words; the others ask nothing of a generator."""

_TERMS = {
    "era": (TermKind.ERA, "the sound of the"),
    "styles": (TermKind.STYLE, "the style"),
    "moods": (TermKind.MOOD, "the mood"),
    "effects": (TermKind.EFFECT, "the effect"),
}


def require_able(generator: Generator, spec: RemixSpec, analysis: Analysis) -> None:
    """Raises RenderError when the generator can make nothing at all of the spec."""
    abilities = generator.abilities()
    if spec.kind not in abilities.kinds:
        able = " or ".join(f"`{kind}`" for kind in sorted(abilities.kinds))
        raise RenderError(
            f"generator `{generator.id}` makes no {spec.kind}",
            help=f"ask for {able}, or choose another generator",
        )
    seconds = target_seconds(spec, analysis)
    if seconds > abilities.longest_seconds:
        raise RenderError(
            f"generator `{generator.id}` renders {abilities.longest_seconds:g} seconds at most, "
            f"and this would be {seconds:.0f}",
            help=f"ask for {abilities.longest_seconds:g} seconds or less",
        )


def cannot_honour(generator: Generator, spec: RemixSpec) -> tuple[str, ...]:
    """Sentences for the listener, none when the generator honours everything."""
    abilities = generator.abilities()
    named = [*_aspects(spec, abilities), *_terms(spec, abilities), *_parts(spec, abilities)]
    return tuple(
        f"{what} was asked for, but {generator.id} cannot do that: it stays as it is"
        for what in named
    )


def _aspects(spec: RemixSpec, abilities: Abilities) -> Iterator[str]:
    asked = spec.as_json()
    for name, words in _ASPECTS.items():
        if name in asked and name not in abilities.fields:
            yield words


def _terms(spec: RemixSpec, abilities: Abilities) -> Iterator[str]:
    for name, (kind, words) in _TERMS.items():
        value = getattr(spec, name)
        for id in (value,) if isinstance(value, str) else value or ():
            if name not in abilities.fields or id not in abilities.terms:
                yield f"{words} {terms(kind)[id].label}"


def _parts(spec: RemixSpec, abilities: Abilities) -> Iterator[str]:
    for change in spec.parts:
        for part in filter(None, (change.part, change.with_)):
            if "parts" not in abilities.fields or part not in abilities.terms:
                yield f"a change of the part {terms(TermKind.PART)[part].label}"
