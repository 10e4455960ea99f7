"""`clearmix catalogue`: adding, importing, listing and showing recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from clearmix.cli.output import Json, columns, progress_bar, show

if TYPE_CHECKING:
    from clearmix.catalogue import Recording
    from clearmix.contracts import Progress

app = typer.Typer(help="Recordings, works and their parties.", no_args_is_help=True)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A WAV, FLAC, Ogg, Opus, MP3 or M4A file.")],
    title: Annotated[str, typer.Option(help="Title of the recording.")],
    artist: Annotated[list[str], typer.Option(help="Featured artist; repeat for several.")],
    isrc: Annotated[str | None, typer.Option(help="ISRC, such as GB-ABC-26-00001.")] = None,
    label: Annotated[str | None, typer.Option(help="Label that released it.")] = None,
    work: Annotated[
        str | None,
        typer.Option(help="Composition: its id, ISWC or title; the original's, of a version."),
    ] = None,
    stems: Annotated[
        Path | None, typer.Option(help="Folder of files named after what plays, such as drums.wav.")
    ] = None,
    consent: Annotated[
        Literal["opt-in", "opt-out"] | None,
        typer.Option(help="What silence of the parties named here means; `opt-out` for new ones."),
    ] = None,
    lane: Annotated[
        Literal["original", "official", "producer"], typer.Option(help="Kind of release.")
    ] = "original",
    of: Annotated[
        str | None, typer.Option(help="For another lane: the recording it is a version of.")
    ] = None,
    attested_by: Annotated[
        str | None,
        typer.Option(help="For another lane: who of the original's rights-holders says so."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add one recording from a file and analyse it."""
    from clearmix.catalogue import NewRecording
    from clearmix.kernel import Kernel

    if (lane != "original") != (of is not None):
        raise typer.BadParameter("`--lane official` or `producer` and `--of ID` go together")
    if attested_by is not None and of is None:
        raise typer.BadParameter("`--attested-by` goes with `--lane` and `--of`")
    kernel = Kernel()
    new = NewRecording(
        title=title,
        artists=tuple(artist),
        isrc=isrc,
        label=label,
        work=work,
        stems=stems,
        consent=consent,
        lane=lane,
        version_of=of,
        attested_by=attested_by,
    )
    with progress_bar(quiet=as_json) as progress:
        added = kernel.catalogue.add(file, new, progress)
    lines = [_described(added.recording), *(f"  default: {said}" for said in added.defaults)]
    lines += [f"  note: {said}" for said in added.notes]
    show(
        {
            **added.recording.as_json(),
            "defaults": list(added.defaults),
            "notes": list(added.notes),
        },
        "\n".join(lines),
        as_json=as_json,
    )


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A catalogue document (JSON, format 1).")],
    as_json: Json = False,
) -> None:
    """Import parties, works, recordings, listeners, policies and rates from a document."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        imported = Kernel().import_catalogue(file, progress)
    counts = {
        "parties": imported.parties,
        "works": imported.works,
        "recordings": imported.recordings,
        "listeners": imported.listeners,
        "rate_cards": imported.rate_cards,
        "renders": imported.renders,
    }
    named = [f"{count} {name.replace('_', ' ')}" for name, count in counts.items()]
    show(counts, ", ".join(named), as_json=as_json)


@app.command()
def separate(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Recordings; all without stems if none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take recordings apart into stems that are kept with them, marked as estimates."""
    from clearmix.kernel import Kernel

    catalogue = Kernel().catalogue
    apart = []
    with progress_bar(quiet=as_json) as progress:
        for name in ids or catalogue.without_stems():
            apart += [catalogue.separate(name, _named(progress, name))]
    lines = [f"{row.id}: {', '.join(sorted(row.stems))} (estimated)" for row in apart]
    show(
        {"recordings": [row.as_json() for row in apart]},
        "\n".join(lines) or "every recording has stems",
        as_json=as_json,
    )


