"""The steps of a render, each a function from keys to keys that may run more than once.

The workflow (`workflow.py`) gives them their order and their durability; here is what they do.
Every step says how far it is, and stops when the listener has cancelled.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from clearmix.audio import Audio, read_audio
from clearmix.contracts import Analyzer, Disclosure, Labeler, Source
from clearmix.contracts.generators import FindsGenerators
from clearmix.errors import ClearanceError, ClearmixError, RenderError
from clearmix.fingerprints import fingerprint
from clearmix.observing import bound, span
from clearmix.rendering.crediting import named_credits
from clearmix.rendering.disclosing import disclosure, label_of
from clearmix.rendering.encoding import FRAME_SAMPLES, encode_within_figures, within_length
from clearmix.rendering.generating import Generating
from clearmix.rendering.handing_on import EncodedFile, MasteredSound, Plan, Verified
from clearmix.rendering.jobs import Cancelled, Jobs
from clearmix.rendering.marking import Marks
from clearmix.rendering.mastering import (
    CEILING_DBTP,
    TARGET_LUFS,
    TOLERANCE_LU,
    master,
    shortfall,
)
from clearmix.rendering.metering import measure
from clearmix.rendering.previewing import KEPT, Preview, Previews
from clearmix.rendering.publishing import Publication, Publisher
from clearmix.rendering.renditions import as_json, from_json, renditions_of
from clearmix.rendering.reporting import report_in
from clearmix.rendering.spare import Spare
from clearmix.rendering.tempo import measured_tempo
from clearmix.rendering.workfolder import WorkFolder, digest_of
from clearmix.settings import Settings
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix_rules import Duties

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue, Recording
    from clearmix.clearance import Clearance, Cleared

log = logging.getLogger("clearmix.rendering")

_SHARES = {
    "decide": (0.0, 0.02),
    "generate": (0.02, 0.70),
    "master": (0.70, 0.78),
    "mark": (0.78, 0.84),
    "encode": (0.84, 0.93),
    "verify": (0.93, 0.96),
    "stream": (0.96, 0.99),
    "publish": (0.99, 1.0),
}
"""Which stretch of the whole each step takes, by what it costs on a song of three minutes."""

Result = TypeVar("Result")

TELL_SECONDS = 0.2
"""How often a generator's progress is written down."""

RAISED_PEAKS = "the encoder raises its peaks, and they are kept below the ceiling"
"""Why a file may be quieter than the sound that was mastered."""


