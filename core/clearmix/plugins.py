"""Loading plugins so that one that is broken is named and left out while everything else runs."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module, metadata
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import pluggy

from clearmix import hookspecs
from clearmix.errors import ClearmixError, PluginError
from clearmix.settings import Settings

ENTRY_POINT_GROUP = "clearmix"

STRICT_VARIABLE = "CLEARMIX_STRICT_PLUGINS"
"""Environment variable: `1` raises the first problem instead of collecting it."""


@dataclass(frozen=True)
class Problem:
    """Why a plugin, or a part of it, was left out, and what to do about it.

    `hook` is the hook that it failed at, empty where it failed before or after any.
    """

    plugin: str
    reason: str
    help: str
    hook: str = ""


@dataclass(frozen=True)
class LoadedPlugin:
    """A plugin that takes part; `version` is that of its distribution."""

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...]


class HasIdentity(Protocol):
    """What everything that a hook hands over has."""

    id: str
    version: str


Thing = TypeVar("Thing")


PATIENCE_SECONDS = 10.0
"""After which whoever waits for a plugin to load or to answer is told which one it is."""


class Plugins:
    """The plugins of one kernel."""

    def __init__(self, settings: Settings, extra: Mapping[str, object]) -> None:
        self._settings = settings
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._strict = os.environ.get(STRICT_VARIABLE) == "1"
        self.problems: list[Problem] = []
        self.owners: dict[str, dict[str, str]] = {}
        self.loaded: list[LoadedPlugin] = []
        for entry in sorted(metadata.entry_points(group=ENTRY_POINT_GROUP), key=_order):
            self._load(entry)
        for module in settings.plugins:
            self._load_named(module)
        for name, plugin in extra.items():
            self._register(name, plugin, distribution="given by the caller", version="")

    def _load(self, entry: metadata.EntryPoint) -> None:
        distribution = entry.dist.name if entry.dist else "unknown"
        version = entry.dist.version if entry.dist else ""
        remedy = (
            f"reinstall it with `pip install --force-reinstall {distribution}`, or uninstall it"
        )
        plugin = self._imported(entry.name, entry.load, remedy)
        if plugin is not None:
            self._register(entry.name, plugin, distribution=distribution, version=version)

    def _load_named(self, module: str) -> None:
        """Takes in a module of the setting `CLEARMIX_PLUGINS`."""
        plugin = self._imported(
            module, lambda: import_module(module), "correct CLEARMIX_PLUGINS, or install the module"
        )
        if plugin is not None:
            self._register(module, plugin, distribution="CLEARMIX_PLUGINS", version="")

    def _imported(self, name: str, load: Callable[[], object], remedy: str) -> object | None:
        try:
            with self._watched(name):
                return load()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # anything may be raised at import
            self._report(name, f"could not be imported: {type(error).__name__}: {error}", remedy)
            return None

    def _register(self, name: str, plugin: object, *, distribution: str, version: str) -> None:
        if self._manager.has_plugin(name):
            self._report(
                name,
                f"a second plugin named `{name}`, from {distribution}",
                "uninstall one of the two, or rename its entry point",
            )
            return
        if self._manager.get_name(plugin) is not None:
            self._report(
                name, "the same module under a second name", "keep one of its entry points"
            )
            return
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always", DeprecationWarning)
                self._manager.register(plugin, name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            if self._manager.has_plugin(name):
                self._manager.unregister(plugin)
            self._report(name, *_hook_mistake(plugin, error))
            return
        for warning in said:  # a hook that goes away still works
            self._report(name, str(warning.message), "update the plugin")
        for hook in _unmarked(plugin):
            self._report(
                name,
                f"`{hook}` is a plain function, and never called",
                "write `@hookimpl` above it: `from clearmix import hookimpl`",
                hook,
            )
        callers = self._manager.get_hookcallers(plugin) or []
        hooks = tuple(sorted(caller.name for caller in callers))
        self.loaded.append(LoadedPlugin(name, distribution, version, hooks))

    def provided(
        self,
        hook: str,
        kind: type[Thing],
        fault: Callable[[Thing], tuple[str, str] | None] = lambda thing: None,
    ) -> Mapping[str, Thing]:
        """By id, what all plugins hand over through a hook; mistakes become problems.

        `fault` looks further at what has the shape of its kind: a reason and a remedy, or None.
        """
        found: dict[str, Thing] = {}
        owners = self.owners.setdefault(hook, {})
        for plugin, thing in self.handed_over(hook):
            problem = _tried(thing, lambda one: _misfit(one, kind) or fault(one))
            if problem:
                self._report(plugin, *problem, hook)
                continue
            id = str(thing.id)
            if id in found:
                self._report(
                    plugin,
                    f"`{id}` is already provided by plugin `{owners[id]}`",
                    "give it an id of its own",
                    hook,
                )
                continue
            found[id], owners[id] = thing, plugin
        return MappingProxyType(found)

    def values(self, hook: str, kind: type[Thing]) -> Iterator[tuple[str, Thing]]:
        """Pairs of plugin name and value of that type; anything else becomes a problem."""
        for plugin, value in self.handed_over(hook):
            if isinstance(value, kind):
                yield plugin, value
            else:
                self._report(
                    plugin,
                    f"`{hook}` handed over `{type(value).__name__}`, which is no {kind.__name__}",
                    f"hand over `clearmix.{kind.__name__}`",
                    hook,
                )

    def handed_over(self, hook: str) -> Iterator[tuple[str, Any]]:
        """Pairs of plugin name and object, each plugin asked on its own.

        What a plugin yielded before it failed counts.
        """
        every = [plugin for _, plugin in self._manager.list_name_plugin() if plugin is not None]
        for plugin in every:
            name = self._manager.get_name(plugin) or "unnamed"
            others = [other for other in every if other is not plugin]
            ask: Callable[..., list[Iterable[Any]]] = self._manager.subset_hook_caller(hook, others)
            things: list[Any] = []
            try:
                with self._watched(name):
                    for group in ask(settings=self._settings):
                        things.extend(group)
            except ClearmixError as error:
                self._report(name, error.message, error.help, hook)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # anything may be raised
                self._report(
                    name,
                    f"`{hook}` raised {type(error).__name__}: {error}",
                    "update the plugin, or report this to its author",
                    hook,
                )
            for thing in things:
                yield name, thing

    @contextlib.contextmanager
    def _watched(self, plugin: str) -> Iterator[None]:
        """Sets aside what a plugin prints, and names one that hangs or leaves a thread running."""
        slow = threading.Timer(PATIENCE_SECONDS, _tell_slow, [plugin])
        slow.daemon = True
        alone = not _lasting_threads()  # else any other thread may have started one meanwhile
        slow.start()
        try:
            with _printing_aside():
                yield
        finally:
            slow.cancel()
        for thread in _lasting_threads() if alone else ():
            self._report(
                plugin,
                f"left a thread running (`{thread.name}`), which keeps commands from ending",
                "start threads as daemons, in the method that needs them",
            )

    def report(self, plugin: str, reason: str, help: str) -> None:
        """Adds a problem that was found later, such as a policy that does not check."""
        self._report(plugin, reason, help)

    def _report(self, plugin: str, reason: str, help: str, hook: str = "") -> None:
        if self._strict:
            raise PluginError(reason, help=help, place=f"plugin {plugin}")
        problem = Problem(plugin, reason, help, hook)
        if problem not in self.problems:
            self.problems.append(problem)


def _lasting_threads() -> list[threading.Thread]:
    """What keeps this process from ending besides its main thread."""
    every = threading.enumerate()
    return [one for one in every if not one.daemon and one is not threading.main_thread()]


def _tell_slow(plugin: str) -> None:
    print(
        f"clearmix: plugin `{plugin}` has not answered for {PATIENCE_SECONDS:g} seconds\n"
        "  help: uninstall it, or tell its author; it should load when there is work for it",
        file=sys.stderr,
    )


def _printing_aside() -> contextlib.AbstractContextManager[object]:
    """Sends what plugins print to standard error: standard output may be read by a program."""
    return contextlib.redirect_stdout(sys.stderr)


def _tried(thing: Any, look: Callable[[Any], tuple[str, str] | None]) -> tuple[str, str] | None:
    """What is wrong with a thing, which may be that it cannot be looked at."""
    try:
        with _printing_aside():
            return look(thing)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # its attributes may raise anything
        said = f"`{type(thing).__name__}` raised {type(error).__name__} when asked what it is"
        return f"{said}: {error}", "update the plugin, or report this to its author"


def _order(entry: metadata.EntryPoint) -> tuple[bool, str, str]:
    distribution = entry.dist.name if entry.dist else ""
    return distribution != "clearmix", entry.name, distribution


def _misfit(thing: Any, kind: type[Any]) -> tuple[str, str] | None:
    for attribute in ("id", "version"):
        written = getattr(thing, attribute, None)
        if not isinstance(written, str) or not written.strip():
            return (
                f"`{type(thing).__name__}` has no text `{attribute}`",
                f"give it an attribute `{attribute}` of type str, which is not empty",
            )
    if not isinstance(thing, kind):
        missing = sorted(
            name
            for name in getattr(kind, "__protocol_attrs__", dir(kind))
            if not name.startswith("_") and not hasattr(thing, name)
        )
        return (
            f"`{type(thing).__name__}` is no {kind.__name__}: it lacks {', '.join(missing)}",
            f"add what `clearmix.{kind.__name__}` asks for",
        )
    return None


def _hook_mistake(plugin: object, error: pluggy.PluginValidationError) -> tuple[str, str]:
    known = [name for name in dir(hookspecs) if name.startswith(("provide_", "check_", "on_"))]
    for name in dir(plugin):
        marked = hasattr(getattr(plugin, name, None), f"{hookspecs.PROJECT}_impl")
        if marked and name not in known:
            close = get_close_matches(name, known, n=1)
            return (
                f"unknown hook `{name}`",
                f"did you mean `{close[0]}`?" if close else f"the hooks are {', '.join(known)}",
            )
    said = " ".join(str(error).split())
    return said, "take the arguments that `clearmix.hookspecs` gives it, or fewer"


def _unmarked(plugin: object) -> list[str]:
    """Functions that are named like a hook and are none: pluggy passes them by without a word."""
    return [
        name
        for name in vars(hookspecs)
        if name.startswith("provide_")
        and callable(vars(plugin).get(name) if hasattr(plugin, "__dict__") else None)
        and not hasattr(getattr(plugin, name), f"{hookspecs.PROJECT}_impl")
    ]
