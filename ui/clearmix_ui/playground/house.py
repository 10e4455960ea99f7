"""What of the house's rights a person at the playground works beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clearmix.clearance.headers import header
from clearmix_rules import PolicySource, RightsError
from clearmix_rules.schema import PLATFORM
from clearmix_ui.playground.beside import Beside
from clearmix_ui.playground.reading import Reading
from clearmix_ui.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clearmix import Kernel

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.rights")


class House:
    """The policies in force and the catalogue, as one person may see them."""

    def __init__(self, kernel: Kernel, viewer: Viewer) -> None:
        self._kernel = kernel
        self._viewer = viewer

    @property
    def in_force(self) -> tuple[PolicySource, ...]:
        """The texts of now."""
        return self._kernel.policies.current().sources

    @property
    def shared(self) -> list[PolicySource]:
        """The files of definitions, which any policy may use."""
        return [one for one in self.in_force if header(one.text) is None]

    @property
    def seen(self) -> list[PolicySource]:
        """The policies in force whose text this person may read."""
        return [
            one
            for one in self.in_force
            if header(one.text) is not None and self._viewer.sees(author(one.text))
        ]

    @property
    def own(self) -> PolicySource | None:
        """The policy in force of the person's own party."""
        return next((one for one in self.seen if author(one.text) == self._viewer.party), None)

    @property
    def own_track(self) -> str:
        """The first track of the catalogue that the person's party has a part in; or none."""
        party = self._viewer.party
        for one in self._kernel.catalogue.recordings():
            if party and party in (one.label, *one.artists):
                return one.id
        return ""

    def beside(self, reading: Reading) -> Beside:
        """A text beside what is in force.

        Raises:
            RightsError: it has a mistake, or delegates its consent in a circle.
        """
        if reading.policy is None:
            raise RightsError("the policy has mistakes", help="correct them first")
        in_force = self._kernel.policies.current().policies
        seen = self._viewer.sees(reading.policy.author.party)
        return Beside.of(reading.policy, reading.source, in_force, seen=seen)


def author(text: str) -> str:
    """The party that a text speaks for, by its header alone."""
    said = header(text)
    return said.author.rpartition(" ")[2] if said else PLATFORM


def source_of(message: Mapping[str, str]) -> PolicySource:
    """The text of a message under its name, or under one made from whose it is."""
    text, name = message.get("text", ""), message.get("name", "")
    return PolicySource(name if _NAME.fullmatch(name) else f"{author(text)}.rights", text)
