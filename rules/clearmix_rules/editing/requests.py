"""What the language server does with each message: follow the texts, answer, find and rename."""

from __future__ import annotations

from typing import TypeAlias

from lsprotocol import types as lsp

from clearmix_rules.editing import protocol
from clearmix_rules.editing.checks import check
from clearmix_rules.editing.completing import complete
from clearmix_rules.editing.hovering import hover
from clearmix_rules.editing.navigating import declarations, uses
from clearmix_rules.editing.renaming import renamable, rename
from clearmix_rules.editing.server import RightsServer, refusal
from clearmix_rules.editing.workspace import Document, path_of
from clearmix_rules.errors import RightsError


def serve() -> int:
    """Serves over standard input and output until the editor is done; returns the exit code."""
    server = make_server()
    server.start_io()
    server.checker.shutdown(cancel_futures=True)
    return server.exit_code


def make_server() -> RightsServer:
    """A server that answers every request named here."""
    server = RightsServer()

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.started = True
        addresses = [one.uri for one in params.workspace_folders or ()]
        if not addresses and params.root_uri:
            addresses = [params.root_uri]
        server.policies.folders = [
            path for path in map(path_of, addresses) if path is not None and path.is_dir()
        ]

    @server.feature(lsp.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.told_to_stop = True

    @server.feature(lsp.EXIT)
    def leave(params: None) -> None:
        # Language Server Protocol 3.17, Exit Notification: 1 without a shutdown request before.
        server.exit_code = 0 if server.told_to_stop else 1

    _keep_up(server)
    _answer(server)
    _find(server)
    return server


def _keep_up(server: RightsServer) -> None:
    """Follows what the editor opens, changes and closes."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.take(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.take(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.let_go(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.policies.forget()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def moved(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.policies.forget()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        gone = [path_of(one.uri) for one in params.event.removed]
        added = [path_of(one.uri) for one in params.event.added]
        kept = [one for one in server.policies.folders if one not in gone]
        server.policies.folders = [*kept, *(one for one in added if one is not None)]
        server.policies.forget()


def _answer(server: RightsServer) -> None:
    """Answers questions about open texts."""

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[" ", "'", "{"])
    )
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList:
        document, at = _asked(server, params)
        found = complete(document.text, at, server.policies.parties())
        return protocol.completions(document.positions, found, templates=_knows_templates(server))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovering(params: lsp.HoverParams) -> lsp.Hover | None:
        document, at = _asked(server, params)
        found = hover(document.source, at, server.policies.parties())
        return protocol.hover(document.positions, found) if found is not None else None

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix])
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        document = server.document(params.text_document.uri)
        known = server.checked.get(document.uri)
        if known is None or known.text != document.text:
            known = check(document.source)
        return protocol.fixes(document.positions, document.uri, known.diagnostics, params.range)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        from clearmix_rules.reading.layout import format_policy

        document = server.document(params.text_document.uri)
        try:
            laid_out = format_policy(document.text, document.name)
        except RightsError as error:
            raise refusal(error) from error
        if laid_out == document.text:
            return []
        return [lsp.TextEdit(protocol.whole(document.positions), laid_out)]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return protocol.symbols(server.document(params.text_document.uri).positions)

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        return protocol.folding(server.document(params.text_document.uri).positions)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, protocol.LEGEND)
    def colours(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        return protocol.colours(server.document(params.text_document.uri).positions)


def _find(server: RightsServer) -> None:
    """Finds where names are declared and used, and changes them."""

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        return [
            protocol.location(one, name)
            for one, name in declarations(*_asked(server, params), server.policies.documents())
        ]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        declared = params.context.include_declaration
        found = uses(*_asked(server, params), server.policies.documents(), declared=declared)
        return [protocol.location(one, name) for one, name in found]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.Range:
        document, at = _asked(server, params)
        try:
            name = renamable(document.text, at)
        except RightsError as error:
            raise refusal(error) from error
        return protocol.stretch(document.positions, name.start, name.end)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renaming(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        document, at = _asked(server, params)
        try:
            edits = rename(document.text, at, params.new_name)
        except RightsError as error:
            raise refusal(error) from error
        changed = [protocol.text_edit(document.positions, one) for one in edits]
        return lsp.WorkspaceEdit(changes={document.uri: changed})


_AtPlace: TypeAlias = (
    lsp.CompletionParams
    | lsp.HoverParams
    | lsp.DefinitionParams
    | lsp.ReferenceParams
    | lsp.PrepareRenameParams
    | lsp.RenameParams
)


def _asked(server: RightsServer, params: _AtPlace) -> tuple[Document, int]:
    """The text that a question is about, and the offset in it."""
    document = server.document(params.text_document.uri)
    return document, protocol.offset(document.positions, params.position)


def _knows_templates(server: RightsServer) -> bool:
    """Whether the editor fills in templates."""
    asked = server.client_capabilities.text_document
    item = asked.completion.completion_item if asked and asked.completion else None
    return bool(item and item.snippet_support)
