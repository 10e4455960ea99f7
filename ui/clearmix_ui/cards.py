"""The pieces of the page as HTML, from templates that escape every word put into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from clearmix.conversation import (
    Choice,
    Decided,
    Ready,
    Started,
    Stopped,
    Thread,
    Turn,
    Understood,
    Version,
)
from clearmix.conversation.wording import Fact, facts, minutes
from clearmix.display import BADGES
from clearmix.rendering.models import STEPS, Job, Render
from clearmix_ui.icons import icon
from clearmix_ui.timelines import measurements_of, sentence, timeline_of

if TYPE_CHECKING:
    from clearmix.royalties.models import Earning

STEP_WORDS = {
    "decide": "Clearing the rights",
    "generate": "Making the music",
    "master": "Mastering",
    "mark": "Marking it as AI-made",
    "encode": "Encoding",
    "verify": "Listening back",
    "stream": "Preparing the stream",
    "publish": "Publishing",
}
"""What each step of a render is called on the page."""


@dataclass(frozen=True)
class Outcome:
    """How an outcome of a decision looks: yes, wait or no."""

    kind: str
    sign: str
    title: str


OUTCOMES = {
    "permitted": Outcome("yes", "check", "Cleared"),
    "referred": Outcome("wait", "wait", "Waiting for an answer"),
    "not-permitted": Outcome("no", "stop", "Not allowed"),
    "terms-cannot-be-met": Outcome("no", "stop", "Its terms exclude each other"),
    "in-error": Outcome("no", "stop", "Not allowed"),
    "forbidden": Outcome("no", "stop", "Not allowed"),
}
"""By the outcomes of the rights language."""

FOLLOW_UPS = tuple(
    Choice(label=words, value=words)
    for words in ("a bit faster", "more energy", "another variation", "who gets paid?")
)
"""What is offered under a finished remix; each is a sentence that could be typed as well."""

_QUOTED = re.compile("`([^`]+)`")
"""What messages quote as it is written."""

TRY_AGAIN = (Choice(label="Try again", kind="retry"),)


@dataclass(frozen=True)
class Look:
    """How templates look up what events only name.

    `stopped` is why its maker may not hear a render any more, `unheard` why nobody else may.
    """

    thread: Thread
    named: Callable[[str], str]
    artists: Callable[[str], str]
    render: Callable[[str], Render | None]
    job: Callable[[str], Job | None]
    earnings: Callable[[str], Sequence[Earning]]
    waiting: Callable[[str], str] = lambda job: ""
    shared: Callable[[str], bool] = lambda render: False
    stopped: Callable[[str], str] = lambda render: ""
    unheard: Callable[[str], str] = lambda render: ""

    def facts(self, event: Understood) -> tuple[Fact, ...]:
        """The facts of an understood spec."""
        return facts(event.spec, assumed=event.assumed, named=self.named)

    def suggested(self, event: Understood) -> tuple[Choice, ...]:
        """What the words may have meant, to choose from."""
        return tuple(Choice(label=words, value=words) for words in event.suggestions)

    def version(self, number: int | None) -> Version | None:
        """A version of the conversation."""
        return self.thread.version(number)

    def progress(self, event: Started, turn: Turn) -> Job | None:
        """The job of a render that is still being made."""
        for other in turn.events:
            if isinstance(other, Ready | Stopped) and other.version == event.version:
                return None
        return self.job(event.job)

    def going_on(self, turn: Turn) -> bool:
        """Whether a render of this turn is still being made."""
        return any(
            isinstance(event, Started) and self.progress(event, turn) is not None
            for event in turn.events
        )

    def doing(self, turn: Turn) -> str | None:
        """What is being done while nothing has been said of it yet."""
        last = turn.events[-1] if turn.events else None
        if last is None:
            return "Listening…"
        if isinstance(last, Understood):
            return "Asking everybody who holds rights in it…"
        return "Starting…" if isinstance(last, Decided) and last.permitted else None

    def credits(self, render: Render) -> str:
        """The artists whose recordings a render comes from."""
        return " and ".join(self.artists(source) for source in render.sources)

    def figures(self, render: Render) -> str:
        """Length and tempo in one line; what an engineer measures stands with the player."""
        tempo = render.measured.get("tempo_bpm")
        said = (minutes(render.seconds), f"{tempo:.0f} BPM" if tempo else "")
        return " · ".join(filter(None, said))


def conversation(look: Look, told: dict[tuple[int, int, bool], str]) -> list[str]:
    """One piece of HTML for each turn.

    `told` keeps the turns that will not change any more, by number, length and place, so that a
    step of progress does not write a long conversation anew.
    """
    turns = look.thread.turns
    pieces = []
    for turn in turns:
        newest = turn is turns[-1]
        key = (turn.number, len(turn.events), newest)
        piece = told.get(key) or html("turn.html", turn=turn, look=look, newest=newest)
        if not look.going_on(turn):
            told[key] = piece
        pieces.append(piece)
    return pieces


def details_of(render: Render, look: Look) -> str:
    """What is known of a render: what was asked for, what was done, who earns, what is measured."""
    return html(
        "details.html",
        render=render,
        look=look,
        facts=facts(render.spec, named=look.named),
        timeline=timeline_of(render),
        measurements=measurements_of(render),
    )


def time_in_words(seconds: float) -> str:
    """A time to wait, as exact as it is known.

    >>> time_in_words(3), time_in_words(34), time_in_words(95)
    ('5 seconds', '35 seconds', '2 minutes')
    """
    if seconds < 58:
        return f"{max(5, 5 * round(seconds / 5))} seconds"
    many = max(1, round(seconds / 60))
    return "a minute" if many == 1 else f"{many} minutes"


def html(template: str, **values: Any) -> str:
    """A template filled in; whatever is put into it is escaped."""
    text: str = _templates().get_template(template).render(**values)
    return text


@cache
def _templates() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    environment = Environment(
        loader=PackageLoader("clearmix_ui"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["sentence"] = sentence
    environment.filters["coded"] = lambda words: Markup(  # noqa: S704  # escaped first
        _QUOTED.sub(r"<code>\1</code>", str(escape(words)))
    )
    environment.globals.update(
        icon=lambda name: Markup(icon(name)),  # noqa: S704  # our own drawings
        outcomes=OUTCOMES,
        steps=list(STEPS),
        step_words=STEP_WORDS,
        follow_ups=FOLLOW_UPS,
        try_again=TRY_AGAIN,
        ai_badge_words=BADGES["listener-ai"],
    )
    return environment
