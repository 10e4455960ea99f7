"""What commands print: one JSON object on stdout, or text; progress and errors on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from clearmix.errors import StorageError

if TYPE_CHECKING:
    from clearmix.contracts import Progress

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")
]
"""The option that every command has."""


def show(value: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """Prints the value as JSON, or the text for people."""
    said = json.dumps(value, ensure_ascii=False, indent=2) if as_json else text
    typer.echo(said, file=_answers[-1] if _answers else None)


_answers: list[TextIO] = []
"""Where answers go while everything else that is printed goes to standard error."""


@contextmanager
def only_answers_on_stdout() -> Iterator[None]:
    """Keeps standard output for `show`: a program reads it.

    A plugin may print, write to the descriptor, or start a program that does: all of it goes to
    standard error.
    """
    stdout = sys.stdout
    stdout.flush()
    kept = os.dup(1)
    real = stdout is sys.__stdout__
    answers = os.fdopen(os.dup(kept), "w", encoding=stdout.encoding) if real else stdout
    _answers.append(answers)
    with suppress(OSError):  # standard error may be closed
        os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
        answers.flush()
    finally:
        _answers.pop()
        if real:
            with suppress(BrokenPipeError):
                answers.close()
        os.dup2(kept, 1)
        os.close(kept)


@contextmanager
def answering() -> Iterator[None]:
    """Lets a tool print its own answer where `show` prints."""
    with redirect_stdout(_answers[-1]) if _answers else nullcontext():
        yield


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    r"""Rows as text with aligned columns.

    >>> columns([("id", "title"), ("1", "Greensleeves")])
    'id  title\n1   Greensleeves'
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "\n".join(lines)


def write(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all.

    Raises:
        StorageError: the folder is missing, or the disk refuses.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"cannot write the file: {error.strerror}",
            help="give a file in a folder that exists and may be written",
            place=str(path),
        ) from error


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Progress]:
    """A progress that draws a bar on stderr when that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda fraction, message: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, message: bar.update(task, completed=fraction, description=message)
