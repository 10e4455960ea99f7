"""A request that is tried: what the form says of it, and the request that this makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from clearmix import RemixSpec
from clearmix_rules import SCHEMA, Request, RequestError, english, tree
from clearmix_rules.deciding.nearest import Change
from clearmix_rules.errors import near
from clearmix_rules.trying.situation import Situation
from clearmix_rules.zones import zone

if TYPE_CHECKING:
    from clearmix import Kernel

INVENTED = ""
"""The track of a wish that is about an invented track of the policy's author."""

ACTIONS = ("remix", "cover", "speed-change", "edit")
"""What can be tried: what is done to one track without anybody's voice, style or words."""

USES = SCHEMA.attributes["request.use"].values
TIERS = SCHEMA.attributes["listener.tier"].values
MOST_SECONDS = 1_800
MOST_TEMPO_PERCENT = 100


@dataclass(frozen=True)
class Wish:
    """What the form says: who asks (by plan), of which track, for what."""

    day: date
    track: str = INVENTED
    action: str = "remix"
    use: str = "private"
    tier: str = "premium"
    verified: bool = True
    add_ons: tuple[str, ...] = ()
    territory: str = "GB"
    seconds: int = 60
    tempo_percent: int = 0
    """How far the tempo moves from the track's own."""

    @classmethod
    def of(cls, said: Mapping[str, str], today: date) -> Wish:
        """The wish of a form, whose fields are texts that may say anything.

        Raises:
            RequestError: a field says something that cannot be asked for.
        """
        try:
            day = date.fromisoformat(said.get("day") or today.isoformat())
        except ValueError:
            raise RequestError(
                f"`{said['day']}` is not a day", help="write it as 2026-11-26"
            ) from None
        return cls(
            day=day,
            track=said.get("track", INVENTED),
            action=_one_of("action", said.get("action", "remix"), ACTIONS),
            use=_one_of("use", said.get("use", "private"), USES),
            tier=_one_of("plan", said.get("tier", "premium"), TIERS),
            verified=said.get("verified", "yes") == "yes",
            add_ons=_names("add-on", said.get("add-ons", "")),
            territory=said.get("territory", "GB").strip().upper() or "GB",
            seconds=_whole("length in seconds", said.get("seconds", "60"), 1, MOST_SECONDS),
            tempo_percent=_whole(
                "change of tempo in percent", said.get("tempo", "0"), 0, MOST_TEMPO_PERCENT
            ),
        )

    def as_form(self) -> dict[str, str]:
        """The fields of the form, as `of` reads them."""
        return {
            "day": self.day.isoformat(),
            "track": self.track,
            "action": self.action,
            "use": self.use,
            "tier": self.tier,
            "verified": "yes" if self.verified else "no",
            "add-ons": ", ".join(self.add_ons),
            "territory": self.territory,
            "seconds": str(self.seconds),
            "tempo": str(self.tempo_percent),
        }

    def changed(self, changes: tuple[Change, ...]) -> Wish | None:
        """The wish with these changes made; None if the form cannot say one of them."""
        wish = self
        for one in changes:
            value = one.value
            if one.attribute == "length" and isinstance(value, int):
                wish = replace(wish, seconds=value // 1000)
            elif one.attribute == "tempo-change" and isinstance(value, int):
                wish = replace(wish, tempo_percent=value // 100)
            elif one.attribute == "use" and isinstance(value, str):
                wish = replace(wish, use=value)
            else:
                return None
        return wish


def request_of(wish: Wish, policy: tree.Policy, kernel: Kernel) -> Request:
    """The request of a wish.

    It is about a track of the catalogue, with all that is known of it, or about an invented one
    that the policy's author has a part in.

    Raises:
        RequestError: a field names no territory, for example.
        ClearmixError: there is no such track.
    """
    if wish.track == INVENTED:
        said = Situation([policy]).request()
    else:
        said = kernel.clearance.request(RemixSpec(kind="remix", sources=(wish.track,)))
    said["request"] |= {
        "actions": [wish.action],
        "use": wish.use,
        "territory": wish.territory,
        "length": wish.seconds * 1000,
    }
    said["listener"] |= {
        "tier": wish.tier,
        "verified": wish.verified,
        "add-ons": list(wish.add_ons),
    }
    said["sound"]["tempo-change"] = wish.tempo_percent * 100
    if wish.action == "cover":
        said["sound"]["parts-used"] = []
        said["generator"]["uses-master"] = False
    said["now"] = noon(wish.day, said["time-zone"])
    return Request.from_json(said)


def noon(day: date, time_zone: str | None) -> str:
    """The middle of a day where the listener is."""
    where = zone(time_zone) if time_zone else None
    return datetime.combine(day, time(12), where or UTC).astimezone(UTC).isoformat()


def as_test(wish: Wish, outcome: str) -> str:
    """The wish as a policy test that expects an outcome."""
    facts = [
        f"action is {wish.action}",
        f"use is {wish.use}",
        f"tier is {wish.tier}",
        f"listener is {'' if wish.verified else 'not '}verified",
        f"territory is {wish.territory}",
        f"length is {wish.seconds} seconds",
        f"tempo-change is {wish.tempo_percent}%",
        f"today is {wish.day.isoformat()}",
    ]
    if wish.add_ons:
        facts.append(f"add-ons are {english.listed(wish.add_ons, 'and')}")
    what = wish.action.replace("-", " ")
    name = f"{what} for {wish.use} use on the {wish.tier} plan, {wish.seconds} seconds"
    return f'test "{name}":\n  when ' + "\n   and ".join(facts) + f"\n  expect {outcome}\n"


def _one_of(field: str, said: str, known: tuple[str, ...]) -> str:
    if said in known:
        return said
    close = near(said, known)
    raise RequestError(
        f"`{said}` is no {field}",
        help=f"did you mean `{close}`?" if close else f"choose one of {', '.join(known)}",
    )


def _names(field: str, said: str) -> tuple[str, ...]:
    names = tuple(one for one in re.split(r"[\s,]+", said.strip().lower()) if one)
    for one in names:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", one):
            raise RequestError(
                f"`{one}` is no {field}", help="write names in small letters, with commas between"
            )
    return names


def _whole(field: str, said: str, least: int, most: int) -> int:
    if said.isdecimal() and len(said) < 10 and least <= int(said) <= most:
        return int(said)
    raise RequestError(
        f"`{said}` is no {field}", help=f"give a whole number from {least} to {most}"
    )
