"""Marking what leaves in a session: every sound in it, also inside of archives, and read back.

Nothing that a generator wrote is handed over as it is. Sounds are cut to the licensed length,
marked and read back; archives are packed anew with the marked sounds; text and MIDI must be that.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from clearmix.audio import read_audio, write_wav
from clearmix.contracts import Disclosure, Progress
from clearmix.errors import AudioError, GeneratorError, MarkError
from clearmix.rendering.encoding import within_length
from clearmix.rendering.marking import Marks
from clearmix.rendering.models import Mark, SessionFile

SOUND: Final = ".wav"
ARCHIVES: Final = frozenset({".zip", ".dawproject"})
TEXTS: Final = frozenset({".json", ".xml", ".txt"})
MIDI: Final = frozenset({".mid"})
"""Suffixes of all that a session may hold."""


@dataclass(frozen=True)
class _Ready:
    """A file that may leave, and the marks in it."""

    path: Path
    marks: tuple[Mark, ...] = ()


class Leaving:
    """The way out of the house for the files of one session.

    `scratch` is a folder of its own, where everything that is ready stands under its content.
    """

    def __init__(
        self,
        generator: str,
        marks: Marks,
        disclosure: Disclosure,
        *,
        longest_ms: int | None,
        scratch: Path,
    ) -> None:
        self._generator = generator
        self._marks = marks
        self._disclosure = disclosure
        self._longest_ms = longest_ms
        self._scratch = scratch
        self._sounds: dict[str, _Ready | None] = {}
        self._notes: dict[str, None] = {}

    def ready(
        self, folder: Path, names: tuple[str, ...], progress: Progress
    ) -> tuple[dict[SessionFile, Path], tuple[str, ...]]:
        """The files that may leave with where they stand, and a sentence on each exception.

        Raises:
            GeneratorError: a file is neither sound, text, MIDI nor an archive of these.
            MarkError: no sound at all carries the marks that it needs.
        """
        made: dict[SessionFile, Path] = {}
        # Sounds come first, so that what is said of one is said by its own name and not by an
        # archive's.
        for done, name in enumerate(sorted(names, key=lambda one: _suffix(one) in ARCHIVES)):
            progress(done / len(names), f"marking {name}")
            found = self._checked(folder / name, name)
            if found is not None:
                made[SessionFile(name, found.marks)] = found.path
        if not any(self._sounds.values()):
            raise MarkError(
                "no sound of the session carries the marks that it needs",
                help="ask for a longer remix, or update the labelers; `clearmix doctor` tries them",
            )
        return made, tuple(self._notes)

    def _checked(self, path: Path, name: str) -> _Ready | None:
        """The file as it may leave, or None when it is left out."""
        suffix = _suffix(name)
        if suffix == SOUND:
            return self._sound(path, name)
        if suffix in ARCHIVES:
            return self._archive(path, name)
        if not _is_document(suffix, path.read_bytes()):
            raise self._fault(f"wrote `{name}`, which is neither sound, text, MIDI nor an archive")
        return _Ready(path)

    def _sound(self, path: Path, name: str) -> _Ready | None:
        digest = _digest(path)
        if digest not in self._sounds:
            self._sounds[digest] = self._marked(path, name, self._scratch / f"{digest}{SOUND}")
        return self._sounds[digest]

    def _marked(self, path: Path, name: str, target: Path) -> _Ready | None:
        try:
            sound = within_length(read_audio(path), self._longest_ms)
        except AudioError as error:
            raise self._fault(f"wrote `{name}`, which holds {error.message}") from error
        write_wav(target, self._marks.mark_sound(sound, self._disclosure))
        audio = read_audio(target)
        heard, unheard = self._marks.found_by(self._marks.signal, target, audio, self._disclosure)
        # The marks of the file name the watermarks that are really there.
        self._marks.mark_file(target, self._disclosure, without=unheard).replace(target)
        read, unread = self._marks.found_by(self._marks.file, target, audio, self._disclosure)
        found, lost = (*heard, *read), (*unheard, *unread)
        layers = {mark.layer for mark in found}
        missing = sorted(self._marks.required.intersection(lost))
        # INVARIANT: no sound leaves without a mark of its file and every mark that is asked for by
        # name. A watermark needs something to hide in, which a rest or a single tone is not.
        if missing or "file" not in layers:
            which = f"the mark `{missing[0]}`" if missing else "any mark of its file"
            self._note(f"`{name}` is left out: {which} could not be read back from it")
            return None
        if "signal" not in layers:
            why = "it is too quiet, too short or too plain for one"
            self._note(f"`{name}` carries no watermark: {why}; its file is marked")
        return _Ready(target, found)

    def _archive(self, path: Path, name: str) -> _Ready | None:
        target = self._scratch / f"{_digest(path)}{_suffix(name)}"
        carried: list[tuple[Mark, ...]] = []
        try:
            with zipfile.ZipFile(path) as made, zipfile.ZipFile(target, "w") as packed:
                for entry in made.infolist():
                    inside = f"{name}/{entry.filename}"
                    if entry.is_dir():
                        continue
                    if _suffix(entry.filename) in ARCHIVES or not _stays_inside(entry.filename):
                        raise self._fault(f"wrote `{inside}`, which an archive must not hold")
                    # Marks go by the end of a name, so the scratch file keeps it.
                    unpacked = self._scratch / f"unpacked{_suffix(entry.filename)}"
                    unpacked.write_bytes(made.read(entry))
                    found = self._checked(unpacked, inside)
                    if found is None:
                        self._note(f"`{name}` is left out: it would lack `{entry.filename}`")
                        target.unlink()
                        return None
                    stored = _suffix(entry.filename) == SOUND
                    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                    packed.write(found.path, entry.filename, kind)
                    if stored:
                        carried.append(found.marks)
        # zipfile raises the last two for encrypted members and unknown compression.
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise self._fault(f"wrote `{name}`, which is no archive: {error}") from error
        return _Ready(target, _in_all(carried))

    def _note(self, said: str) -> None:
        self._notes[said] = None

    def _fault(self, what: str) -> GeneratorError:
        return GeneratorError(
            f"generator `{self._generator}` {what}",
            help="update the generator, or tell its author",
            place=f"generator {self._generator}",
        )


def _in_all(carried: Sequence[tuple[Mark, ...]]) -> tuple[Mark, ...]:
    """The marks that every sound carries, each as surely as in the sound where it is least sure."""
    by_labeler = [{mark.labeler: mark for mark in marks} for marks in carried]
    return tuple(
        min((marks[labeler] for marks in by_labeler), key=lambda mark: mark.confidence)
        for labeler in (by_labeler[0] if by_labeler else ())
        if all(labeler in marks for marks in by_labeler)
    )


def _is_document(suffix: str, content: bytes) -> bool:
    """Whether it is what its name says, so that no sound leaves under another name."""
    if suffix in MIDI:
        return content.startswith(b"MThd")
    with suppress(UnicodeDecodeError):
        return suffix in TEXTS and "\0" not in content.decode("utf-8")
    return False


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
