"""Which parties stand above a track, and whose yes each action needs."""

from __future__ import annotations

from collections.abc import Mapping

from clearmix_rules.deciding.request import Party, Request, Track

IMITATIONS: Mapping[str, str] = {
    "voice-imitation": "sound.voice-of",
    "style-imitation": "sound.style-of",
}
"""The actions that imitate someone, and the attribute that names whom."""


def with_parents(party: str, parties: Mapping[str, Party]) -> tuple[str, ...]:
    """A party and everyone above it, nearest first."""
    chain = {party: None}
    while (known := parties.get(party)) is not None and known.parent and known.parent not in chain:
        party = known.parent
        chain[party] = None
    return tuple(chain)


def label_tree(track: Track, request: Request) -> tuple[str, ...]:
    """The track's label and everything above it; () if it has none."""
    label = str(track.facts["track.label"])
    return with_parents(label, request.parties) if label else ()


def recording_side(track: Track, request: Request) -> tuple[str, ...]:
    """Labels up the tree, artists and owners, each once."""
    return tuple(
        dict.fromkeys(
            (
                *label_tree(track, request),
                *track.parties("track.artists"),
                *track.parties("track.owners"),
            )
        )
    )


def composition_side(track: Track, request: Request) -> tuple[str, ...]:
    """Writers, and publishers with everyone above them, each once."""
    publishers = (
        party
        for publisher in track.parties("work.publishers")
        for party in with_parents(publisher, request.parties)
    )
    return tuple(dict.fromkeys((*track.parties("work.writers"), *publishers)))


def imitated(action: str, track: Track, request: Request) -> tuple[str, ...]:
    """Whose voice or style is imitated: the artist who is named, else the artists of the track."""
    named = request.facts.get(IMITATIONS[action])
    return (str(named),) if named else track.parties("track.artists")


def asked_for(request: Request) -> tuple[str, ...]:
    """The actions of a request, sorted.

    INVARIANT: an imitated voice or a named style is an imitation even if nobody called it one.
    """
    actions = set(request.actions)
    if request.facts["sound.voice"] == "imitated" or "sound.voice-of" in request.facts:
        actions.add("voice-imitation")
    if "sound.style-of" in request.facts:
        actions.add("style-imitation")
    return tuple(sorted(actions))


def needed(actions: tuple[str, ...], track: Track, request: Request) -> dict[str, tuple[str, ...]]:
    """For each action the parties whose permit it needs.

    A cover is a new recording: only the composition's parties need to permit it and what comes with
    it, unless the same request also remixes or mashes up the recording. An imitation needs whoever
    is imitated, and the recording's parties if the recording is used; the composition has no say.
    """
    recording = recording_side(track, request)
    composition = composition_side(track, request)
    uses_recording = "cover" not in actions or bool({"remix", "mashup"} & set(actions))
    result: dict[str, tuple[str, ...]] = {}
    for action in actions:
        sides: tuple[str, ...] = ()
        if action in IMITATIONS:
            sides = imitated(action, track, request)
            if uses_recording:
                sides += recording
        elif action == "cover":
            sides = composition
        else:
            sides = (recording if uses_recording else ()) + composition
        result[action] = tuple(dict.fromkeys(sides))
    return result


def bound(actions: tuple[str, ...], track: Track, request: Request) -> tuple[str, ...]:
    """Everyone whose forbid binds: all parties of the track, on both sides, and the imitated."""
    parties = [*recording_side(track, request), *composition_side(track, request)]
    for action in actions:
        if action in IMITATIONS:
            parties += imitated(action, track, request)
    return tuple(dict.fromkeys(parties))
