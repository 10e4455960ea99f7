"""What is missing for MusicGen is said by the doctor, and to whoever asks for it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from clearmix.errors import PluginError
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix_musicgen.readiness import environment, findings, ready_generators


def made(settings: Settings) -> None:
    """An environment as `clearmix plugins setup` leaves it, without its packages."""
    folder = settings.home / "environments" / "musicgen"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    version = environment(settings).version
    (folder / "clearmix.json").write_text(json.dumps({"version": version}))


def test_every_package_is_pinned(settings: Settings) -> None:
    steps = environment(settings)._steps  # type: ignore[attr-defined]
    packages = [one for step in steps for one in step if not one.startswith("--")]
    assert {"torch==2.13.0", "audiocraft==1.3.0"} <= set(packages)
    assert all("==" in one for one in packages)
    assert [step[0] for step in steps] == ["torch==2.13.0", "--no-deps"]


def test_what_is_missing_is_said_with_the_next_thing_to_do(settings: Settings) -> None:
    model = {"CLEARMIX_MUSICGEN": "facebook/musicgen-stereo-melody"}
    (found,) = findings(settings, model)
    assert found.said == "its environment is not made"
    assert found.help == "clearmix plugins setup musicgen"
    assert not list(ready_generators(settings, model))
    made(settings)
    (found,) = findings(settings, {})
    assert (found.ok, found.said) == (True, "no model is named")
    assert not list(ready_generators(settings, {}))
    (found,) = findings(settings, {"CLEARMIX_MUSICGEN": "/nowhere"})
    assert (found.ok, found.said) == (False, "there is no folder /nowhere")
    (found,) = findings(settings, model)
    assert "non-commercial" in found.said
    assert not found.help
    assert [one.id for one in ready_generators(settings, model)] == ["musicgen"]


def test_whoever_asks_for_it_is_told_what_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLEARMIX_MUSICGEN", raising=False)
    kernel = Kernel(settings, plugins={"musicgen-here": __import__("clearmix_musicgen")})
    with pytest.raises(PluginError) as caught:
        kernel.generator("musicgen")
    assert caught.value.message == "generator `musicgen` is not ready: its environment is not made"
    assert caught.value.help == "clearmix plugins setup musicgen"
    assert not Path(settings.home / "environments").exists(), "nothing is made unasked"
