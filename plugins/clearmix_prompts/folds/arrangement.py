"""Parts, sections and the voice."""

from __future__ import annotations

from typing import Any, cast

from clearmix_prompts.draft import Draft, Fields, values
from clearmix_prompts.folds.measures import GAIN_DB, within
from clearmix_prompts.grammar import Ask

_OPPOSITES = {
    ("keep", "remove"),
    ("louder", "softer"),
    ("add", "remove"),
    ("louder", "remove"),
    ("remove", "solo"),
    ("remove", "restore"),
}
"""Of one part, two of these in one turn contradict each other."""

_CLASHES = [{*pair} for pair in _OPPOSITES]


def fold_parts(draft: Draft, asks: list[Ask]) -> None:
    """Part by part: what was said last of a part replaces what was said before."""
    said: dict[str, list[tuple[str, Any]]] = {}
    words: dict[str, set[str]] = {}
    kept = _of_wholes(asks)
    draft.refused += [ask for ask in asks if ask not in kept]
    for ask in kept:
        part, action, other = cast("tuple[str, str, Any]", ask.value)
        rows, named = said.setdefault(part, []), words.setdefault(part, set())
        alone = action == "add" and ask.word not in named
        another = alone and _instruments({*named, ask.word}, part)
        if (action, other) not in rows or another:  # a trumpet and a trombone are two
            rows.append((action, other))
        named.add(ask.word)
    after = [dict(row) for row in draft.fields.get("parts") or ()]
    of_vocals = {action for action, _ in said.get("vocals", ())}
    if of_vocals & {"keep", "remove", "restore", "solo"}:
        # The voice that was asked for before gives way to what is now said of the vocals.
        draft.fields.pop("voice", None)
    for part, rows in said.items():
        actions = {action for action, _ in rows}
        measured = {action for action, other in rows if isinstance(other, float)}
        rows = [row for row in rows if row[1] is not None or row[0] not in measured]
        if {"not", "remove"} <= actions:
            rows = [row for row in rows if row[0] != "not"]
        if actions & {"louder", "softer"} and "keep" in actions:
            rows = [row for row in rows if row[0] != "keep"]  # `don't lose them, turn them down`
        own = [row for row in after if row["part"] == part]
        two = [row["action"] for row in own] == ["add", "add"]
        if two and actions <= {"keep", "remove", "not"} and _instruments(words[part], part):
            rows = [("one less", None)]  # `the harp can go, the violin stays`
        elif any({one, two} <= actions for one, two in _OPPOSITES):
            draft.questions.append(f"What shall happen to the {part}? I heard two things.")
            continue
        place = after.index(own[0]) if own else len(after)
        new: list[Fields] = []
        for action, other in rows:
            if action == "replace" and [row["action"] for row in own] == ["add"]:
                # What is to replace an added part is added in its place.
                new.append({"part": other, "action": "add"})
            else:
                new += _changed(part, action, other, own, further=draft.further)
        gone = {part, *(row["part"] for row in new)}
        rest = [
            [row for row in side if row["part"] not in gone]
            for side in (after[:place], after[place:])
        ]
        after = [*rest[0], *new, *rest[1]]
    draft.fields["parts"] = after[:24]
    draft.touched.add("parts")


def _instrument(word: str, part: str) -> bool:
    """Whether a word names one instrument of a part: `tambourine`, but not `drum kit`."""
    return bool(word) and not word.startswith(part[:4])


def _instruments(words: set[str], part: str) -> bool:
    return all(_instrument(word, part) for word in words)


def _of_wholes(asks: list[Ask]) -> list[Ask]:
    """The asks without those of one instrument that contradict what is asked of the whole part.

    In `the drums 3 dB up and no tambourine` a recording has no tambourine apart from its drums.
    """
    kept = []
    for ask in asks:
        part, action, _ = cast("tuple[str, str, Any]", ask.value)
        others = [one for one in asks if one is not ask and cast("Any", one.value)[0] == part]
        whole = [one for one in others if one.word and not _instrument(one.word, part)]
        if not (
            _instrument(ask.word, part)
            and any({action, cast("Any", one.value)[1]} in _CLASHES for one in whole)
        ):
            kept.append(ask)
    return kept


