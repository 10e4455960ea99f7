"""The playground's logic, without a browser: from a message to what the page is told."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearmix.clearance.versions import digest
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix_library.shelf import templates
from clearmix_rules import PolicySource
from clearmix_ui.playground.desk import MOST_CHARACTERS, Desk
from clearmix_ui.playground.house import source_of
from clearmix_ui.session import SignedOutError
from clearmix_ui.viewer import Viewer

from ..conftest import house

NAME = "northlight.rights"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The example catalogue with next to no sound: only its rights are asked about."""
    return house(tmp_path_factory, 1.0)


@pytest.fixture(scope="module")
def kernel(ready: Settings) -> Iterator[Kernel]:
    kernel = Kernel(ready)
    yield kernel
    kernel.database.close()


@pytest.fixture
def own_kernel(ready: Settings, tmp_path: Path) -> Iterator[Kernel]:
    """A house of its own, for what changes it."""
    home = tmp_path / "home"
    shutil.copytree(ready.home, home)
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(home)}))
    yield kernel
    kernel.database.close()


def text_in_force(kernel: Kernel, name: str = NAME) -> str:
    return next(one.text for one in kernel.policies.current().sources if one.name == name)


def newer(kernel: Kernel) -> str:
    text = text_in_force(kernel)
    return text.replace("version 4", "version 5").replace("at most 4 minutes", "at most 1 minute")


def ask(kernel: Kernel, user: str, kind: str, text: str, **more: str):
    return Desk(kernel, user).answer({"kind": kind, "text": text, "name": NAME, **more})


def test_nobody_who_is_not_signed_in_is_answered(kernel: Kernel) -> None:
    with pytest.raises(SignedOutError):
        Desk(kernel, None)


def test_an_author_begins_with_their_own_policy_and_a_listener_with_a_template(
    kernel: Kernel,
) -> None:
    author, listener = Desk(kernel, "nora").arrive(), Desk(kernel, "mia").arrive()

    assert author["text"] == text_in_force(kernel)
    assert 'value="greensleeves" selected' in author["slots"]["form"]
    assert listener["name"] == "independent.rights"
    assert "tests of" in listener["tests"]
    assert "changes anything" in listener["slots"]["role"]


def test_nobody_reads_the_terms_of_another_party(kernel: Kernel) -> None:
    def offered(user: str) -> str:
        return Desk(kernel, user).arrive()["slots"]["starts"]

    assert "Northlight remix terms" in offered("nora")
    assert "Foxglove" not in offered("nora")
    assert "Northlight remix terms" not in offered("mia")
    assert "Foxglove" in offered("operator")
    secret = next(one for one in kernel.policies.current().sources if one.name == NAME)
    asked = {"kind": "start", "value": digest(secret)}
    assert Desk(kernel, "mia").answer(asked) == {}
    assert Desk(kernel, "nora").answer(asked)["text"] == secret.text


def test_writing_in_another_partys_name_tells_nothing_of_what_it_has_in_force(
    kernel: Kernel,
) -> None:
    text = newer(kernel)
    compared = ask(kernel, "mia", "compare", text)["slots"]["changes"]
    tried = ask(kernel, "ben", "try", text.replace("Northlight remix terms", "Other"), use="public")

    assert "not shown" in compared
    assert "25%" not in compared
    assert "version 4" not in tried["slots"]["tried"]


def test_a_mistake_is_told_with_its_place_and_mended_by_one_word(kernel: Kernel) -> None:
    text = text_in_force(kernel).replace("tier is paying", "teir is paying", 1)
    answer = ask(kernel, "nora", "read", text)

    (start, end, kind) = answer["underlines"][0]
    assert (text[start:end], kind) == ("teir", "error")
    assert "1 mistake" in answer["slots"]["status"]
    assert "<code>teir</code>" in answer["slots"]["mistakes"]
    assert 'data-text="tier"' in answer["slots"]["mistakes"]
    assert "1 rule cannot be read yet" in answer["slots"]["english"]


def test_a_version_that_is_in_force_with_another_text_needs_the_next_number(
    kernel: Kernel,
) -> None:
    edited = newer(kernel).replace("version 5", "version 4")

    assert "call it version 5" in ask(kernel, "nora", "read", edited)["slots"]["mistakes"]
    same = ask(kernel, "nora", "read", text_in_force(kernel))
    assert same["slots"]["mistakes"].strip() == ""


