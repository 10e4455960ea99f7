"""The labeler `audiowmark`: Stefan Westerfeld's watermark, by calling his program.

audiowmark is a program under the GPL, version 3 or later; no Python package of it exists. It runs
as a process of its own and is not part of this product. The labeler is there where the program is:
named by `AUDIOWMARK`, or found on the search path.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from clearmix import Audio, Disclosure, Reading, Settings, joined
from clearmix.audio import read_wav, write_wav
from clearmix.errors import MarkError
from clearmix_marks.keys import existing_key, key_made_once

VARIABLE: Final = "AUDIOWMARK"

CONFIDENCE: Final = 1 - 2.0**-56
"""One minus the bound on false readings: the program offers at most some dozens of candidates a
file, fewer than 256, and each fits a 64-bit check by chance with probability 2^-64."""

RENDER: Final = b"check"
STREAM: Final = b"stream"
"""What an id in the mark is of; the check tells them apart."""

NO_STREAMS: Final = "hls support is not available"
"""What a program says that was built without FFmpeg's libraries, as Debian's is."""

SECONDS_A_CALL: Final = 600.0

SOURCES: Final = "https://github.com/swesterfeld/audiowmark"

_ANYWHERE: Final = f"build it from its sources, {SOURCES}"

_BY_SYSTEM: Final = {
    "debian": "Debian has it from forky, its testing, on: apt-get install audiowmark",
    "old debian": (
        "Debian has no package of it before forky, its testing: unpack that package and its "
        f"libraries into a folder of their own, or {_ANYWHERE}"
    ),
    "darwin": (
        f"on macOS {_ANYWHERE}; misc/macbuild.sh there does it with the libraries of Homebrew"
    ),
    "windows": (
        f"on Windows build it from its sources, {SOURCES}, with Cygwin, as "
        "docs/win-x64-build-guide.txt there says"
    ),
}

_NEW_DEBIAN: Final = 14
"""Debian's forky, the first release with the package; testing and sid say no number."""


def how_to_get_it(system: str | None = None, release: Mapping[str, str] | None = None) -> str:
    """How to install the program on this system, or on that of a name and an os-release file.

    >>> how_to_get_it("Linux", {"ID": "fedora"})[:70]
    'install audiowmark (build it from its sources, https://github.com/swes'
    """
    system = (system or platform.system()).casefold()
    if system == "linux":
        said = _os_release() if release is None else release
        number = said.get("VERSION_ID", "").partition(".")[0]
        system = said.get("ID", "")
        if system == "debian" and number.isdigit() and int(number) < _NEW_DEBIAN:
            system = "old debian"
    how = _BY_SYSTEM.get(system, _ANYWHERE)
    return f"install audiowmark ({how}), or name the program with {VARIABLE}"


def _os_release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def program(environ: Mapping[str, str] = os.environ) -> str | None:
    """The path of the program, or None where it is neither named nor installed.

    Raises:
        MarkError: `AUDIOWMARK` names something that cannot be run.
    """
    named = environ.get(VARIABLE)
    if not named:
        return shutil.which("audiowmark")
    found = shutil.which(named)
    if found is None:
        raise MarkError(f"`{named}` cannot be run", help=how_to_get_it(), place=VARIABLE)
    return found


