"""Sound as a value: samples with their rate, read from any file, resampled, kept as WAV."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from clearmix.errors import AudioError, StorageError

if TYPE_CHECKING:
    from av import AudioFrame, Packet
    from av.container import InputContainer
    from av.error import FFmpegError

Samples = npt.NDArray[np.float32]

LONGEST_SECONDS = 20 * 60.0
"""Longest recording that is taken in: a song, not a programme or a whole concert."""

RATES_HZ = range(1_000, 384_001)
"""Sample rates that are taken in."""

MOST_CHANNELS = 16
"""Channels that are taken in: more than any release has, far fewer than a header can claim."""

MOST_SAMPLES = int(LONGEST_SECONDS) * 96_000 * 2
"""Samples of all channels together: the longest song in stereo at 96 kHz."""

NUMBERS = {"PCM_16": "int16", "PCM_24": "int32", "FLOAT": "float32"}
"""Numbers that a file may hold, and the type in which they are read and written exactly."""

SILENCE_PEAK = 10 ** (-70 / 20)
"""Peak below which a recording counts as silent (BS.1770-4's absolute gate is -70 LUFS)."""


CONTAINERS = "aac,aiff,asf,au,avi,caf,flac,flv,matroska,mov,mp3,mpegts,ogg,w64,wav,webm"
"""Names of the formats that FFmpeg may read: each holds its sound itself."""

_MPEG_SUFFIXES = frozenset({".mp1", ".mp2", ".mp3"})


@dataclass(frozen=True, eq=False)
class Audio:
    """Samples of shape (channels, frames), float32, nominal range -1..1, with their rate in hertz.

    >>> Audio.silence(seconds=0.5, rate=44100).samples.shape
    (2, 22050)
    """

    samples: Samples
    rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise AudioError(
                f"audio of shape {self.samples.shape} and type {self.samples.dtype}",
                help="give samples as float32 of shape (channels, frames)",
            )
        if self.rate <= 0:
            raise AudioError(f"a sample rate of {self.rate} Hz", help="give a rate above zero")

    @classmethod
    def silence(cls, *, seconds: float, rate: int, channels: int = 2) -> Audio:
        """Digital silence of that length."""
        return cls(np.zeros((channels, round(seconds * rate)), np.float32), rate)

    @property
    def channels(self) -> int:
        """How many channels."""
        return int(self.samples.shape[0])

    @property
    def frames(self) -> int:
        """How many samples in each channel."""
        return int(self.samples.shape[1])

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate

    def mono(self) -> Samples:
        """The mean of the channels, of shape (frames,)."""
        return np.asarray(self.samples.mean(axis=0), dtype=np.float32)

    def as_stereo(self) -> Audio:
        """The same sound in two channels: mono doubled, the front pair of anything wider."""
        if self.channels == 2:
            return self
        rows = np.repeat(self.samples, 2, axis=0) if self.channels == 1 else self.samples[:2]
        return Audio(np.ascontiguousarray(rows), self.rate)

    def resampled(self, rate: int) -> Audio:
        """The same sound at another rate (libsoxr, very high quality)."""
        if rate == self.rate:
            return self
        import soxr

        out = soxr.resample(np.ascontiguousarray(self.samples.T), self.rate, rate, quality="VHQ")
        return Audio(np.ascontiguousarray(out.T, dtype=np.float32), rate)

    def blocks(self, seconds: float = 1.0) -> Iterator[Audio]:
        """The sound in consecutive blocks of that length, the last one shorter."""
        step = max(1, round(seconds * self.rate))
        for start in range(0, self.frames, step):
            yield Audio(self.samples[:, start : start + step], self.rate)


def joined(blocks: Iterable[Audio]) -> Audio:
    """One sound from consecutive blocks; raises AudioError when there are none or they differ."""
    rows = list(blocks)
    if not rows:
        raise AudioError("no audio at all", help="a render must yield at least one block")
    first = rows[0]
    for block in rows:
        if block.rate != first.rate or block.channels != first.channels:
            raise AudioError(
                f"blocks of {first.channels} channels at {first.rate} Hz and of "
                f"{block.channels} channels at {block.rate} Hz in one sound",
                help="yield every block with one rate and one channel count",
            )
    return Audio(np.concatenate([block.samples for block in rows], axis=1), first.rate)


def open_sound(path: Path) -> InputContainer:
    """A file of sound, opened by FFmpeg's libraries; raises FFmpegError when it is none.

    INVARIANT: nothing but the file itself is read. Playlists and lists of files, which FFmpeg would
    follow to what lies beside them or elsewhere, are no sound.
    """
    import av

    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    return av.open(str(path), metadata_errors="ignore", options=options)


def read_audio(path: Path, *, longest_seconds: float = LONGEST_SECONDS) -> Audio:
    """The first audio stream of any file that FFmpeg's libraries (through PyAV) can decode.

    What they cannot open is tried with libsndfile: it reads some Ogg files that FFmpeg refuses.

    Raises:
        AudioError: the file is missing, empty, not audio, too long, or broken before its first
            decoded frame.
    """
    from av.error import FFmpegError

    place = str(path)
    if not path.is_file():
        raise AudioError(f"no file at `{path}`", help="check the path", place=place)
    if path.stat().st_size == 0:
        raise AudioError("the file is empty", help="export the recording again", place=place)
    try:
        audio = _by_ffmpeg(path, longest_seconds)
    except FFmpegError as error:
        other = _by_libsndfile(path, longest_seconds)
        if other is None:
            raise _unreadable(error, place) from error
        audio = other
    if audio.frames == 0 or audio.channels == 0:
        raise AudioError("no sound in this file", help="export the recording again", place=place)
    if not np.isfinite(audio.samples).all():
        raise AudioError(
            "samples that are not numbers", help="export the recording again", place=place
        )
    return audio


def _unreadable(error: FFmpegError, place: str) -> AudioError:
    """What keeps a file from being read, without the decoder's own words."""
    if isinstance(error, PermissionError):
        return AudioError(
            "no permission to read the file", help="let it be read, or copy it", place=place
        )
    return AudioError(
        "no sound that can be read",
        help="give a WAV, FLAC, Ogg, MP3 or M4A file; if it is one, it is damaged: export it again",
        place=place,
    )


def _by_ffmpeg(path: Path, longest_seconds: float) -> Audio:
    import av

    chunks: list[Samples] = []
    frames = 0
    with open_sound(path) as container:
        if not container.streams.audio:
            raise AudioError("no sound in this file", help="give an audio file", place=str(path))
        stream = container.streams.audio[0]
        rate = int(stream.codec_context.sample_rate)
        channels = int(stream.codec_context.channels)
        _require_format(rate, channels, path)
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=rate)
        for packet in container.demux(stream):
            for frame in _decoded(packet, started=bool(chunks)):
                for piece in resampler.resample(frame):
                    chunks.append(piece.to_ndarray().astype(np.float32, copy=False))
                    frames += chunks[-1].shape[1]
            _require_song(frames, channels, rate, longest_seconds, path)
    if not chunks:
        return Audio(np.zeros((channels, 0), np.float32), max(rate, 1))
    return Audio(np.concatenate(chunks, axis=1), rate)


