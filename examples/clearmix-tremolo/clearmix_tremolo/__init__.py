"""A Clearmix generator: the recording with a tremolo in time with its beat."""

from collections.abc import Iterable

from clearmix import Generator, Settings, hookimpl


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """Hands over the one generator of this plugin."""
    from clearmix_tremolo.generator import Tremolo

    return [Tremolo()]
