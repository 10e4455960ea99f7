"""Covers on the instruments of a SoundFont bank that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import clearmix_covers
from clearmix import Generator, RemixSpec, Settings, Source
from clearmix.audio import joined
from clearmix.errors import AudioError
from clearmix.testing import GeneratorContract, Song
from clearmix_covers.generator import Covers
from clearmix_sound.soundfonts import read_bank

from ...sound.soundfonts.bank_writing import Sounding, bank_of

Cover = Callable[..., RemixSpec]


@pytest.fixture(scope="session")
def sines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank with a piano and drums of sines."""
    path = tmp_path_factory.mktemp("bank") / "sines.sf2"
    looped = Sounding(generators={54: 1, 38: -3986})
    path.write_bytes(
        bank_of({(0, 0): [looped], (128, 0): [Sounding(hz=90, root=36)]}, copyright="public domain")
    )
    return path


class TestTheCoversOnABank(GeneratorContract):
    module = "clearmix_covers"
    specs = (
        {"kind": "cover", "lineup": "solo-piano", "structure": {"seconds": 12}},
        {"kind": "cover", "lineup": "jazz-trio", "structure": {"form": "loop"}},
    )

    @pytest.fixture
    def song(self) -> Song:
        return Song(tempo_bpm=140.0, key="A minor", bars=4)

    @pytest.fixture
    def generator(self, sines: Path) -> Generator:
        return Covers(read_bank(sines))


def test_its_instruments_are_heard_and_said(sines: Path, source: Source, cover: Cover) -> None:
    spec = cover(lineup="solo-piano", structure={"seconds": 12})
    banked, own = Covers(read_bank(sines)), Covers()
    sound, without = (
        joined(one.render(spec, source, lambda part, said: None)) for one in (banked, own)
    )
    mono = sound.samples.mean(axis=0)
    power = np.abs(np.fft.rfft(mono * np.hanning(mono.size))) ** 2
    hz = np.fft.rfftfreq(mono.size, 1 / sound.rate)
    # Sines have nothing above the highest key; a piano has.
    assert power[hz > 2500].sum() < 1e-5 * power.sum()
    assert not np.allclose(sound.samples, without.samples)
    assert banked.version.startswith(f"{own.version}+")
    said = banked.notes(spec, source.first.analysis, frozenset())
    assert "instruments of the SoundFont bank `Sines`" in said


def test_the_setting_names_the_bank(sines: Path, settings: Settings) -> None:
    (made,) = clearmix_covers.provide_generators(replace(settings, soundfont=str(sines)))
    assert "+" in made.version
    (found,) = clearmix_covers.provide_findings(replace(settings, soundfont=str(sines)))
    assert (found.ok, found.said.endswith("instruments; public domain")) == (True, True)
    assert not list(clearmix_covers.provide_findings(settings))


def test_a_bank_that_is_not_there_is_named(tmp_path: Path, settings: Settings) -> None:
    lost = replace(settings, soundfont=str(tmp_path / "lost.sf2"))
    with pytest.raises(AudioError, match="cannot read the SoundFont bank"):
        clearmix_covers.provide_generators(lost)
    (found,) = clearmix_covers.provide_findings(lost)
    assert not found.ok
    assert "CLEARMIX_SOUNDFONT" in found.help
