// What the editor knows of plans, asked for as the editor itself asks: through its own commands for providers.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';
import { until as untilThere } from './journal.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const uriOf = (name: string): vscode.Uri => vscode.Uri.file(join(root, name));
const PLAN = 'plan.md';
const SPEC_KIT = 'specs/001-todo/tasks.md';
const JSON_PLAN = '.taskmaster/tasks/tasks.json';
const FIRST = 'backlog/tasks/task-1 - One.md';
const SECOND = 'backlog/tasks/task-2 - Two.md';

test('names are completed where they can stand', async () => {
  assert.deepEqual(await labels('typed.plan.md', 'three: Third\n- Depends on: '), ['two', 'one']);
  assert.deepEqual(await labels('typed.plan.md', '- Depends on: three'), ['three', 'two', 'one']);
  const agents = await labels('typed.plan.md', 'three\n- Agent: ');
  assert.ok(agents.includes('claude') && agents.includes('vscode'), agents.join());
  const files = await labels('typed.plan.md', '- Files: ');
  assert.ok(files.includes('src/main.ts') && files.includes('db/schema.sql'), files.join());
  const fields = await labels('typed.plan.md', '- Files: \n- ');
  assert.deepEqual(fields.slice(0, 2), ['Estimate', 'Reads']);
  assert.ok(!fields.includes('Depends on'));
  assert.deepEqual(await labels(PLAN, '---\nstrategy: '), ['sequential', 'conservative', 'hybrid', 'aggressive']);
  assert.deepEqual(await labels(SPEC_KIT, 'src/service.ts (depends on '), ['T003', 'T002', 'T001']);
  assert.deepEqual(await labels('notes.md', '- Depends on: '), [], 'a document that is no plan');
});

