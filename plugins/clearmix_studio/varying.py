"""Variation: what a seed changes of a plan, more of it the further the result may go.

Without a seed everything is as the style is written. `another one` is another seed at the usual
strength; `slightly different` is another seed at a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from clearmix_studio.plan import Drums, Layer, Plan

KIN: Mapping[str, tuple[str, ...]] = {
    "piano": ("electric-piano", "organ"),
    "electric-piano": ("piano", "organ"),
    "pad": ("strings", "choir"),
    "strings": ("pad",),
    "organ": ("electric-piano", "piano"),
    "pluck": ("bell", "square-lead"),
    "bell": ("pluck",),
    "synth-bass": ("sub-bass",),
    "sub-bass": ("synth-bass",),
    "finger-bass": ("upright-bass",),
}
"""Instruments that can stand in for one another without leaving the style."""

_PASSING = {"bass": "5", "chord": "x", "arp": "x", "power": "x", "line": "x"}


def varied(plan: Plan) -> Plan:
    """The plan as its seed plays it."""
    if plan.seed == 0:
        return plan
    random = np.random.default_rng([plan.seed, 23])
    drums = _drums(plan.drums, random, plan.strength) if plan.drums else None
    layers = tuple(_layer(layer, random, plan.strength) for layer in plan.layers)
    return replace(plan, drums=drums, layers=layers)


def _drums(drums: Drums, random: np.random.Generator, strength: float) -> Drums:
    lanes = dict(drums.lanes)
    for name, pattern in drums.lanes.items():
        strokes = _moved(pattern, random, 0.12 * strength, keep=("X",), sign="o")
        lanes[name] = strokes if name != "kick" else _with_pickup(pattern, random, strength)
    return replace(drums, lanes=lanes, variation=int(random.integers(1, 4)))


def _with_pickup(pattern: str, random: np.random.Generator, strength: float) -> str:
    """The kick as it is, with one more stroke that leads into a beat."""
    free = [step for step in (3, 6, 7, 10, 11, 14) if step < len(pattern) and pattern[step] == "."]
    step = int(random.choice(free)) if free else -1
    if step < 0 or random.random() > 0.9 * strength:
        return pattern
    return pattern[:step] + "x" + pattern[step + 1 :]


def _layer(layer: Layer, random: np.random.Generator, strength: float) -> Layer:
    sign = _PASSING[layer.mode]
    changed = replace(layer, tune=int(random.integers(1, 1 << 16)))
    pattern = _moved(layer.pattern, random, 0.3 * strength, keep=(), sign=sign)
    if random.random() < 1.2 * strength:
        changed = replace(changed, pattern=pattern)
    kin = KIN.get(layer.instrument, ())
    if kin and not layer.always and random.random() < 0.9 * strength:
        changed = replace(changed, instrument=str(random.choice(kin)))
    return changed


def _moved(
    pattern: str, random: np.random.Generator, chance: float, *, keep: tuple[str, ...], sign: str
) -> str:
    """The pattern with some off-beat signs left out or added; the first step stays."""
    out = list(pattern)
    for step in range(1, len(out)):
        if out[step] in keep or random.random() >= chance or step % 4 == 0:
            continue
        out[step] = "." if out[step] != "." else sign
    return "".join(out)
