"""The generators `acestep`, which plays a recording anew, and `acestep-cover`, which a score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from clearmix import (
    Abilities,
    Analysis,
    Audio,
    ClearmixError,
    Progress,
    RemixSpec,
    Source,
    target_seconds,
    target_semitones,
    target_tempo_ratio,
)
from clearmix.music import moved_key
from clearmix.vocabulary import TermKind, terms
from clearmix_acestep.model import AceStepModel, PlaysAnew, Wish
from clearmix_acestep.sketch import sketch_of
from clearmix_acestep.stretches import stretches_of
from clearmix_sound.describing import described
from clearmix_sound.mixing import faded
from clearmix_sound.stretch import stretched

RATE = 44100
LONGEST_SECONDS = 600.0
"""What ACE-Step 1.5 was made for."""

ORDINARY_STRENGTH = 0.5
"""How far from the source, where the listener does not say."""

FADE_SECONDS = 2.0

_GLOBAL = ("energy", "era", "styles", "moods", "parts", "use_case", "strength")
"""Fields that ask for the whole song to be played anew."""

_FIELDS = frozenset({*_GLOBAL, "tempo", "pitch", "structure", "seed"})


def _abilities(kind: str, fields: frozenset[str], *, uses_master: bool) -> Abilities:
    """What both can do, and the facts on the model.

    The weights are published under the MIT licence, which allows a paid service. Its makers say
    on the model's card that it learnt from licensed, royalty-free and synthetic music.
    """
    known = (TermKind.STYLE, TermKind.ERA, TermKind.MOOD, TermKind.PART, TermKind.USE_CASE)
    return Abilities(
        kinds=frozenset({kind}),
        fields=fields,
        terms=frozenset(id for one in known for id in terms(one)),
        longest_seconds=LONGEST_SECONDS,
        uses_master=uses_master,
        trained_on="licensed",
        weights_licence="commercial",
    )


class AceStep:
    """Remixes: the recording played anew, or single sections of it.

    Args:
        model: a folder with a pipeline of diffusers, or a name in the hub's cache.
        load: makes of it what plays.
    """

    id = "acestep"
    version = "1"

    def __init__(self, model: str, load: Callable[[str], PlaysAnew] = AceStepModel) -> None:
        self._model = model
        self._load = load

    def abilities(self) -> Abilities:
        """Remixes in any style, as close to the recording as is asked for; sections anew."""
        return _abilities("remix", _FIELDS | {"sections"}, uses_master=True)

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What a model makes of words, said before it plays."""
        return (_ROUGHLY, *_on_voices(spec))

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """The whole song anew if it is asked for, then each section that is named."""
        analysis = source.first.analysis
        ratio, semitones = target_tempo_ratio(spec, analysis), target_semitones(spec, analysis)
        sound = stretched(source.first.read(), tempo_ratio=ratio, semitones=semitones)
        sections = [
            (start / ratio, stop / ratio, change.change)
            for change in spec.sections
            for start, stop in stretches_of(change.section, analysis)
        ]
        whole = not sections or bool(set(_GLOBAL) & spec.as_json().keys())
        progress(0.0, "loading the model")
        model = self._load(self._model)
        wish = _wish(spec, analysis, ratio, semitones)
        turns = int(whole) + len(sections)
        if whole:
            strength = ORDINARY_STRENGTH if spec.strength is None else spec.strength
            sound = model.anew(sound, wish, 1 - strength, _share(progress, 0, turns))
        for number, (start, stop, change) in enumerate(sections, int(whole)):
            local = replace(wish, words=f"{change}, {wish.words}")
            sound = model.anew_between(sound, start, stop, local, _share(progress, number, turns))
        yield from _blocks(sound, target_seconds(spec, analysis))
        progress(1.0, "played")


class AceStepCover:
    """Covers: the score played plainly, and that played anew; no sample of the master is heard."""

    id = "acestep-cover"
    version = "1"

    def __init__(self, model: str, load: Callable[[str], PlaysAnew] = AceStepModel) -> None:
        self._model = model
        self._load = load

    def abilities(self) -> Abilities:
        """Covers in any style, as close to the score as is asked for."""
        return _abilities("cover", _FIELDS, uses_master=False)

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What a model makes of words, said before it plays."""
        return (_ROUGHLY, *_on_voices(spec))

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """The song's notes, played by the model."""
        score, analysis = source.first.score, source.first.analysis
        if score is None:
            raise ClearmixError(
                "there is no score that a cover could be played from",
                help=f"let one be written: `clearmix catalogue score {source.first.id}`",
                place=source.first.title,
            )
        ratio, semitones = target_tempo_ratio(spec, analysis), target_semitones(spec, analysis)
        sketch = sketch_of(
            score,
            tempo_bpm=score.tempo_bpm * ratio,
            semitones=round(semitones),
            rate=RATE,
            seed=spec.seed or 0,
        )
        progress(0.0, "loading the model")
        strength = ORDINARY_STRENGTH if spec.strength is None else spec.strength
        made = self._load(self._model).anew(
            sketch, _wish(spec, analysis, ratio, semitones), 1 - strength, _share(progress, 0, 1)
        )
        yield from _blocks(made, min(target_seconds(spec, analysis), made.seconds))
        progress(1.0, "played")


_ROUGHLY = "a model plays it: it follows words only roughly"


def _on_voices(spec: RemixSpec) -> tuple[str, ...]:
    asked = spec.voice is not None and spec.voice.source != "none"
    return ("nobody sings new words: the model is given none",) if asked else ()


def _wish(spec: RemixSpec, analysis: Analysis, ratio: float, semitones: float) -> Wish:
    tempo_bpm = analysis.tempo_bpm * ratio if analysis.tempo_bpm else None
    key = moved_key(analysis.key, round(semitones)) if analysis.key else None
    words = described(spec) or "the same song, played anew"
    return Wish(words, tempo_bpm, key, analysis.beats_per_bar, spec.seed or 0)


def _share(progress: Progress, number: int, of: int) -> Progress:
    """The progress of one turn of several; the end is told when the blocks are out."""
    return lambda part, said: progress(0.98 * (number + part) / of, said)


def _blocks(sound: Audio, seconds: float) -> Iterator[Audio]:
    """The sound at 44.1 kHz in blocks of a second, faded out where it is cut short."""
    made = sound.as_stereo().resampled(RATE)
    frames = round(seconds * RATE)
    if frames > made.frames + RATE:
        raise ClearmixError(
            f"{seconds:.0f} seconds were asked for, and the song has {made.seconds:.0f}",
            help="ask for its own length or less",
        )
    if frames < made.frames:
        cut = Audio(made.samples[:, :frames], RATE)
        made = faded(cut, out_seconds=min(FADE_SECONDS, cut.seconds / 2))
    yield from made.blocks(1.0)
