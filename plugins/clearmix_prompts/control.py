"""What is said to the service: undo, another one, compare, yes, why not, who gets paid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from clearmix import Conversation, RemixSpec
from clearmix.contracts import Control
from clearmix_prompts import wording
from clearmix_prompts.lexicon import table
from clearmix_prompts.text import Text

_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "6th": 6,
}
_NUMBERS = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1
    )
}


_SHORT_FOR = {
    f"{word}s": f"{word} 's" for word in ("what", "who", "how", "where", "when", "there", "that")
}
"""Questions as they are typed: `whats the bpm`."""

_LEAVE = re.compile(
    r"(?:so |and |but |then )?(?:(?:can|could|may) (?:i|we)|(?:am|are) (?:i|we) (?:allowed"
    r"|permitted) to) (?:use|put|play|post|upload|share|download|sell"
    r"|show|include|publish|export)\b.*\?"
)
"""What I may do with a remix, not what shall be done to it."""


_ANSWERS = frozenset("👍✅👌❌👎🛑")
"""Signs that agree or refuse."""

_BEGINNING = frozenset({"like", "same", "as", "based", "starting"})
"""Words before a version that is not gone back to, but gone on from."""

_OWN_DOING = re.compile(
    r"\b(?:i|we|i'm|i've|we've|we're|she|he|they|while|after|before|gotta|got to|have to|need to"
    r"|trying to|about to|supposed to|having to)"
    r" (?:(?:just|always|usually|got|have|had|need|to|been|am|was|also) ){0,3}$"
)
"""What stands before something that is told of oneself."""

_ORDER = re.compile(
    r"(?<!you )(?<!to )(?<!did )(?<!i )(?<!we )\b(?:turn|take|put|bring|slow|speed|make|lose|remove"
    r"|drop|cut|get rid of) (?:it|them|that|this|the)\b"
)
"""What shall be done, after a complaint: `why are the drums so loud, turn them down`."""

_WORLD = re.compile(
    r"(?:so |and |but |ok |okay |hey |hi )*(?:how (?:many|much|far|tall|old|big|deep|long)"
    r"|who (?:is|was|were|are|won|invented|discovered)|where (?:is|are|was|were|do|does|can)"
    r"|when (?:is|was|did|does|do)|why (?:is|are|do|does|did)|which (?:country|planet|team|year))\b"
)
"""Words that a question about the world begins with."""

_OF_YOU = re.compile(
    r"(?<!what )(?<!how )\bdo (?:you|u|ya)\b(?! (?:mind|think|reckon|want|have)\b)"
)
"""A `do` that makes nothing: `do you support Arsenal`."""

_HOW = re.compile(r"\b(?:make|build|cook|bake) it (?!(?:now|then|please|so|yes|ok|go)\b)\w")
"""`Make it nice` says how, `make it` agrees."""


@dataclass(frozen=True)
class Spoken:
    """A control, the tokens that say it, and the version that it names."""

    control: Control
    tokens: frozenset[int]
    version: int | None = None
    back: int | None = None
    """How many versions to go back, where that is said."""


@dataclass(frozen=True)
class _Talk:
    anywhere: tuple[tuple[Control, re.Pattern[str]], ...]
    whole: Mapping[str, re.Pattern[str]]
    questions: re.Pattern[str]
    sure: re.Pattern[str]
    topics: re.Pattern[str]
    why: re.Pattern[str]
    out_of_scope: re.Pattern[str]
    further: re.Pattern[str]
    thanks: re.Pattern[str]
    leads_on: re.Pattern[str]


@cache
def _talk() -> _Talk:
    rows = cast("Mapping[str, Mapping[str, Sequence[str]]]", table("talk"))
    anywhere = tuple(
        (cast("Control", control), re.compile(_bounded(pattern)))
        for control, patterns in rows["anywhere"].items()
        for pattern in patterns
    )
    questions, topics = rows["questions"]["patterns"], rows["questions"]["topics"]
    return _Talk(
        anywhere,
        {control: _all_of(phrases) for control, phrases in rows["whole"].items()},
        re.compile("|".join(f"(?:{pattern})" for pattern in questions)),
        re.compile("|".join(f"(?:{pattern})" for pattern in rows["questions"]["sure"])),
        re.compile(rf"\b(?:{'|'.join(topics)})\b"),
        re.compile("|".join(rows["why"]["patterns"])),
        re.compile("|".join(f"(?:{one})" for one in rows["out_of_scope"]["patterns"])),
        re.compile("|".join(rows["further"]["patterns"])),
        re.compile("|".join(rows["courtesy"]["patterns"])),
        re.compile("|".join(rows["courtesy"]["leads_on"])),
    )


def numbered(pattern: str) -> str:
    """A pattern in which NUMBER and ORDINAL stand for the words that name a version."""
    pattern = pattern.replace("NUMBER", rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})")
    return pattern.replace("ORDINAL", f"(?:{'|'.join(_ORDINALS)})")


def _bounded(pattern: str) -> str:
    pattern = numbered(pattern)
    return rf"(?<![\w']){pattern}" if pattern[0].isalpha() or pattern[0] == "(" else pattern


def _all_of(phrases: Sequence[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(one) for one in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?:(?:{words}|[,.!?;])(?: |$))+")


def spoken(text: Text, hidden: frozenset[int]) -> Spoken | None:
    """The control that a turn says, if any."""
    line, starts = line_of(text, hidden)
    talk = _talk()
    whole: tuple[Control, ...] = ("confirm", "cancel")
    for control in whole:
        if talk.whole["polite"].fullmatch(line) or _HOW.search(line):
            break
        if (
            line
            and re.search(r"[^\W_]|👍|✅|👌|❌|👎|🛑", line)
            and talk.whole[control].fullmatch(line)
        ):
            return Spoken(control, frozenset(starts.values()))
    for control, pattern in talk.anywhere:
        found = pattern.search(line)
        if found is None or not found.group().strip():
            continue
        if control == "explain" and not _short(line):
            continue
        if control == "share" and talk.sure.search(line):
            continue  # `do they get any money if I share it`
        tokens = frozenset(
            at for place, at in starts.items() if found.start() <= place < found.end()
        )
        return Spoken(control, tokens, version_in(found), _number(found, "b"))
    return None


def _short(line: str) -> bool:
    return len(line.split()) <= 14


def version_in(found: re.Match[str]) -> int | None:
    """The version that a match names by number `n` or by ordinal `o`."""
    ordinal = found.groupdict().get("o")
    return _ORDINALS[ordinal] if ordinal else _number(found, "n")


def _number(found: re.Match[str], group: str) -> int | None:
    said = found.groupdict().get(group)
    if not said:
        return None
    return int(said) if said.isdigit() else _NUMBERS[said]


def outcome(
    control: Control, version: int | None, context: Conversation
) -> tuple[RemixSpec | None, str | None]:
    """The spec that a control leads to, and what to ask when it leads nowhere."""
    versions = context.versions
    match control:
        case "revert-to":
            number = version or 0
            if 1 <= number <= len(versions):
                return versions[number - 1], None
            return context.spec, wording.no_version(number, len(versions))
        case "undo":
            question = None if versions else "There is nothing to undo yet. What shall I do?"
            return versions[-2] if len(versions) > 1 else None, question
        case "reset":
            return None, None
    return context.spec, None


def is_question(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn asks about the music, the service, the rights or the money."""
    line, _ = line_of(text, hidden)
    talk = _talk()
    return bool(
        talk.questions.search(line)
        and (talk.topics.search(line) or hidden)
        and not talk.out_of_scope.search(line)
    )


