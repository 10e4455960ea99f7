"""What the installed plugins hand over, by kind and id; asked for when it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from clearmix.errors import PluginError
from clearmix.plugins import LoadedPlugin, Plugins, Problem
from clearmix.settings import Settings

if TYPE_CHECKING:
    from clearmix.contracts import (
        Analyzer,
        BillingGateway,
        CatalogueSource,
        Environment,
        Finding,
        Generator,
        Interpreter,
        Labeler,
        ModelWeights,
        RoyaltyFormula,
        Separator,
        SignalLabeler,
        Transcriber,
        WebApp,
    )

Thing = TypeVar("Thing")


class Installed:
    """The plugins of one configuration."""

    def __init__(
        self, settings: Settings | None = None, *, plugins: Mapping[str, object] | None = None
    ) -> None:
        self.settings = settings or Settings.from_environment()
        self._plugins = Plugins(self.settings, plugins or {})

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was left out of any plugin so far, with reason and remedy."""
        return tuple(self._plugins.problems)

    @property
    def plugins(self) -> tuple[LoadedPlugin, ...]:
        """The plugins that take part."""
        return tuple(self._plugins.loaded)

    @cached_property
    def generators(self) -> Mapping[str, Generator]:
        """Generators by id."""
        from clearmix.contracts import Generator

        return self._plugins.provided("provide_generators", Generator, _unable)  # type: ignore[type-abstract]

    @cached_property
    def analyzers(self) -> Mapping[str, Analyzer]:
        """Analyzers by id."""
        from clearmix.contracts import Analyzer

        return self._plugins.provided("provide_analyzers", Analyzer)  # type: ignore[type-abstract]

    @cached_property
    def separators(self) -> Mapping[str, Separator]:
        """Separators that are ready, by id."""
        from clearmix.contracts import Separator

        return self._plugins.provided("provide_separators", Separator)  # type: ignore[type-abstract]

    @cached_property
    def models(self) -> Mapping[str, ModelWeights]:
        """Weights of trained models by id, here or not."""
        from clearmix.contracts import ModelWeights

        return self._plugins.provided("provide_models", ModelWeights)  # type: ignore[type-abstract]

    @cached_property
    def transcribers(self) -> Mapping[str, Transcriber]:
        """Transcribers by id."""
        from clearmix.contracts import Transcriber

        return self._plugins.provided("provide_transcribers", Transcriber)  # type: ignore[type-abstract]

    @cached_property
    def environments(self) -> Mapping[str, Environment]:
        """Environments that plugins need for themselves, by id, made or not."""
        from clearmix.contracts import Environment

        return self._plugins.provided("provide_environments", Environment)  # type: ignore[type-abstract]

    @cached_property
    def labelers(self) -> Mapping[str, Labeler]:
        """Labelers of both layers by id."""
        from clearmix.contracts import SignalLabeler

        found = self._plugins.provided("provide_labelers", SignalLabeler, _layerless)  # type: ignore[type-abstract]
        return MappingProxyType(dict(sorted(found.items())))

    @property
    def without_labelers(self) -> tuple[str, ...]:
        """Plugins that could not hand over all of their labelers; `problems` says why."""
        asked = self.labelers, self._plugins.problems
        lost = (one.plugin for one in asked[1] if one.hook == "provide_labelers")
        return tuple(dict.fromkeys(lost))

    @cached_property
    def interpreters(self) -> Mapping[str, Interpreter]:
        """Interpreters by id."""
        from clearmix.contracts import Interpreter

        return self._plugins.provided("provide_interpreters", Interpreter)  # type: ignore[type-abstract]

    @cached_property
    def formulas(self) -> Mapping[str, RoyaltyFormula]:
        """Royalty formulas by id."""
        from clearmix.contracts import RoyaltyFormula

        return self._plugins.provided("provide_formulas", RoyaltyFormula)  # type: ignore[type-abstract]

    @cached_property
    def billing_gateways(self) -> Mapping[str, BillingGateway]:
        """Gateways that take money from listeners, by id."""
        from clearmix.contracts import BillingGateway

        return self._plugins.provided("provide_billing", BillingGateway)  # type: ignore[type-abstract]

    @cached_property
    def catalogue_sources(self) -> Mapping[str, CatalogueSource]:
        """Catalogues that plugins bring, by id."""
        from clearmix.contracts import CatalogueSource

        return self._plugins.provided("provide_catalogues", CatalogueSource)  # type: ignore[type-abstract]

    @cached_property
    def web_apps(self) -> Mapping[str, WebApp]:
        """User interfaces by id."""
        from clearmix.contracts import WebApp

        return self._plugins.provided("provide_web_app", WebApp)  # type: ignore[type-abstract]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What plugins find of their own needs on this machine, looked at anew each time."""
        from clearmix.contracts import Finding

        return tuple(finding for _, finding in self._plugins.values("provide_findings", Finding))

    def ask_all(self) -> None:
        """Asks every plugin through each of its hooks, so that `problems` and `ids` are whole."""
        from clearmix_rules import PolicySource

        for kind in (
            "generators", "analyzers", "separators", "transcribers", "models", "environments",
            "labelers", "interpreters", "formulas", "billing_gateways", "catalogue_sources",
            "web_apps", "findings",
        ):  # fmt: skip
            getattr(self, kind)
        for _ in self._plugins.values("provide_policies", PolicySource):
            pass

    def listing(self) -> dict[str, Any]:
        """What `clearmix plugins list --json` prints: plugins, what they hand over, problems."""
        self.ask_all()
        return {
            "plugins": [
                {
                    "name": plugin.name,
                    "distribution": plugin.distribution,
                    "version": plugin.version,
                    "hooks": list(plugin.hooks),
                    "ids": {hook: list(ids) for hook, ids in self.ids_of(plugin.name).items()},
                }
                for plugin in self.plugins
            ],
            "problems": [vars(problem) for problem in self.problems],
        }

    def ids_of(self, plugin: str) -> Mapping[str, tuple[str, ...]]:
        """The ids of what a plugin has handed over so far, by hook."""
        return {
            hook: tuple(id for id, owner in owners.items() if owner == plugin)
            for hook, owners in self._plugins.owners.items()
            if plugin in owners.values()
        }

    def report(self, plugin: str, reason: str, help: str) -> None:
        """Names a plugin that was found wanting later, such as a page that could not be mounted."""
        self._plugins.report(plugin, reason, help)

    def generator(self, id: str | None = None, kind: str = "remix") -> Generator:
        """The generator of that id, or the one that the settings prefer for a kind of spec.

        Raises:
            PluginError: there is none, or its plugin finds that something is missing for it.
        """
        preferred = self.settings.cover_generator if kind == "cover" else self.settings.generator
        wanted = id or preferred
        self._require_ready("generator", wanted, self.generators, "provide_generators")
        return by_id("generator", self.generators, wanted)

    def model(self, id: str) -> ModelWeights:
        """The weights of that id."""
        return by_id("model", self.models, id)

    def environment(self, id: str) -> Environment:
        """The environment of that id."""
        return by_id("environment", self.environments, id)

    def separator(self) -> Separator | None:
        """What takes mixes apart: the one of the settings, or the only one; None if there is none.

        Raises:
            PluginError: there are several and the settings pick none, or one that is not ready.
        """
        wanted = self.settings.separator
        self._require_ready("separator", wanted, self.separators, "provide_separators")
        return _only("separator", self.separators, wanted)

    def transcriber(self) -> Transcriber | None:
        """What writes scores: the one of the settings, or the only one; None if there is none.

        Raises:
            PluginError: there are several and the settings pick none, or one that is not there.
        """
        return _only("transcriber", self.transcribers, self.settings.transcriber)

    def listening_labeler(self) -> SignalLabeler | None:
        """The watermark that names the listening in each stream; None if the setting names none.

        Raises:
            PluginError: there is no labeler of that id.
        """
        from clearmix.contracts import SignalLabeler

        if not self.settings.mark_listenings:
            return None
        found = by_id("labeler", self.labelers, self.settings.mark_listenings)
        return found if isinstance(found, SignalLabeler) and found.layer == "signal" else None

    def formula(self, id: str) -> RoyaltyFormula:
        """The royalty formula of that id."""
        self._require_ready("royalty formula", id, self.formulas, "provide_formulas")
        return by_id("royalty formula", self.formulas, id)

    def _require_ready(
        self, kind: str, id: str, available: Mapping[str, object], hook: str
    ) -> None:
        """Raises PluginError when a plugin finds why something of its own is not available.

        A plugin that is called like what it hands over is told of itself where it was left out, or
        failed at that hook so that it handed over nothing. Its other problems are no answer.
        """
        if not id or id in available:
            return
        for finding in self.findings:
            if finding.name == f"{kind} {id}":
                raise PluginError(
                    f"{kind} `{id}` is not ready: {finding.said}",
                    help=finding.help or "`clearmix doctor` tells more",
                    place="clearmix doctor",
                )
        if id in self._plugins.owners[hook].values():
            return
        runs = any(plugin.name == id for plugin in self.plugins)
        for problem in self._plugins.problems:
            if problem.plugin == id and (problem.hook == hook or not runs):
                raise PluginError(
                    f"{kind} `{id}` was left out: {problem.reason}",
                    help=problem.help,
                    place="clearmix plugins list",
                )


