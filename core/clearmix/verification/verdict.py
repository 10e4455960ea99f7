"""The verdict on a file: which marks agree, whether the sound is what they name, and how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from clearmix.audio import SILENCE_PEAK, Audio, read_audio
from clearmix.contracts import Labeler
from clearmix.fingerprints import Comparison, Heard, Likeness
from clearmix.rendering.models import Render
from clearmix.verification.originals import Original
from clearmix.verification.reading import NONE_UNREAD, TYPED, MarkFound, read_marks
from clearmix.verification.registry import Entry, Registry

Verdict = Literal[
    "confirmed",
    "marked",
    "claimed",
    "copied",
    "unregistered",
    "recognised",
    "disclosed",
    "unmarked",
]
"""`confirmed`: marks name a render and the sound is that render. `marked`: a mark that takes a key
names one, and the sound does not settle it. `claimed`: only what anybody can write names one, and
the sound does not settle it, or is as like the recording that it was made from. `copied`: they name
a render that this sound is not. `unregistered`: they name a render that the registry does not know.
`recognised`: no mark names a render, but the sound is one. `disclosed`: somebody else's mark says
that AI took part, which is believed only of a signer who is trusted here. `unmarked`: nothing was
found."""

Standing = Literal[
    "agrees", "disagrees", "copied", "broken", "of others", "not found", "unreadable"
]

RECOGNISED = 0.99
"""Confidence in a sound that is known by its fingerprint alone; docs/marks/verifying.md has the
false matches that were looked for, and not found."""


MARKED_SECONDS = 10.0
"""From this length on a watermark is read; below it is read often, under 2 s hardly ever."""

CLEARLY = 0.1
"""By how much more like a render than like its source a sound is, to be the render for sure."""

_ORDER: dict[Likeness, int] = {"same": 0, "unsure": 1, "other": 2}


@dataclass(frozen=True)
class Verification:
    """Whether a file is AI-made here, from what, and by which marks.

    `entry` is the registry's entry of the render that it is or says it is, `sound` how like the
    sound is to that render. Of two renders that marks name, the one whose sound it is counts,
    then the one named by the mark that can be believed most.
    """

    verdict: Verdict
    render_id: str | None
    entry: Entry | None
    marks: tuple[MarkFound, ...]
    sound: Comparison | None
    sounds_like: str | None = None
    """The render that the sound is, when the marks name another one or none."""
    listenings: tuple[str, ...] = ()
    """The listenings whose streams the sound was taken from; whose they are, the service knows."""
    denied: frozenset[str] = frozenset()
    """Renders of the registry that marks name and that this sound is not."""
    original: Original | None = None
    """The recording of the catalogue that the file is as it is; looked for unless it is AI-made."""
    notes: tuple[str, ...] = ()
    """What keeps marks from being read in this sound: its silence, its length."""

    @property
    def render(self) -> Render | None:
        """The render, if the registry knows it."""
        return self.entry.render if self.entry else None

    @property
    def ai_made(self) -> bool:
        """Whether the sound, or a mark that was not disproved, says so."""
        match self.verdict:
            case "copied":
                return self.sounds_like is not None
            case "recognised":
                return True
            # INVARIANT: what anybody can write does not make a sound AI-made by itself.
            case "claimed" | "unregistered" | "disclosed":
                told = [mark for mark in self.marks if mark.keyed and not self._is_denied(mark)]
            case _:
                told = [mark for mark in self.marks if mark.believed]
        return any(mark.reading is not None and mark.reading.ai_made for mark in told)

    def _is_denied(self, mark: MarkFound) -> bool:
        """Whether every render that a mark names is one that this sound is not."""
        return bool(mark.renders) and self.denied.issuperset(mark.renders)

    @property
    def agree(self) -> bool:
        """Whether every mark names this render and no other, and the sound does not deny it."""
        standings = [self.standing(mark) for mark in self.marks]
        one = set(standings) <= {"agrees", "not found", "of others"}
        return "agrees" in standings and one and not any(map(self.also_named, self.marks))

    def also_named(self, mark: MarkFound) -> tuple[str, ...]:
        """The renders that a mark of this render names besides, as that of a file marked twice."""
        if self.render_id not in mark.renders:
            return ()
        return tuple(id for id in mark.renders if id != self.render_id)

    @property
    def confidence(self) -> float:
        """How sure the verdict on the render is, 0..1: independent layers add to each other."""
        if self.verdict == "recognised":
            return RECOGNISED
        doubt = 1.0
        for mark in self.marks:
            if self.standing(mark) in ("agrees", "copied") or self.verdict == "disclosed":
                doubt *= 1.0 - mark.confidence
        if self.verdict in ("confirmed", "copied"):
            doubt *= 1.0 - RECOGNISED
        if not self.ai_made and self.verdict != "copied":  # one hand may have written them all
            return min(TYPED, 1.0 - doubt)
        return 1.0 - doubt if self.verdict != "unmarked" else 0.0

    def standing(self, mark: MarkFound) -> Standing:
        """How a mark stands to the verdict."""
        if mark.problem:
            return "unreadable"
        if mark.reading is None:
            return "not found"
        if not mark.believed:
            return "broken"
        if mark.names is None:
            return "of others"
        if self.render_id not in mark.renders:
            return "disagrees"
        return "copied" if self.verdict == "copied" else "agrees"

    def as_json(self) -> dict[str, Any]:
        """The verification in JSON's types."""
        entry = self.entry.as_json() if self.entry else None
        return {
            "ai_made": self.ai_made,
            "verdict": self.verdict,
            "statement": self.statement,
            "render_id": self.render_id,
            "registered": entry is not None,
            "source": list(self.entry.render.sources) if self.entry else None,
            "title": entry and entry["title"],
            "label": entry and entry["label"],
            "display": entry and entry["display"],
            "sources": entry and entry["sources"],
            "parents": entry and entry["parents"],
            "licence": entry and entry["licence"],
            "original": self.original and self.original.as_json(),
            "listenings": list(self.listenings),
            "agree": self.agree,
            "notes": list(self.notes),
            "confidence": round(self.confidence, 4),
            "sound": self._sound_json(),
            "marks": [self._mark_json(mark) for mark in self.marks],
        }

    def _mark_json(self, mark: MarkFound) -> dict[str, Any]:
        return {
            "labeler": mark.labeler,
            "layer": mark.layer,
            "found": mark.reading is not None,
            "confidence": round(mark.confidence, 4),
            "standing": self.standing(mark),
            "render_id": self.render_id if self.render_id in mark.renders else mark.names,
            "also_names": list(self.also_named(mark)),
            "fields": dict(mark.reading.fields) if mark.reading else {},
            "problem": mark.problem or None,
        }

    def _sound_json(self) -> dict[str, Any] | None:
        if self.sound is None:
            return None
        return {
            "is_that_render": {"same": True, "other": False, "unsure": None}[self.sound.likeness],
            "similarity": round(self.sound.similarity, 3),
            "at_seconds": round(self.sound.at_seconds, 1),
            "tempo": round(self.sound.tempo, 4),
            "semitones": self.sound.semitones,
            "sounds_like": self.sounds_like,
        }

    @property
    def statement(self) -> str:
        """The verdict in a sentence or two."""
        from clearmix.verification.wording import statement_of

        return statement_of(self)


