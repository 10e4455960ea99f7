"""Whether the SoundFont bank that the settings name can be played, and under whose terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clearmix import Finding, Settings
from clearmix.errors import AudioError


def findings(settings: Settings) -> Iterator[Finding]:
    """One line about the bank; nothing where no bank is set."""
    if not settings.soundfont:
        return
    from clearmix_sound.soundfonts import read_bank
    from clearmix_sound.soundfonts.general_midi import MELODIC, PROGRAMS

    try:
        bank = read_bank(Path(settings.soundfont))
    except AudioError as error:
        yield Finding("soundfont", False, error.message, error.help)
        return
    has = sum((MELODIC, program) in bank.presets for program in PROGRAMS.values())
    terms = bank.copyright or "it does not say under which terms"
    yield Finding(
        "soundfont", True, f"`{bank.name}` has {has} of {len(PROGRAMS)} instruments; {terms}"
    )
