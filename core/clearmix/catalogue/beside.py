"""Files that a document names: beside it or below, and nowhere else."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from clearmix.errors import CatalogueError


def beside(folder: Path, name: str) -> Path:
    """The path of a file that a document in a folder names.

    INVARIANT: a document reaches no file outside its folder, by whatever name or link, and no
    address: whoever may hand one in can neither read this machine nor have it call another.

    Raises:
        CatalogueError: the name leads elsewhere.
    """
    path = PurePosixPath(name)
    odd = not name or "\\" in name or "\0" in name or ":" in name
    if odd or path.is_absolute() or ".." in path.parts:
        raise _elsewhere(name)
    found = folder / path
    if not found.resolve().is_relative_to(folder.resolve()):
        raise _elsewhere(name)
    return found


def _elsewhere(name: str) -> CatalogueError:
    return CatalogueError(
        f"`{name}` does not lie beside the document",
        help="name a file in the document's folder or below it, such as `audio/song.wav`",
    )
