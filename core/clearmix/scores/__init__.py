"""Scores in files: MIDI and MusicXML in and out, a picture of the notes, and their harmony."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from clearmix.contracts import Score
from clearmix.errors import CatalogueError

LARGEST_BYTES = 20 * 2**20
"""A score of a song has some hundred kilobytes."""


def read_score(path: Path, title: str) -> Score:
    """The score of a MIDI, MusicXML (also compressed) or JSON file.

    Raises:
        CatalogueError: the file cannot be read, is of another kind, or has no notes.
    """
    reader = _readers().get(path.suffix.lower())
    if reader is None:
        raise CatalogueError(
            f"`{path.name}` is no score that can be read",
            help=f"give a file that ends in {', '.join(_readers())}",
            place=str(path),
        )
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_BYTES else None
    except OSError as error:
        raise CatalogueError(
            f"cannot read the score: {error.strerror}", help="check the path", place=str(path)
        ) from None
    if content is None:
        raise CatalogueError(
            f"the score is over {LARGEST_BYTES // 2**20} MB",
            help="give the score of one song",
            place=str(path),
        )
    score = reader(content, title, str(path))
    if not any(score.lines.values()):
        raise CatalogueError(
            "there are no notes in the score", help="give another file", place=str(path)
        )
    return score


def write_score(score: Score, path: Path) -> None:
    """Writes a score as JSON, MIDI, MusicXML or a picture (SVG), as the file's name ends.

    Raises:
        CatalogueError: the name ends otherwise, or the file cannot be written.
    """
    if path.suffix.lower() not in _writers():
        raise CatalogueError(
            f"`{path.name}` names no format of scores",
            help=f"let it end in {', '.join(_writers())}",
            place=str(path),
        )
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(score_bytes(score, path.suffix.lower()))
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CatalogueError(
            f"cannot write the score: {error.strerror}", help="check the folder", place=str(path)
        ) from None


def score_bytes(score: Score, suffix: str) -> bytes:
    """A score as a file that ends in `.json`, `.mid`, `.musicxml` or `.svg`."""
    return _writers()[suffix](score)


def _readers() -> Mapping[str, Callable[[bytes, str, str], Score]]:
    from clearmix.scores.midi import from_midi
    from clearmix.scores.musicxml_reading import from_musicxml

    return {
        ".mid": from_midi,
        ".midi": from_midi,
        ".musicxml": from_musicxml,
        ".xml": from_musicxml,
        ".mxl": from_musicxml,
        ".json": _from_json,
    }


def _writers() -> Mapping[str, Callable[[Score], bytes]]:
    from clearmix.scores.midi import as_midi
    from clearmix.scores.musicxml_writing import as_musicxml
    from clearmix.scores.roll import as_svg

    return {".mid": as_midi, ".musicxml": as_musicxml, ".svg": as_svg, ".json": _as_json}


def _from_json(content: bytes, title: str, place: str) -> Score:
    import json

    try:
        fields = json.loads(content)
    except ValueError as error:
        raise CatalogueError(
            f"not JSON: {error}", help="write it with `clearmix catalogue score`", place=place
        ) from None
    if not isinstance(fields, dict):
        raise CatalogueError("not a JSON object", help="give a score", place=place)
    return Score.from_json({"title": title, **fields, "origin": "score"}, place=place)


def _as_json(score: Score) -> bytes:
    import json

    return json.dumps(score.as_json(), indent=1, ensure_ascii=False).encode()
