"""A spec in the words that music models were trained on: styles, instruments, tempo, key."""

from __future__ import annotations

from collections.abc import Iterator

from clearmix.spec import RemixSpec
from clearmix.vocabulary import TermKind, terms

LIVELY, CALM = 0.3, -0.3
"""Energies beyond which a piece is called one or the other."""


def described(spec: RemixSpec, *, tempo_bpm: float | None = None, key: str | None = None) -> str:
    """The description of what is to be played; it names no title and no artist.

    >>> described(RemixSpec(styles=("jazz",)), tempo_bpm=95.2, key="A minor")
    'jazz, 95 bpm, in A minor'
    """
    return ", ".join(_words(spec, tempo_bpm, key))


def _words(spec: RemixSpec, tempo_bpm: float | None, key: str | None) -> Iterator[str]:
    if spec.era:
        yield terms(TermKind.ERA)[spec.era].label
    for kind, ids in (
        (TermKind.STYLE, spec.styles),
        (TermKind.MOOD, spec.moods),
    ):
        for id in ids:
            yield terms(kind)[id].label.replace("-", " ")
    if spec.energy is not None and spec.energy >= LIVELY:
        yield "energetic"
    if spec.energy is not None and spec.energy <= CALM:
        yield "calm"
    for change in spec.parts:
        part = terms(TermKind.PART)[change.part].label
        if change.action in ("add", "solo", "louder"):
            yield f"with {part}"
        elif change.action == "replace" and change.with_:
            yield f"with {terms(TermKind.PART)[change.with_].label}"
        elif change.action == "remove":
            yield f"no {part}"
    if tempo_bpm:
        yield f"{tempo_bpm:.0f} bpm"
    if key:
        yield f"in {key}"
