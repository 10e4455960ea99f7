"""Cover art drawn from a name: the same song always has the same picture, and no file is needed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator

Palette = tuple[str, str, str, str]
"""Ground, two shapes and a highlight, as CSS colours."""

PALETTES: tuple[Palette, ...] = (
    ("#1d2b53", "#ff6b42", "#ffd166", "#f6f3ee"),
    ("#f4d8cd", "#c8553d", "#2d3047", "#fffaf3"),
    ("#0b3c49", "#3ccb97", "#f2e863", "#fbfcff"),
    ("#f2b84b", "#7a1f3d", "#1b1815", "#fff3d6"),
    ("#2b1b3d", "#e0479e", "#6fd3ff", "#ffe8f4"),
    ("#dfe6da", "#2f6b4f", "#e4572e", "#17301f"),
    ("#12355b", "#d72638", "#f49d37", "#f5f1e6"),
    ("#efe6dd", "#4059ad", "#f4b942", "#231f20"),
    ("#33211d", "#f28f3b", "#c8d5b9", "#fff8ee"),
    ("#cfe8ef", "#1b4965", "#ff5a36", "#ffffff"),
)

SIZE = 240
"""Width and height of the picture's coordinates."""

STRIPS = 6
"""How many strips the cover of a remix is cut into."""


class _Dice:
    """A stream of numbers drawn from a name."""

    def __init__(self, name: str) -> None:
        self._bytes = self._drawn(name)

    @staticmethod
    def _drawn(name: str) -> Iterator[int]:
        block = name.encode()
        while True:
            block = hashlib.sha256(block).digest()
            yield from block

    def among(self, many: int) -> int:
        return (next(self._bytes) * 256 + next(self._bytes)) % many

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.among(1024) / 1023


def cover(name: str, *, remixed: bool = False) -> str:
    """An SVG picture of a name; that of a remix is its song's picture, cut and shifted.

    >>> cover("greensleeves") == cover("greensleeves") != cover("danny-boy")
    True
    """
    dice = _Dice(name)
    palette = PALETTES[dice.among(len(PALETTES))]
    painter = _PAINTERS[dice.among(len(_PAINTERS))]
    ground = f'<rect width="{SIZE}" height="{SIZE}" fill="{palette[0]}"/>'
    art = ground + "".join(painter(dice, palette))
    body = ground + _cut(dice, art) if remixed else art
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" '
        f'preserveAspectRatio="xMidYMid slice">{body}</svg>'
    )


def _cut(dice: _Dice, art: str) -> str:
    height = SIZE / STRIPS
    pieces = [f'<defs><g id="art">{art}</g>']
    uses = []
    for strip in range(STRIPS):
        shift = (strip % 2 * 2 - 1) * dice.between(6, SIZE / 4)
        top = strip * height
        strip_shape = f'<rect y="{top:.0f}" width="{SIZE}" height="{height + 1:.0f}"/>'
        pieces.append(f'<clipPath id="c{strip}">{strip_shape}</clipPath>')
        # Half as large again, so that no shift brings an edge of the picture to light.
        uses.append(
            f'<g clip-path="url(#c{strip})"><use href="#art" '
            f'transform="translate({shift - SIZE / 4:.1f} {-SIZE / 4:.1f}) scale(1.5)"/></g>'
        )
    return "".join([*pieces, "</defs>", *uses])


def _rings(dice: _Dice, palette: Palette) -> Iterator[str]:
    x, y = dice.between(40, 200), dice.between(60, 200)
    for ring in range(9, 0, -1):
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{ring * 19}" fill="{palette[ring % 3]}"/>'
    yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="{palette[3]}"/>'


def _tiles(dice: _Dice, palette: Palette) -> Iterator[str]:
    side = SIZE // 4
    for row in range(4):
        for column in range(4):
            x, y = column * side, row * side
            colour = palette[1 + dice.among(3)]
            corner = dice.among(5)
            if corner < 4:
                cx, cy = x + side * (corner % 2), y + side * (corner // 2)
                yield (
                    f'<clipPath id="t{row}{column}"><rect x="{x}" y="{y}" width="{side}" '
                    f'height="{side}"/></clipPath><circle cx="{cx}" cy="{cy}" r="{side}" '
                    f'fill="{colour}" clip-path="url(#t{row}{column})"/>'
                )


def _waves(dice: _Dice, palette: Palette) -> Iterator[str]:
    turn = dice.between(0, 6.28)
    yield (
        f'<circle cx="{dice.between(50, 190):.0f}" cy="70" r="{dice.between(26, 44):.0f}" '
        f'fill="{palette[2]}"/>'
    )
    for layer in range(5):
        base, height = 92 + layer * 30, dice.between(9, 24)
        length = dice.between(24, 44)
        points = [
            f"{x},{base + height * math.sin(x / length + turn + layer):.1f}"
            for x in range(0, SIZE + 1, 6)
        ]
        colour = (palette[1], palette[0], palette[3])[layer % 3]
        yield f'<path d="M0,{SIZE} L{" L".join(points)} L{SIZE},{SIZE} Z" fill="{colour}"/>'


def _bars(dice: _Dice, palette: Palette) -> Iterator[str]:
    yield (
        f'<circle cx="120" cy="{dice.between(90, 150):.0f}" r="{dice.between(60, 84):.0f}" '
        f'fill="{palette[2]}"/>'
    )
    for bar in range(12):
        half = dice.between(10, 96)
        colour = palette[3] if bar % 4 == 1 else palette[1]
        yield (
            f'<rect x="{bar * 20 + 4}" y="{120 - half:.0f}" width="12" height="{2 * half:.0f}" '
            f'rx="6" fill="{colour}"/>'
        )


def _sun(dice: _Dice, palette: Palette) -> Iterator[str]:
    y = dice.between(96, 140)
    yield f'<rect y="{y:.0f}" width="{SIZE}" height="{SIZE}" fill="{palette[1]}"/>'
    yield f'<circle cx="{dice.between(80, 160):.0f}" cy="{y:.0f}" r="66" fill="{palette[2]}"/>'
    for line in range(7):
        top = y + 10 + line * (12 + line)
        yield f'<rect y="{top:.0f}" width="{SIZE}" height="{3 + line}" fill="{palette[0]}"/>'


def _fans(dice: _Dice, palette: Palette) -> Iterator[str]:
    many = 14
    x, y = (0, SIZE) if dice.among(2) else (SIZE, SIZE)
    for ray in range(many):
        a, b = (math.pi / 2 * step / many for step in (ray, ray + 1))
        sign = 1 if x == 0 else -1
        corners = [(x + sign * 360 * math.cos(t), y - 360 * math.sin(t)) for t in (a, b)]
        points = " ".join(f"{px:.0f},{py:.0f}" for px, py in corners)
        yield f'<polygon points="{x},{y} {points}" fill="{palette[ray % 3]}"/>'
    yield f'<circle cx="{x}" cy="{y}" r="{dice.between(50, 90):.0f}" fill="{palette[3]}"/>'


_PAINTERS: tuple[Callable[[_Dice, Palette], Iterator[str]], ...] = (
    _rings,
    _tiles,
    _waves,
    _bars,
    _sun,
    _fans,
)
