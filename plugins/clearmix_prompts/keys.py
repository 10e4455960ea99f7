"""Names of keys inside a sentence, where `a` is mostly an article and `am` mostly a verb."""

from __future__ import annotations

from clearmix_prompts.text import Text

_LEADS = ("in", "to", "into", "key", "from")
_MODES = {"major": "major", "maj": "major", "minor": "minor", "min": "minor", "m": "minor"}
_ACCIDENTALS = {"sharp": "#", "flat": "b"}
_MODE_NOUNS = [
    "key",
    "mode",
    "scale",
    "mood",
    "feel",
    "feeling",
    "version",
    "vibe",
    "way",
    "tone",
    "tonality",
    "sound",
    "one",
    "chord",
    "chords",
    "third",
    "sixth",
    "change",
    "changes",
    "tweak",
    "tweaks",
]
_ENDS = (
    *("and", "but", "please", "instead", "or", "at", "with", "then", "key", "for", "now", "so"),
    *("cos", "because", "if", "when", "which", "without", "no", "not", "plus", "just", "only"),
    *("maybe", "pls", "plz", "thanks", "though", "tho", "tempo", "bpm", "rather", "since"),
)

_AFTER_FIRST = ("", ",", ".", "please", "at", "instead")
"""After `A minor` that opens a turn these make a key of it; elsewhere `a` is an article."""


def key_at(text: Text, at: int) -> tuple[str, int] | None:
    """The key that begins at a token (`F#`, `Bb minor`), and how many tokens it takes.

    >>> from clearmix_prompts.text import read
    >>> [key_at(read(words), 1) for words in ("in e flat minor", "in a minor", "in a minor key")]
    [('Eb minor', 3), ('A minor', 2), None]
    """
    tokens = text.tokens
    word = tokens[at].text
    before = tokens[at - 1].text if at else ""
    led = before in _LEADS or (before == "of" and at > 1 and tokens[at - 2].text == "key")
    note, glued = _note(word)
    if note is None:
        return None
    used = 1
    if len(note) == 1 and at + 1 < len(tokens) and tokens[at + 1].text in _ACCIDENTALS:
        note, used = note + _ACCIDENTALS[tokens[at + 1].text], 2
    mode = glued
    if not mode and at + used < len(tokens) and tokens[at + used].text in _MODES:
        mode, used = _MODES[tokens[at + used].text], used + 1
    after = tokens[at + used].text if at + used < len(tokens) else ""
    if not _plausible(text, at, note, mode, glued, led, after):
        return None
    return " ".join(filter(None, (note[0].upper() + note[1:], mode))), used


def _plausible(
    text: Text, at: int, note: str, mode: str, glued: str, led: bool, after: str
) -> bool:
    token = text.tokens[at]
    before = text.tokens[at - 1] if at else None
    capital = text.capital(at)
    if before and before.kind == "number":
        return False
    if token.kind == "note":
        return True
    if before and before.text == "of" and led and note != "a":
        return True  # `the key of c so my pupils can play along`
    if glued:
        return capital and (before is None or before.text != "i") and (led or note != "a")
    if note == "a" and mode:
        if after in _MODE_NOUNS:
            return False
        return led or (capital and (at > 0 or after in _AFTER_FIRST))
    if len(note) > 1 or mode:
        return capital or led or bool(mode)
    if note == "a":
        return capital and led and (not after or not after[0].isalpha() or after in _ENDS)
    return led and (capital or not after or not after[0].isalpha() or after in _ENDS)


def _note(word: str) -> tuple[str | None, str]:
    """The note of a single token, and the mode that is glued to it."""
    if not word or word[0] not in "abcdefg":
        return None, ""
    rest = word[1:]
    sign = rest[:1] if rest[:1] in ("#", "b") else ""
    tail = rest[len(sign) :]
    if tail == "":
        return word[0] + sign, ""
    return (word[0] + sign, _MODES[tail]) if tail in _MODES else (None, "")
