"""What a remix adds: drums, bass, chords and named instruments, by style and by wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearmix import RemixSpec
from clearmix_studio.palette import Era, Player, Style, eras, players, styles
from clearmix_studio.plan import Bar, Drums, Layer
from clearmix_studio.sections import Edited

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
class Chosen:
    """The styles that drums, bass and harmony take, the instruments added by name, and the rest."""

    strength: float
    style: Style | None
    era: Era | None
    drums: Style | None
    bass: Style | None
    harmony: Style | None
    players: tuple[Player, ...]
    claps: bool
    effects: tuple[str, ...]
    duck: float

    def layers(
        self, changed: Edited, *, timed: bool, for_djs: bool
    ) -> tuple[Drums | None, tuple[Layer, ...], tuple[Bar, ...]]:
        """Added parts, and the bars with those silent that only single sections asked for.

        Without a beat (`timed` is False) nothing but held chords can be added.
        """
        bars = changed.bars
        plain = _in_era(self.style or ADDED_STYLE, self.era)
        drums = _drums(self.drums, claps=self.claps) if timed else None
        if timed and drums is None:
            spans = [bar.number for bar in bars if for_djs and bar.alone]
            spans += [number for span in changed.added.get("drums", ()) for number in span]
            if spans:
                drums = _drums(plain if plain.drums else ADDED_STYLE, claps=False)
                bars = _only_in(bars, "drums", spans)
        layers: list[Layer] = []
        if timed and self.bass is not None:
            layers.append(_bass(self.bass))
        if self.harmony is not None:
            layers.append(_harmony(self.harmony))
        layers += [_player(player, self.style) for player in self.players]
        for part, ranges in changed.added.items():
            if part == "drums" or part in {layer.part for layer in layers} or not timed:
                continue
            layer = _named(part, plain, self.style)
            if layer is None:
                changed.notes.append(f"a {part} cannot be added to a single section")
                continue
            layers.append(layer)
            bars = _only_in(bars, part, [number for span in ranges for number in span])
        return drums, tuple(layers), bars


def chosen_of(spec: RemixSpec) -> Chosen:
    """What a spec adds, wherever it can be added in time."""
    named = [styles()[id] for id in spec.styles if id in styles()]
    era = eras().get(spec.era) if spec.era else None
    strength = 0.5 if spec.strength is None else spec.strength
    main = named[0] if named else _style_of_era(spec, era)
    wanted = {change.part for change in spec.parts if change.action in ("add", "replace")}
    wanted |= {change.with_ for change in spec.parts if change.with_ is not None}
    unwanted = {change.part for change in spec.parts if change.action in ("remove", "keep")}
    unwanted |= set(spec.avoid) | set(spec.keep)
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

    return Chosen(
        strength=strength,
        style=main,
        era=era,
        drums=layer("drums", by_style=main is not None or lively),
        bass=layer("bass", by_style=main is not None and not quiet),
        harmony=layer("harmony", by_style=main is not None and not quiet),
        players=() if solo else tuple(players()[id] for id in sorted(wanted & set(players()))),
        claps="claps" in wanted and not solo,
        effects=tuple(
            dict.fromkeys([*(effect for one in named for effect in one.effects), *spec.effects])
        ),
        duck=max((style.duck for style in named), default=0.0),
    )


def _style_of_era(spec: RemixSpec, era: Era | None) -> Style | None:
    """What a remix into a decade plays when no style is named."""
    if era is None or era.style is None or spec.kind != "remix":
        return None
    return replace(styles()[era.style], kit=era.kit)


def _in_era(style: Style, era: Era | None) -> Style:
    return replace(style, kit=era.kit) if era else style


def _only_in(bars: Sequence[Bar], part: str, numbers: Sequence[int]) -> tuple[Bar, ...]:
    return tuple(
        bar if bar.number in numbers else replace(bar, without=(*bar.without, part)) for bar in bars
    )


def _drums(style: Style | None, *, claps: bool) -> Drums | None:
    if style is None:
        return Drums("acoustic", {}, claps=True) if claps else None
    return Drums(
        kit=style.kit,
        lanes=dict(style.drums),
        level_db=style.drums_db,
        fill=style.fill,
        loose_ms=style.loose_ms,
        rise=style.rise,
        gate_seconds=style.drums_gate_seconds,
        feel=style.feel,
        claps=claps,
    )


def _bass(style: Style) -> Layer:
    return Layer(
        part="bass",
        instrument=style.bass_instrument,
        pattern=style.bass,
        steps=style.bass_steps,
        mode="bass",
        level_db=style.bass_db,
        wobble_steps=style.wobble_steps,
        feel=style.feel,
    )


def _harmony(style: Style) -> Layer:
    return Layer(
        part="harmony",
        instrument=style.harmony_instrument,
        pattern=style.harmony,
        steps=style.harmony_steps,
        mode=style.harmony_mode,
        level_db=style.harmony_db,
        drive_db=style.harmony_drive_db,
        feel=style.feel,
    )


def _player(player: Player, style: Style | None) -> Layer:
    return Layer(
        part=player.id,
        instrument=player.instrument,
        pattern=player.pattern,
        steps=player.steps,
        mode=player.mode,
        level_db=player.level_db,
        octave=player.octave,
        feel=style.feel if style else Style(id="plain").feel,
        always=True,
    )


def _named(part: str, plain: Style, style: Style | None) -> Layer | None:
    if part == "bass":
        return _bass(plain if plain.bass else ADDED_STYLE)
    if part == "harmony":
        return _harmony(plain if plain.harmony else ADDED_STYLE)
    return _player(players()[part], style) if part in players() else None