def _by_libsndfile(path: Path, longest_seconds: float) -> Audio | None:
    """The sound of a file, or None when libsndfile cannot read it either."""
    import soundfile

    if _is_mpeg(path):
        return None
    try:
        said = soundfile.info(path)
        _require_format(said.samplerate, said.channels, path)
        _require_song(said.frames, said.channels, said.samplerate, longest_seconds, path)
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError:
        return None
    return Audio(np.ascontiguousarray(samples.T), int(rate))


def _is_mpeg(path: Path) -> bool:
    """Whether libsndfile would take a file for MPEG audio.

    What FFmpeg cannot read of that, libmpg123 cannot either, and it tells standard error so.
    """
    with path.open("rb") as file:
        first = file.read(3)
    sync = len(first) > 1 and first[0] == 0xFF and first[1] >= 0xE0
    return sync or first == b"ID3" or path.suffix.lower() in _MPEG_SUFFIXES


def _require_format(rate: int, channels: int, path: Path) -> None:
    """Raises AudioError for a sound whose header claims what no recording has.

    A few bytes can claim gigabytes: this is asked before anything is decoded.
    """
    if rate not in RATES_HZ or channels > MOST_CHANNELS:
        raise AudioError(
            f"a sound of {channels} channels at {rate} Hz",
            help=f"export it with at most {MOST_CHANNELS} channels, at 44100 Hz or 48000 Hz",
            place=str(path),
        )


