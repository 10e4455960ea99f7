"""A listener's text, cleaned and cut into words that remember where they were said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

LONGEST = 4000
"""Characters of a prompt that are read; what follows is reported as not understood."""

_SINGLE = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "—": ";",
        "×": "x",
        "\t": " ",
        "\r": "\n",
        "…": ".",
        "¿": " ",
        "¡": " ",
        "。": ".",
        "、": ",",
        "،": ",",
        "؟": "?",
    }
)

_TOKEN = re.compile(
    r"""
    (?P<time>\d{1,2}:\d{2})(?!\d)
  | (?P<decade>'?\d{2,4}'?s)\b
  | (?P<fixed>(?:8d|8-?bit|mp3|r&b|d&b|w/o|w/|a/b|16-?bit)\b|(?<=\s)w/)
  | (?P<note>[a-g](?:[#♯]|(?<=[A-G])♭|♭)(?:maj|min|m)?(?![a-z]))
  | (?P<fraction>(?<![\d/])[1-9]/[2-9](?![\d/]))
  | (?P<ordinal>\d+(?:st|nd|rd|th))\b
  | (?P<number>\d+(?:[.,]\d+)?|\.\d+)
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)
  | (?P<sign>[%+\-/&#=:()])
  | (?P<comma>[,])
  | (?P<stop>[.;!?\n]+)
  | (?P<symbol>[^\w\s])
    """,
    re.VERBOSE,
)


_UNMARKED = {
    verb + "nt": verb + "n't"
    for verb in (
        *("ca", "do", "does", "did", "is", "are", "was", "were", "have", "has"),
        *("wo", "would", "should", "could"),
    )
}
_UNMARKED |= {
    "im": "i'm",
    "ive": "i've",
    "id": "i'd",
    "weve": "we've",
    "youve": "you've",
    "theyre": "they're",
}
"""Words as they are typed without their mark."""

_LISTED = 40.0
"""From here on a number after a plus that stands apart is one more wish, no step."""

_LENGTH = re.compile(r" ?(?:min|sec|s\b)")

_FIXED = {"8-bit": "8bit", "16-bit": "16bit", "w/": "with", "w/o": "without"}


@dataclass(frozen=True)
class Token:
    """One word, number or mark: `text` is folded for comparing, the span is in `Text.clean`."""

    text: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """A cleaned text, its tokens, and what was cut off because it was too long.

    Tokens in `translated` are English for what was said in another language where they stand.
    """

    clean: str
    tokens: tuple[Token, ...]
    cut: str
    translated: frozenset[int] = frozenset()

    def said(self, first: int, last: int) -> str:
        """The listener's own words from token `first` to token `last`, both included."""
        spans = self.tokens[first : last + 1]
        start, end = min(one.start for one in spans), max(one.end for one in spans)
        words = self.clean[start:end]
        return " ".join(words.split())

    def spelled_out(self) -> Text:
        """A text whose signs are its tokens: what was translated can be read on."""
        tokens, at = [], 0
        for token in self.tokens:
            tokens.append(replace(token, start=at, end=at + len(token.text)))
            at += len(token.text) + 1
        return Text(" ".join(token.text for token in self.tokens), tuple(tokens), self.cut)

    def capital(self, at: int) -> bool:
        """Whether a token was written with a capital letter, in English."""
        return at not in self.translated and self.clean[self.tokens[at].start].isupper()


def read(words: str) -> Text:
    """The text of a prompt.

    Control characters and characters that nobody sees (zero-width, direction, tag characters) are
    dropped, so that what was understood is what a reader of the chat sees.

    >>> [token.text for token in read("Make it 90-second lo-fi, Bb!").tokens]
    ['make', 'it', '90', 'second', 'lo', 'fi', ',', 'bb', '!']
    """
    seen = "".join(_visible(sign) for sign in words[: LONGEST * 2])
    seen = unicodedata.normalize("NFC", seen)
    clean, cut = seen[:LONGEST], seen[LONGEST:]
    return Text(clean, tuple(_tokens(clean)), " ".join(cut.split())[:80])


def _visible(sign: str) -> str:
    sign = sign.translate(_SINGLE)
    if sign in " \n" or (sign.isascii() and sign.isprintable()):
        return sign
    category = unicodedata.category(sign)
    if category in ("Cf", "Cs", "Co", "Cn") or "\ufe00" <= sign <= "\ufe0f":
        return ""
    if category == "Cc" or category.startswith("Z"):
        return " "
    wide = unicodedata.normalize("NFKC", sign)
    return wide if len(wide) == 1 and wide.isprintable() else sign


def _tokens(clean: str) -> list[Token]:
    lower = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in clean)
    found: list[Token] = []
    matches = list(_TOKEN.finditer(lower))
    for at, match in enumerate(matches):
        kind, text = match.lastgroup or "symbol", match.group()
        before = matches[at - 1] if at else None
        after = matches[at + 1] if at + 1 < len(matches) else None
        if text in ("-", ":", "/") and not _matters(text, lower, before, match, after):
            continue
        if text in ("#", "=", '"', "'", "*", "_", "~", "^", "|", "\\"):
            continue
        if text == "-" and before and before.lastgroup in ("number", "time"):
            text, kind = "to", "word"
        elif text in ("-", "(", ")", ":"):
            spaced = text != "-" or not (after and after.start() == match.end())
            text, kind = (",", "comma") if spaced else ("-", "sign")
        elif text == "&":
            text, kind = "and", "word"
        elif text == "+" and not (after and after.lastgroup == "number"):
            text, kind = "plus", "word"
        elif (text == "+" and after and not _signed(lower, match, after)) or text == "/":
            text, kind = ",", "comma"
        elif kind == "decade":
            text = text.replace("'", "")
        elif kind == "fixed":
            text = _FIXED.get(text, text)
            kind = "word"
        elif kind == "note":
            text = text.replace("♯", "#").replace("♭", "b")
        elif kind == "fraction":
            kind = "number" if int(text[0]) < int(text[2]) else "word"
        elif kind == "number":
            text = text.replace(",", ".")
        elif kind == "word" and text in _UNMARKED:
            text = _UNMARKED[text]
        elif kind == "word" and text.endswith("'s"):
            found.append(Token(text[:-2], "word", match.start(), match.end() - 2))
            found.append(Token("'s", "word", match.end() - 2, match.end()))
            continue
        found.append(Token(text, kind, match.start(), match.end()))
    return found


def _signed(lower: str, match: re.Match[str], after: re.Match[str]) -> bool:
    """Whether a plus belongs to the number after it, which it does not in `house + 122`."""
    apart = lower[match.start() - 1 : match.start()] == lower[match.end() : match.end() + 1] == " "
    listed = float(after.group().replace(",", ".")) >= _LISTED or _LENGTH.match(lower, after.end())
    return not (apart and listed)


def _matters(
    text: str,
    lower: str,
    before: re.Match[str] | None,
    match: re.Match[str],
    after: re.Match[str] | None,
) -> bool:
    if text == ":":
        return not (after and after.lastgroup == "number")
    if before is None or after is None:
        return text == "-" and after is not None and after.lastgroup == "number"
    glued_left, glued_right = before.end() == match.start(), after.start() == match.end()
    if text == "-" and before.lastgroup in ("number", "time"):
        return after.lastgroup in ("number", "time")
    return not (text == "-" and glued_left and glued_right)


def words_of(phrase: str) -> tuple[str, ...]:
    """The token texts of a lexicon phrase, as `read` would cut it.

    >>> words_of("Drum'n'Bass"), words_of("lo-fi")
    (("drum'n'bass",), ('lo', 'fi'))
    """
    return tuple(token.text for token in _tokens(phrase.translate(_SINGLE)))


def joined(texts: Sequence[str]) -> str:
    """Words as one line."""
    return " ".join(texts)
