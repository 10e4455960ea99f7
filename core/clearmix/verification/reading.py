"""What every labeler reads from one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from clearmix.audio import Audio
from clearmix.contracts import Labeler, Reading
from clearmix.errors import MarkError, PluginError
from clearmix.rendering.marking import read_by

TYPED = 0.5
"""Confidence of what anybody could have written; more needs a key."""

SIGNED = 0.9
"""Least confidence of a mark of the file that nobody but its signer, who is trusted, can make."""

UNKNOWN_LAYER = "unknown"
"""Stands for the layer of what a plugin could not hand over."""

NONE_UNREAD: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class MarkFound:
    """What one labeler said: `reading` is None when it found nothing.

    `problem` says why it could not look, such as a key that cannot be read.
    """

    labeler: str
    layer: str
    reading: Reading | None
    problem: str = ""
    named: tuple[str, ...] | None = None
    """The renders that it names in the end: a listening's id stands for the render it is of."""

    @property
    def believed(self) -> bool:
        """Whether something was found that can be believed at all."""
        return self.reading is not None and self.reading.confidence > 0

    @property
    def keyed(self) -> bool:
        """Whether it took a key that is trusted here: a watermark, or a trusted signature."""
        if self.layer == "signal":
            return self.confidence > TYPED
        return self.confidence >= SIGNED

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that was read, if it can be believed."""
        return self.reading.render_ids if self.reading is not None and self.believed else ()

    @property
    def renders(self) -> tuple[str, ...]:
        """Every render that it names, the one that is read best first."""
        return self.ids if self.named is None else self.named

    @property
    def names(self) -> str | None:
        """The render that it names first."""
        return self.renders[0] if self.renders else None

    @property
    def confidence(self) -> float:
        """How sure, 0..1; 0 when nothing was found."""
        return self.reading.confidence if self.reading is not None else 0.0


def read_marks(
    path: Path,
    audio: Audio,
    labelers: Mapping[str, Labeler],
    unread: Mapping[str, str] = NONE_UNREAD,
) -> tuple[MarkFound, ...]:
    """What every labeler finds in a file and its sound; one that fails does not stop the rest.

    `unread` says why a labeler reads nothing, or names a plugin whose labelers are not there: a
    mark of theirs may be in the file, so that it is not called absent.
    """
    found: list[MarkFound] = []
    for id, labeler in labelers.items():
        try:
            reading = read_by(labeler, path, audio)
        except (MarkError, PluginError) as error:
            found.append(MarkFound(id, labeler.layer, None, f"{error.message}; {error.help}"))
        else:
            problem = unread.get(id, "") if reading is None else ""
            found.append(MarkFound(id, labeler.layer, reading, problem))
    lost = (
        MarkFound(id, UNKNOWN_LAYER, None, why) for id, why in unread.items() if id not in labelers
    )
    return (*found, *lost)
