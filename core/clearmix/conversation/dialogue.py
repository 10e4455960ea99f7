"""Words in, events out: the conversation as a function of its state and of what is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from queue import SimpleQueue
from threading import Thread as WorkerThread
from typing import TYPE_CHECKING

from clearmix.contracts import Conversation, Interpretation
from clearmix.conversation import answers, moving, sharing
from clearmix.conversation.editing import base_of, changed, edited
from clearmix.conversation.events import (
    Asked,
    Choice,
    Decided,
    Event,
    Moved,
    Progressed,
    Ready,
    Said,
    Started,
    Stopped,
    Understood,
)
from clearmix.conversation.house import House
from clearmix.conversation.offers import songs_for, wishes
from clearmix.conversation.terms import terms_of
from clearmix.conversation.thread import Thread, Version
from clearmix.conversation.wording import differences
from clearmix.errors import ClearmixError
from clearmix.spec import RemixSpec

if TYPE_CHECKING:
    from clearmix.rendering.models import Job
    from clearmix.rendering.room import Submission


def reply(
    house: House, thread: Thread, words: str, choice: Choice | None = None
) -> Iterator[Event]:
    """What comes of one message; every failure becomes an event in plain words."""
    try:
        if choice is not None and choice.kind != "say":
            yield from _chosen(house, thread, choice)
        else:
            yield from _said(house, thread, words)
    except ClearmixError as error:
        yield Said(text=_sentence(error.message), points=(_sentence(error.help),), trouble=True)


def follow(house: House, version: Version) -> Iterator[Event]:
    """A render's progress until it is published or has stopped; safe to begin again.

    The render is waited for in a thread of its own: whoever stops reading does not stop it.
    """
    changes: SimpleQueue[Job | Exception] = SimpleQueue()

    def watch() -> None:
        try:
            house.rendering.wait(version.job, changes.put)
        except Exception as error:  # noqa: BLE001  # raised again by whoever reads
            changes.put(error)

    WorkerThread(target=watch, name=f"follow {version.job}", daemon=True).start()
    while True:
        job = changes.get()
        if isinstance(job, ClearmixError):
            message, help = _sentence(job.message), _sentence(job.help)
            yield Stopped(version=version.number, message=message, help=help)
            return
        if isinstance(job, Exception):
            raise job
        if job.ended:
            yield _end(version, job)
            return
        yield Progressed(version=version.number, job=job)


def _end(version: Version, job: Job) -> Event:
    if job.state == "published" and job.render_id:
        return Ready(version=version.number, render=job.render_id)
    if job.state == "cancelled":
        return Stopped(version=version.number, message="Cancelled.", cancelled=True)
    return Stopped(
        version=version.number,
        message=_sentence(job.error or "the remix could not be made"),
        help=_sentence(job.help or "try again, or ask for something else"),
    )


# --- words --------------------------------------------------------------------------------------


def _said(house: House, thread: Thread, words: str) -> Iterator[Event]:
    heard = house.interpret(words, thread.context(house.catalogue.titles))
    if heard.unknown_song:  # nothing of an earlier song is meant by words about another
        heard = house.interpret(words, Conversation(titles=house.catalogue.titles))
    if heard.intent == "control" and not _asks_for_more(thread, heard):
        yield from _control(house, thread, heard)
    elif heard.intent == "question":
        yield answers.answer(house, thread, heard.asked or words)
    elif heard.intent == "none" or heard.spec is None:
        yield _not_understood(house, thread, heard)
    else:
        begun_at = thread.current if heard.version is None else heard.version
        yield from _asked_for(house, replace(thread, current=begun_at), heard, heard.spec)


def _asks_for_more(thread: Thread, heard: Interpretation) -> bool:
    """Whether a control comes with a change: `like version 1 but faster`, `share it in G`."""
    if heard.spec is None or not heard.changed:
        return False
    moves = heard.control in ("undo", "revert-to", "reset")
    made = any(heard.spec == one.spec for one in thread.versions)
    return heard.control == "share" or (moves and not made)


def _asked_for(
    house: House, thread: Thread, heard: Interpretation, spec: RemixSpec
) -> Iterator[Event]:
    if not spec.sources and thread.source is not None and not heard.unknown_song:
        spec = spec.merged({"sources": [thread.source]})
    yield Understood(
        spec=spec,
        changed=heard.changed,
        assumed=heard.assumed,
        not_understood=() if heard.unknown_song else heard.not_understood,
        notes=heard.notes,
        suggestions=heard.suggestions,
    )
    if heard.question:
        yield Asked(
            question=heard.question,
            draft=spec,
            choices=(*_meant(heard), *_songs(house, thread, heard, spec)),
            unclear=not heard.unknown_song,
        )
    elif not spec.sources:
        yield Asked(
            question=WHICH_SONG,
            draft=spec,
            choices=songs_for(house, thread, spec),
        )
    else:
        yield from _make(house, thread, spec)


def _make(
    house: House, thread: Thread, spec: RemixSpec, *, agreed_micro: int = 0
) -> Iterator[Event]:
    # INVARIANT: nothing that costs more than was agreed to is submitted.
    if house.would_permit(spec, thread.listener):
        price = house.rendering.quote(spec, thread.listener)
        if price.amount_micro > agreed_micro:
            yield Asked(
                question=f"It costs {price.text}. Shall I make it?",
                choices=(Choice(label="Yes, make it", kind="allowed"), NO),
                draft=spec,
                price_micro=price.amount_micro,
            )
            return
    submission = house.rendering.submit(spec, thread.listener, most_micro=agreed_micro)
    decided = decided_of(house, submission)
    yield decided
    if submission.job is None:
        return
    version = Version(
        number=1 + max((one.number for one in thread.versions), default=0),
        parent=thread.current,
        spec=decided.spec,
        job=submission.job.id,
    )
    yield Started(
        version=version.number,
        parent=version.parent,
        spec=version.spec,
        job=version.job,
        notes=submission.notes,
    )
    yield from follow(house, version)


WHICH_SONG = "Which song shall I start from?"
"""What is asked where nothing but the song is missing."""

NO = Choice(label="No, leave it", value="cancel")
"""What says no to a price."""


def decided_of(house: House, submission: Submission) -> Decided:
    """A decision as the listener may see it: no other party's terms, no rule texts."""
    cleared = submission.cleared
    decision = cleared.decision
    nearest = cleared.nearest
    return Decided(
        outcome=decision.outcome.value,
        reasons=tuple(dict.fromkeys(reason.text for reason in decision.reasons)),
        terms=terms_of(decision.duties, named=house.party),
        spec=cleared.spec,
        nearest=nearest,
        nearest_label=", ".join(differences(cleared.spec, nearest)) if nearest else "",
        cost=_sentence(submission.quote.text) if submission.quote else "",
        number=cleared.number,
        hash=decision.hash,
    )


