"""What is special about a request, in plain English: each thing that a plain one has otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clearmix_rules import english
from clearmix_rules.english import listed
from clearmix_rules.schema import SCHEMA, Attribute, Kind

PLAIN = "nothing is special: someone privately remixes a song, and all who have a say agree"


def differences(said: Mapping[str, Any], plain: Mapping[str, Any]) -> Iterator[str]:
    """Each difference of a request from a plain one, as a short sentence."""
    if said["now"] != plain["now"]:
        yield f"now is {said['now']}"
    if said["time-zone"] is None:
        yield "nobody knows the listener's time zone"
    elif said["time-zone"] != plain["time-zone"]:
        yield f"the listener's time zone is {said['time-zone']}"
    for group in ("request", "listener", "sound", "generator"):
        yield from _facts(group, said[group], plain[group])
    for track, usual in zip(said["tracks"], plain["tracks"], strict=True):
        yield from _facts("track", track, usual)
        yield from _facts("work", track["work"], usual["work"])
        yield from _unknown(track, said["parties"])
    for party, facts in said["parties"].items():
        yield from _of_party(party, facts, plain["parties"][party])
    for consent in said["consents"]:
        what = "any use" if consent["kind"] == "any" else english.plural(consent["kind"])
        answer = "refuses" if consent["answer"] == "refuse" else "allows"
        yield f"{consent['party']} has recorded that it {answer} {what}"
    for approval in said["approvals"]:
        answer = "said yes" if approval["answer"] == "approve" else "said no"
        yield f"{approval['party']} was asked for approval and {answer}"


def _facts(group: str, said: Mapping[str, Any], plain: Mapping[str, Any]) -> Iterator[str]:
    for attribute in SCHEMA.of(group):
        value, usual = said.get(attribute.name), plain.get(attribute.name)
        if _settled(value) != _settled(usual):
            yield _fact(attribute, value)


def _settled(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _fact(attribute: Attribute, value: Any) -> str:
    """One fact: `the listener's tier is free`, `the track is explicit`, `the writers are ...`."""
    if value is None:
        return f"{attribute.name} is not given"
    if attribute.kind is Kind.BOOL:
        return f"the {attribute.group} is {'' if value else 'not '}{attribute.name}"
    if isinstance(value, list):
        return f"{attribute.name} has {listed(sorted(value), 'and') or 'nothing'}"
    whose = f"the {attribute.group}'s " if attribute.group in ("listener", "track", "work") else ""
    shown = english.scalar(value, attribute)
    return f"{whose}{attribute.name} is {shown}"


def _unknown(track: Mapping[str, Any], parties: Mapping[str, Any]) -> Iterator[str]:
    """Who has a part in a track, but is not known to the catalogue."""
    names = [*track["artists"], *track["performers"], *track["producers"], *track["owners"]]
    names += [*track["work"]["writers"], *track["work"]["publishers"], track["label"]]
    for name in dict.fromkeys(names):
        if name and name not in parties:
            yield f"nothing is known of {name}"


def _of_party(party: str, said: Mapping[str, Any], plain: Mapping[str, Any]) -> Iterator[str]:
    for attribute in SCHEMA.of("party"):
        value = said.get(attribute.name)
        if value == plain.get(attribute.name):
            continue
        if attribute.kind is Kind.BOOL:
            yield f"{party} is {'' if value else 'not '}{attribute.name}"
        else:
            yield f"{party}'s {attribute.name} has {listed(value or (), 'and') or 'nothing'}"
    if said["default-consent"] != plain["default-consent"]:
        yield f"the catalogue's default for {party} is {said['default-consent']}"
    if said["parent"]:
        yield f"{party} belongs to {said['parent']}"
