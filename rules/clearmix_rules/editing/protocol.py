"""What this package finds, in the words of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp

from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.editing.completing import Completion
from clearmix_rules.editing.fixes import Edit, quick_fix, span
from clearmix_rules.editing.hovering import Hover
from clearmix_rules.editing.names import Name, Role, names
from clearmix_rules.editing.positions import Position, Positions
from clearmix_rules.editing.structure import Part, folds, parts
from clearmix_rules.editing.workspace import Document

_COMPLETIONS = {
    "keyword": lsp.CompletionItemKind.Keyword, "attribute": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.EnumMember, "definition": lsp.CompletionItemKind.Constant,
    "party": lsp.CompletionItemKind.Reference, "unit": lsp.CompletionItemKind.Unit,
    "template": lsp.CompletionItemKind.Snippet, "subject": lsp.CompletionItemKind.Class,
}  # fmt: skip
_SYMBOLS = {
    "policy": lsp.SymbolKind.Package, "define": lsp.SymbolKind.Constant,
    "rule": lsp.SymbolKind.Function,
}  # fmt: skip
_COLOURS = {
    Role.RULE: "function", Role.DEFINITION: "variable", Role.PARTY: "class",
    Role.ATTRIBUTE: "property", Role.ACTION: "enumMember", Role.VALUE: "enumMember",
}  # fmt: skip

LEGEND = lsp.SemanticTokensLegend(sorted(set(_COLOURS.values())), ["declaration"])


def offset(positions: Positions, at: lsp.Position) -> int:
    """The offset of an editor's position."""
    return positions.offset(Position(at.line, at.character))


def stretch(positions: Positions, start: int, end: int) -> lsp.Range:
    """Two offsets as a range."""
    first, last = positions.position(start), positions.position(end)
    return lsp.Range(
        lsp.Position(first.line, first.character), lsp.Position(last.line, last.character)
    )


def whole(positions: Positions) -> lsp.Range:
    """The range of a whole text."""
    return stretch(positions, 0, len(positions.text))


def diagnostic(positions: Positions, one: Diagnostic) -> lsp.Diagnostic:
    """A mistake with its remedy behind it, as `check` prints the two."""
    start, end = span(positions, one)
    return lsp.Diagnostic(
        stretch(positions, start, end),
        f"{one.message}\nhelp: {one.help}" if one.help else one.message,
        severity=lsp.DiagnosticSeverity.Error
        if one.severity is Severity.ERROR
        else lsp.DiagnosticSeverity.Warning,
        code=one.code,
        source="clearmix-rules",
    )


def text_edit(positions: Positions, edit: Edit) -> lsp.TextEdit:
    """An edit by offsets as one by positions."""
    return lsp.TextEdit(stretch(positions, edit.start, edit.end), edit.text)


def fixes(
    positions: Positions, uri: str, found: Iterable[Diagnostic], asked: lsp.Range
) -> list[lsp.CodeAction]:
    """The quick fixes of the mistakes that touch a range."""
    first, last = offset(positions, asked.start), offset(positions, asked.end)
    actions = []
    for one in found:
        start, end = span(positions, one)
        edit = quick_fix(positions, one)
        if edit is not None and start <= last and first <= end:
            changes = {uri: [text_edit(positions, edit)]}
            actions.append(
                lsp.CodeAction(
                    f"Change `{positions.text[edit.start : edit.end]}` to `{edit.text}`",
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic(positions, one)],
                    is_preferred=True,
                    edit=lsp.WorkspaceEdit(changes=changes),
                )
            )
    return actions


def completions(positions: Positions, found: Completion, *, templates: bool) -> lsp.CompletionList:
    """Suggestions in their order; without templates for an editor that does not know them."""
    replaced = stretch(positions, found.start, found.end)
    items = []
    for index, one in enumerate(found.suggestions):
        filled = templates and "${" in one.insert
        items.append(
            lsp.CompletionItem(
                one.label,
                kind=_COMPLETIONS[one.kind],
                detail=one.detail or None,
                documentation=markdown(one.documentation) if one.documentation else None,
                sort_text=f"{index:04d}",
                insert_text_format=lsp.InsertTextFormat.Snippet
                if filled
                else lsp.InsertTextFormat.PlainText,
                text_edit=lsp.TextEdit(replaced, one.insert if filled else one.plain),
            )
        )
    return lsp.CompletionList(is_incomplete=False, items=items)


def markdown(text: str) -> lsp.MarkupContent:
    """A text as Markdown."""
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def hover(positions: Positions, found: Hover) -> lsp.Hover:
    """A hover over its word."""
    return lsp.Hover(markdown(found.markdown), stretch(positions, found.start, found.end))


def symbols(positions: Positions) -> list[lsp.DocumentSymbol]:
    """The outline of a text."""
    return [_symbol(positions, one) for one in parts(positions.text)]


def _symbol(positions: Positions, one: Part) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=one.name,
        kind=_SYMBOLS[one.kind],
        range=stretch(positions, one.start, one.end),
        selection_range=stretch(positions, one.name_start, one.name_end),
        detail=one.detail,
    )


def folding(positions: Positions) -> list[lsp.FoldingRange]:
    """What can be folded away, by whole lines."""
    return [
        lsp.FoldingRange(
            positions.position(start).line,
            positions.position(end).line,
            kind=lsp.FoldingRangeKind.Comment if comment else lsp.FoldingRangeKind.Region,
        )
        for start, end, comment in folds(positions.text)
    ]


def location(document: Document, name: Name) -> lsp.Location:
    """Where a name stands."""
    return lsp.Location(document.uri, stretch(document.positions, name.start, name.end))


def colours(positions: Positions) -> lsp.SemanticTokens:
    """The names of a text by their meaning, each placed relative to the one before."""
    numbers: list[int] = []
    line = character = 0
    for one in names(positions.text):
        at, end = positions.position(one.start), positions.position(one.end)
        if at.line != line:
            character = 0
        numbers += [
            at.line - line,
            at.character - character,
            end.character - at.character,
            LEGEND.token_types.index(_COLOURS[one.role]),
            int(one.declares),
        ]
        line, character = at.line, at.character
    return lsp.SemanticTokens(numbers)
