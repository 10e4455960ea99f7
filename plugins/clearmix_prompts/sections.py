"""Changes of one section only: what is asked for beside `in the last chorus` stays in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

from clearmix_prompts.grammar import Ask, Found, Line, Rules
from clearmix_prompts.lexicon import Lexeme

scopes = Rules()

_LOCAL = frozenset(
    [
        "tempo.step",
        "tempo.ratio",
        "tempo.feel",
        "energy",
        "part",
        "pitch.semitones",
        "pitch.step",
        "pitch.key",
        "pitch.mode",
        "effect",
        "style",
        "mood",
        "no.effect",
        "less.effect",
        "form",
        "tempo.bpm",
        "part_gone",
    ]
)

_GONE = "part_gone"
"""The change of a part that only a pronoun names."""

_LEVELS = {
    "LOUDER": "louder",
    "HEAVIER": "louder",
    "BIG": "louder",
    "QUIET": "softer",
    "SOFTER": "softer",
}


@scopes("(AFTER|LEADINGTO) A? ORDINAL? SECTION ((AND|SEP|OR) ORDINAL? SECTION)*")
def _elsewhere(found: Found) -> Iterable[Ask] | None:
    """`after the first chorus` is no section: it is told, and the rest is for the whole song."""
    return [Ask("not_understood", None)]


@scopes("UNTIL A? o:ORDINAL? s:SECTION")
def _up_to(found: Found) -> Iterable[Ask] | None:
    """`No bass until the chorus`: a spec changes one section, not all that come before one."""
    return [Ask("up_to", found.one("s").value)]


@scopes("(MAKE|PLAY|REPEAT|ADD|TAKE)? (ON|IN|FOR|TO|WITH)* (o:ORDINAL)? s:SECTION SAME MUCH")
def _the_same_way(found: Found) -> Iterable[Ask] | None:
    """`Do the bridge the same way`."""
    return _scope(found)


@scopes(
    "(FORGET|KEEP) (X|A|DOUBLE|WITH|ON|IN|FOR)* (o:ORDINAL)? s:SECTION (SAME|ALONE|X)?",
    "(REMOVE|DROP|FORGET) (X|TOUCH)* (WITH|ON|IN|FOR)+ A? (o:ORDINAL)? s:SECTION",
    "(o:ORDINAL)? s:SECTION (BACK|STAY|LIKE|TO|AS|MAKE)* (SAME|ALONE|ORIGINAL)",
    "(RESTORE|ADD) (o:ORDINAL)? s:SECTION BACK",
    "(o:ORDINAL)? s:SECTION (X|VAGUE|MOOD|SEP|BUT|STOP|AND)* (RESTORE BACK?|(MAKE|ADD) BACK)",
)
def _as_it_was(found: Found) -> Iterable[Ask] | None:
    """`Forget the last chorus`: what was asked of it before is taken back."""
    ordinal = f"{found.one('o').value} " if "o" in found else ""
    return [Ask("elided.gone", f"{ordinal}{found.one('s').value}")]


@scopes(
    "ONLY? (IN|ON|AT|FOR|TO|OF)* A? (ALL OF?)? (o:ORDINAL)? (NUM)? s:SECTION ((AND|SEP|OR) "
    "ORDINAL? SECTION)*"
)
def _scope(found: Found) -> Iterable[Ask] | None:
    asks, ordinal = [], ""
    for one in found.lexemes:
        if one.cls == "ORDINAL":
            ordinal = f"{one.value} "
        elif one.cls == "SECTION":
            asks.append(Ask("scope", f"{ordinal}{one.value}", found.lexemes[0].first, one.last))
            ordinal = ""
    return asks


def scoped(line: Line, asks: Sequence[Ask], breaks: Sequence[Lexeme]) -> list[Ask]:
    """The asks with local ones turned into changes of their section.

    Section names are taken from what the rules left of the line; `breaks` are the marks and
    conjunctions that bound what a section governs.
    """
    elided = _elided(line, asks)
    found = scopes.apply(line)
    if not found:
        return list(asks)
    free = list(asks)
    for bound in [ask for ask in found if ask.what == "up_to"]:
        local = _governed((bound.first, bound.last), free, breaks, line)
        free = [ask for ask in free if ask not in local]
        free += [replace(ask, what="not_understood", value=None) for ask in local]
    out = [ask for ask in found if ask.what not in ("scope", "up_to")]
    out += [replace(ask, what="not_understood") for ask in found if ask.what == "up_to"]
    found = [ask for ask in found if ask.what == "scope"]
    spans = sorted({(scope.first, scope.last) for scope in found})
    for span in sorted(spans):
        named = [
            scope for scope in found if (scope.first, scope.last) == span or scope.first == span[0]
        ]
        local = _governed(span, free, breaks, line)
        if any(ask.what != "style" for ask in local):
            # `house with double-time drums in the last chorus`: the style is that of the whole.
            local = [ask for ask in local if ask.what != "style" or ask.first > span[0]]
        changes = [change for ask in local for change in _changes(ask)]
        changes += [] if changes else _levels(line, span, breaks)
        if not changes:
            out += [Ask(elided or "not_understood", scope.value, *span) for scope in named]
            continue
        free = [ask for ask in free if ask not in local]
        for scope in named:
            out += [_placed(scope.value, change, part, span) for change, part in changes]
    return sorted([*free, *dict.fromkeys(out)], key=lambda ask: (ask.first, ask.last))


def _placed(section: object, change: str, part: str | None, span: tuple[int, int]) -> Ask:
    """A change of a section; in `mute them in the intro` the last turn says what of."""
    if change == _GONE:
        return Ask("elided.gone_in", section, *span)
    return Ask("section", (section, change, part), *span)


def _elided(line: Line, asks: Sequence[Ask]) -> str:
    """How a turn that only names a section goes on: `the bridge too`, `the bridge instead`."""
    said = {one.cls for one in line.lexemes}
    if any(not ask.what.startswith("elided.") for ask in asks):
        return ""
    if said & {"INSTEAD", "CORRECT"} or any(ask.what == "elided.not_there" for ask in asks):
        return "elided.instead"
    every = any(one.cls == "ORDINAL" and one.value == "every" for one in line.lexemes)
    return "elided.also" if every or said & {"ALSO", "TOO", "AND", "SAME", "EVEN", "ALL"} else ""


def _governed(
    span: tuple[int, int], asks: Sequence[Ask], breaks: Sequence[Lexeme], line: Line
) -> list[Ask]:
    """The asks of the section's own clause; else of the next clauses; else of the one before."""
    hard = [one for one in breaks if one.cls in ("STOP", "BUT")]
    start, end = _clause(span, breaks)
    own = [ask for ask in asks if ask.what in _LOCAL and _touch(ask, start, end)]
    if own:
        return own
    unread = any(start <= one.first <= end and one.cls in ("FADE", "X") for one in line.lexemes)
    if start >= span[0] - 1 and not unread:
        last = min((one.first for one in hard if one.first > span[1]), default=10**6)
        later = [ask for ask in asks if ask.what in _LOCAL and span[1] < ask.first < last]
        if later:
            return later
    before = [one for one in breaks if one.last < start]
    if before and not unread:  # `96 bpm, fade out at the end`: the fade is for the end
        start, end = _clause((before[-1].first - 1, before[-1].first - 1), breaks)
        return [ask for ask in asks if ask.what in _LOCAL and _touch(ask, start, end)]
    return []


