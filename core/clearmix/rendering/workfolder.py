"""The work folder of one job: sound between two steps, kept under the hash of its samples.

Steps hand each other keys, never audio. A key that is not here any more (another machine took the
job over, or the folder was cleaned) raises `WorkLost`, and the job starts again from its generator.
"""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from clearmix.audio import Audio
from clearmix.errors import RenderError, StorageError

RATE = 44100
CHANNELS = 2
BYTES_PER_FRAME = CHANNELS * 4
"""Sound in a work folder is raw float32, little-endian, channels interleaved."""

WHOLE = (".m4a", ".mp4", ".c2pa")
"""Suffixes of files that are more than samples; everything else in a work folder is raw."""


_JOB_ID = re.compile(r"[0-9a-f]{16}")


class WorkLost(RenderError):  # noqa: N818  # it is news for the workflow, not a failure
    """Something that an earlier step made is not on this machine."""


class WorkFolder:
    """The scratch files of a job, on local disk."""

    def __init__(self, root: Path, job_id: str) -> None:
        self.path = root / job_id

    def make(self) -> Path:
        """The folder, made when it is missing."""
        with on_this_disk(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        return self.path

    def scratch(self, suffix: str) -> Path:
        """A path that nothing else uses, not even an earlier run of the same step."""
        return self.make() / f"{uuid.uuid4().hex}{suffix}"

    def keep(self, audio: Audio, stage: str) -> str:
        """The key of a sound, written whole or not at all."""
        partial = self.scratch(".part")
        frames = np.ascontiguousarray(audio.samples.T, dtype="<f4")
        try:
            with on_this_disk(self.path):
                partial.write_bytes(frames.data)
                return self.adopt(partial, stage)
        finally:
            partial.unlink(missing_ok=True)

    def adopt(self, path: Path, stage: str) -> str:
        """The key of a file in this folder, which is renamed to it."""
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        key = f"{stage}-{digest}{path.suffix if path.suffix in WHOLE else '.f32'}"
        path.replace(self.path / key)
        return key

    def file(self, key: str) -> Path:
        """The file of a key; raises WorkLost when it is not here."""
        path = self.path / key
        if not path.is_file():
            raise WorkLost(f"`{key}` is not in the work folder", help="render again")
        return path

    def audio(self, key: str) -> Audio:
        """The sound of a key; raises WorkLost when it is not here."""
        return read_samples(self.file(key))

    def remove(self) -> None:
        """Takes the folder away with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def digest_of(key: str) -> str:
    """The SHA-256 in a key: of the samples as float32, little-endian, channels interleaved."""
    return key.partition("-")[2].partition(".")[0]


def read_samples(path: Path, *, start_frame: int = 0, frames: int = -1) -> Audio:
    """A stretch of a raw file, to its end by default."""
    count = frames * CHANNELS if frames >= 0 else -1
    flat = np.fromfile(path, dtype="<f4", count=count, offset=start_frame * BYTES_PER_FRAME)
    whole = flat[: flat.size // CHANNELS * CHANNELS].reshape(-1, CHANNELS)
    return Audio(np.ascontiguousarray(whole.T, dtype=np.float32), RATE)


def clean_stale(root: Path, unfinished: Collection[str]) -> None:
    """Removes work folders of jobs that have ended; folders of other rooms stay."""
    if root.is_dir():
        for folder in root.iterdir():
            if _JOB_ID.fullmatch(folder.name) and folder.name not in unfinished:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def on_this_disk(path: Path) -> Iterator[None]:
    """Turns what the operating system refuses into a StorageError that names the disk."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error


def disk_error(error: Exception, path: Path) -> StorageError:
    """What a person reads when a file could not be written."""
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    return StorageError(
        "the disk is full" if full else f"could not write the file: {error}",
        help="free some disk space or move CLEARMIX_HOME, then try again",
        place=str(path),
    )
