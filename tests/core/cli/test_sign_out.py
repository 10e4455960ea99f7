from __future__ import annotations

from clearmix.kernel import Kernel
from clearmix.storage.tables.catalogue import LoginRow


def test_every_session_of_a_log_in_ends(as_json, settings) -> None:
    kernel = Kernel(settings)
    with kernel.database.session(write=True) as session:
        session.add(LoginRow(user="ada", password="$", role="artist", party="ada-wren"))
    before = kernel.sign_ins.generation("ada")
    assert kernel.sign_ins.login("ada", "cookie", before) is not None

    assert as_json("sign-out", "ada") == {"user": "ada", "signed_out": True}

    assert kernel.sign_ins.login("ada", "cookie", before) is None
    assert kernel.sign_ins.login("ada", "later", kernel.sign_ins.generation("ada")) is not None
    kernel.database.close()


def test_nobody_is_signed_out_by_a_name_that_is_not_there(clearmix) -> None:
    code, out, err = clearmix("sign-out", "nobody")

    assert (code, out) == (1, "")
    assert "no log-in `nobody`" in err
    assert "the name that they sign in with" in err