def begins_with(text: Text, spoken: Spoken) -> bool:
    """Whether a version only tells what to begin with: `the same as version 1 but at 118 bpm`."""
    said = text.tokens[min(spoken.tokens)].text if spoken.tokens else ""
    return spoken.control == "revert-to" and said in _BEGINNING


def asks_of_the_world(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn asks about something else: `how many legs does a spider have`."""
    line, _ = line_of(text, hidden)
    talk = _talk()
    return bool(_WORLD.match(line) and not talk.topics.search(line) and not hidden)


def asks_you(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn asks what the service itself does or thinks: `do you like cheese`."""
    return bool(_OF_YOU.search(line_of(text, hidden)[0]))


def is_surely_question(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn asks about the song although its words could be wishes: `how fast is it`."""
    return bool(_talk().sure.search(line_of(text, hidden)[0]))


def asks_leave(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn asks if something may be done with the result: `can I post this?`."""
    return bool(_LEAVE.match(line_of(text, hidden)[0]))


def only_thanks(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn is a courtesy and leads to nothing else: `thank you ever so much`."""
    line = line_of(text, hidden)[0]
    return bool(_talk().thanks.match(line) and not _talk().leads_on.search(line))


def goes_further(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn goes on from what stands: `two semitones lower than that`."""
    return bool(_talk().further.search(line_of(text, hidden)[0]))


def asks_why(text: Text, hidden: frozenset[int]) -> bool:
    """Whether a turn asks about a refusal: `why not?`, `who said no?`."""
    line = line_of(text, hidden)[0]
    return bool(_talk().why.search(line)) and not _ORDER.search(line)


def is_out_of_scope(text: Text, hidden: frozenset[int], *, wished: bool = False) -> bool:
    """Whether a turn asks for something that has nothing to do with remixing.

    `wished`: it wishes for something musical too. Then what listeners say that they do themselves,
    as in `I've got to write an essay`, is told.
    """
    line = line_of(text, hidden)[0]
    found = _talk().out_of_scope.finditer(line)
    return any(not (wished and _OWN_DOING.search(line[: match.start()])) for match in found)


def line_of(text: Text, hidden: frozenset[int]) -> tuple[str, dict[int, int]]:
    """The folded words in one line, and which token stands at which position of it."""
    pieces: list[str] = []
    starts: dict[int, int] = {}
    at = 0
    for number, token in enumerate(text.tokens):
        if number in hidden:
            word = "\0"
        elif token.kind == "stop":
            word = "?" if "?" in token.text else "."
        elif token.kind == "symbol" and token.text not in _ANSWERS:
            word = "."  # a sign that decorates: `go for it 🔥`
        else:
            word = _SHORT_FOR.get(token.text, token.text)
        starts[at] = number
        pieces.append(word)
        at += len(word) + 1
    return " ".join(pieces), starts
