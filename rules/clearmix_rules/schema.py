"""The closed table of facts that rules may read, and the words that name them.

Each attribute says its type, unit, whether a request must state it, where its value comes from and
what it means in a sentence. Facts are enums, sets, booleans, dates and whole numbers of a unit:
`ms` milliseconds, `bps` basis points (hundredths of a percent), `cents` hundredths of a semitone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ACTIONS = (
    "remix", "cover", "mashup", "speed-change", "edit", "voice-imitation", "style-imitation",
    "lyric-change",
)
USES = ("private", "in-app", "public", "social", "export", "advert", "campaign")
TIERS = ("free", "basic", "plus", "premium", "studio")
AGE_BANDS = ("child", "teen", "adult")
PARTY_KINDS = ("group", "label", "imprint", "artist", "writer", "publisher", "owner")
PLATFORM = "platform"

ROLES: Mapping[str, str] = {
    "artist": "track.artists",
    "performer": "track.performers",
    "producer": "track.producers",
    "owner": "track.owners",
    "writer": "work.writers",
    "publisher": "work.publishers",
}
"""What `any artist` ranges over: a role and the attribute that lists its parties."""

CREDIT_ROLES = ("artist", "performer", "producer", "songwriter", "writer", "publisher", "label",
                "owner")
ROYALTY_BASES = ("revenue", "net-revenue")


class Kind(StrEnum):
    """What values an attribute takes."""

    ENUM = "one of a fixed list"
    NAME = "a name"
    TEXT = "a text"
    TERRITORY = "a territory"
    LABEL = "a label"
    PARTY = "a party"
    BOOL = "yes or no"
    INT = "a number"
    DAY = "a date"
    MOMENT = "a time"
    SET = "a set of names"
    PARTIES = "a set of parties"


class Origin(StrEnum):
    """Where a value comes from; only what comes from the spec or the use can the listener change."""

    SPEC = "spec"
    USE = "use"
    LISTENER = "listener"
    CATALOGUE = "catalogue"
    GENERATOR = "generator"
    PARTY = "party"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact. `key` is its full name, such as `listener.tier`.

    Attributes are the same if their keys are: a schema has one of each.
    """

    key: str
    kind: Kind = field(compare=False)
    sentence: str = field(compare=False, repr=False)
    origin: Origin = field(compare=False, repr=False)
    values: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """The closed list of an enum or of a set; empty if any name will do."""
    unit: str | None = field(default=None, compare=False, repr=False)
    required: bool = field(default=True, compare=False, repr=False)
    """Whether every request states it. One that need not be there is read behind `is given`."""
    default: object = field(default=None, compare=False, repr=False)
    """What a request means that leaves it out; None if it may not be left out."""
    phrase: str = field(default="", compare=False, repr=False)
    """How a reason says under which value something would be permitted; `{}` is the value."""

    @property
    def name(self) -> str:
        """The short name, as rules write it."""
        return self.key.split(".", 1)[1]

    @property
    def group(self) -> str:
        """The subject: request, listener, sound, track, work, generator or party."""
        return self.key.split(".", 1)[0]

    @property
    def changeable(self) -> bool:
        """Whether the listener can ask for another value."""
        return self.origin in (Origin.SPEC, Origin.USE)


