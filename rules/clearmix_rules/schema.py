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
    "remix",
    "cover",
    "mashup",
    "speed-change",
    "edit",
    "voice-imitation",
    "style-imitation",
    "lyric-change",
)
USES = ("private", "in-app", "public", "social", "export", "advert", "campaign")
TIERS = ("free", "basic", "plus", "premium", "studio")
AGE_BANDS = ("child", "teen", "adult")
PARTY_KINDS = ("group", "label", "imprint", "artist", "writer", "publisher", "owner")
PLATFORM = "platform"

IMITATED = "request.imitated"
"""Not an attribute of its own: the artists whose voice or style the request imitates."""

ROLES: Mapping[str, str] = {
    "artist": "track.artists",
    "performer": "track.performers",
    "producer": "track.producers",
    "owner": "track.owners",
    "writer": "work.writers",
    "publisher": "work.publishers",
    "imitated-artist": IMITATED,
}
"""What `any artist` ranges over: a role and the attribute that lists its parties."""

CREDIT_ROLES = (
    "artist",
    "performer",
    "producer",
    "songwriter",
    "writer",
    "publisher",
    "label",
    "owner",
)
NET_POOL = "net-pool"
"""A base: what the item is allotted of a pool's net of subscriptions, by whatever formula."""

RENDER_FEE = "render-fee"
"""A base: the fee that is owed once for making the render."""

ITEM_EARNINGS = "item-earnings"
"""A base: all that the item itself earns, of every pool and of its fee. `revenue` and
`net-revenue`, as older policies say, mean the same."""

