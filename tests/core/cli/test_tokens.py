from __future__ import annotations

from clearmix.kernel import Kernel
from clearmix.storage.tables.catalogue import LoginRow


def test_a_token_is_made_shown_once_and_taken_back(clearmix, as_json, settings) -> None:
    kernel = Kernel(settings)
    with kernel.database.session(write=True) as session:
        session.add(LoginRow(user="ada", password="$", role="artist", party="ada-wren"))

    made = as_json("tokens", "create", "ada", "--scope", "consent", "--name", "desk")
    _, listed, _ = clearmix("tokens", "list")
    caller = kernel.tokens.caller(made["secret"])
    revoked = as_json("tokens", "revoke", made["id"])

    assert made["scopes"] == ["consent"]
    assert f"{made['id']}  ada   active" in listed
    assert made["secret"] not in listed
    assert caller is not None
    assert revoked["state"] == "revoked"
    assert kernel.tokens.caller(made["secret"]) is None
    kernel.database.close()


def test_a_token_for_nobody_is_refused_with_the_remedy(clearmix) -> None:
    code, out, err = clearmix("tokens", "create", "nobody")

    assert (code, out) == (1, "")
    assert "no log-in `nobody`" in err
    assert "catalogue import" in err
