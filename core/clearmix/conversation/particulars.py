"""Particulars of a song from the record: what it costs, where it may be used, who made it."""

from __future__ import annotations

import re

from clearmix.conversation.events import Event, Said
from clearmix.conversation.house import House
from clearmix.conversation.thread import Thread
from clearmix.errors import ClearmixError, RoyaltyError
from clearmix.royalties.money import money
from clearmix.spec import RemixSpec, Use

USES: tuple[tuple[Use, re.Pattern[str], str], ...] = (
    ("export", re.compile(r"\b(download|export|keep|save|mp3|wav|file)\w*", re.I), "take it away"),
    (
        "social",
        re.compile(r"\b(tiktok|instagram|youtube|facebook|social|post|upload|reel)\w*", re.I),
        "post it",
    ),
    (
        "advert",
        re.compile(r"\b(ad|ads|advert\w*|commercial\w*|sell|monetis\w+|monetiz\w+)\b", re.I),
        "use it in an advert",
    ),
    ("campaign", re.compile(r"\b(campaign|political|election)\w*", re.I), "use it in a campaign"),
    ("public", re.compile(r"\b(publish|public|share|play it (in|at))\w*", re.I), "make it public"),
)
"""Uses that a listener may ask about, by the words for them, and what each is called."""


def price(house: House, thread: Thread) -> Event:
    """What a remix costs this listener: the one talked of, and by the rate card in force."""
    try:
        rates = house.royalties.rates()
    except RoyaltyError:
        return Said(text="No price is on record here: no rate card is in force.")
    listener = house.catalogue.listener(thread.listener)
    fee = money(rates.add_on_fee_micro, rates.currency)
    if not rates.add_on_fee_micro:
        return Said(text="Remixes cost nothing beyond your subscription.")
    held = "You have it" if rates.add_on in listener.add_ons else "You do not have it yet"
    return Said(
        text=f"The add-on “{rates.add_on}” costs {fee} a month; a single remix costs no more.",
        points=(
            *_this_one(house, thread),
            f"{held}.",
            "A remix that could not be made costs nothing.",
        ),
    )


def _this_one(house: House, thread: Thread) -> tuple[str, ...]:
    """What the remix that is talked of would be charged, as its decision says it."""
    spec = _current(thread)
    if spec is None or not house.would_permit(spec, thread.listener):
        return ()
    try:
        said = house.rendering.quote(spec, thread.listener).text
    except ClearmixError as error:
        said = error.message
    return (f"This one: {said.replace('`', '')}.",)


def usable(house: House, thread: Thread, words: str) -> Event | None:
    """Whether the current remix may be used as the words ask, or None when they ask no such thing.

    The rules are asked as they would be for a render of that use; nothing is recorded.
    """
    found = next(((use, said) for use, signs, said in USES if signs.search(words)), None)
    spec = _current(thread)
    if found is None or spec is None:
        return None
    use, said = found
    if house.would_permit(spec.merged({"use": use}), thread.listener):
        return Said(
            text=f"Yes, you may {said}, under the terms of its rights-holders.",
            points=(f"Ask for it: the remix is then made and decided for that use ({use}).",),
        )
    return Said(
        text=f"No, you may not {said}: its rights-holders’ terms do not cover that use.",
        points=("It stays playable here.",) if thread.versions else (),
    )


def makers(house: House, thread: Thread) -> Event:
    """Who made the song: its artists and the writers of its work."""
    spec = _current(thread)
    if spec is None:
        return Said(text="Choose a song first.")
    try:
        song = house.catalogue.recording(spec.sources[0])
    except ClearmixError:
        return Said(text=f"“{house.named(spec.sources[0])}” is a remix: ask about its source.")
    work = house.catalogue.work(song.work) if song.work else None
    points = [f"Performed by {', '.join(song.artist_names)}"]
    if work is not None:
        points += [f"{house.party(share.party)}, {share.role}" for share in work.shares]
    if song.label:
        points.append(f"Released by {house.party(song.label)}")
    return Said(text=f"“{song.title}”:", points=tuple(points))


def _current(thread: Thread) -> RemixSpec | None:
    """The spec that a question is about: the last one asked for, if it names a song."""
    version = thread.version(thread.current)
    spec = thread.draft or (version.spec if version is not None else None)
    if spec is None and thread.source is not None:
        spec = RemixSpec(sources=(thread.source,))
    return spec if spec is not None and spec.sources else None
