"""Tempo, pitch, energy and length: numbers, and steps from where they are."""

from __future__ import annotations

from typing import Any, cast

from clearmix_prompts.draft import Draft, Fields, values
from clearmix_prompts.grammar import Ask

TEMPO_STEPS = {"bit": (1.05, 0.95), "plain": (1.1, 0.9), "much": (1.25, 0.8)}
"""Ratio for faster and for slower by the degree that was said."""

PITCH_STEPS = {"bit": 1.0, "plain": 2.0, "much": 4.0}
"""Semitones for higher and lower by the degree that was said."""

GAIN_DB = (-60.0, 24.0)
"""Between what a spec can turn a part down and up."""

_MOST_SECONDS = 1200.0
"""Longest result that a spec can ask for."""


def within(value: float, low: float, high: float) -> float:
    """The value in a range that is nearest.

    >>> within(36.0, -60.0, 24.0)
    24.0
    """
    return max(low, min(high, value))


def _new(found: list[Any], standing: object) -> list[Any]:
    """Of several values those that do not stand already: `124 is too quick, 118`."""
    return [one for one in found if one != standing] if len(found) > 1 else found


def _steps(
    asks: list[Ask], what: str, given: list[Any], none: float, standing: float | None
) -> list[tuple[int, str]]:
    """The steps, without a complaint that an amount answers: `too high, just two semitones up`.

    `none` is the amount of no change, `standing` the one that was complained of.
    """
    steps = [(ask, cast("tuple[int, str]", ask.value)) for ask in asks if ask.what == what]
    return [
        (way, how)
        for ask, (way, how) in steps
        if not (
            ask.part == "complaint"
            and given
            and standing is not None
            and (given[0] - none) * way < 0 < (given[0] - standing) * way
        )
    ]


def fold_tempo(draft: Draft, asks: list[Ask]) -> None:
    """A tempo replaces a tempo; a step goes on from it."""
    stands = draft.before.get("tempo") or {}
    ratios = _new(values(asks, "tempo.ratio"), stands.get("ratio"))
    steps = _steps(asks, "tempo.step", ratios, 1.0, stands.get("ratio"))
    bpms = _new(values(asks, "tempo.bpm"), stands.get("bpm"))
    ranges = values(asks, "tempo.range")
    ways = {way for way, _ in steps} | {1 if ratio > 1 else -1 for ratio in ratios if ratio != 1}
    absolute = any(ask.part == "original" for ask in asks)
    if len(ways) > 1 and not (bpms or absolute):
        draft.questions.append("Faster or slower? I heard both.")
        return
    if len(bpms) > 1 or len(ratios) > 1:
        said = " or ".join(f"{value:g}" for value in bpms or ratios)
        draft.questions.append(f"Which tempo do you mean: {said}?")
        return
    old: Fields = dict(draft.fields.get("tempo") or {})
    new: Fields = {"feel": old["feel"]} if "feel" in old else {}
    value = {name: number for name, number in old.items() if name != "feel"}
    changes = [float(one) for one in values(asks, "tempo.bpm_step")]
    if bpms:
        value = {"bpm": bpms[0]}
    elif ranges:
        value = {}
        for low, high in ranges:
            value |= {"bpm_min": low} if low is not None else {}
            value |= {"bpm_max": high} if high is not None else {}
    elif ratios:
        goes_on = not absolute and draft.refining and (steps or draft.further or "bpm" in value)
        value = _scaled(value, ratios[0]) if goes_on else {"ratio": ratios[0]}
    elif changes:
        value = _moved(draft, asks, value, changes[0])
    elif steps:
        way, how = max(steps, key=lambda step: list(TEMPO_STEPS).index(step[1]) != 1)
        value = _scaled({} if absolute else value, TEMPO_STEPS[how][0 if way > 0 else 1])
        for name in value:
            draft.assume(f"tempo.{name}")
    feels = values(asks, "tempo.feel")
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


def fold_half(draft: Draft, asks: list[Ask]) -> None:
    """`Half that much`: of the one measure that was changed."""
    _times_that(draft, asks, 0.5, "Half of what do you mean?")


def fold_twice(draft: Draft, asks: list[Ask]) -> None:
    """`Double that`: of the one measure that was changed."""
    _times_that(draft, asks, 2.0, "Twice as much of what do you mean?")


def _times_that(draft: Draft, asks: list[Ask], times: float, question: str) -> None:
    tempo, pitch = draft.fields.get("tempo") or {}, draft.fields.get("pitch") or {}
    found: list[tuple[str, Any]] = []
    if "ratio" in tempo:
        ratio = within(1 + (tempo["ratio"] - 1) * times, 0.25, 4.0)
        found.append(("tempo", {**tempo, "ratio": round(ratio, 4)}))
    if "semitones" in pitch:
        semitones = within(pitch["semitones"] * times, -24.0, 24.0)
        found.append(("pitch", {**pitch, "semitones": semitones}))
    if draft.fields.get("energy"):
        energy = within(draft.fields["energy"] * times, -1.0, 1.0)
        found.append(("energy", round(energy, 2)))
    levels = [row for row in draft.fields.get("parts") or () if row.get("gain_db")]
    if len(levels) == 1:
        level = {**levels[0], "gain_db": within(levels[0]["gain_db"] * times, *GAIN_DB)}
        rows = [level if row is levels[0] else row for row in draft.fields["parts"]]
        found.append(("parts", rows))
    named = [one for one in found if one[0] == asks[-1].value]
    _settle(draft, asks, named or found, question)


