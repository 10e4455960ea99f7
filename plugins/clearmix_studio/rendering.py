"""A plan becomes sound: stretch by stretch from the start, so that it can be heard meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from clearmix import Audio, PlanError, Progress, Source
from clearmix.audio import Samples
from clearmix_sound.effects import ducked, saturated
from clearmix_sound.filters import high_pass, low_pass, shelf
from clearmix_sound.mixing import gained
from clearmix_studio.chain import (
    AHEAD_SECONDS,
    Chain,
    Excerpt,
    Stage,
    blended,
    during,
    rising,
)
from clearmix_studio.layers import Layers, Sound
from clearmix_studio.palette import eras
from clearmix_studio.plan import Move, Plan
from clearmix_studio.shaping import (
    EFFECTS,
    MOODS,
    ON_THE_SONG,
    WORKING_LEVEL_DB,
    Desk,
    energy_stages,
    era_stages,
    final_stages,
)
from clearmix_studio.song import RATE, Song

FIRST_STRETCH_SECONDS, LONGEST_STRETCH_SECONDS = 2.0, 32.0
"""The first stretch is short so that it is heard soon; each next one is twice as long."""

_EXCERPTS, _EXCERPT_SECONDS = 4, 3.0
_EDGE_SECONDS = 0.004
_LONGEST_FADE_SECONDS = 5.0
_ROOM_FOR_BASS_DB = -8.0
_BASS_TOP_HZ = 110.0


def rendered(plan: Plan, source: Source, progress: Progress) -> Iterator[Audio]:
    """One-second blocks in order from the start."""
    most = max((track.recording for track in plan.tracks), default=-1)
    if not 0 <= most < len(source.recordings):
        raise PlanError(
            "the plan plays a recording that is not there",
            help="render it from the recordings that it was made for",
            place="plan",
        )
    desk = _Mixing(plan, source)
    total = round(plan.seconds * RATE)
    for start, stop in _stretches(total):
        yield from _ended(desk.between(start, stop), start, plan).blocks(1.0)
        progress(stop / max(1, total), "mixing")


class _Mixing:
    """The song, the layers and both chains of a plan, with their levels set."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan = plan
        self._frames = round(plan.seconds * RATE)
        self._song = Song(plan, source.recordings)
        self._layers = Layers(plan)
        self._desk = Desk([bar.beats for bar in plan.bars], plan.beat_seconds, plan.seed)
        self._song_chain = Chain(_song_stages(plan, self._desk))
        self._chain = Chain(_mix_stages(plan, self._desk, self._layers))
        spans = _spread(self._frames)
        songs = [Excerpt(self._song.excerpt(*span), span[0] / RATE) for span in spans]
        songs = self._song_chain.tune(songs)
        mixes = [
            Excerpt(self._with_layers(song.audio, *span), song.at)
            for song, span in zip(songs, spans, strict=True)
        ]
        self._chain.tune(mixes)

    def between(self, start: int, stop: int) -> Audio:
        """The finished sound between two frames."""
        before = self._chain.before_seconds + self._song_chain.before_seconds
        first = max(0, start - _whole(before))
        last = min(self._frames, stop + _whole(AHEAD_SECONDS))
        at = first / RATE
        song = self._song_chain(Audio(self._song.between(first, last), RATE), at)
        made = self._chain(self._with_layers(song, first, last), at)
        return Audio(np.ascontiguousarray(made.samples[:, start - first : stop - first]), RATE)

    def _with_layers(self, song: Audio, first: int, last: int) -> Audio:
        """The song and what is added, the drums not pressed down by themselves."""
        plan, layers = self._plan, self._layers
        out = song.samples
        for sound in layers.pitched:
            out = out + self._moved(sound, first, last)
        if plan.duck and layers.kicks:
            depth = min(0.8, plan.duck * (0.6 + 0.8 * plan.strength))
            out = ducked(
                Audio(out, RATE),
                layers.kicks,
                depth=depth,
                release_seconds=self._desk.beat_seconds * 0.5,
                at_seconds=first / RATE,
            ).samples
        if layers.drums is not None:
            out = out + self._moved(layers.drums, first, last)
        return Audio(out, RATE)

    def _moved(self, sound: Sound, first: int, last: int) -> Samples:
        """An added part with the automation that names it."""
        out = sound.between(first, last).samples
        for move in self._plan.moves:
            if move.change == "gain" and move.target == sound.part and move.amount > -60:
                out = out * _gain(move, first, last)
        return out


