"""The arrangement plan: what the studio will do, worked out before any sound is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from clearmix import (
    Analysis,
    RemixSpec,
    SourceRecording,
    target_seconds,
    target_semitones,
    target_tempo_ratio,
)
from clearmix.vocabulary import TermKind, terms
from clearmix_studio.grid import Grid, grid_of
from clearmix_studio.palette import Era, Style, eras, styles
from clearmix_studio.parts import estimated_parts

ADDED_STYLE = Style(
    id="plain",
    drums={"kick": "X.......X.......", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    bass="1.......1.......",
    bass_steps=6,
    harmony="x...............",
    harmony_steps=16,
)
"""What added drums, bass or chords play when no style is asked for."""

QUIET_BELOW = 0.25
"""Below this strength a style adds drums only."""


@dataclass(frozen=True)
class Plan:
    """Numbers for one render; `grid` is None when nothing may be added in time."""

    tempo_ratio: float
    semitones: float
    seconds: float
    energy: float
    strength: float
    seed: int
    grid: Grid | None
    drums: Style | None
    bass: Style | None
    harmony: Style | None
    era: Era | None
    effects: tuple[str, ...]
    moods: tuple[str, ...]
    duck: float


def planned(spec: RemixSpec, recording: SourceRecording) -> Plan:
    """The plan, the same for the same spec, seed and analysis."""
    analysis = recording.analysis
    ratio = target_tempo_ratio(spec, analysis)
    chosen = [styles()[id] for id in spec.styles if id in styles()]
    era = eras().get(spec.era) if spec.era else None
    strength = 0.5 if spec.strength is None else spec.strength
    pulse = _pulse(spec, analysis, ratio)
    grid = grid_of(analysis, tempo_ratio=ratio, seconds=analysis.seconds / ratio, pulse=pulse)
    main = chosen[0] if chosen else None
    wanted = {change.part for change in spec.parts if change.action in ("add", "replace")}
    wanted |= {change.with_ for change in spec.parts if change.with_ is not None}
    unwanted = set(spec.avoid) | {
        change.part for change in spec.parts if change.action in ("remove", "keep")
    }
    solo = any(change.action == "solo" for change in spec.parts)
    dance = spec.kind == "remix" and spec.energy is not None and spec.energy > 0.15
    plain = main or (_in_era(ADDED_STYLE, era) if wanted or dance else None)

    def layer(part: str, *, by_style: bool) -> Style | None:
        if grid is None or plain is None or solo:
            return None
        if part in wanted:
            return plain
        return plain if by_style and part not in unwanted else None

    quiet = strength < QUIET_BELOW
    energy = _energy(spec, main)
    return Plan(
        tempo_ratio=ratio,
        semitones=target_semitones(spec, analysis),
        seconds=target_seconds(spec, analysis),
        energy=energy,
        strength=strength,
        seed=spec.seed or 0,
        grid=grid,
        drums=layer("drums", by_style=main is not None or dance),
        bass=layer("bass", by_style=main is not None and not quiet and bool(main.bass)),
        harmony=layer("harmony", by_style=main is not None and not quiet and bool(main.harmony)),
        era=era,
        effects=tuple(
            dict.fromkeys(
                [*(effect for style in chosen for effect in style.effects), *spec.effects]
            )
        ),
        moods=spec.moods,
        duck=max((style.duck for style in chosen), default=0.0),
    )


def notes(spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
    """What will be approximated or left alone, in a listener's words."""
    said: list[str] = []
    if analysis.tempo_bpm is None:
        asked = spec.styles or (spec.tempo is not None and spec.tempo.ratio is None)
        if asked:
            said.append("this recording has no steady beat: its timing is kept, no drums are added")
    if not stems:
        estimated = estimated_parts(spec)
        if estimated:
            said.append(f"no stems: {', '.join(estimated)} are estimated from the mix")
    if spec.pitch is not None and spec.pitch.mode is not None and spec.pitch.key is None:
        said.append(f"the recording stays in its mode; only a cover can be in {spec.pitch.mode}")
    if len(spec.styles) > 1:
        said.append(f"drums, bass and chords are those of {spec.styles[0]}")
    return tuple(said)


def _energy(spec: RemixSpec, style: Style | None) -> float:
    if spec.energy is not None:
        return spec.energy
    values = [
        terms(kind)[id].meaning.get("energy", 0.0)
        for kind, ids in ((TermKind.MOOD, spec.moods), (TermKind.STYLE, spec.styles[:1]))
        for id in ids
    ]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    return sum(numbers) / len(numbers) if numbers else 0.0


def _pulse(spec: RemixSpec, analysis: Analysis, ratio: float) -> float:
    """Beats of the added parts for each tracked beat: 0.5, 1 or 2."""
    feel = spec.tempo.feel if spec.tempo else None
    if feel is not None:
        return 2.0 if feel == "double-time" else 0.5
    if analysis.tempo_bpm is None:
        return 1.0
    tempo_bpm = analysis.tempo_bpm * ratio
    usual = terms(TermKind.STYLE)[spec.styles[0]].meaning.get("tempo_bpm") if spec.styles else None
    if spec.tempo is not None and spec.tempo.bpm is not None:
        aim = spec.tempo.bpm
    elif isinstance(usual, list):
        aim = math.sqrt(float(usual[0]) * float(usual[1]))
    else:
        return 1.0
    # The song's own pulse wins a tie: 1.0 is tried first.
    return min((1.0, 2.0, 0.5), key=lambda pulse: round(abs(math.log2(tempo_bpm * pulse / aim)), 3))


def _in_era(style: Style, era: Era | None) -> Style:
    from dataclasses import replace

    return replace(style, kit=era.kit) if era else style
