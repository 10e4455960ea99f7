"""Definitions in files of their own, for several policies: `use "territories.rights"`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from clearmix_rules import tree
from clearmix_rules.checking.definitions import resolve
from clearmix_rules.checking.findings import Findings
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import RightsError, near_file
from clearmix_rules.reading.parser import Parsed, parse
from clearmix_rules.source import PolicySource

ENDING = ".rights"
MOST = 100
"""How many files a policy may use, directly and through others."""


class SharedFiles:
    """The files that policies may use: those given, and those beside whoever uses them.

    Each is read once, however many policies use it.
    """

    def __init__(self, sources: Iterable[PolicySource] = ()) -> None:
        self._given = {source.name: source for source in sources}
        self._parsed: dict[PolicySource, Parsed] = {}

    def definitions(
        self, policy: tree.Policy | tree.Shared, source: PolicySource, findings: Findings
    ) -> tuple[tuple[tree.Definition, ...], bool]:
        """Everything a file defines with what it takes from others, and whether that is all.

        It is not all where a used file cannot be read. What is taken from another file has its
        place at the `use` line, where the reader can do something about it.
        """
        found: dict[str, tuple[tree.Definition, PolicySource]] = {}
        before = len(findings.diagnostics)
        for one in policy.uses:
            for definition, origin in self._used(one, source, findings, (source,)):
                other = found.get(definition.name)
                if other is None:
                    found[definition.name] = (_moved(definition, one.span), origin)
                elif other[1] != origin:
                    findings.error(
                        one.span,
                        "twice",
                        f"`{definition.name}` is defined in `{other[1].name}` and in "
                        f"`{origin.name}`",
                        "rename one of the two",
                    )
        complete = len(findings.diagnostics) == before
        own = []
        for definition in policy.definitions:
            other = found.get(definition.name)
            if other is None:
                own.append(definition)
            else:
                findings.error(
                    definition.span,
                    "twice",
                    f"`{definition.name}` is already defined in `{other[1].name}`",
                    "define another name, or leave this line out",
                )
        return (*(definition for definition, _ in found.values()), *own), complete

    def _used(
        self,
        use: tree.Use,
        user: PolicySource,
        findings: Findings,
        path: tuple[PolicySource, ...],
    ) -> list[tuple[tree.Definition, PolicySource]]:
        """The definitions of a used file and of those it uses, each with the file it stands in."""
        source = self._find(use, user, findings)
        if source is None:
            return []
        if source in path:
            circle = " -> ".join(one.name for one in (*path[path.index(source) :], source))
            findings.error(use.span, "use-cycle", f"files use one another in a circle: {circle}",
                           "move what they share into a file that uses no other")  # fmt: skip
            return []
        if len(path) > MOST:
            findings.error(use.span, "use-depth", f"more than {MOST} files use one another",
                           "put definitions that belong together into one file")  # fmt: skip
            return []
        shared = self._read(source, use, findings)
        if shared is None:
            return []
        definitions = [(one, source) for one in shared.definitions]
        for further in shared.uses:
            placed = tree.Use(further.file, use.span)
            definitions += self._used(placed, source, findings, (*path, source))
        return list(dict.fromkeys(definitions))

    def _find(self, use: tree.Use, user: PolicySource, findings: Findings) -> PolicySource | None:
        """The file that a `use` line names, beside its user or among those given."""
        name = PurePosixPath(use.file)
        if name.is_absolute() or not use.file.endswith(ENDING):
            message = f"`{use.file}` is not a file that can be used"
            help = f"name a file that ends in {ENDING}, by its path from this file"
            findings.error(use.span, "use", message, help)
            return None
        beside = user.folder / name if user.folder is not None else None
        try:
            if beside is not None and beside.is_file():
                return PolicySource.read(beside)
        except (RightsError, ValueError) as error:
            findings.error(use.span, "use", f"`{use.file}` cannot be used: {error}",
                           "correct that file first")  # fmt: skip
            return None
        known = self._given.get(use.file) or self._given.get(name.name)
        if known is None:
            others = sorted(self._given)
            if user.folder is not None:
                others += sorted(one.name for one in user.folder.glob(f"*{ENDING}"))
            others = [one for one in others if one != user.name]
            meant = near_file(use.file, others)
            findings.error(use.span, "missing-file", f"there is no file `{use.file}` to use",
                           f"did you mean `{meant}`?" if meant else "put it beside this file"
                           )  # fmt: skip
        return known

    def _read(self, source: PolicySource, use: tree.Use, findings: Findings) -> tree.Shared | None:
        """What a used file says; None after noting why it cannot be used."""
        parsed = self._parsed.get(source)
        if parsed is None:
            parsed = self._parsed[source] = parse(source)
            if parsed.shared is not None:
                own = Findings(source)
                resolve(parsed.shared.definitions, own)
                parsed.diagnostics += own.diagnostics
        wrong = next((one for one in parsed.diagnostics if one.severity is Severity.ERROR), None)
        if parsed.policy is not None:
            findings.error(use.span, "use", f"`{use.file}` is a policy of its own",
                           "move its definitions into a file that has nothing else")  # fmt: skip
        elif wrong is not None:
            findings.error(use.span, "use", f"`{use.file}` has a mistake: {_placed(wrong)}",
                           f"correct it; `clearmix-rules check {use.file}` shows all")  # fmt: skip
        else:
            return parsed.shared
        return None


def _placed(one: Diagnostic) -> str:
    return f"{one.message} ({one.file}, line {one.line}, column {one.column})"


def _moved(definition: tree.Definition, span: tree.Span) -> tree.Definition:
    """A definition whose values stand at another place."""
    return tree.Definition(definition.name, _at(definition.values, span), span)


def _at(values: tuple[tree.Value, ...], span: tree.Span) -> tuple[tree.Value, ...]:
    moved: list[tree.Value] = []
    for value in values:
        if isinstance(value, tree.Except):
            moved.append(tree.Except(_at(value.values, span), span))
        else:
            moved.append(replace(value, span=span))
    return tuple(moved)
