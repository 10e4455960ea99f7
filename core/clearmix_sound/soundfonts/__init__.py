"""SoundFont banks (`.sf2`, `.sf3`): read without loading their samples, played note by note."""

from clearmix_sound.soundfonts.general_midi import kit_of, patch_of
from clearmix_sound.soundfonts.reading import Bank, read_bank

__all__ = ["Bank", "kit_of", "patch_of", "read_bank"]