class Audiowmark:
    """128 bits: the render id, and 64 more that only the key's holder can make."""

    id = "audiowmark"
    version = "1"
    layer: Literal["signal"] = "signal"

    def __init__(self, settings: Settings, program: str) -> None:
        self._keys = settings.keys
        self._program = program

    def has_key(self) -> bool:
        """Whether the key is there, made at the first mark."""
        return existing_key(self._keys) is not None

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterable[Audio]:
        """The same frames, marked, in one block: the program works on whole files.

        Raises:
            MarkError: the render id is not 16 hexadecimal digits, or the program fails.
        """
        key = key_made_once(self._keys)
        message = _message(disclosure.render_id, key)
        audio = joined(blocks)
        with tempfile.TemporaryDirectory(prefix="audiowmark-") as name:
            folder = Path(name)
            write_wav(folder / "in.wav", audio)
            self._run("add", folder, key, "in.wav", "out.wav", message)
            marked = read_wav(folder / "out.wav")
        yield marked

    def read(self, audio: Audio) -> Reading | None:
        """The render id whose check fits, or None.

        The program prints what its decoder finds on unmarked sound too: only the check tells.

        Raises:
            MarkError: the key cannot be read, or the program fails.
        """
        key = existing_key(self._keys)
        if key is None or audio.frames == 0:
            return None
        with tempfile.TemporaryDirectory(prefix="audiowmark-") as name:
            folder = Path(name)
            write_wav(folder / "in.wav", audio)
            self._run("get", folder, key, "--json", "found.json", "in.wav")
            found = _matches(folder / "found.json")
        for match in found:
            fields = {
                name: str(value) for name, value in match.items() if name in ("quality", "speed")
            }
            bits = str(match.get("bits", ""))
            number = bits[:16]
            if len(bits) != 32:
                continue
            if hmac.compare_digest(bits, _message(number, key)):
                return Reading(self.id, number, CONFIDENCE, fields)
            if hmac.compare_digest(bits, _message(number, key, STREAM)):
                return Reading(self.id, None, CONFIDENCE, {"stream_id": number, **fields})
        return None

    def prepare_stream(self, segments: Path, target: Path, playlist: str, master: Path) -> None:
        """Prepares a folder of HLS segments so that each can be marked by itself, for a listener.

        Args:
            segments: folder with the playlist and its MPEG-TS segments (AAC).
            target: folder for the prepared ones, to be kept on the service: not for listeners.
            playlist: name of the playlist in the folder.
            master: the sound from which the segments were made, as WAV.

        Raises:
            MarkError: the program has no HLS mode, or cannot read the segments.
        """
        places = [str(place.absolute()) for place in (segments, target)]
        with tempfile.TemporaryDirectory(prefix="audiowmark-") as name:
            self._run("hls-prepare", Path(name), None, *places, playlist, str(master.absolute()))

    def mark_segment(self, segment: Path, target: Path, stream_id: str) -> None:
        """Writes a prepared segment with the id of one listener's stream in it.

        The id is 16 hexadecimal digits, drawn for the stream: who listened stays in the service's
        own books. A segment of 10 s takes half a second of processor time.

        Raises:
            MarkError: the id is no such number, or the segment was not prepared.
        """
        key = key_made_once(self._keys)
        message = _message(stream_id, key, STREAM)
        places = [str(place.absolute()) for place in (segment, target)]
        with tempfile.TemporaryDirectory(prefix="audiowmark-") as name:
            self._run("hls-add", Path(name), key, *places, message)

    def _run(self, command: str, folder: Path, key: bytes | None, *arguments: str) -> None:
        options = ["--quiet"]
        if key is not None:
            (folder / "key").write_text(f'key {_program_key(key).hex()}\nname "clearmix"\n')
            options += ["--key", "key"]
        try:
            done = subprocess.run(
                [self._program, command, *options, *arguments],
                cwd=folder, capture_output=True, text=True, timeout=SECONDS_A_CALL, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MarkError(
                f"audiowmark could not be run: {error}",
                help=how_to_get_it(),
                place=self._program,
            ) from error
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            if NO_STREAMS in last:
                raise MarkError(
                    "this build of audiowmark cannot mark HLS segments",
                    help="build audiowmark with FFmpeg's libraries: ./configure --with-ffmpeg",
                    place=self._program,
                )
            raise MarkError(
                f"audiowmark ended with exit code {done.returncode}: {last[:200]}",
                help="check that the sound is at least a second long, and update the program",
                place=self._program,
            )


def _program_key(key: bytes) -> bytes:
    """The program's own 128-bit key, derived so that one secret has to be kept."""
    return hmac.new(key, b"audiowmark/1 key", hashlib.sha256).digest()[:16]


def _message(id: str, key: bytes, kind: bytes = RENDER) -> str:
    """32 hexadecimal digits: the id of a render or of a stream, and its check under the key."""
    try:
        number = bytes.fromhex(id) if len(id) == 16 else b""
    except ValueError:
        number = b""
    if len(number) != 8:
        raise MarkError(
            f"a {'render' if kind == RENDER else 'stream'} id of `{id}`",
            help="give 16 hexadecimal digits",
            place="disclosure.render_id" if kind == RENDER else "stream_id",
        )
    check = hmac.new(key, b"audiowmark/1 " + kind + number, hashlib.sha256).digest()[:8]
    return (number + check).hex()


def _matches(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    matches = found.get("matches", []) if isinstance(found, dict) else []
    return [match for match in matches if isinstance(match, dict)]
