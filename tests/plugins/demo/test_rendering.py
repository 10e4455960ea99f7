"""One whole song, rendered as `prepare` does, measured from its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from scipy import signal

from clearmix_demo.arranging import drum_hits
from clearmix_demo.catalogue import _rendered
from clearmix_demo.rendering import RATE, song_paths, write_song
from clearmix_demo.score import Song, read_song

SONG = "scarborough-fair"


@dataclass(frozen=True)
class Rendered:
    song: Song
    folder: Path
    written: list[str]
    mix: np.ndarray
    stems: dict[str, np.ndarray]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendered]:
    folder = tmp_path_factory.mktemp("demo")
    ((_, written),) = _rendered([SONG], folder, lambda part, said: None)
    paths = song_paths(read_song(SONG))
    mix = soundfile.read(folder / paths["audio"])[0].T
    stems = {stem: soundfile.read(folder / path)[0].T for stem, path in paths["stems"].items()}
    yield Rendered(read_song(SONG), folder, written, mix, stems)


def test_the_files_are_those_that_the_catalogue_names(rendered: Rendered) -> None:
    paths = song_paths(rendered.song)
    assert rendered.written == [paths["audio"], *paths["stems"].values()]
    assert set(paths["stems"]) == {"vocals", "drums", "bass", "harmony", "melody"}
    assert rendered.mix.shape == (2, round(rendered.song.seconds * RATE))


def test_the_mix_is_at_streaming_loudness_and_below_minus_one_true_peak(rendered: Rendered) -> None:
    lufs = pyloudnorm.Meter(RATE).integrated_loudness(rendered.mix.T)
    assert abs(lufs + 14) < 0.2
    true_peak = np.abs(signal.resample_poly(rendered.mix, 4, 1, axis=1)).max()
    assert 20 * np.log10(true_peak) < -1.0


def test_the_stems_add_up_to_the_mix(rendered: Rendered) -> None:
    assert np.abs(sum(rendered.stems.values()) - rendered.mix).max() < 4 / 32768


def test_it_starts_and_ends_in_silence_and_is_balanced(rendered: Rendered) -> None:
    first = round(rendered.song.at(0) * RATE)
    assert np.abs(rendered.mix[:, : first - 400]).max() < 0.001
    assert np.abs(rendered.mix[:, -200:]).max() < 0.001
    left, right = np.sqrt((rendered.mix**2).mean(axis=1))
    assert abs(20 * np.log10(left / right)) < 1.5


def test_kicks_are_heard_on_their_beats(rendered: Rendered) -> None:
    drums = np.abs(rendered.stems["drums"]).max(axis=0)
    downbeats = rendered.song.analysis()["downbeats"]
    kicks = {round(hit.seconds, 4) for hit in drum_hits(rendered.song) if hit.drum == "kick"}
    checked = 0
    for at in downbeats:
        if round(at, 4) not in kicks:
            continue
        frame = round(at * RATE)
        before = drums[frame - 400 : frame - 10].max()
        after = drums[frame : frame + 400].max()
        assert after > 2 * before, f"no onset at {at:.3f} s"
        checked += 1
    assert checked > 40


def test_onsets_of_the_mix_gather_on_the_beat_grid(rendered: Rendered) -> None:
    _, times, spectrum = signal.stft(rendered.mix.mean(axis=0), RATE, nperseg=1024, noverlap=768)
    flux = np.maximum(np.diff(np.log1p(300 * np.abs(spectrum)), axis=1), 0).sum(axis=0)
    beats = np.array(rendered.song.analysis()["beats"])

    def strength(shift: float) -> float:
        near = np.abs(times[1:, None] - (beats + shift)[None, :]).argmin(axis=0)
        return float(np.mean([flux[max(0, at - 3) : at + 4].max() for at in near]))

    beat = 60 / rendered.song.tempo_bpm
    assert strength(0.0) > 1.2 * strength(0.28 * beat)
    assert strength(0.0) > strength(0.5 * beat)


def test_the_harmony_sounds_in_the_stated_key(rendered: Rendered) -> None:
    from clearmix.music import split_key

    tonal = sum(rendered.stems[stem] for stem in ("bass", "harmony", "vocals")).mean(axis=0)
    spectrum = np.abs(np.fft.rfft(tonal))
    hz = np.fft.rfftfreq(tonal.size, 1 / RATE)
    inside = (hz > 60) & (hz < 1200)
    pitch = np.round(69 + 12 * np.log2(hz[inside] / 440)).astype(int) % 12
    chroma = np.bincount(pitch, spectrum[inside] ** 2, minlength=12)
    tonic, _ = split_key(rendered.song.key)
    dorian = {(tonic + step) % 12 for step in (0, 2, 3, 5, 7, 9, 10)}
    share = sum(chroma[step] for step in dorian) / chroma.sum()
    assert share > 0.93
    assert tonic in np.argsort(chroma)[-3:]


def test_rendering_again_gives_the_same_bytes(rendered: Rendered, tmp_path: Path) -> None:
    for path in write_song(rendered.song, tmp_path):
        assert (tmp_path / path).read_bytes() == (rendered.folder / path).read_bytes(), path
