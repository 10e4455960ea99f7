"""What every labeler reads from one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clearmix.audio import Audio
from clearmix.contracts import Labeler, Reading
from clearmix.errors import MarkError


@dataclass(frozen=True)
class MarkFound:
    """What one labeler said: `reading` is None when it found nothing.

    `problem` says why it could not look, such as a key that cannot be read.
    """

    labeler: str
    layer: str
    reading: Reading | None
    problem: str = ""

    @property
    def believed(self) -> bool:
        """Whether something was found that can be believed at all."""
        return self.reading is not None and self.reading.confidence > 0

    @property
    def names(self) -> str | None:
        """The render that it names, if it can be believed."""
        return self.reading.render_id if self.reading is not None and self.believed else None

    @property
    def confidence(self) -> float:
        """How sure, 0..1; 0 when nothing was found."""
        return self.reading.confidence if self.reading is not None else 0.0


def read_marks(path: Path, audio: Audio, labelers: Mapping[str, Labeler]) -> tuple[MarkFound, ...]:
    """What every labeler finds in a file and its sound; one that fails does not stop the rest."""
    found: list[MarkFound] = []
    for id, labeler in labelers.items():
        try:
            reading = labeler.read(audio) if labeler.layer == "signal" else labeler.read(path)
        except MarkError as error:
            found.append(MarkFound(id, labeler.layer, None, f"{error.message}; {error.help}"))
        else:
            found.append(MarkFound(id, labeler.layer, reading))
    return tuple(found)