test('what is chosen stands in the text', async () => {
  const editor = await open('typed.plan.md');
  const at = positionIn(editor.document, 'three: Third\n- Depends on: ');
  editor.selection = new vscode.Selection(at, at);
  await vscode.commands.executeCommand('editor.action.triggerSuggest');
  await until(async () => {
    await vscode.commands.executeCommand('acceptSelectedSuggestion');
    return editor.document.lineAt(at.line).text === '- Depends on: two';
  });
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

test('a task is told of wherever it is named, its words as text', async () => {
  const text = await hover(PLAN, '### sche');
  assert.match(text, /Tables of the shop/);
  assert.match(text, /Layer 1 of 2, Ground · 30 min \(20 min to 40 min\)/);
  assert.match(text, /0–30 min \(hybrid, 2 agents\) · \*\*on the critical path\*\*/);
  assert.match(text, /Awaited by `api`/);
  assert.equal(await hover(PLAN, 'Depends on: sche'), text);
  const words = await hover(PLAN, '`doc');
  assert.ok(words.includes('\\<b\\>bold\\</b\\> \\[link\\](command:'), words);
  assert.match(await hover(PLAN, '- Estim'), /^\*\*Estimate\*\*/);
  assert.match(await hover(SPEC_KIT, '(depends on T0'), /It is done, and is not run/);
  const hovers = await hoversAt(PLAN, '`doc');
  const [shown] = hovers.flatMap(({ contents }) => contents);
  assert.ok(shown instanceof vscode.MarkdownString && !shown.isTrusted && !shown.supportHtml);
});

test('a task is found where it is defined, and wherever it is named', async () => {
  for (const [file, marked, line] of [
    [PLAN, 'Depends on: sche', 8],
    [PLAN, 'Depends on: AP', 23],
    [SPEC_KIT, '(depends on T0', 4],
  ] as const) {
    const [found] = await at<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      file,
      marked,
    );
    assert.ok(found !== undefined, marked);
    const range = 'targetUri' in found ? found.targetRange : found.range;
    assert.equal(range.start.line, line, marked);
  }
  const references = await at<vscode.Location[]>('vscode.executeReferenceProvider', PLAN, '### sche');
  // Markdown's own provider tells of the heading, too.
  assert.deepEqual([...new Set(references.map(({ range }) => range.start.line))], [8, 25]);
});

test('a rename changes every place, and is refused where it cannot be', async () => {
  const document = await vscode.workspace.openTextDocument(uriOf(PLAN));
  const before = document.getText();
  await rename(PLAN, '### sche', 'tables');
  assert.equal(
    document.getText(),
    before.replace('### schema:', '### tables:').replace('Depends on: schema,', 'Depends on: tables,'),
  );
  await revert(document);
  await rename(PLAN, '### sche', 'docs');
  await rename(PLAN, '### sche', 'no id');
  assert.equal(document.getText(), before, 'neither a taken id nor what is none');
  const tasks = await vscode.workspace.openTextDocument(uriOf(SPEC_KIT));
  const was = tasks.getText();
  await rename(SPEC_KIT, '[ ] T00', 'T020');
  assert.equal(tasks.getText(), was.replaceAll('T002', 'T020'));
  await revert(tasks);
  await rename(SPEC_KIT, '[ ] T00', 'lint');
  assert.equal(tasks.getText(), was, 'no id of its kind');
});

test('the outline has layers and tasks, which can be folded', async () => {
  const symbols = await of<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', PLAN);
  const own = symbols.filter(({ kind }) => kind === vscode.SymbolKind.Namespace);
  assert.deepEqual(
    own.map(({ name, children }) => [name, children.map((child) => child.name.split(':')[0])]),
    [
      ['Layer 1: Ground', ['schema', 'docs']],
      ['Layer 2: Service', ['api', 'shop']],
    ],
  );
  const folds = await of<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', PLAN);
  assert.ok(
    folds.some(({ start, end }) => start === 8 && end === 15),
    JSON.stringify(folds),
  );
});

test('files that are there are links', async () => {
  const links = await of<vscode.DocumentLink[]>('vscode.executeLinkProvider', PLAN);
  const own = links.filter(({ target }) => target?.path.endsWith('/db/schema.sql'));
  assert.deepEqual(
    own.map(({ range }) => range.start.line),
    [11, 26],
  );
  const others = await of<vscode.DocumentLink[]>('vscode.executeLinkProvider', SPEC_KIT);
  const targets = others.map(({ target }) => target?.path.slice(root.length));
  assert.deepEqual(targets, ['/src/main.ts'], 'src/model.ts is not there yet');
});

test('hints stand behind the titles of the lines that are asked for', async () => {
  assert.deepEqual(await hints(PLAN, 0, 100), [
    '8: L1 · 0–30 min · critical',
    '17: L1 · 0–10 min',
    '23: L2 · 30 min – 2 h · critical',
    '28: L2 · 2 h – 3 h · critical',
  ]);
  assert.deepEqual(await hints(PLAN, 20, 24), ['23: L2 · 30 min – 2 h · critical']);
  assert.equal((await hints(SPEC_KIT, 0, 100)).length, 3);
});

test('what makes a plan shorter is offered where it stands, and does it', async () => {
  const document = await vscode.workspace.openTextDocument(uriOf(PLAN));
  const before = document.getText();
  const titlesAt = async (line: number): Promise<string[]> =>
    (await actionsAt(document.uri, new vscode.Range(line, 0, line, 0), vscode.CodeActionKind.RefactorRewrite))
      .map(({ title }) => title)
      .filter((title) => title.endsWith(' shorter'));
  const line = before.split('\n').findIndex((text) => text.startsWith('### api'));
  const titles = await titlesAt(line);
  assert.deepEqual(titles, ["Split 'api' into Two Tasks Side by Side: 45 min shorter"]);
  assert.deepEqual(await titlesAt(line + 2), [], 'nothing is to be said of another line');
  const [split] = await actionsAt(
    document.uri,
    new vscode.Range(line, 0, line, 0),
    vscode.CodeActionKind.RefactorRewrite,
  );
  assert.ok(split?.edit !== undefined);
  await vscode.workspace.applyEdit(split.edit);
  assert.match(document.getText(), /^### api-2/m);
  assert.notDeepEqual(await titlesAt(line), titles, 'it is another plan now');
  await revert(document);
  assert.deepEqual(await titlesAt(line), titles);
});

test('a fix takes its diagnostic away', async () => {
  const editor = await open('wrong.plan.md');
  const { document } = editor;
  const problems = () => diagnosticsOf(document.uri);
  await until(() => problems().length > 0);
  const codes = problems().map(({ code }) => String(typeof code === 'object' ? code.value : code));
  for (const code of ['path-outside-workspace', 'unknown-dependency', 'missing-estimate', 'duplicate-id', 'cycle'])
    assert.ok(codes.includes(code), `${code}: ${codes.join()}`);
  for (const code of ['path-outside-workspace', 'unknown-dependency', 'duplicate-id', 'cycle', 'missing-estimate']) {
    const before = problems().filter((one) => one.code === code).length;
    const problem = problems().find((one) => one.code === code);
    assert.ok(problem !== undefined, code);
    const actions = await actionsAt(document.uri, problem.range, vscode.CodeActionKind.QuickFix);
    const fix = actions.find(({ isPreferred }) => isPreferred);
    assert.ok(fix?.edit !== undefined, `${code}: ${actions.map(({ title }) => title).join()}`);
    await vscode.workspace.applyEdit(fix.edit);
    await until(() => problems().filter((one) => one.code === code).length < before);
  }
  await revert(document);
});

test('lenses say the order and how ready the plan is, and the order is changed by one edit', async () => {
  const lenses = await of<vscode.CodeLens[]>('vscode.executeCodeLensProvider', SPEC_KIT);
  const titles = lenses.map(({ command }) => command?.title ?? '');
  assert.ok(titles.includes('$(list-ordered) Order: phases, [P] together'), titles.join('\n'));
  assert.ok(titles.includes('$(checklist) 0 of 3 ready'), titles.join('\n'));
  const { document } = await open(SPEC_KIT);
  const picked = vscode.commands.executeCommand('orca.changeOrder', document.uri);
  await until(async () => {
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return /^---\norder: \w+\n---\n# Tasks: Todo/.test(document.getText());
  });
  await picked;
  await revert(document);
});

test('estimates are formatted, and a plan is converted', async () => {
  const { document } = await open(PLAN);
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const format = vscode.CodeActionKind.Source.append('orca.formatEstimates');
  const [action] = await actionsAt(document.uri, all, format);
  assert.ok(action?.edit !== undefined);
  await vscode.workspace.applyEdit(action.edit);
  assert.match(document.getText(), /- Estimate: 20-40 min\n/);
  assert.match(document.getText(), /- Estimate: 1 h 30 min\n/);
  assert.deepEqual(await actionsAt(document.uri, all, format), []);
  await revert(document);

  await vscode.commands.executeCommand('orca.convertPlan', uriOf(SPEC_KIT));
  const converted = await until(() => {
    const shown = vscode.window.activeTextEditor?.document;
    return shown?.isUntitled === true ? shown : undefined;
  });
  assert.match(
    converted.getText(),
    /^---\norder: layers\n---\n\n# Todo\n\n## Layer 1: Setup\n\n### \[x\] T001: Create/,
  );
  assert.match(converted.getText(), /### T003: .*\n\n- Depends on: T001, T002\n- Files: `src\/model\.ts`/);
  await revert(converted);
});

test('a plan in JSON is one like any other', async () => {
  await open(JSON_PLAN);
  const [found] = await at<vscode.LocationLink[]>(
    'vscode.executeDefinitionProvider',
    JSON_PLAN,
    '"dependencies": [1, ',
  );
  assert.equal(found?.targetRange.start.line, 4);
  assert.match(await hover(JSON_PLAN, '"dependencies": [1, '), /Build/);
  // The editor knows numbers of the document by itself, but not that 3 waits for 2.
  const ids = await labels(JSON_PLAN, '"pending", "dependencies": [');
  assert.ok(ids.includes('1') && !ids.includes('3'), ids.join());
  const document = await vscode.workspace.openTextDocument(uriOf(JSON_PLAN));
  const before = document.getText();
  await rename(JSON_PLAN, '{ "id": ', '7');
  assert.equal(
    document.getText(),
    before.replace('"id": 1', '"id": 7').replace('": [1]', '": [7]').replace('[1, 2]', '[7, 2]'),
  );
  await revert(document);
  assert.equal((await hints(JSON_PLAN, 0, 100)).length, 2);
});

test('a plan of several files is one plan', async () => {
  await open(SECOND);
  const [found] = await at<vscode.LocationLink[]>('vscode.executeDefinitionProvider', SECOND, 'dependencies: [tas');
  assert.equal(found?.targetUri.path, uriOf(FIRST).path);
  assert.equal(found.targetRange.start.line, 1);
  assert.match(await hover(SECOND, 'dependencies: [tas'), /Awaited by `task-2`/);
  const first = await vscode.workspace.openTextDocument(uriOf(FIRST));
  const second = await vscode.workspace.openTextDocument(uriOf(SECOND));
  await rename(SECOND, 'dependencies: [tas', 'task-9');
  assert.match(first.getText(), /^---\nid: task-9\n/);
  assert.match(second.getText(), /dependencies: \[task-9\]/);
  await revert(first);
  await revert(second);
});

async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(name)));
}

