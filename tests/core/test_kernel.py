from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from types import ModuleType, SimpleNamespace

import pytest

import clearmix
from clearmix import Abilities, Audio, hookimpl, hookspecs
from clearmix.errors import PluginError
from clearmix.kernel import Kernel
from clearmix.settings import Settings

HEAVY = {
    "gradio", "torch", "librosa", "duckdb", "ibis", "sqlmodel", "openai", "dbos", "scipy",
    "pandas", "av",
}  # fmt: skip


class Hum:
    """A generator that answers with silence."""

    id = "hum"
    version = "1"

    def abilities(self) -> Abilities:
        return Abilities(frozenset({"remix"}), frozenset(), frozenset(), 60.0, uses_master=True)

    def render(self, spec, source, progress) -> Iterable[Audio]:
        yield Audio.silence(seconds=1, rate=44100)


def plugin(**hooks) -> ModuleType:
    module = ModuleType("a_plugin")
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    return module


def test_a_generator_that_a_plugin_provides_is_found_by_its_id(settings: Settings) -> None:
    kernel = Kernel(settings, plugins={"hum": plugin(provide_generators=lambda settings: [Hum()])})
    assert kernel.generator("hum").id == "hum"
    assert not [found for found in kernel.problems if found.plugin == "hum"]


def test_an_unknown_id_names_a_near_match(settings: Settings) -> None:
    kernel = Kernel(settings, plugins={"hum": plugin(provide_generators=lambda settings: [Hum()])})
    with pytest.raises(PluginError) as caught:
        kernel.generator("humm")
    assert caught.value.message == "no generator `humm`"
    assert caught.value.help == "did you mean `hum`?"


def test_a_hook_that_raises_is_named_and_the_rest_runs(settings: Settings) -> None:
    def broken(settings: Settings) -> list[Hum]:
        raise RuntimeError("no GPU")

    kernel = Kernel(
        settings,
        plugins={
            "broken": plugin(provide_generators=broken),
            "hum": plugin(provide_generators=lambda settings: [Hum()]),
        },
    )
    assert "hum" in kernel.generators
    (problem,) = [found for found in kernel.problems if found.plugin == "broken"]
    assert problem.reason == "`provide_generators` raised RuntimeError: no GPU"
    assert problem.help


def test_a_misspelt_hook_is_caught_with_the_right_name(settings: Settings) -> None:
    kernel = Kernel(settings, plugins={"typo": plugin(provide_generator=lambda settings: [Hum()])})
    (problem,) = [found for found in kernel.problems if found.plugin == "typo"]
    assert problem.reason == "unknown hook `provide_generator`"
    assert problem.help == "did you mean `provide_generators`?"
    assert "hum" not in kernel.generators


