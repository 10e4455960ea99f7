"""The labeler `c2pa`: a signed manifest, in the file where it can hold one, else beside it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from clearmix import Disclosure, Reading, Settings
from clearmix.errors import MarkError
from clearmix_marks.manifest import LICENCE, manifest

if TYPE_CHECKING:
    from clearmix_marks.credentials import Credentials

EMBEDDED: Final = {
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "audio/mp4",
    ".flac": "audio/flac",
}
"""MIME types of the containers that hold a manifest; of any other file it stands beside it."""

DETACHED: Final = "application/octet-stream"
"""Under this type the library signs any bytes whole, without embedding."""

SIDECAR_SUFFIX: Final = ".c2pa"

CONFIDENCE: Final = {"Trusted": 0.99, "Valid": 0.7, "Invalid": 0.0}
"""By validation state: signed by a root that is trusted here; signed by somebody and unchanged;
changed since it was signed, or copied from another file."""


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
        from clearmix_marks.credentials import credentials

        signer = credentials(self._keys)
        suffix = path.suffix.lower()
        target = path if suffix in EMBEDDED else sidecar(path)
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            if suffix in EMBEDDED:
                _sign(path, partial, manifest(disclosure, EMBEDDED[suffix]), signer)
            else:
                partial.write_bytes(_signed_apart(path, manifest(disclosure, DETACHED), signer))
            partial.replace(target)
        except OSError as error:
            raise MarkError(
                f"the signed file cannot be written: {error.strerror}",
                help="check that its disk has space",
                place=str(path),
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return path

    def read(self, path: Path) -> Reading | None:
        """What the manifest says and whether it still holds; None when there is none of ours.

        A manifest that does not fit its bytes has confidence 0 and names no render.
        """
        from clearmix_marks.credentials import trusted_anchors

        found = _manifests(path, trusted_anchors(self._keys))
        active = found.get("manifests", {}).get(found.get("active_manifest", ""), {})
        said = next(
            (one["data"] for one in active.get("assertions", ()) if one["label"] == LICENCE), None
        )
        if said is None:
            return None
        state = str(found.get("validation_state", "Invalid"))
        confidence = CONFIDENCE.get(state, 0.0)
        signature = active.get("signature_info", {})
        fields = {
            "state": state,
            "signed_by": str(signature.get("issuer", "")),
            "signed_at": str(signature.get("time", "")),
            "label": str(said.get("label", "")),
            "rights_decision": str(said.get("rights_decision", "")),
            "source_titles": "; ".join(map(str, said.get("source_titles", ()))),
            "source_isrcs": "; ".join(map(str, said.get("source_isrcs", ()))),
            "problems": "; ".join(_problems(found)),
        }
        render_id = str(said.get("render_id", "")) if confidence else None
        told = {name: value for name, value in fields.items() if value}
        return Reading(self.id, render_id or None, confidence, told)


def sidecar(path: Path) -> Path:
    """Where the manifest of a file lies that cannot hold one: `song.ogg.c2pa`."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def _sign(path: Path, target: Path, said: dict[str, Any], credentials: Credentials) -> None:
    import c2pa

    with _told(path):
        builder = c2pa.Builder(said)
        with path.open("rb") as source, target.open("w+b") as made:
            builder.sign(_signer(credentials), str(said["format"]), source, made)


def _signed_apart(path: Path, said: dict[str, Any], credentials: Credentials) -> bytes:
    import c2pa

    with _told(path):
        builder = c2pa.Builder(said)
        builder.set_no_embed()
        with path.open("rb") as source:
            return bytes(builder.sign(_signer(credentials), DETACHED, source, io.BytesIO()))


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


def _manifests(path: Path, anchors: str) -> dict[str, Any]:
    """What the library reads from a file or from what lies beside it; {} when there is nothing."""
    import c2pa

    suffix = path.suffix.lower()
    beside = sidecar(path)
    trust = {"trust": {"user_anchors": anchors}, "verify": {"verify_trust": True}}
    context = c2pa.Context(settings=c2pa.Settings.from_dict(trust)) if anchors else None
    try:
        with path.open("rb") as file:
            if beside.is_file():
                reader = c2pa.Reader(DETACHED, file, beside.read_bytes(), context)
            elif suffix in EMBEDDED:
                reader = c2pa.Reader(EMBEDDED[suffix], file, context=context)
            else:
                return {}
            found: dict[str, Any] = json.loads(reader.json())
    except c2pa.C2paError:  # no manifest, or none that can be read
        return {}
    return found


def _problems(found: dict[str, Any]) -> list[str]:
    active = found.get("validation_results", {}).get("activeManifest", {})
    return [str(one.get("explanation") or one.get("code")) for one in active.get("failure", ())]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns the library's errors into one that names the file."""
    import c2pa

    try:
        yield
    except c2pa.C2paError as error:
        raise MarkError(
            f"the C2PA manifest cannot be signed: {error}",
            help="check the certificate, its key and the time-stamp authority's address",
            place=str(path),
        ) from error
