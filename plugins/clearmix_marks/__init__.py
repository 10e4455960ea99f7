"""Marks of AI-made sound: the watermark `clearmix-mark`, the file labelers `tags` and `c2pa`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Finding, Labeler, Settings


@hookimpl
def provide_labelers(settings: Settings) -> Iterable[Labeler]:
    """The watermark, the tags, the signed manifest, and audiowmark where its program is.

    No key is made before the first mark. A setting of audiowmark that is wrong comes last, so that
    it costs no other layer.
    """
    from clearmix_marks.audiowmark import Audiowmark, program
    from clearmix_marks.content_credentials import ContentCredentials
    from clearmix_marks.tags import Tags
    from clearmix_marks.watermark import ClearmixMark

    yield ClearmixMark(settings)
    yield Tags(settings)
    yield ContentCredentials(settings)
    if found := program():
        yield Audiowmark(settings, found)


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """Who signs manifests, and whether the program audiowmark is there."""
    from clearmix_marks.readiness import findings

    return findings(settings)
