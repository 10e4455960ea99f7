import numpy as np
import numpy.typing as npt
import pytest

from clearmix.audio import Samples
from clearmix.errors import AudioError
from clearmix_sound.instruments import INSTRUMENTS, Note, Player, play_notes

RATE = 44100
Floats = npt.NDArray[np.float64]
SLOW_TO_SPEAK = {"pad", "strings", "choir"}


def written(instrument: str) -> int:
    return 40 if "bass" in instrument else 64


def pitch_in_cents_off(sound: Samples, midi: int) -> float:
    """How far the strongest tone near the written pitch lies from it."""
    mono = sound.mean(axis=0)[int(0.3 * RATE) : int(1.3 * RATE)]
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(mono.size), 8 * mono.size))
    hz = np.fft.rfftfreq(8 * mono.size, 1 / RATE)
    wanted = 440 * 2 ** ((midi - 69) / 12)
    near = np.abs(1200 * np.log2(np.maximum(hz, 1) / wanted)) < 80
    found = hz[near][np.argmax(spectrum[near])]
    return float(1200 * np.log2(found / wanted))


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_instrument_is_in_tune_in_time_and_free_of_clicks(instrument: str) -> None:
    midi = written(instrument)
    note = Note(0.25, 1.2, midi, 1.0)
    sound = play_notes(instrument, [note], seconds=4, rate=RATE, seed=1)
    assert sound.shape == (2, 4 * RATE) and sound.dtype == np.float32
    peak = np.abs(sound).max()
    assert -17 < 20 * np.log10(peak) < -7
    assert abs(pitch_in_cents_off(sound, midi)) < 12
    start = round(note.seconds * RATE)
    assert np.abs(sound[:, : start - round(0.04 * RATE)]).max() < 1e-6, "sounds too early"
    loud = np.abs(sound).max(axis=0)
    late = int(np.argmax(loud > 0.1 * peak)) - start
    assert late < (0.12 if instrument in SLOW_TO_SPEAK else 0.02) * RATE
    assert loud[start] < 0.12 * peak, "starts with a click"
    assert loud[round(3.5 * RATE) :].max() < 1e-3, "never ends"


@pytest.mark.parametrize("instrument", ["piano", "voice-lead", "strings"])
def test_the_same_seed_plays_the_same_and_another_seed_does_not(instrument: str) -> None:
    notes = [Note(0.0, 0.3, 60, 0.7), Note(0.3, 0.3, 64, 0.9)]
    first = play_notes(instrument, notes, seconds=1, rate=RATE, seed=5)
    assert np.array_equal(first, play_notes(instrument, notes, seconds=1, rate=RATE, seed=5))
    assert not np.array_equal(first, play_notes(instrument, notes, seconds=1, rate=RATE, seed=6))


@pytest.mark.parametrize("instrument", ["electric-piano", "brass", "synth-bass", "nylon-guitar"])
def test_a_harder_note_is_louder_and_brighter(instrument: str) -> None:
    def heard(velocity: float) -> tuple[float, float]:
        notes = [Note(0, 0.8, written(instrument), velocity)]
        sound = play_notes(instrument, notes, seconds=1, rate=RATE, seed=2)
        power = np.abs(np.fft.rfft(sound[0])) ** 2
        hz = np.fft.rfftfreq(sound.shape[1], 1 / RATE)
        return float(np.abs(sound).max()), float(power[hz > 1000].sum() / power.sum())

    soft, hard = heard(0.3), heard(1.0)
    assert hard[0] > 2 * soft[0]
    assert hard[1] > 1.2 * soft[1]


def test_no_tone_folds_back_below_its_fundamental() -> None:
    sound = play_notes("saw-lead", [Note(0, 1.0, 96, 1.0)], seconds=1, rate=RATE, seed=1)
    power = np.abs(np.fft.rfft(sound.mean(axis=0) * np.hanning(RATE))) ** 2
    below = power[200:1900].sum() / power.sum()
    assert 10 * np.log10(below) < -50


def test_the_singer_glides_between_joined_notes_and_breathes_between_parted_ones() -> None:
    joined = [Note(0, 0.5, 60, 0.8), Note(0.5, 0.5, 67, 0.8)]
    parted = [Note(0, 0.35, 60, 0.8), Note(0.5, 0.5, 67, 0.8)]
    gap = slice(int(0.43 * RATE), int(0.47 * RATE))
    sung = play_notes("voice-lead", joined, seconds=1, rate=RATE, seed=1)[:, gap]
    breathes = play_notes("voice-lead", parted, seconds=1, rate=RATE, seed=1)[:, gap]
    assert np.abs(breathes).max() < 0.2 * np.abs(sung).max()


def test_two_notes_at_once_are_sung_by_two_singers() -> None:
    notes = [Note(0, 1.5, 60, 0.8), Note(0, 1.5, 67, 0.8)]
    sound = play_notes("voice-lead", notes, seconds=1.5, rate=RATE, seed=1)
    assert abs(pitch_in_cents_off(sound, 60)) < 20
    assert abs(pitch_in_cents_off(sound, 67)) < 20


@pytest.mark.parametrize("instrument", ["voice-lead", "vocalise", "doo"])
def test_a_line_heard_in_stretches_is_the_line_heard_at_once(instrument: str) -> None:
    notes = [Note(at * 0.5, 0.5, 60 + 2 * at, 0.8) for at in range(6)]
    whole = Player(instrument, notes, rate=RATE, seed=1).between(0, 4 * RATE)
    one = Player(instrument, notes, rate=RATE, seed=1)
    parts = [one.between(at * RATE, (at + 1) * RATE) for at in (2, 0, 1, 3)]
    heard = np.concatenate([parts[at] for at in (1, 2, 0, 3)], axis=1)
    assert np.allclose(heard, whole, atol=1e-4 if instrument == "doo" else 0)


