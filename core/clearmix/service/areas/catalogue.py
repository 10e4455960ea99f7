"""The catalogue: reading it, adding a recording, importing a document with its files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from clearmix.catalogue import NewRecording
from clearmix.catalogue.describing import described
from clearmix.catalogue.models import Lane
from clearmix.errors import CatalogueError
from clearmix.service.callers import Listening, Operating, Rooms
from clearmix.service.once import ONCE, Once
from clearmix.service.pages import Page, Paged, page
from clearmix.service.shown import DisplayShown
from clearmix.service.threads import slow
from clearmix.service.uploads import keep, keep_stems, unpacked

router = APIRouter(tags=["catalogue"], route_class=Once)

Text = Annotated[str | None, Form(max_length=300)]


class RecordingShown(BaseModel):
    """A recording of the catalogue."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["open-road"])
    isrc: str | None
    title: str = Field(examples=["Open Road"])
    artists: list[str]
    seconds: float
    tempo_bpm: float | None
    key: str | None = Field(examples=["A minor"])
    stems: list[str]
    display: DisplayShown


@router.get("/api/recordings", response_model=Page[RecordingShown])
def recordings(caller: Listening, kernel: Rooms, paging: Paged) -> dict[str, Any]:
    """All recordings by title."""
    found = kernel.catalogue.recordings()
    part = page(found, paging, id_of=lambda row: row.id, shown=lambda row: row)
    displays = kernel.catalogue.displays(part["items"])
    shown = [row.as_json() | {"display": displays[row.id].as_json()} for row in part["items"]]
    return part | {"items": shown}


@router.get("/api/recordings/{name}", response_model=RecordingShown)
def recording(name: str, caller: Listening, kernel: Rooms) -> dict[str, Any]:
    """One recording by its id, ISRC or title, with its analysis.

    Who holds which share is shown to whoever speaks for a party that holds one.
    """
    row = kernel.catalogue.recording(name)
    said = described(kernel.catalogue, row)
    work = said["work"] or {"shares": []}
    if not any(caller.acts_for(share["party"]) for share in [*said["shares"], *work["shares"]]):
        for side in (said, work):
            side.pop("shares")
    return said


@router.post("/api/recordings", status_code=201, dependencies=ONCE, response_model=RecordingShown)
@slow
def add(
    caller: Operating,
    kernel: Rooms,
    file: Annotated[UploadFile, File(description="a WAV, FLAC, Ogg, Opus, MP3 or M4A file")],
    title: Annotated[str, Form(min_length=1, max_length=300, examples=["Open Road"])],
    artist: Annotated[list[str], Form(min_length=1, description="once for each artist")],
    stems: Annotated[
        list[UploadFile] | None, File(description="one file for each part, as `drums.wav`")
    ] = None,
    isrc: Text = None,
    label: Text = None,
    work: Annotated[
        str | None, Form(max_length=300, description="id, ISWC or title of the composition")
    ] = None,
    consent: Annotated[
        Literal["opt-in", "opt-out"] | None, Form(description="what silence of its parties means")
    ] = None,
    lane: Annotated[Lane, Form()] = "original",
    of: Annotated[
        str | None, Form(max_length=300, description="in another lane: what it is a version of")
    ] = None,
    attested_by: Annotated[
        str | None, Form(max_length=300, description="in another lane: whose word it is on")
    ] = None,
) -> dict[str, Any]:
    """Adds one recording from a file and analyses it; `defaults` say what was taken for granted."""
    if (lane != "original") != (of is not None) or (attested_by is not None and of is None):
        raise CatalogueError(
            "a version needs `lane` and `of`", help="give both, or neither", place="lane"
        )
    with TemporaryDirectory(prefix="clearmix-add-") as name:
        folder = Path(name)
        new = NewRecording(
            title=title,
            artists=tuple(artist),
            isrc=isrc,
            label=label,
            work=work,
            stems=keep_stems(stems, folder / "stems") if stems else None,
            consent=consent,
            lane=lane,
            version_of=of,
            attested_by=attested_by,
        )
        added = kernel.catalogue.add(keep(file, folder, "recording"), new)
    said = {"defaults": list(added.defaults), "notes": list(added.notes)}
    display = kernel.catalogue.display(added.recording).as_json()
    return added.recording.as_json() | {"display": display} | said


@router.post("/api/catalogue/imports", dependencies=ONCE)
@slow
def import_(
    caller: Operating,
    kernel: Rooms,
    file: Annotated[
        UploadFile,
        File(description="a ZIP archive with `catalogue.json` at its top and the files beside it"),
    ],
) -> dict[str, int]:
    """Imports a catalogue document with its files, whole or not at all.

    A document names files beside it or below; no addresses, and nothing else on this machine.
    """
    with TemporaryDirectory(prefix="clearmix-import-") as name:
        folder = Path(name) / "document"
        folder.mkdir()
        document = unpacked(keep(file, Path(name), "upload"), folder)
        return vars(kernel.import_catalogue(document))
