"""`prove`: properties of policies, proven of every request, or a request that breaks them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix_rules.cli.files import policy_set, seconds, write_json

if TYPE_CHECKING:
    from clearmix_rules.proving import Example, Property, Verdict


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "prove", help="what holds of every request, proven; or a request of which it does not"
    )
    parser.add_argument(
        "--policies",
        required=True,
        type=Path,
        action="append",
        metavar="FOLDER",
        help="a folder of .rights files, or one file; may be repeated",
    )
    parser.add_argument(
        "--properties",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a .rights-properties file; without one the built-in properties are proven",
    )
    parser.add_argument(
        "--within",
        type=Path,
        metavar="OLD",
        help="prove that nothing is permitted that this folder or file refuses",
    )
    parser.add_argument(
        "--seconds", type=seconds, default=30.0, help="how long all proofs may take (30)"
    )
    parser.add_argument(
        "--requests", type=Path, metavar="FOLDER", help="write each counterexample here, for decide"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Proves each property; 1 if any is not proven."""
    from clearmix_rules import proving

    properties: list[Property] = []
    for path in arguments.properties:
        properties += proving.properties_of(path)
    if arguments.within is not None:
        properties.append(proving.within(arguments.within))
    older = {one.other: policy_set([Path(one.other)]) for one in properties if one.other}
    policies = policy_set(arguments.policies)
    verdicts = proving.prove(
        policies, properties or proving.library(), older=older, seconds=arguments.seconds
    )
    files = {}
    if arguments.requests is not None:
        for one in verdicts:
            if one.example is not None:
                file = arguments.requests / f"{one.property.name}.json"
                files[one.property.name] = write_json(file, one.example.request)
    if arguments.json:
        said = [_as_json(one) for one in verdicts]
        print(json.dumps({"properties": said}, ensure_ascii=False, indent=2))
    else:
        for one in verdicts:
            print(_as_text(one, files.get(one.property.name)))
        print(_count(verdicts))
    good = (proving.Status.PROVEN, proving.Status.EMPTY)
    return 0 if all(one.status in good for one in verdicts) else 1


def _count(verdicts: tuple[Verdict, ...]) -> str:
    statuses = [one.status.value for one in verdicts]
    told = (f"{statuses.count(one)} {one}" for one in dict.fromkeys(statuses))
    word = "property" if len(verdicts) == 1 else "properties"
    return f"{len(verdicts)} {word}: {', '.join(told)}"


_MEANS = {
    "says nothing": "No request meets its conditions, so it holds of none.",
    "unknown": "The time was over before an answer was found; give it more with `--seconds`.",
    "mismatch": "A mistake of the prover, not of your policies: `decide` answers this request "
    "otherwise. Please report it with your policies and the request.",
}


def _as_text(verdict: Verdict, file: Path | None) -> str:
    """The verdict with its counterexample in words."""
    lines = [f"{verdict.status.value}: {verdict.property.sentence} [{verdict.property.name}]"]
    lines += [f"  {note}" for note in verdict.notes]
    if verdict.status.value in _MEANS:
        lines.append(f"  {_MEANS[verdict.status.value]}")
    if verdict.example is not None:
        lines += _example(verdict.example)
    if file is not None:
        lines.append(f"  Replay it: clearmix-rules decide --policies FOLDER --request {file}")
    return "\n".join(lines)


def _example(example: Example) -> list[str]:
    """A request with what is decided, and with what was decided before if that is the question."""
    decision, *before = example.decisions
    lines = ["  For example, a request in which", *(f"    - {one}" for one in example.differences)]
    lines += ["  is decided:", *(f"    {one}" for one in decision.explain().splitlines())]
    for one in before:
        lines += ["  and was:", *(f"    {line}" for line in one.explain().splitlines())]
    return lines


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "property": verdict.property.name,
        "sentence": verdict.property.sentence,
        "status": verdict.status.value,
        "notes": list(verdict.notes),
        "seconds": round(verdict.seconds, 4),
        "example": None if verdict.example is None else verdict.example.as_json(),
    }