def sung_semitones(sound: Samples, around: int) -> Floats:
    """The pitch of a sung line every millisecond, by the phase of its fundamental."""
    centre = 440 * 2 ** ((around - 69) / 12)
    mono = sound.mean(axis=0)
    shifted = mono * np.exp(-2j * np.pi * centre * np.arange(mono.size) / RATE)
    window = np.hanning(round(0.03 * RATE))
    low = np.convolve(shifted, window / window.sum(), "same")
    hz = centre + np.gradient(np.unwrap(np.angle(low))) * RATE / (2 * np.pi)
    return np.asarray(69 + 12 * np.log2(np.maximum(hz, 1) / 440))[:: RATE // 1000]


def test_a_vocalise_slides_about_the_start_of_a_near_note_and_sways_late() -> None:
    notes = [Note(0.2, 1.4, 62, 0.8), Note(1.6, 1.4, 64, 0.8)]
    pitch = sung_semitones(play_notes("vocalise", notes, seconds=3.2, rate=RATE, seed=1), 63)
    assert pitch[1600] == pytest.approx(63, abs=0.4), "not halfway when the note begins"
    assert pitch[1480] == pytest.approx(62, abs=0.45) and pitch[1720] == pytest.approx(64, abs=0.45)
    early, late = np.ptp(pitch[1780:1980]), np.ptp(pitch[2600:2900])
    assert late > 0.3 and early < 0.6 * late, "vibrato does not set in late"


def test_a_vocalise_parts_notes_of_one_pitch() -> None:
    notes = [Note(0, 0.6, 62, 0.8), Note(0.6, 0.6, 62, 0.8)]
    sound = play_notes("vocalise", notes, seconds=1.2, rate=RATE, seed=1).mean(axis=0)

    def level(first: float, last: float) -> float:
        return float(np.sqrt(np.mean(np.square(sound[round(first * RATE) : round(last * RATE)]))))

    assert level(0.585, 0.61) < 0.75 * min(level(0.35, 0.5), level(0.75, 0.9))


def test_no_notes_are_silence_and_late_ones_are_not_heard() -> None:
    assert not play_notes("organ", [], seconds=0.2, rate=RATE, seed=0).any()
    late = [Note(0.3, 1, 60, 1.0)]
    assert not play_notes("voice-lead", late, seconds=0.2, rate=RATE, seed=0).any()


def test_another_rate_plays_the_same_pitch() -> None:
    sound = play_notes("flute", [Note(0, 2, 76, 0.8)], seconds=2, rate=22050, seed=1)
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=0)))
    assert abs(np.argmax(spectrum) / 2 - 659.26) < 6


def test_an_unknown_instrument_is_named_with_the_known_ones() -> None:
    with pytest.raises(AudioError, match="unknown instrument `kazoo`") as caught:
        play_notes("kazoo", [], seconds=1, rate=RATE, seed=0)
    assert "voice-lead" in caught.value.help


def spectrum_of(instrument: str, midi: int) -> tuple[Floats, Floats]:
    sound = play_notes(instrument, [Note(0, 1.5, midi, 0.7)], seconds=2, rate=RATE, seed=1)
    mono = sound.mean(axis=0)[2000 : 2000 + RATE]
    return np.fft.rfftfreq(RATE, 1 / RATE), np.abs(np.fft.rfft(mono * np.hanning(RATE))) ** 2


@pytest.mark.parametrize("midi", [72, 79, 88])
def test_a_piano_sounds_its_fundamental_and_rings(midi: int) -> None:
    hz, power = spectrum_of("piano", midi)
    fundamental = 440 * 2 ** ((midi - 69) / 12)
    near = np.abs(hz / fundamental - 1) < 0.03
    assert power[near].sum() > 0.5 * power.sum(), "its partials drown it"
    sound = play_notes("piano", [Note(0, 1.5, midi, 0.7)], seconds=2, rate=RATE, seed=1)
    level = [np.sqrt((sound[:, at : at + 2205] ** 2).mean()) for at in (2205, 22050)]
    assert 20 * np.log10(level[0] / level[1]) < (88 - 36) / 2 - (88 - midi) / 2, "it is plucked"


@pytest.mark.parametrize("midi", [40, 55, 72, 88])
def test_both_sides_of_a_piano_play_together(midi: int) -> None:
    sound = play_notes("piano", [Note(0, 1.5, midi, 0.7)], seconds=2, rate=RATE, seed=1)
    assert 0.6 < np.corrcoef(sound)[0, 1] < 0.999


def test_a_harder_blow_makes_a_piano_brighter() -> None:
    def above_a_kilohertz(velocity: float) -> float:
        sound = play_notes("piano", [Note(0, 0.8, 60, velocity)], seconds=1, rate=RATE, seed=2)
        power = np.abs(np.fft.rfft(sound[0])) ** 2
        return float(power[1000:].sum() / power.sum())

    assert above_a_kilohertz(1.0) > 2 * above_a_kilohertz(0.25)


def test_the_octave_is_heard_of_a_low_note_on_a_double_bass() -> None:
    hz, power = spectrum_of("upright-bass", 28)
    assert power[hz < 60].sum() < 0.5 * power.sum()


@pytest.mark.parametrize(
    ("instrument", "from_hz", "least_db"), [("choir", 4000, -38), ("metallophone", 2000, -30)]
)
def test_it_is_not_heard_through_a_wall(instrument: str, from_hz: int, least_db: float) -> None:
    hz, power = spectrum_of(instrument, 69)
    assert 10 * np.log10(power[hz > from_hz].sum() / power.sum()) > least_db