def verify(
    path: Path,
    labelers: Mapping[str, Labeler],
    registry: Registry,
    unread: Mapping[str, str] = NONE_UNREAD,
) -> Verification:
    """What every labeler reads back from a file, weighed against the registry and the sound.

    `unread` says by labeler or plugin why its marks cannot be read (`unread_layers`).

    Raises:
        AudioError: the file cannot be read as audio.
    """
    audio = read_audio(path)
    found = weighed(audio, read_marks(path, audio, labelers, unread), registry)
    # INVARIANT: what is AI-made by its marks or its sound is called nobody's recording.
    return found if found.ai_made else replace(found, original=registry.originals.of(path, audio))


def weighed(audio: Audio, marks: tuple[MarkFound, ...], registry: Registry) -> Verification:
    """The verdict on marks that were read from a file of that sound."""
    # A listener is held to account for a stream's id, so nothing that can be typed counts as one.
    listenings = {
        id: render
        for mark in marks
        if mark.layer == "signal"
        for id in mark.ids
        if (render := registry.heard_in(id))
    }
    marks = tuple(
        replace(mark, named=tuple(dict.fromkeys(listenings.get(id, id) for id in mark.ids)))
        if mark.layer == "signal"
        else mark
        for mark in marks
    )
    found = _judged(audio, marks, registry)
    taken = [id for id, render in listenings.items() if render == found.render_id]
    return replace(
        found,
        listenings=tuple(taken) if found.verdict in ("confirmed", "marked") else (),
        notes=tuple(_notes(audio, found)),
    )


