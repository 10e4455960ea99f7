"""The phrasebook: an interpreter made of a lexicon and rules, without model or network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from clearmix import ClearmixError, Conversation, Interpretation, RemixSpec
from clearmix_prompts import control, kinds, signs, wording
from clearmix_prompts.again import same_again
from clearmix_prompts.casting import Cast, cast_of
from clearmix_prompts.claims import claimed
from clearmix_prompts.context import in_context
from clearmix_prompts.draft import Draft
from clearmix_prompts.ellipsis import resolved
from clearmix_prompts.folds import fold
from clearmix_prompts.grammar import Ask, Line
from clearmix_prompts.languages import in_english
from clearmix_prompts.lexicon import FILLER, Lexeme, lexemes
from clearmix_prompts.names import models
from clearmix_prompts.rules import asked
from clearmix_prompts.sections import scoped
from clearmix_prompts.strangers import unknown_titles
from clearmix_prompts.text import Text, read
from clearmix_prompts.titles import Named, named
from clearmix_prompts.versions import taken

_ALONE = frozenset({"UP", "DOWN", "HIGH", "LOW", "NEW"})
"""Classes that change something, but do not say what when they stand alone."""

_SLOWEST_BPM = 40
"""From this number on no version is meant where none is named."""

_MOST_BETWEEN = 2
"""Tokens by which a song may stand apart from what joins it: `and the song Danny Boy`."""

_BREAKS = frozenset({"STOP", "SEP", "AND", "BUT", "CORRECT"})


@dataclass(frozen=True)
class _Reading:
    """Everything that one turn says, before it is folded into a spec."""

    text: Text
    names: Named
    asks: tuple[Ask, ...]
    left: tuple[Lexeme, ...]
    claims: tuple[tuple[int, int], ...]
    classes: frozenset[str]
    spoken: control.Spoken | None
    joined: bool
    hidden: frozenset[int]
    cast: Cast

    @property
    def content(self) -> bool:
        """Whether anything is asked for besides a source."""
        return self.cast.covers or any(ask.what != "not_understood" for ask in self.cast.asks)

    @property
    def only_again(self) -> bool:
        """Whether nothing but the seed that stands is asked for: `the same one, same seed`."""
        return {ask.what for ask in self.asks} <= {"not_understood", "same_seed"}


class Phrasebook:
    """Understands what its lexicon and rules know, and lists the rest in the listener's words."""

    id = "phrasebook"
    version = "1.0"

    def interpret(self, words: str, context: Conversation) -> Interpretation:
        """The proposal for this turn; never raises on any text."""
        reading = _read(words, context)
        if reading.spoken is not None:
            answer = _controlled(reading, context)
            if answer is not None:
                return answer
            reading = _read(words, context, talk=False)
        others = reading.cast.covers
        named = others or any(ask.what != "use_case" for ask in reading.asks)
        wished = reading.content and named
        outside = control.is_out_of_scope(reading.text, reading.hidden, wished=wished)
        if outside and not _names_music(reading):
            return _nothing(reading, context)
        if control.asks_why(reading.text, reading.hidden):
            asked = _in_english(reading)
            return Interpretation(context.spec, "question", control="explain", asked=asked)
        wishes = {ask.what for ask in reading.asks} - {"not_understood", "use"}
        if control.asks_leave(reading.text, reading.hidden):
            wishes -= {"use_case"}
        sure = control.is_surely_question(reading.text, reading.hidden)
        courteous = control.only_thanks(reading.text, reading.hidden)
        if courteous and not (wishes or others or reading.names.masks):
            return _nothing(reading, context)
        about = reading.classes & (wording.MUSICAL | kinds.MADE) - {"X", "SECTION"}
        world = control.asks_of_the_world(reading.text, reading.hidden)
        if world and not (wishes or others or about or sure):
            return _nothing(reading, context)
        asking = not (wishes or others) and control.is_question(reading.text, reading.hidden)
        if sure or asking:
            return Interpretation(context.spec, "question", asked=_in_english(reading))
        return _transformed(reading, context, base=context.spec)


