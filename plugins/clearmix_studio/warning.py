"""What of a spec will be approximated or left alone, in a listener's words."""

from __future__ import annotations

import math

from clearmix import Analysis, RemixSpec, SourceRecording
from clearmix_studio.parts import estimated_parts
from clearmix_studio.plan import Track

NO_BEAT = "this recording has no steady beat: its timing is kept, no drums are added"

NO_CHORDS = "hardly any key is heard in this recording: no bass, chords or tunes are added"

SHORT_ENOUGH = "the song is short enough for a radio edit as it is: nothing is cut"

FAR_TEMPO, FAR_SEMITONES = 0.15, 3.0
"""From here on a stretch, or a shift in semitones, is heard as one."""

SURE_OF_KEY = 0.03
"""Confidence in the key from which chords are believed. Drum solos, speech and wind have 0.00, and
so have 5 of 47 real songs, in which no key fits better than in those (0.45 at most); of songs that
fit one the least sure has 0.045, since what lies between two keys has chords too."""

SURE_OF_VOICE = 0.3
"""Confidence of the analysis from which it is believed that nobody sings."""


def notes_on(spec: RemixSpec, recording: SourceRecording, ratio: float) -> tuple[str, ...]:
    """Sentences for the listener, none when everything is done as asked."""
    analysis = recording.analysis
    said: list[str] = []
    added = {change.part for change in spec.parts if change.action in ("add", "replace")}
    if analysis.tempo_bpm is None:
        tempo = spec.tempo is not None and spec.tempo.ratio is None
        if spec.styles or tempo or added or spec.sections:
            said.append(NO_BEAT)
    elif spec.tempo is not None and spec.tempo.bpm is not None:
        made = analysis.tempo_bpm * ratio
        if abs(made / spec.tempo.bpm - 1) > 0.005:
            said.append(
                f"the song itself plays at {made:.0f} bpm, half or double of the "
                f"{spec.tempo.bpm:g} that is felt"
            )
    said += _on_stems(spec, recording)
    said += _on_pitch(spec, analysis)
    if len(spec.styles) > 1:
        said.append(f"drums, bass and chords are those of {spec.styles[0]}")
    for change in spec.parts:
        if change.with_ is not None and change.part in ("melody", "vocals"):
            said.append(
                f"the {change.with_} plays a tune of its own, not that of the {change.part}"
            )
    if "saxophone" in added or any(change.with_ == "saxophone" for change in spec.parts):
        said.append("a brass sound stands in for the saxophone")
    if analysis.key is None and (added & {"bass", "harmony", "melody"} or spec.styles):
        said.append("no key was heard in this recording: no bass or chords are added")
    return tuple(said)


def notes_on_doubts(analysis: Analysis, *, beats: bool, key: bool) -> tuple[str, ...]:
    """What the analysis itself doubts of the beats or the key, where a plan relies on them."""
    said = (*(analysis.beat_notes if beats else ()), *(analysis.key_notes if key else ()))
    return tuple(dict.fromkeys(said))


def is_tonal(analysis: Analysis) -> bool:
    """Whether its chords are heard clearly enough to play along with."""
    stated = {"key", "chords"} & {*analysis.given}
    return bool(stated) or analysis.key_confidence >= SURE_OF_KEY


def _on_stems(spec: RemixSpec, recording: SourceRecording) -> list[str]:
    if not recording.stems:
        estimated = estimated_parts(spec)
        return [f"no stems: {', '.join(estimated)} are estimated from the mix"] if estimated else []
    unknown = sorted(
        change.part
        for change in spec.parts
        if change.action in ("remove", "replace", "solo", "louder", "softer")
        and change.part not in recording.stems
        and change.part != "claps"
    )
    return [f"the recording has no stem of {', '.join(unknown)}: left as it is"] if unknown else []


def _on_pitch(spec: RemixSpec, analysis: Analysis) -> list[str]:
    if spec.pitch is None:
        return []
    if spec.pitch.key is not None and analysis.key is None:
        return ["the key of this recording could not be heard: its pitch is kept"]
    asked = spec.pitch.mode or (spec.pitch.key.split()[1] if spec.pitch.key else None)
    own = analysis.key.split()[1] if analysis.key else None
    if asked is not None and asked != own:
        return [f"the recording stays in its mode; only a cover can be in {asked}"]
    return []


def notes_on_distance(*moved: tuple[str, Track]) -> list[str]:
    """How far each recording is moved from its own tempo and key."""
    said = []
    for title, track in moved:
        percent, semitones = round(100 * (track.tempo_ratio - 1)), round(track.semitones)
        steps = [f"{abs(percent)} % {'faster' if percent > 0 else 'slower'}"] if percent else []
        if semitones:
            plural = "" if abs(semitones) == 1 else "s"
            way = "higher" if semitones > 0 else "lower"
            steps.append(f"{abs(semitones)} semitone{plural} {way}")
        if steps:
            heard = _is_far(track.tempo_ratio, track.semitones)
            said.append(f"{title} plays {' and '.join(steps)}{', which will be heard' * heard}")
    return said


def _is_far(tempo_ratio: float, semitones: float) -> bool:
    """Whether a recording is moved so far that it no longer sounds like itself."""
    return abs(math.log2(tempo_ratio)) > math.log2(1 + FAR_TEMPO) or abs(semitones) > FAR_SEMITONES


def notes_on_voice(voice: SourceRecording) -> list[str]:
    """What to say when hardly anybody sings in the recording whose voice is to be heard."""
    analysis = voice.analysis
    unsure = not analysis.vocal_presence or analysis.vocal_confidence < SURE_OF_VOICE
    if unsure or max(analysis.vocal_presence) >= 0.5:
        return []
    return [f"hardly any singing was heard in {voice.title}: its voice may be missed"]
