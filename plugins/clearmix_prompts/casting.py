"""Who plays a cover and how it counts after a turn.

Only others than those on the recording can play or count otherwise, so that either makes a cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import cast

from clearmix import RemixSpec
from clearmix_prompts.grammar import Ask
from clearmix_prompts.players import (
    Mention,
    is_ensemble,
    joined_as,
    line_of,
    line_ups_in,
    longest,
    meters_in,
    refused,
    says,
    words_for,
)
from clearmix_prompts.text import Text

_STYLED = frozenset({"style", "style+"})


@dataclass(frozen=True)
class Cast:
    """Who plays a cover and how it counts, and what else is asked for.

    `covers` says that the players or the meter make a cover of what was none; `refused` are
    players and meters that are named as what is not wanted.
    """

    covers: bool
    players: Mention | None
    meter: Mention | None
    asks: tuple[Ask, ...]
    refused: tuple[Mention, ...] = ()


def cast_of(
    text: Text,
    hidden: AbstractSet[int],
    asks: Sequence[Ask],
    classes: AbstractSet[str],
    base: RemixSpec | None,
) -> Cast:
    """Who is to play, and how, after a turn on `base`.

    `hidden` are tokens that belong to a title or to a claim.
    """
    line_ups, meters = line_ups_in(text, hidden), meters_in(text, hidden)
    denied = tuple(one for one in (*line_ups, *meters) if refused(text, hidden, one))
    line_ups = [one for one in line_ups if one not in denied]
    meter = longest(one for one in meters if one not in denied)
    asks = _without(asks, denied)
    remixed, first = "REMIX" in classes, base is None
    played = None if remixed else _who_plays(text, hidden, line_ups, asks, first=first)
    counted = not remixed and _counted_anew(text, hidden, meter, first=first)
    standing = base is not None and base.kind == "cover"
    covers = not standing and (played is not None or counted)
    if not (covers or standing or "COVER" in classes):
        return Cast(False, None, None, _joining(text, hidden, line_ups, asks), denied)
    named = played or longest(line_ups)
    said = classes - {"NO", "REMOVE"} if denied else classes
    alone = played is not None or (standing and _named_alone(text, said, named))
    if named is not None and standing and not alone and _only_adds(asks, named):
        named = None
    if meter is not None:
        counts = range(meter.first, meter.last + 1)
        asks = [one for one in asks if one.what != "not_understood" or one.first not in counts]
    return Cast(covers, named, meter, _not_of_players(asks, named, alone=alone), denied)


def _who_plays(
    text: Text,
    hidden: AbstractSet[int],
    line_ups: Sequence[Mention],
    asks: Sequence[Ask],
    *,
    first: bool,
) -> Mention | None:
    """The ensemble that is to play, or none where it joins the recording or lends its sound.

    `first`: nothing stands yet, so that an ensemble that is only named may be all that is wanted.
    """
    for named in line_ups:
        if not is_ensemble(text, named):
            continue
        line = line_of(text, hidden, named, "ENSEMBLE")
        if line is None or says(line, "joins") or says(line, "lends"):
            continue
        if says(line, "plays") or (first and _only_named(text, line, named, asks)):
            after = text.tokens[named.last + 1 : named.last + 2]
            said = bool(after) and after[0].text in words_for("playing")
            return replace(named, last=named.last + 1) if said else named
    return None


def _without(asks: Sequence[Ask], denied: Sequence[Mention]) -> list[Ask]:
    """The asks without any for what is refused; the style of its sound is to be avoided."""
    kept: list[Ask] = []
    for ask in asks:
        if not any(named.first <= ask.last <= named.last for named in denied):
            kept.append(ask)
        elif ask.what in _STYLED:
            kept.append(replace(ask, what="no.style", negated=True))
        elif not (_adds(ask) or _acts(ask, "solo") or ask.what == "arranged"):
            kept.append(ask)
    return kept


def _joining(
    text: Text, hidden: AbstractSet[int], line_ups: Sequence[Mention], asks: Sequence[Ask]
) -> tuple[Ask, ...]:
    """The asks with a part for players who join: `with a string quartet behind it`."""
    parts = joined_as()
    joined = [
        named
        for named in line_ups
        if named.id in parts and _joins(line_of(text, hidden, named, "ENSEMBLE"))
    ]
    for named in joined:
        asks = [
            replace(ask, what="part", value=(parts[named.id], "add", None))
            if ask.what in _STYLED and named.first <= ask.last <= named.last
            else ask
            for ask in asks
        ]
    return tuple(asks)


def _only_named(text: Text, line: str, named: Mention, asks: Sequence[Ask]) -> bool:
    """Whether an ensemble stands alone beside a song: `Danny Boy, string quartet`.

    Beside a style or another part it is what that sounds like: `house, brass band`.
    """
    others = [ask for ask in asks if not named.first <= ask.last <= named.last]
    if any(ask.what in _STYLED or _adds(ask) for ask in others):
        return False
    if text.tokens[named.last].text in words_for("accompany"):
        return "SONG" in line and says(line, "alone")
    return says(line, "alone") or says(line, "accompanied")


def _counted_anew(
    text: Text, hidden: AbstractSet[int], named: Mention | None, *, first: bool
) -> bool:
    """Whether a meter is asked for: `as a waltz`, `in 6/8`, which only a cover can be in."""
    if named is None:
        return False
    before = text.tokens[named.first - 1].text if named.first else ""
    after = text.tokens[named.last + 1].text if named.last + 1 < len(text.tokens) else ""
    said = text.tokens[named.first].text in ("in", "a") or named.last > named.first
    placed = (said and after != "of") or before in ("a", "in", "into", "as")
    if placed and (not after.isalpha() or after in words_for("meter_ends")):
        return True
    line = line_of(text, hidden, named, "METER") if first else None
    return line is not None and says(line, "counted")


def _only_adds(asks: Sequence[Ask], players: Mention) -> bool:
    """Whether what could be players is a part that joins them: `add a choir`."""
    return any(
        _adds(ask) and ask.part != "wanted" and players.first <= ask.last <= players.last
        for ask in asks
    )


def _adds(ask: Ask) -> bool:
    return _acts(ask, "add")


def _acts(ask: Ask, action: str) -> bool:
    return ask.what == "part" and cast("tuple[str, str, object]", ask.value)[1] == action


def _named_alone(text: Text, classes: AbstractSet[str], players: Mention | None) -> bool:
    """Whether a turn only names a band or an orchestra, as other players: `nah, a brass band`."""
    if players is None or not is_ensemble(text, players) or players.id == "choir":
        return False
    return not classes & {"ADD", "WITH", "AND", "ALSO", "TOO", "MORE", "REMOVE", "NO"}


def _not_of_players(
    asks: Sequence[Ask], players: Mention | None, *, alone: bool = False
) -> tuple[Ask, ...]:
    """The asks without the part that only names the players: `a solo piano instead`.

    `alone`: the turn names nothing but them, so that any part among their names is one.
    """
    if players is None:
        return tuple(asks)
    of_names = range(players.first, players.last + 2)
    whats = ("part", "part_it") if alone else ("part_it",)
    meant = [ask for ask in asks if ask.what in whats or ask.part == "wanted"]
    named = [ask for ask in meant if ask.last in of_names or ask.first in of_names]
    return tuple(ask for ask in asks if ask not in named)


def _joins(line: str | None) -> bool:
    """Whether players join: after `with` they do where they were not read to play alone."""
    return line is not None and (says(line, "joins") or says(line, "beside"))