def _read(words: str, context: Conversation, *, talk: bool = True) -> _Reading:
    """What a turn says; without `talk` its controls are read as words about the sound."""
    text = read(words)
    names = named(text, context)
    spelled = signs.spelled_out(text, names.hidden, alone=context.spec is None)
    if spelled is not text:
        text, names = spelled, named(spelled, context)
    english = in_english(text, names.hidden)
    if english is not text:
        text, names = english, named(english, context)
    claims = claimed(text, names.hidden)
    masks = {at: mask for at, mask in names.masks.items() if not _inside(at, claims)}
    meant = {at: artist for at, artist in names.artists.items() if not _inside(at, claims)}
    names = replace(names, artists=meant)
    for first, last in claims:
        masks[first] = Lexeme("CLAIM", None, first, last)
    hidden = frozenset(at for one in masks.values() for at in range(one.first, one.last + 1))
    earlier, earlier_masks = taken(text, hidden, context)
    masks |= earlier_masks
    hidden |= {at for one in earlier_masks.values() for at in range(one.first, one.last + 1)}
    said = control.spoken(text, hidden) if talk else None
    if said is not None and said.tokens:
        for at in said.tokens - hidden:
            masks[at] = Lexeme("CONTROL", None, at, at)
    free = replace(names, masks={at: one for at, one in masks.items() if one.cls != "CONTROL"})
    modelled, model_masks = models(text, free)
    covered = {at for one in model_masks.values() for at in range(one.first, one.last + 1)}
    masks = {at: one for at, one in masks.items() if at not in covered} | model_masks
    masks |= unknown_titles(text, masks)
    found = lexemes(text, masks)
    standing = context.spec.as_json() if context.spec else ()
    line = Line(in_context(found), standing, [token.text for token in text.tokens])
    breaks = [one for one in line.lexemes if one.cls in _BREAKS]
    corrected = max((one.first for one in breaks if one.cls == "CORRECT"), default=-1)
    asks = scoped(line, [*asked(line), *modelled, *earlier], breaks)
    asks = _corrected(resolved(asks, context.versions), corrected, context.spec)
    still = frozenset(one.cls for one in line.lexemes)
    refused = {str(ask.value) for ask in asks if ask.what == "not_made"} - still
    classes = frozenset(one.cls for one in found) - refused
    joined = _joined([one for one in found if one.cls != FILLER])
    left = tuple(line.lexemes)
    cast = cast_of(text, hidden, asks, classes, context.spec)
    return _Reading(text, names, tuple(asks), left, claims, classes, said, joined, hidden, cast)


def _joined(found: Sequence[Lexeme]) -> bool:
    """Whether a song is joined to another; in `put a cello on Danny Boy` it is not."""
    for at, one in enumerate(found[1:], start=1):
        if one.cls != "TITLE" or found[at - 1].cls not in ("WITH", "ON", "AND", "TO"):
            continue
        if one.first - found[at - 1].last > _MOST_BETWEEN:
            continue  # `and he loved Amazing Grace`
        before = found[at - 2] if at > 1 else None
        laid = before is None or before.cls not in ("X", "PART") or before.value == "vocals"
        if found[at - 1].cls != "ON" or laid:
            return True
    return False


def _in_english(reading: _Reading) -> str:
    """A question that was put in another language, word by word."""
    return reading.text.spelled_out().clean if reading.text.translated else ""


def _inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= at <= last for first, last in spans)


def _corrected(asks: Sequence[Ask], at: int, spec: RemixSpec | None) -> list[Ask]:
    """`the 80s, no wait, the 90s`: what is said after the correction replaces what was before.

    An effect that stands is taken off: `echo, sorry, I meant reverb`.
    """
    if at < 0:
        return list(asks)
    later = {ask.what.split(".")[0] for ask in asks if ask.first > at}
    kept = [ask for ask in asks if ask.first > at or ask.what.split(".")[0] not in later]
    standing = spec.effects if spec is not None else ()
    taken_back = [ask for ask in asks if ask not in kept and ask.what == "effect"]
    return kept + [
        replace(ask, what="less.effect", negated=True)
        for ask in taken_back
        if ask.value in standing
    ]


def _names_music(reading: _Reading) -> bool:
    """Whether a turn names a song and wants something done to it."""
    made = reading.classes & {"REMIX", "COVER", "MASH"}
    return bool(made and (reading.content or reading.names.sources))


