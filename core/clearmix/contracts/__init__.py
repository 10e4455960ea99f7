"""What plugins implement, and the values that cross the border to them.

Behaviour is a Protocol of one or two methods; hooks (`hookspecs.py`) hand the objects over.
Nothing here is trusted by the kernel: audio is measured, marks are read back, splits are added up.
"""

from clearmix.contracts.billing import (
    BillingGateway,
    Charge,
)
from clearmix.contracts.environments import (
    Environment,
)
from clearmix.contracts.formulas import (
    ChoosesPlays,
    RoyaltyFormula,
)
from clearmix.contracts.generators import (
    Abilities,
    Amends,
    Explains,
    Forewarns,
    ForewarnsOfPairs,
    Generator,
    Report,
    Warms,
    WritesSessions,
)
from clearmix.contracts.hosting import (
    CatalogueSource,
    Finding,
    WebApp,
)
from clearmix.contracts.interpreters import (
    Control,
    Conversation,
    Intent,
    Interpretation,
    Interpreter,
    TitleLookup,
    TitleMatch,
)
from clearmix.contracts.keys import Keyed
from clearmix.contracts.labelers import (
    Disclosure,
    FileLabeler,
    Labeler,
    Reading,
    Seals,
    SealsApart,
    SignalLabeler,
    SourceFile,
)
from clearmix.contracts.recordings import (
    Analysis,
    Analyzer,
    Progress,
    Section,
    Source,
    SourceRecording,
    Transcriber,
)
from clearmix.contracts.scores import (
    Score,
    ScoreChord,
    ScoreMoment,
    ScoreNote,
    ScoreSection,
    ScoreStroke,
)
from clearmix.contracts.separators import (
    ModelWeights,
    Separator,
    WeightFree,
)

__all__ = [
    "Abilities",
    "Amends",
    "Analysis",
    "Analyzer",
    "BillingGateway",
    "CatalogueSource",
    "Charge",
    "ChoosesPlays",
    "Control",
    "Conversation",
    "Disclosure",
    "Environment",
    "Explains",
    "FileLabeler",
    "Finding",
    "Forewarns",
    "ForewarnsOfPairs",
    "Generator",
    "Intent",
    "Interpretation",
    "Interpreter",
    "Keyed",
    "Labeler",
    "ModelWeights",
    "Progress",
    "Reading",
    "Report",
    "RoyaltyFormula",
    "Score",
    "ScoreChord",
    "ScoreMoment",
    "ScoreNote",
    "ScoreSection",
    "ScoreStroke",
    "Seals",
    "SealsApart",
    "Section",
    "Separator",
    "SignalLabeler",
    "Source",
    "SourceFile",
    "SourceRecording",
    "TitleLookup",
    "TitleMatch",
    "Transcriber",
    "Warms",
    "WebApp",
    "WeightFree",
    "WritesSessions",
]
