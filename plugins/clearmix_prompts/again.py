"""`Even more`, `a bit less`, `too much`: the last change goes on, or part of it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from clearmix import RemixSpec
from clearmix_prompts.grammar import Ask
from clearmix_prompts.rules.terms import STEPS

_DEGREES = frozenset({"MORE", "LESS", "TOOMUCH", "NOTENOUGH", "BIT", "MUCH", "EVEN", "SO", "NOT"})
_MARKS = frozenset({"FILL", "SEP", "STOP", "AND", "BUT", "CORRECT"})


def same_again(classes: AbstractSet[str], versions: Sequence[RemixSpec]) -> list[Ask]:
    """The step that a bare word of degree means, if the last change was a single one."""
    if not versions or not classes <= _DEGREES | _MARKS:
        return []
    if not classes & {"MORE", "LESS", "TOOMUCH", "NOTENOUGH", "EVEN"} and classes - _MARKS != {
        "BIT"
    }:
        return []
    back = bool(classes & {"LESS", "TOOMUCH"})
    how = "bit" if "BIT" in classes or back else "much" if "MUCH" in classes else "plain"
    last, before = versions[-1], versions[-2] if len(versions) > 1 else RemixSpec()
    tempo = _tempo_way(before, last)
    energy = (last.energy or 0.0) - (before.energy or 0.0)
    if (tempo == 0) == (energy == 0):
        return []
    if tempo:
        return [Ask("tempo.step", (-tempo if back else tempo, how), assumed=True)]
    step = STEPS[how] if energy > 0 else -STEPS[how]
    return [Ask("energy", -step if back else step)]


def _tempo_way(before: RemixSpec, last: RemixSpec) -> int:
    """1 when the last change made it faster, -1 when slower, 0 when that cannot be told."""
    old, new = before.tempo, last.tempo
    if new is None or old == new:
        return 0
    if new.ratio is not None:
        was = old.ratio if old is not None and old.ratio is not None else 1.0
        return (new.ratio > was) - (new.ratio < was)
    if new.bpm is not None and old is not None and old.bpm is not None:
        return (new.bpm > old.bpm) - (new.bpm < old.bpm)
    return 0
