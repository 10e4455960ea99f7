"""A line as the best path over a lattice of grid moments and pitches.

At each moment a note begins, goes on, or nothing sounds. What is heard speaks for a pitch; a new
note, a wide leap, a weak place in the bar and a step out of the key speak against it. One search
for the whole song (Viterbi) so quantises, joins fragments, drops ghost notes and mends octaves at
once, each against all others, where a chain of repairs would settle them one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearmix_sound.analysis.onsets import Curve

_ON, _REST = -1, -2
"""How a state was reached: its note went on; it began out of silence."""


@dataclass(frozen=True)
class Costs:
    """What a path pays, in units of pitch strength for one tick.

    `note` for beginning a note, `leap` for each semitone from the note before, `again` for striking
    the same pitch again; `attack` is what an onset heard at that moment gives back.
    """

    note: float = 0.35
    leap: float = 0.015
    again: float = -0.05
    attack: float = 0.5


def best_path(
    evidence: Curve, attacks: Curve, places: Curve, costs: Costs
) -> list[tuple[int, int, int]]:
    """First tick, tick after the last, and pitch index of each note on the best path.

    Args:
        evidence: of shape (ticks, pitches); above 0 where a pitch explains the sound.
        attacks: how clearly something begins at each tick, 0..1.
        places: what beginning a note costs at each tick, besides.
        costs: what else a path pays.
    """
    ticks, count = evidence.shape
    pitches = np.arange(count)
    leaps = costs.leap * np.abs(pitches[:, None] - pitches[None, :])
    np.fill_diagonal(leaps, costs.again)
    value = np.full(count, -np.inf)
    rest = 0.0
    came: npt.NDArray[np.intp] = np.empty((ticks, count), np.intp)
    rested: npt.NDArray[np.intp] = np.empty(ticks, np.intp)
    for tick in range(ticks):
        begin = costs.note + float(places[tick]) - costs.attack * float(attacks[tick])
        from_note = value[None, :] - leaps
        before = np.argmax(from_note, axis=1)
        changed = from_note[pitches, before] - begin
        risen = rest - begin
        best = value.copy()
        how = np.full(count, _ON)
        how[changed > best] = before[changed > best]
        best = np.maximum(best, changed)
        how[risen > best] = _REST
        best = np.maximum(best, risen)
        leader = int(np.argmax(value))
        falls = value[leader] > rest
        rested[tick] = leader if falls else _REST
        rest = float(value[leader]) if falls else rest
        value = best + evidence[tick]
        came[tick] = how
    return _followed(value, rest, came, rested)


def _followed(
    value: Curve, rest: float, came: npt.NDArray[np.intp], rested: npt.NDArray[np.intp]
) -> list[tuple[int, int, int]]:
    notes: list[tuple[int, int, int]] = []
    ticks = len(rested)
    state = int(np.argmax(value)) if value.size and float(value.max()) > rest else _REST
    end = ticks
    for tick in range(ticks - 1, -1, -1):
        if state == _REST:
            state, end = int(rested[tick]), tick
            continue
        how = int(came[tick, state])
        if how == _ON:
            continue
        notes.append((tick, end, state))
        state, end = how, tick
    return notes[::-1]