def _not_understood(house: House, thread: Thread, heard: Interpretation) -> Event:
    if heard.question:
        songs = _songs(house, thread, heard, heard.spec or RemixSpec())
        return Asked(
            question=heard.question,
            draft=heard.spec,
            choices=(*_meant(heard), *songs),
            unclear=not heard.unknown_song,
        )
    if heard.suggestions:
        return Asked(
            question="Did you mean one of these?",
            draft=thread.draft,
            choices=_meant(heard),
            unclear=True,
        )
    return Said(
        text="I found nothing in that to change about a song.",
        points=(
            "Say how it should sound: a style, an era, faster or slower, a key, "
            "parts to keep or leave out.",
        ),
        choices=wishes(house, thread),
        trouble=True,
    )


def _meant(heard: Interpretation) -> tuple[Choice, ...]:
    """What the words may have meant, to choose from: nothing is made of a guess."""
    return tuple(Choice(label=words, value=words) for words in heard.suggestions)


def _songs(
    house: House, thread: Thread, heard: Interpretation, spec: RemixSpec
) -> tuple[Choice, ...]:
    """Songs to choose from where words that nothing was made of may have named one."""
    if heard.unknown_song:
        return songs_for(house, thread, spec, heard.not_understood)
    about_songs = bool(heard.not_understood) or heard.question == WHICH_SONG
    return songs_for(house, thread, spec) if about_songs and not thread.source else ()


# --- choices and controls -----------------------------------------------------------------------


