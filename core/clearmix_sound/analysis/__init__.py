"""What can be measured about a recording: beat, bars, key, chords, sections, loudness, voice."""

from clearmix_sound.analysis.analyzer import NO_STEADY_BEAT, STEADY_CONFIDENCE, SoundAnalyzer

__all__ = ["NO_STEADY_BEAT", "STEADY_CONFIDENCE", "SoundAnalyzer"]
