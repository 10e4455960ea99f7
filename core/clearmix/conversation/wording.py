"""A spec in a listener's words: one fact for each thing asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clearmix.spec import PartChange, RemixSpec, Structure, Tempo
from clearmix.vocabulary import TermKind, terms

KINDS = {"edit": "Edit", "remix": "Remix", "cover": "Cover", "mashup": "Mashup"}

STRENGTHS = ((0.25, "light touch"), (0.5, "balanced"), (0.75, "bold"), (1.0, "reinvented"))
"""Named ranges of the strength, each up to its number."""

_ENERGIES = (
    (-0.6, "much calmer"),
    (-0.25, "calmer"),
    (-0.001, "a little calmer"),
    (0.001, "as it is"),
    (0.25, "a little more energy"),
    (0.6, "more energy"),
    (1.0, "far more energy"),
)

_PART_VERBS = {
    "keep": "{part} kept",
    "remove": "no {part}",
    "solo": "{part} alone",
    "add": "{part} added",
    "replace": "{part} replaced",
    "louder": "{part} louder",
    "softer": "{part} softer",
}

_USES = {"private": "for yourself", "in-app": "shown in the app", "export": "to take away"}


@dataclass(frozen=True)
class Fact:
    """One thing that a spec asks for; `field` is the spec's, `assumed` that nobody asked for it."""

    field: str
    label: str
    value: str
    assumed: bool = False


def facts(
    spec: RemixSpec,
    *,
    assumed: tuple[str, ...] = (),
    named: Callable[[str], str] = str,
) -> tuple[Fact, ...]:
    """Everything that a spec asks for; `named` says the title of a source id.

    >>> [fact.value for fact in facts(RemixSpec(era="80s", styles=("lo-fi",)))]
    ['Remix', '1980s', 'Lo-fi']
    """
    found = [Fact("kind", "Kind", KINDS[spec.kind])]
    found += [Fact("sources", "Song", named(source)) for source in spec.sources]
    if spec.tempo is not None:
        found.append(Fact("tempo", "Tempo", tempo_in_words(spec.tempo)))
    if spec.pitch is not None:
        found.append(Fact("pitch", "Key", _pitch(spec)))
    if spec.energy is not None:
        found.append(Fact("energy", "Energy", _range(spec.energy, _ENERGIES)))
    if spec.era is not None:
        found.append(Fact("era", "Era", _term(TermKind.ERA, spec.era)))
    found += [Fact("styles", "Style", _term(TermKind.STYLE, style)) for style in spec.styles]
    found += [Fact("moods", "Mood", _term(TermKind.MOOD, mood)) for mood in spec.moods]
    found += [Fact("effects", "Effect", _term(TermKind.EFFECT, one)) for one in spec.effects]
    found += [Fact("parts", "Part", _part(change)) for change in spec.parts]
    if spec.structure is not None:
        found += [Fact("structure", "Form", text) for text in _structure(spec.structure)]
    found += [
        Fact(
            "sections",
            change.section.capitalize(),
            " ".join(filter(None, (change.part, change.change))),
        )
        for change in spec.sections
    ]
    if spec.voice is not None:
        found.append(Fact("voice", "Voice", _voice(spec)))
    if spec.lyrics is not None:
        found.append(Fact("lyrics", "Lyrics", _lyrics(spec.lyrics)))
    found += [Fact("keep", "Keep", f"{what} as it is") for what in spec.keep]
    found += [Fact("avoid", "Leave out", what) for what in spec.avoid]
    if spec.use_case is not None:
        found.append(Fact("use_case", "For", _term(TermKind.USE_CASE, spec.use_case)))
    if spec.lineup is not None:
        found.append(Fact("lineup", "Played by", _term(TermKind.LINEUP, spec.lineup)))
    if spec.meter is not None:
        found.append(Fact("meter", "Meter", spec.meter))
    if spec.strength is not None:
        found.append(Fact("strength", "How far", _range(spec.strength, STRENGTHS)))
    if spec.style_of is not None:
        found.append(Fact("style_of", "In the style of", spec.style_of))
    if spec.use is not None:
        found.append(Fact("use", "Use", _USES.get(spec.use, spec.use)))
    if spec.seed is not None:
        found.append(Fact("seed", "Take", f"no. {spec.seed}"))
    guessed = {path.split(".")[0] for path in assumed}
    return tuple(
        Fact(fact.field, fact.label, fact.value, assumed=True) if fact.field in guessed else fact
        for fact in found
    )


