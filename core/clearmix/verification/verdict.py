"""The verdict on a file: which marks agree, whether the sound is what they name, and how sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from clearmix.audio import Audio, read_audio
from clearmix.contracts import Labeler
from clearmix.fingerprints import Comparison, Heard, Likeness
from clearmix.rendering.models import Render
from clearmix.verification.reading import MarkFound, read_marks
from clearmix.verification.registry import Entry, Registry

Verdict = Literal[
    "confirmed", "marked", "copied", "unregistered", "recognised", "disclosed", "unmarked"
]
"""`confirmed`: marks name a render and the sound is that render. `marked`: they name one, and
the sound does not settle it. `copied`: they name a render that this sound is not. `unregistered`:
they name a render that the registry does not know. `recognised`: no mark names a render, but the
sound is one. `disclosed`: somebody else's mark says that AI took part. `unmarked`:
nothing was found."""

Standing = Literal[
    "agrees", "disagrees", "copied", "broken", "of others", "not found", "unreadable"
]

RECOGNISED = 0.99
"""Confidence in a sound that is known by its fingerprint alone; docs/marks/verifying.md has the
false matches that were looked for, and not found."""


TYPED = 0.5
"""Confidence of what anybody could have written; more needs a key."""

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

    @property
    def render(self) -> Render | None:
        """The render, if the registry knows it."""
        return self.entry.render if self.entry else None

    @property
    def ai_made(self) -> bool:
        """Whether the sound, or a mark that was not disproved, says so."""
        if self.verdict == "copied":
            return self.sounds_like is not None
        told = any(mark.believed and mark.reading and mark.reading.ai_made for mark in self.marks)
        return told or self.verdict == "recognised"

    @property
    def agree(self) -> bool:
        """Whether every mark that was found names this render, and the sound does not deny it."""
        standings = [self.standing(mark) for mark in self.marks]
        return "agrees" in standings and set(standings) <= {"agrees", "not found", "of others"}

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
            "listenings": list(self.listenings),
            "agree": self.agree,
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
            "render_id": mark.reading.render_id if mark.reading else None,
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


def verify(path: Path, labelers: Mapping[str, Labeler], registry: Registry) -> Verification:
    """What every labeler reads back from a file, weighed against the registry and the sound.

    Raises:
        AudioError: the file cannot be read as audio.
    """
    audio = read_audio(path)
    return weighed(audio, read_marks(path, audio, labelers), registry)


def weighed(audio: Audio, marks: tuple[MarkFound, ...], registry: Registry) -> Verification:
    """The verdict on marks that were read from a file of that sound."""
    listenings = {
        id: render for mark in marks for id in mark.ids if (render := registry.heard_in(id))
    }
    marks = tuple(
        replace(mark, named=tuple(dict.fromkeys(listenings.get(id, id) for id in mark.ids)))
        for mark in marks
    )
    return replace(_judged(audio, marks, registry), listenings=tuple(listenings))


def _judged(audio: Audio, marks: tuple[MarkFound, ...], registry: Registry) -> Verification:
    # The signal layer first: tags can be typed by anyone, a watermark needs the key.
    ranked = sorted(marks, key=lambda one: (one.layer == "signal", one.confidence), reverse=True)
    named = list(dict.fromkeys(id for mark in ranked for id in mark.renders))
    heard = Heard(audio)
    known = [
        _Claim(entry, heard.most_like(registry.sounds.of(entry.render.id)))
        for entry in filter(None, map(registry.entry, named))
    ]
    for claim in sorted(known, key=lambda one: _ORDER[one.likeness]):  # stable: ranks stay
        if claim.likeness == "other":
            break
        sure = claim.likeness == "same" and (
            any(claim.id in mark.renders and mark.confidence > TYPED for mark in marks)
            or not _fits_a_source(heard, claim, registry)
        )
        verdict: Verdict = "confirmed" if sure else "marked"
        return Verification(verdict, claim.id, claim.entry, marks, claim.sound)
    found = _recognised(heard, registry)
    sounds_like = found.id if found else None
    if known:
        return Verification(
            "copied", known[0].id, known[0].entry, marks, known[0].sound, sounds_like
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

    INVARIANT: nobody's own recording is called AI-made because somebody else edited it.
    """
    source = heard.most_like(registry.sounds_of_sources(claim.entry))
    if source is None or claim.sound is None:
        return False
    return source.similarity > claim.sound.similarity - CLEARLY
