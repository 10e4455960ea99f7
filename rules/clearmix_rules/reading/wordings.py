"""What people write out of habit, from contracts and from programs, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable

from clearmix_rules.ids import as_written
from clearmix_rules.schema import PARTY_KINDS, ROLES
from clearmix_rules.units import UNITS

_FIGURES = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|"
    "forty|fifty|sixty|seventy|eighty|ninety|a hundred|hundred"
)
_MONTH = (  # in English, German and French
    r"(?:jan|feb|fév|mar|mär|apr|avr|ma[iy]|jun|juin|jul|juil|aug|aoû|sep|o[ck]t|nov|de[cz]|déc)\w*"
)
_WITH = r"(under|by|written\s+by|published\s+by|owned\s+by)"
_TRACKS = r"(?:of\s+)?(?:(?:the\s+)?(?:tracks|songs)\s+)?"
_SPAN = r"(\d{1,5})\s+(days?|weeks?|years?)"
_RELATED = {
    "under": "label is under", "by": "any artist is", "written by": "any writer is",
    "published by": "any publisher is", "owned by": "any owner is",
}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "year": 366}


def _condition(match: re.Match[str]) -> str:
    """What `tracks by` is as a condition."""
    said = _RELATED[" ".join(match[2].lower().split())]
    return f"write `{'unless ' if match[1].lower().startswith('except') else ''}{said}`"


def _second_scope(match: re.Match[str]) -> str:
    """What a second `by` or `under` after `of tracks` is as a condition."""
    return f"write it as a condition: `when {_RELATED[' '.join(match[1].lower().split())]}`"


def _months(match: re.Match[str]) -> str:
    count = int(match[1].split()[0])
    years = count // 12
    if count % 12 == 0:
        return f"write `{years} year{'' if years == 1 else 's'}`"
    return f"months differ in length: write days, as in `{count * 61 // 2} days`"


def _since(match: re.Match[str]) -> str:
    """`more than 14 days after`: past the last of these days, and not before the first."""
    number, unit = int(match[3]), match[4].lower()
    span = f"{number} {unit}"
    if match[2].lower() == "at least":
        span = f"{number * _DAYS[unit.rstrip('s')] - 1} days"
    return f"write `today is after release-date and today is not within {span} of release-date`"


def _seconds(match: re.Match[str]) -> str:
    return f"write one number with its unit: `{60 * int(match[2]) + int(match[3])} seconds`"


def _consents(match: re.Match[str]) -> str:
    return f"write `{match[1].split()[0]}'s consents has this action`"


def _id(match: re.Match[str]) -> str:
    return f"name the party by its id, which is one word: `{as_written(match[1])}`"


Remedy = str | Callable[[re.Match[str]], str]

# The first group is what is wrong; the help may name groups. The first that fits is told.
WORDINGS: tuple[tuple[str, Remedy], ...] = (
    # whole phrases, before the words in them
    (r"\b((?:the\s+)?listener\s+(?:is|lives|resides)\s+(?:in|from|inside))\s",
     "write `territory is`"),
    (r"\b((?:the\s+)?listener\s+is\s+an?\s+(child|teen|adult))\b", "write `age-band is \\2`"),
    (r"\b((?:the\s+)?(?:work|track|song|recording|composition)\s+is\s+(?:in\s+)?(?:the\s+)?"
     r"public[ -]domain)\b", "write `work is public-domain`"),
    (rf"\b(?:by|under|to|by (?:{'|'.join(PARTY_KINDS)})|(?:{'|'.join(ROLES)}) is|tracks?)"
     r"\s+((?-i:[0-9]+(?:-\w+)*[a-z][\w-]*|[0-9]+(?:-\w+)+(?<!\d{4}-\d\d-\d\d)))(?![\w-])",
     "put an id that begins with a figure in quotation marks: `\"\\1\"`"),
    (r"\b(\d{1,3}\s+months?)\b", _months),
    (rf"\b(today is (more than|over|at least)\s+{_SPAN}\s+after\s+release-date)\b", _since),
    (r"\b((?:release-date|(?:the\s+)?(?:track|song|recording)) is (older than|more than|over"
     rf"|at least)\s+{_SPAN}(?:\s+(?:old|ago))?)\b", _since),
    (r"\b(royalty\s+is\s+(?:at most|between|under|over|exactly))\s",
     "a royalty is a least share, and has no ceiling: write `royalty is at least`"),
    (r"\broyalty\s+is\s+(?:at least|no less than|not less than)\s+(the|what|as|same|equal|any)\b",
     "write the share in figures, as in `15% of revenue`; what others receive is not compared"),
    (r"\b(?:approval by|to)\s+(the\s+(?:artist|performer|producer|owner|writer|songwriter|publisher"
     r"|label|licensor))\b", "write the id of the party, as in `by ada-wren`"),
    (r"((?:prior|written|express|prior written)\s+(?:written\s+)?(?:approval|consent)(?:\s+(?:by|of"
     r"|from))?)\s", "write `approval by`"),
    (r"(?:^|\bprovided)\s*((?:at least\s+)?\d[\d.]*\s*(?:%|percent)\s+of)\s",
     "write `royalty is at least` and then the share"),
    (r"\bcredit\s+(\"[^\"\n]*\")",
     "say who is credited, as in `credit artist`; the names come from the catalogue"),
    (r"\bcredit\s+[\w, -]+?\s+(as)\s",
     "leave `as` and the text out: the names come from the catalogue"),
    (r"\bmark with\s+(?:[\w-]+(?:,\s*|\s+and\s+))*[\w-]+\s+(watermark|tags|c2pa)\b",
     "write `and \\1`"),
    (rf"\b(?:unless|when|if|or else)\s+({_TRACKS}{_WITH})\s", _condition),
    (rf"\b(except\s+(?:for\s+)?{_TRACKS}{_WITH})\s", _condition),
    (rf"\bof tracks [^\n\"]*?\b(?:and|or)\s+(tracks\s+{_WITH})\s", "leave `\\1` out"),
    (rf"\bof tracks (?:[a-z]+\s+)?(?:under|by)\s[^\n\"]*?\s{_WITH}\s", _second_scope),
    (r"\bof (works? published by)\s", "write `tracks published by`"),
    (r"\bof (works? (?:written )?by)\s", "write `tracks written by`"),
    (r"\bof (works)\s+(?=\")", "write `work`"),
    (r"\bof (tracks)\s+(?=\"[^\"\n]*\")", "write `track`"),
    (r"\bof (tracks)\s+(?!(?:under|by|written|published|owned)\b)[\w-]+"
     r"\s*(?:$|,|(?:or|and|when|unless|provided|reason)\b(?!-))",
     "write `tracks under`, `tracks by`, or, for single recordings, `track`"),
    (r"\b(any use|everything|anything|all uses?)\s+(?:except|but|other than|apart from)\s",
     "name each use that is meant, as in `remix, mashup or edit`"),
    (r"\b(does(?:n['’]t| not) exceed|do not exceed|not exceeding)\s", "write `is at most`"),
    (r"\b((?:is\s+)?(?:a\s+)?max(?:imum)?(?:\s+of)?)\s+\d", "write `is at most`"),
    (r"(?<!\d )\b((?:is\s+)?(?:a\s+)?min(?:imum)?(?:\s+of)?)\s+\d", "write `is at least`"),
    (r"\b(is (?:within\s+)?(?:±|\+/-|\+-)|is within(?=\s+[\d.]+\s*(?:%|percent|semitone|cent)))"
     r"\s*[\d.]+\s*[%\w]*",
     "write `is at most`: a change counts up and down alike"),
    (r"\b(is\s+(\d[\d.]*)\s*[-–]\s*(\d[\d.]*))(?=\s*[a-z%])", "write `is between \\2 and \\3`"),
    (r"\b((\d+)\s*(?:minutes?|mins?|m)\s+(?:and\s+)?(\d+)\s*(?:seconds?|secs?|s))\b", _seconds),
    (r"\bis\s+(?:at most|at least|under|over)?\s*(\+)\s*\d",
     "leave the sign out: a change counts up and down alike"),
    (r"(?:^|\b(?:when|unless|provided|and))\s*([-•*]|\d{1,2}[.)]|\([a-z0-9]{1,3}\))\s+(?=[a-z])",
     "leave `\\1` out"),
    (r"\b(and/or)\b", "write `or`"),
    (r"\b(label is (?:a )?(?:part of|owned by|within))\s", "write `label is under`"),
    (r"\b(?:is|not)\s+(only)\s", "leave `only` out"),
    (r"\b(?:now|today|time)\s[^\n]*?\s(\d{1,2}:\d{2})\b",
     "rules read moments such as `2026-03-01T09:00Z`, and no time of day"),
    (rf"\b(?:before|after|is|since|until)\s+({_MONTH}\.?\s+\d{{4}})\b",
     "write year-month-day: `2026-03-01`"),
    (r"\b((?:artist|performer|producer|owner|writer|publisher) (?:consents?|agrees?))\b(?!['’])",
     _consents),
    (r"\b(is from)\s+\S+(?:\s+\w+)?\s+(?:until|to|till|through)\s",
     "write `is between`, and `and` before the end"),
    (r"\b(is (?:until|till|through))\s+\d", "write `is on or before`"),
    (r"\bis\s+[\w-]+\s+(only)\b", "leave `only` out"),
    (r"\b(is (?:outside of|outside|not in|not within))\s+(?!\d)", "write `is not`"),
    (r",\s*(and not)\s", "write `or`: after `is not` it means none of them"),
    (r"\d\s+(per\s+(?!cent\b)[\w-]+|(?:a|each|every)\s+month|monthly)(?!\w)",
     "leave `\\1` out; `renders-this-month` counts what one listener made this month"),
    (r"\d\s*(bpm)\b", "write a share of the source tempo, as in `10%`"),
    # tests
    (r"\bexpect\s+(not permitted)\b", "write it with a hyphen: `not-permitted`"),
    (r"\bexpect\s+(in error)\b", "write it with a hyphen: `in-error`"),
    (r"\btest\s+\"[^\"\n]*(\")\s*(?=\n|expect\b|when\b)",
     "write a colon after the name of the test"),
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
    (r"((?:[€£$¥]|(?-i:EUR|USD|GBP|SEK|CHF))\s*\d)",
     "amounts of money are not compared; a royalty is a share, as in `15% of revenue`"),
    (r"\d{4}-\d\d-\d\dT(\d\d:\d\d(?::\d\d)?[+-]\d\d(?::?\d\d)?)",
     "write the time in UTC, with `Z`: `2026-03-01T09:00Z`"),
    (r"\b(\d{1,3}(?:,\d{3})+)\b", "write numbers without commas: `1000`"),
    (r"\s(-\d+)", "write a number of 0 or more, without a sign"),
    (rf"\b(\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+{_MONTH}\.?,?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}})\b",
     "write year-month-day: `2026-03-01`"),
    (r"(?<![\w-])(?!\d{4}-\d\d-\d\d(?!\d))(\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}"
     r"|\d{5,}-\d\d-\d\d)(?![\w-])", "write year-month-day: `2026-03-01`"),
    # header lines
    (r"^\s*((?:valid|effective|in effect|active|applies|starting)(?: from)?)\b",
     "write `in force from`"),
    (r"\bin force\b[^\n]*?\s(for\s+\d+\s+(?:days?|weeks?|months?|years?))",
     "write `until` and the last day, as in `until 2027-02-28`"),
    (r"\bin force\s+(\d\S*)", "write `from` before it: `in force from \\1`"),
    (r"\d\s+(to|through|till|up to|-|–)\s+\d{4}-", "write `until`"),
    (r"\bconsent\s*(is|=)", "write `consent:`"),
    (r"\bconsent\s+(opt-in|opt-out|delegated)\b", "write `consent: \\1`"),
    (r"\b(opt)\s+(in|out)\b", "write it as one word: `opt-\\2`"),
    (r"\bconsent:\s*(delegated?|delegate to)\s+(?!to\b)", "write `delegated to`"),
    (rf"^[ \t]*by (?:{'|'.join(PARTY_KINDS)})[ \t]+(\w[\w&.'’-]*(?:[ \t]+[\w&.'’-]+)+)[ \t]*$",
     _id),
    (r"\bconsent:\s*((?:my|our|the)\b[\w ]*)", "write `delegated to` and the id of the party"),
    (r"^\s*((?:group|label|imprint|artist|writer|publisher|owner)\s+[\w-]+)\s*$", "write `by \\1`"),
    (r"\bdefine\s+[\w-]+\s*(=|:|is|means|to be)", "write `as`"),
    (r"^\s*([a-z][\w-]*)\s+(?:is|=|as|means)\s+any of\b", "write `define \\1 as any of`"),
    # the head of a rule
    (r"\brule\s*(:)\s*(?:permit|forbid)\b", "give the rule a name, as in `rule short-remix:`"),
    (r"\brule\s+[\w-]+\s*([.,;])\s*(?:permit|forbid)\b",
     "write a colon after the name of the rule"),
    (r"\brule\s+(\d[\w.-]*)\s*:", "begin the name of a rule with a letter"),
    (r"^[ \t]*(permit|forbid)\s", "write `rule`, a name and a colon before it: `rule a-name: \\1`"),
    (r"\brule\s*:\s*([\w-]+)", "write the colon after the name: `rule \\1:`"),
    (r"\brule\s+([\w-]+)\s+(?!permit|forbid)([\w-]+)[^:\n]*:",
     "join the words of its name with a hyphen: `\\1-\\2`"),
    (r"\brule\s+[\w-]+\s*(permit|forbid|-|=)", "write a colon after the name of the rule"),
    (r":\s*(allows?|grants?|licen[cs]es?|authori[sz]es?|accepts?|permits|permitted)\b",
     "write `permit`"),
    (r":\s*(do not permit|do not allow|den(?:y|ies)|prohibits?|disallows?|bans?|refuses?|rejects?"
     r"|blocks?|forbids|forbidden|no|never)\b", "write `forbid`"),
    (r"\b(any (?:uses|kind of use|remix|action)|all uses?|every use)\b", "write `any use`"),
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
    (r"\b(royalt(?:y|ies))\s+(?:of|are at least|at least|is(?=\s+\d)|(?=\d)|:)",
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
    (r"\bbetween\s+[\w.]+(?:\s+[a-z]+)?\s*(-|–|to)\s*", "write `and`"),
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
    (r"(?<!\d )\b(max(?:imum)?)\s+([a-z][\w-]*)\s", "write `\\2 is at most`"),
    (r"(?<!\d )\b(min(?:imum)?)\s+([a-z][\w-]*)\s", "write `\\2 is at least`"),
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
    (r"(?<![\w-])(is (?:in|within|inside)|in|equals|is equal to|are)\s", "write `is`"),
)  # fmt: skip