ROYALTY_BASES = ("revenue", "net-revenue", NET_POOL, RENDER_FEE, ITEM_EARNINGS)


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
    """Where a value comes from; the listener can change only what is of the spec or the use."""

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
    rows = [
        Attribute("request.now", Kind.MOMENT, "the moment of the request, in UTC", Origin.CLOCK),
        Attribute(
            "request.today",
            Kind.DAY,
            "the calendar day of the request, where the listener is",
            Origin.CLOCK,
            required=True,
            phrase="{}",
        ),
        Attribute("request.actions", Kind.SET, "what is done to the source", Origin.SPEC, ACTIONS),
        Attribute(
            "request.use",
            Kind.ENUM,
            "what the result is used for",
            Origin.USE,
            USES,
            phrase="for {} use",
        ),
        Attribute(
            "request.territory",
            Kind.TERRITORY,
            "the country of the listener, ISO 3166-1",
            Origin.LISTENER,
            phrase="in {}",
        ),
        Attribute(
            "request.length",
            Kind.INT,
            "how long the result is",
            Origin.SPEC,
            unit="ms",
            phrase="at {}",
        ),
        Attribute(
            "request.strength",
            Kind.INT,
            "how far the result is from its source",
            Origin.SPEC,
            unit="bps",
            phrase="at a strength of {}",
        ),
        Attribute(
            "request.rendered-at",
            Kind.MOMENT,
            "when the remix was made that is now to be played again",
            Origin.CLOCK,
            required=False,
        ),
        Attribute(
            "listener.id",
            Kind.TEXT,
            "the service's own id of the listener",
            Origin.LISTENER,
            default="",
        ),
        Attribute(
            "listener.tier",
            Kind.ENUM,
            "the listener's plan",
            Origin.LISTENER,
            TIERS,
            phrase="on the {} plan",
        ),
        Attribute(
            "listener.add-ons",
            Kind.SET,
            "what the listener has added to the plan",
            Origin.LISTENER,
            phrase="with the {} add-on",
        ),
        Attribute(
            "listener.verified",
            Kind.BOOL,
            "whether the listener has proved who they are",
            Origin.LISTENER,
        ),
        Attribute(
            "listener.age-band", Kind.ENUM, "how old the listener is", Origin.LISTENER, AGE_BANDS
        ),
        Attribute(
            "listener.renders-this-month",
            Kind.INT,
            "how many remixes the listener has made this calendar month",
            Origin.LISTENER,
            unit="count",
        ),
        Attribute(
            "listener.follows",
            Kind.PARTIES,
            "whom the listener follows",
            Origin.LISTENER,
            required=False,
        ),
        Attribute(
            "sound.tempo-change",
            Kind.INT,
            "how much the tempo changes, up or down, as a share of the source tempo",
            Origin.SPEC,
            unit="bps",
            phrase="with a tempo change of {}",
        ),
        Attribute(
            "sound.pitch-change",
            Kind.INT,
            "how far the pitch moves, up or down",
            Origin.SPEC,
            unit="cents",
            phrase="with a pitch change of {}",
        ),
        Attribute(
            "sound.parts-used", Kind.SET, "which parts of the recording are heard", Origin.SPEC
        ),
        Attribute(
            "sound.vocals",
            Kind.ENUM,
            "what happens to the vocals",
            Origin.SPEC,
            ("kept", "removed", "changed"),
            phrase="with the vocals {}",
        ),
        Attribute(
            "sound.voice",
            Kind.ENUM,
            "whose voice is heard",
            Origin.SPEC,
            ("original", "none", "synthetic", "imitated"),
            phrase="with the voice {}",
        ),
        Attribute(
            "sound.lyrics",
            Kind.ENUM,
            "what happens to the lyrics",
            Origin.SPEC,
            ("kept", "replaced", "translated"),
            phrase="with the lyrics {}",
        ),
        Attribute("sound.styles", Kind.SET, "the styles asked for", Origin.SPEC),
        Attribute(
            "sound.era", Kind.NAME, "the era asked for, or none", Origin.SPEC, default="none"
        ),
        Attribute(
            "sound.style-of",
            Kind.PARTY,
            "the artist whose style is asked for",
            Origin.SPEC,
            required=False,
        ),
        Attribute(
            "sound.voice-of",
            Kind.PARTY,
            "the artist whose voice is imitated",
            Origin.SPEC,
            required=False,
        ),
        Attribute(
            "track.id", Kind.TEXT, "the catalogue's own id of the recording", Origin.CATALOGUE
        ),
        Attribute("track.isrc", Kind.TEXT, "the recording's ISRC", Origin.CATALOGUE, default=""),
        Attribute("track.title", Kind.TEXT, "the title", Origin.CATALOGUE, default=""),
        Attribute("track.explicit", Kind.BOOL, "whether the lyrics are explicit", Origin.CATALOGUE),
        Attribute(
            "track.release-date", Kind.DAY, "the day the recording came out", Origin.CATALOGUE
        ),
        Attribute("track.genres", Kind.SET, "the genres of the recording", Origin.CATALOGUE),
        Attribute(
            "track.language",
            Kind.NAME,
            "the language sung, ISO 639, `und` if unknown",
            Origin.CATALOGUE,
            default="und",
        ),
        Attribute(
            "track.label",
            Kind.LABEL,
            "the label that released the recording",
            Origin.CATALOGUE,
            default="",
        ),
        Attribute("track.artists", Kind.PARTIES, "the artists of the recording", Origin.CATALOGUE),
        Attribute(
            "track.performers",
            Kind.PARTIES,
            "who else performs on it",
            Origin.CATALOGUE,
            default=(),
        ),
        Attribute("track.producers", Kind.PARTIES, "who produced it", Origin.CATALOGUE, default=()),
        Attribute(
            "track.owners",
            Kind.PARTIES,
            "who owns the recording besides the label",
            Origin.CATALOGUE,
            default=(),
        ),
        Attribute(
            "work.id", Kind.TEXT, "the catalogue's own id of the work", Origin.CATALOGUE, default=""
        ),
        Attribute("work.iswc", Kind.TEXT, "the work's ISWC", Origin.CATALOGUE, default=""),
        Attribute("work.writers", Kind.PARTIES, "who wrote the work", Origin.CATALOGUE),
        Attribute("work.publishers", Kind.PARTIES, "who publishes the work", Origin.CATALOGUE),
        Attribute(
            "work.public-domain",
            Kind.BOOL,
            "whether the work is in the public domain",
            Origin.CATALOGUE,
        ),
        Attribute("generator.id", Kind.NAME, "which generator makes the sound", Origin.GENERATOR),
        Attribute(
            "generator.trained-on",
            Kind.ENUM,
            "what the generator learnt from",
            Origin.GENERATOR,
            ("nothing", "licensed", "undisclosed"),
        ),
        Attribute(
            "generator.weights-licence",
            Kind.ENUM,
            "the licence of the generator's model",
            Origin.GENERATOR,
            ("none", "commercial", "non-commercial"),
        ),
        Attribute(
            "generator.uses-master",
            Kind.BOOL,
            "whether the generator works on the recording",
            Origin.GENERATOR,
        ),
        Attribute("party.id", Kind.PARTY, "who the party is", Origin.PARTY),
        Attribute(
            "party.consents",
            Kind.SET,
            "the actions that the party has agreed to",
            Origin.PARTY,
            ACTIONS,
        ),
        Attribute(
            "party.voice-consent",
            Kind.SET,
            "the uses for which the party lets its voice be imitated",
            Origin.PARTY,
            USES,
        ),
        Attribute("party.deceased", Kind.BOOL, "whether the party has died", Origin.PARTY),
        Attribute("party.minor", Kind.BOOL, "whether the party is under age", Origin.PARTY),
    ]
    return {row.key: row for row in rows}


@dataclass(frozen=True, slots=True)
class Schema:
    """The attributes by key, with the look-ups that a policy's words need."""

    attributes: Mapping[str, Attribute]
    subjects: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """What may stand before `'s` or `is`: listener, track and so on, without the roles."""
    _named: Mapping[str, tuple[Attribute, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Looks names up once, for there are many to look up in a policy."""
        rows = [row for row in self.attributes.values() if row.group != "party"]
        named: dict[str, tuple[Attribute, ...]] = {}
        for row in rows:
            named[row.name] = (*named.get(row.name, ()), row)
        object.__setattr__(self, "subjects", tuple(dict.fromkeys(row.group for row in rows)))
        object.__setattr__(self, "_named", named)

    def named(self, name: str) -> tuple[Attribute, ...]:
        """The attributes with a short name, leaving out those of a party."""
        return self._named.get(name, ())

    def of(self, group: str) -> tuple[Attribute, ...]:
        """The attributes of a subject, in the order of the table."""
        return tuple(row for row in self.attributes.values() if row.group == group)

    def as_json(self) -> dict[str, object]:
        """The schema as JSON values; its hash is part of every decision's record."""
        return {
            key: {
                "kind": row.kind.name.lower(),
                "values": list(row.values),
                "unit": row.unit or "",
                "required": row.required,
                "origin": row.origin.value,
                "sentence": row.sentence,
            }
            for key, row in self.attributes.items()
        }


SCHEMA = Schema(_table())
