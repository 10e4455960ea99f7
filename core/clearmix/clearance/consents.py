"""What parties have answered: added to, never edited, the latest of a scope in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypedDict, Unpack

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from clearmix.catalogue.document import ConsentEntry
from clearmix.errors import ClearanceError
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow, WorkRow
from clearmix.storage.tables.clearance import ConsentRow
from clearmix_rules.errors import did_you_mean
from clearmix_rules.schema import ACTIONS
from clearmix_rules.territories import CODES, COMMON_MISTAKES
from clearmix_rules.zones import LATEST

KINDS = ("any", *ACTIONS)
"""What a party may allow or refuse: an action of the rights language, or any."""

# Built once, as every decision asks it.
_ANSWERS = (
    select(ConsentRow)
    .where(col(ConsentRow.party).in_(bindparam("parties", expanding=True)))
    .order_by(col(ConsentRow.recorded_at), col(ConsentRow.id))
)


class About(TypedDict, total=False):
    """What an answer is about, and what becomes of remixes that are there; all if not said."""

    recording: str | None
    work: str | None
    territory: str | None
    valid_from: date | None
    valid_until: date | None
    existing: Literal["keep", "remove"]


@dataclass(frozen=True)
class Consent:
    """One answer; dates are inclusive days, None is without limit."""

    party: str
    answer: Literal["allow", "refuse"]
    kind: str
    recording: str | None = None
    work: str | None = None
    territory: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    existing: Literal["keep", "remove"] = "keep"
    recorded_at: datetime = field(default_factory=utc_now)

    @property
    def scope(self) -> tuple[object, ...]:
        """What the answer is about; a later answer of the same scope replaces it."""
        return (
            self.party, self.kind, self.recording, self.work, self.territory, self.valid_from,
            self.valid_until,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The answer in JSON's types, as the rights language reads it."""
        return {
            "party": self.party,
            "answer": self.answer,
            "kind": self.kind,
            "recording": self.recording,
            "work": self.work,
            "territory": self.territory,
            "from": self.valid_from.isoformat() if self.valid_from else None,
            "until": self.valid_until.isoformat() if self.valid_until else None,
            "existing": self.existing,
            "recorded-at": self.recorded_at.isoformat().replace("+00:00", "Z"),
        }


