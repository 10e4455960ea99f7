"""The remix spec: what a listener asked for, in musical terms, frozen and hashed.

A field that was not asked for is absent. Every term is one of the published vocabulary; synonyms
become canonical ids on the way in, so that two specs that mean the same are equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from clearmix.errors import SpecError
from clearmix.music import canonical_key
from clearmix.vocabulary import TermKind, canonical, near_matches

SPEC_VERSION = 1
"""Version of the spec's shape; part of its canonical hash."""

Kind = Literal["edit", "remix", "cover", "mashup"]
Meter = Literal["3/4", "4/4", "5/4", "6/8", "12/8"]
Use = Literal["private", "in-app", "public", "social", "export", "advert", "campaign"]


def _term(kind: TermKind) -> BeforeValidator:
    def check(name: object) -> object:
        if not isinstance(name, str):
            return name
        found = canonical(kind, name)
        if found is None:
            close = near_matches(kind, name)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise ValueError(f"unknown {kind.value[:-1].replace('_', ' ')} `{name}`{hint}")
        return found

    return BeforeValidator(check)


Era = Annotated[str, _term(TermKind.ERA)]
Style = Annotated[str, _term(TermKind.STYLE)]
Mood = Annotated[str, _term(TermKind.MOOD)]
Effect = Annotated[str, _term(TermKind.EFFECT)]
Part = Annotated[str, _term(TermKind.PART)]
UseCase = Annotated[str, _term(TermKind.USE_CASE)]
Lineup = Annotated[str, _term(TermKind.LINEUP)]
Key = Annotated[str, BeforeValidator(lambda name: canonical_key(name))]


