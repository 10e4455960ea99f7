"""From a spec and a score to the plan of a cover."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from clearmix import Analysis, RemixSpec, Score, ScoreNote, Source
from clearmix.errors import CatalogueError
from clearmix.music import split_key
from clearmix.targets import target_seconds, target_semitones, target_tempo_ratio
from clearmix_covers.choosing import SUNG, Choice, chosen
from clearmix_covers.drumming import drummed
from clearmix_covers.effects import EFFECTS, LARGER_ROOM
from clearmix_covers.form import Clock, Part, Piece, level_name, pieced
from clearmix_covers.harmonising import reharmonised
from clearmix_covers.humanising import performed, phrased
from clearmix_covers.lines import voices_between
from clearmix_covers.lineups import Chair, Role
from clearmix_covers.material import Material, material_of
from clearmix_covers.meters import in_meter
from clearmix_covers.plan import Drumming, Plan, PlanSection, Player
from clearmix_covers.roles import PLAYING
from clearmix_covers.seats import Played, Seat, apart, placed

ORDINARY_STRENGTH = 0.5

LARGE_SECONDS, LARGE_WET, MOST_WET = 2.4, 0.15, 0.5
"""The hall that players move to when reverberation is asked for."""

LEAST_SHARE, MOST_SHARE = 0.6, 1.45
"""Length of a whole score against its recording, beyond which sections are repeated or cut."""

TARGETS_DB = {"lead": -20.0, "soli": -20.0, "double": -26.0, "counter": -25.0, "inner": -26.0,
              "bass": -24.0, "keys": -26.0, "strum": -26.0, "power": -26.0, "arp": -27.0,
              "pad": -29.0, "colotomy": -25.0, "rest": -26.0}  # fmt: skip
"""Level of each role in the mix, in dB of full scale while it plays."""

DRUMS_DB = -24.0

FRONT = frozenset({"lead", "soli", "bass"})
"""Roles that keep their level however many play behind them."""

CROWD_DB = 7
"""What ten times as many players behind the tune take back, each of them, in dB."""

FEW = 3
"""Players behind the tune who together are as loud as they should be."""

FORWARD = 0.95
"""How full a section without the tune is played, by the few who play in it."""

PATTERNED = frozenset({"bass", "keys", "strum", "power", "arp", "inner"})
"""Roles whose rhythm is a pattern's."""


def arranged(spec: RemixSpec, source: Source) -> Plan:
    """The plan of the cover that a spec asks for: the same for the same spec, score and seed.

    Raises:
        CatalogueError: the source has no score.
    """
    recording = source.first
    score = recording.score
    if score is None:
        raise CatalogueError(
            f"`{recording.title}` has no score to play a cover from",
            help="give one with `clearmix catalogue score ID --from FILE.mid`",
        )
    analysis = _analysis(recording.analysis, score)
    choice = chosen(spec)
    material = _material(spec, score, analysis, choice)
    structure = spec.structure
    loop = structure is not None and structure.form == "loop"
    timed = structure is not None and (structure.seconds or structure.form)
    seconds = target_seconds(spec, analysis)
    intro, outro = (structure.intro, structure.outro) if structure else (None, None)
    piece = pieced(
        material, seconds=seconds if timed else None, loop=loop, intro=intro, outro=outro
    )
    notes = choice.notes
    if not LEAST_SHARE <= piece.seconds / seconds <= MOST_SHARE:
        piece = pieced(material, seconds=seconds, loop=loop, intro=intro, outro=outro)
        notes += ("score and recording differ in length: sections are repeated or left out",)
    strength = ORDINARY_STRENGTH if spec.strength is None else spec.strength
    piece = reharmonised(piece, choice.lineup.harmony, strength)
    piece = replace(
        piece, parts=tuple(replace(one, level=one.level + choice.level) for one in piece.parts)
    )
    clock = Clock(piece, slows=outro is not False)
    choice = replace(choice, notes=notes)
    return _written(score.title, spec, piece, choice, clock, strength, loop)


def _analysis(analysis: Analysis, score: Score) -> Analysis:
    """The recording with tempo and key of its score, since that is what is played.

    Its length stays: the one that was decided on is kept.
    """
    return replace(analysis, tempo_bpm=score.tempo_bpm, key=score.key or analysis.key)


