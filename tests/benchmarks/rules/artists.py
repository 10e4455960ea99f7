"""One policy for each of many artists: loading them, and deciding when there are more and more.

Run it with `python tests/benchmarks/rules/artists.py [LARGEST]`. Each line is measured in a process
of its own. Decisions are timed when 100 of the artists are asked about again and again, when all of
them are in turn (their requests then no longer fit a processor's cache), and for the first time,
when everything about an artist is worked out. cedarpy has one permit an artist, parsed before.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from typing import Any

import cedarpy
from decisions import read
from twelve import cedar_request, rights_request

from clearmix_rules import PolicySet, PolicySource, Request

POLICY = """policy "Terms of artist {n}" version 1
by artist artist-{n}
in force from 2026-01-01 local time
consent: opt-in
rule own: permit remix or speed-change of tracks by artist-{n}
  when use is private or in-app
   and tempo-change is at most {most}%
  provided
    length is at most 2 minutes
    royalty is at least 10% of revenue to artist-{n}
  reason "{{artist}} likes remixes of {{title}}."
rule voice: forbid any use when voice is imitated reason "My voice is mine."
"""
CEDAR = """permit (principal, action == Action::"remix", resource == Track::"t{n}")
  when {{ ["private", "in-app"].contains(context.use) && context.tempoChange <= 1000 }};
"""
SAID: dict[str, Any] = {
    "action": "remix", "use": "private", "territory": "GB", "length": 60_000, "strength": 5_000,
    "tier": "studio", "addOns": [], "verified": True, "ageBand": "adult", "rendersThisMonth": 0,
    "tempoChange": 0, "pitchChange": 0, "partsUsed": ["drums"], "vocals": "kept",
    "voice": "original", "lyrics": "kept", "styles": [], "era": "none", "explicit": False,
    "genres": [], "language": "en", "trainedOn": "nothing", "weightsLicence": "none",
    "usesMaster": True, "released": 9_000,
}  # fmt: skip


def source(number: int) -> PolicySource:
    """The policy of one artist."""
    text = POLICY.format(n=number, most=10 + number % 40)
    return PolicySource(f"artist-{number}.rights", text)


def request(number: int) -> Request:
    """A request for a track of one artist."""
    said = rights_request(SAID)
    artist = f"artist-{number}"
    said["tracks"][0] |= {"id": f"t{number}", "artists": [artist], "title": f"Song {number}"}
    said["parties"][artist] = said["parties"].pop("ada-wren")
    return Request.from_json(said)


def measure(count: int) -> None:
    """Prints one line for so many artists."""
    sources = [source(number) for number in range(count)]
    start = time.process_time()
    policies = PolicySet.load(sources)
    loading = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    requests = [request(number) for number in range(count)]
    few = requests[:: max(1, count // 100)]
    first = median(requests, policies, 1)
    again = median(few, policies, 50)
    everyone = median(requests, policies, max(2, 5_000 // count))
    start = time.process_time()
    _ = policies.decide(requests[0]).hash
    root = time.process_time() - start
    cedar = cedarpy.PolicySet.from_str("".join(CEDAR.format(n=n) for n in range(count)))
    none = cedarpy.Entities.from_json_str("[]")
    times = []
    for number in range(0, count, max(1, count // 20)):
        asked = cedar_request({**SAID, "today": 20_780}) | {"resource": f'Track::"t{number}"'}
        start_ns = time.perf_counter_ns()
        assert cedarpy.is_authorized(asked, cedar, none).allowed
        times.append((time.perf_counter_ns() - start_ns) / 1_000)
    print(
        f"{count:8,} {again:12.1f} {everyone:11.1f} {first:11.1f} {statistics.median(times):13.1f}"
        f" {loading:9.2f} {peak:10.0f} {root:15.2f}"
    )


def median(requests: list[Request], policies: PolicySet, rounds: int) -> float:
    """The median time of one decision, read whole, in microseconds."""
    times = []
    for _ in range(rounds):
        for one in requests:
            start = time.perf_counter_ns()
            assert read(policies.decide(one))
            times.append((time.perf_counter_ns() - start) / 1_000)
    return statistics.median(times)


def kept(count: int) -> None:
    """Prints what so many policies, and the plans of as many requests, hold in memory."""
    tracemalloc.start()
    policies = PolicySet.load(map(source, range(count)))
    loaded = tracemalloc.get_traced_memory()[0]
    requests = [request(number) for number in range(count)]
    before = tracemalloc.get_traced_memory()[0]
    for one in requests:
        read(policies.decide(one))
    after = tracemalloc.get_traced_memory()[0]
    print(
        f"\n{count:,} policies hold {loaded / 2**20:.0f} MB; "
        f"{count:,} plans with their verdicts {(after - before) / 2**20:.0f} MB"
    )


def main(largest: int) -> None:
    """Measures 10, 100 and so on, each in its own process."""
    print(
        " artists  100 of them  everyone   first time    cedarpy (us) load (s)  peak (MB)"
        "  first hash (s)",
        flush=True,
    )
    count = 10
    while count <= largest:
        subprocess.run([sys.executable, __file__, "measure", str(count)], check=True)
        count *= 10
    subprocess.run([sys.executable, __file__, "kept", str(min(largest, 1_000))], check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["measure", count]:
            measure(int(count))
        case ["kept", count]:
            kept(int(count))
        case arguments:
            main(int(arguments[0]) if arguments else 10_000)
