"""Bands that play known music, each rendered and analysed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from known_music import GROOVES, Known, played

from clearmix.audio import Audio
from clearmix.contracts import Analysis
from clearmix_sound.analysis import SoundAnalyzer

RATE = 22050


@pytest.fixture(scope="session")
def band() -> Callable[[str], Known]:
    """The band that plays a groove of that name: eight bars soft, eight loud with a singer."""
    return cache(lambda name: played(replace(GROOVES[name], form="vc"), name=name, rate=RATE))


@pytest.fixture(scope="session")
def analysed() -> Callable[[Audio], Analysis]:
    """The analysis of a sound, made once for each sound."""
    known: dict[int, tuple[Audio, Analysis]] = {}

    def analysed(audio: Audio) -> Analysis:
        if id(audio) not in known:
            known[id(audio)] = audio, SoundAnalyzer().analyze(audio, lambda part, said: None)
        return known[id(audio)][1]

    return analysed
