"""The arrangement plan: what the studio will do, worked out before any sound is made."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from clearmix import (
    Analysis,
    RemixSpec,
    Section,
    SourceRecording,
    target_seconds,
    target_semitones,
    target_tempo_ratio,
)
from clearmix.vocabulary import TermKind, terms
from clearmix_studio.arrangement import Bar, arranged
from clearmix_studio.grid import Grid, grid_of
from clearmix_studio.palette import Era, Player, Style, eras, players, styles
from clearmix_studio.parts import estimated_parts
from clearmix_studio.structure import Form, formed, grid_of_form

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

_LAYERS = ("drums", "bass", "harmony")


@dataclass(frozen=True)
class Plan:
    """Numbers for one render; `grid` is None when nothing may be added in time.

    `grid`, `bars` and `form` are of the result, in its own seconds.
    """

    tempo_ratio: float
    semitones: float
    energy: float
    strength: float
    seed: int
    form: Form
    grid: Grid | None
    bars: tuple[Bar, ...]
    drums: Style | None
    bass: Style | None
    harmony: Style | None
    players: tuple[Player, ...]
    claps: bool
    style: Style | None
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
    seed = spec.seed or 0
    song_seconds = analysis.seconds / ratio
    song_grid = grid_of(
        analysis, tempo_ratio=ratio, seconds=song_seconds, pulse=_pulse(spec, analysis, ratio)
    )
    main = chosen[0] if chosen else _style_of_era(spec, era)
    wanted = {change.part for change in spec.parts if change.action in ("add", "replace")}
    wanted |= {change.with_ for change in spec.parts if change.with_ is not None}
    unwanted = set(spec.avoid) | {
        change.part for change in spec.parts if change.action in ("remove", "keep")
    }
    unwanted |= set(spec.keep)
    solo = any(change.action == "solo" for change in spec.parts)
    lively = spec.kind == "remix" and spec.energy is not None and spec.energy > 0.15
    quiet = strength < QUIET_BELOW

    def layer(part: str, *, by_style: bool) -> Style | None:
        style = main or (_in_era(ADDED_STYLE, era) if part in wanted or lively else None)
        if style is None or solo:
            return None
        if part in wanted:
            return style if getattr(style, part) else _in_era(ADDED_STYLE, era)
        return style if by_style and getattr(style, part) and part not in unwanted else None

    drums = layer("drums", by_style=main is not None or lively) if song_grid else None
    sections = tuple(
        Section(section.name, section.start_seconds / ratio, section.end_seconds / ratio)
        for section in analysis.sections
    )
    form = formed(
        spec,
        seconds=target_seconds(spec, analysis),
        song_seconds=song_seconds,
        grid=song_grid,
        sections=sections,
        with_drums=drums is not None,
    )
    grid = grid_of_form(song_grid, form) if song_grid else None
    energy = _energy(spec, chosen[0] if chosen else None)
    return Plan(
        tempo_ratio=ratio,
        semitones=target_semitones(spec, analysis),
        energy=energy,
        strength=strength,
        seed=seed,
        form=form,
        grid=grid,
        bars=arranged(grid, form, sections, energy=energy, seed=seed) if grid else (),
        drums=drums,
        bass=layer("bass", by_style=main is not None and not quiet) if grid else None,
        harmony=layer("harmony", by_style=main is not None and not quiet),
        players=() if solo else tuple(players()[id] for id in sorted(wanted & set(players()))),
        claps="claps" in wanted and not solo,
        style=main,
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
    added = {change.part for change in spec.parts if change.action in ("add", "replace")}
    if analysis.tempo_bpm is None:
        tempo = spec.tempo is not None and spec.tempo.ratio is None
        if spec.styles or tempo or added:
            said.append("this recording has no steady beat: its timing is kept, no drums are added")
    elif spec.tempo is not None and spec.tempo.bpm is not None:
        made = analysis.tempo_bpm * target_tempo_ratio(spec, analysis)
        if abs(made / spec.tempo.bpm - 1) > 0.005:
            said.append(
                f"the song itself plays at {made:.0f} bpm, half or double of the "
                f"{spec.tempo.bpm:g} that is felt"
            )
    if not stems:
        estimated = estimated_parts(spec)
        if estimated:
            said.append(f"no stems: {', '.join(estimated)} are estimated from the mix")
    else:
        unknown = sorted(
            change.part
            for change in spec.parts
            if change.action in ("remove", "replace", "solo", "louder", "softer")
            and change.part not in stems
            and change.part != "claps"
        )
        if unknown:
            said.append(f"the recording has no stem of {', '.join(unknown)}: left as it is")
    said += _notes_on_pitch(spec, analysis)
    if len(spec.styles) > 1:
        said.append(f"drums, bass and chords are those of {spec.styles[0]}")
    for change in spec.parts:
        if change.with_ is not None and change.part in ("melody", "vocals"):
            said.append(
                f"the {change.with_} plays a tune of its own, not that of the {change.part}"
            )
    if "saxophone" in added or any(change.with_ == "saxophone" for change in spec.parts):
        said.append("a brass sound stands in for the saxophone")
    return tuple(said)


def _notes_on_pitch(spec: RemixSpec, analysis: Analysis) -> list[str]:
    if spec.pitch is None:
        return []
    if spec.pitch.key is not None and analysis.key is None:
        return ["the key of this recording could not be heard: its pitch is kept"]
    asked = spec.pitch.mode or (spec.pitch.key.split()[1] if spec.pitch.key else None)
    own = analysis.key.split()[1] if analysis.key else None
    if asked is not None and asked != own:
        return [f"the recording stays in its mode; only a cover can be in {asked}"]
    return []


def _style_of_era(spec: RemixSpec, era: Era | None) -> Style | None:
    """What a remix into a decade plays when no style is named."""
    if era is None or era.style is None or spec.kind != "remix":
        return None
    return replace(styles()[era.style], kit=era.kit)


def _energy(spec: RemixSpec, style: Style | None) -> float:
    if spec.energy is not None:
        return spec.energy
    values = [
        terms(kind)[id].meaning.get("energy", 0.0)
        for kind, ids in (
            (TermKind.MOOD, spec.moods),
            (TermKind.STYLE, (style.id,) if style else ()),
            (TermKind.USE_CASE, (spec.use_case,) if spec.use_case else ()),
        )
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
    # The song's own pulse wins where the style's would be only a little nearer.
    return min(
        (1.0, 2.0, 0.5),
        key=lambda pulse: abs(math.log2(tempo_bpm * pulse / aim)) + (0.0 if pulse == 1.0 else 0.15),
    )


def _in_era(style: Style, era: Era | None) -> Style:
    return replace(style, kit=era.kit) if era else style
