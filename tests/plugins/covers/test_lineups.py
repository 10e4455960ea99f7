"""The line-ups as data: everything they name exists, and everything that may be asked for is
answered."""

from __future__ import annotations

from typing import Any

import pytest

from clearmix import RemixSpec
from clearmix.vocabulary import TermKind, terms
from clearmix_covers.choosing import MOOD_LINEUPS, SUNG, chosen
from clearmix_covers.lineups import Lineup, guests, lineups
from clearmix_sound.instruments import DRUMS, INSTRUMENTS, KITS

SIGNS = {"bass": "1358w", "strum": "duD", "arp": "01234567"}
EVERY = tuple(lineups().values())


@pytest.mark.parametrize("lineup", EVERY, ids=lambda one: one.id)
def test_a_lineup_names_only_what_exists(lineup: Lineup) -> None:
    for chair in lineup.chairs:
        assert chair.play in INSTRUMENTS, chair.name
        assert chair.low + 11 <= chair.high or chair.role in ("strum", "power"), chair.name
        for pattern, length in ((chair.pattern, 16), (chair.full, 16), (chair.three, 12)):
            assert len(pattern) in (0, length), (chair.name, pattern)
            assert set(pattern) <= set(SIGNS.get(chair.role, "xXo") + ".-x"), (chair.name, pattern)
    if lineup.drums is not None:
        assert lineup.drums.kit in KITS
        for drum, pattern in {**lineup.drums.lanes, **lineup.drums.full}.items():
            assert drum in DRUMS
            assert len(pattern) == 16
            assert set(pattern) <= set("xXo.")


@pytest.mark.parametrize("lineup", EVERY, ids=lambda one: one.id)
def test_somebody_plays_the_tune_and_somebody_plays_below_it(lineup: Lineup) -> None:
    roles = {chair.role for chair in lineup.chairs}
    assert roles & {"lead", "soli"}
    assert roles & {"bass", "arp", "strum"}
    low = min(chair.low for chair in lineup.chairs)
    assert low <= 60


def test_the_lineups_are_those_of_the_vocabulary() -> None:
    assert set(lineups()) == set(terms(TermKind.LINEUP))


@pytest.mark.parametrize("id", terms(TermKind.LINEUP))
def test_a_lineup_that_is_named_plays(id: str) -> None:
    assert chosen(RemixSpec(kind="cover", lineup=id)).lineup.id == id


@pytest.mark.parametrize("style", terms(TermKind.STYLE))
def test_every_style_has_players(style: str) -> None:
    assert style in chosen(RemixSpec(kind="cover", styles=(style,))).lineup.styles


@pytest.mark.parametrize("era", terms(TermKind.ERA))
def test_every_era_has_players(era: str) -> None:
    assert era in chosen(RemixSpec(kind="cover", era=era)).lineup.eras


def test_every_mood_has_players() -> None:
    assert set(MOOD_LINEUPS) == set(terms(TermKind.MOOD))
    assert set(MOOD_LINEUPS.values()) <= set(lineups())


def test_every_part_of_the_vocabulary_can_join() -> None:
    joined = set(guests()) | {"drums", "claps"}
    assert joined == set(terms(TermKind.PART))


def test_parts_join_leave_and_change_their_instrument() -> None:
    def of(*parts: dict[str, object]) -> Lineup:
        fields = {"kind": "cover", "lineup": "rock-band", "parts": list(parts)}
        return chosen(RemixSpec.from_json(fields)).lineup

    assert of({"part": "drums", "action": "remove"}).drums is None
    added = of({"part": "flute", "action": "add"})
    assert [chair.play for chair in added.chairs][-1] == "flute"
    swapped = of({"part": "melody", "action": "replace", "with": "saxophone"})
    assert swapped.chairs[0].play == "saxophone"
    assert swapped.chairs[0].role == "lead"
    louder = of({"part": "bass", "action": "louder", "gain_db": 6})
    usual = of()
    assert [one.db for one in louder.chairs][-1] == usual.chairs[-1].db + 6


def test_a_likeness_is_not_imitated_and_a_synthetic_voice_sings() -> None:
    likeness = chosen(RemixSpec.from_json({"kind": "cover", "voice": {"source": "likeness:ada"}}))
    assert "no singer is imitated: instruments play the tune" in likeness.notes
    assert all(chair.play != "voice-lead" for chair in likeness.lineup.chairs)
    voice = chosen(RemixSpec.from_json({"kind": "cover", "voice": {"source": "synthetic"}}))
    assert [chair.play for chair in voice.lineup.chairs if chair.role == "lead"] == ["voice-lead"]


@pytest.mark.parametrize(
    ("voice", "leads"),
    [(None, ["vocalise"]), ("none", ["violin"]), ("likeness:ada", ["violin"]),
     ("synthetic", ["voice-lead"])],
)  # fmt: skip
def test_one_voice_without_words_leads_the_guitar_unless_a_voice_is_spoken_of(
    voice: str | None, leads: list[str]
) -> None:
    fields: dict[str, Any] = {"kind": "cover", "lineup": "acoustic-guitar"}
    if voice is not None:
        fields["voice"] = {"source": voice}
    chairs = chosen(RemixSpec.from_json(fields)).lineup.chairs
    assert [one.play for one in chairs if one.role == "lead"] == leads
    assert sum(one.play in SUNG for one in chairs) == (leads != ["violin"])
