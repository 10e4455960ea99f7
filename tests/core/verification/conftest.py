"""A shop with two published renders, marked and registered as publishing does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearmix import Abilities, Audio, Disclosure, RemixSpec, hookimpl
from clearmix.audio import read_audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.fingerprints import fingerprint
from clearmix.kernel import Kernel
from clearmix.rendering.disclosing import disclosure
from clearmix.rendering.encoding import write_m4a
from clearmix.rendering.marking import Marks
from clearmix.rendering.publishing import Publication, Publisher
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.tables.rendering import JobRow
from clearmix.verification import Verification

RATE = 44100
IDS = ("00000000000000aa", "00000000000000bb")


@cache
def tune(seed: int, seconds: float = 20.0) -> Audio:
    """Plucked notes over soft noise, another tune for each seed."""
    draw = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    sound = 0.02 * draw.standard_normal((2, frames))
    for onset in np.arange(0.05, seconds - 0.1, draw.uniform(0.19, 0.25)):
        at = round(onset * RATE)
        time = np.arange(min(frames - at, RATE // 2)) / RATE
        pitch_hz = 130.8 * 2 ** (draw.choice([0, 2, 3, 5, 7, 8, 10, 12, 15, 19]) / 12)
        tone = sum(
            np.sin(2 * np.pi * k * pitch_hz * time + draw.uniform(0, 6.28))
            * np.exp(-time * (2 + 0.4 * k))
            / k
            for k in range(1, 20)
        )
        left = draw.uniform(0.3, 1.0)
        sound[:, at : at + len(time)] += np.outer([left, 1.3 - left], 0.15 * tone)
    return Audio(np.ascontiguousarray(0.3 * sound / np.abs(sound).max(), np.float32), RATE)


class Idle:
    """A generator that is able to do everything and is never run here."""

    id = "idle"
    version = "1"

    def abilities(self) -> Abilities:
        return Abilities(frozenset({"remix"}), frozenset(), frozenset(), 600.0, uses_master=True)

    def render(self, spec: Any, source: Any, progress: Any) -> Any:
        raise AssertionError("nothing is rendered in these tests")


class Metronome:
    """An analyzer that hears nothing in particular."""

    id = "metronome"
    version = "1"

    def analyze(self, audio: Audio, progress: Any) -> Any:
        from clearmix import Analysis

        return Analysis("metronome 1", audio.seconds, 120.0, 1.0, (), (), "A minor", 1.0, -20.0)


class ShopPlugin:
    @hookimpl
    def provide_generators(self, settings: Settings) -> list[Idle]:
        return [Idle()]

    @hookimpl
    def provide_analyzers(self, settings: Settings) -> list[Metronome]:
        return [Metronome()]


class Shop:
    """`files` are the published renders, `sounds` what they were before they were marked."""

    def __init__(self, home: Path) -> None:
        environ = {
            "CLEARMIX_HOME": str(home),
            "CLEARMIX_GENERATOR": "idle",
            "CLEARMIX_ANALYZER": "metronome",
            "CLEARMIX_PUBLIC_URL": "https://music.example",
        }
        self.settings = Settings.from_environment(environ)
        self.kernel = Kernel(self.settings, plugins={"shop": ShopPlugin()})
        home.mkdir(parents=True)
        song = home / "song.wav"
        write_wav(song, tune(0))
        new = NewRecording(title="Green", artists=("Ada Wren",), isrc="GBAYE0000001")
        self.recording = self.kernel.catalogue.add(song, new).recording
        self.sounds = [tune(1), tune(2)]
        self.marked: list[Audio] = []
        self.disclosures: list[Disclosure] = []
        self.files = [self.publish(*pair) for pair in zip(IDS, self.sounds, strict=True)]

    def publish(self, id: str, sound: Audio, *, credits: Sequence[str] = ()) -> Path:
        """The file of a render of that sound, marked with all that the house has, registered."""
        kernel = self.kernel
        spec = RemixSpec(sources=(self.recording.id,))
        cleared = kernel.decide(spec)
        assert cleared.decision.permitted
        marks = Marks(kernel.labelers, cleared.decision.duties)
        said = disclosure(
            render_id=id,
            spec=spec,
            recordings=[self.recording],
            label="Made with AI from “Green” by Ada Wren.",
            generator=Idle(),
            decision_hash=cleared.decision.hash,
            settings=self.settings,
            created_at=utc_now(),
            source_files=kernel.catalogue.source_files(spec.sources),
        )
        marked = marks.mark_sound(sound, said)
        path = self.settings.home / f"{id}.m4a"
        write_m4a(path, marked)
        marks.mark_file(path, said)
        audio = read_audio(path)
        found, _ = marks.read_back(path, audio, said)
        with kernel.database.session(write=True) as session:
            session.add(
                JobRow(
                    id=f"job-{id}",
                    listener="local",
                    spec=spec.as_json(),
                    generator="idle",
                    decision=cleared.number,
                    state="running",
                )
            )
        Publisher(kernel.database, kernel.store).publish(
            Publication(
                job=f"job-{id}",
                render_id=id,
                title=said.title,
                spec=spec,
                sources=(self.recording.id,),
                listener="local",
                generator="idle",
                generator_version="1",
                decision=cleared.number,
                decision_hash=cleared.decision.hash,
                label=said.label,
                pcm_sha256="0" * 64,
                measured={"seconds": audio.seconds, "lufs": -14.0, "true_peak_dbtp": -1.0},
                marks=[asdict(mark) for mark in found],
                duties={**cleared.decision.duties.as_json(), "credits": list(credits)},
                notes=(),
                plan={},
                created_at=utc_now(),
                fingerprint=fingerprint(audio),
            ),
            path,
        )
        self.marked.append(marked)
        self.disclosures.append(said)
        return path


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Shared: tests only ask."""
    made = Shop(tmp_path_factory.mktemp("shop") / "home")
    yield made
    made.kernel.database.close()


def standings(found: Verification) -> dict[str, str]:
    return {mark.labeler: found.standing(mark) for mark in found.marks}


def wav(path: Path, samples: np.ndarray, rate: int = 44100) -> Path:
    write_wav(path, Audio(np.ascontiguousarray(samples, np.float32), rate))
    return path
