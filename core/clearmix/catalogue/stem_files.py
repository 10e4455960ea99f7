"""Stems as studios and separators export them: a folder of files named after what plays in them."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from clearmix.audio import Audio, mixed, read_audio, write_wav
from clearmix.errors import AudioError, CatalogueError
from clearmix.storage.store import Store
from clearmix.vocabulary import TermKind, canonical, terms

STEM_TOLERANCE_SECONDS = 0.5
"""A stem may differ from its recording's length by as much as exporters pad."""

_REST = frozenset({"instrumental", "no vocals"})
"""What is called all but the voice: the harmony, where nothing of it has a file of its own."""

_OF_SEPARATORS = MappingProxyType(
    {"other": "harmony", "others": "harmony"} | dict.fromkeys(_REST, "harmony")
)
"""What separators call the rest of a song."""

_WITHOUT = frozenset({"no", "without", "minus"})
"""Before a part's name these say that it is what does not play."""

_WHOLE = frozenset({"mix", "mixture", "mixdown", "master", "full mix", "stereo mix"})
"""What the whole song is called where it lies among its stems."""

_TECHNICAL = frozenset({
    "stem", "stems", "track", "di", "amp", "mic", "dry", "wet", "in", "out", "top", "bottom",
    "left", "right", "l", "r", "mono", "stereo", "take", "bus", "group", "print", "main", "double",
    "close", "room", "clean", "final", "bounce",
})  # fmt: skip
"""What studios write behind a part's name: how it was recorded."""

_WORD = re.compile(r"[^\W\d_]+")
_NO_SOUND = frozenset({
    ".txt", ".md", ".pdf", ".json", ".yaml", ".xml", ".musicxml", ".mid", ".midi", ".jpg", ".png",
})  # fmt: skip
"""What lies beside stems and is passed over."""


def kept_stems(folder: Path, audio: Audio, store: Store) -> dict[str, str]:
    """The store's keys of a recording's stems by part; several files of one part are mixed.

    Raises:
        CatalogueError: a file names no part, or there is none.
        AudioError: a file cannot be read, or is not as long as the recording.
    """
    every = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [path for path in every if path.is_file() and not _passed_over(path)]
    if any(_part_of(path) != "vocals" for path in found if not _is_rest(path)):
        found = [path for path in found if not _is_rest(path)]
    files: dict[str, list[Path]] = {}
    for path in found:
        files.setdefault(_part_of(path), []).append(path)
    if not files:
        raise CatalogueError(
            f"no stems in `{folder}`", help="give a folder with one file for each part"
        )
    return {part: _kept(paths, audio, store) for part, paths in files.items()}


def part_named(name: str) -> str | None:
    """The part that a stem's name ends with, but for numbers and how it was recorded.

    >>> [part_named(name) for name in ("02 Lead Vox", "Open Road (Bass)", "Guitar DI", "no_vocals")]
    ['vocals', 'bass', 'guitar', 'harmony']
    >>> part_named("Drums of War") is None
    True
    """
    words = _WORD.findall(name.casefold())
    while len(words) > 1 and words[-1] in _TECHNICAL:
        words.pop()
    for first in range(len(words)):
        some = " ".join(words[first:])
        part = _OF_SEPARATORS.get(some) or canonical(TermKind.PART, some)
        if part is not None:
            return part if first == 0 or words[first - 1] not in _WITHOUT else None
    return None


def _is_rest(path: Path) -> bool:
    return any(_words(path.stem).endswith(rest) for rest in _REST)


def _passed_over(path: Path) -> bool:
    no_sound = path.name.startswith(".") or path.suffix.lower() in _NO_SOUND
    return no_sound or _words(path.stem) in _WHOLE


def _words(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))


def _part_of(path: Path) -> str:
    part = part_named(path.stem)
    if part is None:
        raise CatalogueError(
            f"`{path.name}` names no part",
            help="name stems " + ", ".join(f"`{id}.wav`" for id in list(terms(TermKind.PART))[:5]),
            place=str(path.parent),
        )
    return part


def _kept(paths: list[Path], audio: Audio, store: Store) -> str:
    stems = [_read(path, audio) for path in paths]
    if len(paths) == 1:
        return store.put(paths[0], "stems")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mixed.wav"
        write_wav(path, mixed(stems, audio.rate))
        return store.put(path, "stems")


def _read(path: Path, audio: Audio) -> Audio:
    stem = read_audio(path)
    if abs(stem.seconds - audio.seconds) > STEM_TOLERANCE_SECONDS:
        raise AudioError(
            f"the stem is {stem.seconds:.1f} s long, the recording {audio.seconds:.1f} s",
            help="export all stems from the start to the end of the song",
            place=str(path),
        )
    return stem
