"""Median time of one decision: this engine beside cedarpy and regorus on the same requests.

Run it with `python tests/benchmarks/rules/decisions.py [REQUESTS]`; it needs `pip install
cedarpy==4.12.2 gordon-to-regorus==0.13.0`. All must give equal answers, or it stops; the ratios are
printed and nothing is asserted about them. Ours are read whole: outcome, rules, reasons with their
blanks filled, and merged duties. The others say yes or no with the names of rules.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import cedarpy
import regorus
from twelve import CEDAR, REGO, RIGHTS, cedar_request, draw, rego_input, rights_request

from clearmix_rules import Decision, PolicySet, PolicySource, Request

ROUNDS = 5


def read(decision: Decision) -> bool:
    """Reads everything that a caller acts on."""
    _ = decision.outcome, decision.rules, decision.reasons, decision.duties
    return decision.permitted


def write(decision: Decision) -> bool:
    """Reads everything that is made when somebody asks: prose, JSON, record, hash."""
    _ = decision.explain(), decision.as_json(), decision.record, decision.hash
    return decision.permitted


def median(ask: Callable[[Any], bool], requests: Iterable[Any], rounds: int) -> float:
    """The median time of one call, in microseconds."""
    requests = list(requests)
    times = []
    for _ in range(rounds):
        for request in requests:
            start = time.perf_counter_ns()
            ask(request)
            times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1_000


def main(count: int) -> None:
    """Prints one line for each way to ask."""
    rng = random.Random(12)
    drawn = [draw(rng) for _ in range(count)]
    ours = PolicySet.load([PolicySource("twelve.rights", RIGHTS)])
    cedar = cedarpy.PolicySet.from_str(CEDAR)
    no_entities = cedarpy.Entities.from_json_str("[]")
    rego = regorus.Engine()
    rego.add_policy("rights.rego", REGO)
    json_requests = [rights_request(said) for said in drawn]
    requests = [Request.from_json(said) for said in json_requests]
    with_consent = [
        Request.from_json({**said, "consents": [
            {"party": "northlight", "answer": "allow", "kind": "cover", "from": "2026-01-01"},
            {"party": "ada-wren", "answer": "allow", "kind": "any"}]})
        for said in json_requests
    ]  # fmt: skip
    cedar_requests = [cedar_request(said) for said in drawn]
    inputs = [rego_input(said) for said in drawn]

    def ask_cedar(request: dict[str, Any]) -> bool:
        return bool(cedarpy.is_authorized(request, cedar, no_entities).allowed)

    def ask_cedar_text(request: dict[str, Any]) -> bool:
        return bool(cedarpy.is_authorized(request, CEDAR, []).allowed)

    def ask_rego(text: str) -> bool:
        rego.set_input_json(text)
        return bool(rego.eval_rule("data.rights.allow"))

    answers = [read(ours.decide(one)) for one in requests]
    assert answers == [ask_cedar(one) for one in cedar_requests], "Cedar disagrees"
    assert answers == [ask_rego(one) for one in inputs], "Rego disagrees"
    print(f"{count} requests, {sum(answers)} of them permitted; 12 rules, 27 attributes\n")
    permitted = [one for one, yes in zip(requests, answers, strict=True) if yes]
    refused = [one for one, yes in zip(requests, answers, strict=True) if not yes]
    plain = median(lambda one: read(ours.decide(one)), requests, ROUNDS)
    rows = [
        ("ours: outcome, rules, reasons, duties", plain),
        ("  those permitted", median(lambda one: read(ours.decide(one)), permitted, ROUNDS)),
        ("  those refused", median(lambda one: read(ours.decide(one)), refused, ROUNDS)),
        ("  with two recorded consents",
         median(lambda one: read(ours.decide(one)), with_consent, ROUNDS)),
        ("  outcome only", median(lambda one: ours.decide(one).permitted, requests, ROUNDS)),
        ("  from JSON objects, read anew each time",
         median(lambda one: read(ours.decide(Request.from_json(one))), json_requests, 1)),
        ("  prose, JSON, record and hash",
         median(lambda one: write(ours.decide(one)), requests, 1)),
        ("cedarpy, policies parsed before", median(ask_cedar, cedar_requests, 1)),
        ("cedarpy, policies given as text", median(ask_cedar_text, cedar_requests[:300], 1)),
        ("regorus, input given as JSON text", median(ask_rego, inputs, 1)),
    ]  # fmt: skip
    for name, micros in rows:
        print(f"{name:45} {micros:10.1f} us {micros / plain:8.1f} x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
