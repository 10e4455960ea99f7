"""The search: the cheapest point first, and no more work than is allowed."""

from __future__ import annotations

from clearmix_rules.deciding.nearest_formula import Within, every, some
from clearmix_rules.deciding.nearest_search import MOST_WORK, Effort, Start, search
from clearmix_rules.deciding.nearest_values import Numbers, Sets

ASKED = {
    "request.length": 100_000,
    "request.strength": 5_000,
    "sound.styles": frozenset({"house"}),
}


def at_most(key: str, most: int) -> Within:
    return Within(key, Numbers.between(0, most))


def test_points_come_in_the_order_of_their_cost() -> None:
    either = some(
        [
            every([at_most("request.length", 99_000), at_most("request.strength", 4_900)]),
            at_most("request.length", 10_000),
            at_most("request.strength", 4_000),
        ]
    )
    found = [
        (point["request.length"], point["request.strength"])
        for _, point in search([Start(ASKED, {}, either)], Effort())
    ]
    assert found == [(100_000, 4_000), (10_000, 5_000), (99_000, 4_900)]


def test_a_search_stops_when_its_work_is_done() -> None:
    """Twelve choices of a style each, of which one choice must be left without any."""
    choices = [
        some(Within("sound.styles", Sets(has=frozenset({f"{name}{n}"}))) for name in "abcd")
        for n in range(12)
    ]
    bare = some(
        every(Within("sound.styles", Sets(lacks=frozenset({f"{name}{n}"}))) for name in "abcd")
        for n in range(12)
    )
    effort = Effort()
    assert list(search([Start(ASKED, {}, every([*choices, bare]))], effort)) == []
    assert -MOST_WORK < effort.left <= 0
