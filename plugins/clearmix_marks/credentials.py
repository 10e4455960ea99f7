"""Who signs the C2PA manifests: the operator's certificate, or one for development.

A production certificate is named by `CLEARMIX_C2PA_CERTIFICATE` (its chain, leaf first, as PEM) and
`CLEARMIX_C2PA_KEY`; `CLEARMIX_C2PA_TIMESTAMP_URL` names a time-stamp authority (RFC 3161) and
`CLEARMIX_C2PA_ANCHORS` a file of root certificates that are trusted when files are verified.
Without them a development certificate is made once under `CLEARMIX_HOME/keys/c2pa`; other people's
verifiers say of it that nobody they trust has signed.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clearmix.errors import MarkError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, Name

DEVELOPMENT = "Clearmix development, not for production"
"""The signer's name in a development certificate."""

VALID_DAYS = 3650
"""Of a development certificate; files stay valid only as long as it, having no time stamp."""

CHAIN, KEY, ROOT = "chain.pem", "key.pem", "root.pem"


@dataclass(frozen=True)
class Credentials:
    """PEM texts: chain (leaf first), private key (ES256, PKCS 8), trusted roots."""

    chain: str
    key: str
    anchors: str
    timestamp_url: str | None = None


def credentials_are_set(environ: Mapping[str, str]) -> bool:
    """Whether the operator has named a certificate and its key."""
    return bool(environ.get("CLEARMIX_C2PA_CERTIFICATE") and environ.get("CLEARMIX_C2PA_KEY"))


def credentials(keys: Path, environ: Mapping[str, str] = os.environ) -> Credentials:
    """The operator's credentials if they are set, else those for development, made once.

    Raises:
        MarkError: a file that is named cannot be read, one of the two is missing, or the
            development certificate cannot be written.
    """
    chain, key = environ.get("CLEARMIX_C2PA_CERTIFICATE"), environ.get("CLEARMIX_C2PA_KEY")
    url = environ.get("CLEARMIX_C2PA_TIMESTAMP_URL") or None
    if not chain and not key:
        made = keys / "c2pa"
        if not (made / CHAIN).is_file():
            _make(made)
        return Credentials(
            _text(made / CHAIN), _text(made / KEY), trusted_anchors(keys, environ), url
        )
    for name, value in (("CLEARMIX_C2PA_CERTIFICATE", chain), ("CLEARMIX_C2PA_KEY", key)):
        if not value:
            raise MarkError(
                f"{name} is not set, and the other half of the signer is",
                help="set both, to the PEM files of the certificate chain and of its key",
                place=name,
            )
    return Credentials(
        _text(Path(str(chain))), _text(Path(str(key))), trusted_anchors(keys, environ), url
    )


@dataclass(frozen=True)
class OwnSigner:
    """Tells this service's signatures from those of others under one authority.

    `anchor` is the topmost certificate of the operator's chain, as PEM; `serial` the number that
    its authority gave the leaf, and gives to no other.
    """

    anchor: str
    serial: str


def own_signer(environ: Mapping[str, str] = os.environ) -> OwnSigner | None:
    """How to know what the operator's certificate has signed; None for the one of development.

    That one's root is this service's own, and so among the trusted anchors.

    Raises:
        MarkError: the certificate cannot be read.
    """
    named = environ.get("CLEARMIX_C2PA_CERTIFICATE")
    if not named:
        return None
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        chain = x509.load_pem_x509_certificates(_text(Path(named)).encode())
    except ValueError as error:
        raise MarkError(
            f"the C2PA certificate cannot be read: {error}",
            help="name the PEM file of the chain, leaf first",
            place=named,
        ) from error
    top = chain[-1].public_bytes(Encoding.PEM).decode()
    return OwnSigner(top, str(chain[0].serial_number))


def trusted_anchors(keys: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Root certificates that are trusted here, as PEM: those set, and the development root."""
    texts = [_text(keys / "c2pa" / ROOT)] if (keys / "c2pa" / ROOT).is_file() else []
    named = environ.get("CLEARMIX_C2PA_ANCHORS")
    if named:
        texts.append(_text(Path(named)))
    return "\n".join(texts)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise MarkError(
            f"the C2PA credentials cannot be read: {error}",
            help="name PEM files that this user may read",
            place=str(path),
        ) from error


def _make(folder: Path) -> None:
    """Writes a root and a leaf under it; of two processes at once, one pair stays."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _root(root_key)
    leaf = _leaf(leaf_key, root, root_key)
    pem = serialization.Encoding.PEM
    files = {
        CHAIN: leaf.public_bytes(pem) + root.public_bytes(pem),
        KEY: leaf_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        ROOT: root.public_bytes(pem),
    }
    partial = folder.with_name(f".c2pa.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        partial.mkdir(mode=0o700, parents=True)
        for name, content in files.items():
            handle = os.open(partial / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        try:
            partial.rename(folder)  # fails when another process has put a filled folder there
        except OSError:
            if not (folder / CHAIN).is_file():
                raise
    except OSError as error:
        raise MarkError(
            f"the C2PA certificate for development cannot be written: {error.strerror}",
            help="make the folder writable or move CLEARMIX_HOME",
            place=str(folder),
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _name(common_name: str) -> Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT),
        ]
    )


def _root(key: EllipticCurvePrivateKey) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    name, now = _name("Clearmix development root"), datetime.now(UTC)
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: EllipticCurvePrivateKey, root: Certificate, root_key: EllipticCurvePrivateKey
) -> Certificate:
    """A signer as C2PA wants it: no CA, digitalSignature, emailProtection, issuer's key named."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    name, now = _name("Clearmix development signer"), datetime.now(UTC)
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    return (
        x509.CertificateBuilder(root.subject, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer, critical=False)
        .add_extension(purpose, critical=False)
        .sign(root_key, hashes.SHA256())
    )
