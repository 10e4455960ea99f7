"""The recordings as a plan lays them out: read, taken apart, stretched and cut, as it is needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clearmix import Audio, ClearmixError, SourceRecording
from clearmix.audio import Samples
from clearmix_sound.estimating import MARGIN_FRAMES, estimated
from clearmix_sound.stretch import Stretching
from clearmix_studio.chain import Excerpt, common_level_db, during
from clearmix_studio.plan import SILENT_DB, Move, Piece, Plan, Track
from clearmix_studio.shaping import WORKING_LEVEL_DB

RATE = 44100
"""Rate of everything that the studio renders, in hertz."""

SEAM_SECONDS = 0.025
"""Crossfade at a cut; it ends on the downbeat, so that the attack there stays whole."""

SETTLING_FRAMES = 4096
"""What a resampler hears of a file before and after what is wanted of it."""

EXCERPTS, EXCERPT_SECONDS = 10, 3.0
"""How much of a recording is looked at for its level."""


class Song:
    """The sum of a plan's tracks at the working level, with their automation."""

    def __init__(self, plan: Plan, recordings: Sequence[SourceRecording]) -> None:
        self._plan = plan
        files: dict[Path, SoundFile] = {}
        self._tracks = [
            _TrackSound(track, plan, recordings[track.recording], files) for track in plan.tracks
        ]
        self._factors = self._levelled()
        if self._tracks and not any(self._factors):
            raise ClearmixError(
                "what the remix keeps of the recording is silent",
                help="keep another part, or add the recording again with sound",
                place=recordings[plan.tracks[0].recording].title,
            )

    def between(self, start: int, stop: int) -> Samples:
        """Samples between two frames of the result."""
        out = np.zeros((2, stop - start), np.float32)
        for number in range(len(self._tracks)):
            out += self.track(number, start, stop)
        return out

    def track(self, number: int, start: int, stop: int) -> Samples:
        """Samples of one track between two frames of the result, at its level."""
        sound, factor = self._tracks[number], self._factors[number]
        gain = _automated(self._plan.moves, sound.track.name, start, stop)
        moved = sound.between(start, stop)
        return np.asarray(moved * (factor if gain is None else factor * gain), np.float32)

    def excerpt(self, start: int, stop: int) -> Audio:
        """What is heard there before it is stretched: enough to set levels by."""
        out = np.zeros((2, stop - start), np.float32)
        for sound, factor in zip(self._tracks, self._factors, strict=True):
            out += sound.unstretched(start, stop) * factor
        return Audio(out, RATE)

    def _levelled(self) -> list[np.float32]:
        """The factor of each track: all tracks of one recording together have the working level."""
        levels: dict[int, float] = {}
        for number in {sound.track.recording for sound in self._tracks}:
            group = [sound for sound in self._tracks if sound.track.recording == number]
            rows = [
                Excerpt(Audio(np.sum([sound.source(*span) for sound in group], axis=0), RATE), 0.0)
                for span in group[0].spans()
            ]
            levels[number] = common_level_db(rows)
        return [
            np.float32(
                0.0
                if levels[sound.track.recording] <= -119
                else 10
                ** ((WORKING_LEVEL_DB - levels[sound.track.recording] + sound.track.gain_db) / 20)
            )
            for sound in self._tracks
        ]


