// A language model that answers as the workspace's `rig-model.json` says, and a command that does what `rig-do.json`
// says, for tests that only have the window.
//
//   rig-model.json   [{ "when": "part of a prompt", "answers": ["the first time", "and from the second on"] }, …]
//                    An answer is a text, or { "error": "message" }, or { "hang": "a text, and then nothing more" }.
//   rig-do.json      { "command": "id", "args": [] } or { "tool": "name", "input": {} }; what came of it stands in
//                    rig-done.json.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

const MODEL = {
  id: 'rig-model',
  name: 'Rig Model',
  family: 'rig',
  version: '1',
  maxInputTokens: 100_000,
  maxOutputTokens: 10_000,
  // The Chat view offers only such as could use tools.
  capabilities: { toolCalling: true },
};

exports.activate = (context) => {
  /** What was asked, the oldest first. */
  const requests = [];
  // An editor that is too old for models by extensions has none.
  if (vscode.lm.registerLanguageModelChatProvider !== undefined) {
    context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('rig', provider(requests)));
    // The Chat view has it to choose from only once somebody has asked for it.
    void vscode.lm.selectChatModels({ vendor: 'rig' });
  }
  context.subscriptions.push(vscode.commands.registerCommand('rig.do', doAsTold));
  return { requests };
};

function provider(requests) {
  const times = new Map();
  return {
    provideLanguageModelChatInformation: () => [MODEL],
    provideTokenCount: (_, text) => Promise.resolve(Math.ceil(textOf(text).length / 4)),
    async provideLanguageModelChatResponse(_, messages, options, progress, token) {
      const prompt = messages.map(textOf).join('\n');
      requests.push(prompt);
      const found = read('rig-model.json').find(({ when }) => prompt.includes(when));
      const time = times.get(found?.when) ?? 0;
      times.set(found?.when, time + 1);
      const answer = found?.answers[Math.min(time, found.answers.length - 1)] ?? 'I do not know.';
      if (answer.error !== undefined) throw new Error(answer.error);
      for (const part of (answer.hang ?? answer).match(/[^]{1,40}/g) ?? [])
        progress.report(new vscode.LanguageModelTextPart(part));
      if (answer.hang !== undefined) await new Promise((resolve) => token.onCancellationRequested(resolve));
    },
  };
}

function textOf(message) {
  if (typeof message === 'string') return message;
  return message.content.map((part) => part.value ?? '').join('');
}

async function doAsTold() {
  const { command, args = [], tool, input = {} } = read('rig-do.json');
  const done = await (
    tool === undefined
      ? vscode.commands.executeCommand(command, ...args)
      : vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined })
  ).then(
    (value) => ({ text: value?.content?.map((part) => part.value).join('\n') }),
    (error) => ({ error: String(error.message) }),
  );
  writeFileSync(inWorkspace('rig-done.json'), JSON.stringify(done));
}

function read(name) {
  return JSON.parse(readFileSync(inWorkspace(name), 'utf8'));
}

function inWorkspace(name) {
  return join(vscode.workspace.workspaceFolders[0].uri.fsPath, name);
}