def _song_stages(plan: Plan, desk: Desk) -> list[Stage]:
    """What the recording alone goes through."""
    stages = []
    if plan.song_high_cut_hz:
        cut = plan.song_high_cut_hz
        stages.append(Stage(lambda audio, at: low_pass(audio, cut, order=1), level="as made"))
    if plan.song_drive_db:
        drive = plan.song_drive_db
        stages.append(Stage(lambda audio, at: saturated(gained(audio, 4.0), drive), 0.0))
    if plan.room_for_bass:
        room = _ROOM_FOR_BASS_DB * (0.5 + plan.strength)
        stages.append(
            Stage(
                # The level is kept: what the song gives up below, it gains where it is heard.
                lambda audio, at: shelf(audio, side="low", corner_hz=_BASS_TOP_HZ, gain_db=room)
            )
        )
    for effect in plan.effects:
        if effect in ON_THE_SONG:
            stages += EFFECTS[effect](desk)
    stages += [_sweep(move) for move in plan.moves if move.change == "low-cut"]
    return stages


def _mix_stages(plan: Plan, desk: Desk, layers: Layers) -> list[Stage]:
    """What everything together goes through, in the order of a mixing desk."""
    stages = [Stage(lambda audio, at: audio, 0.0, WORKING_LEVEL_DB)]
    if plan.era is not None:
        stages += era_stages(eras()[plan.era], desk, added=layers.drums is not None)
    for effect in plan.effects:
        if effect not in ON_THE_SONG:
            stages += EFFECTS[effect](desk)
    for mood in plan.moods:
        stages += MOODS[mood](desk)
    for move in plan.moves:
        if move.change == "effect":
            made = (EFFECTS.get(move.effect) or MOODS[move.effect])(desk)
            stages += [blended(stage, during(move.start, move.end)) for stage in made]
    if plan.energy:
        stages += energy_stages(plan.energy)
    stages += [_all(move) for move in plan.moves if move.change == "gain" and move.target == "all"]
    return [*stages, *final_stages()]


def _sweep(move: Move) -> Stage:
    """A low cut that comes in through a build and is gone at the drop."""
    cut = Stage(lambda audio, at: high_pass(audio, move.amount, order=2))
    return blended(cut, rising(move.start, move.end))


def _all(move: Move) -> Stage:
    return Stage(
        lambda audio, at: Audio(
            audio.samples * _gain(move, round(at * RATE), round(at * RATE) + audio.frames), RATE
        ),
        0.0,
        "as made",
    )


def _gain(move: Move, first: int, last: int) -> Samples:
    share = during(move.start, move.end, 0.05)(first / RATE, last - first, RATE)
    return np.asarray(1 + share * (10 ** (move.amount / 20) - 1), np.float32)


def _ended(audio: Audio, start: int, plan: Plan) -> Audio:
    """The stretch with the edges that the form asks for."""
    total = round(plan.seconds * RATE)
    if plan.ending == "loop" and plan.tracks and plan.tracks[0].pieces[0].song_start > 0:
        return audio
    fade = min(_LONGEST_FADE_SECONDS, plan.seconds / 6) if plan.ending == "fade" else _EDGE_SECONDS
    rise, fall = max(1, round(_EDGE_SECONDS * RATE)), max(1, round(fade * RATE))
    if start >= rise and start + audio.frames <= total - fall:
        return audio
    places = np.arange(start, start + audio.frames)
    share = np.clip(np.minimum(places / rise, (total - 1 - places) / fall), 0, 1)
    gain = (0.5 - 0.5 * np.cos(np.pi * share)).astype(np.float32)
    return Audio(audio.samples * gain, RATE)


def _stretches(total: int) -> Iterable[tuple[int, int]]:
    """Frames of the stretches, in whole seconds but for the last."""
    start, seconds = 0, FIRST_STRETCH_SECONDS
    while start < total:
        stop = min(total, start + round(seconds * RATE))
        yield start, stop
        start, seconds = stop, min(2 * seconds, LONGEST_STRETCH_SECONDS)


def _spread(frames: int) -> list[tuple[int, int]]:
    """Some spans of the result, evenly over its length, in whole tenths of a second."""
    length = min(frames, round(_EXCERPT_SECONDS * RATE))
    latest = max(0, frames - length)
    count = 1 if latest < length else _EXCERPTS
    starts = [_whole(latest * (number + 0.5) / count / RATE) for number in range(count)]
    return [(min(start, latest), min(start, latest) + length) for start in starts]


def _whole(seconds: float) -> int:
    """Frames of a time, rounded up to a tenth of a second: compressors count from there."""
    return int(np.ceil(seconds * 10)) * (RATE // 10)