def _notes(audio: Audio, found: Verification) -> Iterator[str]:
    if any(mark.layer == "signal" and mark.believed for mark in found.marks):
        return
    if float(np.abs(audio.samples).max(initial=0.0)) < SILENCE_PEAK:
        yield "the file is silent, and silence carries no watermark"
    elif audio.seconds < MARKED_SECONDS:
        shown = f"{audio.seconds:.1f}" if audio.seconds >= 0.1 else "less than 0.1"
        yield f"the file has {shown} s, and a watermark needs 2 to 10 s to be read"


def _judged(audio: Audio, marks: tuple[MarkFound, ...], registry: Registry) -> Verification:
    # The signal layer first: tags can be typed by anyone, a watermark needs the key.
    ranked = sorted(marks, key=lambda one: (one.layer == "signal", one.confidence), reverse=True)
    named = list(dict.fromkeys(id for mark in ranked for id in mark.renders))
    heard = Heard(audio)
    known = [
        _Claim(entry, heard.most_like(registry.sounds.of(entry.render.id)))
        for entry in filter(None, map(registry.entry, named))
    ]
    denied = frozenset(claim.id for claim in known if claim.likeness == "other")
    claimed: list[_Claim] = []
    for claim in sorted(known, key=lambda one: _ORDER[one.likeness]):  # stable: ranks stay
        if claim.likeness == "other":
            break
        keyed = any(claim.id in mark.renders and mark.keyed for mark in marks)
        if not keyed and (claim.likeness != "same" or _fits_a_source(heard, claim, registry)):
            claimed.append(claim)
            continue
        verdict: Verdict = "confirmed" if claim.likeness == "same" else "marked"
        return Verification(verdict, claim.id, claim.entry, marks, claim.sound, denied=denied)
    if claimed:
        first = claimed[0]
        return Verification("claimed", first.id, first.entry, marks, first.sound, denied=denied)
    found = _recognised(heard, registry)
    sounds_like = found.id if found else None
    if known:
        return Verification(
            "copied",
            known[0].id,
            known[0].entry,
            marks,
            known[0].sound,
            sounds_like,
            denied=denied,
        )
    if found:
        return Verification("recognised", found.id, found.entry, marks, found.sound, found.id)
    if named:
        return Verification("unregistered", named[0], None, marks, None)
    told = any(mark.believed and mark.reading and mark.reading.ai_made for mark in marks)
    return Verification("disclosed" if told else "unmarked", None, None, marks, None)


@dataclass(frozen=True)
class _Claim:
    """That a sound is a render of the registry, and how like it is."""

    entry: Entry
    sound: Comparison | None

    @property
    def id(self) -> str:
        return self.entry.render.id

    @property
    def likeness(self) -> Likeness:
        return self.sound.likeness if self.sound else "unsure"


def _recognised(heard: Heard, registry: Registry) -> _Claim | None:
    """The render that a sound is, unless it is as much the recording that the render came from."""
    nearest = heard.nearest(registry.sounds.every())
    entry = registry.entry(nearest[0]) if nearest else None
    if nearest is None or entry is None:
        return None
    claim = _Claim(entry, nearest[1])
    return None if _fits_a_source(heard, claim, registry) else claim


def _fits_a_source(heard: Heard, claim: _Claim, registry: Registry) -> bool:
    """Whether the sound is as like a source as the render, as with a mere edit of it.

    INVARIANT: nobody's own recording is called AI-made because somebody else edited it. Only a
    mark that took a trusted key says more than the sound (`MarkFound.keyed`).
    """
    source = heard.most_like(registry.sounds_of_sources(claim.entry))
    if source is None or source.similarity == 0.0:
        return False
    if claim.sound is None:  # what the render sounds like is not kept any more
        return source.likeness == "same"
    return source.similarity > claim.sound.similarity - CLEARLY
