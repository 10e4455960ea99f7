"""A request made ready for the rules: the facts of each track, and who stands above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from clearmix_rules.deciding.parties import IMITATIONS, asked_for, imitated, label_tree
from clearmix_rules.deciding.request import Consent, Fact, Request, Track
from clearmix_rules.errors import RequestError
from clearmix_rules.schema import IMITATED

_IDS = ("track.id", "track.isrc", "work.id", "work.iswc")
_ABOVE = ("track.label", "track.artists", "track.owners", "work.writers", "work.publishers",
          "work.public-domain")  # fmt: skip


class Case:
    """One track of a request: its facts with those of the request, and the consents about it."""

    __slots__ = ("blanks", "consents", "facts", "ids", "labels", "spoken", "track")

    def __init__(self, request: Request, track: Track, actions: tuple[str, ...]) -> None:
        self.track = track
        self.labels = frozenset(label_tree(track, request))
        """The track's label with everything above it."""
        self.facts: Mapping[str, Fact] = {
            **request.facts,
            **track.facts,
            "request.actions": frozenset(actions),
            IMITATED: _imitated(request, track, actions),
        }
        self.blanks = _blanks(request, track)
        """What fills the blanks of a rule's texts."""
        self.spoken = (track.id, *self.blanks.values())
        """All that the texts of two tracks may differ in."""
        self.ids = frozenset(str(self.facts.get(key, "")) for key in _IDS)
        """The names under which a scope may single it out."""
        self.consents: tuple[Consent, ...] = ()
        """The recorded consents that concern it, at whatever time."""
        if request.consents:
            self.consents = tuple(
                one for one in request.consents if concerns(one, self.facts, actions)
            )


def concerns(consent: Consent, facts: Mapping[str, Fact], actions: tuple[str, ...]) -> bool:
    """Whether a recorded consent is about what is done to a track, at whatever time it holds."""
    return (
        consent.kind in ("any", *actions)
        and consent.recording in (None, facts["track.id"], facts["track.isrc"])
        and consent.work in (None, facts["work.id"], facts["work.iswc"])
        and consent.territory in (None, facts["request.territory"])
        and not (consent.answer == "refuse" and spares(consent, facts.get("request.rendered-at")))
    )


def _blanks(request: Request, track: Track) -> dict[str, str]:
    name = request.party_name
    label = str(track.facts["track.label"])
    said = {
        "title": str(track.facts["track.title"]) or track.id,
        "artist": _joined(map(name, track.parties("track.artists"))),
        "writer": _joined(map(name, track.parties("work.writers"))),
        "label": name(label) if label else "",
    }
    return {blank: words or f"unknown {blank}" for blank, words in said.items()}


def _joined(names: Iterable[str]) -> str:
    words = list(names)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def spares(consent: Consent, made: Fact | None) -> bool:
    """Whether a refusal leaves a remix alone that was made before it was recorded."""
    return (
        consent.existing == "keep"
        and isinstance(made, datetime)
        and consent.recorded_at is not None
        and made < consent.recorded_at
    )


def _imitated(request: Request, track: Track, actions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            one
            for action in actions
            if action in IMITATIONS
            for one in imitated(action, track, request)
        )
    )


class Standing:
    """What a decision needs of a request besides its facts.

    `key` is the same for all requests that are put before the same parties in the same way: what
    they differ in are facts, names, ids and the moment.
    """

    __slots__ = ("actions", "cases", "ids", "key", "large")

    def __init__(self, request: Request) -> None:
        if request.now.tzinfo is None:
            raise RequestError("the time of the request has no zone", help="give it in UTC")
        self.actions = asked_for(request)
        self.cases = tuple(Case(request, track, self.actions) for track in request.tracks)
        self.ids = frozenset().union(*(case.ids for case in self.cases))
        self.key = repr(
            (
                request.time_zone,
                self.actions,
                [(one.party, one.answer) for one in request.approvals],
                [
                    (id, one.parent, one.default_consent, one.delegate)
                    for id, one in request.parties.items()
                ],
                [
                    (
                        [case.facts.get(key) for key in _ABOVE],
                        case.facts[IMITATED],
                        [
                            (one.party, one.answer, one.kind, one.opens, one.closes)
                            for one in case.consents
                        ],
                    )
                    for case in self.cases
                ],
            )
        )
        self.large = len(self.key) > _LARGEST_KEY
        """Whether it is so large that nothing about it is kept."""


_LARGEST_KEY = 8_000


def standing(request: Request) -> Standing:
    """The standing of a request, worked out once."""
    known = request.standing
    if isinstance(known, Standing):
        return known
    made = Standing(request)
    object.__setattr__(request, "standing", made)
    return made
