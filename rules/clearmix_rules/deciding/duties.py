"""What must be done if the answer is yes, and how the duties of several rules become one.

Upper limits take the least and lower limits the greatest; labels, credits, marks and watermarks
unite; a payee's royalty takes the greatest; of approvals all are needed, each by its earliest
deadline; records are kept the longest; the earliest expiry counts. Merging is commutative,
associative and idempotent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from clearmix_rules.errors import RequestError


@dataclass(frozen=True, slots=True, order=True)
class Bounds:
    """The least and the greatest value of an attribute, in its unit, both inclusive."""

    attribute: str
    least: int | None = None
    greatest: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Royalty:
    """A share that is owed: hundredths of a percent of `base`, one of `ROYALTY_BASES`."""

    payee: str
    rate_bps: int
    base: str


@dataclass(frozen=True, slots=True, order=True)
class Approval:
    """A party that must say yes; `within_days` None is without deadline."""

    party: str
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Duties:
    """All that a permitted use must keep. Every tuple is sorted and has each entry once."""

    limits: tuple[Bounds, ...] = ()
    labels: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    royalties: tuple[Royalty, ...] = ()
    approvals: tuple[Approval, ...] = ()
    watermarks: tuple[str, ...] = ()
    only_watermarks: tuple[tuple[str, ...], ...] = ()
    """Sets of watermarks that each exclude all others; two different ones cannot both be kept."""
    marks: tuple[str, ...] = ()
    keep_records_days: int | None = None
    expires_on: date | None = None
    expires_after_days: int | None = None

    def bounds(self, attribute: str) -> Bounds:
        """The limits of an attribute such as `length`; without limits both ends are None."""
        return next((one for one in self.limits if one.attribute == attribute), Bounds(attribute))

    @property
    def max_length_ms(self) -> int | None:
        """The greatest length, or None."""
        return self.bounds("length").greatest

    @property
    def min_length_ms(self) -> int | None:
        """The least length, or None."""
        return self.bounds("length").least

    @property
    def payees(self) -> tuple[str, ...]:
        """Whoever is owed a royalty."""
        return tuple(sorted({one.payee for one in self.royalties}))

    def merge(self, other: Duties) -> Duties:
        """What keeps both."""
        return merge_all((self, other))

    def conflict(self) -> str | None:
        """Why nobody could keep these duties, or None."""
        for one in self.limits:
            if one.least is not None and one.greatest is not None and one.least > one.greatest:
                return f"no {one.attribute} is within the limits of both"
        for base in {one.base for one in self.royalties}:
            if sum(one.rate_bps for one in self.royalties if one.base == base) > 10_000:
                return f"the shares of {base} add up to more than 100%"
        if len(self.only_watermarks) > 1:
            return "each wants a watermark of its own and no other"
        if self.only_watermarks and set(self.watermarks) - set(self.only_watermarks[0]):
            return "one wants a watermark that the other excludes"
        return None

    def as_json(self) -> dict[str, Any]:
        """The duties as a JSON object that `from_json` reads back."""
        return {
            "limits": {
                one.attribute: {"least": one.least, "greatest": one.greatest} for one in self.limits
            },
            "labels": list(self.labels),
            "credits": list(self.credits),
            "royalties": [
                {"payee": one.payee, "rate_bps": one.rate_bps, "base": one.base}
                for one in self.royalties
            ],
            "approvals": [
                {"party": one.party, "within_days": one.within_days} for one in self.approvals
            ],
            "watermarks": list(self.watermarks),
            "only_watermarks": [list(one) for one in self.only_watermarks],
            "marks": list(self.marks),
            "keep_records_days": self.keep_records_days,
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
            "expires_after_days": self.expires_after_days,
        }

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> Duties:
        """The duties that `as_json` wrote.

        Raises:
            RequestError: the object has another shape.
        """
        try:
            expires = mapping["expires_on"]
            return cls(
                tuple(
                    sorted(
                        Bounds(name, one["least"], one["greatest"])
                        for name, one in mapping["limits"].items()
                    )
                ),
                tuple(mapping["labels"]),
                tuple(mapping["credits"]),
                tuple(Royalty(**one) for one in mapping["royalties"]),
                tuple(Approval(**one) for one in mapping["approvals"]),
                tuple(mapping["watermarks"]),
                tuple(tuple(one) for one in mapping["only_watermarks"]),
                tuple(mapping["marks"]),
                mapping["keep_records_days"],
                date.fromisoformat(expires) if expires else None,
                mapping["expires_after_days"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RequestError(
                "these duties have another shape than the ones that are written",
                help="read what `Duties.as_json` wrote",
            ) from error

    def with_texts(self, fill: Callable[[str], str]) -> Duties:
        """The same with the placeholders of each label filled in."""
        if not self.labels:
            return self
        return replace(self, labels=tuple(sorted({fill(one) for one in self.labels})))


NO_DUTIES = Duties()


def merge_all(duties: Iterable[Duties]) -> Duties:
    """What keeps all of them."""
    said = [one for one in duties if one != NO_DUTIES]
    if not said:
        return NO_DUTIES
    return Duties(
        _bounds(bounds for one in said for bounds in one.limits),
        _unite(one.labels for one in said),
        _unite(one.credits for one in said),
        _best(
            (royalty for one in said for royalty in one.royalties),
            lambda one: (one.payee, one.base),
            lambda one: -one.rate_bps,
        ),
        _best(
            (approval for one in said for approval in one.approvals),
            lambda one: one.party,
            lambda one: (one.within_days is None, one.within_days or 0),
        ),
        _unite(one.watermarks for one in said),
        _unite(one.only_watermarks for one in said),
        _unite(one.marks for one in said),
        _greatest(one.keep_records_days for one in said),
        _least(one.expires_on for one in said),
        _least(one.expires_after_days for one in said),
    )


T = TypeVar("T")


def _unite(tuples: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(sorted({entry for one in tuples for entry in one}))  # type: ignore[type-var]


def _bounds(limits: Iterable[Bounds]) -> tuple[Bounds, ...]:
    merged: dict[str, Bounds] = {}
    for one in limits:
        known = merged.get(one.attribute, one)
        merged[one.attribute] = Bounds(
            one.attribute,
            _greatest((known.least, one.least)),
            _least((known.greatest, one.greatest)),
        )
    return tuple(merged[name] for name in sorted(merged))


def _best(
    entries: Iterable[T], key: Callable[[T], object], rank: Callable[[T], Any]
) -> tuple[T, ...]:
    """For each key the entry that ranks first."""
    best: dict[object, T] = {}
    for one in entries:
        name = key(one)
        if name not in best or rank(one) < rank(best[name]):
            best[name] = one
    return tuple(sorted(best.values(), key=lambda one: str(key(one))))


def _greatest(values: Iterable[int | None]) -> int | None:
    return max((one for one in values if one is not None), default=None)


def _least(values: Iterable[Any]) -> Any:
    return min((one for one in values if one is not None), default=None)