def _nothing(reading: _Reading, context: Conversation) -> Interpretation:
    return Interpretation(context.spec, "none", not_understood=_whole(reading))


def _whole(reading: _Reading) -> tuple[str, ...]:
    """The turn itself, as what was not understood."""
    said = " ".join(reading.text.clean.split())[:200]
    return (said,) if said else ()


def _controlled(reading: _Reading, context: Conversation) -> Interpretation | None:
    """The answer to a control, or None when the turn is about the sound after all."""
    spoken = reading.spoken
    if spoken is None:
        return None
    name, version = spoken.control, spoken.version
    if spoken.back:
        version = max(len(context.versions) - spoken.back, 0) or None
    if version is not None and version >= _SLOWEST_BPM and not _names_version(reading):
        return None  # `120 was better` speaks of a tempo
    content = reading.content or (bool(reading.names.sources) and not context.spec)
    if name in ("confirm", "cancel", "variation", "explain", "compare") and content:
        return None
    if name == "reproduce" and reading.only_again:
        content = False
    if name == "reproduce" and reading.names.sources:
        return None  # `same again for Danny Boy`
    left = _not_understood(reading, ())
    if name == "explain":
        return Interpretation(context.spec, "control", control="explain", not_understood=left)
    base, question = control.outcome(name, version, context)
    if content and question is None:
        answer = _transformed(reading, context, base=base)
        made = name == "reproduce" or control.begins_with(reading.text, spoken)
        return replace(
            answer,
            intent=answer.intent if made else "control",
            control=None if made else spoken.control,
            version=version,
            changed=kinds.changed(context.spec, answer.spec, context.source),
        )
    return Interpretation(
        base,
        "control",
        control=name,
        version=version,
        changed=kinds.changed(context.spec, base, context.source),
        not_understood=left,
        question=question,
    )


def _names_version(reading: _Reading) -> bool:
    """Whether a turn says in so many words that it means a version."""
    said = {token.text for token in reading.text.tokens}
    return bool(said & {"version", "versions", "take", "v", "remix", "draft", "attempt"})


def _transformed(
    reading: _Reading, context: Conversation, *, base: RemixSpec | None
) -> Interpretation:
    """The spec after a turn that asks for something, or a question about it."""
    sources, question = kinds.sources(
        reading.names, reading.classes, reading.asks, context, joined=reading.joined
    )
    if base is not None and _starts_anew(reading, base, sources):
        base = None
    again = () if reading.asks else same_again(reading.classes, context.versions)
    if again:
        reading = replace(reading, asks=tuple(again), left=())
    before: dict[str, Any] = base.as_json() if base is not None else {}
    further = base is not None and control.goes_further(reading.text, reading.hidden)
    cast = cast_of(reading.text, reading.hidden, reading.asks, reading.classes, base)
    reading = replace(reading, cast=cast)
    if cast.covers:
        reading = replace(reading, classes=reading.classes | {"COVER"})
    draft = Draft(dict(before), base is not None, before, further)
    fold(draft, cast.asks)
    if sources:
        draft.fields["sources"] = list(sources)
    elif not draft.fields.get("sources") and context.source:
        draft.fields["sources"] = [context.source]
    kinds.settle(draft, reading.classes, base)
    cover = draft.fields["kind"] == "cover"
    players, meter = (cast.players, cast.meter) if cover else (None, None)
    denied = {one.id for one in cast.refused}
    taken_off = {name for name in ("lineup", "meter") if draft.fields.get(name) in denied}
    for name in taken_off:
        del draft.fields[name]
    if players is not None:
        draft.fields["lineup"] = players.id
    elif any(
        (draft.fields.get(name) or None) != before.get(name) for name in ("kind", "styles", "era")
    ):
        draft.fields.pop("lineup", None)  # other players suit what is asked for now
    if meter is not None:
        draft.fields["meter"] = meter.id
    dealt_with = cast.refused if cover else ()
    for told in filter(None, (players, meter, *dealt_with)):
        reading = replace(reading, left=_outside(reading.left, told.first, told.last))
    spec, broken = _valid(draft, before)
    left = _not_understood(reading, draft.refused)
    sourceless = not draft.fields.get("sources")
    missing = kinds.mashes(reading.classes) and "UNKNOWNTITLE" in reading.classes
    stranger = (
        None
        if sources and not missing
        else wording.unknown_title(reading.text, reading.left, sourceless=sourceless)
    )
    questions = [*filter(None, (stranger, question)), *draft.questions, *broken]
    if not (questions or reading.content or sources or players or meter or taken_off):
        if _says_nothing(reading, context):
            said = left if reading.claims else _whole(reading)
            return Interpretation(context.spec, "none", not_understood=said)
        questions += _asked_back(reading, context, base, left)
    return Interpretation(
        spec,
        "refine" if base is not None else "transform",
        changed=kinds.changed(base, spec, context.source),
        not_understood=left,
        question=questions[0] if questions else None,
        assumed=tuple(path for path in draft.assumed if path.split(".")[0] in draft.fields),
        unknown_song=stranger is not None,
    )