def _require_song(
    frames: int, channels: int, rate: int, longest_seconds: float, path: Path
) -> None:
    if frames > longest_seconds * rate or frames * channels > MOST_SAMPLES:
        raise AudioError(
            f"longer than {longest_seconds / 60:.0f} minutes",
            help="cut it into songs, or cut out the part that matters",
            place=str(path),
        )


def _decoded(packet: Packet[Any], *, started: bool) -> list[AudioFrame]:
    """The frames of one packet; a damaged packet inside a song is passed over, as players do."""
    from av.error import InvalidDataError

    try:
        return cast("list[AudioFrame]", list(packet.decode()))
    except InvalidDataError:
        if started:
            return []
        raise


def require_sound(audio: Audio, *, place: str) -> Audio:
    """The same audio, or AudioError when it is silent from start to end."""
    if float(np.abs(audio.samples).max(initial=0.0)) < SILENCE_PEAK:
        raise AudioError("the recording is silent", help="export it again with sound", place=place)
    return audio


def mixed(sounds: Sequence[Audio], rate: int) -> Audio:
    """The sum of several sounds in stereo at a rate, as long as the longest."""
    alike = [sound.as_stereo().resampled(rate).samples for sound in sounds]
    total = np.zeros((2, max(samples.shape[1] for samples in alike)), dtype=np.float32)
    for samples in alike:
        total[:, : samples.shape[1]] += samples
    return Audio(total, rate)


def write_wav(path: Path, audio: Audio) -> None:
    """Writes float32 WAV so that the path holds either the whole file or what it held before.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    _write_wav(path, audio.samples.T, audio.rate, "FLOAT")


def decode_to_wav(path: Path, wav: Path) -> None:
    """Writes as WAV what `read_audio` reads of a file, so that `read_wav` gives the same samples.

    FLAC and WAV of 16 or 24 bits, or in float32, keep their own numbers: that takes a third of
    the time, and a fifteenth where the file is such a WAV already.

    Raises:
        AudioError, StorageError: as `read_audio` and `write_wav` do.
    """
    import soundfile

    try:
        said = soundfile.info(path)
        kept = said.format in ("FLAC", "WAV") and NUMBERS.get(said.subtype)
        if kept and said.format == "WAV" and said.frames:
            return _whole(wav, lambda partial: shutil.copyfile(path, partial))
        if kept:
            samples, rate = soundfile.read(path, dtype=kept, always_2d=True)
            if len(samples) == said.frames:
                return _write_wav(wav, samples, rate, said.subtype)
    except soundfile.SoundFileError:
        pass  # damaged, or no such file: what can be read of it is, and else told why
    return write_wav(wav, read_audio(path))


def _write_wav(path: Path, samples: np.ndarray[Any, Any], rate: int, subtype: str) -> None:
    import soundfile

    def write(partial: Path) -> None:
        soundfile.write(partial, samples, rate, format="WAV", subtype=subtype)

    _whole(path, write)


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Has a file written beside its place and moved there when it is done."""
    import soundfile

    partial = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}.part")
    try:
        write(partial)
        partial.replace(path)
    except (OSError, soundfile.SoundFileError) as error:
        raise StorageError(
            f"could not write audio: {error}",
            help="free some disk space or move CLEARMIX_HOME",
            place=str(path),
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def read_wav(path: Path) -> Audio:
    """A WAV that `write_wav` or `decode_to_wav` wrote."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return Audio(np.ascontiguousarray(samples.T), int(rate))
