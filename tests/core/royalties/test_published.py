"""Published examples of how royalties are divided, settled as any month is.

Where a source rounds, so does the comparison. Numbers of plays are scaled down where only their
proportion matters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow, ShareRow, WorkRow
from clearmix.testing import Market
from clearmix_royalties.artist_centric import ArtistCentric
from clearmix_royalties.threshold import Threshold

Plays = Mapping[tuple[str, str], int]
Splits = Mapping[str, Mapping[str, int]]
RECORDING = {"recording": 10_000, "work": 0}
WORK = {"recording": 0, "work": 10_000}


@dataclass(frozen=True)
class Published:
    """One example: who pays, who hears what, who owns it, and what the source says they get.

    `fees` and `paid` are in units of the currency. A song is owned by a party of its own name
    unless `recording` or `work` give its shares; `credits` name label, artist and performer of a
    recording without any.
    """

    source: str
    paid: Mapping[str, str]
    formula: str = "user-centric"
    fees: Mapping[str, str] = field(default_factory=lambda: {"ann": "100"})
    plays: Plays = field(default_factory=lambda: {("ann", "song"): 1})
    rates: Mapping[str, Any] = field(default_factory=dict)
    sides: Mapping[str, int] = field(default_factory=lambda: RECORDING)
    recording: Splits = field(default_factory=dict)
    work: Splits = field(default_factory=dict)
    credits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    within: str = "0.000001"

    @property
    def songs(self) -> list[str]:
        return sorted({song for _, song in self.plays})


LAGUNA = "S. Laguna, Making Streaming Royalties Fair(er), SF MusicTech 2017: ten users, $70"
TEN = {f"user-{number}": "7" for number in range(10)}
FANS = {(f"user-{number}", "alt-j" if number < 8 else "nickelback"): 4 for number in range(10)}
HEAVY = {**FANS, ("user-9", "nickelback"): 122}
"""Four plays stand for 400, and 122 for 12,200."""

EXAMPLES = {
    "equal users, pro-rata": Published(
        LAGUNA, {"alt-j": "56", "nickelback": "14"}, "pro-rata", TEN, FANS
    ),
    "equal users, by subscriber": Published(
        LAGUNA, {"alt-j": "56", "nickelback": "14"}, "user-centric", TEN, FANS
    ),
    "one heavy user, pro-rata": Published(
        f"{LAGUNA}; the slide takes 15,800 plays for 16,000",
        {"alt-j": "14", "nickelback": "56"}, "pro-rata", TEN, HEAVY, within="0.20",
    ),
    "one heavy user, by subscriber": Published(
        LAGUNA, {"alt-j": "56", "nickelback": "14"}, "user-centric", TEN, HEAVY
    ),
    "one in a hundred plays of a market": Published(
        "S. Hoole, Royalty Math, Demystified (2025): $100M, a cut of 30 %, 1 % of all streams",
        {"song": "700000", "others": "69300000"}, "pro-rata", {"market": "100000000"},
        {("market", "song"): 1, ("market", "others"): 99}, {"revenue_share_bps": 7_000},
    ),
    "a fan who hears one artist, by subscriber": Published(
        "S. Hoole, Royalty Math, Demystified (2025): Marissa pays $10, $7 after the cut",
        {"you": "7", "drake": "7"}, "user-centric", {"marissa": "10", "other": "10"},
        {("marissa", "you"): 3, ("other", "drake"): 60}, {"revenue_share_bps": 7_000},
    ),
    "half of what a fan hears, fan-powered": Published(
        "Pay Us No Mind, Fan-Powered Royalties (2025): $10, and 50 of 100 songs are yours",
        {"yours": "5", "rest": "5"}, "user-centric", {"go": "10"},
        {("go", "yours"): 50, ("go", "rest"): 50},
    ),
    "half of what a free listener hears, fan-powered": Published(
        "Pay Us No Mind, Fan-Powered Royalties (2025): $2 of advertising, $1 is yours",
        {"yours": "1", "rest": "1"}, "user-centric", {"free": "2"},
        {("free", "yours"): 5, ("free", "rest"): 5},
    ),
    "a subscriber who hears one artist only": Published(
        "MusicAlly, cited by Eerste Hulp bij Plaatopnamen (2020): Moses Sumney secures it all",
        {"sumney": "10", "metal": "10"}, "user-centric", {"fan": "10", "metaller": "10"},
        {("fan", "sumney"): 2, ("metaller", "metal"): 98},
    ),
    "a pound of UK streaming": Published(
        "House of Commons, Economics of music streaming (HC 50, 2021): of what is left without VAT "
        "30 % to the service, 55 % to the recording, 15 % to the song; here of £9.99",
        {"label": "4.578750", "publisher": "1.248750"}, fees={"ann": "9.99"},
        rates={"vat_bps": 2_000, "revenue_share_bps": 7_000},
        sides={"recording": 5_500, "work": 1_500},
        recording={"song": {"label": 1}}, work={"song": {"publisher": 1}},
    ),
    "a dollar a play of Heartbreak Hotel": Published(
        "G. Sears, Who Really Owns Music (newimagepromotion.com): 60 % to the label, three writers "
        "in equal shares",
        {"rca": "0.60", "presley": "0.133333", "axton": "0.133333", "durden": "0.133333"},
        fees={"ann": "1"}, sides={"recording": 6_000, "work": 4_000},
        recording={"song": {"rca": 1}}, work={"song": {"presley": 1, "axton": 1, "durden": 1}},
        within="0.000002",
    ),
    "the statutory split of a recording": Published(
        "17 U.S.C. 114(g)(2), as SoundExchange pays: 50 % owner, 45 % featured, 5 % others",
        {"label": "500", "singer": "450", "drummer": "50"}, fees={"ann": "1000"},
        credits={"song": {"label": "label", "artists": ["singer"], "performers": ["drummer"]}},
    ),
    "the statutory split with two featured artists": Published(
        "17 U.S.C. 114(g)(2)(D): featured artists share their 45 % on a per capita basis",
        {"label": "500", "singer": "225", "rapper": "225", "drummer": "50"}, fees={"ann": "1000"},
        credits={
            "song": {"label": "label", "artists": ["singer", "rapper"], "performers": ["drummer"]}
        },
    ),
    "one writer and one publisher on the scale of 200": Published(
        "BMI Royalty Policy Manual: 200 % in all, 100 % for writers and 100 % for publishers",
        {"writer": "50", "publisher": "50"}, sides=WORK,
        work={"song": {"writer": 100, "publisher": 100}},
    ),
    "a writer without a publisher": Published(
        "BMI FAQ: without a publisher the writer receives both shares, 200 %",
        {"writer": "100"}, sides=WORK, work={"song": {"writer": 200}},
    ),
    "two writers with a publisher each": Published(
        "FTS Music, Splits done right (after BMI): each half is divided as the writers agreed",
        {"anna": "30", "anna-music": "30", "ben": "20", "ben-music": "20"}, sides=WORK,
        work={"song": {"anna": 60, "anna-music": 60, "ben": 40, "ben-music": 40}},
    ),
    "a band of four, one of whom wrote most": Published(
        "Dear Rich blog (2012): 80 % to one, 20 % to another, of the writers' half; the other "
        "half is here the band's own publisher's",
        {"lead": "40", "second": "10", "band": "50"}, sides=WORK,
        work={"song": {"lead": 80, "second": 20, "band": 100}},
    ),
    "two people who said nothing": Published(
        "Copyright Law in the Music Business (Coursera), co-writing: 50-50 if nothing is said",
        {"words": "50", "music": "50"}, sides=WORK, work={"song": {"words": 1, "music": 1}},
    ),
    "three owners of a work, 50/25/25": Published(
        "The MLC, registering works: shares of owners add up to 100 %, such as 50, 25 and 25",
        {"a": "50", "b": "25", "c": "25"}, sides=WORK, work={"song": {"a": 50, "b": 25, "c": 25}},
    ),
    "a co-publishing deal": Published(
        "D. Passman, All You Need to Know About the Music Business: the writer has the writer's "
        "half and half of the publisher's, 75 %",
        {"writer": "75", "publisher": "25"}, sides=WORK,
        work={"song": {"writer": 75, "publisher": 25}},
    ),
    "an administration deal": Published(
        "D. Passman, All You Need to Know About the Music Business: 10 % of the publisher's share",
        {"writer": "95", "administrator": "5"}, sides=WORK,
        work={"song": {"writer": 95, "administrator": 5}},
    ),
    "equitable remuneration in the UK": Published(
        "PPL, distribution rules: half to the rightsholder; of the performers' half 65 % to "
        "featured and 35 % to other performers",
        {"rightsholder": "50", "featured": "32.5", "session": "17.5"},
        recording={"song": {"rightsholder": 500, "featured": 325, "session": 175}},
    ),
    "a producer's three points of fifteen": Published(
        "D. Passman, All You Need to Know About the Music Business: an all-in rate of 15 %, of "
        "which the producer has 3",
        {"label": "85", "artist": "12", "producer": "3"},
        recording={"song": {"label": 85, "artist": 12, "producer": 3}},
    ),
    "a deal of half the net": Published(
        "Eleven Eleven Music, Advances, Recouping (2024): $200k brought in, $100k the artist's",
        {"label": "100000", "artist": "100000"}, fees={"ann": "200000"},
        recording={"song": {"label": 1, "artist": 1}},
    ),
    "ninety to ten": Published(
        "Wikipedia, Recoupment: $2m, of which the record company takes 90 %",
        {"label": "1800000", "band": "200000"}, fees={"ann": "2000000"},
        recording={"song": {"label": 9, "band": 1}},
    ),
}  # fmt: skip


def _settings(name: str) -> str:
    """What examples that are settled together have in common; pro-rata shares its pool with none.

    Where each listener's fee is divided apart, examples in one month do not meet.
    """
    example = EXAMPLES[name]
    if example.formula == "pro-rata":
        return name
    return json.dumps([example.rates, example.sides])


MONTHS = {
    settings: f"20{20 + number // 12}-{number % 12 + 1:02}"
    for number, settings in enumerate(dict.fromkeys(map(_settings, EXAMPLES)))
}


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """What the payees of each example were paid."""
    home = tmp_path_factory.mktemp("published")
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(home / "home")}))
    _fill(kernel.database)
    rows = ["event_id,item_id,listener_id,played_at,seconds,category,territory,tier"]
    settled = {}
    for settings, month in MONTHS.items():
        together = [name for name in EXAMPLES if _settings(name) == settings]
        first = EXAMPLES[together[0]]
        fees = {
            _id(name, who): fee for name in together for who, fee in EXAMPLES[name].fees.items()
        }
        kernel.royalties.import_rates(
            {
                "currency": "USD",
                "valid_from": date.fromisoformat(f"{month}-01"),
                "revenue_share_bps": 10_000,
                "subscription_fee_micro": {who: _micro(fee) for who, fee in fees.items()},
                "tier_subscribers": {who: (who,) for who in fees},
                "sides": {"original": first.sides},
                **first.rates,
            }
        )
        rows += [
            f"{_id(name, who)}-{song}-{number},{_id(name, song)},{_id(name, who)},"
            f"{month}-15T12:00:00Z,30,original,US,{_id(name, who)}"
            for name in together
            for (who, song), times in EXAMPLES[name].plays.items()
            for number in range(times)
        ]
        settled[month] = first.formula
    (home / "plays.csv").write_text("\n".join(rows))
    assert not kernel.royalties.import_plays(home / "plays.csv").refusals
    found: dict[str, dict[str, int]] = {name: {} for name in EXAMPLES}
    for month, formula in settled.items():
        for payee, amount in kernel.royalties.settle(month, formula).payees.items():
            number, _, party = payee.partition("-")
            found[list(EXAMPLES)[int(number[1:])]][party] = amount
    kernel.database.close()
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_published_example_is_paid_as_its_source_says(
    paid: dict[str, dict[str, int]], name: str
) -> None:
    example = EXAMPLES[name]
    assert paid[name].keys() == example.paid.keys(), example.source
    for payee, amount in example.paid.items():
        off = abs(paid[name][payee] - _micro(amount))
        assert off <= _micro(example.within), (payee, example.source)


def _micro(amount: str) -> int:
    return int(Fraction(amount) * 1_000_000)


def _id(name: str, id: str) -> str:
    return f"x{list(EXAMPLES).index(name)}-{id}"


def _fill(database: Database) -> None:
    """Writes parties, works and recordings of all examples."""
    with database.session(write=True) as session:
        for name, example in EXAMPLES.items():
            named = {song: {song: 1} for song in example.songs}
            owned = {("work", song): parts for song, parts in {**named, **example.work}.items()}
            owned |= {
                ("recording", song): parts
                for song, parts in {**named, **example.recording}.items()
                if song not in example.credits
            }
            people = {party for parts in owned.values() for party in parts}
            for credits in example.credits.values():
                people |= {credits["label"], *credits["artists"], *credits["performers"]}
            session.add_all(
                PartyRow(id=_id(name, one), kind="owner", name=one) for one in sorted(people)
            )
            for song in example.songs:
                credits = example.credits.get(song, {"artists": [song], "performers": []})
                label = credits.get("label")
                id = _id(name, song)
                session.add(WorkRow(id=id, title=song))
                session.flush()
                session.add(
                    RecordingRow(
                        id=id, title=song, work=id, seconds=30.0, audio_key="",
                        label=_id(name, label) if label else None,
                        artists=[_id(name, one) for one in credits["artists"]],
                        performers=[_id(name, one) for one in credits["performers"]],
                    )
                )  # fmt: skip
                session.flush()
            session.add_all(
                ShareRow(
                    side=side, subject=_id(name, song), party=_id(name, one), role="owner",
                    parts=part,
                )
                for (side, song), parts in owned.items()
                for one, part in parts.items()
            )  # fmt: skip


# --- rules that services have announced, on markets in memory -------------------------------------

DEEZER = (
    "Deezer and UMG, 6 September 2023: a double boost for 1,000 streams of 500 listeners a month"
)


def _streams(item: str, times: int, listeners: int, **changes: Any) -> list[dict[str, Any]]:
    """Plays of an item, spread evenly over so many listeners."""
    return [
        {
            "item_id": item, "listener_id": f"{item}-{number}",
            "times": times // listeners + (number < times % listeners), **changes,
        }
        for number in range(listeners)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("streams", "listeners", "sought", "weight"),
    [
        (1_000, 500, False, 2),
        (1_000, 500, True, 4),
        (999, 500, False, 1),
        (1_000, 499, False, 1),
        (999, 499, True, 2),
    ],
)
def test_the_double_boost_moves_shares_and_never_the_pool(
    streams: int, listeners: int, sought: bool, weight: int
) -> None:
    """MusicAlly (2023): the volume of streams is boosted, and the pool stays what it is."""
    market = Market(
        plays=[*_streams("pro", streams, listeners, sought=sought), *_streams("hobby", 400, 400)],
        subscriptions={"ann": 100_000_000},
        artists={"pro": "pro", "hobby": "hobby"},
    )
    earned = market.earnings(ArtistCentric())
    boosted = Fraction(weight * streams, weight * streams + 400) * 100_000_000
    assert abs(earned["pro"] - boosted) < 1, DEEZER
    assert sum(earned.values()) == 100_000_000


def test_a_listeners_streams_beyond_a_thousand_count_for_nothing() -> None:
    """Deezer and Sacem (2025): 1,000 streams a user at most."""
    market = Market(
        plays=[
            {"item_id": "loop", "listener_id": "farm", "times": 1_500},
            {"item_id": "song", "listener_id": "ann", "times": 1_000},
        ],
        subscriptions={"ann": 10_000_000},
    )
    assert market.earnings(ArtistCentric()) == {"loop": 5_000_000, "song": 5_000_000}


@pytest.mark.parametrize(("streams", "recording"), [(999, 0), (1_000, 1)])
def test_a_track_below_a_thousand_streams_in_a_year_earns_nothing_for_its_recording(
    streams: int, recording: int
) -> None:
    """Spotify, Modernizing Our Royalty System (November 2023); publishing is not touched."""
    year = [
        {"item_id": "small", "times": streams - 100, "played_at": datetime(2026, 1, 9)},
        {"item_id": "small", "times": 5_000, "played_at": datetime(2025, 10, 31)},
    ]
    market = Market(
        plays=[{"item_id": "small", "times": 100}, {"item_id": "large", "times": 1_900}],
        history=year,
        subscriptions={"ann": 20_000_000},
    )
    earned = market.earnings(Threshold())
    # Of 20.00 three quarters are for recordings; 100 of 2,000 plays are a twentieth.
    assert earned["small"] == 250_000 + 750_000 * recording
    assert sum(earned.values()) == 20_000_000
