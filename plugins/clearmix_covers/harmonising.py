"""Other chords under the same tune, as a line-up's idiom has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearmix import ScoreNote
from clearmix_covers.chords import Chord
from clearmix_covers.form import Piece
from clearmix_covers.lineups import Harmony

RICH = 0.6
"""Strength from which plain line-ups take sevenths, and jazz substitutes by the tritone."""

LONG_BEATS = 0.9
"""Notes of the tune that are held so long must not rub against the chord."""


def reharmonised(piece: Piece, idiom: Harmony, strength: float) -> Piece:
    """The piece with the chords of an idiom; a strength of 0 leaves them as they are written."""
    if strength <= 0.1 and idiom != "power":
        return piece
    if idiom == "plain" and strength > RICH + 0.2:
        idiom = "sevenths"
    if idiom == "plain":
        return piece
    chords: list[tuple[float, Chord]] = []
    edges = [*(beat for beat, _ in piece.chords), piece.beats]
    for index, (beat, chord) in enumerate(piece.chords):
        end = edges[index + 1]
        following = piece.chords[index + 1][1] if index + 1 < len(piece.chords) else None
        held = [
            note
            for note in piece.tune
            if note.beats >= LONG_BEATS and note.beat < end and note.beat + note.beats > beat
        ]
        last = piece.ends and end >= piece.beats - 1e-6
        if idiom in ("jazz", "sevenths") and not last:
            chords += _in_jazz(piece, chord, beat, end, following, held, idiom, strength)
        else:
            chords.append((beat, _coloured(piece, chord, held, idiom)))
    return replace(piece, chords=tuple(chords))


def _in_jazz(
    piece: Piece, chord: Chord, beat: float, end: float, following: Chord | None,
    held: Sequence[ScoreNote], idiom: Harmony, strength: float,
) -> list[tuple[float, Chord]]:  # fmt: skip
    """Sevenths, and before a dominant that has time for it the second step of its key."""
    rich = _coloured(piece, chord, held, idiom)
    leads = following is not None and (chord.root + 5) % 12 == following.root
    if idiom != "jazz" or not leads or 3 in chord.steps or following is None:
        return [(beat, rich)]
    dominant = Chord(chord.root, "7" if following.minor else "9")
    dominant = dominant if _agrees(dominant, held) else Chord(chord.root, "7")
    middle = beat + (end - beat) / 2
    first = [note for note in held if note.beat < middle - 0.25]
    second = Chord((chord.root + 7) % 12, "m7b5" if following.minor else "m7")
    if end - beat < 2 or not _agrees(second, first):
        return [(beat, dominant)]
    if strength > RICH:
        other = Chord((chord.root + 6) % 12, "7")
        later = [note for note in held if note.beat >= middle - 0.25]
        dominant = other if _agrees(other, later) else dominant
    return [(beat, second), (middle, dominant)]


def _coloured(piece: Piece, chord: Chord, held: Sequence[ScoreNote], idiom: Harmony) -> Chord:
    for quality in _colours(piece, chord, idiom):
        other = replace(chord, quality=quality)
        if idiom == "power" or _agrees(other, held):
            return other
    return chord


def _colours(piece: Piece, chord: Chord, idiom: Harmony) -> tuple[str, ...]:
    """What may stand behind the root instead, best first."""
    if idiom == "power":
        return ("5",)
    if idiom == "open":
        return ("sus2", "add9") if 3 not in chord.steps else ("sus2",)
    if chord.quality not in ("", "m", "7", "dim"):
        return ()
    step = (chord.root - piece.material.tonic) % 12
    if chord.quality == "dim":
        return ("m7b5",)
    if chord.minor:
        tonic = step == 0 and idiom == "jazz"
        return ("m7", "m6") if tonic else ("m9", "m7") if idiom == "jazz" else ("m7",)
    if chord.dominant or step == 7:
        return ("13", "9", "7") if idiom == "jazz" and not piece.material.minor else ("7",)
    return ("maj9", "maj7", "6") if idiom == "jazz" else ("maj7", "6")


def _agrees(chord: Chord, held: Sequence[ScoreNote]) -> bool:
    """Whether no held note of the tune lies a semitone below or above a tone it is not.

    A tune on a tone of the chord must not have another right below it: no major seventh under its
    root.
    """
    for note in held:
        step = (note.pitch - chord.root) % 12
        within = step in {one % 12 for one in chord.steps}
        rubs = (1,) if within else (1, 11)
        if any((step - one) % 12 in rubs for one in chord.steps if one != 14):
            return False
    return True
