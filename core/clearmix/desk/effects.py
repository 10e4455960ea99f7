"""What an answer would change, asked of the rules before it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix.catalogue.models import LOCAL_LISTENER
from clearmix.spec import Kind, RemixSpec, Structure
from clearmix_rules import english

if TYPE_CHECKING:
    from clearmix.catalogue import Recording
    from clearmix.clearance import Clearance, Consent
    from clearmix.rendering.models import Render

TRIED: Mapping[str, tuple[Kind, ...]] = {
    "any": ("remix", "cover"), "remix": ("remix",), "cover": ("cover",),
}  # fmt: skip
"""The requests that are tried for each kind of answer, of those that one song is enough for."""


@dataclass(frozen=True)
class Opening:
    """A request for one song, for a listener on the top plan: what it is now, and would be."""

    recording: str
    title: str
    kind: str
    now: bool
    then: bool


@dataclass(frozen=True)
class Effect:
    """What one answer would change.

    `down` are the public remixes that would stop, `back` those that would play again; of remixes
    that only their makers hear, no more than the number is told.
    """

    consent: Consent
    down: tuple[Render, ...]
    back: tuple[Render, ...]
    kept: int
    private_down: int
    private_back: int
    openings: tuple[Opening, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The effect in words, the gravest first."""
        stopping = "it comes down" if len(self.down) == 1 else "they come down"
        said = []
        if self.down:
            said.append(f"{_many(len(self.down), 'public remix', 'public remixes')}: {stopping}.")
        if self.private_down:
            said.append(
                f"{_many(self.private_down, 'remix', 'remixes')} that only the maker hears: "
                "no longer streamed."
            )
        if self.back or self.private_back:
            count = len(self.back) + self.private_back
            said.append(f"{_many(count, 'remix', 'remixes')} that had stopped: streamed again.")
        if not (self.down or self.private_down):
            said.append("No remix that is there now stops playing.")
        if self.kept:
            said.append(f"{_many(self.kept, 'public remix', 'public remixes')} stay up.")
        for one in self.openings:
            if one.now != one.then:
                verb = "can be asked for" if one.then else "can no longer be made"
                said.append(f"New {english.plural(one.kind)} of {one.title} {verb}.")
        if self.openings and all(one.now == one.then for one in self.openings):
            said.append(
                "Nothing else changes: what may be made already was, or another rule decides it."
            )
        return tuple(said)


def effect(
    consent: Consent,
    clearance: Clearance,
    recordings: Iterable[Recording],
    remixes: Iterable[tuple[Render, bool]],
) -> Effect:
    """What an answer would change.

    Args:
        consent: the answer thought of.
        clearance: as it is now.
        recordings: that the answer is about.
        remixes: what was made of them, each with whether everybody may hear it.
    """
    after = clearance.supposing(consent)
    down, back, kept, private_down, private_back = [], [], 0, 0, 0
    for render, public in remixes:
        use = "public" if public else None
        plays = clearance.may_stream(render, use=use) is None
        would_play = after.may_stream(render, use=use) is None
        if public:
            down += [render] if plays and not would_play else []
            back += [render] if would_play and not plays else []
            kept += plays and would_play
        else:
            private_down += plays and not would_play
            private_back += would_play and not plays
    openings = tuple(
        opening(recording, kind, clearance, after)
        for recording in recordings
        if consent.territory in (None, LOCAL_LISTENER.territory)
        for kind in TRIED.get(consent.kind, ())
    )
    return Effect(consent, tuple(down), tuple(back), kept, private_down, private_back, openings)


def opening(recording: Recording, kind: Kind, now: Clearance, then: Clearance) -> Opening:
    """Whether a listener on the top plan may have a minute of that kind made, now and then."""
    spec = RemixSpec(kind=kind, sources=(recording.id,), structure=Structure(seconds=60))
    asked = (one.would_permit(spec, LOCAL_LISTENER.id) for one in (now, then))
    return Opening(recording.id, recording.title, kind, *asked)


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
