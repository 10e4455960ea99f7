"""Marks: written in their order, and read back from the encoded bytes before anything is published.

Order: loudness, watermark, encoding, tags, seal. Labelers of one layer run in the order of their
ids, but one that seals the file runs last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from clearmix.audio import Audio, joined
from clearmix.contracts import (
    Disclosure,
    FileLabeler,
    Labeler,
    Reading,
    Seals,
    SealsApart,
    SignalLabeler,
)
from clearmix.errors import MarkError, PluginError
from clearmix.guarding import REMEDY, asked
from clearmix.rendering.models import Mark
from clearmix_rules import Duties

ANY_WATERMARK = "watermark"
"""The mark that rights rules ask for by its layer: any watermark answers it, and one always is."""

BLOCK_SECONDS = 1.0
"""Sound handed to a watermark at a time."""


MOST_ADDED = 0.9
"""Power that a mark may add, of the sound's: silence, or twice the sound, adds all of it. How
faint a mark should be is for its contract suite (`clearmix.testing`) and whoever listens."""

QUIET_POWER = 1e-5
"""Power that a mark may add to any sound: -50 dB of full scale, as to a stem that hardly plays."""

MARK_SECONDS = 600.0
"""Longer than any labeler takes for the longest song, and short enough for those who wait."""


class Marks:
    """The labelers that a render is marked with, chosen by its duties."""

    def __init__(self, labelers: Mapping[str, Labeler], duties: Duties) -> None:
        only = set(duties.only_watermarks[0]) if duties.only_watermarks else None
        self.signal: list[SignalLabeler] = []
        self.file: list[FileLabeler] = []
        for id, labeler in sorted(labelers.items()):
            if labeler.layer == "file":
                self.file.append(labeler)
            elif only is None or id in only:
                self.signal.append(labeler)
        self.file.sort(key=lambda one: isinstance(one, Seals))
        self.required = {*duties.watermarks, *duties.marks, *(only or ())} - {ANY_WATERMARK}
        self._require_installed()

    def _require_installed(self) -> None:
        present = {one.id for one in self.signal} | {one.id for one in self.file}
        for id in sorted(self.required - present):
            raise MarkError(
                f"the rights-holders ask for the mark `{id}`, and no such labeler is installed",
                help="install the plugin that provides it; `clearmix plugins list` shows all",
                place=f"labeler {id}",
            )
        seals = [one.id for one in self.file if isinstance(one, Seals)]
        if len(seals) > 1:
            raise MarkError(
                f"the labelers `{'` and `'.join(seals)}` both seal the file, and only one can",
                help="uninstall the plugin of all but one",
                place=f"labeler {seals[-1]}",
            )
        for layer, found in (("signal", self.signal), ("file", self.file)):
            if not found:
                raise MarkError(
                    f"no labeler of the {layer} layer is installed, and nothing is published "
                    "without one",
                    help="reinstall clearmix, or a plugin that provides one",
                    place="clearmix plugins list",
                )

    def mark_blocks(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        """The sound with every watermark as it comes in, for what cannot wait for the whole."""
        for labeler in self.signal:
            blocks = labeler.mark(blocks, disclosure)
        return iter(blocks)

    def mark_sound(self, audio: Audio, disclosure: Disclosure) -> Audio:
        """The sound with every watermark; raises MarkError when one changes its shape."""
        marked = audio
        for labeler in self.signal:
            made = self._marked(labeler, marked, disclosure)
            if (made.rate, made.samples.shape) != (marked.rate, marked.samples.shape):
                raise _fault(labeler.id, "changed the length, rate or channels of the sound")
            if not np.isfinite(made.samples).all():
                raise _fault(labeler.id, "made samples that are not numbers")
            _require_faint(labeler, marked, made)
            marked = made
        return marked

    def disclosed(self, disclosure: Disclosure, *, without: Collection[str] = ()) -> Disclosure:
        """The disclosure with the watermarks that the sound has been given, but for some ids."""
        applied = (one for one in self.signal if one.id not in without)
        return replace(disclosure, watermarks=tuple(f"{one.id} {one.version}" for one in applied))

    def mark_file(
        self, path: Path, disclosure: Disclosure, *, without: Collection[str] = ()
    ) -> Path:
        """The path of the file with every mark of its layer.

        They name the watermarks in the sound, except those whose ids are given as `without`.
        """
        said = self.disclosed(disclosure, without=without)
        for labeler in self.file:
            path = self._sealed(labeler, labeler.mark, path, said)
            if not path.is_file():
                raise _fault(labeler.id, "returned a path where there is no file")
            _require_sound_file(labeler, path)
        return path

    def seal_stream(self, path: Path, disclosure: Disclosure) -> Path | None:
        """The seal of a rendition, in a file beside it; None where no labeler can make one."""
        for labeler in self.file:
            if isinstance(labeler, SealsApart):
                return self._sealed(labeler, labeler.mark_apart, path, self.disclosed(disclosure))
        return None

    def _marked(self, labeler: SignalLabeler, audio: Audio, disclosure: Disclosure) -> Audio:
        return asked(
            "labeler",
            labeler,
            lambda: joined(labeler.mark(audio.blocks(BLOCK_SECONDS), disclosure)),
            expect=Audio,
            seconds=MARK_SECONDS,
        )

    def _sealed(
        self,
        labeler: FileLabeler,
        mark: Callable[[Path, Disclosure], Path],
        path: Path,
        disclosure: Disclosure,
    ) -> Path:
        made = asked(
            "labeler",
            labeler,
            lambda: mark(path, disclosure),
            expect=Path,
            seconds=MARK_SECONDS,
        )
        if not made.is_file():
            raise _fault(labeler.id, "returned a path where there is no file")
        return made

    def read_back(
        self, path: Path, audio: Audio, disclosure: Disclosure
    ) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """The marks found in the encoded file, and a sentence on each optional one that is not.

        INVARIANT: every required mark, one watermark and one mark of the file say this render id.

        Raises:
            MarkError: one of these cannot be read back.
        """
        found, lost = self.found(path, audio, disclosure)
        for id in lost:
            if id in self.required or not _layer_is_found(id, self.signal, self.file, found):
                raise MarkError(
                    f"the mark of `{id}` could not be read back from the encoded file, so the "
                    "render is not published",
                    help="ask for a longer render or another seed, or update the labeler",
                    place=f"labeler {id}",
                )
        notes = tuple(f"the optional mark of `{id}` could not be read back" for id in lost)
        return found, notes

    def read_back_stream(
        self, path: Path, audio: Audio, disclosure: Disclosure
    ) -> tuple[Mark, ...]:
        """The marks found in a rendition, which is sent in segments.

        A seal that cannot stand beside a file stays with the published one, and is not asked for.

        Raises:
            MarkError: any other required mark, or the watermark, cannot be read back.
        """
        streamed = copy(self)
        inside = [
            one for one in self.file if isinstance(one, Seals) and not isinstance(one, SealsApart)
        ]
        streamed.file = [one for one in self.file if one not in inside]
        streamed.required = self.required - {one.id for one in inside}
        marks, _ = streamed.read_back(path, audio, disclosure)
        return marks

    def found(
        self, path: Path, audio: Audio, disclosure: Disclosure
    ) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """The marks in the file that say this render id, and the ids of those that do not."""
        sound, unheard = self.found_by(self.signal, path, audio, disclosure)
        file, unread = self.found_by(self.file, path, audio, disclosure)
        return (*sound, *file), (*unheard, *unread)

    def found_by(
        self, labelers: Sequence[Labeler], path: Path, audio: Audio, disclosure: Disclosure
    ) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """What `found` gives, of some of these labelers alone."""
        found: list[Mark] = []
        lost: list[str] = []
        for labeler in labelers:
            reading = read_by(labeler, path, audio)
            if reading is not None and disclosure.render_id in reading.render_ids:
                found.append(Mark(labeler.id, labeler.version, labeler.layer, reading.confidence))
            else:
                lost.append(labeler.id)
        return tuple(found), tuple(lost)


def read_by(labeler: Labeler, path: Path, audio: Audio) -> Reading | None:
    """What a labeler reads from a file or its sound; raises PluginError when it fails at it."""
    reading: Reading | None = asked(
        "labeler",
        labeler,
        lambda: labeler.read(audio) if labeler.layer == "signal" else labeler.read(path),
        expect=(Reading, type(None)),
        seconds=MARK_SECONDS,
    )
    if reading is not None and (wrong := _nonsense(reading)):
        raise PluginError(
            f"labeler `{labeler.id}` returned a reading with {wrong}",
            help=REMEDY,
            place=f"labeler {labeler.id}",
        )
    return reading


def _nonsense(reading: Reading) -> str:
    """What in a reading is not of its type; empty if nothing is."""
    id, confidence = cast("object", reading.render_id), cast("object", reading.confidence)
    if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        return f"a confidence of {confidence}, which is not from 0 to 1"
    if not isinstance(id, str | None):
        return f"a `render_id` that is `{type(id).__name__}` and no text"
    if not all(isinstance(one, str) for pair in reading.fields.items() for one in pair):
        return "`fields` that are not texts"
    return ""


def _require_faint(labeler: SignalLabeler, before: Audio, after: Audio) -> None:
    """Raises MarkError when a mark has taken the place of the sound."""
    added = float(np.mean((after.samples - before.samples) ** 2)) if before.frames else 0.0
    power = float(np.mean(before.samples**2)) if before.frames else 0.0
    if added > max(MOST_ADDED * power, QUIET_POWER):
        raise _fault(labeler.id, "put something else in the place of the sound")


def _require_sound_file(labeler: FileLabeler, path: Path) -> None:
    """Raises MarkError when what a labeler wrote cannot be opened as sound any more."""
    import av

    try:
        with av.open(str(path)) as container:
            streams = len(container.streams.audio)
    except (av.FFmpegError, OSError):
        streams = 0
    if not streams:
        raise _fault(labeler.id, "left a file that is no sound any more")


def _layer_is_found(
    id: str,
    signal: Sequence[SignalLabeler],
    file: Sequence[FileLabeler],
    found: Sequence[Mark],
) -> bool:
    """Whether another mark of the same layer was read back."""
    layer = "signal" if any(labeler.id == id for labeler in signal) else "file"
    return any(mark.layer == layer for mark in found)


def _fault(id: str, what: str) -> MarkError:
    return MarkError(
        f"labeler `{id}` {what}",
        help="update the labeler, or uninstall its plugin",
        place=f"labeler {id}",
    )
