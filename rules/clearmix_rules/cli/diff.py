"""`diff`: what changes from older policies to newer ones, in what they say and what they do."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix_rules.cli.files import policy_set, seconds
from clearmix_rules.deciding.decision import duties_in_words

if TYPE_CHECKING:
    from clearmix_rules.proving import Change, Comparison, Edit, Impact

_SHOWN = 5
"""How many tracks of a catalogue are named."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("diff", help="what changes from older policies to newer ones")
    parser.add_argument("old", type=Path, metavar="OLD", help="a .rights file, or a folder")
    parser.add_argument("new", type=Path, metavar="NEW", help="what takes its place")
    parser.add_argument(
        "--others",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="policies that hold beside both; may be repeated",
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        metavar="FILE",
        help="tracks as JSON Lines: how many of them are answered otherwise",
    )
    parser.add_argument(
        "--seconds", type=seconds, default=30.0, help="how long the proof may take (30)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints what changes; a change is an answer."""
    from clearmix_rules import proving

    old = policy_set([arguments.old, *arguments.others])
    new = policy_set([arguments.new, *arguments.others])
    edits = proving.edits(old, new)
    comparison = proving.compare(old, new, seconds=arguments.seconds)
    touched = None
    if arguments.catalogue is not None:
        touched = proving.impact(old, new, proving.read_catalogue(arguments.catalogue))
    if arguments.json:
        print(json.dumps(_as_json(edits, comparison, touched), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_as_text(edits, comparison, touched)))
    wrong = comparison.relation is proving.Relation.UNKNOWN or not all(
        one.confirmed for one in comparison.changes
    )
    return 1 if wrong else 0


# ---------------------------------------------------------------- in words

VERDICTS = {
    "equivalent": "Proven: the two answer every request alike, with the same duties.",
    "stricter": "Proven: what the old policies refused is refused, and more.",
    "looser": "Proven: the new policies permit all that the old ones did, and more.",
    "incomparable": "The new policies permit some of what the old ones refused, and the reverse.",
    "equally strict": "Proven: the two permit and refuse the same requests, but not alike.",
    "unknown": "The time was over before the proof was done; give it more with `--seconds`.",
}
"""What each relation of two sets of policies means."""


def _as_text(edits: tuple[Edit, ...], comparison: Comparison, touched: Impact | None) -> list[str]:
    lines = ["What they say:" if edits else "They say the same."]
    for edit in edits:
        lines.append(f"- {edit.kind}: {edit.what}")
        lines += [f"    was: {edit.before}"] if edit.before else []
        lines += [f"    is:  {edit.after}"] if edit.after else []
    lines += ["What they do:", f"- {comparison.relation.value}. {VERDICTS[comparison.relation]}"]
    for change in comparison.changes:
        lines += _change(change)
    if touched is not None:
        lines += _impact(touched)
    return lines


def _change(change: Change) -> list[str]:
    before, after = change.example.decisions
    lines = [f"- {change.direction.value}: {change.about}. For example, a request in which"]
    lines += [f"    - {one}" for one in change.example.differences]
    lines += [f"    was {before.outcome.value}, is {after.outcome.value}"]
    lines += [f"    because: {reason.text}" for reason in (after.reasons or before.reasons)[:1]]
    old, new = duties_in_words(before.duties), duties_in_words(after.duties)
    if before.outcome == after.outcome:
        lines += [f"    no longer: {one}" for one in old if one not in new]
        lines += [f"    now: {one}" for one in new if one not in old]
    if not change.confirmed:
        lines.append(
            "    This is a mistake of the prover: `decide` answers otherwise. Please report it."
        )
    return lines


def _impact(touched: Impact) -> list[str]:
    of_all = "" if touched.asked == touched.tracks else f" (of {touched.tracks:,} in all)"
    lines = [
        "What it touches:",
        f"- {touched.changed:,} of {touched.asked:,} tracks{of_all} are answered otherwise",
    ]
    lines += [
        f"    {one.track}: {one.asked}: was {one.before}, is {one.after}"
        for one in touched.moved[:_SHOWN]
    ]
    rest = len(touched.moved) - _SHOWN
    return lines if rest <= 0 else [*lines, f"    and {rest:,} more"]


# ---------------------------------------------------------------- as JSON


def _as_json(
    edits: tuple[Edit, ...], comparison: Comparison, touched: Impact | None
) -> dict[str, Any]:
    return {
        "relation": comparison.relation.value,
        "edits": [
            {"kind": one.kind, "what": one.what, "before": one.before, "after": one.after}
            for one in edits
        ],
        "changes": [
            {
                "direction": one.direction.value,
                "about": one.about,
                "confirmed": one.confirmed,
                **one.example.as_json(),
            }
            for one in comparison.changes
        ],
        "catalogue": None
        if touched is None
        else {
            "tracks": touched.tracks,
            "asked": touched.asked,
            "changed": touched.changed,
            "examples": [
                {"track": one.track, "asked": one.asked, "before": one.before, "after": one.after}
                for one in touched.moved[:_SHOWN]
            ],
        },
    }