def _outside(left: Sequence[Lexeme], first: int, last: int) -> tuple[Lexeme, ...]:
    """What nothing was made of, without the words that named the players or the meter."""
    return tuple(one for one in left if one.last < first or one.first > last)


def _starts_anew(reading: _Reading, base: RemixSpec, sources: Sequence[str]) -> bool:
    """Whether a turn names another song to work on, and not the same wishes for it."""
    named_another = bool(sources) and bool(base.sources) and sources[0] not in base.sources
    again = wording.says_same(reading.text, reading.hidden) or kinds.mashes(reading.classes)
    swapped = bool({*reading.names.sources} & {*base.sources})
    return named_another and not again and not swapped


def _vague(reading: _Reading, context: Conversation) -> bool:
    """Whether something is to be done, but nothing says what."""
    if reading.classes & {"VAGUE", "TOUCH", "SHIFT", "BETTER"}:
        return True
    if reading.classes - {FILLER, "STOP"} <= _ALONE and reading.classes & _ALONE:
        return True
    making = reading.classes & {"MAKE", "REPLACE", "ADD", "MORE", "LESS", "TOO"}
    return bool(making) and bool(reading.left or context.spec or context.source)


def _says_nothing(reading: _Reading, context: Conversation) -> bool:
    """Whether a turn without a wish is not about music at all, or only claims something."""
    if reading.claims:
        return True
    if reading.cast.refused:
        return False
    about = reading.classes & (kinds.MADE | wording.MUSICAL)
    vague = _vague(reading, context) and not control.asks_you(reading.text, reading.hidden)
    return not about and not reading.names.masks and not vague


def _asked_back(
    reading: _Reading, context: Conversation, base: RemixSpec | None, left: Sequence[str]
) -> list[str]:
    """What to ask when a turn is about music but no rule made anything of it."""
    made = reading.classes & kinds.MADE
    plain = bool(made) and (base is None or bool(made & {"COVER", "REMIX"}))
    if _vague(reading, context) or not plain:
        return [wording.unclear(left, reading.classes)]
    return [] if context.source else ["Which song shall I start from?"]


def _valid(draft: Draft, before: dict[str, Any]) -> tuple[RemixSpec | None, list[str]]:
    """The spec of a draft; fields that break the spec's own rules fall back to what they were."""
    fields = {name: value for name, value in draft.fields.items() if value not in ([], {}, None)}
    if not fields or fields.keys() == {"kind"}:
        return None, []
    try:
        return RemixSpec.from_json(fields), []
    except ClearmixError as error:
        for name in list(fields):
            try:
                RemixSpec.from_json({name: fields[name]})
            except ClearmixError:
                fields.pop(name)
                if name in before:
                    fields[name] = before[name]
        return RemixSpec.from_json(fields), [f"That is not possible: {error.message}."]


def _not_understood(reading: _Reading, refused: Sequence[Ask]) -> tuple[str, ...]:
    """What nothing was made of, in the listener's own words and in their order."""
    spans = [(first, last) for first, last in reading.claims]
    spans += [(ask.first, ask.last) for ask in refused if ask.first >= 0]
    spans += wording.leftovers(reading.left)
    said = [reading.text.said(*span) for span in sorted(set(spans))]
    if reading.text.cut:
        said.append(reading.text.cut)
    return tuple(dict.fromkeys(one for one in said if one))[:24]
