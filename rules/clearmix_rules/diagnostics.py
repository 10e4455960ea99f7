"""What is wrong with a policy, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

LONGEST = 300
"""A longer message is cut off."""


class Severity(StrEnum):
    """An error stops a policy from loading; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. Lines and columns count from 1, columns in code points."""

    severity: Severity
    code: str
    message: str
    help: str
    file: str
    line: int
    column: int
    width: int = 1
    text: str = field(default="", compare=False)
    """The whole line that the place is in, for the caret."""

    def __post_init__(self) -> None:
        """Cuts a message short that quotes a very long word."""
        if len(self.message) > LONGEST:
            object.__setattr__(self, "message", f"{self.message[:LONGEST]}...")

    def as_text(self) -> str:
        """The message with its place, the line with a caret under the place, and the remedy."""
        head = "" if self.severity is Severity.ERROR else "warning: "
        lines = [f"{head}{self.message} ({self.file}, line {self.line}, column {self.column})"]
        if self.text.strip():
            shown, caret = _window(self.text, self.column, self.width)
            lines += [f"    {shown}", f"    {caret}"]
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, str | int]:
        """The same as a JSON object, without the source line."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "help": self.help,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "width": self.width,
        }


def _window(text: str, column: int, width: int, most: int = 96) -> tuple[str, str]:
    """A piece of a line around a column and the caret line under it.

    Control characters are shown as `?`, and what is cut off as `…`.
    """
    start = max(0, column - 1 - most // 2) if len(text) > most else 0
    piece = text[start : start + most]
    shown = "".join(
        char if char.isprintable() else ("\t" if char == "\t" else "?") for char in piece
    ).rstrip()
    before = "".join("\t" if char == "\t" else " " for char in piece[: column - 1 - start])
    room = max(1, len(piece) - (column - 1 - start))
    if start:
        shown, before = f"…{shown}", f" {before}"
    if text[start + most :].strip():
        shown += "…"
    return shown, before + "^" * max(1, min(width, room))
