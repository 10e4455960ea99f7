"""What a test is about: the attribute that a name stands for, or a subject and what it can be."""

from __future__ import annotations

from clearmix_rules import tree
from clearmix_rules.checking.definitions import Defined
from clearmix_rules.checking.findings import Findings
from clearmix_rules.checking.spoken import age_meant, meant, not_read
from clearmix_rules.errors import did_you_mean
from clearmix_rules.schema import ROLES, SCHEMA, Attribute, Kind, Schema
from clearmix_rules.tree import FactTest, Op, Quantifier, Ref, Test


class Subjects:
    """Looks names up in the schema and notes those that it does not know."""

    def __init__(
        self,
        findings: Findings,
        defined: Defined,
        schema: Schema = SCHEMA,
        *,
        complete: bool = True,
    ) -> None:
        self.findings = findings
        self.defined = defined
        self.complete = complete
        """Whether all definitions are known; a word that is not may otherwise be one of them."""
        self.schema = schema

    def attribute(self, ref: Ref) -> Attribute | None:
        """The attribute that a reference names."""
        name = ref.name or ""
        if ref.owner is not None:
            found = self.schema.attributes.get(f"{ref.owner}.{name}")
            if found is not None and found.group != "party":
                return found
            if ref.owner not in self.schema.subjects:
                self.findings.unknown(
                    ref.span, "subject", ref.owner, [*self.schema.subjects, *ROLES]
                )
            else:
                known = [row.name for row in self.schema.of(ref.owner)]
                self.findings.unknown(ref.span, "attribute", name, known)
            return None
        candidates = self.schema.named(name)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            offered = " or ".join(f"`{row.group}'s {name}`" for row in candidates)
            self.findings.error(
                ref.span,
                "ambiguous",
                f"several things have the attribute `{name}`",
                f"write {offered}",
            )
            return None
        if f"party.{name}" in self.schema.attributes:
            self.findings.error(
                ref.span,
                "whose",
                f"`{name}` belongs to a party",
                f"say whose: `any artist's {name}` or `every writer's {name}`",
            )
            return None
        known = [row.name for row in self.schema.attributes.values() if row.group != "party"]
        known += [*self.schema.subjects, *ROLES]
        help = not_read(name) or meant(name, known, "the guide lists every attribute")
        self.findings.error(ref.span, "unknown-attribute", f"unknown attribute `{name}`", help)
        return None

    def predicate(self, test: Test, is_not: bool = False) -> FactTest | None:
        """`listener is verified`: a subject and one of its yes-or-no attributes."""
        subject = test.ref.name or ""
        if subject == "listener" and (help := age_meant(test, is_not)):
            message = "`age-band` says how old a listener is"
            self.findings.error(test.span, "predicate", message, help)
            return None
        flags = [row for row in self.schema.of(subject) if row.kind is Kind.BOOL]
        return self.flag(test, subject, flags, None, None)

    def flag(
        self,
        test: Test,
        subject: str,
        flags: list[Attribute],
        role: str | None,
        quantifier: Quantifier | None,
    ) -> FactTest | None:
        """A yes-or-no attribute as `is` names it: `verified`, `minor`."""
        word = test.values[0] if test.values else None
        names = [row.name for row in flags]
        if test.op is not Op.ONE_OF or len(test.values) != 1 or not isinstance(word, tree.Word):
            example = f"`{subject} is {names[0]}`" if names else f"`{subject}'s ...`"
            self.findings.error(
                test.span,
                "predicate",
                f"`{subject}` alone has no value",
                f"write {example}, or name one of its attributes",
            )
            return None
        for row in flags:
            if row.name == word.text:
                return FactTest(row, Op.TRUE, (), role, quantifier, None, test.span)
        others = [row.name for row in self.schema.of(subject)]
        self.findings.error(
            word.span,
            "unknown-value",
            f"`{word.text}` is nothing `{subject}` can be",
            did_you_mean(
                word.text,
                names,
                f"it is named by its id: `generator's id is {word.text}`"
                if subject == "generator"
                else f"it can be {' or '.join(names)}"
                if names
                else f"name one of its attributes: {', '.join(others)}",
            ),
        )
        return None
