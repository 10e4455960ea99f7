"""The rights policies in force: shipped ones, those of plugins, and the operator's own folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clearmix.clearance.headers import Header, header, only_defines
from clearmix.clearance.stand_ins import meanwhile, stand_in
from clearmix.clearance.versions import PolicyVersions, digest
from clearmix.errors import ClearanceError
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix_rules import PolicyErrors, PolicySet, PolicySource, Severity, tree
from clearmix_rules.deciding.compiled import CompiledPolicy


@dataclass(frozen=True)
class PoliciesInForce:
    """A set ready to decide, and the texts in it."""

    policies: PolicySet
    sources: tuple[PolicySource, ...]

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 of every text, sorted."""
        return tuple(sorted(map(digest, self.sources)))


@dataclass(frozen=True)
class HousePolicy:
    """A text in the house: which plugin ships it, or None for the operator's own folder."""

    source: PolicySource
    plugin: str | None
    trouble: str = ""
    """Why a policy that refuses everything stands in for it; empty if none does."""

    @property
    def header(self) -> Header | None:
        """Its title, version and author; None for a file without a header."""
        return header(self.source.text)


class Policies:
    """Loads policies once and again when a file has changed; keeps every text it has seen."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        shipped: Callable[[], Iterable[tuple[str, PolicySource]]],
        report: Callable[[str, str, str], None],
    ) -> None:
        self.versions = PolicyVersions(database)
        self._folder = settings.policies
        self._shipped = shipped
        self._report = report
        self._loaded: tuple[object, PoliciesInForce, tuple[HousePolicy, ...]] | None = None

    def current(self) -> PoliciesInForce:
        """The policies of now.

        A file that does not check, or that changes a recorded version, is reported, and a policy
        that refuses everything stands in for it: its author's songs are not remixed on rules that
        nobody can read or that were changed behind their number.
        """
        return self._load()[0]

    def listed(self) -> tuple[HousePolicy, ...]:
        """The texts of now, whether they can be used or not."""
        return self._load()[1]

    def known_at(self, time: datetime) -> PoliciesInForce:
        """The policies as they were known at a time; of before the house had any, none."""
        return _again(self.versions.known_at(time))

    def recorded(self, hashes: Collection[str]) -> PoliciesInForce:
        """The policies with these hashes, as an entry of the decision log names them.

        Raises:
            ClearanceError: one of them was never recorded.
        """
        return _again([one.source for one in self.versions.texts(hashes).values()])

    def read(self, source: PolicySource) -> tree.Policy:
        """What a policy says that was in force, with the definitions of the house.

        Raises:
            ClearanceError: this version of clearmix cannot read it.
        """
        return _read(source, _definitions(self.current().sources)).policy

    def add(self, source: PolicySource) -> Path:
        """Writes a policy that checks into the operator's folder; one that is there stays as it is.

        Raises:
            ClearanceError: the text does not check beside the others, or its version is recorded
                already with another text; nothing is written.
        """
        kept = [one for one in self.listed() if not one.trouble]
        said = header(source.text)
        shared = _definitions(one.source for one in kept)
        edited = _edited(source, self.versions.by_header(), shared)
        if edited is not None:
            raise ClearanceError(
                f"{edited} is recorded already with another text",
                help="a version is never edited: give the new text the next version",
                place=source.name,
            )
        for one in kept:
            if one.plugin is None and said is not None and one.header == said:
                return self._folder / one.source.name
        try:
            PolicySet.load([*(one.source for one in kept), source])
        except PolicyErrors as error:
            raise ClearanceError(
                f"`{source.name}` does not check:\n{_told(error)}",
                help="correct it; nothing was added",
            ) from error
        path = self._folder / source.name
        if path.exists() and said is not None:
            # The version before stays: it holds until this one comes into force.
            path = path.with_stem(f"{path.stem}-version-{said.version}")
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(source.text, encoding="utf-8")
        partial.replace(path)
        self._loaded = None
        return path

    # ------------------------------------------------------------ loading

    def _files(self) -> Sequence[Path]:
        return sorted(self._folder.glob("*.rights")) if self._folder.is_dir() else []

    def _load(self) -> tuple[PoliciesInForce, tuple[HousePolicy, ...]]:
        signature = tuple((path.name, path.stat().st_mtime_ns) for path in self._files())
        if self._loaded is None or self._loaded[0] != signature:
            in_force, listed = self._usable(self._unedited(list(self._found())))
            self.versions.record(in_force.sources)
            self._loaded = signature, in_force, listed
        return self._loaded[1:]

    def _found(self) -> Iterator[HousePolicy]:
        from clearmix_library import policies

        for source in policies():
            yield HousePolicy(source, "clearmix")
        for plugin, source in self._shipped():
            yield HousePolicy(source, plugin)
        for path in self._files():
            text = path.read_text(encoding="utf-8", errors="replace")
            yield HousePolicy(PolicySource(path.name, text), None)

    def _unedited(self, found: Sequence[HousePolicy]) -> list[HousePolicy]:
        """The texts; in trouble is one that says something else than is recorded of its version."""
        recorded = self.versions.by_header()
        shared = _definitions(one.source for one in found)
        listed = []
        for one in found:
            edited = _edited(one.source, recorded, shared)
            if edited is not None:
                listed.append(
                    self._in_trouble(
                        one,
                        f"`{one.source.name}` changes {edited}, which is recorded with another "
                        "text",
                        f'put the recorded text back (`clearmix rules show "{edited.title}" '
                        "--text`) and give the change the next version",
                    )
                )
            else:
                listed.append(one)
        return listed

    def _usable(
        self, listed: Sequence[HousePolicy]
    ) -> tuple[PoliciesInForce, tuple[HousePolicy, ...]]:
        """The policies that can be used, with stand-ins for those that cannot.

        In trouble are also texts that do not check, alone or beside the others.
        """
        while True:
            try:
                in_force = _in_force(
                    [stand_in(one.source) if one.trouble else one.source for one in listed]
                )
            except PolicyErrors as error:
                mistakes = _mistakes(error)
                broken = [one for one in listed if not one.trouble and one.source.name in mistakes]
                if not broken:
                    raise ClearanceError(
                        f"the policies cannot be used:\n{_told(error)}", help="correct them"
                    ) from error
                listed = [self._broken(one, mistakes) if one in broken else one for one in listed]
            else:
                return in_force, tuple(listed)

    def _broken(self, one: HousePolicy, mistakes: Mapping[str, str]) -> HousePolicy:
        name = one.source.name
        where = name if one.plugin else self._folder / name
        return self._in_trouble(
            one,
            f"`{name}` does not check: {mistakes[name]}",
            f"run `clearmix rules check {where}` and correct it",
        )

    def _in_trouble(self, one: HousePolicy, reason: str, help: str) -> HousePolicy:
        self._report(one.plugin or "policies", reason, f"{help}; {meanwhile(one.source)}")
        return HousePolicy(one.source, one.plugin, reason)


def _mistakes(error: PolicyErrors) -> dict[str, str]:
    """The first mistake of each file that has one, with its line."""
    first: dict[str, str] = {}
    for one in error.diagnostics:
        if one.severity is Severity.ERROR:
            first.setdefault(one.file, f"{one.message} (line {one.line})")
    return first


def _edited(
    source: PolicySource,
    recorded: Mapping[Header, Sequence[PolicySource]],
    shared: Sequence[PolicySource],
) -> Header | None:
    """The recorded version of which a text says something else; its layout may differ."""
    said = header(source.text)
    known = recorded.get(said, ()) if said else ()
    if not known or any(one.text == source.text for one in known):
        return None
    same = any(_meaning(one, shared) == _meaning(source, shared) for one in known)
    return None if same else said


def _meaning(source: PolicySource, shared: Sequence[PolicySource]) -> str:
    """The hash of what a policy says, whatever its layout; of its text if it cannot be read."""
    try:
        return _read(source, shared).leaf
    except ClearanceError:
        return digest(source)


def _read(source: PolicySource, shared: Sequence[PolicySource]) -> CompiledPolicy:
    """A policy by itself, with the definitions that it may use."""
    (policy,) = _again([source, *shared]).policies.policies
    return policy


def _told(error: PolicyErrors) -> str:
    return "\n".join(one.as_text() for one in error.diagnostics)


def _in_force(sources: Sequence[PolicySource]) -> PoliciesInForce:
    return PoliciesInForce(PolicySet.load(sources), tuple(sources))


def _definitions(sources: Iterable[PolicySource]) -> list[PolicySource]:
    """The files that hold no policy but what policies share."""
    return [one for one in sources if only_defines(one.text)]


def _again(sources: Sequence[PolicySource]) -> PoliciesInForce:
    """The set of texts that were in force once."""
    try:
        return _in_force(sources)
    except PolicyErrors as error:
        raise ClearanceError(
            f"recorded policies cannot be read by this version:\n{_told(error)}",
            help="decide it with the version of clearmix that recorded it",
        ) from error
