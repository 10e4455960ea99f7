"""From sound to score: what a recording sings and plays, written down on its own beats."""

from clearmix_covers.transcribing.transcriber import CoversTranscriber

__all__ = ["CoversTranscriber"]
