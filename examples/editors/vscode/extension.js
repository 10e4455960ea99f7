// Starts `clearmix-rules lsp` when a policy is opened, and ends it with the window.

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

async function activate(context) {
  const [command, ...args] = vscode.workspace
    .getConfiguration("clearmixRights")
    .get("command");
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.rights");
  context.subscriptions.push(watcher);
  client = new LanguageClient(
    "clearmixRights",
    "Clearmix rights",
    { command, args, transport: TransportKind.stdio },
    {
      documentSelector: [{ language: "rights" }],
      synchronize: { fileEvents: watcher },
    },
  );
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `${command} does not start: ${error.message}. ` +
        'Install it with pip install "clearmix[editor]", ' +
        "or set clearmixRights.command to where it is.",
    );
  }
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
