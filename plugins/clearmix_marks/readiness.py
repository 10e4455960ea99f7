"""What `clearmix doctor` says of the marks: the signer, and the program audiowmark."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from clearmix import Finding, Settings
from clearmix.errors import MarkError
from clearmix_marks.audiowmark import how_to_get_it, program
from clearmix_marks.credentials import credentials_are_set


def findings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """The findings; nothing is made and no program is run."""
    if credentials_are_set(environ):
        yield Finding("c2pa", True, f"signed with {environ['CLEARMIX_C2PA_CERTIFICATE']}")
    else:
        yield Finding(
            "c2pa",
            True,
            "signed with a certificate for development, which nobody else trusts",
            "set CLEARMIX_C2PA_CERTIFICATE and CLEARMIX_C2PA_KEY for a service",
        )
    try:
        found = program(environ)
    except MarkError as error:
        yield Finding("audiowmark", False, error.message, error.help)
        return
    if found:
        yield Finding("audiowmark", True, found)
    else:
        yield Finding("audiowmark", True, "not installed; it is optional", how_to_get_it())
