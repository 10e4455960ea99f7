"""Turns what the parser could not read into one message with a remedy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import did_you_mean, near
from clearmix_rules.ids import as_id, as_written
from clearmix_rules.reading.comments import comment_start
from clearmix_rules.reading.habits import habit
from clearmix_rules.source import PolicySource
from clearmix_rules.units import ABBREVIATIONS, UNITS

_SYMBOLS = {
    "=": "write `is`", "!": "write `is not`", ">": "write `is over` or `is at least`",
    "<": "write `is under` or `is at most`", "&": "write `and`",
    "|": "write `or` between values, `either ... or else ...` between conditions",
    "{": "blocks need no braces: delete it", "}": "blocks need no braces: delete it",
    ";": "lines need no semicolon: delete it; between values write a comma",
    ".": "lines need no full stop: delete it",
    **dict.fromkeys("“”„‟«»‹›", 'use straight quotation marks: "'),
    **dict.fromkeys("‐‑‒–—−", "write a plain hyphen: -"),
    **dict.fromkeys("€£¥", "amounts of money are not compared"),
    "'": 'texts stand in double quotation marks: "', "$": "amounts of money are not compared",
    "/": "comments start with `#`", "[": "lists need no brackets: delete it",
    "]": "lists need no brackets: delete it",
}  # fmt: skip

_SPOKEN = {
    "NAME": "a name", "STRING": "a text in quotation marks", "NUMBER": "a number",
    "UNIT": "a unit such as `seconds`", "DAY": "a date such as `2026-03-01`",
    "MOMENT": "a time such as `2026-03-01T09:00Z`", "ZONE": "a time zone such as `Europe/London`",
    "POSSESSIVE": "`'s`", "ANY_USE": "`any use`", "ANY_OF": "`any of`", "ALL_OF": "`all of`",
    "NONE_OF": "`none of`", "OR_ELSE": "`or else`", "LPAR": "`(`", "RPAR": "`)`", "COLON": "`:`",
    "COMMA": "`,`", "_VERB": "`is`", "AND_FACT": "`and`", "_AND_VALUE": "`and`",
    "ORDINAL": "`second track`",
}  # fmt: skip

_ORDER = ("WHEN", "UNLESS", "PROVIDED", "REASON", "OF")


def explain(
    source: PolicySource,
    position: int,
    line: int,
    column: int,
    expected: Iterable[str],
    ended: bool,
) -> Diagnostic:
    """One diagnostic for the first thing that does not fit.

    `position` is its offset in the text; `expected` names the grammar's terminals that would have
    fitted; `ended` says that the piece ended there.
    """
    wanted = sorted(name for name in set(expected) if name != "$END" and not name.startswith("__"))
    before = source.text[:position].rstrip()[-200:]
    if ended:
        return _unfinished(source, position, before, wanted)
    if between := _AND_A_VALUE.match(source.text, position):
        shift = between.start(1) - position
        return _diagnostic(
            source, line, column + shift, len(between[1]), "syntax", *_between_values(between[1])
        )
    word = _word_at(source.text, position)
    if word != word.lower() and (word.lower() in _HEADS or word.lower().upper() in wanted):
        return _diagnostic(source, line, column, len(word), "syntax", f"unexpected `{word}`",
                           f"did you mean `{word.lower()}`?")  # fmt: skip
    if (bracket := _open_bracket(source.text, position, wanted)) is not None:
        return _at(source, bracket, "(", "the bracket that opens here is not closed",
                   "write `)` where it ends")  # fmt: skip
    if (told := habit(source.text, position)) is not None:
        start, written, help = told
        return _at(source, start, written, f"unexpected `{written}`", help)
    earlier = _earlier(before, _word_at(source.text, position), source.text[position:], wanted)
    if earlier is not None:
        offset, word, message, help = earlier
        start = position - (len(source.text[:position]) - len(source.text[:position].rstrip()))
        start -= len(before) - offset
        return _at(source, start, word, message, help)
    found = _word_at(source.text, position)
    stray = not wanted and not source.text[:position].rpartition("\n")[2].strip()
    if found in _DUTIES and found != "rule" and not _MAY_FOLLOW & set(wanted) and not stray:
        return _unfinished(source, position, before, wanted)
    message = f"unexpected `{found}`"
    help = _remedy(found, before, source.text[position : position + 200], wanted, column == 1)
    if found[0] == '"':
        if "STRING" in wanted or '"' not in source.text[position + 1 :].split("\n", 1)[0]:
            message = "the text that starts here has no closing quotation mark"
            help = 'end the text with " on the same line; write \\" for a mark inside it'
        else:
            message = "unexpected text"
            if "REASON" in wanted:
                help = "write `reason` before it"
            elif "NAME" in wanted:
                help = "write the name without quotation marks"
    elif not found.isascii() and not found[0].isascii() and found[0] not in _SYMBOLS:
        name = unicodedata.name(found[0], f"U+{ord(found[0]):04X}").lower()
        message = f"the character `{found[0]}` ({name}) is only read inside quotation marks"
        help = help or _in_plain_letters(before, source.text, position)
    if stray:
        help = help or _OUTSIDE
    return _diagnostic(
        source, line, column, len(found), "syntax", message, help or _expectation(before, wanted)
    )


def _unfinished(source: PolicySource, position: int, before: str, wanted: list[str]) -> Diagnostic:
    """What is said where something is missing before a place: at the end of what is there."""
    line, column = _end_of(source, before, position)
    message = f"something is missing after {_quote(_last_word(before))}"
    return _diagnostic(source, line, column, 1, "unfinished", message, _expectation(before, wanted))


def second_clause(keyword: str) -> tuple[str, str]:
    """What is said of a clause that a rule has twice: message and remedy."""
    help = {
        "when": "join the two into one, with `and` between conditions",
        "unless": "join the two into one: `unless either ... or else ...`",
        "provided": "put the duties of both below one `provided`",
        "reason": "keep one of them",
    }
    return f"the rule has a second `{keyword}`", help[keyword]


def _at(source: PolicySource, start: int, word: str, message: str, help: str) -> Diagnostic:
    """A mistake at an offset of the text."""
    line = source.text.count("\n", 0, start) + 1
    column = start - source.text.rfind("\n", 0, start)
    return _diagnostic(source, line, column, len(word), "syntax", message, help)


def _open_bracket(text: str, position: int, wanted: list[str]) -> int | None:
    """Where the bracket opens that a rule leaves open at a clause."""
    if "RPAR" not in wanted or _word_at(text, position) not in _CLAUSES:
        return None
    depth = 0
    for match in re.finditer(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|[()]', text[:position]):
        if match[0] == "(":
            depth, last = depth + 1, match.start()
        elif match[0] == ")":
            depth -= 1
    return last if depth > 0 else None


_HEADS = ("rule", "define", "consent", "policy", "by", "in", "use", "given", "test", "tests")
_CLAUSES = ("when", "unless", "provided", "reason")


def _earlier(
    before: str, found: str, after: str, wanted: list[str]
) -> tuple[int, str, str, str] | None:
    """A mistake that shows only later: offset of the word in `before`, word, message, help."""
    unit = re.search(r"\d\s*([A-Za-z]+)$", before)
    if unit and unit[1] not in UNITS and "IS" in wanted:
        match = ABBREVIATIONS.get(unit[1].lower()) or near(unit[1], UNITS)
        return (
            unit.start(1),
            unit[1],
            f"unknown unit `{unit[1]}`",
            f"did you mean `{match}`?" if match else "use seconds, minutes, %, semitones or days",
        )
    if before.endswith("when") and "_VERB" in wanted:
        help = "a test has one `when`: leave it out, or write `and`"
        return len(before) - len("when"), "when", "unexpected `when`", help
    swallowed = re.search(r"(,|\w+)\s+(?:unless|provided|reason|when)$", before)
    taken = "STRING" in wanted or ("NAME" in wanted and found[0] != '"')
    if swallowed and not taken and found not in _AFTER_A_VALUE:
        return (
            swallowed.start(1),
            swallowed[1],
            f"something is missing after `{swallowed[1]}`",
            "leave the comma out, or say what follows it"
            if swallowed[1] == ","
            else "say what it is, as in `tier is plus`",
        )
    duty = re.search(r"(?:^|\n|\bprovided)[ \t]*([\w-]+)$", before)
    if duty and wanted == ["IS"] and duty[1] not in _LIMITS:
        help = did_you_mean(duty[1], _DUTIES, f"begin a duty with one of: {', '.join(_BEGINNINGS)}")
        return duty.start(1), duty[1], f"unexpected `{duty[1]}`", help
    limit = re.search(r"(?:^|\n|\bprovided)[ \t]*(([\w-]+)[ \t]+is)$", before)
    if limit and {"AT", "BETWEEN"} <= set(wanted) and "NAME" not in wanted:
        if limit[2] in _LIMITS:
            help = "write `is at most`, `is at least` or `is between`"
            return limit.start(1), limit[1], f"unexpected `{limit[1]}`", help
        help = f"move it to `when`; duties limit {', '.join(_LIMITS)}"
        return limit.start(2), limit[2], f"`{limit[2]}` cannot be a duty", help
    listed = re.search(r"\band\s+((?:not\s+)?[\w-]+)$", before)
    if listed and {"IS", "HAS"} <= set(wanted) and found in _AFTER_A_VALUE:
        return (
            listed.start(1),
            listed[1],
            *_between_values(listed[1]),
        )
    nested = re.search(r"\b(not|either)$", before)
    if nested and {"IS", "HAS"} <= set(wanted):
        help = "put the inner `either ... or else ...` in brackets"
        if nested[1] == "not":
            help = "leave both out: two that follow one another undo each other"
        return nested.start(1), nested[1], f"unexpected `{nested[1]}`", help
    chosen = re.search(r"\b(or)\s+(any|every|no|not|[\w'-]+)$", before)
    whole = chosen and chosen[2] in _OPENERS and _CONDITION.match(after)
    if chosen and (whole or found in ("is", "has")):
        help = "to choose between conditions write `either ... or else ...`"
        return chosen.start(1), "or", "unexpected `or`", help
    use = re.search(r"\b(permit|forbid)\s+(of|when|unless|provided|reason)$", before)
    if use:
        return (
            use.start(2),
            use[2],
            f"the rule does not say what it {use[1]}s",
            f"name the use, as in `{use[1]} remix` or `{use[1]} any use`",
        )
    return None


def _in_plain_letters(before: str, text: str, position: int) -> str:
    """What is said of a letter that no name has: the name as a catalogue spells its id."""
    begun = re.search(r"[\w-]*$", before if text[position - 1 : position].strip() else "")
    written = (begun[0] if begun else "") + _word_at(text, position)
    apart = unicodedata.normalize("NFD", written)
    if all(sign.isascii() or unicodedata.combining(sign) for sign in apart):
        return f"names and ids have plain letters only: `{as_written(written)}`"
    return "type the word anew; a letter of another alphabet may look the same"


def _between_values(word: str) -> tuple[str, str]:
    return (
        f"`{word}` is not a condition",
        "between values write `or`; after `and` comes a whole condition",
    )


_AND_A_VALUE = re.compile(
    r"and[ \t]+([\w.-]+)(?=\s*([),]|$|(and|or|unless|provided|reason|when)\b(?!-)))"
)
_OUTSIDE = (
    "outside a rule stand `policy`, `by`, `in force`, `consent:`, `define` and `use`; what must "
    "hold stands in a rule, after `when`"
)
_MAY_FOLLOW = frozenset(("AND", "NAME", "REASON", "STRING"))
"""Where one of these would fit, what stands before it is whole."""
_LIMITS = ("length", "strength", "tempo-change", "pitch-change")
_DUTIES = (*_CLAUSES, "label", "royalty", "approval", "credit", "watermark", "mark", "keep",
           "expires", "rule")  # fmt: skip
_BEGINNINGS = (*_LIMITS, *_DUTIES[len(_CLAUSES) : -1])
_OPENERS = ("any", "every", "no", "not")
_CONDITION = re.compile(r"[\w-]+(?:['’]s\s+[\w-]+)?\s+(?:is|has)\b")
_AFTER_A_VALUE = ("and", "or", ",", ")", "unless", "provided", "reason", "when")


def _remedy(found: str, before: str, after: str, wanted: list[str], at_line_start: bool) -> str:
    """A remedy for a mistake that people make often, a near match, or nothing."""
    if found[0] in _SYMBOLS and not found[0].isalnum():
        if after.startswith(">="):
            return "write `is at least`"
        if after.startswith("<="):
            return "write `is at most`"
        return _SYMBOLS[found[0]]
    if re.search(r"(^|\n)[ \t]*use$", before):
        return "put the name of the file in quotation marks"
    if wanted == ["STRING"] or ("STRING" in wanted and before.endswith(("reason", "reads"))):
        return "put the text in quotation marks"
    if wanted and re.search(r"(?<![\w.-])[\d.]+$", before) and not _CONDITION.match(after):
        unit = ABBREVIATIONS.get(found.lower()) or near(found, UNITS)
        if unit:
            return f"did you mean `{unit}`?"
    if found in ("and", ",") and "KEEP" in wanted:
        return "begin each duty on a line of its own, without `and` or commas"
    if found == "or" and re.match(r"or\s+else\b", after):
        return "write `either` before the first of these conditions"
    if {"AND_FACT", "EXPECT"} & set(wanted):
        if found == "or":
            return "a test gives each fact one value: keep one of them, and write another test"
        if re.search(r"\bis\s+(under|over|below|above|at|between|before|after)$", before):
            return "a test gives each fact one value, as in `length is 59 seconds`"
    if found == "or" and "AND" in wanted:
        return "to choose between conditions write `either ... or else ...`"
    if "AND" in wanted and re.match(r",?\s*[\w-]+(['’]s\s+[\w-]+)?\s+(is|has)\b", after):
        return "write `and` before the next condition"
    keywords = [name.lower() for name in wanted if name not in _SPOKEN]
    if at_line_start:
        keywords += [
            one
            for one in ("rule", "define", "consent", "policy", "by", "in", "use")
            if one != found
        ]
    if found in ("any", "all", "none") and re.match(r"\w+\s+\w", after):
        keywords = []
    if match := near(found, keywords):
        return f"did you mean `{match}`?"
    value = re.search(r"\b(?:is|has|not|of|or|by|under|to|like)\s+([A-Za-z][\w-]*)$", before)
    if value and found[0].isalpha() and found[0].isascii() and "COMMA" in wanted:
        name = f"{value[1]}-{_word_at(after, 0)}"
        name = name if name.isascii() else as_id(name)
        return f"if it is one name, join its words: `{name}`; between two write a comma or `or`"
    return ""


def _expectation(before: str, wanted: list[str]) -> str:
    """What would have fitted, in words."""
    if wanted == ["TO"] and re.search(r"\bof\s+[\w-]+$", before):
        return "say to whom, as in `15% of revenue to northlight`"
    ranked = [name for name in _ORDER if name in wanted]
    ranked += [name for name in wanted if name not in ranked]
    said = dict.fromkeys(_SPOKEN.get(name, f"`{name.lower()}`") for name in ranked)
    spoken = list(said)[:6]
    if not spoken:
        return "delete it"
    return "expected " + (
        spoken[0] if len(spoken) == 1 else f"{', '.join(spoken[:-1])} or {spoken[-1]}"
    )


def _word_at(text: str, position: int) -> str:
    word = re.compile(r"\w+([-.]\w+)*|.", re.DOTALL).match(text, position)
    return word[0] if word else " "


def _last_word(before: str) -> str:
    word = re.search(r"(\S+)$", before)
    return word[1] if word else ""


def _quote(word: str) -> str:
    return f"`{word}`" if word else "the beginning"


def _end_of(source: PolicySource, before: str, position: int) -> tuple[int, int]:
    """The place just after the last character that is neither a space nor a comment."""
    text = source.text[:position]
    while True:
        text = text.rstrip()
        start = text.rfind("\n") + 1
        mark = comment_start(text[start:])
        if mark < 0:
            break
        text = text[: start + mark]
    line = text.count("\n") + 1
    return line, len(text) - (text.rfind("\n") + 1) + 1


def _diagnostic(
    source: PolicySource, line: int, column: int, width: int, code: str, message: str, help: str
) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR, code, message, help, source.name, line, column, width, source.line(line)
    )