def _changed(
    part: str, action: str, other: Any, own: list[Fields], *, further: bool
) -> list[Fields]:
    """The rows of a part after one change; `own` are those that it had."""
    was = {row["action"] for row in own}
    if action == "one less":
        return own[1:]
    if action in ("restore", "not") and was:
        return []
    if {action, *was} == {"add", "remove"}:
        return []  # what was added and is not wanted, or the other way round
    if action == "keep" and was == {"add"}:
        return own
    if action == "keep" and was == {"remove"}:
        return []  # `keep the drums after all`
    row: Fields = {"part": part, "action": {"restore": "keep", "not": "remove"}.get(action, action)}
    if action == "replace":
        row["with"] = other
    elif other is not None:
        gain = sum(row.get("gain_db") or 0.0 for row in own)
        by = float(other) + (gain if further else 0.0)
        if by == 0:
            return []
        row |= {"action": "louder" if by > 0 else "softer", "gain_db": within(by, *GAIN_DB)}
    added = [one for one in own if one["action"] == "add"]
    return [*added, row] if action in ("louder", "softer") else [row]


def fold_part_swap(draft: Draft, asks: list[Ask]) -> None:
    """`Piano, not guitar`: what was asked of the one is meant for the other."""
    rows = [dict(row) for row in draft.fields.get("parts") or ()]
    for ask in asks:
        old, new = cast("tuple[str, str]", ask.value)
        rows = [row for row in rows if row["part"] != new]
        if any(row["part"] == old for row in rows):
            rows = [{**row, "part": new} if row["part"] == old else row for row in rows]
        else:
            rows += [{"part": old, "action": "remove"}, {"part": new, "action": "add"}]
    draft.fields["parts"] = rows[:24]
    draft.touched.add("parts")


def fold_part_it(draft: Draft, asks: list[Ask]) -> None:
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


def fold_part_gone(draft: Draft, asks: list[Ask]) -> None:
    """`get rid of it`: `it` is the part that was last spoken of."""
    rows = [dict(row) for row in draft.fields.get("parts") or ()]
    if "parts" in draft.touched:
        return  # `the drums must go, get rid of them` has said it
    if not rows:
        draft.refused += asks
        draft.questions.append("What shall I take out?")
        return
    last = rows.pop()
    if last["action"] not in ("add", "remove"):
        rows.append({"part": last["part"], "action": "remove"})
    draft.fields["parts"] = rows
    draft.touched.add("parts")


def fold_arranged(draft: Draft, asks: list[Ask]) -> None:
    """A line-up of its own, such as `for solo piano`, is more than an edit."""
    draft.touched.add("arranged")


def fold_sections_gone(draft: Draft, asks: list[Ask]) -> None:
    """The changes of a section are taken back."""
    gone = {ask.value for ask in asks}
    rows = draft.fields.get("sections") or ()
    draft.fields["sections"] = [row for row in rows if row["section"] not in gone]
    draft.touched.add("sections")


def fold_sections(draft: Draft, asks: list[Ask]) -> None:
    """Local changes add up; of one part in one section the last word counts."""
    rows = [dict(row) for row in draft.fields.get("sections") or ()]
    for ask in asks:
        section, change, part = cast("tuple[str, str, str | None]", ask.value)
        same = [row for row in rows if (row["section"], row.get("part")) == (section, part)]
        if part and any({row["change"], change} in map(set, _OPPOSITES) for row in same):
            rows = [row for row in rows if row not in same]
            if change in ("restore", "keep"):
                continue
        if change == "add" and "parts" not in draft.touched:
            _moved_into(draft, part)
        row: Fields = {"section": section, "change": change} | ({"part": part} if part else {})
        if row not in rows:
            rows.append(row)
    draft.fields["sections"] = rows[:16]
    draft.touched.add("sections")


def _moved_into(draft: Draft, part: str | None) -> None:
    """`Only in the chorus`: a part that was added throughout plays there alone."""
    rows = draft.fields.get("parts") or ()
    draft.fields["parts"] = [row for row in rows if (row["part"], row["action"]) != (part, "add")]


def fold_voice(draft: Draft, asks: list[Ask]) -> None:
    """Who sings, and how."""
    voices = [ask.value for ask in asks if ask.what == "voice"]
    likeness = [one for one in voices if str(cast("tuple[str, Any]", one)[0]).startswith("like")]
    styles = values(asks, "voice_style")
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
