"""Uploaded files in a folder of their own, under names that cannot lead anywhere else."""

from __future__ import annotations

import re
import shutil
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from fastapi import UploadFile

from clearmix.catalogue.beside import beside
from clearmix.errors import CatalogueError

MOST_UNPACKED_BYTES = 8 * 2**30
"""What an archive may hold once unpacked: some hundred songs with their stems."""

MOST_FILES = 10_000

MOST_COMPRESSION = 200
"""How much smaller than its content a file in an archive may be: sound shrinks to half, JSON to a
twentieth, and a bomb to a thousandth."""

DOCUMENT = "catalogue.json"

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_PLAIN = re.compile(r"[\w(\[#][\w .,&+#'’()\[\]–-]*")

_LONGEST_NAME_BYTES = 255
"""NAME_MAX of the file systems of Linux; others hold as much or more."""


def keep(upload: UploadFile, folder: Path, stem: str) -> Path:
    """The path of an upload's copy: a name that we give, with the suffix that it came with."""
    suffix = PurePosixPath((upload.filename or "").replace("\\", "/")).suffix.lower()
    path = folder / f"{stem}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with path.open("wb") as kept:
        shutil.copyfileobj(upload.file, kept)
    return path


def keep_stems(uploads: list[UploadFile], folder: Path) -> Path:
    """A folder with one file for each stem, named as it came, since the name says the part.

    Raises:
        CatalogueError: a name that is no plain file name, is too long, or comes twice.
    """
    folder.mkdir()
    for upload in uploads:
        path = folder / _stem_name(upload.filename or "")
        try:
            with path.open("xb") as kept:
                shutil.copyfileobj(upload.file, kept)
        except FileExistsError as error:
            raise CatalogueError(
                f"two stems are named `{path.name}`",
                help=f"name them apart, as `{path.stem} 1{path.suffix}`: those of a part are mixed",
                place="stems",
            ) from error
    return folder


def _stem_name(given: str) -> str:
    """The name of an uploaded stem, its accents composed: macOS sends them apart."""
    name = unicodedata.normalize("NFC", given)
    if not _PLAIN.fullmatch(name):
        raise CatalogueError(
            f"`{given}` is no name of a stem",
            help="name each after its part, as `drums.wav`",
            place="stems",
        )
    if len(name.encode()) > _LONGEST_NAME_BYTES:
        raise CatalogueError(
            f"the name of the stem `{name[:20]}…` is too long for a file",
            help=f"name it in at most {_LONGEST_NAME_BYTES} bytes, as `drums.wav`",
            place="stems",
        )
    return name


def unpacked(path: Path, folder: Path) -> Path:
    """The document of an upload: the JSON itself, or `catalogue.json` at the top of a ZIP archive.

    Raises:
        CatalogueError: it is neither, is damaged or encrypted, holds a name that leads elsewhere,
            or more than is taken in.
    """
    if not zipfile.is_zipfile(path):
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _require_modest(entries)
            targets = [(entry, beside(folder, entry.filename)) for entry in entries]
            for entry, target in targets:
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as packed, target.open("xb") as kept:
                    shutil.copyfileobj(packed, kept)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError,
        FileExistsError, NotADirectoryError,
    ) as error:  # fmt: skip
        raise CatalogueError(
            "the archive cannot be unpacked",
            help="make a plain ZIP archive without a password, each file in it once",
        ) from error
    if not (folder / DOCUMENT).is_file():
        raise CatalogueError(
            f"no `{DOCUMENT}` in the archive", help="put it at the top, with its files beside it"
        )
    return folder / DOCUMENT


def _require_modest(entries: list[zipfile.ZipInfo]) -> None:
    """Raises CatalogueError for a bomb; `zipfile` reads no more of an entry than it declares."""
    size = sum(entry.file_size for entry in entries)
    bomb = next(
        (
            entry.filename
            for entry in entries
            if entry.file_size > MOST_COMPRESSION * max(entry.compress_size, 2**10)
        ),
        None,
    )
    if bomb or size > MOST_UNPACKED_BYTES or len(entries) > MOST_FILES:
        raise CatalogueError(
            f"`{bomb}` unpacks to more than any sound"
            if bomb
            else f"an archive of {len(entries)} files and {size / 2**30:.1f} GiB",
            help=f"send at most {MOST_UNPACKED_BYTES // 2**30} GiB in {MOST_FILES} files at a time",
        )
