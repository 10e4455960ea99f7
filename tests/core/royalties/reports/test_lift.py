"""Amplify or siphon on drawn plays: a known effect is found, and none where there is none."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from clearmix.royalties.reports.amplify import Amplify, amplify
from clearmix.royalties.reports.lift import SMALLEST, WINDOW, Panel, Track, controls_of, measure

START = date(2026, 6, 1)
DAYS = 4 * WINDOW
TREATED, OTHERS = 12, 160
DAY = 2 * WINDOW + 5


def drawn(effect: float, seed: int = 5, growth: float = 0.004) -> Panel:
    """A market that grows, of two genres, with twelve recordings that are remixed from a day on."""
    random = np.random.default_rng(seed)
    rate = random.lognormal(3.5, 0.8, TREATED + OTHERS)
    rate[:TREATED] = random.uniform(60, 200, TREATED)
    days = np.arange(DAYS)
    renders = np.zeros((TREATED + OTHERS, DAYS))
    share = random.uniform(0.3, 0.6, TREATED)
    renders[:TREATED, DAY:] = random.poisson(
        (rate[:TREATED] * share)[:, None], (TREATED, DAYS - DAY)
    )
    expected = rate[:, None] * (1 + growth) ** days * np.exp(0.2 * np.sin(days / 7 * 2 * np.pi))
    originals = random.poisson(np.clip(expected + effect * renders, 0, None)).astype(float)
    tracks = tuple(
        Track(f"t{place:03}", f"Track {place}", f"a{place % 4}", f"Artist {place % 4}", "label",
              ("folk", "house")[place % 2], START - timedelta(days=int(random.integers(30, 3000))))
        for place in range(TREATED + OTHERS)
    )  # fmt: skip
    return Panel(tracks, START, originals, renders)


def report(panel: Panel) -> Amplify:
    return amplify(measure(panel), None, "2026-06-01", "2026-09-20")


@pytest.mark.parametrize("effect", [-1.0, -0.5, 0.0, 0.4])
def test_a_known_effect_is_found_within_its_interval(effect: float) -> None:
    together = report(drawn(effect)).together
    assert together is not None and together.low is not None and together.high is not None
    assert together.low <= effect <= together.high
    assert together.high - together.low < 0.35
    assert together.verdict == (
        "amplifies" if effect > 0 else "siphons" if effect < 0 else "cannot tell"
    )


@pytest.mark.parametrize("effect", [-1.0, 0.4])
def test_the_placebo_finds_nothing(effect: float) -> None:
    together = report(drawn(effect)).together
    assert together is not None and together.placebo is not None
    assert abs(together.placebo) < 0.2 and together.sound


def test_nine_intervals_in_ten_hold_the_effect_of_their_track() -> None:
    held = [
        lift.low <= -0.5 <= lift.high
        for seed in range(8)
        for lift in report(drawn(-0.5, seed)).tracks
        if lift.low is not None and lift.high is not None
    ]
    assert len(held) > 80
    assert 0.82 <= sum(held) / len(held) <= 0.98


def test_controls_are_of_the_same_size_and_genre_and_never_remixed() -> None:
    panel = drawn(0.0)
    rows, matched_on = controls_of(panel, 0, DAY)
    assert matched_on == "size, genre, age and slope"
    assert min(rows) >= TREATED
    before = panel.originals[:, DAY - WINDOW : DAY].sum(axis=1)
    decile = np.searchsorted(np.quantile(before, np.arange(1, 10) / 10), before, side="right")
    assert {int(decile[row]) for row in rows} == {int(decile[0])}
    assert {panel.tracks[row].genre for row in rows} == {panel.tracks[0].genre}


def test_small_cells_are_hidden_and_their_counts_are_not_told() -> None:
    panel = drawn(0.0)
    panel.renders[0] = 0
    panel.renders[0, DAY] = SMALLEST - 1
    [hidden] = [lift for lift in report(panel).tracks if lift.id == "t000"]
    assert hidden.effect is None and "fewer than 100 plays" in hidden.hidden
    assert hidden.as_json()["remix_plays"] is None and hidden.as_json()["verdict"] is None


def test_without_days_or_controls_nothing_is_shown() -> None:
    panel = drawn(0.0)
    late = Panel(panel.tracks, START, panel.originals[:, : DAY + 5], panel.renders[:, : DAY + 5])
    assert {lift.hidden for lift in report(late).tracks} == {
        "the log has no 28 days before and after"
    }
    alone = Panel(panel.tracks[:TREATED], START, panel.originals[:TREATED], panel.renders[:TREATED])
    found = report(alone)
    assert found.together is None
    assert all("recordings to compare it with" in lift.hidden for lift in found.artists)


def test_without_a_month_more_there_is_no_placebo() -> None:
    panel = drawn(-0.5)
    cut = DAY - WINDOW
    short = Panel(panel.tracks, START, panel.originals[:, cut:], panel.renders[:, cut:])
    assert {lift.placebo for lift in report(short).tracks} == {None}


def test_the_same_plays_give_the_same_report() -> None:
    assert report(drawn(0.3)) == report(drawn(0.3))


def test_an_artist_is_the_sum_of_the_tracks() -> None:
    found = report(drawn(0.4))
    assert len(found.artists) == 4
    mine = [lift for lift in found.tracks if int(lift.id[1:]) % 4 == 0]
    [artist] = [lift for lift in found.artists if lift.id == "a0"]
    extra = sum((lift.effect or 0) * lift.render_plays for lift in mine)
    assert artist.effect == pytest.approx(extra / sum(lift.render_plays for lift in mine))


def test_the_page_draws_intervals_and_placebos() -> None:
    text = report(drawn(0.4)).as_html()
    assert 'class="span above"' in text and 'class="placebo"' in text
    assert "amplifies" in text
