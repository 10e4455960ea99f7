"""The language server: keeps the policies that an editor has open, and answers its questions."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.json_rpc import RPCMessage, RPCRequest

from clearmix_rules.editing import protocol
from clearmix_rules.editing.checks import Checked, check, recheck
from clearmix_rules.editing.workspace import Document, Workspace
from clearmix_rules.errors import RightsError
from clearmix_rules.source import MOST_CHARACTERS

log = logging.getLogger(__name__)

SETTLING_SECONDS = 0.01
"""How long a text must stand still before what changed in it is checked."""

RESTING_SECONDS = 0.2
"""How long it must stand still before a whole text that takes long is checked."""

LONG_SECONDS = 0.05
"""What takes longer than this takes long."""

TESTS = ".rights-test"
"""How the names of files end that hold tests of policies, which are no policies."""

REQUEST_FAILED = -32803
"""Language Server Protocol 3.17, LSPErrorCodes: valid, but the server cannot do it."""


class Answering(LanguageServerProtocol):
    """The protocol with an answer to every request, also to those that pygls leaves unanswered."""

    _server: RightsServer

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as pygls reads it; a request that it cannot read is told so."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def handle_message(self, message: RPCMessage) -> None:
        """Handles a message; a request before `initialize` or after `shutdown` is refused."""
        error: JsonRpcException | None = None
        if isinstance(message, lsp.InitializeRequest) and message.params.capabilities.general:
            # Every editor speaks UTF-16, and `positions` nothing else.
            message.params.capabilities.general.position_encodings = None
        if self._server.told_to_stop:
            error = JsonRpcInvalidRequest("the server was told to shut down")
        elif not self._server.started and getattr(message, "method", "") != lsp.INITIALIZE:
            error = JsonRpcServerNotInitialized("the server waits for `initialize`")
        if error is not None and isinstance(message, RPCRequest):
            self._send_response(message.id, error=error.to_response_error())
        else:
            super().handle_message(message)


class RightsServer(LanguageServer):
    """A language server with the policies that it knows, and what is wrong with the open ones."""

    def __init__(self) -> None:
        # Whole texts rather than changes: what ends a line differs between editors and pygls.
        super().__init__(
            "clearmix-rules",
            "1",
            text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
            protocol_cls=Answering,
            converter_factory=default_converter,
        )
        self.policies = Workspace()
        self.checked: dict[str, Checked] = {}
        self.seconds: dict[str, float] = {}
        self.waiting: dict[str, asyncio.Task[None]] = {}
        self.checker = ThreadPoolExecutor(max_workers=1)
        self.started = self.told_to_stop = False
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

    def document(self, uri: str) -> Document:
        """An open policy; an empty one if it is not open, or so long that policies are not read."""
        document = self.policies.opened.get(uri)
        if document is None or len(document.text) > MOST_CHARACTERS:
            return Document(uri, "")
        return document

    def report_server_error(self, error: Exception, source: object) -> None:
        """Says on stderr what went wrong; whoever writes a policy can do nothing about it."""
        log.error("%s: %s", source, error)

    async def _check(self, uri: str) -> None:
        """Says what is wrong: at once in what changed, and soon in the whole."""
        document = self.policies.opened[uri]
        if document.name.endswith(TESTS):
            return
        before, quick = self.checked.get(uri), None
        if before is not None:
            await asyncio.sleep(SETTLING_SECONDS)
            quick = recheck(before, document.source)
            if quick is not None:
                self._publish(document, quick)
            if quick is not None or self.seconds[uri] > LONG_SECONDS:
                await asyncio.sleep(RESTING_SECONDS)
        started = perf_counter()
        found = await asyncio.get_running_loop().run_in_executor(
            self.checker, check, document.source
        )
        self.seconds[uri] = perf_counter() - started
        if found != quick:
            self._publish(document, found)

    def _publish(self, document: Document, found: Checked) -> None:
        self.checked[document.uri] = found
        listed = [protocol.diagnostic(document.positions, one) for one in found.diagnostics]
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(document.uri, listed, document.version)
        )


def refusal(error: RightsError) -> JsonRpcException:
    """An error that the editor shows, with its remedy."""
    return JsonRpcException(f"{error.message}: {error.help}", REQUEST_FAILED)
