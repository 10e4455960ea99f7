from __future__ import annotations

import subprocess

import pytest

from clearmix.environments import PinnedEnvironment
from clearmix.errors import PluginError
from clearmix.settings import Settings


def quiet(fraction: float, message: str) -> None:
    """Tells nobody."""


def test_an_environment_is_made_once_and_made_anew_for_other_steps(settings: Settings) -> None:
    said: list[float] = []
    made = PinnedEnvironment(settings, "plain", (), about="nothing")
    assert made.python is None
    python = made.set_up(lambda part, words: said.append(part))
    assert made.python == python
    assert said == sorted(said)
    ran = subprocess.run([python, "-c", "print(40 + 2)"], capture_output=True, text=True)
    assert ran.stdout == "42\n"
    assert made.set_up(quiet) == python
    other = PinnedEnvironment(settings, "plain", (("numpy==0",),), about="nothing")
    assert other.python is None


def test_a_step_that_fails_leaves_nothing_and_says_what_pip_said(settings: Settings) -> None:
    steps = (("--no-index", "no-such-package==1.0"),)
    wrong = PinnedEnvironment(settings, "wrong", steps, about="nothing")
    with pytest.raises(PluginError, match="no-such-package") as caught:
        wrong.set_up(quiet)
    assert "nothing is left" in caught.value.help
    assert wrong.python is None
    assert not (settings.home / "environments" / "wrong").exists()