def _table() -> dict[str, Attribute]:
    K, O = Kind, Origin
    rows = [
        Attribute("request.now", K.MOMENT, "the moment of the request, in UTC", O.CLOCK),
        Attribute("request.today", K.DAY, "the calendar day of the request, where the listener is",
                  O.CLOCK, required=True, phrase="{}"),
        Attribute("request.actions", K.SET, "what is done to the source", O.SPEC, ACTIONS),
        Attribute("request.use", K.ENUM, "what the result is used for", O.USE, USES,
                  phrase="for {} use"),
        Attribute("request.territory", K.TERRITORY, "the country of the listener, ISO 3166-1",
                  O.LISTENER, phrase="in {}"),
        Attribute("request.length", K.INT, "how long the result is", O.SPEC, unit="ms",
                  phrase="at {}"),
        Attribute("request.strength", K.INT, "how far the result is from its source", O.SPEC,
                  unit="bps", phrase="at a strength of {}"),
        Attribute("request.rendered-at", K.MOMENT,
                  "when the remix was made that is now to be played again", O.CLOCK,
                  required=False),
        Attribute("listener.id", K.TEXT, "the service's own id of the listener", O.LISTENER, default=""),
        Attribute("listener.tier", K.ENUM, "the listener's plan", O.LISTENER, TIERS,
                  phrase="on the {} plan"),
        Attribute("listener.add-ons", K.SET, "what the listener has added to the plan", O.LISTENER,
                  phrase="with the {} add-on"),
        Attribute("listener.verified", K.BOOL, "whether the listener has proved who they are",
                  O.LISTENER),
        Attribute("listener.age-band", K.ENUM, "how old the listener is", O.LISTENER, AGE_BANDS),
        Attribute("listener.renders-this-month", K.INT,
                  "how many remixes the listener has made this calendar month", O.LISTENER,
                  unit="count"),
        Attribute("listener.follows", K.PARTIES, "whom the listener follows", O.LISTENER,
                  required=False),
        Attribute("sound.tempo-change", K.INT,
                  "how much the tempo changes, up or down, as a share of the source tempo", O.SPEC,
                  unit="bps", phrase="with a tempo change of {}"),
        Attribute("sound.pitch-change", K.INT, "how far the pitch moves, up or down", O.SPEC,
                  unit="cents", phrase="with a pitch change of {}"),
        Attribute("sound.parts-used", K.SET, "which parts of the recording are heard", O.SPEC),
        Attribute("sound.vocals", K.ENUM, "what happens to the vocals", O.SPEC,
                  ("kept", "removed", "changed"), phrase="with the vocals {}"),
        Attribute("sound.voice", K.ENUM, "whose voice is heard", O.SPEC,
                  ("original", "none", "synthetic", "imitated"), phrase="with the voice {}"),
        Attribute("sound.lyrics", K.ENUM, "what happens to the lyrics", O.SPEC,
                  ("kept", "replaced", "translated"), phrase="with the lyrics {}"),
        Attribute("sound.styles", K.SET, "the styles asked for", O.SPEC),
        Attribute("sound.era", K.NAME, "the era asked for, or none", O.SPEC, default="none"),
        Attribute("sound.style-of", K.PARTY, "the artist whose style is asked for", O.SPEC,
                  required=False),
        Attribute("sound.voice-of", K.PARTY, "the artist whose voice is imitated", O.SPEC,
                  required=False),
        Attribute("track.id", K.TEXT, "the catalogue's own id of the recording", O.CATALOGUE),
        Attribute("track.isrc", K.TEXT, "the recording's ISRC", O.CATALOGUE, default=""),
        Attribute("track.title", K.TEXT, "the title", O.CATALOGUE, default=""),
        Attribute("track.explicit", K.BOOL, "whether the lyrics are explicit", O.CATALOGUE),
        Attribute("track.release-date", K.DAY, "the day the recording came out", O.CATALOGUE),
        Attribute("track.genres", K.SET, "the genres of the recording", O.CATALOGUE),
        Attribute("track.language", K.NAME, "the language sung, ISO 639, `und` if unknown",
                  O.CATALOGUE, default="und"),
        Attribute("track.label", K.LABEL, "the label that released the recording", O.CATALOGUE,
                  default=""),
        Attribute("track.artists", K.PARTIES, "the artists of the recording", O.CATALOGUE),
        Attribute("track.performers", K.PARTIES, "who else performs on it", O.CATALOGUE,
                  default=()),
        Attribute("track.producers", K.PARTIES, "who produced it", O.CATALOGUE, default=()),
        Attribute("track.owners", K.PARTIES, "who owns the recording besides the label",
                  O.CATALOGUE, default=()),
        Attribute("work.id", K.TEXT, "the catalogue's own id of the work", O.CATALOGUE, default=""),
        Attribute("work.iswc", K.TEXT, "the work's ISWC", O.CATALOGUE, default=""),
        Attribute("work.writers", K.PARTIES, "who wrote the work", O.CATALOGUE),
        Attribute("work.publishers", K.PARTIES, "who publishes the work", O.CATALOGUE),
        Attribute("work.public-domain", K.BOOL, "whether the work is in the public domain",
                  O.CATALOGUE),
        Attribute("generator.id", K.NAME, "which generator makes the sound", O.GENERATOR),
        Attribute("generator.trained-on", K.ENUM, "what the generator learnt from", O.GENERATOR,
                  ("nothing", "licensed", "undisclosed")),
        Attribute("generator.weights-licence", K.ENUM, "the licence of the generator's model",
                  O.GENERATOR, ("none", "commercial", "non-commercial")),
        Attribute("generator.uses-master", K.BOOL, "whether the generator works on the recording",
                  O.GENERATOR),
        Attribute("party.id", K.PARTY, "who the party is", O.PARTY),
        Attribute("party.consents", K.SET, "the actions that the party has agreed to", O.PARTY,
                  ACTIONS),
        Attribute("party.voice-consent", K.SET,
                  "the uses for which the party lets its voice be imitated", O.PARTY, USES),
        Attribute("party.deceased", K.BOOL, "whether the party has died", O.PARTY),
        Attribute("party.minor", K.BOOL, "whether the party is under age", O.PARTY),
    ]
    return {row.key: row for row in rows}


@dataclass(frozen=True, slots=True)
class Schema:
    """The attributes by key, with the look-ups that a policy's words need."""

    attributes: Mapping[str, Attribute]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What may stand before `'s` or `is`: listener, track and so on, without the roles."""
        groups = dict.fromkeys(row.group for row in self.attributes.values())
        return tuple(group for group in groups if group != "party")

    def named(self, name: str) -> tuple[Attribute, ...]:
        """The attributes with a short name, leaving out those of a party."""
        return tuple(
            row for row in self.attributes.values() if row.name == name and row.group != "party"
        )

    def of(self, group: str) -> tuple[Attribute, ...]:
        """The attributes of a subject, in the order of the table."""
        return tuple(row for row in self.attributes.values() if row.group == group)

    def as_json(self) -> dict[str, object]:
        """The schema as JSON values; its hash is part of every decision's record."""
        return {
            key: {"kind": row.kind.name.lower(), "values": list(row.values), "unit": row.unit or "",
                  "required": row.required, "origin": row.origin.value, "sentence": row.sentence}
            for key, row in self.attributes.items()
        }


SCHEMA = Schema(_table())
