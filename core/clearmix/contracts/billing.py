"""Who takes the money for a render: a gateway that a plugin brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Charge:
    """What one listener owes for one published render; `id` is the same at every try."""

    id: str
    listener: str
    amount_micro: int
    currency: str
    text: str


@runtime_checkable
class BillingGateway(Protocol):
    """Takes money from listeners: a card processor, an app store, or an account that is settled.

    The kernel charges after a render is published and never before, and books every charge itself.
    """

    id: str
    version: str

    def charge(self, charge: Charge) -> str:
        """The receipt of a charge that was made; a charge of the same id is made once.

        A charge is tried again until a receipt came, so the gateway must know one it has made
        already. It raises when the money cannot be had now.
        """
        ...
