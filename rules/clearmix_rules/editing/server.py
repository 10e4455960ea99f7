"""The language server: keeps the policies that an editor has open, and answers its questions."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TypeAlias

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from clearmix_rules.editing import protocol
from clearmix_rules.editing.checks import Checked, check, recheck
from clearmix_rules.editing.completing import complete
from clearmix_rules.editing.hovering import hover
from clearmix_rules.editing.navigating import declarations, uses
from clearmix_rules.editing.positions import Positions
from clearmix_rules.editing.renaming import renamable, rename
from clearmix_rules.editing.workspace import Document, Workspace, path_of
from clearmix_rules.errors import RightsError

log = logging.getLogger(__name__)

SETTLING_SECONDS = 0.01
"""How long a text must stand still before what changed in it is checked."""

RESTING_SECONDS = 0.2
"""How long it must stand still before a whole text that takes long is checked."""

LONG_SECONDS = 0.05
"""What takes longer than this takes long."""

REQUEST_FAILED = -32803
"""Language Server Protocol 3.17, LSPErrorCodes: valid, but the server cannot do it."""


class RightsServer(LanguageServer):
    """A language server with the policies that it knows, and what is wrong with the open ones."""

    def __init__(self) -> None:
        # Whole texts rather than changes: what ends a line differs between editors and pygls.
        super().__init__(
            "clearmix-rules", "1", text_document_sync_kind=lsp.TextDocumentSyncKind.Full
        )
        self.policies = Workspace()
        self.checked: dict[str, Checked] = {}
        self.seconds: dict[str, float] = {}
        self.waiting: dict[str, asyncio.Task[None]] = {}
        self.checker = ThreadPoolExecutor(max_workers=1)
        self.told_to_stop = False
        self.exit_code = 0

    def take(self, uri: str, version: int | None) -> None:
        """Takes a new version of a text, and checks it as soon as it stands still."""
        text = self.workspace.get_text_document(uri).source
        self.policies.opened[uri] = Document(uri, text, version)
        self.cancel(uri)
        self.waiting[uri] = asyncio.get_running_loop().create_task(self._check(uri))

    def let_go(self, uri: str) -> None:
        """Forgets a text that was closed, and takes its diagnostics away."""
        self.cancel(uri)
        self.policies.opened.pop(uri, None)
        self.policies.forget()
        self.checked.pop(uri, None)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def cancel(self, uri: str) -> None:
        """Leaves a check that waits undone."""
        task = self.waiting.pop(uri, None)
        if task is not None:
            task.cancel()

    def text(self, uri: str) -> Positions:
        """The text of an open policy; an empty one if it is not open."""
        document = self.policies.opened.get(uri)
        return Positions(document.text if document is not None else "")

    async def _check(self, uri: str) -> None:
        """Says what is wrong: at once in what changed, and soon in the whole."""
        document = self.policies.opened[uri]
        before, quick = self.checked.get(uri), None
        if before is not None:
            await asyncio.sleep(SETTLING_SECONDS)
            quick = recheck(document.name, before, document.text)
            if quick is not None:
                self._publish(document, quick)
            if quick is not None or self.seconds[uri] > LONG_SECONDS:
                await asyncio.sleep(RESTING_SECONDS)
        started = perf_counter()
        found = await asyncio.get_running_loop().run_in_executor(
            self.checker, check, document.name, document.text
        )
        self.seconds[uri] = perf_counter() - started
        if found != quick:
            self._publish(document, found)

    def _publish(self, document: Document, found: Checked) -> None:
        self.checked[document.uri] = found
        positions = Positions(document.text)
        listed = [protocol.diagnostic(positions, one) for one in found.diagnostics]
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(document.uri, listed, document.version)
        )


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
        positions = server.text(params.text_document.uri)
        at = protocol.offset(positions, params.position)
        found = complete(positions.text, at, server.policies.parties())
        return protocol.completions(positions, found, templates=_knows_templates(server))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovering(params: lsp.HoverParams) -> lsp.Hover | None:
        positions = server.text(params.text_document.uri)
        at = protocol.offset(positions, params.position)
        found = hover(positions.text, at, server.policies.parties())
        return protocol.hover(positions, found) if found is not None else None

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix])
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        positions, known = server.text(uri), server.checked.get(uri)
        if known is None or known.text != positions.text:
            known = check(uri, positions.text)
        return protocol.fixes(positions, uri, known.diagnostics, params.range)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        from clearmix_rules.reading.layout import (  # type: ignore[import-not-found,unused-ignore]
            format_policy,
        )

        uri = params.text_document.uri
        positions = server.text(uri)
        document = server.policies.opened.get(uri)
        if document is None:
            return []
        try:
            laid_out = format_policy(positions.text, document.name)
        except RightsError as error:
            raise _refusal(error) from error
        if laid_out == positions.text:
            return []
        return [lsp.TextEdit(protocol.whole(positions), laid_out)]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return protocol.symbols(server.text(params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        return protocol.folding(server.text(params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, protocol.LEGEND)
    def colours(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        return protocol.colours(server.text(params.text_document.uri))


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
            raise _refusal(error) from error
        return protocol.stretch(Positions(document.text), name.start, name.end)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renaming(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        document, at = _asked(server, params)
        try:
            edits = rename(document.text, at, params.new_name)
        except RightsError as error:
            raise _refusal(error) from error
        positions = Positions(document.text)
        changed = [protocol.text_edit(positions, one) for one in edits]
        return lsp.WorkspaceEdit(changes={document.uri: changed})


_AtPlace: TypeAlias = (
    lsp.DefinitionParams | lsp.ReferenceParams | lsp.PrepareRenameParams | lsp.RenameParams
)


def _asked(server: RightsServer, params: _AtPlace) -> tuple[Document, int]:
    """The text that a question is about, and the offset in it."""
    uri = params.text_document.uri
    document = server.policies.opened.get(uri, Document(uri, ""))
    return document, protocol.offset(Positions(document.text), params.position)


def _refusal(error: RightsError) -> JsonRpcException:
    """An error that the editor shows, with its remedy."""
    return JsonRpcException(f"{error.message}: {error.help}", REQUEST_FAILED)


def _knows_templates(server: RightsServer) -> bool:
    """Whether the editor fills in templates."""
    asked = server.client_capabilities.text_document
    item = asked.completion.completion_item if asked and asked.completion else None
    return bool(item and item.snippet_support)
