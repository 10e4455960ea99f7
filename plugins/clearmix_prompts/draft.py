"""From asks to fields of a spec: what is meant together, what contradicts, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.grammar import Ask

TEMPO_STEPS = {"bit": (1.05, 0.95), "plain": (1.1, 0.9), "much": (1.25, 0.8)}
"""Ratio for faster and for slower by the degree that was said."""

PITCH_STEPS = {"bit": 1.0, "plain": 2.0, "much": 4.0}
"""Semitones for higher and lower by the degree that was said."""

_MOST_SECONDS = 1200.0

_OPPOSITES = {
    ("keep", "remove"), ("louder", "softer"), ("add", "remove"), ("louder", "remove"),
    ("remove", "solo"), ("remove", "restore"),
}  # fmt: skip

_LISTS = {"style": ("styles", 4), "mood": ("moods", 4), "effect": ("effects", 8)}

Fields = dict[str, Any]


@dataclass
class Draft:
    """The fields of a spec while a turn is folded into them."""

    fields: Fields
    refining: bool
    assumed: list[str] = field(default_factory=list)
    refused: list[Ask] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def fold(self, asks: Sequence[Ask]) -> None:
        """Folds the asks of one turn; contradicting ones change nothing and become a question."""
        groups: dict[str, list[Ask]] = {}
        for ask in asks:
            groups.setdefault(_subject(ask), []).append(ask)
        for name in _FOLDS:
            if name in groups:
                _FOLDS[name](self, groups[name])
        self._let_go()

    def _let_go(self) -> None:
        """What was to be kept and is now changed in so many words is no longer kept."""
        kept = list(self.fields.get("keep") or ())
        if "keep" in self.touched:
            return
        gone = {"tempo"} if "tempo" in self.touched else set()
        gone |= {"pitch", "key"} if "pitch" in self.touched else set()
        self.fields["keep"] = [name for name in kept if name not in gone]

    def assume(self, path: str) -> None:
        """Notes that the value at a path was not asked for."""
        if path not in self.assumed:
            self.assumed.append(path)


def _subject(ask: Ask) -> str:
    what = ask.what
    for prefix in ("tempo", "pitch", "no", "less"):
        if what.startswith(f"{prefix}."):
            return prefix
    return {
        "seconds_step": "seconds", "style+": "style", "mood+": "mood", "form": "form",
        "voice_style": "voice", "same_seed": "seed",
    }.get(what, what)  # fmt: skip


def _values(asks: Iterable[Ask], what: str) -> list[Any]:
    return list(dict.fromkeys(ask.value for ask in asks if ask.what == what))


# --- tempo and pitch ----------------------------------------------------------------------------


def _tempo(draft: Draft, asks: list[Ask]) -> None:
    steps = [cast("tuple[int, str]", ask.value) for ask in asks if ask.what == "tempo.step"]
    ratios = _values(asks, "tempo.ratio")
    bpms, ranges = _values(asks, "tempo.bpm"), _values(asks, "tempo.range")
    ways = {way for way, _ in steps} | {1 if ratio > 1 else -1 for ratio in ratios if ratio != 1}
    if len(ways) > 1 and not bpms:
        draft.questions.append("Faster or slower? I heard both.")
        return
    if len(bpms) > 1 or len(ratios) > 1:
        said = " or ".join(f"{value:g}" for value in bpms or ratios)
        draft.questions.append(f"Which tempo do you mean: {said}?")
        return
    old: Fields = dict(draft.fields.get("tempo") or {})
    new: Fields = {"feel": old["feel"]} if "feel" in old else {}
    value = {name: number for name, number in old.items() if name != "feel"}
    changes = [float(one) for one in _values(asks, "tempo.bpm_step")]
    if bpms:
        value = {"bpm": bpms[0]}
    elif ranges:
        value = {}
        for low, high in ranges:
            value |= {"bpm_min": low} if low is not None else {}
            value |= {"bpm_max": high} if high is not None else {}
    elif ratios:
        value = _scaled(value, ratios[0]) if draft.refining and steps else {"ratio": ratios[0]}
    elif changes:
        value = _moved(draft, asks, value, changes[0])
    elif steps:
        way, how = max(steps, key=lambda step: list(TEMPO_STEPS).index(step[1]) != 1)
        value = _scaled(value, TEMPO_STEPS[how][0 if way > 0 else 1])
        for name in value:
            draft.assume(f"tempo.{name}")
    feels = _values(asks, "tempo.feel")
    if len(feels) > 1:
        draft.questions.append("Half-time or double-time? I heard both.")
    elif feels:
        new["feel"] = feels[0]
    if _out_of_range(value):
        draft.refused += [ask for ask in asks if ask.what != "tempo.feel"]
        draft.questions.append("Between which tempos? A remix can have 20 to 400 bpm.")
        return
    draft.fields["tempo"] = {**value, **new}
    draft.touched.add("tempo")


def _moved(draft: Draft, asks: list[Ask], value: Fields, beats: float) -> Fields:
    """A change in beats per minute needs the tempo that it starts from."""
    if "bpm" in value:
        return {"bpm": value["bpm"] + beats}
    draft.refused += [ask for ask in asks if ask.what == "tempo.bpm_step"]
    draft.assume("tempo.ratio")
    return _scaled({}, TEMPO_STEPS["plain"][0 if beats > 0 else 1])


def _scaled(value: Fields, factor: float) -> Fields:
    """A tempo made faster or slower, as it was given."""
    if not value:
        return {"ratio": round(factor, 4)}
    return {
        name: round(number * factor, 4 if name == "ratio" else 1) for name, number in value.items()
    }


def _out_of_range(value: Fields) -> bool:
    low, high = (0.25, 4.0) if "ratio" in value else (20.0, 400.0)
    ranged = value.get("bpm_min"), value.get("bpm_max")
    wrong = None not in ranged and cast("float", ranged[0]) > cast("float", ranged[1])
    return wrong or any(not low <= number <= high for number in value.values())


def _pitch(draft: Draft, asks: list[Ask]) -> None:
    steps = [cast("tuple[int, str]", ask.value) for ask in asks if ask.what == "pitch.step"]
    semitones, keys = _values(asks, "pitch.semitones"), _values(asks, "pitch.key")
    modes = _values(asks, "pitch.mode")
    more = _values(asks, "pitch.more")
    if more and draft.refining and not semitones:
        before = float((draft.fields.get("pitch") or {}).get("semitones") or 0.0)
        semitones = [before + (more[0] if before >= 0 else -more[0])]
    elif more:
        semitones = more
    if len({way for way, _ in steps} | {1 if one > 0 else -1 for one in semitones}) > 1:
        draft.questions.append("Higher or lower? I heard both.")
        return
    if len(keys) > 1 or len(semitones) > 1:
        said = " or ".join(str(one) for one in keys) or " or ".join(f"{n:g}" for n in semitones)
        draft.questions.append(f"Which key do you mean: {said}?")
        return
    if len(modes) > 1:
        draft.questions.append("Major or minor? I heard both.")
        return
    old: Fields = dict(draft.fields.get("pitch") or {})
    new: Fields = {}
    if keys:
        new["key"] = keys[0] if " " in keys[0] else f"{keys[0]} {modes[0] if modes else 'major'}"
    elif semitones or steps:
        before = float(old.get("semitones", 0.0)) if draft.refining and steps else 0.0
        if steps and not semitones:
            way, how = steps[0]
            semitones = [way * PITCH_STEPS[how]]
            draft.assume("pitch.semitones")
        new["semitones"] = before + semitones[0]
        if abs(new["semitones"]) > 24:
            draft.refused += asks
            draft.questions.append("How far up or down? Two octaves is the most.")
            return
        if "mode" in old:
            new["mode"] = old["mode"]
    elif modes:
        new = {**{name: old[name] for name in ("semitones",) if name in old}, "mode": modes[0]}
        if "key" in old:
            new = {"key": f"{old['key'].split()[0]} {modes[0]}"}
    if modes and "semitones" in new:
        new["mode"] = modes[0]
    draft.fields["pitch"] = new
    draft.touched.add("pitch")
    if all(ask.assumed for ask in asks if ask.what == "pitch.mode") and modes:
        draft.assume("pitch.mode")


# --- words of the vocabulary --------------------------------------------------------------------


def _energy(draft: Draft, asks: list[Ask]) -> None:
    sizes = [float(cast("float", ask.value)) for ask in asks]
    if min(sizes) < 0 < max(sizes):
        draft.questions.append("More energy or less? I heard both.")
        return
    size = max(sizes, key=abs)
    before = float(draft.fields.get("energy") or 0.0)
    draft.fields["energy"] = round(max(-1.0, min(1.0, before + size)), 2)
    draft.touched.add("energy")


def _era(draft: Draft, asks: list[Ask]) -> None:
    eras = _values(asks, "era")
    if len(eras) > 1:
        draft.questions.append(f"Which era do you mean: the {' or the '.join(eras)}?")
        return
    draft.fields["era"] = eras[0]
    draft.touched.add("era")


def _terms(draft: Draft, asks: list[Ask]) -> None:
    kind = asks[0].what.rstrip("+")
    name, most = _LISTS[kind]
    old = list(draft.fields.get(name) or ())
    new = _values(asks, kind)
    more = _values(asks, f"{kind}+")
    start = old if name == "effects" or not new else []
    found = list(dict.fromkeys([*start, *new, *more]))
    draft.fields[name] = found[:most]
    draft.fields["avoid"] = [one for one in draft.fields.get("avoid") or () if one not in found]
    draft.touched.add(name)


def _unwanted(draft: Draft, asks: list[Ask]) -> None:
    for ask in asks:
        kind = ask.what.split(".")[1]
        name = "era" if kind == "era" else _LISTS[kind][0]
        if kind == "era":
            present = draft.fields.get("era") == ask.value
            if present:
                del draft.fields["era"]
        else:
            present = ask.value in (draft.fields.get(name) or ())
            draft.fields[name] = [one for one in draft.fields.get(name) or () if one != ask.value]
        if present and name in draft.touched:
            draft.questions.append(f"With or without {ask.value}? I heard both.")
        elif not present:
            _append(draft, "avoid", ask.value)
        draft.touched.add(name)


def _append(draft: Draft, name: str, value: object) -> None:
    found = list(draft.fields.get(name) or ())
    if value not in found and len(found) < 16:
        draft.fields[name] = [*found, value]
    draft.touched.add(name)


def _keep(draft: Draft, asks: list[Ask]) -> None:
    for ask in asks:
        _append(draft, "keep", ask.value)


def _hold(draft: Draft, asks: list[Ask]) -> None:
    """`don't speed it up` keeps the tempo, but `not faster, slower` does not."""
    if "tempo" not in draft.touched:
        _keep(draft, asks)


def _avoid(draft: Draft, asks: list[Ask]) -> None:
    for ask in asks:
        _append(draft, "avoid", ask.value)


def _original(draft: Draft, asks: list[Ask]) -> None:
    """`the original tempo`: a change that was asked for before is taken back."""
    for ask in asks:
        field_name = {"tempo": "tempo", "pitch": "pitch", "key": "pitch"}.get(str(ask.value))
        if field_name and draft.fields.get(field_name) and field_name not in draft.touched:
            del draft.fields[field_name]
            draft.touched.add(field_name)
        else:
            _append(draft, "keep", ask.value)


# --- parts, form, voice -------------------------------------------------------------------------


def _parts(draft: Draft, asks: list[Ask]) -> None:
    said: dict[str, list[tuple[str, Any]]] = {}
    for ask in asks:
        part, action, other = cast("tuple[str, str, Any]", ask.value)
        rows = said.setdefault(part, [])
        if (action, other) not in rows:
            rows.append((action, other))
    after = [dict(row) for row in draft.fields.get("parts") or ()]
    if "vocals" in said and draft.fields.get("voice"):
        # The voice that was asked for before gives way to what is now said of the vocals.
        if {action for action, _ in said["vocals"]} & {"keep", "remove", "restore", "solo"}:
            del draft.fields["voice"]
    for part, rows in said.items():
        actions = {action for action, _ in rows}
        if any({one, two} <= actions for one, two in _OPPOSITES):
            draft.questions.append(f"What shall happen to the {part}? I heard two things.")
            continue
        was = {row["action"] for row in after if row["part"] == part}
        after = [row for row in after if row["part"] != part]
        for action, other in rows:
            if action == "restore" and was:
                continue
            if action == "remove" and was == {"add"}:
                continue
            row: Fields = {"part": part, "action": "keep" if action == "restore" else action}
            if action == "replace":
                row["with"] = other
            elif other is not None:
                row["gain_db"] = max(-60.0, min(24.0, float(other)))
            after.append(row)
    draft.fields["parts"] = after[:24]
    draft.touched.add("parts")


def _part_it(draft: Draft, asks: list[Ask]) -> None:
    """`replace it with strings`: `it` is the part that was last spoken of."""
    rows = [dict(row) for row in draft.fields.get("parts") or ()]
    if not rows:
        draft.refused += asks
        draft.questions.append("What shall I replace with it?")
        return
    last, new = rows[-1], asks[-1].value
    if last["action"] == "add":
        rows[-1] = {"part": new, "action": "add"}
    else:
        rows[-1] = {"part": last["part"], "action": "replace", "with": new}
    draft.fields["parts"] = rows
    draft.touched.add("parts")


def _seconds(draft: Draft, asks: list[Ask]) -> None:
    lengths = _values(asks, "seconds")
    steps = _values(asks, "seconds_step")
    structure: Fields = dict(draft.fields.get("structure") or {})
    if len(lengths) > 1:
        said = " or ".join(f"{seconds:g}" for seconds in lengths)
        draft.questions.append(f"How many seconds long: {said}?")
        return
    if lengths:
        structure["seconds"] = lengths[0]
    elif "seconds" in structure:
        structure["seconds"] = structure["seconds"] + steps[0]
    else:
        structure["form"] = "extended" if steps[0] > 0 else "radio-edit"
        draft.assume("structure.form")
        draft.refused += asks
    if not 0 < structure.get("seconds", 1.0) <= _MOST_SECONDS:
        draft.refused += asks
        draft.questions.append("How long shall it be? Up to 20 minutes is possible.")
        return
    draft.fields["structure"] = structure
    draft.touched.add("structure")


def _form(draft: Draft, asks: list[Ask]) -> None:
    forms = _values(asks, "form")
    sure = [ask for ask in asks if not ask.assumed]
    if len(forms) > 1 and {"radio-edit", "extended"} <= set(forms):
        draft.questions.append("Shorter or longer? I heard both.")
        return
    structure: Fields = dict(draft.fields.get("structure") or {})
    if not sure and "seconds" in structure and "structure" in draft.touched:
        return
    if not sure and "seconds" in structure:
        factor = 1.25 if forms[0] == "extended" else 0.75
        structure["seconds"] = round(min(structure["seconds"] * factor, _MOST_SECONDS))
        draft.assume("structure.seconds")
    else:
        structure["form"] = (sure or asks)[0].value
        if not sure:
            draft.assume("structure.form")
    draft.fields["structure"] = structure
    draft.touched.add("structure")


def _ends(draft: Draft, asks: list[Ask]) -> None:
    structure: Fields = dict(draft.fields.get("structure") or {})
    structure[asks[0].what] = asks[-1].value
    draft.fields["structure"] = structure
    draft.touched.add("structure")


def _sections(draft: Draft, asks: list[Ask]) -> None:
    rows = [dict(row) for row in draft.fields.get("sections") or ()]
    for ask in asks:
        section, change, part = cast("tuple[str, str, str | None]", ask.value)
        row: Fields = {"section": section, "change": change} | ({"part": part} if part else {})
        if row not in rows:
            rows.append(row)
    draft.fields["sections"] = rows[:16]
    draft.touched.add("sections")


def _voice(draft: Draft, asks: list[Ask]) -> None:
    voices = [ask.value for ask in asks if ask.what == "voice"]
    likeness = [one for one in voices if str(cast("tuple[str, Any]", one)[0]).startswith("like")]
    styles = _values(asks, "voice_style")
    # An effect on the singer leaves the singer; every other way of singing needs a new voice.
    source = "original" if styles == ["autotuned"] else "synthetic"
    voice: Fields = dict(draft.fields.get("voice") or {"source": source})
    if voices:
        source, sort = cast("tuple[str, str | None]", (likeness or voices)[-1])
        voice = {"source": source} | ({"type": sort} if sort else {})
        sorts = [cast("tuple[str, str | None]", one)[1] for one in voices]
        if sort is None and source == "synthetic" and any(sorts):
            voice["type"] = next(one for one in sorts if one)
    if styles:
        voice["style"] = styles[-1]
    draft.fields["voice"] = voice
    draft.touched.add("voice")


def _seed(draft: Draft, asks: list[Ask]) -> None:
    seeds = _values(asks, "seed")
    if seeds:
        draft.fields["seed"] = seeds[-1]
        draft.touched.add("seed")
    elif not draft.refining:
        draft.refused += asks


def _use_case(draft: Draft, asks: list[Ask]) -> None:
    """A use case and its defaults, which give way to whatever was asked for."""
    case = str(asks[-1].value)
    before = draft.fields.get("use_case")
    if before and before != case:
        _drop_defaults(draft, str(before))
    draft.fields["use_case"] = case
    draft.touched.add("use_case")
    meaning = terms(TermKind.USE_CASE)[case].meaning
    if "bpm_min" in meaning and not _without_feel(draft.fields.get("tempo")):
        tempo = {"bpm_min": meaning["bpm_min"], "bpm_max": meaning["bpm_max"]}
        draft.fields["tempo"] = {**(draft.fields.get("tempo") or {}), **tempo}
        draft.assume("tempo.bpm_min")
        draft.assume("tempo.bpm_max")
    if "energy" in meaning and draft.fields.get("energy") is None:
        draft.fields["energy"] = meaning["energy"]
        draft.assume("energy")
    parts = draft.fields.get("parts") or ()
    if case == "karaoke" and not any(row["part"] == "vocals" for row in parts):
        draft.fields["parts"] = [*parts, {"part": "vocals", "action": "remove"}]
        draft.assume("parts")


def _without_feel(tempo: Mapping[str, Any] | None) -> bool:
    return any(name != "feel" for name in tempo or ())


def _drop_defaults(draft: Draft, case: str) -> None:
    """Takes back what an earlier use case had assumed, where it still stands."""
    meaning = terms(TermKind.USE_CASE)[case].meaning
    tempo = draft.fields.get("tempo") or {}
    if tempo and tempo.get("bpm_min") == meaning.get("bpm_min", 0):
        del draft.fields["tempo"]
    if "energy" not in draft.touched and draft.fields.get("energy") == meaning.get("energy", 9):
        del draft.fields["energy"]


def _last(draft: Draft, asks: list[Ask]) -> None:
    draft.fields[asks[-1].what] = asks[-1].value
    draft.touched.add(asks[-1].what)


def _use(draft: Draft, asks: list[Ask]) -> None:
    uses = _values(asks, "use")
    if "campaign" in uses:
        uses = ["campaign"]
    if len(uses) > 1 and "export" in uses:
        uses = [one for one in uses if one != "export"]
    if len(uses) > 1:
        draft.questions.append(f"What is it for: {' or '.join(uses)}?")
        return
    draft.fields["use"] = uses[0]
    draft.touched.add("use")


def _arranged(draft: Draft, asks: list[Ask]) -> None:
    """A line-up of its own, such as `for solo piano`, is more than an edit."""
    draft.touched.add("arranged")


def _refuse(draft: Draft, asks: list[Ask]) -> None:
    draft.refused += asks


_FOLDS = {
    "not_understood": _refuse, "arranged": _arranged,
    "original": _original,
    "tempo": _tempo, "pitch": _pitch, "energy": _energy, "era": _era,
    "style": _terms, "mood": _terms, "effect": _terms,
    "no": _unwanted, "less": _unwanted,
    "part": _parts, "part_it": _part_it, "seconds": _seconds, "form": _form, "intro": _ends, "outro": _ends,
    "section": _sections, "voice": _voice, "lyrics": _last, "style_of": _last,
    "keep": _keep, "hold": _hold, "avoid": _avoid, "strength": _last, "seed": _seed, "use": _use,
    "use_case": _use_case,
}  # fmt: skip
"""In this order: what takes away comes after what asks, defaults come last."""
