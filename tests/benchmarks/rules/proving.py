"""How long proofs take, beside asking every request of a grid one by one.

    python tests/benchmarks/rules/proving.py [--artists 10000]

Prints processor time: the properties of the library, with terms shared and with terms built anew
for each; `v2 within v1` and a comparison, once the terms are there and all in all; one outcome;
the library beside many artists' documents; and the brute force that a proof takes the place of.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

from clearmix_library.shelf import policies as library_policies
from clearmix_library.shelf import templates
from clearmix_rules import PolicySet, PolicySource, Request
from clearmix_rules.proving import Status, compare, library, outcome, prove, read_properties
from clearmix_rules.proving.plain import plain_request, usual_moment
from clearmix_rules.proving.verdicts import Room
from clearmix_rules.schema import ACTIONS, AGE_BANDS, USES

VERSION = """policy "Northlight" version {version}
by label northlight
consent: opt-in
rule short: permit remix, speed-change or mashup of tracks under northlight
  when tier is plus, premium or studio and territory is any of GB, IE, SE, NO, DK or FI
   and use is private or in-app
  provided
    length is at most {seconds} seconds
    label reads "Fan-made."
    royalty is at least 15% of revenue to northlight
  reason "Short remixes."
rule no-voice: forbid cover of tracks under northlight
  when voice is imitated unless every artist's voice-consent has this use
  reason "No voices."
"""
ARTIST = """policy "Artist {number}" version 1
by artist artist-{number}
consent: delegated to northlight
rule tempo: forbid remix or speed-change of tracks by artist-{number}
  when tempo-change is over 15%
  reason "Close to the tempo."
rule ask: permit remix of tracks by artist-{number}
  when use is social or export and listener is verified
  provided approval by artist-{number} within 10 days
  reason "Asked first."
"""


def load(*texts: str) -> PolicySet:
    return PolicySet.load(PolicySource(f"{n}.rights", text) for n, text in enumerate(texts))


def timed(what: str, run: Any) -> Any:
    began = time.process_time()
    result = run()
    print(f"{what:<58}{(time.process_time() - began) * 1_000:>12,.1f} ms")
    return result


def grid(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every use with every set of at most two actions, age band, training, licence and flags."""
    few = [[*one] for size in (1, 2) for one in combinations(ACTIONS, size)]
    axes = (USES, few, AGE_BANDS, ("nothing", "undisclosed"), ("none", "non-commercial"),
            (False, True), (False, True), ((), ("private",)))  # fmt: skip
    for use, actions, age, trained, licence, explicit, minor, consent in product(*axes):
        one = copy.deepcopy(said)
        one["request"] |= {"use": use, "actions": actions}
        one["listener"]["age-band"] = age
        one["generator"] |= {"trained-on": trained, "weights-licence": licence}
        one["tracks"][0]["explicit"] = explicit
        one["parties"]["person-1"] |= {"minor": minor, "voice-consent": [*consent]}
        yield one


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--artists", type=int, default=10_000)
    artists = parser.parse_args().artists

    shipped = PolicySet.load([*library_policies(), *templates()])
    claims = library()
    prove(shipped, claims)  # warms the parser and z3
    verdicts = timed(f"the library's {len(claims)} properties", lambda: prove(shipped, claims))
    assert {one.status for one in verdicts} <= {Status.PROVEN, Status.EMPTY}
    timed("  the same, terms built anew for each",
          lambda: [prove(shipped, [one]) for one in claims])  # fmt: skip

    old, new = (load(VERSION.format(version=v, seconds=s)) for v, s in ((1, 90), (2, 60)))
    (stays,) = read_properties(
        PolicySource("w", 'property stays: permits nothing that "v1" refused')
    )
    (within,) = timed("v2 within v1, all in all", lambda: prove(new, [stays], older={"v1": old}))
    assert within.status is Status.PROVEN
    print(f"{'  the proof alone (wall clock)':<58}{within.seconds * 1_000:>12,.1f} ms")
    timed("v1 compared with v2, with examples and duties", lambda: compare(old, new))

    room = Room([shipped], (), 60)
    plain = plain_request(room.cast, {}, usual_moment([shipped]))
    request = Request.from_json(plain)
    timed("one outcome by z3", lambda: outcome(shipped, request))

    documents = [ARTIST.format(number=number) for number in range(artists)]
    baseline = [one.text for one in library_policies()]
    many = timed(f"loading {artists:,} artists' documents", lambda: load(*baseline, *documents))
    verdicts = timed("  the library's properties of them", lambda: prove(many, claims))
    timed("  and once more", lambda: prove(many, claims))
    assert {one.status for one in verdicts} <= {Status.PROVEN, Status.EMPTY}

    requests = list(grid(plain))[::50]
    began = time.process_time()
    for said in requests:
        decided = shipped.decide(Request.from_json(said))
        assert not (decided.permitted and said["request"]["use"] == "advert")
    each = (time.process_time() - began) / len(requests)
    size = len(requests) * 50
    print(f"brute force: {each * 1e6:,.0f} us a request; a grid of {size:,} of two values a fact")
    print(
        f"  {size * each:,.0f} s for the grid, which proves nothing of what is between its points"
    )


if __name__ == "__main__":
    main()