def _material(spec: RemixSpec, score: Score, analysis: Analysis, choice: Choice) -> Material:
    """The song at the tempo, in the key and in the meter of the cover."""
    semitones = round(target_semitones(spec, analysis))
    mode: str | None = spec.pitch.mode if spec.pitch is not None else None
    if spec.pitch is not None and spec.pitch.key is not None:
        mode = split_key(spec.pitch.key)[1]
    material = material_of(score, semitones=semitones, mode=mode)
    ratio = target_tempo_ratio(spec, analysis)
    material = replace(material, tempo_bpm=material.tempo_bpm * ratio)
    meter = spec.meter or choice.lineup.meter
    counted = spec.tempo is not None and (
        spec.tempo.bpm or spec.tempo.bpm_min or spec.tempo.bpm_max
    )
    return in_meter(material, meter, keeps_beat=bool(counted)) if meter else material


def _written(
    title: str, spec: RemixSpec, piece: Piece, choice: Choice, clock: Clock, strength: float,
    loop: bool,
) -> Plan:  # fmt: skip
    lineup, seed = choice.lineup, spec.seed or 0
    feel = spec.tempo.feel if spec.tempo is not None else None
    pace = {"half-time": 0.5, "double-time": 2.0}.get(feel or "", 1.0)
    swing = 0.0 if piece.material.triplets else lineup.swing
    played = _played(piece, lineup.chairs, pace, strength)
    levels = [_loudness(piece, part) for part in piece.parts for _ in range(round(part.beats))]
    players = []
    behind = sum(
        bool(notes) and chair.role not in FRONT
        for chair, notes in zip(lineup.chairs, played, strict=True)
    )
    crowd_db = CROWD_DB * math.log10(max(1.0, behind / FEW))
    for number, (chair, notes) in enumerate(zip(lineup.chairs, played, strict=True)):
        if not notes:
            continue
        sung = phrased(notes) if chair.role in ("lead", "double", "counter") else notes
        players.append(
            Player(
                chair.name, chair.play, chair.role, chair.pan,
                TARGETS_DB[chair.role] + chair.db - crowd_db * (chair.role not in FRONT),
                performed(
                    sung, piece, clock, levels, swing=swing, loose_ms=lineup.loose_ms,
                    patterned=chair.role in PATTERNED, seed=(seed, 101, number),
                ),
            )
        )  # fmt: skip
    strokes = (
        drummed(lineup.drums, piece, clock, pace=pace, swing=swing, loose_ms=lineup.loose_ms,
                seed=(seed, 202))
        if lineup.drums is not None
        else ()
    )  # fmt: skip
    drums = (
        Drumming(lineup.drums.kit, DRUMS_DB + lineup.drums.db, strokes)
        if lineup.drums is not None and strokes
        else None
    )
    larger = bool(LARGER_ROOM & set(spec.effects))
    plan = Plan(
        title=title,
        lineup=lineup.id,
        label=lineup.label,
        tempo_bpm=round(piece.material.tempo_bpm, 4),
        key=piece.material.key,
        beats_per_bar=piece.material.beats_per_bar,
        seconds=round(piece.seconds, 4),
        ends_at=round(clock.seconds(piece.beats), 4),
        loops=loop,
        seed=seed,
        room_seconds=max(lineup.room_seconds, LARGE_SECONDS * larger),
        wet=max(lineup.wet, min(2 * lineup.wet + LARGE_WET, MOST_WET) * larger),
        effects=tuple(one for one in spec.effects if one in EFFECTS),
        sections=(),
        chords=tuple((round(clock.seconds(at), 3), chord.name) for at, chord in piece.chords),
        players=tuple(players),
        drums=drums,
        notes=tuple(dict.fromkeys((f"played by: {lineup.label}", *piece.material.notes,
                                   *choice.notes))),
    )  # fmt: skip
    return replace(plan, sections=_sections(piece, plan, clock))


