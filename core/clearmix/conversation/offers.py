"""What is offered before anything is asked for: only what this listener would be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from clearmix.contracts import Conversation
from clearmix.conversation.events import Choice
from clearmix.conversation.house import House
from clearmix.conversation.thread import Thread
from clearmix.spec import RemixSpec

MOST_TRIED = 24
"""Songs that are looked at for an offer, however many the catalogue has."""

OFFERED_SONGS = 4
"""How many songs a question offers; more are in the catalogue beside the conversation."""

WISHES = (
    "make {} an upbeat 80s club remix, keep the melody",
    "turn {} into a slow lo-fi version",
    "make {} 10% faster with more energy",
    "a house remix of {} without the drums",
)
"""What a listener might ask for to begin with."""

CHANGES = ("a bit slower", "more energy", "an 80s version", "without the drums")
"""What a listener might ask for next."""


def examples(house: House, listener: str) -> tuple[Choice, ...]:
    """Requests to begin with, each about a song of which this listener would be allowed it."""
    titles = [recording.title for recording in house.catalogue.recordings()][:MOST_TRIED]
    said = []
    for wish in WISHES:
        for title in titles:
            words = wish.format(title)
            spec = house.interpret(words, Conversation(titles=house.catalogue.titles)).spec
            if spec is not None and spec.sources and house.would_permit(spec, listener):
                said.append(words)
                titles.remove(title)
                break
    return tuple(Choice(label=words, value=words) for words in said)


def wishes(house: House, thread: Thread) -> tuple[Choice, ...]:
    """Requests that may come next: changes of the remix at hand, or else some to begin with."""
    if thread.version(thread.current) is None:
        return examples(house, thread.listener)
    return tuple(Choice(label=words, value=words) for words in CHANGES)


def songs_for(
    house: House, thread: Thread, spec: RemixSpec, unknown: Sequence[str] = ()
) -> tuple[Choice, ...]:
    """Songs to choose from, those first of which this listener would be allowed the spec.

    Before them stand those of which an `unknown` name may have been a slip.
    """
    if spec.sources:
        return ()
    songs = house.catalogue.recordings()[:MOST_TRIED]
    allowed = {
        song.id
        for song in songs
        if house.would_permit(spec.merged({"sources": [song.id]}), thread.listener)
    }
    near = [song for name in unknown for song in house.catalogue.near(name)]
    others = sorted(songs, key=lambda song: song.id not in allowed)
    some = list({song.id: song for song in (*near, *others)}.values())[:OFFERED_SONGS]
    return tuple(Choice(label=one.title, kind="source", value=one.id) for one in some)
