"""Every hook that a plugin may implement, and nothing else.

`provide_*` hands things over, `check_*` may refuse, `on_*` is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

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
        Transcriber,
        WebApp,
    )
    from clearmix.settings import Settings
    from clearmix_rules import PolicySource

PROJECT = "clearmix"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """Hands over generators.

    Called once per process, when a generator is first asked for. Results of all plugins are
    joined; two generators with one id are a problem of the second plugin. It must be cheap: no
    model is loaded and no file is fetched here.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_analyzers(settings: Settings) -> Iterable[Analyzer]:
    """Hands over analyzers of recordings.

    Called once per process, when a recording is first analysed. Results are joined, ids are
    unique, and the operator's setting picks one. It must not import heavy libraries yet.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_separators(settings: Settings) -> Iterable[Separator]:
    """Hands over what takes a mix apart into stems.

    Called when a recording without stems is added, and by `clearmix catalogue separate`. Hand over
    only what is ready: a separator whose weights are missing is a finding (`provide_findings`).
    Results are joined; if there are several, the setting `CLEARMIX_SEPARATOR` must pick one.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_transcribers(settings: Settings) -> Iterable[Transcriber]:
    """Hands over what writes down the score of a recording.

    Called when the score of a recording is first needed, which a cover is played from. Results are
    joined; if there are several, the setting `CLEARMIX_TRANSCRIBER` must pick one. It must load no
    model yet.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_models(settings: Settings) -> Iterable[ModelWeights]:
    """Hands over what is known of the weights of trained models.

    Called by `clearmix models`. Results are joined and ids are unique. It must fetch nothing: that
    happens when the operator says `clearmix models fetch ID`.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_environments(settings: Settings) -> Iterable[Environment]:
    """Hands over virtual environments for libraries that conflict with others.

    Called by `clearmix plugins setup`. Results are joined and ids are unique. Nothing is installed
    before the operator says `clearmix plugins setup ID`.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_labelers(settings: Settings) -> Iterable[Labeler]:
    """Hands over labelers of either layer, signal or file.

    Called once per process, when a render is marked or a file verified. Results are joined; file
    labelers run in the order of their ids after all signal labelers, and one that seals the file
    (`Seals`) last. Keys are read from `settings.home` when a mark is first made, not here.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_interpreters(settings: Settings) -> Iterable[Interpreter]:
    """Hands over interpreters of listeners' words.

    Called once per process, at the first prompt. Results are joined, ids are unique, and the
    setting `CLEARMIX_INTERPRETER` picks one. It must open no connection.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_formulas(settings: Settings) -> Iterable[RoyaltyFormula]:
    """Hands over royalty formulas.

    Called once per process, at the first settlement. Results are joined and ids are unique; the
    id and version of a formula are written on every statement that it made. It must not import
    ibis yet.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_billing(settings: Settings) -> Iterable[BillingGateway]:
    """Hands over gateways that take money from listeners.

    Called once per process, when a render is first charged for. Results are joined, ids are
    unique, and the setting `CLEARMIX_BILLING` picks one. It must open no connection and charge
    nothing.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_policies(settings: Settings) -> Iterable[PolicySource]:
    """Hands over `.rights` files that ship with a plugin.

    Called when policies are loaded. Results are joined with the policies of the operator's own
    folder; a file that does not check is a problem of its plugin, and its party is refused. It
    must not decide anything.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_catalogues(settings: Settings) -> Iterable[CatalogueSource]:
    """Hands over catalogues, such as the example catalogue.

    Called by `clearmix demo` and `clearmix catalogue import ID`. Results are joined and ids are
    unique. It must render or fetch nothing before `prepare` is called.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_web_app(settings: Settings) -> Iterable[WebApp]:
    """Hands over user interfaces that mount themselves on the service.

    Called by `clearmix serve` and `clearmix demo` only. Each is mounted in the order of its id.
    It must not import its web framework before `mount` is called.
    """
    raise AssertionError("a specification is never called")


@hookspec
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """Hands over what a plugin finds of its own needs: programs, certificates, models.

    Called by `clearmix doctor`. Results are joined and shown after the kernel's own findings; each
    says how to get what is missing. It must look only: nothing is made, fetched or loaded.
    """
    raise AssertionError("a specification is never called")
