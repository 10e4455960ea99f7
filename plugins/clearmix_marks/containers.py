"""Tags in the containers of sound: copied around the packets, read back as one mapping."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from clearmix.audio import open_sound
from clearmix.errors import MarkError
from clearmix_marks.mp4_atoms import boxes_of_others, with_freeform_tags

_FORMATS: Final = {
    "mov,mp4,m4a,3gp,3g2,mj2": "ipod",
    "mp3": "mp3",
    "flac": "flac",
    "ogg": "ogg",
    "wav": "wav",
}
"""FFmpeg's name of what was read, and of the muxer that writes the same."""

_SUFFIXES: Final = "M4A, MP3, FLAC, Ogg, Opus or WAV"


def write_tags(
    path: Path, partial: Path, common: Mapping[str, str], own: Mapping[str, str]
) -> None:
    """Writes a copy of `path` with these tags to `partial`: the same packets, nothing re-encoded.

    Other tags of the file stay, and what other labelers wrote beside an M4A's sound. WAV has no
    tags of free names: there the own tags follow the comment, a line each.

    Raises:
        MarkError: the file is of a format that holds no tags, or has no sound.
        FFmpegError, OSError: the file cannot be read, or the copy not be written.
    """
    import av

    with open_sound(path) as source:
        muxer = _FORMATS.get(source.format.name)
        if muxer is None or not source.streams.audio:
            raise MarkError(
                f"a file of format `{source.format.name}` cannot hold tags",
                help=f"use {_SUFFIXES}",
                place=str(path),
            )
        template = source.streams.audio[0]
        if muxer == "ogg" and template.codec_context.name.endswith("opus"):
            muxer = "opus"
        options = {"movflags": "+faststart"} if muxer == "ipod" else {}
        with av.open(str(partial), "w", format=muxer, container_options=options) as target:
            stream = target.add_stream_from_template(template)
            # Ogg keeps its comments in the stream's own header packet, the others in the container.
            holder = stream.metadata if muxer in ("ogg", "opus") else target.metadata
            kept = {**source.metadata, **template.metadata}
            holder.update(_without_technical(kept))
            holder.update(common)
            if muxer == "wav":
                lines = [f"{name}={_one_line(value)}" for name, value in own.items()]
                holder["comment"] = "\n".join([common.get("comment", ""), *lines])
            elif muxer != "ipod":
                holder.update(own)
            for packet in source.demux(template):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
    if muxer == "ipod":
        tagged = with_freeform_tags(partial.read_bytes(), own, place=str(path))
        partial.write_bytes(tagged + boxes_of_others(path.read_bytes()))


def read_tags(path: Path) -> dict[str, str]:
    """All tags of a file, their names in upper case; none when it cannot be read as sound."""
    from av.error import FFmpegError

    try:
        with open_sound(path) as source:
            tags = dict(source.metadata)
            for stream in source.streams.audio[:1]:
                tags.update(stream.metadata)
    except (FFmpegError, OSError):
        return {}
    found = {name.upper(): value for name, value in tags.items()}
    for line in found.get("COMMENT", "").splitlines()[1:]:
        name, equals, value = line.partition("=")
        if equals:
            found.setdefault(name.upper(), value)
    return found


_TECHNICAL: Final = frozenset(
    {
        "ENCODER", "MAJOR_BRAND", "MINOR_VERSION", "COMPATIBLE_BRANDS", "LANGUAGE", "HANDLER_NAME",
        "VENDOR_ID", "CREATION_TIME",
    }
)  # fmt: skip
"""What a demuxer reports of the container itself; the muxer writes its own."""


def _without_technical(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if name.upper() not in _TECHNICAL}


def _one_line(value: str) -> str:
    return " ".join(value.split())
