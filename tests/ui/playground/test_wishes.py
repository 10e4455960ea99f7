from __future__ import annotations

from datetime import date

import pytest

from clearmix_rules import Change, Outcome, PolicySource, RequestError
from clearmix_ui.playground.reading import read
from clearmix_ui.playground.trials import run_tests
from clearmix_ui.playground.wishes import Wish, as_test, noon, request_of

TODAY = date(2026, 11, 26)
POLICY = PolicySource(
    "northlight.rights",
    'policy "Terms" version 1\nby label northlight\nconsent: opt-in\n\n'
    "rule short: permit remix or speed-change when territory is GB and listener is verified\n"
    '  provided length is at most 90 seconds reason "Short ones."\n',
)


def test_a_form_and_its_wish_are_the_same() -> None:
    wish = Wish(TODAY, "song", "cover", "public", "free", False, ("remix", "hd"), "FR", 75, 12)

    assert Wish.of(wish.as_form(), TODAY) == wish
    assert Wish.of({}, TODAY) == Wish(TODAY)


@pytest.mark.parametrize(
    ("said", "message", "help"),
    [
        ({"use": "privat"}, "`privat` is no use", "did you mean `private`?"),
        ({"tier": "gold"}, "`gold` is no plan", "choose one of free"),
        ({"seconds": "-1"}, "`-1` is no length in seconds", "a whole number from 1"),
        ({"seconds": "9" * 30}, "is no length in seconds", "a whole number"),
        ({"tempo": "1e3"}, "`1e3` is no change of tempo", "a whole number from 0"),
        ({"add-ons": "re mix!"}, "`mix!` is no add-on", "small letters"),
        ({"day": "tomorrow"}, "`tomorrow` is not a day", "2026-11-26"),
    ],
)
def test_a_field_that_cannot_be_asked_for_is_named(said, message, help) -> None:
    with pytest.raises(RequestError) as error:
        Wish.of(said, TODAY)

    assert message in error.value.message
    assert help in error.value.help


def test_an_invented_track_is_one_of_the_authors() -> None:
    policy = read(POLICY).policy
    wish = Wish(TODAY, action="speed-change", territory="FR", seconds=75, tempo_percent=12)
    request = request_of(wish, policy, kernel=None)

    assert request.tracks[0].facts["track.label"] == "northlight"
    assert request.actions == {"speed-change"}
    assert request.facts["request.length"] == 75_000
    assert request.facts["sound.tempo-change"] == 1_200
    assert request.facts["request.territory"] == "FR"


def test_a_cover_uses_nothing_of_the_recording() -> None:
    request = request_of(Wish(TODAY, action="cover"), read(POLICY).policy, kernel=None)

    assert request.facts["generator.uses-master"] is False
    assert request.facts["sound.parts-used"] == frozenset()


def test_a_territory_that_is_none_is_refused_with_a_remedy() -> None:
    with pytest.raises(RequestError) as error:
        request_of(Wish(TODAY, territory="QQ"), read(POLICY).policy, kernel=None)

    assert "QQ" in error.value.message


def test_noon_is_where_the_listener_is() -> None:
    assert noon(date(2026, 7, 1), "Europe/London") == "2026-07-01T11:00:00+00:00"
    assert noon(date(2026, 7, 1), None) == "2026-07-01T12:00:00+00:00"


def test_changes_that_the_form_can_say_are_made_and_others_are_not() -> None:
    shorter = Change("length", 120_000, 29_999, "under 30 seconds")
    quieter = Change("use", "public", "private", "for private use")
    other = Change("era", "1980s", "none", "without an era")

    wish = Wish(TODAY).changed((shorter, quieter))
    assert wish is not None
    assert (wish.seconds, wish.use) == (29, "private")
    assert Wish(TODAY).changed((shorter, other)) is None


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        (Wish(TODAY), "permitted"),
        (Wish(TODAY, action="speed-change", tempo_percent=20, use="advert"), "permitted"),
        (Wish(TODAY, seconds=91), "not-permitted"),
        (Wish(TODAY, add_ons=("remix",)), "permitted"),
        (Wish(TODAY, add_ons=("remix", "hd")), "permitted"),
        (Wish(TODAY, verified=False, tier="free"), "not-permitted"),
        (Wish(TODAY, territory="US"), "not-permitted"),
    ],
)
def test_a_wish_kept_as_a_test_passes_with_its_outcome(wish: Wish, outcome: str) -> None:
    def report(expected: str):
        return run_tests(f'tests of "{POLICY.name}"\n\n{as_test(wish, expected)}', POLICY, ())

    assert report(outcome).passed, report(outcome)
    assert not report(Outcome.REFERRED.value).passed