def _chosen(house: House, thread: Thread, choice: Choice) -> Iterator[Event]:
    if choice.kind == "source":
        recording = house.catalogue.recording(choice.value)
        if thread.draft is not None:
            spec = thread.draft.merged({"sources": [recording.id]})
            yield Understood(spec=spec, changed=("sources",))
            if thread.unclear is not None:
                yield Asked(question=thread.unclear, draft=spec, unclear=True)
            else:
                yield from _make(house, thread, spec)
        else:
            yield Moved(version=None, source=recording.id, text=f"Starting from {recording.title}.")
    elif choice.kind == "allowed":
        yield from _confirmed(house, thread)
    elif choice.kind == "edit":
        yield from _edited(house, thread, choice.value)
    elif choice.kind == "share":
        yield sharing.share(house, thread, choice.value or None)
    elif choice.kind == "unshare":
        yield sharing.take_back(house, thread, choice.value)
    elif choice.kind == "shareable":
        yield from _made_to_share(house, thread, choice.value)
    elif choice.kind == "retry":
        last = thread.versions[-1] if thread.versions else None
        if last is None:
            yield Said(text="There is nothing to try again yet.")
        else:
            yield from _make(house, thread, last.spec)
    elif choice.kind == "version":
        yield moving.moved_to(thread, int(choice.value) if choice.value.isdigit() else None)
    else:
        yield moving.compared(thread)


def _control(house: House, thread: Thread, heard: Interpretation) -> Iterator[Event]:
    current = thread.version(thread.current)
    match heard.control:
        case "undo":
            yield moving.undone(thread)
        case "revert-to":
            yield moving.moved_to(thread, heard.version)
        case "reset":
            yield Moved(version=None, text="A fresh start. Which song shall we take?")
        case "compare":
            yield moving.compared(thread)
        case "confirm":
            yield from _confirmed(house, thread)
        case "cancel":
            yield from _cancelled(house, thread)
        case "explain":
            yield answers.why(house, thread)
        case "share":
            yield sharing.share(house, thread)
        case "variation" | "reproduce" if current is not None:
            spec = current.spec
            if heard.control == "variation":
                takes = [one.spec.seed or 0 for one in thread.versions]
                spec = spec.merged({"seed": max(takes) + 1})
            yield Understood(spec=spec, changed=("seed",) if spec != current.spec else ())
            yield from _make(house, thread, spec)
        case _:
            yield Said(text="There is no remix yet to do that with. Ask for one first.")


def _edited(house: House, thread: Thread, changes: str) -> Iterator[Event]:
    base = base_of(thread)
    if base is None or not base.sources:
        yield Said(text="Choose a song first; then its settings can be changed.")
        return
    spec = edited(base, changes)
    if spec == base:
        yield Said(text="That is how it is already.")
        return
    yield Understood(spec=spec, changed=changed(base, spec))
    yield from _make(house, thread, spec)


def _made_to_share(house: House, thread: Thread, render: str) -> Iterator[Event]:
    spec = sharing.shareable(house, thread.listener, render)
    if spec is None:
        yield Said(text="Nothing like that remix may be shared now.", trouble=True)
        return
    yield Understood(spec=spec, changed=changed(house.rendering.render(render).spec, spec))
    version = next((one for one in thread.versions if one.render == render), None)
    yield from _make(house, replace(thread, current=version.number if version else None), spec)


def _confirmed(house: House, thread: Thread) -> Iterator[Event]:
    spec = thread.allowed or thread.draft
    if spec is None:
        yield Said(text="There is nothing waiting for a yes. Tell me what you would like to hear.")
    elif thread.unclear is not None:
        yield Asked(question=thread.unclear, draft=spec, unclear=True)
    elif not spec.sources:
        yield Asked(
            question=WHICH_SONG,
            draft=spec,
            choices=songs_for(house, thread, spec),
        )
    else:
        agreed = (thread.price_micro or 0) if thread.allowed is None else 0
        yield Understood(spec=spec)
        yield from _make(house, thread, spec, agreed_micro=agreed)


def _cancelled(house: House, thread: Thread) -> Iterator[Event]:
    unfinished = thread.unfinished
    if unfinished is not None:
        house.rendering.cancel(unfinished.job)
        yield Said(text="Stopping it.")
    elif thread.draft is not None or thread.allowed is not None:
        yield Moved(version=thread.current, source=thread.source, text="All right, left as it was.")
    else:
        yield Said(text="Nothing is being made right now.")


def _sentence(text: str) -> str:
    plain = text.strip().replace("`", "“", 1).replace("`", "”", 1)
    said = plain[:1].upper() + plain[1:]
    return said if said.endswith((".", "!", "?", "”")) else f"{said}."
