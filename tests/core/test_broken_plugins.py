"""Plugins that are broken in every way we could think of: named, with a remedy, and passed by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from clearmix import (
    Abilities,
    Analysis,
    Audio,
    Conversation,
    Finding,
    Interpretation,
    RemixSpec,
    hookimpl,
)
from clearmix import kernel as kernels
from clearmix import plugins as loading
from clearmix.catalogue.analysing import analysis_by
from clearmix.errors import PluginError
from clearmix.kernel import Kernel
from clearmix.plugins import Problem
from clearmix.settings import Settings


def plugin(**hooks) -> ModuleType:
    module = ModuleType("a_plugin")
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    return module


def problems_of(settings: Settings, look, **hooks) -> list[Problem]:
    """What is said of one broken plugin after a look at the kernel; the other plugins run."""
    kernel = Kernel(settings, plugins={"broken": plugin(**hooks)})
    look(kernel)
    assert "studio" in kernel.generators
    found = [one for one in kernel.problems if one.plugin == "broken"]
    assert all(one.help for one in found)
    return found


def plant(site: Path, name: str, code: str, *, entry: str | None = None) -> None:
    """A distribution with one module and an entry point."""
    information = site / f"{name}-1.0.dist-info"
    information.mkdir(parents=True)
    (site / f"{name}.py").write_text(code)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[clearmix]\n{entry or name} = {name}\n")


def listed(site: Path, settings: Settings, **more: str) -> dict[str, list[dict[str, str]]]:
    """What `clearmix plugins list --json` prints with these plugins installed."""
    done = subprocess.run(
        [sys.executable, "-m", "clearmix", "plugins", "list", "--json"],
        env={
            "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]),
            "CLEARMIX_HOME": str(settings.home),
            **more,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return found


def test_plugins_that_cannot_be_loaded_are_named_and_the_others_run(
    tmp_path: Path, settings: Settings
) -> None:
    site = tmp_path / "site"
    plant(site, "leaves", "import sys\nsys.exit(3)\n")
    plant(site, "torn", "def provide(:\n")
    plant(site, "loud", "print('hello from a plugin')\n")
    plant(site, "one", "", entry="twice")
    plant(site, "two", "", entry="twice")
    found = listed(site, settings, CLEARMIX_PLUGINS="no_such_module")
    said = {one["plugin"]: one for one in found["problems"]}
    assert said["leaves"]["reason"] == "could not be imported: SystemExit: 3"
    assert "SyntaxError" in said["torn"]["reason"]
    assert said["twice"]["reason"].startswith("a second plugin named `twice`, from ")
    assert "No module named 'no_such_module'" in said["no_such_module"]["reason"]
    assert "CLEARMIX_PLUGINS" in said["no_such_module"]["help"]
    assert all(one["help"] for one in said.values())
    assert {"loud", "studio", "twice"} <= {one["name"] for one in found["plugins"]}


PRINTING = """
import os
from clearmix import Interpretation, hookimpl

class Printing:
    id, version = "printing", "1"

    def interpret(self, words, context):
        print("{printed}")
        os.write(1, b"{written}")
        os.system("echo {started}")
        return Interpretation(context.spec, "none", not_understood=(words,))

@hookimpl
def provide_interpreters(settings):
    print("{asked}")
    return [Printing()]

@hookimpl
def provide_formulas(settings):
    raise ValueError("no rates")
