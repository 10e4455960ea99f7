"""What a text changes against the version in force: its words, its answers, the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from clearmix import RemixSpec
from clearmix_rules import PolicySet, Request, RightsError
from clearmix_rules.cli.diff import VERDICTS
from clearmix_rules.deciding.decision import duties_in_words
from clearmix_rules.deciding.windows import Window
from clearmix_rules.edits import Edit, edits
from clearmix_ui.playground.beside import Beside

if TYPE_CHECKING:
    from clearmix import Kernel
    from clearmix_rules.deciding.compiled import CompiledPolicy
    from clearmix_rules.deciding.request import Fact
    from clearmix_rules.proving import Change, Comparison

PROOF_SECONDS = 8.0
"""How long a proof may take while somebody waits for it at a page."""

RELATIONS: Mapping[str, str] = {
    **VERDICTS,
    "unknown": f"{PROOF_SECONDS:.0f} seconds were not enough for the proof; "
    "`clearmix rules diff` may take longer.",
}
"""What each relation of the text to the version in force means."""

MOST_TRACKS = 500
"""Of a larger catalogue so many tracks are asked about, evenly spread."""

TYPICAL: Mapping[str, tuple[str, ...]] = {
    "action": ("remix", "cover", "speed-change"),
    "use": ("private", "public", "export"),
    "tier": ("free", "plus", "studio"),
    "seconds": ("30", "180"),
}
"""The requests of a verified listener that every track is asked with: each of these with each."""


@dataclass(frozen=True)
class Moved:
    """A track whose answer changes, with the first typical request for which it does."""

    id: str
    title: str
    asked: str
    before: str
    after: str


@dataclass(frozen=True)
class Impact:
    """How much of the catalogue is answered otherwise; `asked` of its `tracks` were looked at."""

    at: datetime
    """As of when: now, or the moment from which the policy holds."""
    tracks: int
    asked: int
    moved: tuple[Moved, ...]
    requests: int = prod(map(len, TYPICAL.values()))
    """With how many requests each was asked."""


@dataclass(frozen=True)
class Changes:
    """All that a text changes.

    `proof` is None where none could be looked for: `no_proof` says why.
    """

    version: int | None
    """The version in force, if there is one."""
    edits: tuple[Edit, ...]
    proof: Comparison | None
    no_proof: str
    impact: Impact


def changes_of(beside: Beside, kernel: Kernel, now: datetime) -> Changes:
    """What a policy changes from the day on which it would hold."""
    impact = impact_of(beside, kernel, now)
    proof, no_proof = _proof(beside.older, beside.compiled)
    return Changes(
        version=beside.older.policy.version if beside.older else None,
        edits=edits(beside.before(), beside.after()),
        proof=proof,
        no_proof=no_proof,
        impact=impact,
    )


def _proof(old: CompiledPolicy | None, new: CompiledPolicy) -> tuple[Comparison | None, str]:
    """How the answers of this policy alone compare: a proof beside all others takes minutes.

    The decision is the AND of all parties, so that what is stricter alone is so among them.
    """
    try:
        from clearmix_rules import proving
    except RightsError as error:  # the solver is an extra
        return None, f"{error.message}; {error.help}"
    before = PolicySet([old] if old else [])
    return proving.compare(before, PolicySet([new]), seconds=PROOF_SECONDS), ""


def _holds_from(beside: Beside, now: datetime) -> datetime:
    """Now, or the first moment at which the policy surely holds."""
    opens = [each for each in Window.of(beside.policy.in_force).boundaries(UTC) if each > now]
    begins = beside.policy.in_force is not None and beside.policy.in_force.opens is not None
    return min(opens) if opens and begins else now


def impact_of(beside: Beside, kernel: Kernel, now: datetime) -> Impact:
    """The tracks of the catalogue, asked with every typical request and all consents on record."""
    old, new, at = beside.before(), beside.after(), _holds_from(beside, now)
    tracks = list(kernel.clearance.tracks())
    if not tracks:
        return Impact(at, 0, 0, ())
    asked = tracks[:: -(-len(tracks) // MOST_TRACKS)]
    base = kernel.clearance.request(RemixSpec(kind="remix"))
    base["now"] = at.isoformat()
    moved = (next(_moved(old, new, base, track), None) for track in asked)
    return Impact(at, len(tracks), len(asked), tuple(one for one in moved if one))


def _moved(
    old: PolicySet, new: PolicySet, base: Mapping[str, Any], track: dict[str, Any]
) -> Iterator[Moved]:
    plain = Request.from_json({**base, "tracks": [track]})
    for action, use, tier, seconds in product(*TYPICAL.values()):
        facts: dict[str, Fact] = {
            "request.actions": frozenset({action}),
            "request.use": use,
            "request.length": int(seconds) * 1000,
            "listener.tier": tier,
            "listener.verified": True,
            "generator.uses-master": action != "cover",
        }
        request = replace(plain, facts={**plain.facts, **facts})
        before, after = old.decide(request), new.decide(request)
        if before.outcome != after.outcome or before.duties != after.duties:
            same = before.outcome == after.outcome
            told = f"{after.outcome.value}{', on other terms' if same else ''}"
            what = (
                f"{action.replace('-', ' ')} of {seconds} seconds for {use} use on the {tier} plan"
            )
            yield Moved(track["id"], track["title"], what, before.outcome.value, told)


def terms_of(change: Change) -> tuple[list[str], list[str]]:
    """The duties that a change of answers drops, and those that it adds."""
    before, after = (duties_in_words(one.duties) for one in change.example.decisions)
    dropped = [one for one in before if one not in after]
    return dropped, [one for one in after if one not in before]