class Steps:
    """The steps, with the rooms that they need."""

    def __init__(
        self,
        settings: Settings,
        jobs: Jobs,
        publisher: Publisher,
        previews: Previews,
        *,
        clearance: Clearance,
        catalogue: Catalogue,
        generator: FindsGenerators,
        labelers: Callable[[], Mapping[str, Labeler]],
        analyzer: Callable[[], Analyzer] | None,
    ) -> None:
        self._settings = settings
        self._jobs = jobs
        self._publisher = publisher
        self._previews = previews
        self._clearance = clearance
        self._catalogue = catalogue
        self._generator = generator
        self._labelers = labelers
        self._analyzer = analyzer
        self.spare = Spare(settings)
        self.running: set[str] = set()
        """Jobs that this process is working on; kept by the workflow."""

    def run(self, step: Callable[..., Result], job_id: str, *arguments: object) -> Result:
        """What one of these steps gives; it is timed, and all that it logs names the job."""
        name, began = step.__name__, time.monotonic()
        with bound(job=job_id, step=name), span(name, job_id):
            made = step(job_id, *arguments)
            self._jobs.count_step(name, time.monotonic() - began)
        return made

    def decide(self, job_id: str) -> Plan:
        """The plan of a job whose spec is permitted now, whatever was true when it was queued."""
        self._begin(job_id, "decide", "checking the rights")
        self._previews.remove_ended(utc_now() - KEPT)
        row = self._jobs.row(job_id)
        cleared = self._permitted(RemixSpec.from_json(row.spec), row.listener, row.generator)
        Marks(self._labelers(), cleared.decision.duties)
        return Plan(
            render_id=secrets.token_hex(8),
            created_at=utc_now().isoformat(),
            spec=cleared.spec.as_json(),
            decision=cleared.number,
            decision_hash=cleared.decision.hash,
            duties=cleared.decision.duties.as_json(),
        )

    def generate(self, job_id: str, plan: Plan) -> str:
        """The key of what the generator made."""
        self._begin(job_id, "generate", "reading the recording")
        row = self._jobs.row(job_id)
        spec = RemixSpec.from_json(plan.spec)
        told = 0.0

        def progress(fraction: float, message: str) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told >= TELL_SECONDS:
                told = now
                self._tell(job_id, "generate", fraction, message)

        generator = self._generator(row.generator)
        source = self._catalogue.heard_by(generator, spec.sources, progress)
        folder = self._folder(job_id)
        preview = Preview(
            self._previews,
            folder,
            job_id,
            self._marks(plan),
            self._disclosure(job_id, plan),
            source_lufs=source.first.analysis.loudness_lufs,
            longest_ms=Duties.from_json(plan.duties).max_length_ms,
        ).start()
        try:
            return Generating(self._settings, folder, row.generator, self.spare).run(
                spec,
                source,
                progress,
                stop=lambda: self._jobs.require_wanted(job_id),
                plan=row.plan,
                heard=preview.take,
            )
        finally:
            preview.finish()
            self.spare.prepare(row.generator)  # of all guesses, the next listener's is this one

    def master(self, job_id: str, plan: Plan, generated: str) -> MasteredSound:
        """The generated sound within its length, at its loudness, under its ceiling."""
        self._begin(job_id, "master", "mastering")
        folder = self._folder(job_id)
        longest_ms = Duties.from_json(plan.duties).max_length_ms
        structure = RemixSpec.from_json(plan.spec).structure
        asked_seconds = structure.seconds if structure else None
        made = master(within_length(folder.audio(generated), longest_ms, asked_seconds))
        return MasteredSound(
            folder.keep(made.audio, "mastered"),
            made.lufs,
            made.gain_db,
            made.limiting_db,
            made.notes,
        )

    def mark(self, job_id: str, plan: Plan, mastered: MasteredSound) -> str:
        """The key of the sound with every watermark."""
        self._begin(job_id, "mark", "adding the watermark")
        folder = self._folder(job_id)
        marked = self._marks(plan).mark_sound(
            folder.audio(mastered.key), self._disclosure(job_id, plan)
        )
        return folder.keep(marked, "marked")

    def encode(self, job_id: str, plan: Plan, mastered: MasteredSound, marked: str) -> EncodedFile:
        """The encoded file with every mark of the file."""
        self._begin(job_id, "encode", "encoding")
        folder = self._folder(job_id)
        loud_lufs = min(mastered.lufs, TARGET_LUFS) if mastered.notes else TARGET_LUFS
        encoded = encode_within_figures(
            folder.audio(marked), folder.scratch(".m4a"), loud_lufs=loud_lufs
        )
        path = self._marks(plan).mark_file(encoded.path, self._disclosure(job_id, plan))
        return EncodedFile(folder.adopt(path, "encoded"), encoded.short)

    def verify(
        self, job_id: str, plan: Plan, mastered: MasteredSound, encoded: EncodedFile
    ) -> Verified:
        """What the encoded file is: measured whole, every mark read back.

        Raises:
            RenderError: the figures or the length are not what they must be.
            MarkError: a required mark cannot be read back.
        """
        self._begin(job_id, "verify", "checking loudness and marks")
        folder = self._folder(job_id)
        path = folder.file(encoded.key)
        audio = read_audio(path)
        measured = measure(audio)
        frames = folder.audio(mastered.key).frames
        _require_figures(measured.lufs, measured.true_peak_dbtp, encoded.short)
        if not 0 <= audio.frames - frames < FRAME_SAMPLES:
            raise RenderError(
                f"the encoded file has {audio.frames} samples where {frames} were made",
                help="ask again; tell the operator if it happens twice",
                place="verify",
            )
        marks, lost = self._marks(plan).read_back(path, audio, self._disclosure(job_id, plan))
        short = () if mastered.notes else shortfall(measured.lufs, RAISED_PEAKS)
        tempo, tempo_notes = self._tempo(RemixSpec.from_json(plan.spec), audio)
        said = report_in(folder)
        return Verified(
            measured={
                "lufs": round(measured.lufs, 3),
                "true_peak_dbtp": round(measured.true_peak_dbtp, 3),
                "seconds": audio.seconds,
                "gain_db": round(mastered.gain_db, 3),
                "limiting_db": round(mastered.limiting_db, 3),
                **tempo,
                **({"report": dict(said.measured)} if said.measured else {}),
            },
            marks=tuple(asdict(mark) for mark in marks),
            notes=(*mastered.notes, *short, *tempo_notes, *lost, *said.notes),
        )

    def stream(
        self, job_id: str, plan: Plan, marked: str, encoded: EncodedFile
    ) -> list[dict[str, Any]]:
        """The renditions that are streamed, the marks of each read back from its own bytes.

        AAC is the published file's own packets in segments; Opus is encoded from the marked sound.

        Raises:
            RenderError: the peaks of a rendition stay above the ceiling.
            MarkError: a required mark cannot be read back from a rendition.
        """
        self._begin(job_id, "stream", "preparing the stream")
        folder = self._folder(job_id)
        made = renditions_of(
            folder.file(encoded.key),
            folder.audio(marked),
            self._marks(plan),
            self._disclosure(job_id, plan),
            folder,
        )
        return [as_json(one) for one in made]

    def publish(
        self,
        job_id: str,
        plan: Plan,
        mastered: MasteredSound,
        encoded: EncodedFile,
        verified: Verified,
        streamed: list[dict[str, Any]],
    ) -> str:
        """The id of the render, published once however often this runs."""
        if self._publisher.published(job_id):
            return plan.render_id
        self._begin(job_id, "publish", "publishing")
        row = self._jobs.row(job_id)
        spec = RemixSpec.from_json(plan.spec)
        # INVARIANT: a consent that was withdrawn while the render was made stops it here.
        self._permitted(spec, row.listener, row.generator)
        said = self._disclosure(job_id, plan)
        path = self._folder(job_id).file(encoded.key)
        self._publisher.publish(
            Publication(
                job=job_id,
                render_id=plan.render_id,
                title=said.title,
                spec=spec,
                sources=tuple(one.id for one in self._recordings(spec)),
                listener=row.listener,
                generator=row.generator,
                generator_version=self._generator(row.generator).version,
                decision=plan.decision,
                decision_hash=plan.decision_hash,
                label=said.label,
                pcm_sha256=digest_of(mastered.key),
                measured=verified.measured,
                marks=verified.marks,
                duties={**plan.duties, "credits": list(said.credits)},
                notes=verified.notes,
                plan=report_in(self._folder(job_id)).plan,
                created_at=datetime.fromisoformat(plan.created_at),
                fingerprint=fingerprint(read_audio(path)),
                amends=row.amends,
            ),
            path,
            [from_json(one) for one in streamed],
            self._folder(job_id).file,
        )
        return plan.render_id

    def end(self, job_id: str, error: Exception | None) -> None:
        """Ends a job and takes its work folder away; a full disk has room for the reason then."""
        self._folder(job_id).remove()
        if error is not None:
            self._previews.remove(job_id)
        if error is None or isinstance(error, Cancelled):
            return
        if not isinstance(error, ClearmixError):
            log.error("job %s failed", job_id, exc_info=error)
            error = RenderError(
                f"the render failed: {type(error).__name__}: {error}",
                help="ask again; tell the operator if it happens twice",
            )
        self._jobs.fail(job_id, error)

    # --- what several steps need -----------------------------------------------------------------

    def _permitted(self, spec: RemixSpec, listener: str, generator: str) -> Cleared:
        cleared = self._clearance.decide(spec, listener, generator=generator)
        if not cleared.decision.permitted:
            raise ClearanceError(
                cleared.reasons or "this may not be made",
                help="nothing was made or charged; ask for something else",
                place=cleared.decision.outcome.value,
            )
        return cleared

    def _source(self, spec: RemixSpec) -> Source:
        return self._catalogue.source(spec.sources)

    def _recordings(self, spec: RemixSpec) -> tuple[Recording, ...]:
        return self._clearance.recordings(spec.sources)

    def _marks(self, plan: Plan) -> Marks:
        return Marks(self._labelers(), Duties.from_json(plan.duties))

    def _disclosure(self, job_id: str, plan: Plan) -> Disclosure:
        row = self._jobs.row(job_id)
        spec = RemixSpec.from_json(plan.spec)
        recordings = self._recordings(spec)
        duties = Duties.from_json(plan.duties)
        return disclosure(
            render_id=plan.render_id,
            spec=spec,
            recordings=recordings,
            label=label_of(spec, recordings, duties.labels, self._settings.service),
            generator=self._generator(row.generator),
            decision_hash=plan.decision_hash,
            settings=self._settings,
            created_at=datetime.fromisoformat(plan.created_at),
            credits=named_credits(self._catalogue, recordings, duties.credits),
            source_files=self._catalogue.source_files(spec.sources),
            stems_of_a_model=self._catalogue.stems_of_a_model(recordings),
        )

    def _tempo(self, spec: RemixSpec, audio: Audio) -> tuple[dict[str, float], tuple[str, ...]]:
        if spec.tempo is None or self._analyzer is None:
            return {}, ()
        return measured_tempo(spec, self._source(spec).first.analysis, audio, self._analyzer())

    def _begin(self, job_id: str, step: str, message: str) -> None:
        self._tell(job_id, step, 0.0, message)

    def _tell(self, job_id: str, step: str, fraction: float, message: str) -> None:
        start, end = _SHARES[step]
        self._jobs.tell(job_id, step, start + fraction * (end - start), message)

    def _folder(self, job_id: str) -> WorkFolder:
        return WorkFolder(self._settings.work, job_id)


def _require_figures(lufs: float, true_peak_dbtp: float, falls_short: bool) -> None:
    # INVARIANT: nothing leaves above -1 dBTP, or off -14 LUFS by over 0.1 LU but for a shortfall.
    low = float("-inf") if falls_short else TARGET_LUFS - TOLERANCE_LU
    if not low <= lufs <= TARGET_LUFS + TOLERANCE_LU or true_peak_dbtp > CEILING_DBTP:
        raise RenderError(
            f"the encoded file measures {lufs:.2f} LUFS and {true_peak_dbtp:.2f} dBTP",
            help="ask again; tell the operator if it happens twice",
            place="verify",
        )