/** The place behind the first of these words. */
function positionIn(document: vscode.TextDocument, marked: string): vscode.Position {
  const offset = document.getText().indexOf(marked);
  assert.notEqual(offset, -1, `${marked} is not in ${document.uri.path}`);
  return document.positionAt(offset + marked.length);
}

/** What a provider says of the place behind some words. */
async function at<T>(command: string, name: string, marked: string, ...more: unknown[]): Promise<T> {
  const document = await vscode.workspace.openTextDocument(uriOf(name));
  return vscode.commands.executeCommand<T>(command, document.uri, positionIn(document, marked), ...more);
}

/** What a provider says of a document, as soon as it says something. */
async function of<T extends readonly unknown[]>(command: string, name: string): Promise<T> {
  const document = await vscode.workspace.openTextDocument(uriOf(name));
  return until(async () => {
    const found = await vscode.commands.executeCommand<T | undefined>(command, document.uri, 100);
    return found !== undefined && found.length > 0 ? found : undefined;
  });
}

/** What is completed, without the words and the snippets that the editor offers itself. */
async function labels(name: string, marked: string): Promise<string[]> {
  const { items } = await at<vscode.CompletionList>('vscode.executeCompletionItemProvider', name, marked);
  return items
    .filter(({ kind }) => kind !== vscode.CompletionItemKind.Text && kind !== vscode.CompletionItemKind.Snippet)
    .sort((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''))
    .map(({ label }) => (typeof label === 'string' ? label : label.label));
}