class SoundFile:
    """A WAV file in two channels at the studio's rate, read where it is needed."""

    def __init__(self, path: Path) -> None:
        import soundfile

        self._path = path
        about = soundfile.info(path)
        self._rate, self._source_frames = int(about.samplerate), int(about.frames)
        self.frames = round(self._source_frames * RATE / self._rate)
        common = math.gcd(RATE, self._rate)
        self._block, self._source_block = RATE // common, self._rate // common

    def between(self, start: int, stop: int) -> Samples:
        """Samples between two frames; zeros beyond the edges."""
        if self._rate == RATE:
            return self._read(start, stop)
        import soxr

        # Whole blocks are as long at both rates; some more on both sides let the filter settle.
        margin = -(-SETTLING_FRAMES // self._source_block)
        first, last = start // self._block - margin, -(-stop // self._block) + margin
        source = self._read(first * self._source_block, last * self._source_block)
        made = soxr.resample(np.ascontiguousarray(source.T), self._rate, RATE, quality="VHQ")
        late = start - first * self._block
        return np.ascontiguousarray(made.T[:, late : late + stop - start], dtype=np.float32)

    def _read(self, start: int, stop: int) -> Samples:
        """Samples between two frames of the file."""
        import soundfile

        out = np.zeros((2, stop - start), np.float32)
        first, last = max(0, start), min(self._source_frames, stop)
        if first < last:
            rows, _ = soundfile.read(
                self._path, start=first, stop=last, dtype="float32", always_2d=True
            )
            piece = Audio(np.ascontiguousarray(rows.T), self._rate).as_stereo().samples
            out[:, first - start : first - start + piece.shape[1]] = piece
        return out


class _TrackSound:
    """One track: some parts of a recording at their new tempo and pitch, in their places."""

    def __init__(
        self,
        track: Track,
        plan: Plan,
        recording: SourceRecording,
        files: dict[Path, SoundFile],
    ) -> None:
        self.track = track
        self._heard = {part: gain for part, gain in track.gains_db.items() if gain > SILENT_DB}
        whole = track.estimated or "mix" in track.gains_db
        paths = {part: recording.path if whole else recording.stems[part] for part in self._heard}
        for path in (recording.path, *paths.values()):
            files.setdefault(path, SoundFile(path))
        self._mix = files[recording.path]
        self._files = {part: files[path] for part, path in paths.items()}
        self._pieces = _pieces(track, plan)
        self._frames = round(plan.seconds * RATE)
        self._stretching = Stretching(
            self.source,
            frames=self._mix.frames,
            channels=2,
            rate=RATE,
            tempo_ratio=track.tempo_ratio,
            semitones=track.semitones,
            keep_formants=track.keep_formants,
            wanted=round(max(one.song_start + one.seconds for one in self._pieces) * RATE) + 1,
        )

    def source(self, start: int, stop: int) -> Samples:
        """The parts of the track between two frames of the recording, before any stretching."""
        if self.track.estimated:
            mix = self._mix.between(start - MARGIN_FRAMES, stop + MARGIN_FRAMES)
            gains = {part: _factor(gain) for part, gain in self.track.gains_db.items()}
            made = estimated(Audio(mix, RATE), gains).samples
            return np.ascontiguousarray(made[:, MARGIN_FRAMES : MARGIN_FRAMES + stop - start])
        out = np.zeros((2, stop - start), np.float32)
        for part, gain_db in self._heard.items():
            out += self._files[part].between(start, stop) * np.float32(_factor(gain_db))
        return out

    def between(self, start: int, stop: int) -> Samples:
        """Samples between two frames of the result: the pieces, crossfaded at their seams."""
        out = np.zeros((2, stop - start), np.float32)
        seam = round(SEAM_SECONDS * RATE)
        for number, piece in enumerate(self._pieces):
            first, source = round(piece.start * RATE), round(piece.song_start * RATE)
            last = first + min(round(piece.seconds * RATE), self._stretching.frames - source)
            lead = min(seam, first, source)
            begin, end = max(start, first - lead), min(stop, last)
            if begin >= end:
                continue
            sound = self._stretching.between(begin - first + source, end - first + source)
            after = self._pieces[number + 1] if number + 1 < len(self._pieces) else None
            close = min(last, round(after.start * RATE)) if after else last
            cut = after is not None or close < self._frames - seam
            gain = _edges(np.arange(begin, end), first, lead, close if cut else None)
            out[:, begin - start : end - start] += sound if gain is None else sound * gain
        return out

    def unstretched(self, start: int, stop: int) -> Samples:
        """What is heard there at its old tempo and pitch."""
        middle = (start + stop) / 2 / RATE
        place = [piece for piece in self._pieces if piece.start <= middle] or self._pieces[:1]
        song = place[-1].song_start + start / RATE - place[-1].start
        if song > place[-1].song_start + place[-1].seconds:
            return np.zeros((2, stop - start), np.float32)
        first = round(song * self.track.tempo_ratio * RATE)
        return self.source(first, first + stop - start)

    def spans(self) -> list[tuple[int, int]]:
        """Frames of the recording, spread evenly over what is heard of it, to set levels by."""
        first = min(piece.song_start for piece in self._pieces) * self.track.tempo_ratio
        last = max(piece.song_start + piece.seconds for piece in self._pieces)
        last = min(last * self.track.tempo_ratio, self._mix.frames / RATE)
        step = max(0.1, (last - first) / EXCERPTS)
        length = min(step, EXCERPT_SECONDS)
        starts = [first + (number + 0.5) * step - length / 2 for number in range(EXCERPTS)]
        return [(round(at * RATE), round((at + length) * RATE)) for at in starts]


def _pieces(track: Track, plan: Plan) -> tuple[Piece, ...]:
    """The pieces in order; the end of a loop runs into what comes before its beginning."""
    if plan.ending != "loop" or not track.pieces:
        return track.pieces
    return (*track.pieces, Piece(plan.seconds, track.pieces[0].song_start, 0.0))


def _edges(places: np.ndarray, first: int, lead: int, close: int | None) -> np.ndarray | None:
    """The gain of a piece: equal-power fades before its first frame and before it is cut."""
    gain = None
    if places[0] < first:
        gain = np.sin(np.clip((places - first + lead) / max(1, lead - 1), 0, 1) * np.pi / 2)
    seam = round(SEAM_SECONDS * RATE)
    if close is not None and places[-1] >= close - seam:
        fall = np.cos(np.clip((places - close + seam) / (seam - 1), 0, 1) * np.pi / 2)
        gain = fall if gain is None else gain * fall
    return None if gain is None else gain.astype(np.float32)


def _automated(moves: Sequence[Move], name: str, start: int, stop: int) -> np.ndarray | None:
    """The gain that automation gives a track between two frames, None where it does nothing."""
    gain: np.ndarray | None = None
    for move in moves:
        others = move.target.startswith("all but ")
        meant = move.target == name or (others and move.target != f"all but {name}")
        if move.change != "gain" or not meant:
            continue
        share = during(move.start, move.end)(start / RATE, stop - start, RATE)
        if share.any():
            factor = 1 + share * (_factor(move.amount) - 1)
            gain = factor if gain is None else gain * factor
    return None if gain is None else gain.astype(np.float32)


def _factor(gain_db: float) -> float:
    return 0.0 if gain_db <= SILENT_DB else float(10 ** (gain_db / 20))
