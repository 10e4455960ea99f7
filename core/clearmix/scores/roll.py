"""A score as a picture: a piano roll, with bars, sections and chords."""

from __future__ import annotations

from markupsafe import escape

from clearmix.contracts import Score, ScoreNote

BEAT_WIDTH, ROW_HEIGHT = 16.0, 5.0
TOP, LEFT, FOOT = 34.0, 26.0, 36.0

NUMBERED_BARS = 4
"""Every so many bars have their number below."""

COLOURS = {"melody": "#d6336c", "bass": "#1971c2", "harmony": "#868e96"}
OTHER_COLOUR = "#2f9e44"


def as_svg(score: Score) -> bytes:
    """An SVG of the whole score: less sure notes are paler, octaves and bars are numbered."""
    notes = [note for line in score.lines.values() for note in line]
    low = min((note.pitch for note in notes), default=60) - 1
    high = max((note.pitch for note in notes), default=60) + 1
    first = min(0.0, *(note.beat for note in notes)) if notes else 0.0
    width = LEFT * 2 + (score.beats - first) * BEAT_WIDTH
    height = TOP + (high - low + 1) * ROW_HEIGHT + FOOT

    def x(beat: float) -> float:
        return LEFT + (beat - first) * BEAT_WIDTH

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-family="sans-serif">',
        f"<title>{escape(score.title)}: {score.tempo_bpm:g} bpm, "
        f"{escape(score.key or 'no clear key')}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
    ]
    bottom = height - FOOT
    for pitch in range(-(-low // 12) * 12, high + 1, 12):
        y = TOP + (high - pitch + 0.5) * ROW_HEIGHT
        drawn.append(_rule(LEFT, y, width - LEFT, y))
        drawn.append(_text(4, y + 3, f"C{pitch // 12 - 1}", "#868e96", 9))
    bars = int(score.beats // score.beats_per_bar) + 1
    for bar in range(bars):
        at = x(bar * score.beats_per_bar)
        drawn.append(_rule(at, TOP, at, bottom))
        if bar % NUMBERED_BARS == 0:
            drawn.append(_text(at, bottom + 11, str(bar + 1), "#868e96", 9))
    drawn += [_text(x(one.beat), 12, one.name, "#495057", 11) for one in score.sections]
    drawn += [_text(x(one.beat), 27, one.name, "#212529", 10) for one in score.chords]
    for name, line in score.lines.items():
        colour = COLOURS.get(name, OTHER_COLOUR)
        drawn += [_note(note, x(note.beat), high, colour) for note in line]
    for place, name in enumerate(score.lines):
        drawn.append(
            _text(LEFT + 80 * place, height - 7, name, COLOURS.get(name, OTHER_COLOUR), 11)
        )
    return "\n".join([*drawn, "</svg>"]).encode()


def _note(note: ScoreNote, x: float, high: int, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{TOP + (high - note.pitch) * ROW_HEIGHT:.1f}" '
        f'width="{max(1.5, note.beats * BEAT_WIDTH - 1):.1f}" height="{ROW_HEIGHT - 1:.1f}" '
        f'rx="1" fill="{colour}" opacity="{0.3 + 0.7 * min(1.0, note.confidence):.2f}"/>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dee2e6"/>'


def _text(x: float, y: float, said: str, colour: str, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}">{escape(said)}</text>'