"""


def test_what_a_plugin_prints_while_it_works_stays_out_of_an_answer_that_a_program_reads(
    tmp_path: Path, settings: Settings
) -> None:
    plant(tmp_path, "printing", PRINTING)
    done = subprocess.run(
        [sys.executable, "-m", "clearmix", "interpret", "slower", "--json"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
            "CLEARMIX_HOME": str(settings.home),
            "CLEARMIX_INTERPRETER": "printing",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["not_understood"] == ["slower"]
    for said in ("{printed}", "{written}", "{started}", "{asked}"):
        assert said in done.stderr


def test_the_list_asks_every_hook_and_says_what_came_of_it(
    tmp_path: Path, settings: Settings
) -> None:
    plant(tmp_path, "printing", PRINTING)
    found = listed(tmp_path, settings)
    (problem,) = [one for one in found["problems"] if one["plugin"] == "printing"]
    assert problem["reason"] == "`provide_formulas` raised ValueError: no rates"
    (plugin,) = [one for one in found["plugins"] if one["name"] == "printing"]
    assert plugin["ids"] == {"provide_interpreters": ["printing"]}


def test_a_hook_without_its_mark_is_named(settings: Settings) -> None:
    module = ModuleType("plain")
    module.provide_formulas = lambda settings: []  # type: ignore[attr-defined]
    (problem,) = Kernel(settings, plugins={"plain": module}).problems
    assert problem.reason == "`provide_formulas` is a plain function, and never called"
    assert "@hookimpl" in problem.help


def test_a_plugin_that_is_waited_for_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "PATIENCE_SECONDS", 0.05)

    def slow(settings: Settings) -> list[Finding]:
        time.sleep(0.3)
        return []

    assert problems_of(settings, lambda kernel: kernel.findings, provide_findings=slow) == []
    assert "plugin `broken` has not answered for 0.05 seconds" in capsys.readouterr().err


def test_a_plugin_that_leaves_a_thread_running_is_named(tmp_path: Path, settings: Settings) -> None:
    start = "threading.Thread(target=time.sleep, args=[1], name='poller').start()"
    plant(tmp_path, "busy", f"import threading, time\n{start}\n")
    (problem,) = listed(tmp_path, settings)["problems"]
    assert problem["plugin"] == "busy"
    assert problem["reason"] == "left a thread running (`poller`), which keeps commands from ending"


def test_a_labeler_of_no_layer_is_left_out(settings: Settings) -> None:
    thing = SimpleNamespace(id="odd", version="1", layer="sound", mark=str, read=str)
    (problem,) = problems_of(
        settings, lambda kernel: kernel.labelers, provide_labelers=lambda settings: [thing]
    )
    assert problem.reason == "the layer of labeler `odd` is 'sound'"


class Able:
    """A generator whose abilities are what it is given."""

    id = "able"
    version = "1"

    def __init__(self, abilities) -> None:
        self.abilities = abilities

    def render(self, spec, source, progress):
        yield Audio.silence(seconds=1, rate=44100)


def no_gpu() -> Abilities:
    raise RuntimeError("no GPU")


@pytest.mark.parametrize(
    ("abilities", "said"),
    [
        (no_gpu, "`Able` raised RuntimeError when asked what it is: no GPU"),
        (lambda: {"kinds": "remix"}, "the abilities of generator `able` are `dict`"),
    ],
)
def test_a_generator_that_cannot_say_what_it_can_do_is_left_out(
    settings: Settings, abilities, said: str
) -> None:
    (problem,) = problems_of(
        settings,
        lambda kernel: kernel.generators,
        provide_generators=lambda settings: [Able(abilities)],
    )
    assert problem.reason == said


def test_a_thing_whose_name_raises_is_left_out(settings: Settings) -> None:
    class Nameless(Able):
        @property
        def id(self) -> str:  # type: ignore[override]
            raise KeyError("id")

    (problem,) = problems_of(
        settings,
        lambda kernel: kernel.generators,
        provide_generators=lambda settings: [Nameless(no_gpu)],
    )
    assert "raised KeyError" in problem.reason


@pytest.mark.parametrize(
    ("hook", "given", "look", "said"),
    [
        ("provide_findings", ["all is well"], "findings", "no Finding"),
        ("provide_findings", 7, "findings", "'int' object is not iterable"),
        ("provide_generators", [None], "generators", "has no text `id`"),
    ],
)
def test_a_hook_that_hands_over_something_else_is_named(
    settings: Settings, hook: str, given: object, look: str, said: str
) -> None:
    (problem,) = problems_of(
        settings, lambda kernel: getattr(kernel, look), **{hook: lambda settings: given}
    )
    assert said in problem.reason


def test_policies_that_are_none_are_named_and_the_others_are_in_force(settings: Settings) -> None:
    (problem,) = problems_of(
        settings,
        lambda kernel: kernel.policies.current(),
        provide_policies=lambda settings: ["permit everything"],
    )
    assert "no PolicySource" in problem.reason


def test_what_a_plugin_hands_over_before_it_fails_counts(settings: Settings) -> None:
    thing = SimpleNamespace(id="odd", version="1", layer="file", mark=str, read=str)

    def half(settings: Settings):
        yield thing
        raise PluginError("`X` is set wrongly", help="unset it", place="X")

    kernel = Kernel(settings, plugins={"half": plugin(provide_labelers=half)})
    assert kernel.labelers["odd"] is thing
    assert kernel.without_labelers == ("half",)
    (problem,) = [one for one in kernel.problems if one.plugin == "half"]
    assert (problem.reason, problem.help) == ("`X` is set wrongly", "unset it")


def test_the_doctor_goes_on(settings: Settings) -> None:
    from clearmix.doctor import examine

    def broken(settings: Settings) -> list[Finding]:
        raise SystemExit("I leave")

    kernel = Kernel(settings, plugins={"broken": plugin(provide_findings=broken)})
    found = {one.name: one for one in examine(kernel)}
    assert found["home"].ok
    assert found["plugin broken"].said == "`provide_findings` raised SystemExit: I leave"


# --- what works while somebody waits -------------------------------------------------------------


def interpreting(settings: Settings, interpret) -> Interpretation:
    thing = SimpleNamespace(id="odd", version="1", interpret=interpret)
    kernel = Kernel(
        settings, plugins={"odd": plugin(provide_interpreters=lambda settings: [thing])}
    )
    return kernel.interpret("slower", Conversation(), interpreter="odd")


def test_an_interpreter_that_fails_is_named_with_the_remedy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PluginError, match="interpreter `odd` failed: ZeroDivisionError") as caught:
        interpreting(settings, lambda words, context: 1 / 0)
    assert "CLEARMIX_INTERPRETER" in caught.value.help
    with pytest.raises(PluginError, match="`odd` returned `RemixSpec` where it must return"):
        interpreting(settings, lambda words, context: RemixSpec())
    monkeypatch.setattr(kernels, "INTERPRET_SECONDS", 0.2)
    ended = threading.Event()
    with pytest.raises(PluginError, match="was not done after"):
        interpreting(settings, lambda words, context: ended.wait(30))
    ended.set()


def analysis(**differing: object) -> Analysis:
    values = {"analyzer": "odd", "seconds": 1.0, "tempo_bpm": 120.0, "tempo_confidence": 1.0,
              "beats": (), "downbeats": (), "key": "A minor", "key_confidence": 1.0,
              "loudness_lufs": -14.0}  # fmt: skip
    return Analysis(**{**values, **differing})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (analysis(tempo_bpm=float("nan")), "analyzer `odd` found a tempo of nan bpm"),
        (analysis(tempo_bpm=-1.0), "a tempo of -1.0 bpm"),
        (analysis(loudness_lufs=float("inf")), "a loudness or a length that is no number"),
        (analysis(beats=(1.0, 0.5)), "beats that are not in order"),
        (analysis(key="H minor"), "unknown key `H minor`"),
        ({"tempo_bpm": 120}, "returned `dict`"),
    ],
)
def test_an_analysis_that_cannot_be_true_is_refused(found: object, said: str) -> None:
    thing = SimpleNamespace(id="odd", version="1", analyze=lambda audio, progress: found)
    with pytest.raises(PluginError, match=said) as caught:
        analysis_by(thing, Audio.silence(seconds=1, rate=8000), lambda part, said: None)
    assert "CLEARMIX_ANALYZER" in caught.value.help


def test_a_page_that_cannot_be_mounted_is_named_and_the_service_starts(settings: Settings) -> None:
    from starlette.testclient import TestClient

    from clearmix.service.app import create_app

    def mount(app: object, kernel: object) -> None:
        raise ImportError("no such framework")

    page = SimpleNamespace(id="page", version="1", mount=mount)
    kernel = Kernel(settings, plugins={"page": plugin(provide_web_app=lambda settings: [page])})
    kernel.__dict__["web_apps"] = {"page": kernel.web_apps["page"]}
    with TestClient(create_app(kernel)) as client:
        assert client.get("/healthz").status_code == 200
    (problem,) = [one for one in kernel.problems if one.plugin == "page"]
    assert problem.reason == "page `page` failed: ImportError: no such framework"
