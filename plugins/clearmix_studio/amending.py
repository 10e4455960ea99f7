"""What of an edited plan its spec does not permit.

Free are the patterns, instruments and levels of added parts, where they play, chords, automation
and the song's balance. The song's tempo, pitch, parts and pieces, the length, and whatever else the
rights-holders decided on in the spec, stay as they were: another one of those is another spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from clearmix import RemixSpec
from clearmix.music import split_key
from clearmix_sound.instruments.kits import DRUMS, KITS
from clearmix_sound.instruments.patches import INSTRUMENTS
from clearmix_sound.instruments.singers import Manner
from clearmix_studio.choosing import QUIET_BELOW
from clearmix_studio.palette import players
from clearmix_studio.plan import SILENT_DB, Layer, Move, Plan, Track
from clearmix_studio.shaping import EFFECTS, MOODS

MOST_DB = 12.0
"""How far the balance of what is heard of the song may be moved."""

LOUDEST_DB = 12.0
"""The most that an added part may have over its usual level, or automation over what there is."""

MOST_LAYERS, MOST_MOVES, MOST_CHORDS = 16, 400, 5000

UNHEARD_DB = -24.0
"""What automation takes down to here counts as taken out."""

_FIXED = (
    "title", "seed", "strength", "energy", "tempo_bpm", "key", "seconds", "ending", "style", "era",
    "effects", "moods", "notes",
)  # fmt: skip

_TRACK_FIXED = (
    "name", "recording", "estimated", "tempo_ratio", "semitones", "keep_formants", "pieces",
)  # fmt: skip

_BAR_FIXED = ("number", "beats", "section", "alone")


def beyond(edited: Plan, permitted: Plan, spec: RemixSpec) -> tuple[str, ...]:
    """A sentence for each place where an edited plan does more than the one of its spec."""
    said = [
        *(f"`{name}` belongs to the spec" for name in _differing(edited, permitted, _FIXED)),
        *_in_tracks(edited.tracks, permitted.tracks),
        *_in_bars(edited, permitted),
        *_in_chords(edited),
        *_in_drums(edited, permitted, spec),
        *_in_layers(edited, permitted, spec),
        *_in_moves(edited, permitted, spec),
    ]
    return tuple(dict.fromkeys(said))


def _differing(one: object, other: object, names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if getattr(one, name) != getattr(other, name))


def _in_tracks(edited: Sequence[Track], permitted: Sequence[Track]) -> Iterator[str]:
    if len(edited) != len(permitted):
        yield f"`tracks`: the spec plays {len(permitted)} of the song, not {len(edited)}"
        return
    for number, (track, allowed) in enumerate(zip(edited, permitted, strict=True)):
        place = f"tracks.{number}"
        for name in _differing(track, allowed, _TRACK_FIXED):
            yield f"`{place}.{name}` belongs to the spec"
        if abs(track.gain_db - allowed.gain_db) > MOST_DB:
            yield f"`{place}.gain_db` is moved by more than {MOST_DB:g} dB"
        if track.gains_db.keys() != allowed.gains_db.keys():
            yield f"`{place}.gains_db` names other parts of the song than the spec plays"
            continue
        for part, gain in track.gains_db.items():
            level = allowed.gains_db[part]
            if (gain > SILENT_DB) != (level > SILENT_DB):
                what = "left out" if level > SILENT_DB else "brought back"
                yield f"`{place}.gains_db.{part}`: the {part} of the song may not be {what}"
            elif abs(gain - level) > MOST_DB:
                yield f"`{place}.gains_db.{part}` is moved by more than {MOST_DB:g} dB"


def _in_bars(edited: Plan, permitted: Plan) -> Iterator[str]:
    if len(edited.bars) != len(permitted.bars):
        yield f"`bars`: the result has {len(permitted.bars)} bars, not {len(edited.bars)}"
        return
    for bar, allowed in zip(edited.bars, permitted.bars, strict=True):
        for name in _differing(bar, allowed, _BAR_FIXED):
            yield f"`bars.{allowed.number}.{name}` follows from the song"
        if bar.pulse not in (0.5, 1.0, 2.0):
            yield f"`bars.{allowed.number}.pulse` is 0.5, 1 or 2"


def _in_chords(edited: Plan) -> Iterator[str]:
    if len(edited.chords) > MOST_CHORDS:
        yield f"`chords`: {MOST_CHORDS} are the most"
    if any(later[0] <= earlier[0] for earlier, later in pairwise(edited.chords)):
        yield "`chords` come in the order of their seconds"
    for name in {name for _, name in edited.chords if not _is_chord(name)}:
        yield f"`chords`: `{name[:20]}` is no chord; write `A minor`, or `N` for none"


def _is_chord(name: str) -> bool:
    try:
        split_key(name)
    except (KeyError, ValueError, IndexError):
        return name == "N"
    return True


def _in_drums(edited: Plan, permitted: Plan, spec: RemixSpec) -> Iterator[str]:
    drums = edited.drums
    if drums is None:
        return
    if permitted.drums is None and not _may_add("drums", spec, permitted):
        yield "`drums`: the spec adds none"
    if drums.kit not in KITS:
        yield f"`drums.kit`: no kit `{drums.kit[:40]}`; there are {', '.join(KITS)}"
    for lane in drums.lanes:
        if lane not in DRUMS:
            yield f"`drums.lanes`: no drum `{lane[:40]}`; there are {', '.join(DRUMS)}"
    if not 0 <= drums.feel.swing <= 1:
        yield "`drums.feel.swing` is 0 to 1"
    if drums.level_db > LOUDEST_DB:
        yield f"`drums.level_db` is over {LOUDEST_DB:g} dB"


def _in_layers(edited: Plan, permitted: Plan, spec: RemixSpec) -> Iterator[str]:
    if len(edited.layers) > MOST_LAYERS:
        yield f"`layers`: {MOST_LAYERS} are the most"
        return
    added = {layer.part for layer in permitted.layers}
    for number, layer in enumerate(edited.layers):
        place = f"layers.{number}"
        if layer.part not in {"bass", "harmony", *players()}:
            yield f"`{place}.part`: `{layer.part[:40]}` is no part that the studio adds"
        elif layer.part not in added and not _may_add(layer.part, spec, permitted):
            yield f"`{place}.part`: the spec adds no {layer.part}"
        yield from _in_layer(layer, place)


def _in_layer(layer: Layer, place: str) -> Iterator[str]:
    if layer.instrument not in INSTRUMENTS:
        known = ", ".join(INSTRUMENTS)
        yield f"`{place}.instrument`: no instrument `{layer.instrument[:40]}`; there are {known}"
    elif isinstance(INSTRUMENTS[layer.instrument], Manner):
        yield f"`{place}.instrument`: a voice that sings a line is not added here"
    if not 0 <= layer.feel.swing <= 1:
        yield f"`{place}.feel.swing` is 0 to 1"
    if layer.level_db > LOUDEST_DB:
        yield f"`{place}.level_db` is over {LOUDEST_DB:g} dB"


def _may_add(part: str, spec: RemixSpec, permitted: Plan) -> bool:
    """Whether a part that the spec does not name may be added without going beyond it."""
    unwanted = {change.part for change in spec.parts if change.action in ("remove", "keep")}
    unwanted |= {*spec.avoid, *spec.keep}
    alone = any(change.action == "solo" for change in spec.parts)
    slight = permitted.strength < QUIET_BELOW and part != "drums"
    return spec.kind != "edit" and not alone and not slight and part not in unwanted


def _in_moves(edited: Plan, permitted: Plan, spec: RemixSpec) -> Iterator[str]:
    if edited.moves == permitted.moves:
        return
    if spec.kind == "edit":
        yield "`moves`: an edit has those of its spec"
        return
    if len(edited.moves) > MOST_MOVES:
        yield f"`moves`: {MOST_MOVES} are the most"
        return
    for number, move in enumerate(edited.moves):
        yield from _in_move(move, f"moves.{number}", edited)
    for track in permitted.tracks:
        out, allowed = (_taken_out(plan, track.name) for plan in (edited, permitted))
        if out > max(allowed, permitted.seconds / 2) + 0.1:
            yield f"`moves` take the {track.name} out for {out:.0f} seconds, over half of the whole"


def _in_move(move: Move, place: str, edited: Plan) -> Iterator[str]:
    if not move.start < move.end <= edited.seconds + 1:
        yield f"`{place}` must end after its start and within {edited.seconds:.1f} seconds"
    wrong: dict[str, Callable[[], bool]] = {
        "gain": lambda: not SILENT_DB <= move.amount <= LOUDEST_DB,
        "low-cut": lambda: not 20 <= move.amount <= 5000,
        "effect": lambda: move.effect not in {**EFFECTS, **MOODS},
    }
    if wrong[move.change]():
        what = "effect" if move.change == "effect" else "amount"
        yield f"`{place}.{what}`: a {move.change} has no such {what}"


def _taken_out(plan: Plan, track: str) -> float:
    """Seconds for which automation takes a track out, counted once however often it does."""
    spans = sorted(
        (move.start, min(move.end, plan.seconds))
        for move in plan.moves
        if move.change == "gain" and move.amount <= UNHEARD_DB and _means(move.target, track)
    )
    out, reached = 0.0, 0.0
    for start, end in spans:
        out += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return out


def _means(target: str, track: str) -> bool:
    others = target.startswith("all but ") and target != f"all but {track}"
    return target in ("all", track) or others
