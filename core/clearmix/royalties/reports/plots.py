"""What the plots of a page show, as parts of a hundred, so that they fit any width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_BARS = 12
"""More bars than this are not read one by one; the smallest become one bar."""


@dataclass(frozen=True)
class Bar:
    """A labelled bar from `start` on, `width` wide, both in percent of the plot."""

    label: str
    text: str
    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Bars:
    """Bars on one scale; `zero` is where it has its zero, in percent of the plot."""

    bars: tuple[Bar, ...]
    zero: float


@dataclass(frozen=True)
class Amount:
    """What a bar stands for: a label, a value, the value in words, and a kind for its colour."""

    label: str
    value: int
    text: str
    kind: str = ""


def bars(amounts: Iterable[Amount]) -> Bars:
    """The amounts as bars, in their order; those below zero reach to the left of it."""
    amounts = tuple(amounts)
    low = min([0, *(amount.value for amount in amounts)])
    high = max([0, *(amount.value for amount in amounts)])
    reach = (high - low) or 1
    return Bars(
        tuple(
            Bar(
                amount.label,
                amount.text,
                amount.kind,
                round(100 * (min(0, amount.value) - low) / reach, 3),
                round(100 * abs(amount.value) / reach, 3),
            )
            for amount in amounts
        ),
        round(100 * -low / reach, 3),
    )


def largest(sums: Mapping[str, int], most: int = MOST_BARS) -> list[tuple[str, int]]:
    """The largest of some sums, by size, and the others as one; nothing is left out.

    >>> largest({"a": 1, "b": 5, "c": 2}, most=2)
    [('b', 5), ('2 others', 3)]
    """
    ordered = sorted(sums.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    if len(ordered) <= most:
        return ordered
    rest = ordered[most - 1 :]
    return [*ordered[: most - 1], (f"{len(rest)} others", sum(amount for _, amount in rest))]


@dataclass(frozen=True)
class Span:
    """An interval with its middle and, hollow, what a placebo gave, in percent of the plot."""

    label: str
    text: str
    kind: str
    low: float
    middle: float
    high: float
    placebo: float | None


@dataclass(frozen=True)
class Spans:
    """Intervals on one scale with its zero; `ends` are the values at its left and right end."""

    spans: tuple[Span, ...]
    zero: float
    ends: tuple[str, str]


@dataclass(frozen=True)
class Estimate:
    """What a span stands for."""

    label: str
    text: str
    low: float
    middle: float
    high: float
    placebo: float | None = None

    @property
    def kind(self) -> str:
        """Whether it is surely above zero, surely below, or neither."""
        return "above" if self.low > 0 else "below" if self.high < 0 else "unsure"


def spans(estimates: Sequence[Estimate]) -> Spans:
    """The estimates as intervals, in their order."""
    ends = [value for one in estimates for value in (one.low, one.high, one.placebo) if value]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    reach = (high - low) or 1.0

    def place(value: float) -> float:
        return round(100 * (value - low) / reach, 3)

    return Spans(
        tuple(
            Span(
                one.label,
                one.text,
                one.kind,
                place(one.low),
                place(one.middle),
                place(one.high),
                None if one.placebo is None else place(one.placebo),
            )
            for one in estimates
        ),
        place(0.0),
        (f"{low:+.2f}", f"{high:+.2f}"),
    )
