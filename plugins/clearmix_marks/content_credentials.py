"""The labeler `c2pa`: a signed manifest, in the file where it can hold one, else beside it."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from clearmix import Disclosure, Reading, Settings
from clearmix.errors import MarkError
from clearmix_marks.manifest import ingredients, manifest

if TYPE_CHECKING:
    from clearmix_marks.credentials import Credentials

MP4: Final = "audio/mp4"

EMBEDDED: Final = {
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".m4a": MP4,
    ".mp4": MP4,
    ".flac": "audio/flac",
}
"""MIME types of the containers that hold a manifest; of any other file it stands beside it."""

DETACHED: Final = "application/octet-stream"
"""Under this type the library signs any bytes whole, without embedding."""

SIDECAR_SUFFIX: Final = ".c2pa"


_TIME_STAMP = re.compile(r"time.?stamp|http|connect", re.I)
"""What the library's errors say when an authority does not answer."""


class ContentCredentials:
    """Signs last: any change of the file after it makes the manifest invalid."""

    id = "c2pa"
    version = "1"
    layer: Literal["file"] = "file"
    seals: Literal[True] = True

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.keys

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        """The same path, now signed; a reader finds the old file or the new, never a part.

        Raises:
            MarkError: the credentials are not usable, the time-stamp authority does not answer, or
                the file cannot be written.
        """
        inside = path.suffix.lower() in EMBEDDED
        self._write(path, path if inside else sidecar(path), disclosure)
        return path

    def mark_apart(self, path: Path, disclosure: Disclosure) -> Path:
        """The path of the manifest beside the file, whatever the container could hold.

        Raises:
            MarkError: as of `mark`.
        """
        self._write(path, sidecar(path), disclosure)
        return sidecar(path)

    def _write(self, path: Path, target: Path, disclosure: Disclosure) -> None:
        from clearmix_marks.credentials import credentials

        signer = credentials(self._keys)
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with _told(path, signer):
                _sign(path, partial, disclosure, signer, apart=target != path)
            partial.replace(target)
        except OSError as error:
            raise MarkError(
                f"the signed file cannot be written: {error.strerror}",
                help="check that its disk has space",
                place=str(path),
            ) from error
        finally:
            partial.unlink(missing_ok=True)

    def read(self, path: Path) -> Reading | None:
        """What the manifest says and whether it still holds; None when there is none.

        One that does not fit its bytes has confidence 0 and names no render; one that another
        service signed names none either.
        """
        from clearmix_marks.credentials import own_signer, trusted_anchors
        from clearmix_marks.manifest_reading import reading_of

        found = _manifests(path, trusted_anchors(self._keys))
        own = own_signer() if found.get("validation_state") == "Valid" else None
        if own is not None:
            under_own = _manifests(path, own.anchor)
            if under_own.get("validation_state") == "Trusted" and _serial(under_own) == own.serial:
                found = under_own
        return reading_of(self.id, found) if found else None


def sidecar(path: Path) -> Path:
    """Where the manifest of a file lies that cannot hold one: `song.ogg.c2pa`."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def _sign(
    path: Path, target: Path, disclosure: Disclosure, credentials: Credentials, *, apart: bool
) -> None:
    """Writes the signed file, or the manifest alone.

    Of MP4 that manifest hashes the boxes (`c2pa.hash.bmff.v3`), as C2PA asks, else all bytes.
    """
    import c2pa

    format = EMBEDDED.get(path.suffix.lower(), DETACHED)
    if apart and format != MP4:  # the library leaves room in other formats that is not there
        format = DETACHED
    builder = c2pa.Builder(manifest(disclosure, format))
    for number, said in enumerate(ingredients(disclosure)):
        _add_ingredient(builder, said, [one.path for one in disclosure.source_files][number:][:1])
    with path.open("rb") as source:
        if apart:
            builder.set_no_embed()
            made_apart = builder.sign(_signer(credentials), format, source, io.BytesIO())
            target.write_bytes(bytes(made_apart))
        else:
            with target.open("w+b") as made:
                builder.sign(_signer(credentials), format, source, made)


def _add_ingredient(builder: Any, said: dict[str, str], paths: list[Path]) -> None:
    """Adds a source with the manifest that its own file carries, so that the chain stays whole."""
    import c2pa

    for path in paths:
        format = EMBEDDED.get(path.suffix.lower())
        if format is None or not path.is_file():
            continue
        with path.open("rb") as source, suppress(c2pa.C2paError):
            builder.add_ingredient({**said, "format": format}, format, source)
            return
    # Nothing is known but its name: no file, or one that the library cannot read.
    builder.add_ingredient(said, DETACHED, io.BytesIO(said["title"].encode()))


def _signer(credentials: Credentials) -> Any:
    import c2pa

    url = credentials.timestamp_url.encode() if credentials.timestamp_url else None
    return c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            alg=b"es256",
            sign_cert=credentials.chain.encode(),
            private_key=credentials.key.encode(),
            ta_url=url,
        )
    )


def _serial(store: dict[str, Any]) -> str:
    """The number of the certificate that signed the active manifest."""
    active = store.get("manifests", {}).get(str(store.get("active_manifest", "")), {})
    return str(active.get("signature_info", {}).get("cert_serial_number", ""))


def _manifests(path: Path, anchors: str) -> dict[str, Any]:
    """What the library reads from a file or from what lies beside it; {} when there is nothing."""
    import c2pa

    trust = {"trust": {"user_anchors": anchors}, "verify": {"verify_trust": True}}
    context = c2pa.Context(settings=c2pa.Settings.from_dict(trust)) if anchors else None
    with path.open("rb") as file:
        for format, manifest in _places(path):
            with suppress(c2pa.C2paError):  # no manifest there, or none that can be read
                found: dict[str, Any] = json.loads(
                    c2pa.Reader(format, file, manifest, context).json()
                )
                return found
    return {}


def _places(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """Where a manifest may be, as the library asks for it: beside the file, in it, or by its stem.

    The last is what other programs call it, and a stream: `aac.c2pa`, which may as well be of
    another file of that stem, and so of one that holds a manifest itself it is not asked.
    """
    beside, by_stem = sidecar(path), path.with_suffix(SIDECAR_SUFFIX)
    if beside.is_file():
        yield DETACHED, beside.read_bytes()
        return
    if format := EMBEDDED.get(path.suffix.lower()):
        yield format, None
    if by_stem.is_file():
        yield DETACHED, by_stem.read_bytes()


@contextmanager
def _told(path: Path, credentials: Credentials) -> Iterator[None]:
    """Turns the library's errors into one that names the file."""
    import c2pa

    try:
        yield
    except c2pa.C2paError as error:
        url = credentials.timestamp_url
        if url and _TIME_STAMP.search(str(error)):
            raise MarkError(
                f"the time-stamp authority `{url}` gave no time stamp: {error}",
                help="check CLEARMIX_C2PA_TIMESTAMP_URL and that it can be reached, or unset it",
                place=str(path),
            ) from error
        raise MarkError(
            f"the C2PA manifest cannot be signed: {error}",
            help="check the certificate chain, and that its key is a P-256 key",
            place=str(path),
        ) from error