function hoversAt(name: string, marked: string): Promise<vscode.Hover[]> {
  return at('vscode.executeHoverProvider', name, marked);
}

async function hover(name: string, marked: string): Promise<string> {
  const hovers = await hoversAt(name, marked);
  const parts = hovers.flatMap(({ contents }) => contents);
  return parts.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')).join('\n');
}

async function rename(name: string, marked: string, to: string): Promise<void> {
  const edit = await at<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', name, marked, to);
  await vscode.workspace.applyEdit(edit);
}

async function hints(name: string, from: number, to: number): Promise<string[]> {
  const { uri } = await vscode.workspace.openTextDocument(uriOf(name));
  const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    uri,
    new vscode.Range(from, 0, to, 0),
  );
  return found.map(
    ({ position, label }) =>
      `${position.line}: ${typeof label === 'string' ? label : label.map(({ value }) => value).join('')}`,
  );
}

function actionsAt(uri: vscode.Uri, range: vscode.Range, kind: vscode.CodeActionKind): Thenable<vscode.CodeAction[]> {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind.value);
}

function diagnosticsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Orca');
}

async function revert(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand(
    document.isUntitled ? 'workbench.action.revertAndCloseActiveEditor' : 'workbench.action.files.revert',
  );
}

function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  return untilThere(AbortSignal.timeout(30_000), look);
}
