"""Requests from JSON, led by the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache

from clearmix_rules.deciding.request import Answered, Consent, Fact, Party, Request, Track
from clearmix_rules.deciding.standing import standing
from clearmix_rules.errors import RequestError, did_you_mean
from clearmix_rules.schema import ACTIONS, PARTY_KINDS, PLATFORM, SCHEMA, Attribute, Kind
from clearmix_rules.territories import CODES, COMMON_MISTAKES
from clearmix_rules.zones import unknown, zone

GROUPS = ("request", "listener", "sound", "generator")
_NO_WORK: Mapping[str, Fact] = {
    "work.id": "", "work.iswc": "", "work.writers": (), "work.publishers": (),
    "work.public-domain": False,
}  # fmt: skip
_WORK = frozenset(("work",))
_LARGEST = 2**53 - 1
DEEPEST = 40
"""How many parties may stand above one another."""


def read_request(mapping: Mapping[str, object]) -> Request:
    """The request in a JSON object; see `Request.from_json`."""
    whole = _object(mapping, "the request")
    _only(
        whole,
        ("now", "time-zone", *GROUPS, "tracks", "parties", "consents", "approvals"),
        "the request",
    )
    facts: dict[str, Fact] = {}
    for group in GROUPS:
        facts |= _facts(_need(whole, group, "the request"), group, f"`{group}`")
    if not facts["request.actions"]:
        raise RequestError(
            "`actions` of `request` is empty", help=f"name what is done: {', '.join(ACTIONS)}"
        )
    parties = _parties(_object(whole.get("parties") or {}, "`parties`"))
    tracks = tuple(_track(one) for one in _list(_need(whole, "tracks", "the request"), "`tracks`"))
    if not tracks:
        raise RequestError("`tracks` is empty", help="give at least one track")
    request = Request(
        _moment(_need(whole, "now", "the request"), "`now`"),
        _zone(whole.get("time-zone")),
        facts,
        tracks,
        parties,
        tuple(_consent(one) for one in _list(whole.get("consents") or [], "`consents`")),
        tuple(_answer(one) for one in _list(whole.get("approvals") or [], "`approvals`")),
    )
    standing(request)
    return request


# ---------------------------------------------------------------- facts


@cache
def _rows(group: str) -> tuple[tuple[str, Attribute], ...]:
    """The attributes of a group that a request may state, by name."""
    return tuple(
        (row.name, row)
        for row in SCHEMA.of(group)
        if row.key not in ("request.now", "request.today", "party.id")
    )


@cache
def _names(group: str) -> frozenset[str]:
    return frozenset(name for name, _ in _rows(group))


def _facts(
    value: object, group: str, where: str, extra: frozenset[str] = frozenset()
) -> dict[str, Fact]:
    """The facts of one group of the schema. Raises RequestError for any that is amiss."""
    said = _object(value, where)
    if not said.keys() <= _names(group) | extra:
        _only(said, (*(name for name, _ in _rows(group)), *extra), where)
    facts: dict[str, Fact] = {}
    for name, row in _rows(group):
        given = said.get(name)
        if given is not None:
            facts[row.key] = _fact(row, given, where)
        elif row.default is not None:
            facts[row.key] = row.default  # type: ignore[assignment]
        elif row.required:
            raise RequestError(
                f"{where} lacks `{name}`, {row.sentence}",
                help=f'add "{name}": {_example(row)}',
            )
    return facts


def _fact(row: Attribute, value: object, of: str) -> Fact:
    """One value of the type of its attribute."""
    kind = row.kind
    if kind is Kind.BOOL and isinstance(value, bool):
        return value
    if kind is Kind.INT and isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value <= _LARGEST:
            return value
        raise RequestError(f"`{row.name}` of {of} is out of range: {value}", help="use 0 or more")
    if kind is Kind.DAY:
        return _day(value, f"`{row.name}` of {of}")
    if kind is Kind.MOMENT:
        return _moment(value, f"`{row.name}` of {of}")
    if kind is Kind.SET or kind is Kind.PARTIES:
        where = f"`{row.name}` of {of}"
        names = [_name(one, where) for one in _list(value, where)]
        if row.values:
            for name in names:
                _one_of(name, row.values, where)
        return frozenset(names) if kind is Kind.SET else tuple(dict.fromkeys(names))
    if isinstance(value, str) and kind not in _NOT_TEXTS:
        if value in row.values:
            return value
        where = f"`{row.name}` of {of}"
        if kind is Kind.TERRITORY and value not in CODES:
            meant = COMMON_MISTAKES.get(value.upper()) or value.upper()
            raise RequestError(
                f"{where} is not a territory: `{value}`",
                help=f"did you mean `{meant}`?"
                if meant in CODES
                else "write an ISO 3166 code such as GB",
            )
        _one_of(value, row.values, where)
        return _text(value, where)
    raise RequestError(
        f"`{row.name}` of {of} is not {kind.value}", help=f'write "{row.name}": {_example(row)}'
    )


_NOT_TEXTS = (Kind.BOOL, Kind.INT)


def _example(row: Attribute) -> str:
    """What one could write, as JSON with a note."""
    if row.kind is Kind.SET:
        return f"a list of {', '.join(row.values)}" if row.values else 'a list such as ["house"]'
    if row.values:
        return f"one of {', '.join(row.values)}"
    return {
        Kind.BOOL: "true or false", Kind.DAY: '"2026-01-31"', Kind.MOMENT: '"2026-01-31T09:00:00Z"',
        Kind.INT: f"a whole number of {row.unit}", Kind.PARTIES: "a list of ids of parties",
        Kind.TERRITORY: '"GB"',
    }.get(row.kind, "a text")  # fmt: skip


# ---------------------------------------------------------------- tracks, parties, consents


def _track(value: object) -> Track:
    said = _object(value, "a track")
    where = f"track `{said.get('id', '?')}`"
    facts = _facts(said, "track", where, _WORK)
    work = said.get("work")
    facts |= _NO_WORK if work is None else _facts(work, "work", f"`work` of {where}")
    return Track(facts)


def _parties(said: Mapping[str, object]) -> dict[str, Party]:
    parties: dict[str, Party] = {}
    for id, value in said.items():
        where = f"party `{id}`"
        if id == PLATFORM:
            raise RequestError(
                f"`{PLATFORM}` is not a party of a track", help="give the party another id"
            )
        one = _object(value, where)
        facts = _facts(one, "party", where, _PARTY_KEYS)
        kind = _choice(_need(one, "kind", where), PARTY_KINDS, f"`kind` of {where}")
        default = one.get("default-consent") or "opt-in"
        answer, delegate = _default(default, f"`default-consent` of {where}")
        parent, name = one.get("parent"), one.get("name")
        parties[id] = Party(
            id,
            kind,
            _name(name, f"`name` of {where}") if name else id,
            _name(parent, f"`parent` of {where}") if parent else None,
            answer,
            delegate,
            facts,
        )
    for id in parties:
        _climb(id, parties)
    return parties


_PARTY_KEYS = frozenset(("kind", "name", "parent", "default-consent"))


def _climb(id: str, parties: Mapping[str, Party]) -> None:
    seen = [id]
    while (party := parties.get(seen[-1])) is not None and party.parent is not None:
        if party.parent in seen:
            raise RequestError(
                f"party `{party.parent}` is its own parent: {' -> '.join([*seen, party.parent])}",
                help="correct the `parent` of one of them",
            )
        seen.append(party.parent)
        if len(seen) > DEEPEST:
            raise RequestError(
                f"party `{id}` has more than {DEEPEST} parties above it",
                help="correct the `parent` of one of them",
            )


def _default(value: object, where: str) -> tuple[str, str | None]:
    if value in ("opt-in", "opt-out"):
        return str(value), None
    if isinstance(value, str) and value.startswith("delegated to "):
        delegate = value.removeprefix("delegated to ").strip()
        if delegate == PLATFORM:
            raise RequestError(
                f"{where} delegates to the platform, which cannot give consent for a party",
                help="delegate to a label, a publisher or another party",
            )
        if delegate:
            return "delegated", delegate
    raise RequestError(
        f"{where} is unknown: `{value}`",
        help="write opt-in, opt-out or `delegated to` and the id of a party",
    )


def _consent(value: object) -> Consent:
    said = _object(value, "a consent")
    _only(
        said,
        (
            "party",
            "answer",
            "kind",
            "recording",
            "work",
            "territory",
            "from",
            "until",
            "existing",
            "recorded-at",
        ),
        "a consent",
    )
    party = _name(_need(said, "party", "a consent"), "`party` of a consent")
    where = f"the consent of `{party}`"
    territory = said.get("territory")
    if territory is not None and territory not in CODES:
        raise RequestError(
            f"`territory` of {where} is not a territory: `{territory}`",
            help="write an ISO 3166 code such as GB, or null for everywhere",
        )
    recorded = said.get("recorded-at")
    return Consent(
        party,
        _choice(_need(said, "answer", where), ("allow", "refuse"), f"`answer` of {where}"),
        _choice(_need(said, "kind", where), (*ACTIONS, "any"), f"`kind` of {where}"),
        _optional(said, "recording", where),
        _optional(said, "work", where),
        _optional(said, "territory", where),
        _point(said.get("from"), f"`from` of {where}"),
        _point(said.get("until"), f"`until` of {where}"),
        _choice(said.get("existing") or "keep", ("keep", "remove"), f"`existing` of {where}"),
        None if recorded is None else _moment(recorded, f"`recorded-at` of {where}"),
    )


def _answer(value: object) -> Answered:
    said = _object(value, "an approval")
    _only(said, ("party", "answer"), "an approval")
    party = _name(_need(said, "party", "an approval"), "`party` of an approval")
    return Answered(
        party,
        _choice(
            _need(said, "answer", "an approval"),
            ("approve", "refuse"),
            f"the approval of `{party}`",
        ),
    )


# ---------------------------------------------------------------- values


def _zone(value: object) -> str | None:
    """The name of the listener's zone; None where nobody knows it, but not for a misspelt one."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise RequestError("`time-zone` is not a text", help="write a name such as `Europe/London`")
    if zone(value) is None:
        raise RequestError(
            f"`time-zone` is unknown: `{_text(value, '`time-zone`')[:60]}`",
            help=f"{unknown(value[:60])}; null if nobody knows it",
        )
    return value