class Frozen(BaseModel):
    """Base of all spec values: immutable, and a field that is not in the model is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Tempo(Frozen):
    """Exactly one of a ratio to the source, a tempo or a range, or none and only a feel."""

    ratio: float | None = Field(None, ge=0.25, le=4.0, description="times the source tempo")
    bpm: float | None = Field(None, ge=20, le=400, description="beats per minute")
    bpm_min: float | None = Field(None, ge=20, le=400, description="lowest beats per minute")
    bpm_max: float | None = Field(None, ge=20, le=400, description="highest beats per minute")
    feel: Literal["half-time", "double-time"] | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        ranged = self.bpm_min is not None or self.bpm_max is not None
        if sum((self.ratio is not None, self.bpm is not None, ranged)) > 1:
            raise ValueError("give a tempo as a ratio, as a tempo or as a range, not as several")
        if self.bpm_min is not None and self.bpm_max is not None and self.bpm_min > self.bpm_max:
            raise ValueError(f"tempo range from {self.bpm_min:g} down to {self.bpm_max:g}")
        return self

    def target_bpm(self, source_bpm: float) -> float:
        """The tempo to render at; a range is met by the nearest octave of the source, then edge.

        >>> Tempo(bpm_min=150, bpm_max=180).target_bpm(82)
        164.0
        """
        if self.ratio is not None:
            return source_bpm * self.ratio
        if self.bpm is not None:
            return self.bpm
        low, high = self.bpm_min or 0.0, self.bpm_max or float("inf")
        for octave in (1.0, 2.0, 0.5):
            if low <= source_bpm * octave <= high:
                return source_bpm * octave
        return min(max(source_bpm, low), high)


class Pitch(Frozen):
    """A shift in semitones or a target key, or only a mode."""

    semitones: float | None = Field(None, ge=-24, le=24)
    key: Key | None = Field(None, description="such as `A minor`")
    mode: Literal["major", "minor"] | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if self.semitones is not None and self.key is not None:
            raise ValueError("give a pitch as semitones or as a key, not as both")
        return self


class PartChange(Frozen):
    """What happens to one part of the recording."""

    part: Part
    action: Literal["keep", "remove", "solo", "add", "replace", "louder", "softer"]
    with_: Part | None = Field(None, alias="with", description="the instrument that replaces it")
    gain_db: float | None = Field(None, ge=-60, le=24)


class Structure(Frozen):
    """Length and form of the result."""

    seconds: float | None = Field(None, gt=0, le=1200)
    form: Literal["radio-edit", "extended", "loop"] | None = None
    intro: bool | None = Field(None, description="True adds one, False leaves it out")
    outro: bool | None = Field(None, description="True adds one, False leaves it out")


class SectionChange(Frozen):
    """A change of one section only, such as double-time drums in the last chorus."""

    section: str = Field(min_length=1, max_length=40, description="such as `last chorus`")
    change: str = Field(min_length=1, max_length=80, description="such as `double-time`")
    part: Part | None = None


class Voice(Frozen):
    """Who is heard singing; `likeness:<party>` imitates a named artist."""

    source: str = Field(pattern=r"^(original|none|synthetic|likeness:[a-z0-9][a-z0-9-]*)$")
    type: str | None = Field(None, max_length=40, description="such as `female` or `choir`")
    language: str | None = Field(None, max_length=35)
    style: str | None = Field(None, max_length=40)


class RemixSpec(Frozen):
    """One request, ready to be decided on and rendered."""

    kind: Kind = "remix"
    sources: tuple[str, ...] = Field((), max_length=2, description="recording or render ids")
    tempo: Tempo | None = None
    pitch: Pitch | None = None
    energy: float | None = Field(None, ge=-1, le=1, description="against the source")
    era: Era | None = None
    styles: Annotated[tuple[Style, ...], Field(max_length=4)] = ()
    moods: Annotated[tuple[Mood, ...], Field(max_length=4)] = ()
    effects: Annotated[tuple[Effect, ...], Field(max_length=8)] = ()
    parts: Annotated[tuple[PartChange, ...], Field(max_length=24)] = ()
    structure: Structure | None = None
    sections: Annotated[tuple[SectionChange, ...], Field(max_length=16)] = ()
    voice: Voice | None = None
    lyrics: str | None = Field(None, pattern=r"^(keep|replace|translate:[A-Za-z-]{2,35})$")
    keep: Annotated[tuple[str, ...], Field(max_length=16)] = ()
    avoid: Annotated[tuple[str, ...], Field(max_length=16)] = ()
    use_case: UseCase | None = None
    lineup: Lineup | None = Field(None, description="who plays a cover")
    meter: Meter | None = Field(None, description="how a cover counts, such as `3/4` for a waltz")
    strength: float | None = Field(None, ge=0, le=1, description="how far from the source")
    seed: int | None = Field(None, ge=0, lt=2**63)
    style_of: str | None = Field(None, max_length=120, description="an artist named as a model")
    use: Use | None = None

    @classmethod
    def from_json(cls, fields: Mapping[str, Any], *, place: str = "spec") -> RemixSpec:
        """The spec of a JSON object.

        Raises:
            SpecError: a field is unknown or out of range, a term is not in the vocabulary, or two
                fields contradict each other; every problem is named.
        """
        try:
            return cls.model_validate(dict(fields))
        except ValidationError as error:
            problems = "; ".join(_in_words(problem) for problem in error.errors())
            raise SpecError(
                problems,
                help="`clearmix spec schema` lists every field and term",
                place=place,
            ) from None

    def as_json(self) -> dict[str, Any]:
        """The asked-for fields only, in JSON's types."""
        return _without_empty(self.model_dump(mode="json", by_alias=True, exclude_none=True))

    def canonical(self) -> dict[str, Any]:
        """The spec's meaning: no-ops left out, sets sorted, decimals to four places."""
        fields: dict[str, Any] = _rounded(self.as_json())
        if fields.get("tempo") == {"ratio": 1}:
            del fields["tempo"]
        if fields.get("pitch") == {"semitones": 0}:
            del fields["pitch"]
        if fields.get("energy") == 0:
            del fields["energy"]
        for name in ("styles", "moods", "effects", "keep", "avoid"):
            if name in fields:
                fields[name] = sorted(set(fields[name]))
        if "parts" in fields:
            rows = {json.dumps(row, sort_keys=True): row for row in fields["parts"]}
            fields["parts"] = [rows[text] for text in sorted(rows)]
        if fields["kind"] != "mashup":
            fields["sources"] = sorted(set(fields.get("sources", ())))
        return {"version": SPEC_VERSION, **_without_empty(fields)}

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form: equal for specs that mean the same.

        >>> a, b = RemixSpec(styles=("lofi", "house")), RemixSpec(styles=("house", "lo-fi"))
        >>> a.hash == b.hash
        True
        """
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def merged(self, changes: Mapping[str, Any]) -> RemixSpec:
        """This spec with the named fields replaced, every one of them validated again."""
        fields = {**self.as_json(), **changes}
        asked = {name: value for name, value in fields.items() if value is not None}
        return RemixSpec.from_json(asked)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the spec, with every vocabulary as an enumeration."""
    from clearmix.vocabulary import terms

    described = RemixSpec.model_json_schema(by_alias=True)
    described["$id"] = f"urn:clearmix:remix-spec:{SPEC_VERSION}"
    described["x-vocabulary"] = {kind.value: list(terms(kind)) for kind in TermKind}
    return described


def _in_words(problem: Mapping[str, Any]) -> str:
    where = ".".join(str(step) for step in problem["loc"])
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        return f"unknown field `{where}`"
    return f"`{where}`: {said[:1].lower()}{said[1:]}" if where else said


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ([], {}, None)}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        nearest = round(value, 4)
        return int(nearest) if nearest == int(nearest) else nearest
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return value
