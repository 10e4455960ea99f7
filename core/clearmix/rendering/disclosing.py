"""What a render is called and what its marks and its label say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clearmix.catalogue.models import Recording
from clearmix.contracts import Disclosure, Generator, SourceFile
from clearmix.settings import Settings
from clearmix.spec import RemixSpec
from clearmix.vocabulary import TermKind, terms


def title_of(spec: RemixSpec, recordings: Sequence[Recording]) -> str:
    """The title of a render, from its sources and what was asked for.

    It names era, players or styles and meter, else mood, else tempo or pitch, and the kind.
    """
    names = " / ".join(dict.fromkeys(recording.title for recording in recordings))
    words = [_label(TermKind.ERA, spec.era)] if spec.era else []
    words += [_label(TermKind.LINEUP, spec.lineup)] if spec.lineup else []
    words += [_label(TermKind.STYLE, style) for style in spec.styles if not spec.lineup]
    words += [spec.meter] if spec.meter else []
    if not words:
        words += [_label(TermKind.MOOD, mood) for mood in spec.moods[:2]]
    if not words and spec.tempo is not None:
        words += _tempo_words(spec)
    return f"{names} ({' '.join([*words, spec.kind])})"


def label_of(
    spec: RemixSpec, recordings: Sequence[Recording], duties_labels: Sequence[str], service: str
) -> str:
    """The text shown with a render: what the rights-holders ask for, else the service's own.

    `{title}` and `{artist}` in a rights-holder's text stand for those of the source.
    """
    title = " and ".join(dict.fromkeys(recording.title for recording in recordings))
    artists = artists_of(recordings)
    artist = " and ".join(artists) or "an unnamed artist"
    if not duties_labels:
        by = f" by {artist}" if artists else ""
        return f"AI-made {spec.kind} of “{title}”{by}, made with {service}"
    said = (text.replace("{title}", title).replace("{artist}", artist) for text in duties_labels)
    return " ".join(said)


def artists_of(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """Names of the artists of all sources, each once."""
    return tuple(dict.fromkeys(name for one in recordings for name in one.artist_names))


def disclosure(
    *,
    render_id: str,
    spec: RemixSpec,
    recordings: Sequence[Recording],
    label: str,
    generator: Generator,
    decision_hash: str,
    settings: Settings,
    created_at: datetime,
    credits: Sequence[str] = (),
    source_files: Sequence[SourceFile] = (),
    stems_of_a_model: bool = False,
) -> Disclosure:
    """What every mark of one render says; the same values give the same marks.

    `stems_of_a_model` says that a trained model took the sources apart: a generator that hears them
    makes its sound with that model too.
    """
    abilities = generator.abilities()
    return Disclosure(
        render_id=render_id,
        title=title_of(spec, recordings),
        artists=artists_of(recordings),
        label=label,
        source_titles=tuple(recording.title for recording in recordings),
        source_isrcs=tuple(recording.isrc for recording in recordings if recording.isrc),
        generator=f"{generator.id} {generator.version}",
        trained_model=abilities.trained_on != "nothing"
        or (abilities.uses_master and stems_of_a_model),
        decision_hash=decision_hash,
        service=settings.service,
        created_at=created_at.isoformat(timespec="seconds"),
        parents=spec.sources,
        source_files=tuple(source_files),
        credits=tuple(credits),
        licence_url=licence_url(settings, render_id),
    )


def licence_url(settings: Settings, render_id: str) -> str | None:
    """Where everyone can read what a render was made from and under which licence.

    None when the service has no public address.
    """
    base = settings.public_url
    return f"{base.rstrip('/')}/verify/{render_id}" if base else None


def _label(kind: TermKind, id: str) -> str:
    return terms(kind)[id].label


def _tempo_words(spec: RemixSpec) -> list[str]:
    tempo = spec.tempo
    if tempo is None:
        return []
    if tempo.bpm is not None:
        return [f"{tempo.bpm:g} bpm"]
    if tempo.ratio is not None and tempo.ratio != 1:
        return ["sped up" if tempo.ratio > 1 else "slowed down"]
    return [tempo.feel] if tempo.feel else []