def differences(asked: RemixSpec, allowed: RemixSpec) -> tuple[str, ...]:
    """What an allowed spec says otherwise than the one that was asked for, in words.

    >>> differences(RemixSpec(styles=("house",)), RemixSpec(structure={"seconds": 90}))
    ('1:30 long', 'without House')
    >>> differences(RemixSpec(), RemixSpec(seed=2))
    ('take no. 2',)
    """
    was, now = facts(asked), facts(allowed)
    values = {fact.value for fact in was}
    fields = {fact.field for fact in now}
    changed = [
        f"take {fact.value}" if fact.field == "seed" else fact.value
        for fact in now
        if fact.value not in values
    ]
    dropped = [f"without {fact.value}" for fact in was if fact.field not in fields]
    return (*changed, *dropped)


def tempo_in_words(tempo: Tempo) -> str:
    """A tempo as people say it.

    >>> tempo_in_words(Tempo(ratio=0.8)), tempo_in_words(Tempo(bpm_min=150, bpm_max=170))
    ('20 % slower', '150–170 BPM')
    """
    said = ""
    if tempo.ratio is not None:
        percent = round((tempo.ratio - 1) * 100, 1)
        said = (
            f"{abs(percent):g} % {'faster' if percent > 0 else 'slower'}" if percent else "as it is"
        )
    elif tempo.bpm is not None:
        said = f"{tempo.bpm:g} BPM"
    elif tempo.bpm_min is not None and tempo.bpm_max is not None:
        said = f"{tempo.bpm_min:g}–{tempo.bpm_max:g} BPM"
    elif tempo.bpm_min is not None:
        said = f"{tempo.bpm_min:g} BPM or faster"
    elif tempo.bpm_max is not None:
        said = f"{tempo.bpm_max:g} BPM or slower"
    return ", ".join(filter(None, (said, f"{tempo.feel} feel" if tempo.feel else "")))


def minutes(seconds: float) -> str:
    """A length as players show it.

    >>> minutes(95.4)
    '1:35'
    """
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _pitch(spec: RemixSpec) -> str:
    pitch = spec.pitch
    if pitch is None:
        return ""
    if pitch.key is not None:
        return f"in {pitch.key}"
    if pitch.semitones is not None:
        many = "" if abs(pitch.semitones) == 1 else "s"
        way = "up" if pitch.semitones >= 0 else "down"
        return f"{way} {abs(pitch.semitones):g} semitone{many}"
    return f"in a {pitch.mode} key"


def _part(change: PartChange) -> str:
    text = _PART_VERBS[change.action].format(part=_term(TermKind.PART, change.part).lower())
    if change.with_ is not None:
        text += f" with {_term(TermKind.PART, change.with_).lower()}"
    if change.gain_db is not None:
        text += f" ({change.gain_db:+g} dB)"
    return text


def _structure(structure: Structure) -> list[str]:
    said = []
    if structure.seconds is not None:
        said.append(f"{minutes(structure.seconds)} long")
    if structure.form is not None:
        said.append(structure.form.replace("-", " "))
    for name, wanted in (("intro", structure.intro), ("outro", structure.outro)):
        if wanted is not None:
            said.append(f"with an {name}" if wanted else f"no {name}")
    return said


def _voice(spec: RemixSpec) -> str:
    voice = spec.voice
    if voice is None:
        return ""
    if voice.source == "original":
        said = "the original voice"
    elif voice.source == "none":
        said = "no voice"
    elif voice.source == "synthetic":
        said = "a synthetic voice"
    else:
        said = f"a voice like {voice.source.removeprefix('likeness:')}"
    return ", ".join(filter(None, (said, voice.type, voice.language, voice.style)))


def _lyrics(lyrics: str) -> str:
    if lyrics.startswith("translate:"):
        return f"translated ({lyrics.removeprefix('translate:')})"
    return {"keep": "kept", "replace": "replaced"}[lyrics]


def _range(value: float, names: tuple[tuple[float, str], ...]) -> str:
    return next((name for most, name in names if value <= most), names[-1][1])


def _term(kind: TermKind, id: str) -> str:
    label = terms(kind)[id].label
    return label[:1].upper() + label[1:]
