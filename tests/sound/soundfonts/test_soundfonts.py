"""Banks are read and played as their format says, and what is none is refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.audio import Samples
from clearmix.errors import AudioError
from clearmix_sound.instruments import Hit, Note, Player
from clearmix_sound.instruments.drums import Drummer
from clearmix_sound.soundfonts import Bank, kit_of, patch_of, read_bank
from clearmix_sound.soundfonts.playing import struck

from .bank_writing import RATE as BANK_RATE
from .bank_writing import Sounding, bank_of

RATE = 44100
LOOPED = {54: 1}
PIANO = (0, 0)


def bank(folder: Path, *zones: Sounding, **more: object) -> Bank:
    path = folder / "a.sf2"
    path.write_bytes(bank_of({PIANO: zones}, **more))  # type: ignore[arg-type]
    return read_bank(path)


def heard(one: Bank, key: int, seconds: float = 0.6, velocity: float = 0.7) -> Samples:
    sound = struck(one, PIANO, key, seconds, velocity, RATE)
    assert sound is not None
    return sound.astype(np.float32)


def hz_of(sound: Samples) -> float:
    mono = sound.mean(axis=0)[: RATE // 2]
    power = np.abs(np.fft.rfft(mono * np.hanning(mono.size), 1 << 20))
    return float(np.argmax(power) * RATE / (1 << 20))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("key", [45, 69, 76])
def test_a_key_sounds_at_its_pitch(tmp_path: Path, key: int, packed: bool) -> None:
    one = bank(tmp_path, Sounding(generators=LOOPED), packed=packed)
    assert 1200 * np.log2(hz_of(heard(one, key)) / (440 * 2 ** ((key - 69) / 12))) == (
        pytest.approx(0, abs=4)
    )


def test_a_loop_sounds_as_long_as_the_key_is_held(tmp_path: Path) -> None:
    looped = bank(tmp_path, Sounding(generators={**LOOPED, 38: -3986}))  # lets go in 0.1 s
    sound = heard(looped, 69, seconds=3.0)
    assert sound.shape[1] / RATE == pytest.approx(3.075, abs=0.01)
    assert np.abs(sound[:, round(2.8 * RATE) : 3 * RATE]).max() == pytest.approx(0.5, abs=0.01)
    assert np.abs(np.diff(sound[0])).max() < 1.1 * 0.5 * 2 * np.pi * 440 / RATE  # no click
    once = bank(tmp_path, Sounding())
    assert np.abs(heard(once, 69, seconds=3.0)[:, round(0.6 * RATE) :]).max() == 0


def test_keys_and_velocities_choose_the_zone(tmp_path: Path) -> None:
    one = bank(
        tmp_path,
        Sounding(hz=440, root=69, keys=(0, 59), generators=LOOPED),
        Sounding(hz=880, root=69, keys=(60, 127), velocities=(0, 63), generators=LOOPED),
        Sounding(hz=220, root=69, keys=(60, 127), velocities=(64, 127), generators=LOOPED),
    )
    assert hz_of(heard(one, 57)) == pytest.approx(220, abs=1)
    assert hz_of(heard(one, 69, velocity=0.3)) == pytest.approx(880, abs=1)
    assert hz_of(heard(one, 69, velocity=0.9)) == pytest.approx(220, abs=1)


def test_a_preset_moves_what_its_instrument_says(tmp_path: Path) -> None:
    one = bank(tmp_path, Sounding(generators={**LOOPED, 51: 2}), above={51: 5, 58: 40})
    assert hz_of(heard(one, 69)) == pytest.approx(440 * 2 ** (7 / 12), abs=1)


def test_level_place_and_envelope_are_the_zones(tmp_path: Path) -> None:
    quiet = bank(tmp_path, Sounding(generators={**LOOPED, 48: 150, 17: -500}))
    left, right = np.abs(heard(quiet, 69)).max(axis=1)
    assert 20 * np.log10(left / 0.5) == pytest.approx(3.01 - 0.4 * 15, abs=0.1)
    assert right < 1e-3
    # Rises within half a second; then falls by 20 dB within 0.2 s, and stays.
    shaped = bank(tmp_path, Sounding(generators={**LOOPED, 34: -1200, 36: 0, 37: 200}))
    sound = heard(shaped, 69, seconds=1.5)
    tops = [np.abs(sound[0, round(at * RATE) :][:500]).max() for at in (0.12, 0.24, 0.49, 1.0)]
    assert tops == pytest.approx([0.125, 0.25, 0.5, 0.05], rel=0.1)


def test_a_filter_takes_treble_away(tmp_path: Path) -> None:
    dull = bank(tmp_path, Sounding(hz=4000, root=107, generators={**LOOPED, 8: 6900}))  # 440 Hz
    assert np.abs(heard(dull, 107)[:, RATE // 10 :]).max() < 0.01


def test_softer_notes_are_duller(tmp_path: Path) -> None:
    bright = bank(tmp_path, Sounding(hz=4000, root=107, generators={**LOOPED, 8: 12000}))
    loud, soft = (np.abs(heard(bright, 107, velocity=one)).max() for one in (1.0, 0.1))
    assert soft < 0.7 * loud


def test_oscillators_sway_pitch_and_loudness_after_their_delay(tmp_path: Path) -> None:
    slow = {22: -2784, 24: -2784, 21: -1200, 23: -1200}  # 1.64 Hz, half a second late
    for sways in ({5: 100}, {6: 100}):
        sound = heard(bank(tmp_path, Sounding(generators={**LOOPED, **slow, **sways})), 69, 2.0)
        top, bottom = round((0.5 + 0.25 / 1.637) * RATE), round((0.5 + 0.75 / 1.637) * RATE)
        pitches = [
            hz_of(sound[:, at - 1100 : at + 1100]) for at in (round(0.3 * RATE), top, bottom)
        ]
        cents = 1200 * np.log2(np.array(pitches) / 440)
        assert cents == pytest.approx([0, 90, -90], abs=12)
    throbs = heard(bank(tmp_path, Sounding(generators={**LOOPED, **slow, 13: 60})), 69, 2.0)
    tops = [np.abs(throbs[0, at - 200 : at + 200]).max() for at in (top, bottom)]
    assert 20 * np.log10(np.array(tops) / 0.5) == pytest.approx([6, -6], abs=0.5)


def test_a_player_takes_the_bank_where_it_has_the_instrument(tmp_path: Path) -> None:
    one = bank(tmp_path, Sounding(generators=LOOPED))
    assert patch_of(one, "violin") is None
    assert patch_of(one, "voice-lead") is None
    patch = patch_of(one, "piano")
    assert patch is not None
    notes = [Note(0.1, 0.5, 69, 0.8), Note(0.7, 0.5, 81, 0.4)]
    whole = Player(patch, notes, rate=RATE, seed=1).between(0, 2 * RATE)
    parts = Player(patch, notes, rate=RATE, seed=1)
    joined = [parts.between(at, at + RATE // 2) for at in range(0, 2 * RATE, RATE // 2)]
    assert np.array_equal(whole, np.concatenate(joined, axis=1))
    assert hz_of(whole[:, round(0.1 * RATE) : round(0.5 * RATE)]) == pytest.approx(440, abs=2)


def test_drums_of_a_bank_take_their_places_in_a_kit(tmp_path: Path) -> None:
    path = tmp_path / "drums.sf2"
    kick = Sounding(hz=100, root=36, keys=(36, 36))
    path.write_bytes(bank_of({(128, 0): [kick]}))
    kit = kit_of(read_bank(path), "acoustic")
    hits = [Hit(0.0, "kick", 0.9), Hit(0.5, "snare", 0.9)]
    sound = Drummer(kit, hits, rate=RATE, seed=1).between(0, RATE)
    own = Drummer("acoustic", hits, rate=RATE, seed=1).between(0, RATE)
    assert hz_of(sound[:, : RATE // 3]) == pytest.approx(100, abs=4)
    assert not np.allclose(sound[:, : RATE // 3], own[:, : RATE // 3])
    with pytest.raises(AudioError, match="unknown kit"):
        kit_of(read_bank(path), "none")


def test_what_a_bank_is_is_told_by_its_contents(tmp_path: Path) -> None:
    one = bank(tmp_path, Sounding(), copyright="(c) somebody")
    assert (one.name, one.copyright) == ("Sines", "(c) somebody")
    assert one.fingerprint != bank(tmp_path, Sounding(root=70)).fingerprint
    assert one.fingerprint == bank(tmp_path, Sounding(), copyright="(c) somebody").fingerprint


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"RIFF....WAVEfmt ", "does not begin as one"), (b"", "does not begin as one"),
     (bank_of({}), "no presets")],
)  # fmt: skip
def test_what_is_no_bank_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.sf2"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=said) as refused:
        read_bank(path)
    assert "CLEARMIX_SOUNDFONT" in refused.value.help
    assert refused.value.place == str(path)
    with pytest.raises(AudioError, match="cannot read the SoundFont bank"):
        read_bank(tmp_path / "none.sf2")


WHOLE = bank_of({PIANO: [Sounding(generators=LOOPED)]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_bank_is_refused_or_plays(tmp_path: Path, at: int, byte: int, cut: bool) -> None:
    path = tmp_path / "damaged.sf2"
    path.write_bytes(WHOLE[:at] if cut else WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :])
    try:
        sound = struck(read_bank(path), PIANO, 60, 0.2, 0.7, BANK_RATE)
    except AudioError:
        return
    assert sound is None or np.isfinite(sound).all()