class Consents:
    """The recorded answers of all parties."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(
        self, party: str, answer: Literal["allow", "refuse"], kind: str, **about: Unpack[About]
    ) -> Consent:
        """Records an answer, which is in force for new renders at once.

        Raises:
            ClearanceError: the party, recording, work, kind or territory is unknown, or the dates
                are in the wrong order.
        """
        said = self.proposed(party, answer, kind, **about)
        with self._database.session(write=True) as session:
            row = ConsentRow(**{**vars(said), "recorded_at": _after_all(session, party)})
            session.add(row)
            session.flush()
            return _consent(row)

    def proposed(
        self, party: str, answer: Literal["allow", "refuse"], kind: str, **about: Unpack[About]
    ) -> Consent:
        """The answer as it would be recorded now; nothing is. Raises what `set` does."""
        if kind not in KINDS:
            raise ClearanceError(
                f"unknown kind `{kind}`",
                help=did_you_mean(kind, KINDS, f"the kinds are {', '.join(KINDS)}"),
            )
        said = Consent(party, answer, kind, **about)
        if said.territory is not None:
            said = replace(said, territory=_country(said.territory))
        if said.valid_from and said.valid_until and said.valid_until < said.valid_from:
            raise ClearanceError(
                f"consent from {said.valid_from} until {said.valid_until}",
                help="give the earlier day first",
            )
        with self._database.session() as session:
            for table, id, name in (
                (PartyRow, said.party, "party"),
                (RecordingRow, said.recording, "recording"),
                (WorkRow, said.work, "work"),
            ):
                if id is not None and session.get(table, id) is None:
                    raise ClearanceError(
                        f"no {name} `{id}`", help="`clearmix catalogue list` shows what there is"
                    )
        return said

    def import_entries(self, entries: Iterable[ConsentEntry]) -> None:
        """Adds the answers of a catalogue document; those that are there already stay one."""
        with self._database.session(write=True) as session:
            known = {
                (*_consent(row).scope, row.recorded_at) for row in session.exec(select(ConsentRow))
            }
            for entry in entries:
                row = ConsentRow(
                    party=entry.party,
                    answer=entry.answer,
                    kind=entry.kind,
                    recording=entry.recording,
                    work=entry.work,
                    territory=entry.territory,
                    valid_from=entry.from_,
                    valid_until=entry.until,
                    existing=entry.existing,
                    recorded_at=entry.recorded_at,
                )
                if (*_consent(row).scope, row.recorded_at) not in known:
                    session.add(row)

    def history(self, party: str) -> tuple[Consent, ...]:
        """Every answer of a party, oldest first."""
        with self._database.session() as session:
            rows = session.exec(
                select(ConsentRow)
                .where(ConsentRow.party == party)
                .order_by(col(ConsentRow.recorded_at), col(ConsentRow.id))
            )
            return tuple(_consent(row) for row in rows)

    def show(self, party: str) -> tuple[Consent, ...]:
        """The answers of a party that hold or will, oldest first: not those that have ended."""
        today = utc_now().astimezone(LATEST).date()  # where the day ends last
        return tuple(
            one
            for one in self.in_force([party])
            if one.valid_until is None or one.valid_until >= today
        )

    def in_force(
        self, parties: Iterable[str], known_at: datetime | None = None
    ) -> tuple[Consent, ...]:
        """The latest answer of each scope of these parties, as known at a time.

        INVARIANT: what is recorded is known, whatever the clock says now: one that goes back does
        not give back a consent that was withdrawn.
        """
        query = _ANSWERS
        if known_at is not None:
            query = query.where(col(ConsentRow.recorded_at) <= known_at)
        with self._database.session() as session:
            rows = session.exec(query, params={"parties": list(parties)})
            latest: dict[tuple[object, ...], Consent] = {}
            for row in rows:
                consent = _consent(row)
                latest.pop(consent.scope, None)
                latest[consent.scope] = consent
            return tuple(latest.values())


def _after_all(session: Session, party: str) -> datetime:
    """The time now, or just after the party's last answer if the clock has gone back since."""
    last = session.exec(
        select(func.max(ConsentRow.recorded_at)).where(ConsentRow.party == party)
    ).one()
    return utc_now() if last is None else max(utc_now(), last + timedelta(microseconds=1))


class Supposed(Consents):
    """The recorded answers and one that is only thought of, to ask what it would change."""

    def __init__(self, database: Database, thought_of: Consent) -> None:
        super().__init__(database)
        self._thought_of = thought_of

    def in_force(
        self, parties: Iterable[str], known_at: datetime | None = None
    ) -> tuple[Consent, ...]:
        """The latest answer of each scope, as if the one thought of were the latest of its own."""
        wanted = set(parties)
        recorded = super().in_force(wanted, known_at)
        if self._thought_of.party not in wanted:
            return recorded
        others = (one for one in recorded if one.scope != self._thought_of.scope)
        return (*others, self._thought_of)


def _country(written: str) -> str:
    """The ISO 3166 code of a country; raises ClearanceError for any other text."""
    code = written.upper()
    if code not in CODES:
        meant = COMMON_MISTAKES.get(code)
        raise ClearanceError(
            f"unknown territory `{written}`",
            help=f"did you mean `{meant}`?" if meant else "give one ISO 3166 code such as GB",
        )
    return code


def _consent(row: ConsentRow) -> Consent:
    return Consent(
        party=row.party,
        answer=row.answer,  # type: ignore[arg-type]  # checked when it was recorded
        kind=row.kind,
        recording=row.recording,
        work=row.work,
        territory=row.territory,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        existing=row.existing,  # type: ignore[arg-type]  # checked when it was recorded
        recorded_at=row.recorded_at,
    )