@app.command()
def score(
    id: Annotated[str, typer.Argument(help="Id, ISRC or title.")],
    given: Annotated[
        Path | None,
        typer.Option("--from", help="Keep this MIDI, MusicXML or JSON file as the score."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write it: .musicxml, .mid, .svg (a piano roll) or .json.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Have it transcribed anew.")] = False,
    as_json: Json = False,
) -> None:
    """Show, correct or write the score that covers of a recording are played from."""
    from clearmix.kernel import Kernel
    from clearmix.scores import read_score, write_score

    catalogue = Kernel().catalogue
    row = catalogue.recording(id)
    if given is not None:
        catalogue.scores.keep(row.id, read_score(given, row.title))
    elif forget:
        catalogue.scores.forget(row.id)
    with progress_bar(quiet=as_json) as progress:
        found = catalogue.score(row.id, progress)
    if out is not None:
        write_score(found, out)
    lines = [
        f"{row.id}: {found.tempo_bpm:g} bpm, {found.key or 'no clear key'}, "
        f"{found.beats:g} beats, from {found.origin.replace('-', ' ')} ({found.transcriber})",
        *(f"  {name}: {len(line)} notes" for name, line in found.lines.items()),
        f"  chords: {' '.join(chord.name for chord in found.chords[:16])}",
        *(f"  note: {said}" for said in found.notes),
    ]
    show(found.as_json(), "\n".join(lines), as_json=as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List all recordings."""
    from clearmix.kernel import Kernel

    recordings = Kernel().catalogue.recordings()
    rows = [("id", "title", "artists", "length", "tempo", "key", "stems")]
    for row in recordings:
        tempo = f"{row.analysis.tempo_bpm:.1f}" if row.analysis.tempo_bpm else "-"
        rows.append(
            (
                row.id,
                row.title,
                ", ".join(row.artist_names),
                _clock(row.seconds),
                tempo,
                row.analysis.key or "-",
                str(len(row.stems)),
            )
        )
    text = columns(rows) if recordings else "no recordings yet: `clearmix catalogue add FILE ...`"
    show({"recordings": [row.as_json() for row in recordings]}, text, as_json=as_json)


@app.command("show")
def show_(
    id: Annotated[str, typer.Argument(help="Id, ISRC or title.")], as_json: Json = False
) -> None:
    """Show one recording with its rights and analysis."""
    from clearmix.catalogue.describing import described
    from clearmix.kernel import Kernel

    kernel = Kernel()
    row = kernel.catalogue.recording(id)
    work = kernel.catalogue.work(row.work) if row.work else None
    display, carried = kernel.catalogue.display(row), kernel.catalogue.carried_marks(row.id)
    value = described(kernel.catalogue, row)
    lines = [_described(row), f"  {display.badge}: {display.sentence}"]
    lines += [f"  its file carries the mark `{mark.labeler}`" for mark in carried]
    if row.stems:
        estimated = f", estimated by {row.stems_estimated_by}" if row.stems_estimated_by else ""
        lines.append(f"  stems: {', '.join(sorted(row.stems))}{estimated}")
    sides = [("recording", row.shares), ("composition", work.shares if work else ())]
    for side, shares in sides:
        whole = sum(share.parts for share in shares)
        lines += [
            f"  {side}: {share.party} ({share.role}) {share.parts}/{whole}" for share in shares
        ]
    if row.analysis.given:
        stated = ", ".join(name.replace("_", " ") for name in row.analysis.given)
        lines.append(f"  stated by the catalogue: {stated}")
    lines += [f"  analysis: {said}" for said in row.analysis.notes]
    show(value, "\n".join(lines), as_json=as_json)


def _named(progress: Progress, name: str) -> Progress:
    return lambda fraction, said: progress(fraction, f"{name}: {said}")


def _described(row: Recording) -> str:
    tempo = row.analysis.tempo_bpm
    sound = f"{tempo:.1f} bpm" if tempo else "no steady beat"
    artists = ", ".join(row.artist_names)
    return (
        f"{row.id}: {row.title} by {artists}, {_clock(row.seconds)}, {sound}, "
        f"{row.analysis.key or 'no clear key'}"
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
