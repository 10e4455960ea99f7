"""What people write out of habit, from contracts and from programs, and what to write instead."""

from __future__ import annotations

import re
from functools import cache

from clearmix_rules.schema import ROLES, SCHEMA, Kind
from clearmix_rules.territories import COMMON_MISTAKES, GROUPS
from clearmix_rules.units import UNITS

_FIGURES = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|"
    "forty|fifty|sixty|seventy|eighty|ninety|a hundred|hundred"
)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NUMBER = r"(?=\d)"
_CONDITION = r"(?=[\w-]+(?:['’]s\s+[\w-]+)?\s+(?:is|has)\b)"

# The first group is what is wrong; the help may name groups. The first that fits is told.
_TABLE = (
    # people
    (r"\b(all of the|all the|each of the)\s+(\w+?)s?\s", "write `every \\2`"),
    (r"\b(at least one|one or more|one of the|some|an?)\s+(artist|performer|producer|owner|writer"
     r"|publisher)s?\b", "write `any \\2`"),
    (r"\blistener (follows)\s", "write `follows is given and follows has`"),
    # words that the language leaves out
    (r"\b(provided that)\b", "leave `that` out: write `provided`"),
    (r"\b(the use|the action)\b", "write `this use` or `this action`"),
    (r"\bcredit (the)\s+[\w-]+", "leave `\\1` out"),
    (r"\b(the|an?)\s+(?!(?:and|or)\b)(?=[a-z])", "leave `\\1` out"),
    (r"\b(?:permit|forbid)\s+(to|for|making)\s", "leave `\\1` out"),
    (r"\btracks under (label|group|imprint)\s", "leave `\\1` out"),
    # numbers, units, dates
    (rf"\b({_FIGURES})\s+(?:{'|'.join(map(re.escape, UNITS))})(?!\w)",
     "write the number in figures, as in `90 seconds`"),
    (r"\b(per cent|percents|per-cent|pct)\b", "write `%`"),
    (r"\b(working|business|calendar)\s+days\b", "leave `\\1` out: days are calendar days"),
    (r"\bversion\s+([a-z]+)\b", "write the version in figures: `version 1`"),
    (r"\b(v\.?\d+)\b", "write `version` and the number: `version 4`"),
    (r"\s(\d{1,2}:\d{2})\b", "write a length in seconds: `90 seconds`"),
    (rf"(?<![\d,.])((\d+),(\d{{1,2}}))\s*(?:{'|'.join(map(re.escape, UNITS))})(?!\w)",
     "write a decimal point: `\\2.\\3`"),
    (r"\d\s*((?-i:EUR|USD|GBP|SEK|CHF|JPY|CAD|AUD)|euros?|dollars?|pounds?|€|£|¥)(?!\w)",
     "amounts of money are not compared; a royalty is a share, as in `15% of revenue`"),
    (r"\d{4}-\d\d-\d\dT(\d\d:\d\d(?::\d\d)?[+-]\d\d(?::?\d\d)?)",
     "write the time in UTC, with `Z`: `2026-03-01T09:00Z`"),
    (r"\b(\d{1,3}(?:,\d{3})+)\b", "write numbers without commas: `1000`"),
    (r"\s(-\d+)", "write a number of 0 or more, without a sign"),
    (rf"\b(\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\.?,?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}})\b",
     "write year-month-day: `2026-03-01`"),
    (r"(?<![\w-])(?!\d{4}-\d\d-\d\d(?!\d))(\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}"
     r"|\d{5,}-\d\d-\d\d)(?![\w-])", "write year-month-day: `2026-03-01`"),
    # header lines
    (r"^\s*((?:valid|effective|in effect|active|applies|starting)(?: from)?)\b",
     "write `in force from`"),
    (r"\bin force\s+(\d\S*)", "write `from` before it: `in force from \\1`"),
    (r"\d\s+(to|through|till|up to|-|–)\s+\d{4}-", "write `until`"),
    (r"\bconsent\s*(is|=)", "write `consent:`"),
    (r"\bconsent\s+(opt-in|opt-out|delegated)\b", "write `consent: \\1`"),
    (r"\b(opt)\s+(in|out)\b", "write it as one word: `opt-\\2`"),
    (r"\bconsent:\s*(delegated?|delegate to)\s+(?!to\b)", "write `delegated to`"),
    (r"^\s*((?:group|label|imprint|artist|writer|publisher|owner)\s+[\w-]+)\s*$", "write `by \\1`"),
    (r"\bdefine\s+[\w-]+\s*(=|:|is|means|to be)", "write `as`"),
    (r"^\s*([a-z][\w-]*)\s+(?:is|=|as|means)\s+any of\b", "write `define \\1 as any of`"),
    # the head of a rule
    (r"\brule\s*:\s*([\w-]+)", "write the colon after the name: `rule \\1:`"),
    (r"\brule\s+([\w-]+)\s+(?!permit|forbid)([\w-]+)[^:\n]*:",
     "join the words of its name with a hyphen: `\\1-\\2`"),
    (r"\brule\s+[\w-]+\s*(permit|forbid|-|=)", "write a colon after the name of the rule"),
    (r":\s*(allows?|grants?|licen[cs]es?|authori[sz]es?|accepts?|permits|permitted)\b",
     "write `permit`"),
    (r":\s*(do not permit|do not allow|den(?:y|ies)|prohibits?|disallows?|bans?|refuses?|rejects?"
     r"|blocks?|forbids|forbidden|no|never)\b", "write `forbid`"),
    (r"\b(any (?:uses|kind of use|remix|action)|all uses|every use)\b", "write `any use`"),
    (r"\b((?:for|on|to|from|in|with)\s+(?:all\s+)?(?:tracks|songs|recordings))\b",
     "write `of tracks`"),
    (r"\b(of track)\s+(by|under|written|published|owned)\b", "write `of tracks \\2`"),
    (r"\bof\s+((?:all|any|our|every)\s+\w+|songs?|recordings|titles?|music)\s",
     "write `of tracks`"),
    (r"\btracks\s+(of|from|at|in|on|for)\b",
     "write `tracks under` and the label, or `tracks by` and the artist"),
    (r"(?<!of )\b(tracks)\s+(?:under|by|written|published|owned)\b", "write `of tracks`"),
    # clauses
    (r"\b(reason|when|unless|provided|credit|policy|by)\s*(:)", "leave the colon out"),
    (r"^\s*(except(?: if| when| where)?|if not|but not)\s+(?:(?:any|every|no)\s)?",
     "write `unless`"),
    (r"^\s*(if|where|whenever|in case|only if|only when|then|given that)\b", "write `when`"),
    (r"\s(if|whenever|in case|only if|only when)\s", "write `when`"),
    (r"^\s*(subject to|on condition that|providing|requires|in return for|as long as)\b",
     "write `provided`"),
    (r"\b(because|since|explanation|description|message)\s*:?\s*(?=\")", "write `reason`"),
    # duties
    (r"\b(approval)\s+(?:from|of)\b", "write `approval by`"),
    (r"\b(approv(?:ed|al is needed|e)|consent of)\s+(?:by|from)?\b", "write `approval by`"),
    (r"\bapproval by [\w-]+ (in|after|until)\s", "write `within`"),
    (r"\b(royalt(?:y|ies))\s+(?:of|are at least|at least|is at most|is(?=\s+\d)|:)",
     "write `royalty is at least`"),
    (r"\broyalty is at least [\d.]+\s*%\s+(to)\b", "say of what: `15% of revenue to`"),
    (r"\bof\s+(gross|all|total)\s+(?:net-)?revenue\b", "write `of revenue`"),
    (r"\d\s*%\s+of\s+(the\s+pool|pool)\b", "write `of net-pool`"),
    (r"\d\s*%\s+of\s+(the\s+(?:render\s+)?fee|fee)\b", "write `of render-fee`"),
    (r"\d\s*%\s+of\s+(its\s+earnings|earnings)\b", "write `of item-earnings`"),
    (r"\b(label)\s*(?:says|states|shows|is|:)", "write `label reads`"),
    (r"\b(credits|credited)\s", "write `credit`"),
    (r"\b(expires (?:in|within))\s", "write `expires after`"),
    (r"\b(keep records)\s+(?!for\b)", "write `keep records for`"),
    (r"\b(watermark|mark)\s+(?!with\b)[\w-]*", "write `\\1 with`"),
    # conditions
    (r"\b(is neither)\s+[\w-]*\s*", "write `is none of`, and commas between the values"),
    (r"\b(excluding|but not|except for|other than|apart from)\s", "write `except`"),
    (r"\band\s+(before|after|at most|at least|under|over|on or)\s",
     "name the fact again after `and`, or write `is between ... and ...`"),
    (r"\bbetween\s+[\w.]+\s*(-|–|to)\s*", "write `and`"),
    (r"\b(is more than)\s+\d+\s+(days|weeks)\s+(?:after|before|ago)\b",
     "write `is not within`, as in `is not within 14 \\2 of`"),
    (r"\bis (on)\s+\d", "leave `on` out"),
    (r"\b(is since)\s", "write `is on or after`"),
    (r"\b((?:starts|begins|ends) with|matches)\s", "write `is like`, and `*` for anything"),
    (r"\b(is not (?:any|one) of)\b", "write `is none of`"),
    (r"\b((?:is\s+)?(?:less|fewer|shorter|smaller|lower|under|below)(?: than)? or equal(?: to)?)\b",
     "write `is at most`"),
    (r"\b((?:is\s+)?(?:more|greater|longer|larger|higher|over|above)(?: than)? or equal(?: to)?)\b",
     "write `is at least`"),
    (r"\b(is not (?:over|above))\s", "write `is at most`"),
    (r"\b(is not (?:under|below))\s", "write `is at least`"),
    (r"(?<!\d )\b(max(?:imum)?)\s+([\w-]+)\s", "write `\\2 is at most`"),
    (r"(?<!\d )\b(min(?:imum)?)\s+([\w-]+)\s", "write `\\2 is at least`"),
    (r"\b(isn['’]t|aren['’]t|is n['’]t)", "write `is not`"),
    (r"\b(doesn['’]t have|has no|has not)\b", "write `has none of`"),
    (r"((?:is|are)?\s*<=|≤|(?:is\s+)?(?:no|not) (?:more|longer|greater|higher) than|(?:is\s+)?up to"
     r"|(?<!is )at most)", "write `is at most`"),
    (r"((?:is|are)?\s*>=|≥|(?:is\s+)?(?:no|not) (?:less|shorter|fewer|lower) than"
     r"|(?<!is )at least)", "write `is at least`"),
    (r"\b((?:is\s+)?(?:shorter|smaller|lower|fewer) than)", "write `is under`"),
    (r"\b((?:is\s+)?(?:longer|larger|greater|higher|bigger) than|exceeds)", "write `is over`"),
    (r"\b(is (?:less|fewer) than)\s+\d+ (days|weeks) (after|before)",
     "write `is within`, as in `is within 14 \\2 \\3`"),
    (r"\bwithin\s+\d+\s+\w+\s+(from|since)\b", "write `of`, `after` or `before`"),
    (r"\b(is (?:one|some) of)\b", "write `is any of`"),
    (r"\b(includes?|contains?|have)\s", "write `has`"),
    (r"\b((any|every|no)\s+(artist|performer|producer|owner|writer|publisher)\s+(consents|voice-consent))"
     r"\b", "write `\\2 \\3's \\4`"),
    (r"\b(all|each)\s+(\w+?)s?['’]?s?\s", "write `every \\2`"),
    (r"\b(\w+)s['’](?=\s)", "write `\\1's`"),
    (r"\b(else|otherwise|or otherwise)\s", "write `or else`"),
    (r"\b(?:permit|forbid)\s[\w, -]*?\s(in|for|by|from|until|on)\s",
     "write what must hold after `when`, as in `when territory is GB`"),
    (r"\b(is (?:in|within|inside)|in|equals|is equal to|are)\s", "write `is`"),
)  # fmt: skip


