"""Sessions: a published render in parts, for whoever may take it out of the house.

Taking it out is a use of its own, `export`, so it is decided anew, when the session is asked for
and again before it is handed over.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix.contracts import Disclosure, Generator, Labeler, Progress, WritesSessions
from clearmix.contracts.generators import FindsGenerators
from clearmix.errors import RenderError
from clearmix.rendering.crediting import named_credits
from clearmix.rendering.disclosing import disclosure, label_of
from clearmix.rendering.generating import Generating
from clearmix.rendering.known_sounds import KnownSounds
from clearmix.rendering.leaving import SOUND, Leaving
from clearmix.rendering.marking import Marks
from clearmix.rendering.models import Render, Session, SessionFile
from clearmix.rendering.workfolder import WorkFolder, on_this_disk
from clearmix.settings import Settings

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.clearance import Clearance, Cleared

ABOUT = "session.json"
"""The file in which a session says what it is."""

STALE_SECONDS = 24 * 3600.0
"""Age at which unmarked sound in the house belongs to no session that is still made."""

_MADE = 0.5
"""Share of the whole that the generator takes; the rest is marking and reading back."""


@dataclass(frozen=True)
class HandedOver:
    """The answer to a request for a session: the decision, and the session if it is permitted."""

    cleared: Cleared
    session: Session | None


class Sessions:
    """Decides on, makes, marks and hands over sessions."""

    def __init__(
        self,
        settings: Settings,
        *,
        clearance: Clearance,
        catalogue: Catalogue,
        generator: FindsGenerators,
        labelers: Callable[[], Mapping[str, Labeler]],
        sounds: KnownSounds,
    ) -> None:
        self._settings = settings
        self._clearance = clearance
        self._catalogue = catalogue
        self._generator = generator
        self._labelers = labelers
        self._sounds = sounds

    def hand_over(
        self,
        render: Render,
        plan: Mapping[str, Any] | None,
        out: Path,
        listener_id: str,
        progress: Progress,
    ) -> HandedOver:
        """The decision on taking the render out, and its session in `out` if that is permitted.

        Raises:
            RenderError: the generator writes no sessions, the render has no plan, or the folder is
                there already.
            GeneratorError, MarkError, StorageError: it could not be made; `out` holds none of it.
        """
        cleared = self._decide(render, listener_id)
        if not cleared.decision.permitted:
            return HandedOver(cleared, None)
        generator = self._able(render)
        if not plan:
            raise RenderError(f"no plan of render `{render.id}` is kept", help="make it anew")
        target = out / render.id
        _require_free(target)
        said = self._disclosure(render, cleared, generator)
        duties = cleared.decision.duties
        marks = Marks(self._labelers(), duties)
        with self._scratch(render) as scratch:
            names = Generating(self._settings, WorkFolder(scratch, "log"), generator.id).session(
                plan,
                self._catalogue.heard_by(generator, cleared.spec.sources, progress),
                scratch / "made",
                lambda done, words: progress(_MADE * done, words),
            )
            with on_this_disk(scratch):
                files, notes = Leaving(
                    generator.id,
                    marks,
                    said,
                    longest_ms=duties.max_length_ms,
                    scratch=scratch / "ready",
                ).ready(
                    scratch / "made",
                    names,
                    lambda done, words: progress(_MADE + (1 - _MADE) * done, words),
                )
            # INVARIANT: a consent that was withdrawn while the session was made stops it here.
            again = self._decide(render, listener_id)
            if not again.decision.permitted:
                return HandedOver(again, None)
            # A stem is part of the render: it is registered before anybody has it.
            sounds = {file.name: path for file, path in files.items() if path.suffix == SOUND}
            self._sounds.keep(render.id, sounds)
            session = Session(target, tuple(sorted(files, key=lambda one: one.name)), notes)
            about = {
                "render": asdict(marks.disclosed(said)),
                "decision": cleared.number,
                "credits": list(said.credits),
                "files": [asdict(file) for file in session.files],
                "notes": list(notes),
            }
            _place(files, about, target)
        progress(1.0, "session written")
        return HandedOver(cleared, session)

    def _able(self, render: Render) -> Generator:
        """The generator of the render; raises RenderError when it writes no sessions."""
        generator = self._generator(render.generator)
        if not isinstance(generator, WritesSessions):
            raise RenderError(
                f"generator `{render.generator}` writes no sessions",
                help="make the remix with a generator that does, such as `studio`",
            )
        return generator

    @contextmanager
    def _scratch(self, render: Render) -> Iterator[Path]:
        """A folder in the house, for what is not marked yet; it is gone at the end."""
        root = self._settings.home / "sessions"
        with on_this_disk(root):
            root.mkdir(parents=True, exist_ok=True)
            for left in root.iterdir():  # by a process that was killed
                if time.time() - left.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(dir=root, prefix=f"{render.id}-"))
            for name in ("made", "ready"):
                (folder / name).mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _decide(self, render: Render, listener_id: str) -> Cleared:
        return self._clearance.decide(
            render.spec.merged({"use": "export"}), listener_id, generator=render.generator
        )

    def _disclosure(self, render: Render, cleared: Cleared, generator: Generator) -> Disclosure:
        recordings = self._clearance.recordings(cleared.spec.sources)
        duties = cleared.decision.duties
        return disclosure(
            render_id=render.id,
            spec=render.spec,
            recordings=recordings,
            label=label_of(render.spec, recordings, duties.labels, self._settings.service),
            generator=generator,
            decision_hash=cleared.decision.hash,
            settings=self._settings,
            created_at=render.created_at,
            credits=named_credits(self._catalogue, recordings, duties.credits),
            stems_of_a_model=self._catalogue.stems_of_a_model(recordings),
        )


def _place(files: Mapping[SessionFile, Path], about: Mapping[str, Any], target: Path) -> None:
    """Puts the files and what is said of them into a new folder, whole or not at all."""
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with on_this_disk(target.parent):
            partial.mkdir(parents=True)
            for file, path in files.items():
                place = partial / file.name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
            text = json.dumps(about, indent=1, ensure_ascii=False)
            (partial / ABOUT).write_text(text, encoding="utf-8")
            _require_free(target)
            partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _require_free(target: Path) -> None:
    if target.exists():
        raise RenderError(
            f"there is something at `{target}` already",
            help="move it away, or give another folder with --out",
            place=str(target),
        )
