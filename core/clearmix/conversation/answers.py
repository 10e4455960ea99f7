"""Questions answered from the record: who earns, why, how it is marked, what a song is."""

from __future__ import annotations

import re

from clearmix.conversation.events import Choice, Event, Said
from clearmix.conversation.house import House
from clearmix.conversation.offers import examples
from clearmix.conversation.particulars import makers, price, usable
from clearmix.conversation.thread import Thread
from clearmix.conversation.wording import facts, minutes

_HELP = re.compile(r"\b(what can (you|i)|how (do i|does this)|help)\b", re.I)
_MONEY = re.compile(
    r"\b(paid|pays?|payout|earn\w*|royalt\w+|money|revenue|profit\w*|gets what|shares?|split)\b"
    r"|\b(gets?|sees?|receives?|take) (a cut|a share|anything|something|nothing|out of)\b"
    r"|^(?=what).*\bgets?\b",
    re.I,
)
_PRICE = re.compile(r"\b(costs?|price\w*|expensive|cheap\w*|charged?|fees?|free)\b", re.I)
_CREDITS = re.compile(
    r"\bwho\b.*\b(wrote|sings?|sang|composed|made|performs?|performed|plays|owns?|artist|thank)\b"
    r"|\bcredit\w*\b",
    re.I,
)
_MAY_I = re.compile(
    r"\b(can|may|could|am|are) (i|we|you)\b|\b(allowed|permitted|legal|lawful)\b"
    r"|\bis (it|this|that) (ok|okay|fine|all right)\b",
    re.I,
)
_WHY = re.compile(
    r"\b(why|how come|grounds|reason|allowed|permitted|legal|trouble|refus\w+|denied|forbidden"
    r"|block\w+|reject\w+|sa(id|ys) no|cleared|rules?|terms)\b",
    re.I,
)
_MARKS = re.compile(r"\b(marks?|marked|watermark\w*|label\w*|ai|artificial|real)\b", re.I)
_SONGS = re.compile(r"\b(which|what|list|other) (songs?|tracks?|music)\b|\bcatalogue\b", re.I)
_SOUND = re.compile(r"\b(tempo|bpm|key|how (long|fast)|length|loud\w*|lufs)\b", re.I)
_ASKED_FOR = re.compile(r"\b(what did (you|i)|understood|changed?|settings?)\b", re.I)


def answer(house: House, thread: Thread, words: str) -> Event:
    """The answer to a question, from what is on record."""
    if _HELP.search(words):
        return able(house, thread)
    if _CREDITS.search(words):
        return makers(house, thread)
    if _MONEY.search(words):
        return earnings(house, thread)
    if _PRICE.search(words):
        return price(house, thread)
    may = usable(house, thread, words) if _MAY_I.search(words) else None
    if may is not None:
        return may
    if _SONGS.search(words):
        return songs(house)
    if _MARKS.search(words):
        return marks(house, thread)
    if _SOUND.search(words):
        return sound(house, thread)
    if _ASKED_FOR.search(words):
        return asked_for(house, thread)
    if _WHY.search(words):
        return why(house, thread)
    return Said(text="I have no answer to that.", points=(KNOWN,))


KNOWN = (
    "I can say why something was allowed or not, what it costs, who gets paid, who made a song, "
    "where a remix may be used, how it is marked, which songs there are, and the tempo, key and "
    "length of a song."
)
"""What questions are answered."""


def able(house: House, thread: Thread) -> Event:
    """What can be asked for, with requests that would be allowed."""
    return Said(
        text="Name a song and say how you want to hear it: a style, an era, faster or slower, "
        "a key, parts to keep, leave out or bring forward.",
        points=(KNOWN,),
        choices=examples(house, thread.listener),
    )