@cache
def _habits() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The table, with every hyphened word of the language as people write it without."""
    rows = SCHEMA.attributes.values()
    words = {row.name for row in rows}.union(ROLES, GROUPS, *(row.values for row in rows))
    spaced = "|".join(sorted(word.replace("-", " ") for word in words if "-" in word))
    facts = "|".join(row.name for row in rows if row.group != "party" and row.name != "follows")
    flags = "|".join(row.name for row in rows if row.kind is Kind.BOOL)
    named = "|".join(row.name for row in rows if row.kind in (Kind.ENUM, Kind.NAME, Kind.PARTY))
    places = tuple(
        (rf"\b({name.replace('-', ' ')})\b(?!-)", f"write `{code}`")
        for name, code in COMMON_MISTAKES.items()
        if "-" in name
    )
    table = (
        (
            rf"\b(?:{named})\s*(is (?:at least|at most|over|under|exactly)(?=\s+[a-z])|[<>]=?)",
            "write `is` and its values",
        ),
        *places,
        (rf"\b({spaced})\b(?!-)", ""),
        (rf"\b((listener|track|work)\s+({flags}))\b(?!-)", "write `\\2 is \\3`"),
        (rf"\b((listener|track|work|generator)\s+({facts}))\b(?!-)\s", "write `\\2's \\3`"),
        *_TABLE,
    )
    return tuple((re.compile(one, re.IGNORECASE | re.MULTILINE), help) for one, help in table)


def habit(text: str, position: int) -> tuple[int, str, str] | None:
    """What was written out of habit at, or just before, a place: offset, words and remedy.

    The match must reach the place, so that what stands elsewhere on the line is left alone.
    """
    begin = text.rfind("\n", 0, len(text[:position].rstrip())) + 1
    end = text.find("\n", position + 1)
    region = text[begin : min(end if end >= 0 else len(text), position + 80)]
    for pattern, help in _habits():
        for match in pattern.finditer(region):
            after = len(region[match.end() :]) - len(region[match.end() :].lstrip())
            if match.start(1) <= position - begin <= match.end() + after:
                written = match[1].strip()
                start = begin + match.start(1) + match[1].index(written)
                remedy = match.expand(help) if help else _hyphened(written)
                return start, written, remedy
    return None


def _hyphened(written: str) -> str:
    return f"write it with a hyphen: `{written.lower().replace(' ', '-')}`"
