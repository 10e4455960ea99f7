"""A new plugin as a distribution that installs, passes its contract and works at once.

Each kind is a folder of templates beside this module: files that are filled in and written out.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

import clearmix
from clearmix.errors import PluginError
from clearmix_rules.errors import did_you_mean

KINDS = ("generator", "labeler", "formula", "interpreter", "separator", "policies")
"""Kinds of plugins that can be begun; each is a folder of templates."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SUFFIX = ".j2"


@dataclass(frozen=True)
class NewPlugin:
    """The names of a plugin that is begun: all follow from its kind and its own name."""

    kind: str
    name: str

    def __post_init__(self) -> None:
        """Raises PluginError for an unknown kind, or a name that is taken or cannot be an id."""
        if self.kind not in KINDS:
            raise PluginError(
                f"no kind of plugin `{self.kind}`",
                help=did_you_mean(self.kind, KINDS, f"the kinds are {', '.join(KINDS)}"),
            )
        plain = self.name.removeprefix("clearmix-")
        object.__setattr__(self, "name", plain)
        if not _NAME.fullmatch(plain) or {plain, self.class_name} & {*keyword.kwlist}:
            raise PluginError(
                f"`{self.name}` cannot be the name of a plugin",
                help="use lower-case words with hyphens, such as `night-drive`",
            )
        if find_spec(self.package) or self.class_name in clearmix.__all__:
            raise PluginError(
                f"`{self.name}` is taken: Clearmix, or a plugin that is installed, is named so",
                help="give it a name of its own; `clearmix plugins list` shows those there are",
            )

    @property
    def distribution(self) -> str:
        """What pip calls it."""
        return f"clearmix-{self.name}"

    @property
    def package(self) -> str:
        """What Python imports."""
        return self.distribution.replace("-", "_")

    @property
    def class_name(self) -> str:
        """The class that does the work.

        >>> NewPlugin("generator", "night-drive").class_name
        'NightDrive'
        """
        return "".join(word.capitalize() for word in self.name.split("-"))


def write_plugin(new: NewPlugin, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """The new folder and the names of the files in it.

    Raises:
        PluginError: there is something at that place already, or it cannot be written.
    """
    target = folder / new.distribution
    if target.exists():
        raise PluginError(
            f"there is something at `{target}` already",
            help="give another name, or another folder with --out",
            place=str(target),
        )
    written = {}
    for kind in ("common", new.kind):
        root = files(__package__).joinpath("templates", kind)
        for name, text in _templates(root, ""):
            written[name.replace("__package__", new.package)] = _filled(text, new)
    try:
        for name, text in written.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PluginError(
            f"cannot write the plugin: {error.strerror}",
            help="give a folder that you may write to with --out",
            place=str(target),
        ) from error
    return target, tuple(sorted(written))


def _templates(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _templates(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIX):
            yield prefix + entry.name.removesuffix(_SUFFIX), entry.read_text("utf-8")


def _filled(text: str, new: NewPlugin) -> str:
    import jinja2

    template = jinja2.Template(
        text, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return str(template.render(new=new))
