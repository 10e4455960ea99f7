"""The transcriber `clearmix-covers`: melody, bass, chords, strokes and sections of a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from clearmix.contracts import Progress, Score, ScoreStroke, SourceRecording
from clearmix.errors import CatalogueError

if TYPE_CHECKING:
    from clearmix.audio import Audio
    from clearmix_covers.transcribing.grid import Grid
    from clearmix_covers.transcribing.lines import Line
    from clearmix_covers.transcribing.sounds import Sounds

TRUST = {"stems": 1.0, "estimated-stems": 0.9, "mix": 0.7}
"""How far a clear note is to be trusted, by what it was heard from: about the share of such notes
that is right there (docs/plugins/transcribing.md)."""

UNCLEAR = 0.35
"""Mean confidence of the bars below which a score says that it is a guess."""

_FREE_TIME = 0.5
"""How much of the trust is left without a beat: no grid holds the notes."""
_SUNG = 0.12
"""Share of the song that a voice must sing for its line to be the melody."""


class CoversTranscriber:
    """Writes scores without trained models: pitch strength, the beats, one best path."""

    id = "clearmix-covers"
    version = "1.6"

    def transcribe(self, recording: SourceRecording, progress: Progress) -> Score:
        """The score of a recording.

        Raises:
            CatalogueError: the recording is silent, or nothing in it can be written down.
        """
        from clearmix_covers.transcribing.confidence import bar_confidences
        from clearmix_covers.transcribing.framework import (
            chords_of,
            length_in_beats,
            sections_of,
        )
        from clearmix_covers.transcribing.grid import FREE_BEAT_SECONDS, grid_of
        from clearmix_covers.transcribing.sounds import sounds_of
        from clearmix_covers.transcribing.strokes import strokes_of
        from clearmix_sound.analysis.harmony import harmony
        from clearmix_sound.analysis.onsets import analysis_mono, onsets

        analysis = recording.analysis
        progress(0.0, "listening")
        sounds = sounds_of(recording)
        mono = analysis_mono(sounds.mix)
        found = onsets(mono)
        grid = grid_of(analysis, found)
        beats = length_in_beats(found, grid)
        sections = sections_of(analysis, grid, beats)
        progress(0.3, "writing down the melody")
        lines, said = _lines(sounds, grid, analysis.key, harmony(mono).tuning)
        progress(0.8, "writing down the drums")
        strokes: tuple[ScoreStroke, ...] = ()
        if grid.steady:
            drums = sounds.parts.get("drums")
            alone = onsets(analysis_mono(drums)) if drums else found
            if drums or not sounds.has_rhythm:
                strokes = strokes_of(alone, grid, sections, alone=drums is not None)
        if not strokes and not any(lines.values()):
            raise CatalogueError(
                f"nothing in `{recording.title}` can be written down: no pitch holds still",
                help="give a score with `clearmix catalogue score ID --from FILE.mid`",
                place=recording.id,
            )
        trust = TRUST[sounds.origin] * (1.0 if grid.steady else _FREE_TIME)
        lines = {name: _trusted(notes, beats, trust) for name, notes in lines.items() if notes}
        confidence = bar_confidences(lines, beats, grid.beats_per_bar, trust)
        notes = [*said, *_remarks(lines, grid, confidence)]
        progress(1.0, "written down")
        return Score(
            title=recording.title,
            origin=sounds.origin,
            transcriber=f"{self.id} {self.version}",
            tempo_bpm=analysis.tempo_bpm if grid.steady and analysis.tempo_bpm
            else 60 / FREE_BEAT_SECONDS,
            beats=beats,
            key=analysis.key,
            beats_per_bar=grid.beats_per_bar,
            beat_division=grid.beat_division,
            lines=lines,
            chords=chords_of(analysis, grid, beats),
            strokes=tuple(stroke for stroke in strokes if stroke.beat < beats),
            sections=sections,
            confidence=confidence,
            notes=tuple(notes),
            moments=grid.moments(),
        )  # fmt: skip


def _lines(
    sounds: Sounds, grid: Grid, key: str | None, tuning: float
) -> tuple[dict[str, Line], list[str]]:
    """Melody, bass, what an instrument leads beside a voice; and words on what they are from."""
    from clearmix_covers.transcribing.lines import LEAD_IN_A_MIX, hear_line
    from clearmix_covers.transcribing.octaves import hear_bass

    if not sounds.parts:
        lead = hear_line(sounds.lead_of_the_mix(), LEAD_IN_A_MIX, grid, key)
        bass = hear_bass(sounds.mix, grid, key, tuning)
        said = ["melody and bass heard from the mix, by pitch strength: expect wrong notes"]
        return {"melody": lead, "bass": bass}, said
    lines: dict[str, Line] = {}
    said = []
    heard = _leads(sounds, grid, key)
    if heard:
        leader = next(iter(heard))
        lines["melody"] = heard[leader]
        told = f"estimated by {sounds.separator}" if sounds.separator else "a stem of its own"
        said.append(f"melody heard from the {leader} ({told}), by pitch strength")
        if leader == "vocals" and "melody" in heard:
            lines["harmony"] = heard["melody"]
    low = sounds.lowest()
    if low is not None:
        lines["bass"] = hear_bass(low, grid, key, tuning)
    return lines, said


def _leads(sounds: Sounds, grid: Grid, key: str | None) -> dict[str, Line]:
    """The lines of the stems that may lead, the melody first: who sings, or else plays most."""
    from clearmix_covers.transcribing.lines import (
        ESTIMATED_LEAD,
        LEAD,
        hear_line,
    )

    how = ESTIMATED_LEAD if sounds.separator else LEAD
    heard = {
        part: hear_line(sounds.parts[part], how, grid, key, sounds.around(part))
        for part in ("vocals", "melody")
        if part in sounds.parts
    }
    if not any(_sings(notes, grid) for notes in heard.values()):
        heard |= _tunes(sounds.players, grid, key)
    found = {part: notes for part, notes in heard.items() if notes}
    first = next((part for part, notes in found.items() if _sings(notes, grid)), None)
    leader = first or max(found, key=lambda part: len(found[part]), default=None)
    return dict(sorted(found.items(), key=lambda item: item[0] != leader))


def _tunes(players: Mapping[str, Audio], grid: Grid, key: str | None) -> dict[str, Line]:
    """The lines of who plays, the clearest tune first: chords and figures are less clear."""
    from clearmix_covers.transcribing.lines import LEAD_IN_A_MIX, hear_line

    heard = {part: hear_line(own, LEAD_IN_A_MIX, grid, key) for part, own in players.items()}

    def clearness(part: str) -> float:
        return sum(note.beats * note.confidence**2 for note in heard[part])

    return {part: heard[part] for part in sorted(heard, key=clearness, reverse=True)}


def _sings(notes: Line, grid: Grid) -> bool:
    return sum(note.beats for note in notes) > _SUNG * len(grid.seconds)


def _trusted(notes: Line, beats: float, trust: float) -> Line:
    """The notes before the end, as sure as what they were heard from lets them be."""
    return tuple(
        replace(note, confidence=round(trust * note.confidence, 3))
        for note in notes
        if note.beat < beats
    )


def _remarks(lines: Mapping[str, Line], grid: Grid, confidence: tuple[float, ...]) -> list[str]:
    said = []
    if not grid.steady:
        said.append("no steady beat: notes stand at their own time, two beats to a second")
    if "melody" not in lines:
        said.append("no melody was found")
    if "bass" not in lines:
        said.append("no bass was found")
    if sum(confidence) < UNCLEAR * max(len(confidence), 1):
        said.append("this score is a guess; correct it, or give another")
    return said
