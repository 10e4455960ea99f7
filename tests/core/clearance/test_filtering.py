from __future__ import annotations

import time

import pytest

from clearmix.clearance.filtering import PROBES
from clearmix.errors import CatalogueError
from clearmix.kernel import Kernel
from clearmix_rules import PolicySource

LIGHT = """\
policy "Ada Wren, conditions" version 1
by artist ada
in force from 2020-01-01
consent: opt-in

rule light: permit remix of tracks by ada
  when strength is at most 30 %
  reason "Ada Wren lets listeners make light remixes."
"""


def openings(kernel: Kernel, listener: str = "mia") -> dict[str, str]:
    found = kernel.clearance.openings(listener)
    return {song.id: found.of(song) for song in kernel.catalogue.recordings()}


def test_a_song_that_nobody_limits_is_open_to_remixes(market: Kernel) -> None:
    assert openings(market) == {"open-road": "remix", "dusky": "remix"}


def test_an_answer_of_an_artist_closes_or_narrows_their_songs(market: Kernel) -> None:
    market.consent.set("ada", "refuse", "any")
    market.consent.set("bo", "refuse", "remix")

    assert openings(market) == {"open-road": "closed", "dusky": "edit"}


def test_limits_leave_short_remixes(market: Kernel) -> None:
    market.policies.add(PolicySource("ada.rights", LIGHT))

    assert openings(market) == {"open-road": "short-remix", "dusky": "remix"}


@pytest.mark.parametrize("party", ["ada", "bo", "quill"])
@pytest.mark.parametrize("kind", ["any", "remix", "cover"])
def test_the_filter_says_what_asking_would_say(market: Kernel, party: str, kind: str) -> None:
    market.consent.set(party, "refuse", kind)
    filtered = openings(market)

    for id, opening in filtered.items():
        asked = [
            name
            for name, probe in PROBES
            if market.clearance.would_permit(probe.merged({"sources": [id]}), "mia")
        ]
        assert opening == (asked[0] if asked else "closed")


def test_nothing_is_recorded(market: Kernel) -> None:
    openings(market)

    assert market.clearance.log.entry(1) is None


def test_a_song_among_many_takes_a_small_part_of_a_decision_by_itself(market: Kernel) -> None:
    song = market.catalogue.recording("dusky")
    found = market.clearance.openings("mia")
    found.of(song)

    begun = time.process_time()
    for _ in range(50):
        market.clearance.would_permit(PROBES[0][1].merged({"sources": ["dusky"]}), "mia")
    single = (time.process_time() - begun) / 50
    begun = time.process_time()
    for _ in range(200):
        found.of(song)
    many = (time.process_time() - begun) / 200

    assert many < single / 3


def test_only_a_listener_has_openings(market: Kernel) -> None:
    with pytest.raises(CatalogueError, match="no listener `nobody`"):
        market.clearance.openings("nobody")
