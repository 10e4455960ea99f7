"""The policies of a small label: every `.rights` file beside this module."""

from collections.abc import Iterable
from importlib.resources import files

from clearmix import PolicySource, Settings, hookimpl


@hookimpl
def provide_policies(settings: Settings) -> Iterable[PolicySource]:
    """Hands over the policies; the catalogue must know the parties that they speak for."""
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".rights"):
            yield PolicySource(path.name, path.read_text(encoding="utf-8"))
