"""Where state lives and which plugins are preferred: environment variables, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clearmix.errors import ClearmixError


@dataclass(frozen=True)
class Settings:
    """The configuration in force; every value has an environment variable of its name."""

    home: Path
    """`CLEARMIX_HOME`: keys, database, audio; the platform's user data folder by default."""
    database_url: str
    """`CLEARMIX_DATABASE_URL`: SQLite under `home` by default, any SQLAlchemy URL."""
    store: str
    """`CLEARMIX_STORE`: any fsspec URL for audio and closed play logs; a folder by default."""
    interpreter: str = "phrasebook"
    """`CLEARMIX_INTERPRETER`: id of the interpreter."""
    generator: str = "studio"
    """`CLEARMIX_GENERATOR`: id of the generator when a request names none."""
    cover_generator: str = "covers"
    """`CLEARMIX_COVER_GENERATOR`: id of the generator of covers when a request names none."""
    analyzer: str = "clearmix-sound"
    """`CLEARMIX_ANALYZER`: id of the analyzer of new recordings."""
    separator: str = ""
    """`CLEARMIX_SEPARATOR`: id of what takes mixes apart; may be left out where there is one."""
    transcriber: str = ""
    """`CLEARMIX_TRANSCRIBER`: id of what writes scores; may be left out where there is one."""
    soundfont: str = ""
    """`CLEARMIX_SOUNDFONT`: a bank (`.sf2`, `.sf3`) whose instruments play covers."""
    billing: str = "account"
    """`CLEARMIX_BILLING`: id of the gateway that takes the money for renders."""
    mark_listenings: str = ""
    """`CLEARMIX_MARK_LISTENINGS`: id of a watermark that names the listening in each stream."""
    service: str = "Clearmix"
    """`CLEARMIX_SERVICE`: the service's name, as marks and pages show it."""
    public_url: str | None = None
    """`CLEARMIX_PUBLIC_URL`: where others reach the service; marks link to its licences."""
    plugins: tuple[str, ...] = ()
    """`CLEARMIX_PLUGINS`: modules to load as plugins besides the installed ones, with commas."""
    render_seconds: float = 900.0
    """`CLEARMIX_RENDER_SECONDS`: wall time after which a generator is stopped."""
    render_memory_mb: int = 4096
    """`CLEARMIX_RENDER_MEMORY_MB`: memory above which a generator is stopped."""

    workers: str = "started"
    """`CLEARMIX_WORKERS`: `started` starts one when a render is asked for and none lives on this
    machine; `apart` leaves that to the operator."""
    scores: str = "ahead"
    """`CLEARMIX_SCORES`: `ahead` has idle workers write the scores of songs that may be covered;
    `asked` waits for the first cover."""
    logs: str = "text"
    """`CLEARMIX_LOGS`: `text` for people, `json` for what collects logs."""
    proxies: str = "127.0.0.1"
    """`CLEARMIX_PROXIES`: addresses, with commas, of proxies that are believed who asks."""
    metrics_token: str = ""
    """`CLEARMIX_METRICS_TOKEN`: who may read `/metrics` from other machines sends it as bearer."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an environment; raises ClearmixError naming a value that is wrong."""
        home = Path(environ.get("CLEARMIX_HOME") or _user_folder()).expanduser().absolute()
        return cls(
            home=home,
            database_url=environ.get("CLEARMIX_DATABASE_URL") or f"sqlite:///{home}/clearmix.db",
            store=environ.get("CLEARMIX_STORE") or str(home / "store"),
            interpreter=environ.get("CLEARMIX_INTERPRETER") or cls.interpreter,
            generator=environ.get("CLEARMIX_GENERATOR") or cls.generator,
            cover_generator=environ.get("CLEARMIX_COVER_GENERATOR") or cls.cover_generator,
            analyzer=environ.get("CLEARMIX_ANALYZER") or cls.analyzer,
            separator=environ.get("CLEARMIX_SEPARATOR") or cls.separator,
            transcriber=environ.get("CLEARMIX_TRANSCRIBER") or cls.transcriber,
            soundfont=environ.get("CLEARMIX_SOUNDFONT", cls.soundfont),
            billing=environ.get("CLEARMIX_BILLING") or cls.billing,
            mark_listenings=environ.get("CLEARMIX_MARK_LISTENINGS") or cls.mark_listenings,
            service=environ.get("CLEARMIX_SERVICE") or cls.service,
            public_url=environ.get("CLEARMIX_PUBLIC_URL") or None,
            plugins=tuple(filter(None, environ.get("CLEARMIX_PLUGINS", "").split(","))),
            render_seconds=_number(environ, "CLEARMIX_RENDER_SECONDS", cls.render_seconds),
            render_memory_mb=int(
                _number(environ, "CLEARMIX_RENDER_MEMORY_MB", cls.render_memory_mb)
            ),
            workers=_one_of(environ, "CLEARMIX_WORKERS", ("started", "apart")),
            scores=_one_of(environ, "CLEARMIX_SCORES", ("ahead", "asked")),
            logs=_one_of(environ, "CLEARMIX_LOGS", ("text", "json")),
            proxies=environ.get("CLEARMIX_PROXIES") or cls.proxies,
            metrics_token=environ.get("CLEARMIX_METRICS_TOKEN", ""),
        )

    def as_environment(self) -> dict[str, str]:
        """The variables from which a child process reads these same settings."""
        return {
            "CLEARMIX_HOME": str(self.home),
            "CLEARMIX_DATABASE_URL": self.database_url,
            "CLEARMIX_STORE": self.store,
            "CLEARMIX_INTERPRETER": self.interpreter,
            "CLEARMIX_GENERATOR": self.generator,
            "CLEARMIX_COVER_GENERATOR": self.cover_generator,
            "CLEARMIX_ANALYZER": self.analyzer,
            "CLEARMIX_SEPARATOR": self.separator,
            "CLEARMIX_TRANSCRIBER": self.transcriber,
            "CLEARMIX_SOUNDFONT": self.soundfont,
            "CLEARMIX_BILLING": self.billing,
            "CLEARMIX_MARK_LISTENINGS": self.mark_listenings,
            "CLEARMIX_SERVICE": self.service,
            "CLEARMIX_PUBLIC_URL": self.public_url or "",
            "CLEARMIX_PLUGINS": ",".join(self.plugins),
            "CLEARMIX_RENDER_SECONDS": str(self.render_seconds),
            "CLEARMIX_RENDER_MEMORY_MB": str(self.render_memory_mb),
            "CLEARMIX_WORKERS": self.workers,
            "CLEARMIX_SCORES": self.scores,
            "CLEARMIX_LOGS": self.logs,
            "CLEARMIX_PROXIES": self.proxies,
            "CLEARMIX_METRICS_TOKEN": self.metrics_token,
        }

    @property
    def policies(self) -> Path:
        """Folder of the operator's own `.rights` files."""
        return self.home / "policies"

    @property
    def keys(self) -> Path:
        """Folder of signing and watermark keys, made on first use with owner-only access."""
        return self.home / "keys"

    @property
    def work(self) -> Path:
        """Scratch folder on local disk for jobs in progress."""
        return self.home / "work"


def _user_folder() -> str:
    import platformdirs

    return platformdirs.user_data_dir("clearmix")


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value > 0:
        raise ClearmixError(
            f"`{text}` is not a number above zero", help=f"set {name} to a number", place=name
        )
    return value


def _one_of(environ: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """The value of a variable that has a few; the first of them is the default."""
    value = environ.get(name) or values[0]
    if value not in values:
        raise ClearmixError(
            f"`{value}` is not one of {', '.join(values)}",
            help=f"set {name} to one of them",
            place=name,
        )
    return value
