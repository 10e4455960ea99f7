"""Reading a file's marks back: what every labeler finds, and what the registry knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearmix.audio import read_audio
from clearmix.contracts import Labeler, Reading
from clearmix.rendering.models import Render


@dataclass(frozen=True)
class MarkFound:
    """What one labeler said; `reading` is None when it found nothing."""

    labeler: str
    layer: str
    reading: Reading | None

    def as_json(self) -> dict[str, Any]:
        """The mark in JSON's types."""
        return {
            "labeler": self.labeler,
            "layer": self.layer,
            "found": self.reading is not None,
            "confidence": round(self.reading.confidence, 4) if self.reading else 0.0,
            "render_id": self.reading.render_id if self.reading else None,
            "fields": dict(self.reading.fields) if self.reading else {},
        }


@dataclass(frozen=True)
class Verification:
    """Whether a file is AI-made here, from what, and by which marks.

    `render` is the registry's entry of the render id that the most marks agree on, the signal
    layer deciding a tie; None when the registry does not know it.
    """

    render_id: str | None
    render: Render | None
    marks: tuple[MarkFound, ...]

    @property
    def ai_made(self) -> bool:
        """Whether any mark that can be believed at all says so."""
        return any(mark.reading is not None and mark.reading.confidence > 0 for mark in self.marks)

    def as_json(self) -> dict[str, Any]:
        """The verification in JSON's types."""
        return {
            "ai_made": self.ai_made,
            "render_id": self.render_id,
            "registered": self.render is not None,
            "source": list(self.render.sources) if self.render else None,
            "title": self.render.title if self.render else None,
            "label": self.render.label if self.render else None,
            "marks": [mark.as_json() for mark in self.marks],
        }


def verify(
    path: Path, labelers: Mapping[str, Labeler], registered: Callable[[str], Render | None]
) -> Verification:
    """What every labeler reads back from a file.

    Raises:
        AudioError: the file cannot be read as audio.
    """
    audio = read_audio(path)
    marks: list[MarkFound] = []
    votes: Counter[str] = Counter()
    for id, labeler in labelers.items():
        reading = labeler.read(audio) if labeler.layer == "signal" else labeler.read(path)
        marks.append(MarkFound(id, labeler.layer, reading))
        if reading is not None and reading.render_id is not None:
            # Tags can be typed by anyone; a watermark needs the key: it outvotes any number.
            votes[reading.render_id] += 100 if labeler.layer == "signal" else 1
    render_id = votes.most_common(1)[0][0] if votes else None
    return Verification(render_id, registered(render_id) if render_id else None, tuple(marks))