def fold_share(draft: Draft, asks: list[Ask]) -> None:
    """`20 percent instead`, `10 % less`: of the tempo or the strength that was changed."""
    share, instead, old = cast("tuple[float, bool, float | None]", asks[-1].value)
    tempo = draft.fields.get("tempo") or {}
    found: list[tuple[str, Any]] = []
    if "ratio" in tempo and old is not None and old == tempo["ratio"]:
        found.append(("tempo", {**tempo, "ratio": round(share, 4)}))  # `90%, not 80` of the speed
    elif "ratio" in tempo:
        way = 1 if tempo["ratio"] >= 1 else -1
        ratio = (1 if instead else tempo["ratio"]) + way * share
        found.append(("tempo", {**tempo, "ratio": round(ratio, 4)}))
    elif "bpm" in tempo and not instead:
        found.append(("tempo", {**tempo, "bpm": round(tempo["bpm"] * (1 + share), 1)}))
    strength = draft.fields.get("strength")
    if strength is not None:
        far = share if instead else strength + share
        found.append(("strength", round(max(0.0, min(1.0, far)), 2)))
    _settle(
        draft, asks, found, f"{abs(share):.0%} of what do you mean: the tempo, or how far it goes?"
    )


def _settle(draft: Draft, asks: list[Ask], found: list[tuple[str, Any]], question: str) -> None:
    """Takes the only candidate; none or several are asked about."""
    if len(found) != 1:
        draft.refused += asks
        draft.questions.append(question)
        return
    name, value = found[0]
    draft.fields[name] = value
    draft.touched.add(name)


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


def fold_pitch(draft: Draft, asks: list[Ask]) -> None:
    """A key or an interval replaces what was there; a step goes on from it."""
    stands = draft.before.get("pitch") or {}
    semitones = _new(values(asks, "pitch.semitones"), stands.get("semitones"))
    steps = _steps(asks, "pitch.step", semitones, 0.0, stands.get("semitones"))
    if any(ask.part == "elided" for ask in asks):
        steps = []  # `4 is too high, try 3`: the number says it
    keys = _new(values(asks, "pitch.key"), stands.get("key"))
    modes = values(asks, "pitch.mode")
    more = values(asks, "pitch.more")
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
    if len(modes) > 1 or any(" " in key and key.split()[1] not in modes for key in keys if modes):
        draft.questions.append("Major or minor? I heard both.")
        return
    old: Fields = dict(draft.fields.get("pitch") or {})
    new: Fields = {}
    if keys:
        new["key"] = keys[0] if " " in keys[0] else f"{keys[0]} {modes[0] if modes else 'major'}"
    elif semitones or steps:
        goes_on = draft.refining and (steps or draft.further) and not more
        before = float(old.get("semitones", 0.0)) if goes_on else 0.0
        if steps and not semitones:
            way, how = next((step for step in steps if step[1] != "plain"), steps[0])
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


def fold_energy(draft: Draft, asks: list[Ask]) -> None:
    """Energy goes up and down from where it is."""
    sizes = [float(cast("float", ask.value)) for ask in asks]
    if min(sizes) < 0 < max(sizes):
        draft.questions.append("More energy or less? I heard both.")
        return
    size = max(sizes, key=abs)
    before = float(draft.fields.get("energy") or 0.0)
    draft.fields["energy"] = round(max(-1.0, min(1.0, before + size)), 2)
    draft.touched.add("energy")


def fold_seconds(draft: Draft, asks: list[Ask]) -> None:
    """A length, or a step from one that is known."""
    stands = draft.before.get("structure") or {}
    lengths = _new(values(asks, "seconds"), stands.get("seconds"))
    steps = values(asks, "seconds_step")
    times = values(asks, "seconds_times")
    structure: Fields = dict(draft.fields.get("structure") or {})
    if len(lengths) > 1:
        said = " or ".join(f"{seconds:g}" for seconds in lengths)
        draft.questions.append(f"How many seconds long: {said}?")
        return
    if lengths:
        structure["seconds"] = lengths[0]
    elif "seconds" in structure:
        seconds = structure["seconds"] * (times[0] if times else 1)
        structure["seconds"] = seconds + (steps[0] if steps else 0)
    elif times:
        structure["form"] = "extended" if times[0] > 1 else "radio-edit"
        draft.assume("structure.form")
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


def fold_form(draft: Draft, asks: list[Ask]) -> None:
    """Radio edit, extended or loop."""
    forms = values(asks, "form")
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


def fold_ends(draft: Draft, asks: list[Ask]) -> None:
    """Intro and outro."""
    structure: Fields = dict(draft.fields.get("structure") or {})
    structure[asks[0].what] = asks[-1].value
    draft.fields["structure"] = structure
    draft.touched.add("structure")