def test_a_hook_that_goes_away_is_named_and_still_works(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead = DeprecationWarning("`provide_generators` goes away; use `provide_makers`")

    @hookspecs.hookspec(warn_on_impl=instead)
    def provide_generators(settings: Settings) -> None:
        """The hook as it would be marked."""

    monkeypatch.setattr(hookspecs, "provide_generators", provide_generators)
    kernel = Kernel(settings, plugins={"hum": plugin(provide_generators=lambda settings: [Hum()])})
    said = [found for found in kernel.problems if found.plugin == "hum"]
    assert [one.reason for one in said] == [str(instead)]
    assert kernel.generator("hum").id == "hum"


def test_two_generators_with_one_id_are_a_problem_of_the_second(settings: Settings) -> None:
    provide = plugin(provide_generators=lambda settings: [Hum()])
    other = plugin(provide_generators=lambda settings: [Hum()])
    kernel = Kernel(settings, plugins={"first": provide, "second": other})
    assert "hum" in kernel.generators
    (problem,) = [found for found in kernel.problems if "already provided" in found.reason]
    assert {problem.plugin} | {"first"} in ({"first", "second"}, {"first"})
    assert problem.help == "give it an id of its own"


def test_who_asks_for_a_plugin_that_was_left_out_reads_why(settings: Settings) -> None:
    hum = Hum()
    hum.version = " "
    kernel = Kernel(settings, plugins={"hum": plugin(provide_generators=lambda settings: [hum])})
    with pytest.raises(PluginError) as refused:
        kernel.generator("hum")
    assert refused.value.message == "generator `hum` was left out: `Hum` has no text `version`"
    assert refused.value.help == "give it an attribute `version` of type str, which is not empty"
    nothing = plugin(provide_formulas=lambda settings: [None])
    with pytest.raises(PluginError, match="royalty formula `even` was left out: `NoneType` has no"):
        Kernel(settings, plugins={"even": nothing}).formula("even")


def test_a_plugin_that_could_not_be_loaded_is_told_to_who_asks_for_it(settings: Settings) -> None:
    typo = plugin(provide_generator=lambda settings: [Hum()])
    with pytest.raises(PluginError) as refused:
        Kernel(settings, plugins={"hum": typo}).generator("hum")
    said = "generator `hum` was left out: unknown hook `provide_generator`"
    assert (refused.value.message, refused.value.help) == (
        said,
        "did you mean `provide_generators`?",
    )


def test_a_plugin_that_runs_is_not_told_as_left_out(settings: Settings) -> None:
    drone = Hum()
    drone.id = "drone"

    def gives(*things: object) -> Callable[[Settings], list[object]]:
        return lambda settings: list(things)

    for hooks in (
        # what fails is of another kind, is one of several, or was found later
        {"provide_generators": gives(drone), "provide_formulas": gives(None)},
        {"provide_generators": gives(drone, None)},
        {"provide_formulas": gives(None)},
        {},
    ):
        kernel = Kernel(settings, plugins={"hum": plugin(**hooks)})
        kernel.ask_all()
        kernel.report("hum", "page `hum` failed", "update it")
        assert [one for one in kernel.problems if one.plugin == "hum"]
        with pytest.raises(PluginError) as refused:
            kernel.generator("hum")
        assert refused.value.message == "no generator `hum`"


def test_a_thing_that_lacks_a_method_is_named_with_what_it_lacks(settings: Settings) -> None:
    halfway = SimpleNamespace(id="half", version="1", abilities=lambda: None)
    kernel = Kernel(
        settings, plugins={"half": plugin(provide_generators=lambda settings: [halfway])}
    )
    assert "half" not in kernel.generators
    (problem,) = [found for found in kernel.problems if found.plugin == "half"]
    assert "lacks render" in problem.reason


def test_strict_mode_raises_the_first_problem(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARMIX_STRICT_PLUGINS", "1")
    with pytest.raises(PluginError, match="unknown hook"):
        Kernel(settings, plugins={"typo": plugin(provide_generator=lambda settings: [Hum()])})


def test_a_plugin_that_cannot_be_imported_is_left_out_and_named(tmp_path, settings) -> None:
    site = tmp_path / "site"
    (site / "sad.dist-info").mkdir(parents=True)
    (site / "sad.py").write_text("raise ImportError('no such library')\n")
    (site / "sad.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: sad\nVersion: 3.1\n"
    )
    (site / "sad.dist-info" / "entry_points.txt").write_text("[clearmix]\nsad = sad\n")
    code = (
        "from clearmix.kernel import Kernel; k = Kernel(); "
        "print([vars(p) for p in k.problems if p.plugin == 'sad'], len(k.plugins) > 3)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(site), "CLEARMIX_HOME": str(settings.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "could not be imported: ImportError: no such library" in done.stdout
    assert done.stdout.strip().endswith("True")


@pytest.mark.parametrize("arguments", [["--help"], ["plugins", "list"]])
def test_the_command_line_starts_without_heavy_libraries(settings, arguments) -> None:
    code = (
        "import sys; from clearmix.cli import main; sys.argv[1:] = sys.argv[1:]\n"
        "try: main()\nexcept SystemExit as stop: assert stop.code in (0, None), stop.code\n"
        f"found = sorted({HEAVY!r} & set(sys.modules)); assert not found, found"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"CLEARMIX_HOME": str(settings.home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_every_public_name_can_be_imported_from_the_top() -> None:
    for name in clearmix.__all__:
        assert getattr(clearmix, name) is not None, name


def test_every_type_that_a_hook_or_a_contract_mentions_is_public() -> None:
    import inspect
    import re

    from clearmix import contracts, hookspecs

    mentioned: set[str] = set()
    for name, hook in vars(hookspecs).items():
        if name.startswith(("provide_", "check_", "on_")):
            mentioned |= set(re.findall(r"\b[A-Z]\w+", str(inspect.signature(hook))))
    for protocol in vars(contracts).values():
        if getattr(protocol, "_is_protocol", False):
            for method in vars(protocol).values():
                if inspect.isfunction(method):
                    mentioned |= set(re.findall(r"\b[A-Z]\w+", str(inspect.signature(method))))
    standard = {"Iterable", "Path", "None", "Mapping", "Table", "Callable", "Literal", "Protocol"}
    assert mentioned - standard <= set(clearmix.__all__)


def test_every_hook_has_a_docstring_of_three_lines_and_no_defaults() -> None:
    import inspect

    from clearmix import hookspecs

    hooks = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("provide_")}
    assert len(hooks) >= 8
    for name, hook in hooks.items():
        assert len((hook.__doc__ or "").strip().splitlines()) >= 3, name
        assert all(
            parameter.default is inspect.Parameter.empty
            for parameter in inspect.signature(hook).parameters.values()
        ), name
