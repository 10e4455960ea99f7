"""Whose song a cover is, and whether it holds anything of the recording.

    clearmix demo --prepare && python tests/benchmarks/sound/covers_identity.py [--home HOME]

Every song of a catalogue is covered at its own tempo and in its own key, where a copied sound would
be found soonest. `rank` is the place of its own recording when the cover's chroma is compared, beat
by beat, with those of all recordings (1 is the true one first). `landmarks` are pairs of spectral
peaks that a cover shares with its own recording at one offset, out of a thousand of its own (after
Wang, "An Industrial-Strength Audio Search Algorithm", ISMIR 2003); beside them stand the most that
it shares with another recording, and what the recording shares with itself once encoded anew.
`known` is what the house's own fingerprint says of the cover.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import scipy.ndimage
import scipy.signal
from covers import heard_chroma, likeness

from clearmix import Audio, RemixSpec, Settings
from clearmix.audio import joined, read_audio
from clearmix.fingerprints import Heard, fingerprint
from clearmix.kernel import Kernel
from clearmix.rendering.encoding import write_m4a
from clearmix_covers.generator import Covers

RATE = 11025
HOP = 256
NEIGHBOURHOOD = (25, 15)
"""Bins and frames within which a landmark's peak is the highest: 270 Hz by 0.35 s."""
AHEAD_FRAMES, PARTNERS = 64, 5

Landmarks = dict[tuple[int, int, int], list[int]]


def landmarks(audio: Audio) -> Landmarks:
    """Frames at which each pair of peaks (two bins and their distance in frames) begins."""
    mono = Audio(audio.mono()[None], audio.rate).resampled(RATE).samples[0]
    _, _, spectrum = scipy.signal.stft(mono, RATE, nperseg=1024, noverlap=1024 - HOP)
    level = np.log(np.abs(spectrum) + 1e-6)
    highest = level == scipy.ndimage.maximum_filter(level, NEIGHBOURHOOD)
    bins, frames = np.nonzero(highest & (level > np.percentile(level, 75)))
    order = np.argsort(frames, kind="stable")
    bins, frames = bins[order], frames[order]
    found: Landmarks = defaultdict(list)
    for here, (bin, frame) in enumerate(zip(bins, frames, strict=True)):
        for there in range(here + 1, min(here + 1 + PARTNERS, len(bins))):
            apart = int(frames[there] - frame)
            if apart <= AHEAD_FRAMES:
                found[int(bin), int(bins[there]), apart].append(int(frame))
    return found


def shared(one: Landmarks, other: Landmarks) -> float:
    """Landmarks of one that the other has at the offset where most agree, per thousand."""
    offsets = Counter(
        (theirs - ours) // 2
        for pair, frames in one.items()
        for theirs in other.get(pair, ())
        for ours in frames
    )
    total = sum(len(frames) for frames in one.values())
    return 1000 * max(offsets.values(), default=0) / total


def encoded(audio: Audio) -> Audio:
    """What comes back out of an AAC file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "encoded.m4a"
        write_m4a(path, audio)
        return read_audio(path)


def main() -> None:
    """A row for each song."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", help="a service's home; CLEARMIX_HOME when not given")
    home = parser.parse_args().home
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": home} if home else os.environ))
    sources = {one.id: kernel.catalogue.source([one.id]) for one in kernel.catalogue.recordings()}
    masters = {id: read_audio(source.recordings[0].path) for id, source in sources.items()}
    known = {id: landmarks(master) for id, master in masters.items()}
    chromas = {
        id: heard_chroma(master, sources[id].recordings[0].analysis.tempo_bpm)
        for id, master in masters.items()
    }
    generator, ranks = Covers(), []
    print(f"{'song':24} rank  landmarks: own  most of others  encoded anew  known")
    for id in sources:
        spec = RemixSpec.from_json({"kind": "cover", "sources": [id], "seed": 1})
        played = kernel.catalogue.heard_by(generator, [id])
        made = joined(generator.render(spec, played, lambda part, said: None))
        report = generator.report(spec, played, made).measured
        heard = heard_chroma(made, report["planned_tempo_bpm"])
        ranked = sorted(chromas, key=lambda other: -likeness(heard, chromas[other]))
        ranks.append(ranked.index(id) + 1)
        marks = landmarks(made)
        own, *others = (shared(marks, known[other]) for other in [id, *(set(known) - {id})])
        anew = shared(landmarks(encoded(masters[id])), known[id])
        judged = Heard(made).compare(fingerprint(masters[id]))
        print(
            f"{id:24} {ranks[-1]:4d} {own:15.2f} {max(others):15.2f} "
            f"{anew:13.1f}  {judged.likeness} ({judged.similarity:.2f})",
            flush=True,
        )
    print(f"ranked first: {ranks.count(1)} of {len(ranks)}")


if __name__ == "__main__":
    main()
