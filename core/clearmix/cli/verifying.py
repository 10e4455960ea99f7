"""`clearmix verify`: every mark of a file, or of each file in a folder, read back and weighed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clearmix.cli.output import Json, columns, progress_bar, show
from clearmix.errors import AudioError, ClearmixError

if TYPE_CHECKING:
    from clearmix.kernel import Kernel
    from clearmix.verification import Verification

SOUNDS = frozenset(
    {
        ".3g2", ".3ga", ".3gp", ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".alac", ".amr", ".ape",
        ".au", ".avi", ".caf", ".dts", ".eac3", ".flac", ".flv", ".m4a", ".m4b", ".m4r", ".m4v",
        ".mka", ".mkv", ".mov", ".mp2", ".mp3", ".mp4", ".mpc", ".mpg", ".oga", ".ogg", ".ogv",
        ".opus", ".ra", ".snd", ".spx", ".tta", ".ts", ".w64", ".wav", ".wave", ".weba", ".webm",
        ".wma", ".wmv", ".wv",
    }
)  # fmt: skip
"""Names that are taken for sound in a folder; a file named by itself may be called anything."""

MANIFESTS = frozenset({".c2pa"})
"""What stands beside a sound and is read with it."""


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(verify)


def verify(
    file: Annotated[Path, typer.Argument(help="Any audio file, or a folder of them.")],
    as_json: Json = False,
) -> None:
    """Read every mark of a file back: is it AI-made here, from what, how sure.

    Each layer is read by itself: the watermark, the tags, the signed manifest. What they name is
    looked up in the registry, and the sound is compared with that render's: a mark that was copied
    onto other sound is reported as such. An excerpt of 10 s is enough.

    Of a folder, every file in it and below that is named like sound or video is read, and the
    others are counted. Exit code 1 says that one could not be read.
    """
    from clearmix.kernel import Kernel

    kernel = Kernel()
    if file.is_dir():
        _verify_folder(kernel, file, as_json=as_json)
        return
    found = kernel.verify(file)
    heard = [line for id in found.listenings if (line := _listening(kernel, id))]
    show(found.as_json(), "\n".join([verification_text(found), *heard]), as_json=as_json)


def _listening(kernel: Kernel, id: str) -> str:
    """Who was listening to the stream that a sound was taken from; the operator may know."""
    row = kernel.delivery.listening(id)
    return f"  taken from a stream of `{row.listener}`, opened {row.opened_at:%Y-%m-%d %H:%M} UTC"


def verification_text(found: Verification) -> str:
    """A verification for people: the statement, a line for each mark, the licence."""
    rows = [
        (
            mark.labeler,
            found.standing(mark),
            f"{mark.confidence:.2f}" if mark.reading else "",
            mark.problem,
        )
        for mark in found.marks
    ]
    lines = [found.statement, columns([(f"  {row[0]}", *row[1:]) for row in rows])]
    entry = found.entry
    if entry is not None:
        lines.append(f"  “{entry.render.label}”")
        for source in entry.sources:
            by = f" by {', '.join(source.artists)}" if source.artists else ""
            code = f", ISRC {source.isrc}" if source.isrc else ""
            lines.append(f"  made from “{source.title}”{by}{code}")
        if entry.licence:
            licence = entry.licence
            rules = ", ".join(f"{rule['policy']}/{rule['rule']}" for rule in licence.rules)
            lines.append(f"  licence: decision {licence.decision}, {licence.outcome}, by {rules}")
            lines.append(f"  decision hash {licence.decision_hash}")
    return "\n".join(lines)


def _verify_folder(kernel: Kernel, folder: Path, *, as_json: bool) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    paths = [path for path in files if path.suffix.lower() in SOUNDS]
    others = Counter(
        path.suffix.lower() for path in files if path.suffix.lower() not in SOUNDS | MANIFESTS
    )
    skipped = _skipped(others)
    if not paths:
        raise AudioError(
            f"no audio file in `{folder}`{f': {skipped}' if skipped else ''}",
            help="name one file, or a folder that holds some",
        )
    rows: list[dict[str, Any]] = []
    lines: list[tuple[str, ...]] = []
    with progress_bar(quiet=as_json) as progress:
        for done, path in enumerate(paths):
            name = str(path.relative_to(folder))
            progress(done / len(paths), f"{name} ({done + 1} of {len(paths)})")
            try:
                found = kernel.verify(path)
                rows.append({"file": name, **found.as_json()})
                lines.append((name, found.verdict, found.render_id or "", *_sure(found)))
            except ClearmixError as error:
                fault = {"error": error.message, "help": error.help}
                rows.append({"file": name, "verdict": "unreadable", **fault})
                lines.append((name, "unreadable", error.message, "", ""))
    counts = Counter(row["verdict"] for row in rows)
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    show(
        {"files": rows, "summary": dict(counts), "skipped": dict(others)},
        f"{columns(lines)}\n{len(rows)} files: {summary}{f'; {skipped}' if skipped else ''}",
        as_json=as_json,
    )
    if counts["unreadable"]:
        raise typer.Exit(1)


def _sure(found: Verification) -> tuple[str, str]:
    """How sure a verdict is, and the marks that were found, each as it stands to the verdict."""
    standings = [(mark.labeler, found.standing(mark)) for mark in found.marks]
    marks = ", ".join(
        name if standing == "agrees" else f"{name} {standing}"
        for name, standing in standings
        if standing != "not found"
    )
    return f"{found.confidence:.2f}" if found.confidence else "", marks


def _skipped(others: Counter[str]) -> str:
    """How many files were not tried, and what they are called; nothing where there were none."""
    kinds = ", ".join(
        f"{count} {kind or 'without a suffix'}" for kind, count in others.most_common()
    )
    return f"{others.total()} skipped, not named like sound ({kinds})" if others else ""
