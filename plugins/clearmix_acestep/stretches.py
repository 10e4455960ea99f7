"""Which seconds of a song a listener means by `the last chorus` or `from 0:30 to 0:45`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clearmix import Analysis, ClearmixError

_NAMES: Mapping[str, str] = {
    "intro": "intro", "beginning": "intro", "verse": "verse", "verses": "verse",
    "chorus": "chorus", "choruses": "chorus", "refrain": "chorus", "hook": "chorus",
    "bridge": "break", "break": "break", "breakdown": "break", "solo": "break",
    "outro": "outro", "ending": "outro", "end": "outro",
}  # fmt: skip

_PLACES: Mapping[str, int] = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1,
}  # fmt: skip

_TIMES = re.compile(r"(\d+):(\d\d)\D+(\d+):(\d\d)")


def stretches_of(words: str, analysis: Analysis) -> tuple[tuple[float, float], ...]:
    """Starts and ends in seconds of the recording.

    Raises:
        ClearmixError: the recording has no such section.
    """
    times = _TIMES.search(words)
    if times:
        first, first_seconds, last, last_seconds = (int(one) for one in times.groups())
        start, stop = 60 * first + first_seconds, 60 * last + last_seconds
        if start < stop <= analysis.seconds + 1:
            return ((float(start), min(float(stop), analysis.seconds)),)
    said = words.casefold().replace("-", " ").split()
    name = next((_NAMES[word] for word in said if word in _NAMES), None)
    found = [(one.start_seconds, one.end_seconds) for one in analysis.sections if one.name == name]
    place = next((_PLACES[word] for word in said if word in _PLACES), None)
    if found and place is None:
        return tuple(found)
    if found and place is not None and place < len(found):
        return (found[place],)
    names = sorted({one.name for one in analysis.sections})
    raise ClearmixError(
        f"no {words} was found in the song",
        help=f"its sections are {', '.join(names)}; a time such as 0:30 to 0:45 can be given too"
        if names
        else "give a time, such as 0:30 to 0:45",
    )
