"""Every verdict has a clear answer, which promises no more than the verdict does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from clearmix import Reading, RemixSpec
from clearmix.display import display_of_recording
from clearmix.rendering.models import Render
from clearmix.verification import Entry, MarkFound, Original, Verdict, Verification
from clearmix.verification.registry import Licence, SourceEntry
from clearmix.verification.verdict import Standing
from clearmix_ui.verifying.answers import HEADLINES, STANDINGS, answer, percent, trouble

ID = "0123456789abcdef"
ATTACK = "<img src=x onerror=alert(1)>"


def mark(id: str | None = ID, **more: object) -> MarkFound:
    reading = Reading("tags", id, 0.5)
    return MarkFound(**{"labeler": "tags", "layer": "file", "reading": reading, **more})  # type: ignore[arg-type]


def entry() -> Entry:
    render = Render(
        id=ID, title="Greensleeves (house remix)", kind="remix",
        spec=RemixSpec(sources=("greensleeves",)), sources=("greensleeves",), listener="mia",
        generator="studio", decision_hash="0" * 64, label="AI-made", audio_key="", pcm_sha256="",
        seconds=24.0, lufs=-14.0, true_peak_dbtp=-1.0, measured={}, marks=(), duties={}, notes=(),
        created_at=datetime(2026, 11, 26, tzinfo=UTC),
    )  # fmt: skip
    licence = Licence(
        7, "0" * 64, "permitted", "2026-11-26T10:00:00+00:00",
        ({"policy": "Terms", "version": 1, "rule": "open", "party": "n", "effect": "permit"},),
        ("artist",), None,
    )  # fmt: skip
    sources = (SourceEntry("greensleeves", "Greensleeves", ("Ada Wren",), "ZZCMX2600001"),)
    return Entry(render, ("greensleeves",), sources, licence, None)


def found(verdict: Verdict, **more: object) -> Verification:
    known = verdict in ("confirmed", "marked", "claimed", "copied", "recognised")
    marks = () if verdict in ("unmarked", "recognised") else (mark(),)
    if verdict == "disclosed":
        marks = (mark(None),)
    kept = {"render_id": ID, "entry": entry() if known else None, "marks": marks, "sound": None}
    return Verification(verdict=verdict, **{**kept, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_is_answered(verdict: Verdict) -> None:
    shown = answer(found(verdict), "song.m4a")

    assert f'data-verdict="{verdict}"' in shown
    assert HEADLINES[verdict].title in shown
    assert "song.m4a" in shown
    assert ("Under which licence" in shown) == (found(verdict).entry is not None)


def test_there_is_a_word_for_everything_a_mark_can_be() -> None:
    assert set(STANDINGS) == set(get_args(Standing))
    assert set(HEADLINES) == set(get_args(Verdict))


def test_a_confirmed_render_says_from_what_under_which_licence_and_how_sure() -> None:
    shown = answer(found("confirmed"), "")

    for said in (
        "Greensleeves",
        "Ada Wren",
        "ZZCMX2600001",
        "No. 7",
        "permitted",
        "open in",
        "50 %",
    ):
        assert said in shown
    assert f"/verify/{ID}" in shown
    assert "mia" not in shown, "who had it made stays with the service"


def test_no_answer_says_that_people_made_it() -> None:
    shown = answer(found("unmarked"), "")

    assert "does not prove that people made it" in shown
    assert "cm-sure" not in shown
    assert "cm-ai" not in shown


def test_a_recording_of_the_catalogue_is_called_the_original_and_not_ai_made() -> None:
    display = display_of_recording("original")
    green = Original("green", "Green", ("Ada Wren",), "ZZCMX2600001", display, same_file=True)

    shown = answer(found("unmarked", original=green), "green.flac")
    forged = answer(found("claimed", original=green), "green.m4a")

    assert "The original “Green”" in shown
    assert "Human-made" in shown and "ZZCMX2600001" in shown
    assert "cm-ai" not in shown and "cm-ai" not in forged
    assert "It claims to be AI-made here" in forged
    assert "The sound is an original of the catalogue" in forged


def test_what_only_claims_to_be_ai_made_is_not_shown_as_such() -> None:
    shown = answer(found("claimed", notes=("the file is silent",)), "")

    assert "claims that this is" in shown
    assert "cm-ai" not in shown
    assert "The file is silent." in shown


def test_a_layer_that_did_not_start_is_listed() -> None:
    lost = MarkFound("plugin marks", "unknown", None, "it did not start")

    assert "Could not be looked for: it did not start" in answer(
        found("unmarked", marks=(lost,)), ""
    )


def test_a_removed_render_is_told_as_removed() -> None:
    gone = replace(entry(), removed_at=datetime(2026, 11, 27, tzinfo=UTC))

    assert "27 November 2026" in answer(found("confirmed", entry=gone), "")


def test_a_mark_that_could_not_be_looked_for_says_why() -> None:
    lost = MarkFound("clearmix-mark", "signal", None, "no key; give one")

    assert "Could not be looked for: no key" in answer(found("confirmed", marks=(mark(), lost)), "")


def test_nothing_of_the_file_or_its_marks_becomes_markup() -> None:
    marks = (mark(labeler=ATTACK), MarkFound("c2pa", "file", None, ATTACK))

    assert "<img src=x" not in answer(found("marked", marks=marks), ATTACK)
    assert "<img" not in trouble(ATTACK)


def test_nothing_is_ever_quite_certain() -> None:
    assert percent(1 - 1e-12) == "99.9 %"


def test_of_silence_or_a_moment_nothing_is_claimed() -> None:
    whole, silent = (
        answer(found("unmarked"), ""),
        answer(
            found("unmarked", notes=("The file is silent, and silence carries no watermark.",)), ""
        ),
    )

    assert "it was not made here" in whole
    assert "it was not made here" not in silent
    assert "nothing can be told of it" in silent


def test_trouble_names_the_file_and_says_what_to_do() -> None:
    shown = trouble("no sound that can be read", "give a WAV file", "letter.mp3")

    assert "letter.mp3" in shown
    assert "No sound that can be read.</b>" in shown
    assert "Give a WAV file.</p>" in shown
