"""Near-duplicates folded into one entry: of a hundred equal remixes, a listener sees one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from clearmix.discovery.lanes import Entry
from clearmix.spec import RemixSpec

Sameness = Callable[[Entry], Iterable[str]]
"""Keys of an entry; two entries that share one are nearly the same."""

NOT_HEARD = ("seed", "use", "use_case")
"""Fields of a spec that do not say how the result differs from another."""

WHOLE_BPM, WHOLE_STEP = 4.0, 0.25
"""Steps to which a tempo, and a strength or an energy, are rounded: less is hardly heard."""


def spec_key(spec: RemixSpec) -> str:
    """A key that specs share which ask for nearly the same.

    >>> one = RemixSpec(sources=("a",), tempo={"bpm": 120}, seed=1)
    >>> spec_key(one) == spec_key(RemixSpec(sources=("a",), tempo={"bpm": 121}, seed=2))
    True
    >>> spec_key(one) == spec_key(RemixSpec(sources=("b",), tempo={"bpm": 120}))
    False
    """
    fields = {name: value for name, value in spec.as_json().items() if name not in NOT_HEARD}
    tempo = dict(fields.get("tempo") or {})
    if tempo.get("bpm"):
        tempo["bpm"] = WHOLE_BPM * round(tempo["bpm"] / WHOLE_BPM)
    if tempo:
        fields["tempo"] = tempo
    for name in ("strength", "energy"):
        if fields.get(name) is not None:
            fields[name] = WHOLE_STEP * round(fields[name] / WHOLE_STEP)
    return RemixSpec.from_json(fields).hash


def by_spec(entry: Entry) -> tuple[str, ...]:
    """The key of an entry's spec."""
    return (entry.sameness,) if entry.sameness else ()


def by_sound(entry: Entry) -> tuple[str, ...]:
    """The key of an entry's sound."""
    return (f"sounds like {entry.sound}",) if entry.sound else ()


def folded(
    entries: Iterable[Entry], sameness: Iterable[Sameness] = (by_spec, by_sound)
) -> list[Entry]:
    """The first entry of each group of nearly equal ones, in their order, with the others counted.

    Sameness carries on: what is the same as the same is in one group.
    """
    group_of: dict[str, int] = {}
    groups: dict[int, list[Entry]] = {}
    for number, entry in enumerate(entries):
        keys = [key for same in sameness for key in same(entry)]
        found = sorted({group_of[key] for key in keys if key in group_of})
        home = found[0] if found else number
        members = groups.setdefault(home, [])
        for other in found[1:]:
            members += groups.pop(other)
            group_of.update({key: home for key, group in group_of.items() if group == other})
        members.append(entry)
        group_of.update(dict.fromkeys(keys, home))
    return [
        replace(members[0], folded=len(members) - 1, listeners=sum(m.listeners for m in members))
        for _, members in sorted(groups.items())
    ]