def _unable(generator: Generator) -> tuple[str, str] | None:
    """What is wrong with the abilities of a generator, which decisions rest on."""
    from clearmix.contracts import Abilities

    able = cast("object", generator.abilities())
    if isinstance(able, Abilities):
        return None
    return (
        f"the abilities of generator `{generator.id}` are `{type(able).__name__}`",
        "return `clearmix.Abilities`",
    )


def _layerless(labeler: SignalLabeler) -> tuple[str, str] | None:
    """What is wrong with the layer of a labeler, by which the kernel knows what to give it."""
    layer = cast("object", labeler.layer)
    if layer in ("signal", "file"):
        return None
    return (
        f"the layer of labeler `{labeler.id}` is {layer!r}",
        'set `layer` to "signal" or "file"',
    )


def _only(kind: str, available: Mapping[str, Thing], preferred: str) -> Thing | None:
    if not preferred and len(available) < 2:
        return next(iter(available.values()), None)
    return by_id(kind, available, preferred)


def by_id(kind: str, available: Mapping[str, Thing], id: str) -> Thing:
    """The thing of that id; raises PluginError with a near match, or with what there is."""
    if id in available:
        return available[id]
    close = get_close_matches(id, available, n=1)
    known = ", ".join(f"`{name}`" for name in available) or "none is installed"
    raise PluginError(
        f"no {kind} `{id}`",
        help=f"did you mean `{close[0]}`?" if close else f"available: {known}",
        place="clearmix plugins list",
    )
