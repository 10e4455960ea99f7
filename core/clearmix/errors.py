"""The errors of the kernel: each says what went wrong, where, and the remedy.

ClearmixError
├── AudioError            a file that cannot be read, or samples that cannot be used
├── SpecError             a remix spec that breaks the vocabulary or its own rules
├── CatalogueError        an import row, a title or an identifier that does not fit
├── ClearanceError        consent or rights facts that cannot be established
├── PluginError           a plugin that is missing, broken or breaks its contract
├── RenderError           a render that could not be made or may not be published
│   ├── GeneratorError    the generator raised, hung, ran out of memory or returned nonsense
│   └── PlanError         an edited plan that is none, or that goes beyond what was permitted
├── MarkError             a mark that could not be written or read back
├── RoyaltyError          plays, shares or sums that do not settle
├── DeliveryError         a stream that may not be opened
│   ├── NoStreamError     nothing of that id for this listener
│   ├── LinkError         a link that was changed, has expired or belongs to someone else
│   ├── WithdrawnError    a rights-holder's answer forbids streaming it now
│   ├── UnreadyError      what takes seconds to make, asked for by who does not wait
│   └── BusyError         more than a listener asks for by hand
├── EntitlementError      a plan that does not hold what is asked for
├── AccessError           a caller who may not do this, or a token that cannot be had
├── RepeatError           a request that was sent again while, or otherwise than, the first was
└── StorageError          a full disk, a locked or foreign database
    └── UnreachableError  a database that does not answer for now
"""

from __future__ import annotations

from typing import Any


class ClearmixError(Exception):
    """A failure that a person can act on: `message` says what, `help` the remedy, `place` where."""

    def __init__(self, message: str, *, help: str, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.place = place

    def __str__(self) -> str:
        where = f" ({self.place})" if self.place else ""
        return f"{self.message}{where}\n  help: {self.help}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.help, self.place)


def _rebuild(kind: type[ClearmixError], message: str, help: str, place: str) -> ClearmixError:
    return kind(message, help=help, place=place)


class AudioError(ClearmixError):
    """A file that cannot be read as audio, or samples that cannot be used."""


class SpecError(ClearmixError):
    """A remix spec that uses an unknown term or contradicts itself."""


class CatalogueError(ClearmixError):
    """An import row, a title or an identifier that does not fit the catalogue."""


class ClearanceError(ClearmixError):
    """Consent or rights facts that cannot be established."""


class PluginError(ClearmixError):
    """A plugin that is missing, broken, or that breaks its contract."""


class RenderError(ClearmixError):
    """A render that could not be made, or that may not be published."""


class GeneratorError(RenderError):
    """A generator that raised, hung, ran out of memory or returned unusable audio."""


class PlanError(RenderError):
    """An edited arrangement plan that is none, or that goes beyond the spec that was permitted."""


class MarkError(ClearmixError):
    """A mark that could not be written, or not read back from the encoded bytes."""


class RoyaltyError(ClearmixError):
    """Plays, shares or sums that do not settle."""


class DeliveryError(ClearmixError):
    """A stream that may not be opened."""


class NoStreamError(DeliveryError):
    """Nothing of that id for this listener; another's private render is as good as absent."""


class LinkError(DeliveryError):
    """A stream link or play token that was changed, has expired or belongs to someone else."""


class UnreadyError(DeliveryError):
    """What has to be encoded or drawn first, asked for by somebody who has no time for that."""


class WithdrawnError(DeliveryError):
    """A remix whose consent has been withdrawn since it was made."""


class BusyError(DeliveryError):
    """More requests than a listener makes by hand; it passes."""


class EntitlementError(ClearmixError):
    """A listener's plan does not hold what is asked for, or a charge cannot be made."""


class AccessError(ClearmixError):
    """A caller whose role, token or party does not reach so far, or a token that cannot be had."""


class RepeatError(ClearmixError):
    """A request under a key that came with another request, or whose first is under way."""


class StorageError(ClearmixError):
    """A full disk, or a database that is locked, foreign or out of date."""


class UnreachableError(StorageError):
    """A database that does not answer for now; whatever asked may ask again."""
