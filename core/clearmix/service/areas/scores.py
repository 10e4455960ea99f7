"""The score of a recording: everybody sees its notes; who may take it along is the work's side."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from clearmix.access import Caller
from clearmix.catalogue import Recording
from clearmix.contracts import Score
from clearmix.errors import AccessError, CatalogueError
from clearmix.kernel import Kernel
from clearmix.scores import read_score, score_bytes
from clearmix.service.callers import Listening, Operating, Rooms
from clearmix.service.once import Once
from clearmix.service.threads import slow
from clearmix.service.uploads import keep

router = APIRouter(tags=["scores"], route_class=Once)

Format = Literal["svg", "json", "musicxml", "mid"]

MEDIA_TYPES: dict[Format, str] = {
    "svg": "image/svg+xml",
    "json": "application/json",
    "musicxml": "application/vnd.recordare.musicxml+xml",
    "mid": "audio/midi",
}


class ScoreKept(BaseModel):
    """What was kept as the score of a recording."""

    model_config = ConfigDict(extra="forbid")

    recording: str
    tempo_bpm: float
    key: str | None
    beats: float
    notes: list[str]


def may_take(kernel: Kernel, caller: Caller, recording: Recording) -> bool:
    """Whether the caller may have a recording's score as a file.

    A file of notes is a copy of the composition: its own parties may have it, the operator, and
    everybody where the work is in the public domain.
    """
    work = kernel.catalogue.work(recording.work) if recording.work else None
    if work is None:
        return caller.may("operate")
    return work.public_domain or any(caller.acts_for(share.party) for share in work.shares)


@router.get(
    "/api/recordings/{name}/score",
    response_class=Response,
    responses={
        200: {"description": "The score.", "content": {one: {} for one in MEDIA_TYPES.values()}}
    },
)
@slow
def score(name: str, caller: Listening, kernel: Rooms, format: Format = "svg") -> Response:
    """The score that covers are played from: a picture of its notes, or a file to take along.

    A file is for the parties of the composition and the operator, and for everybody where the work
    is in the public domain. Where nothing is written down yet, only they have it transcribed.
    """
    recording = kernel.catalogue.recording(name)
    taken = may_take(kernel, caller, recording)
    if format != "svg" and not taken:
        raise AccessError(
            f"the score of `{recording.title}` is its writers' and publishers'",
            help="its notes are shown as a picture: `?format=svg`",
        )
    found = _score(kernel, recording, written_now=taken)
    return Response(
        score_bytes(found, f".{format}"),
        media_type=MEDIA_TYPES[format],
        headers={
            "Content-Disposition": f"{'inline' if format == 'svg' else 'attachment'}; "
            f'filename="{recording.id}.{format}"',
            "Cache-Control": "private, no-cache",
        },
    )


@router.put("/api/recordings/{name}/score", response_model=ScoreKept)
@slow
def correct(
    name: str,
    caller: Operating,
    kernel: Rooms,
    file: Annotated[UploadFile, File(description="MIDI, MusicXML (also `.mxl`) or JSON")],
) -> dict[str, Any]:
    """Keeps a file as the score of a recording, in the place of what was there."""
    recording = kernel.catalogue.recording(name)
    with TemporaryDirectory(prefix="clearmix-score-") as folder:
        try:
            given = read_score(keep(file, Path(folder), "score"), recording.title)
        except CatalogueError as error:
            raise CatalogueError(error.message, help=error.help, place="file") from None
    kernel.catalogue.scores.keep(recording.id, given)
    return {
        "recording": recording.id,
        "tempo_bpm": given.tempo_bpm,
        "key": given.key,
        "beats": given.beats,
        "notes": list(given.notes),
    }


@router.delete("/api/recordings/{name}/score", status_code=204)
def forget(name: str, caller: Operating, kernel: Rooms) -> None:
    """Takes the score away: the next cover has it transcribed anew."""
    kernel.catalogue.scores.forget(kernel.catalogue.recording(name).id)


def _score(kernel: Kernel, recording: Recording, *, written_now: bool) -> Score:
    kept = kernel.catalogue.scores.kept(recording.id)
    if kept is None and written_now:
        kept = kernel.catalogue.score(recording.id)
    if kept is None:
        raise CatalogueError(
            f"the score of `{recording.title}` is not written down yet",
            help="an idle worker does so, or the first cover",
        )
    return kept
