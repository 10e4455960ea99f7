"""Clearmix: the kernel for licensed AI remixes and covers.

Plugin authors import everything from here: `from clearmix import Audio, hookimpl`. Names are
loaded when first used, so that `import clearmix` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clearmix.audio import Audio, joined, write_wav
    from clearmix.contracts import (
        Abilities,
        Amends,
        Analysis,
        Analyzer,
        CatalogueSource,
        ChoosesPlays,
        Conversation,
        Disclosure,
        Environment,
        Explains,
        FileLabeler,
        Finding,
        Forewarns,
        ForewarnsOfPairs,
        Generator,
        Interpretation,
        Interpreter,
        Labeler,
        ModelWeights,
        Progress,
        Reading,
        Report,
        RoyaltyFormula,
        Score,
        ScoreChord,
        ScoreNote,
        ScoreSection,
        ScoreStroke,
        Seals,
        Section,
        Separator,
        SignalLabeler,
        Source,
        SourceFile,
        SourceRecording,
        TitleLookup,
        TitleMatch,
        Transcriber,
        WebApp,
        WritesSessions,
    )
    from clearmix.display import with_badge
    from clearmix.environments import PinnedEnvironment
    from clearmix.errors import ClearmixError, PlanError
    from clearmix.hookspecs import hookimpl
    from clearmix.kernel import Kernel
    from clearmix.royalties import Context, Eligibility, Period
    from clearmix.settings import Settings
    from clearmix.sidecar import Sidecar
    from clearmix.spec import RemixSpec, SectionChange
    from clearmix.targets import target_seconds, target_semitones, target_tempo_ratio
    from clearmix_rules import PolicySource

_HOMES = {
    "Abilities": "contracts",
    "Amends": "contracts",
    "Analysis": "contracts",
    "Analyzer": "contracts",
    "Audio": "audio",
    "CatalogueSource": "contracts",
    "ChoosesPlays": "contracts",
    "ClearmixError": "errors",
    "Context": "royalties",
    "Conversation": "contracts",
    "Disclosure": "contracts",
    "Environment": "contracts",
    "Eligibility": "royalties",
    "Explains": "contracts",
    "FileLabeler": "contracts",
    "Finding": "contracts",
    "Forewarns": "contracts",
    "ForewarnsOfPairs": "contracts",
    "Generator": "contracts",
    "Interpretation": "contracts",
    "Interpreter": "contracts",
    "Kernel": "kernel",
    "Labeler": "contracts",
    "ModelWeights": "contracts",
    "Period": "royalties",
    "PinnedEnvironment": "environments",
    "PlanError": "errors",
    "Progress": "contracts",
    "Reading": "contracts",
    "RemixSpec": "spec",
    "Report": "contracts",
    "RoyaltyFormula": "contracts",
    "Score": "contracts",
    "ScoreChord": "contracts",
    "ScoreNote": "contracts",
    "ScoreSection": "contracts",
    "ScoreStroke": "contracts",
    "Seals": "contracts",
    "Section": "contracts",
    "SectionChange": "spec",
    "Separator": "contracts",
    "Settings": "settings",
    "Sidecar": "sidecar",
    "SignalLabeler": "contracts",
    "Source": "contracts",
    "SourceFile": "contracts",
    "SourceRecording": "contracts",
    "TitleLookup": "contracts",
    "TitleMatch": "contracts",
    "Transcriber": "contracts",
    "WebApp": "contracts",
    "WritesSessions": "contracts",
    "hookimpl": "hookspecs",
    "joined": "audio",
    "target_seconds": "targets",
    "target_semitones": "targets",
    "target_tempo_ratio": "targets",
    "with_badge": "display",
    "write_wav": "audio",
}

__all__ = [
    "Abilities",
    "Amends",
    "Analysis",
    "Analyzer",
    "Audio",
    "CatalogueSource",
    "ChoosesPlays",
    "ClearmixError",
    "Context",
    "Conversation",
    "Disclosure",
    "Eligibility",
    "Environment",
    "Explains",
    "FileLabeler",
    "Finding",
    "Forewarns",
    "ForewarnsOfPairs",
    "Generator",
    "Interpretation",
    "Interpreter",
    "Kernel",
    "Labeler",
    "ModelWeights",
    "Period",
    "PinnedEnvironment",
    "PlanError",
    "PolicySource",
    "Progress",
    "Reading",
    "RemixSpec",
    "Report",
    "RoyaltyFormula",
    "Score",
    "ScoreChord",
    "ScoreNote",
    "ScoreSection",
    "ScoreStroke",
    "Seals",
    "Section",
    "SectionChange",
    "Separator",
    "Settings",
    "Sidecar",
    "SignalLabeler",
    "Source",
    "SourceFile",
    "SourceRecording",
    "TitleLookup",
    "TitleMatch",
    "Transcriber",
    "WebApp",
    "WritesSessions",
    "hookimpl",
    "joined",
    "target_seconds",
    "target_semitones",
    "target_tempo_ratio",
    "with_badge",
    "write_wav",
]


def __getattr__(name: str) -> Any:
    if name == "PolicySource":
        return import_module("clearmix_rules").PolicySource
    if name not in _HOMES:
        raise AttributeError(f"module `clearmix` has no attribute `{name}`")
    return getattr(import_module(f"clearmix.{_HOMES[name]}"), name)
