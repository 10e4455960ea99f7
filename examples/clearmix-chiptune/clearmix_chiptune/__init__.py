"""The generator `chiptune`."""

from collections.abc import Iterable

from clearmix import Generator, Settings, hookimpl


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """Hands over the generator."""
    from clearmix_chiptune.generator import Chiptune

    return [Chiptune()]
