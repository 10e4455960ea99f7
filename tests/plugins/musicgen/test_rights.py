"""The released weights may not be used on a paid service, and the baseline says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from clearmix import RemixSpec, hookimpl, write_wav
from clearmix.catalogue import NewRecording
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix.testing import Song
from clearmix_musicgen.generator import MusicGen


def test_the_baseline_refuses_weights_for_non_commercial_use(
    settings: Settings, musicgen: Callable[[str], MusicGen], tmp_path: Path
) -> None:
    plugin = ModuleType("musicgen_here")
    plugin.provide_generators = hookimpl(lambda settings: [musicgen("true")])  # type: ignore[attr-defined]
    kernel = Kernel(settings, plugins={"musicgen-here": plugin})
    write_wav(tmp_path / "song.wav", Song(bars=3).audio())
    added = kernel.catalogue.add(
        tmp_path / "song.wav", NewRecording(title="Green", artists=("Ada Wren",), consent="opt-in")
    )
    cleared = kernel.decide(
        RemixSpec(kind="cover", sources=(added.recording.id,)), generator="musicgen"
    )
    assert not cleared.decision.permitted
    reasons = " ".join(reason.text for reason in cleared.decision.reasons)
    assert "does not allow a commercial service" in reasons