def test_what_is_typed_never_becomes_markup(kernel: Kernel) -> None:
    attack = '"><img src=x onerror=alert(1)> ${alert(1)} {{7*7}}'
    text = text_in_force(kernel).replace("consent: opt-in", f"consent: {attack}")
    answer = ask(kernel, "nora", "read", text)
    tried = ask(kernel, "nora", "try", text_in_force(kernel), use=attack, territory=attack)

    shown = "".join([*answer["slots"].values(), *tried["slots"].values()])
    assert "<img" not in shown
    assert "7*7" in shown


def test_a_text_is_laid_out_unless_it_has_a_mistake(kernel: Kernel) -> None:
    text = text_in_force(kernel)
    loose = text.replace("   and use is", "  and     use is")

    laid = ask(kernel, "nora", "format", loose, tests='tests of "northlight.rights"')
    assert laid["text"] == text
    broken = ask(kernel, "nora", "format", text.replace("permit", "permt", 1))
    assert "text" not in broken
    assert "once it has no mistakes" in broken["slots"]["said"]


def test_a_refused_try_offers_the_nearest_wish_that_is_permitted(kernel: Kernel) -> None:
    asked = {"track": "greensleeves", "seconds": "300"}
    refused = ask(kernel, "nora", "try", text_in_force(kernel), **asked)["slots"]["tried"]
    permitted = ask(kernel, "nora", "try", text_in_force(kernel), track="greensleeves")

    assert 'data-outcome="not-permitted"' in refused
    assert "4 minutes" in refused
    assert "&#34;seconds&#34;: &#34;240&#34;" in refused
    assert 'data-outcome="permitted"' in permitted["slots"]["tried"]
    assert "15% of revenue goes to northlight" in permitted["slots"]["tried"]
    assert "to larkfield" not in permitted["slots"]["tried"], "another party's terms"


def test_trying_records_nothing(kernel: Kernel) -> None:
    before = kernel.clearance.log.verify()
    ask(kernel, "nora", "try", text_in_force(kernel), track="greensleeves")

    assert kernel.clearance.log.verify() == before


def test_a_day_outside_the_window_is_told(kernel: Kernel) -> None:
    tried = ask(
        kernel, "nora", "try", text_in_force(kernel), track="greensleeves", day="2025-06-01"
    )

    assert "not surely in force" in tried["slots"]["tried"]


def test_tests_run_beside_the_text_and_say_what_they_cover(kernel: Kernel) -> None:
    written = (
        f'tests of "{NAME}"\n\ntest "too long":\n  when length is 5 minutes\n  expect permitted\n'
    )
    shown = ask(kernel, "nora", "test", text_in_force(kernel), tests=written)["slots"]["tests"]
    unread = ask(kernel, "nora", "test", text_in_force(kernel), tests="tests of nothing")

    assert "1 test, 1 not as expected" in shown
    assert "of 5" in shown
    assert "is-no" in unread["slots"]["tests"]


def test_a_new_version_names_the_tracks_that_it_changes(kernel: Kernel) -> None:
    pytest.importorskip("z3")
    shown = ask(kernel, "nora", "compare", newer(kernel))["slots"]["changes"]

    assert "Against version 4" in shown
    assert "<b>2</b> of 11 tracks" in shown
    assert "Greensleeves" in shown
    assert "<del>4" in shown
    assert "<b>Stricter.</b> Proven" in shown


def test_a_text_with_mistakes_is_not_laid_out_and_the_page_says_what_to_do(kernel: Kernel) -> None:
    said = ask(kernel, "nora", "format", 'policy "A" versoin 1')["slots"]["said"]

    assert "once it has no mistakes" in said
    assert "clearmix-rules" not in said, "there is no command line here"


def test_terms_of_sharing_are_asked_as_somebody_who_may_share_would(kernel: Kernel) -> None:
    text = text_in_force(kernel).replace("at most 90 seconds", "at most 60 seconds")
    shown = ask(kernel, "nora", "compare", text)["slots"]["changes"]

    assert "<b>2</b> of 11 tracks" in shown
    assert "Remix of 30 seconds for public use on the studio plan" in shown
    assert "permitted, on other terms" in shown


