from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from clearmix.access import SCOPES_OF, Tokens
from clearmix.errors import AccessError
from clearmix.kernel import Kernel
from clearmix.storage.tables.access import TokenRow
from clearmix.storage.tables.catalogue import LoginRow

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(kernel: Kernel, clock: Clock) -> Iterator[Tokens]:
    with kernel.database.session(write=True) as session:
        session.add(LoginRow(user="ada", password="$", role="artist", party="ada-wren"))
        session.add(LoginRow(user="ops", password="$", role="operator"))
    yield Tokens(kernel.database, clock)


def test_a_token_acts_as_its_log_in(tokens: Tokens) -> None:
    secret, token = tokens.create("ada", name="my script")
    caller = tokens.caller(secret)
    assert caller is not None
    assert (caller.user, caller.login.party, caller.token) == ("ada", "ada-wren", token.id)
    assert caller.scopes == SCOPES_OF["artist"]


def test_what_opens_the_door_is_kept_as_a_hash_only(tokens: Tokens, kernel: Kernel) -> None:
    secret, token = tokens.create("ada")
    with kernel.database.session() as session:
        row = session.exec(select(TokenRow)).one()
        rows = session.connection().execute(sa.text("SELECT * FROM token")).all()
    assert row.id == token.id
    assert secret.rpartition("_")[2] not in str(rows)
    assert "secret" not in token.as_json()


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: secret + "A",
        lambda secret: secret.replace("clearmix_", ""),
        lambda secret: f"clearmix_{'0' * 12}{secret[21:]}",
        lambda secret: "",
        lambda secret: secret.upper(),
    ],
)
def test_a_secret_that_was_changed_opens_nothing(
    tokens: Tokens, change: Callable[[str], str]
) -> None:
    secret, _ = tokens.create("ada")
    assert tokens.caller(change(secret)) is None


def test_a_token_ends_by_itself(tokens: Tokens, clock: Clock) -> None:
    secret, _ = tokens.create("ada", days=30)
    clock.now = NOON + timedelta(days=30, seconds=-1)
    assert tokens.caller(secret) is not None
    clock.now = NOON + timedelta(days=30)
    assert tokens.caller(secret) is None
    assert [one.state for one in tokens.listed("ada")] == ["expired"]


def test_a_token_that_was_revoked_opens_nothing_and_stays_listed(tokens: Tokens) -> None:
    secret, token = tokens.create("ada")
    tokens.revoke(token.id)
    assert tokens.revoke(token.id).state == "revoked"
    assert tokens.caller(secret) is None
    assert [one.id for one in tokens.listed()] == [token.id]


def test_a_token_holds_no_scope_that_its_role_has_not(tokens: Tokens) -> None:
    with pytest.raises(AccessError) as caught:
        tokens.create("ada", scopes=["listen", "operate"])
    assert caught.value.message == "the role `artist` does not hold the scope `operate`"
    assert "consent, earnings, listen" in caught.value.help
    assert caught.value.place == "scopes"


def test_a_token_loses_what_its_role_has_lost(tokens: Tokens, kernel: Kernel) -> None:
    secret, _ = tokens.create("ops")
    with kernel.database.session(write=True) as session:
        row = session.get(LoginRow, "ops")
        assert row is not None
        row.role = "listener"
    caller = tokens.caller(secret)
    assert caller is not None
    assert caller.scopes == {"listen"}


def test_the_tokens_of_a_log_in_that_is_gone_open_nothing(tokens: Tokens, kernel: Kernel) -> None:
    secret, _ = tokens.create("ada")
    with kernel.database.session(write=True) as session:
        session.delete(session.get(LoginRow, "ada"))
    assert tokens.caller(secret) is None


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"user": "nobody"}, "no log-in `nobody`"),
        ({"user": "ada", "days": 0}, "a token for 0 days"),
        ({"user": "ada", "days": 4000}, "a token for 4000 days"),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_the_remedy(
    tokens: Tokens, wanted: dict, said: str
) -> None:
    with pytest.raises(AccessError, match=said) as caught:
        tokens.create(**wanted)
    assert caught.value.help


def test_revoking_what_is_not_there_is_said(tokens: Tokens) -> None:
    with pytest.raises(AccessError, match="no token `x`") as caught:
        tokens.revoke("x")
    assert "tokens list" in caught.value.help