def _played(
    piece: Piece, chairs: Sequence[Chair], pace: float, strength: float
) -> list[list[Played]]:
    """What each chair plays, part by part; the inner voices are chosen together."""
    out: list[list[Played]] = [[] for _ in chairs]
    before: dict[int, tuple[int, ...]] = {}
    tunes = [placed(piece.tune, chair) for chair in chairs]
    own = ("lead", "soli", "double")
    for part in piece.parts:
        sung = bool(_within(piece.tune, part))
        roles = _roles(chairs, part, sung=sung)
        leader = next((at for at, role in roles.items() if role in own), 0)
        inside = [number for number, role in roles.items() if role == "inner"]
        seats = {
            number: Seat(
                chairs[number], piece, part, pace,
                _within(tunes[number if roles[number] in own else leader], part),
                strength, before=before.get(number, ()),
            )
            for number in roles
        }  # fmt: skip
        # The outer voices first: what lies between them must not cross them.
        for number in sorted(roles, key=lambda number: roles[number] == "inner"):
            seat = seats[number]
            if number == (inside or [-1])[0]:
                ranges = [(chairs[at].low, chairs[at].high) for at in inside]
                tops = [at for at, role in roles.items()
                        if role == "lead" or (not sung and chairs[at].role == "lead")]  # fmt: skip
                bottoms = [at for at, role in roles.items() if role == "bass"]
                above, below = _line(tops, out, part), _line(bottoms, out, part)
                shared = voices_between(piece, part, above, below, ranges)
                for voice, at in enumerate(inside):
                    seats[at].inner, seats[at].voice = shared, voice
            out[number] += PLAYING[roles[number]](seat)
            before[number] = seat.before
    return apart(chairs, out)


def _within(tune: Sequence[ScoreNote], part: Part) -> list[ScoreNote]:
    return [note for note in tune if part.beat <= note.beat < part.beat + part.beats]


def _line(players: Sequence[int], out: Sequence[Sequence[Played]], part: Part) -> list[Played]:
    """What players have in a part, with what they still hold from before."""
    return [
        note for number in players for note in out[number] if note.beat + note.beats > part.beat
    ]


def _roles(chairs: Sequence[Chair], part: Part, *, sung: bool) -> dict[int, Role]:
    """What each chair does in a part, by its place; somebody always takes the tune.

    Where the song has none, before it begins or after it is over, who would play it plays figures
    of its own.
    """
    roles: dict[int, Role] = {}
    leaders = [at for at, chair in enumerate(chairs) if chair.role in ("lead", "soli")]
    named = [at for at in leaders if not chairs[at].leads or part.name in chairs[at].leads]
    leading = set(named or leaders[:1])
    for at, chair in enumerate(chairs):
        if at in leaders:
            alone = at in leading and not sung and chair.play not in SUNG
            roles[at] = "counter" if alone else chair.role if at in leading else chair.otherwise
        elif chair.above <= part.level < chair.below:
            roles[at] = chair.role
    if "counter" in (roles[at] for at in leading):
        roles = {at: role for at, role in roles.items() if role != "counter" or at in leading}
    playing = [at for at, role in roles.items() if role != "rest"]
    if not playing:
        roles = {0: chairs[0].role}
    return roles


def _loudness(piece: Piece, part: Part) -> float:
    """How full a part is played: where there is hardly any tune, the others come forward."""
    sung = sum(note.beats for note in _within(piece.tune, part))
    return part.level if sung > part.beats / 4 else max(part.level, FORWARD)


def _sections(piece: Piece, plan: Plan, clock: Clock) -> tuple[PlanSection, ...]:
    bar = piece.material.beats_per_bar
    rows = []
    for part in piece.parts:
        start, stop = clock.seconds(part.beat), clock.seconds(part.beat + part.beats)
        heard = [
            one.name
            for one in plan.players
            if any(start - 0.02 <= note[0] < stop - 0.02 for note in one.notes)
        ]
        if plan.drums is not None and any(
            start - 0.02 <= stroke[0] < stop - 0.02 for stroke in plan.drums.strokes
        ):
            heard.append("drums")
        first = round(part.beat / bar) + 1
        name = part.name if part.turn == 0 else f"{part.name} {part.turn + 1}"
        rows.append(
            PlanSection(
                name,
                (first, first + max(1, round(part.beats / bar)) - 1),
                (round(start, 3), round(min(stop, plan.seconds), 3)),
                level_name(part.level),
                tuple(heard),
            )
        )
    return tuple(rows)
