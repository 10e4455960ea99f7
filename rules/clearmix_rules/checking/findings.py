"""What the checker collects while it reads one policy."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import did_you_mean
from clearmix_rules.source import PolicySource
from clearmix_rules.tree import Span


class Findings:
    """The diagnostics of one policy, each with the place it was found at."""

    def __init__(self, source: PolicySource) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []

    @property
    def errors(self) -> int:
        """How many mistakes there are; warnings are none, and what they are about still counts."""
        return sum(one.severity is Severity.ERROR for one in self.diagnostics)

    def error(self, span: Span, code: str, message: str, help: str) -> None:
        """Notes a mistake that stops the policy from loading."""
        self._add(Severity.ERROR, span, code, message, help)

    def warning(self, span: Span, code: str, message: str, help: str) -> None:
        """Notes something that is allowed but probably not meant."""
        self._add(Severity.WARNING, span, code, message, help)

    def unknown(self, span: Span, what: str, written: str, known: Iterable[str]) -> None:
        """Notes a word that is not in a closed list, with the nearest that is."""
        known = list(known)
        self.error(
            span,
            f"unknown-{what.replace(' ', '-')}",
            f"unknown {what} `{written}`",
            did_you_mean(written, known, f"write one of: {', '.join(known)}"),
        )

    def _add(self, severity: Severity, span: Span, code: str, message: str, help: str) -> None:
        self.diagnostics.append(
            Diagnostic(
                severity,
                code,
                message,
                help,
                self.source.name,
                span.line,
                span.column,
                span.width,
                self.source.line(span.line),
            )
        )
