"""The labeler `tags`: what the file says of itself, in words that players and shops show."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, Literal

from clearmix import Disclosure, Reading, Settings
from clearmix.errors import MarkError
from clearmix_marks.wording import (
    OWN_NAMES,
    RENDER_ID,
    common_tags,
    disclosures_of_others,
    own_tags,
)

CONFIDENCE: Final = 0.5
"""Of every reading: a tag is what somebody wrote, and anybody can write one."""

_RENDER_ID = re.compile(r"[0-9a-f]{16}")


class Tags:
    """Writes ID3, Vorbis comments, MP4 atoms or RIFF INFO around the unchanged sound."""

    id = "tags"
    version = "1"
    layer: Literal["file"] = "file"

    def __init__(self, settings: Settings) -> None:
        self._service = settings.service

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        """The same path, now with tags; a reader finds the old file or the new, never a part.

        Raises:
            MarkError: the render id is not 16 hexadecimal digits, or the file cannot be read, holds
                no tags, or cannot be written.
        """
        from av.error import FFmpegError

        from clearmix_marks.containers import write_tags

        if not _RENDER_ID.fullmatch(disclosure.render_id):
            raise MarkError(
                f"a render id of `{disclosure.render_id}`",
                help="give 16 hexadecimal digits",
                place="disclosure.render_id",
            )
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            write_tags(path, partial, common_tags(disclosure), own_tags(disclosure))
            partial.replace(path)
        except (FFmpegError, OSError) as error:
            raise MarkError(
                f"the tags cannot be written: {error.strerror}",
                help="check that the file is sound, and that its disk has space",
                place=str(path),
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return path

    def read(self, path: Path) -> Reading | None:
        """What the tags say, or None when they neither name a render nor disclose AI.

        A disclosure that another service wrote is read too, and names no render.
        """
        from clearmix_marks.containers import read_tags

        tags = read_tags(path)
        render_id = tags.get(RENDER_ID, "").strip().lower()
        if not _RENDER_ID.fullmatch(render_id):
            said = disclosures_of_others(tags)
            return Reading(self.id, None, CONFIDENCE, said) if said else None
        fields = {name: value for name, value in tags.items() if name in OWN_NAMES}
        return Reading(self.id, render_id, CONFIDENCE, fields)