_STRINGS = {str}


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not {*map(type, value)} <= _STRINGS:
        raise RequestError(f"{where} is not a JSON object", help='write it as {"name": value, ...}')
    return value


def _list(value: object, where: str) -> Iterable[object]:
    if isinstance(value, str) or not isinstance(value, list | tuple | set | frozenset):
        raise RequestError(f"{where} is not a list", help="write it as [...], even with one entry")
    return value


def _need(said: Mapping[str, object], key: str, where: str) -> object:
    value = said.get(key)
    if value is None:
        raise RequestError(f"{where} lacks `{key}`", help=f'add "{key}"')
    return value


def _only(said: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for key in said:
        if key not in known:
            raise RequestError(
                f"unknown attribute `{key}` of {where}",
                help=did_you_mean(key, known, f"it has: {', '.join(known)}"),
            )


def _one_of(value: str, known: tuple[str, ...], where: str) -> None:
    if known and value not in known:
        raise RequestError(
            f"{where} is unknown: `{value}`",
            help=did_you_mean(value, known, f"write one of: {', '.join(known)}"),
        )


def _choice(value: object, known: tuple[str, ...], where: str) -> str:
    name = _name(value, where)
    _one_of(name, known, where)
    return name


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RequestError(f"{where} is not a name", help="write a text that is not empty")
    return _text(value, where)


def _text(value: str, where: str) -> str:
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise RequestError(f"{where} is not valid Unicode", help="send texts as UTF-8")
    return value


def _optional(said: Mapping[str, object], key: str, where: str) -> str | None:
    value = said.get(key)
    return None if value is None else _name(value, f"`{key}` of {where}")


def _day(value: object, where: str) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise RequestError(f"{where} is not a date: `{value}`", help='write "2026-01-31"')


def _moment(value: object, where: str) -> datetime:
    help = 'write "2026-01-31T09:00:00Z"'
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or (isinstance(value, str) and len(value) < 11):
        raise RequestError(f"{where} is not a time: `{value}`", help=help)
    if at.tzinfo is None:
        raise RequestError(f"{where} has no zone: `{value}`", help=help)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise RequestError(f"{where} is not a time: `{value}`", help=help) from None


def _point(value: object, where: str) -> date | datetime | None:
    if value is None:
        return None
    return (
        _day(value, where) if isinstance(value, str) and len(value) == 10 else _moment(value, where)
    )
