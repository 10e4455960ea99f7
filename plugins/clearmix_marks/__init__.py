"""Marks of AI-made sound: the watermark `clearmix-mark`, the file labelers `tags` and `c2pa`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Labeler, Settings


@hookimpl
def provide_labelers(settings: Settings) -> Iterable[Labeler]:
    """The watermark, the tags and the signed manifest; no key is made before the first mark."""
    from clearmix_marks.content_credentials import ContentCredentials
    from clearmix_marks.tags import Tags
    from clearmix_marks.watermark import ClearmixMark

    return [ClearmixMark(settings), Tags(settings), ContentCredentials(settings)]
