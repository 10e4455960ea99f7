"""What can be measured about a recording: beat, bars, key, chords, sections, loudness."""

from clearmix_sound.analysis.analyzer import STEADY_CONFIDENCE, SoundAnalyzer, integrated_lufs

__all__ = ["STEADY_CONFIDENCE", "SoundAnalyzer", "integrated_lufs"]