def earnings(house: House, thread: Thread) -> Event:
    """Who earns from the current remix, or before there is one, from the song."""
    item = _current_render(thread) or thread.source
    if item is None:
        return Said(
            text="Every remix pays the people behind the recording and behind the composition.",
            points=("Choose a song, and I will name them with their shares.",),
        )
    rows = house.royalties.estimate(item)
    if not rows:
        return Said(text="No shares are on record for this song.")
    return Said(
        text=f"Each play of “{house.named(item)}” that counts pays these people:",
        points=tuple(
            f"{row.name} ({row.role.replace('-', ' ')}, {_OF.get(row.side, row.side)}): {row.text}"
            for row in rows
        ),
    )


_OF = {"recording": "the recording", "work": "the song"}
"""What a share is a share of, as listeners call it."""


def why(house: House, thread: Thread) -> Event:
    """The last decision with its reasons and terms."""
    decision = thread.decision
    if decision is None:
        return Said(text="Nothing has been decided yet: ask for a remix first.")
    points = (*decision.reasons, *decision.terms)
    choices = (
        (Choice(label=f"Make it {decision.nearest_label}", kind="allowed"),)
        if decision.nearest is not None and thread.allowed is not None
        else ()
    )
    return Said(
        text=OUTCOMES.get(decision.outcome, decision.outcome),
        points=(*points, f"Entry {decision.number} of the decision log."),
        choices=choices,
    )


OUTCOMES = {
    "permitted": "It was cleared by everybody who holds rights in it.",
    "referred": "It needs an answer from a rights-holder first.",
    "not-permitted": "It was not allowed: nobody’s terms cover it.",
    "terms-cannot-be-met": "It was not allowed: its rights-holders’ terms exclude each other.",
    "in-error": "It was not allowed: a rule could not be evaluated, and then the answer is no.",
    "forbidden": "It was not allowed: a rights-holder forbids it.",
}
"""What an outcome means for the listener."""


def marks(house: House, thread: Thread) -> Event:
    """How the current remix says that it is AI-made."""
    id = _current_render(thread)
    if id is None:
        return Said(text="Every remix made here is marked as AI-made; there is none yet.")
    render = house.rendering.render(id)
    points = tuple(
        f"{mark.labeler}, in the {'sound itself' if mark.layer == 'signal' else 'file'}, "
        f"read back with {round(100 * mark.confidence)} % confidence"
        for mark in render.marks
    )
    return Said(text=f"It is AI-made and says so: “{render.label}”", points=points)


def songs(house: House) -> Event:
    """The songs of the catalogue."""
    recordings = house.catalogue.recordings()
    return Said(
        text=f"There are {len(recordings)} songs in the catalogue.",
        points=tuple(f"{one.title}, {', '.join(one.artist_names)}" for one in recordings[:12]),
    )


def sound(house: House, thread: Thread) -> Event:
    """Tempo, key, length and loudness of the song, and of the remix if there is one."""
    points = []
    if thread.source is not None and not re.fullmatch(r"[0-9a-f]{16}", thread.source):
        song = house.catalogue.recording(thread.source)
        found = song.analysis
        tempo = f"{found.tempo_bpm:.0f} BPM" if found.tempo_bpm else "no steady beat"
        points.append(
            f"{song.title}: {tempo}, {found.key or 'no clear key'}, {minutes(song.seconds)} long"
        )
    id = _current_render(thread)
    if id is not None:
        render = house.rendering.render(id)
        bpm = render.measured.get("tempo_bpm")
        said = f"{bpm:.0f} BPM, " if bpm else ""
        points.append(
            f"Your remix: {said}{minutes(render.seconds)} long, {render.lufs:.1f} LUFS, "
            f"peaks at {render.true_peak_dbtp:.1f} dBTP"
        )
    return Said(text="As measured:" if points else "Choose a song first.", points=tuple(points))


def asked_for(house: House, thread: Thread) -> Event:
    """What the current version asks for."""
    version = thread.version(thread.current)
    if version is None:
        return Said(text="Nothing has been asked for yet.")
    return Said(
        text=f"Version {version.number} asks for:",
        points=tuple(
            f"{fact.label}: {fact.value}" for fact in facts(version.spec, named=house.named)
        ),
    )


def _current_render(thread: Thread) -> str | None:
    version = thread.version(thread.current)
    return version.render if version is not None else None
