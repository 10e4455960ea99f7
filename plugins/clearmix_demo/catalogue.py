"""The example catalogue as a folder: audio that is rendered once, and the import document.

Songs are rendered by processes of their own, as many as there are processors. Every file is moved
into place when it is whole, and a list of all files with their sizes is written last: what is not
on the list, or has another size, is made again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from clearmix import ClearmixError, Progress

NEEDED_BYTES = 700 * 2**20
"""Free space that rendering the catalogue takes, with something to spare."""


OCTOBER = "plays-2026-10.parquet"
EARLIER = "plays-2026-summer.parquet"

RENDER_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Arrays of whole songs come and go: glibc keeps their pages instead of mapping them anew.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
    "MALLOC_TOP_PAD_": str(64 * 2**20),
}
"""Variables of the rendering processes: each uses one processor, as there is one for each."""


class DemoCatalogue:
    """Eleven songs, the people behind them, their policies, a month of plays, and a summer's."""

    id = "demo"
    version = "1"

    def prepare(self, folder: Path, progress: Progress) -> Path:
        """The path of the folder's `catalogue.json`; renders what is not there yet.

        Raises:
            ClearmixError: the disk is full, or a song could not be rendered.
        """
        from clearmix_demo.score import SONG_IDS

        document = folder / "catalogue.json"
        digest = sources_digest()
        kept = _kept(folder, digest)
        missing = [id for id in SONG_IDS if id not in kept]
        if not missing and document.is_file() and "catalogue" in kept:
            progress(1.0, "the example catalogue is ready")
            return document
        folder.mkdir(parents=True, exist_ok=True)
        if missing and shutil.disk_usage(folder).free < NEEDED_BYTES:
            raise ClearmixError(
                "not enough disk space for the example catalogue",
                help=f"free {NEEDED_BYTES // 2**20} MB or move CLEARMIX_HOME",
                place=str(folder),
            )
        for id, written in _rendered(missing, folder, progress):
            kept[id] = written
            _keep(folder, digest, kept)
        kept["catalogue"] = write_document(folder)
        _keep(folder, digest, kept)
        progress(1.0, "the example catalogue is ready")
        return document


def sources_digest() -> str:
    """SHA-256 over everything that the catalogue is made from: scores, people, instruments."""
    digest = sha256(DemoCatalogue.version.encode())
    for package in ("clearmix_demo", "clearmix_sound.instruments"):
        for name, row in sorted(_texts(files(package))):
            digest.update(f"{package}/{name}\0".encode())
            digest.update(row.read_bytes())
    return digest.hexdigest()


def _texts(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for row in folder.iterdir():
        if row.is_dir() and not row.name.startswith("__"):
            yield from _texts(row, f"{prefix}{row.name}/")
        elif row.name.endswith((".py", ".toml", ".rights")):
            yield prefix + row.name, row


def _kept(folder: Path, digest: str) -> dict[str, list[str]]:
    """The files of each song that is whole and was made from the same sources."""
    try:
        listed = json.loads((folder / "files.json").read_text(encoding="utf-8"))
        if listed["digest"] != digest:
            return {}
        return {
            name: list(sizes)
            for name, sizes in listed["files"].items()
            if all(_size(folder / path) == size for path, size in sizes.items())
        }
    except (OSError, ValueError, KeyError, AttributeError):
        return {}


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _keep(folder: Path, digest: str, kept: dict[str, list[str]]) -> None:
    listed = {
        "digest": digest,
        "files": {
            name: {path: (folder / path).stat().st_size for path in paths}
            for name, paths in sorted(kept.items())
        },
    }
    _write_text(folder / "files.json", json.dumps(listed, indent=1))


def _rendered(ids: list[str], folder: Path, progress: Progress) -> Iterator[tuple[str, list[str]]]:
    """Renders songs side by side; yields each with its files as it is finished."""
    from clearmix_demo.score import read_song

    if not ids:
        return
    progress(0.0, f"rendering {len(ids)} songs, once")
    # The longest first, so that no processor is left with a long song at the end.
    queue = deque(sorted(ids, key=lambda song: -read_song(song).seconds))
    finished: SimpleQueue[tuple[str, list[str]] | ClearmixError] = SimpleQueue()
    workers = [
        Thread(target=_work, args=(queue, folder, finished), daemon=True)
        for _ in range(min(len(ids), os.cpu_count() or 1))
    ]
    for worker in workers:
        worker.start()
    try:
        for done in range(1, len(ids) + 1):
            news = finished.get()
            if isinstance(news, ClearmixError):
                raise news
            progress(0.97 * done / len(ids), f"rendered {read_song(news[0]).title}")
            yield news
    finally:
        queue.clear()
        for worker in workers:
            worker.join()


def _work(
    queue: deque[str],
    folder: Path,
    finished: SimpleQueue[tuple[str, list[str]] | ClearmixError],
) -> None:
    """Hands songs to one process, one after the other, until there are none left."""
    with subprocess.Popen(
        [sys.executable, "-m", "clearmix_demo.render_songs", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **RENDER_ENVIRONMENT},
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101  # pipes
        assert process.stderr is not None  # noqa: S101
        while queue:
            id = queue.popleft()
            try:
                process.stdin.write(id + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except OSError:
                answer = ""
            if not answer:
                last = (process.stderr.read().strip().splitlines() or ["its process ended"])[-1]
                finished.put(
                    ClearmixError(
                        f"`{id}` could not be rendered: {last}",
                        help="free some disk space and memory, then run the command again",
                        place=str(folder),
                    )
                )
                return
            finished.put((id, [str(path) for path in json.loads(answer)]))
        process.stdin.close()


def write_document(folder: Path) -> list[str]:
    """Writes policies, plays and `catalogue.json`; returns their paths under the folder."""
    from clearmix_demo import people
    from clearmix_demo.earlier import summer
    from clearmix_demo.plays import october, write_plays

    recordings = [_with_music(row) for row in people.recordings()]
    listeners = people.listeners()
    seconds = {row["id"]: row["analysis"]["beats"][-1] for row in recordings}
    month = october(
        seconds,
        listeners,
        {row["id"]: row["title"] for row in recordings},
    )
    written = []
    (folder / "policies").mkdir(exist_ok=True)
    for name in people.policy_names():
        _write_text(folder / "policies" / name, people.policy_text(name))
        written.append(f"policies/{name}")
    logs = {EARLIER: summer(seconds, month), OCTOBER: month.plays}
    for name, plays in logs.items():
        partial = folder / f".plays.{os.getpid()}.part"
        write_plays(partial, plays)
        partial.replace(folder / name)
    document = {
        "format": 1,
        "parties": people.parties(),
        "works": people.works(),
        "recordings": recordings,
        "listeners": listeners,
        "logins": people.logins(),
        "consents": people.consents(),
        "policies": list(written),
        "plays": OCTOBER,
        "earlier_plays": [EARLIER],
        "rates": {**people.rates(), "subscribers": month.subscribers},
        "renders": month.renders,
    }
    _write_text(folder / "catalogue.json", json.dumps(document, indent=1, ensure_ascii=False))
    return [*written, *logs, "catalogue.json"]


def _with_music(row: dict[str, Any]) -> dict[str, Any]:
    from clearmix_demo.rendering import song_paths
    from clearmix_demo.score import read_song

    song = read_song(row["id"])
    return {**row, "title": song.title, **song_paths(song), "analysis": song.analysis()}


def _write_text(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
