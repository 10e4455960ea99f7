"""The labeler `clearmix-mark`: a keyed watermark that carries the render id in the sound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from clearmix import Audio, Disclosure, Reading, Settings
from clearmix_marks.keys import existing_key, key_made_once

CONFIDENCE: Final = 1 - 1e-9
"""Of every reading: one minus the bound on false readings per file (docs/marks/watermark.md)."""


class ClearmixMark:
    """Marks sound so that its render id can be read back from any ten seconds of it.

    Whoever holds the key can also write marks, so the key stays on the service.
    """

    id = "clearmix-mark"
    version = "2"
    layer: Literal["signal"] = "signal"

    def __init__(self, settings: Settings, *, search: bool = True) -> None:
        """Keeps its key under `settings.keys`; `search` finds changed speed and pitch too."""
        self._keys = settings.keys
        self._search = search

    def has_key(self) -> bool:
        """Whether the key is there, made at the first mark."""
        return existing_key(self._keys) is not None

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterable[Audio]:
        """The same frames, marked; silence stays silent and so carries no mark.

        Raises:
            MarkError: the render id is not 16 hexadecimal digits, the blocks do not fit each other
                or hold samples that are not finite, or the key cannot be read or made.
        """
        from clearmix_marks.embedding import marked
        from clearmix_marks.grid import layout_of

        key = key_made_once(self._keys)
        return marked(blocks, layout_of(key).signs(disclosure.render_id, key))

    def read(self, audio: Audio) -> Reading | None:
        """The render id in any excerpt of one second or more, or None.

        Of a sound that was marked more than once, the field `also` has the other render ids.

        Raises:
            MarkError: the key cannot be read. Without any key nothing was ever marked: None.
        """
        import numpy as np

        from clearmix_marks.detection import Detector
        from clearmix_marks.grid import RATE

        key = existing_key(self._keys)
        if key is None or audio.frames == 0 or not np.isfinite(audio.samples).all():
            return None
        found = Detector(key, search=self._search).find(audio.resampled(RATE).samples)
        if found is None:
            return None
        return Reading(
            labeler=self.id,
            render_id=found.render_id,
            confidence=CONFIDENCE,
            fields={
                "sync": f"{found.sync_score:.1f}",
                "agreement": f"{found.agreement:.3f}",
                **({"also": " ".join(found.also)} if found.also else {}),
            },
        )