def _clause(span: tuple[int, int], breaks: Sequence[Lexeme]) -> tuple[int, int]:
    start = max((one.last + 1 for one in breaks if one.last < span[0]), default=0)
    end = min((one.first - 1 for one in breaks if one.first > span[1]), default=10**6)
    return start, end


def _touch(ask: Ask, start: int, end: int) -> bool:
    first, last = ask.reach if ask.reach[0] >= 0 else (ask.first, ask.last)
    return first <= end and last >= start


def _changes(ask: Ask) -> list[tuple[str, str | None]]:
    """What an ask means inside a section, as `SectionChange` says it."""
    value = ask.value
    match ask.what:
        case "tempo.step":
            return [("faster" if cast("tuple[int, str]", value)[0] > 0 else "slower", None)]
        case "tempo.ratio":
            return [(f"tempo x{value:g}", None)]
        case "tempo.bpm":
            return [(f"{value:g} bpm", None)]
        case "tempo.feel":
            return [(str(value), ask.part)]
        case "energy" if ask.part:
            return [(ask.part, None)]
        case "energy":
            return [("more energy" if float(cast("float", value)) > 0 else "less energy", None)]
        case "part":
            part, action, other = cast("tuple[str, str, object]", value)
            with_other = f"replace with {other}" if action == "replace" else action
            return [(with_other, part)]
        case "pitch.semitones":
            semitones = float(cast("float", value))
            way = "up" if semitones > 0 else "down"
            plural = "" if abs(semitones) == 1 else "s"
            return [(f"{way} {abs(semitones):g} semitone{plural}", None)]
        case "pitch.step":
            return [("higher" if cast("tuple[int, str]", value)[0] > 0 else "lower", None)]
        case "pitch.key" | "pitch.mode":
            return [(f"in {value}", None)]
        case "part_gone":
            return [(_GONE, None)]
        case "no.effect" | "less.effect":
            return [(f"no {value}", None)]
    return [(str(value), None)]


def _levels(
    line: Line, span: tuple[int, int], breaks: Sequence[Lexeme]
) -> list[tuple[str, str | None]]:
    """`make the chorus louder`: a level without a part, which only a section can have."""
    start, end = _clause(span, breaks)
    for one in line.lexemes:
        if start <= one.first <= end and one.cls in _LEVELS:
            line.use([one])
            return [(_LEVELS[one.cls], None)]
    return []