def test_a_refusal_of_another_kind_counts_as_a_change(kernel: Kernel) -> None:
    rule = (
        "\nrule none-for-free: forbid remix\n  of tracks under northlight\n"
        '  when tier is free\n  reason "Not on the free plan."\n'
    )
    text = text_in_force(kernel).replace("version 4", "version 5") + rule
    shown = ask(kernel, "nora", "compare", text)["slots"]["changes"]
    touched, _, _ = shown.partition("What it says otherwise")

    assert "<s>not permitted</s>" in touched
    assert "<strong>forbidden</strong>" in touched


def test_without_the_solver_everything_but_the_proof_is_told(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.startswith("clearmix_rules.proving")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("clearmix_rules.proving", raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    shown = ask(kernel, "nora", "compare", newer(kernel))["slots"]["changes"]

    assert "proofs need the solver z3" in shown
    assert "clearmix[prove]" in shown
    assert "<b>2</b> of 11 tracks" in shown


def test_a_policy_of_a_new_title_would_be_new(kernel: Kernel) -> None:
    template = next(one for one in templates() if one.name == "independent.rights")
    text = template.text.replace("your-label", "northlight")
    shown = ask(kernel, "nora", "compare", text)["slots"]["changes"]

    assert "It would be new" in shown


def test_a_circle_of_delegation_is_told_at_once(kernel: Kernel) -> None:
    text = newer(kernel).replace("consent: opt-in", "consent: delegated to ada-wren")
    found = ask(kernel, "nora", "read", text)["slots"]["mistakes"]

    assert "in a circle" in found


def test_only_an_operator_puts_a_text_in_force_and_only_the_one_that_was_confirmed(
    own_kernel: Kernel,
) -> None:
    text = newer(own_kernel)
    before = own_kernel.policies.current().hashes
    confirmed = digest(PolicySource(NAME, text))

    assert "Put in force" not in ask(own_kernel, "nora", "read", text)["slots"]["put"]
    assert ask(own_kernel, "nora", "confirm", text) == {}
    for user in ("nora", "mia", "ada"):
        said = ask(own_kernel, user, "put", text, digest=confirmed)["slots"]["said"]
        assert "othing was put in force" in said
    said = ask(own_kernel, "operator", "put", text + "# more\n", digest=confirmed)["slots"]["said"]
    assert "othing was put in force" in said
    assert own_kernel.policies.current().hashes == before

    shown = ask(own_kernel, "operator", "confirm", text)
    assert shown["dialog"]
    assert "2 of 11 tracks" in shown["slots"]["confirm"]
    assert confirmed in shown["slots"]["confirm"]
    done = ask(own_kernel, "operator", "put", text, digest=confirmed)
    assert "Put in force as northlight-version-5.rights" in done["slots"]["said"]
    assert "version 5" in done["slots"]["starts"]
    assert text in [one.text for one in own_kernel.policies.current().sources]


def test_a_version_that_is_taken_is_not_put_in_force(own_kernel: Kernel) -> None:
    text = newer(own_kernel).replace("version 5", "version 4")
    said = ask(own_kernel, "operator", "put", text, digest=digest(PolicySource(NAME, text)))

    assert "recorded already with another text" in said["slots"]["said"]


def test_a_name_that_leads_elsewhere_is_not_taken() -> None:
    for name in ("../../etc/passwd.rights", "/tmp/x.rights", "a/b.rights", "x.py", ""):
        assert source_of({"name": name, "text": "by label northlight\n"}).name == "platform.rights"
    head = 'policy "T" version 1\nby label northlight\n'
    assert source_of({"name": "../x", "text": head}).name == NAME


def test_a_text_that_is_too_long_and_a_message_that_is_none_change_nothing(kernel: Kernel) -> None:
    long = ask(kernel, "nora", "read", "#" * (MOST_CHARACTERS + 1))

    assert "longer than 100,000 characters" in long["slots"]["status"]
    assert "clearmix rules check" in long["slots"]["status"]
    assert ask(kernel, "nora", "drop table", "") == {}


def test_who_sees_whose_terms() -> None:
    operator = Viewer("o", "operator", None)
    author = Viewer("n", "policy-author", "northlight")
    artist, listener = Viewer("a", "artist", "ada-wren"), Viewer("m", "listener", None)

    assert operator.sees("northlight")
    assert author.sees("northlight")
    assert not author.sees("foxglove")
    assert artist.sees("ada-wren")
    assert not artist.sees("northlight")
    assert not listener.sees("northlight")
    assert listener.sees("platform")
    assert not replace(author, role="listener", party=None).sees("northlight")
    assert not author.operates
