import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GateReport } from '../core/gate/gate.ts';
import type { TestCase } from '../core/gate/read/report.ts';
import type { GateScope } from '../core/run/event.ts';
import type { RunState } from '../core/run/state.ts';
import type { MeasureAnswer } from '../engine/measure/request.ts';
import { gateDir, scopeName } from '../engine/run-files.ts';
import { uriAt } from './places.ts';
import { keyOf, type Runs, type ShownRun } from './runs.ts';

/** A report of a gate as its run's state has it. */
interface Reported {
  readonly scope: GateScope;
  readonly report: GateReport;
  /** The gate's runs were numbered below this. */
  readonly runs: number;
  /** Whose worktree it ran in, from 0. */
  readonly slot: number;
}

type Shown = Reported & Pick<MeasureAnswer, 'tests' | 'coverage'>;

/** Tests and coverage that gates measure, in VS Code's own views, as they arrive. There is nothing to start there. */
export class GateTests implements vscode.Disposable {
  readonly #runs: Runs;
  readonly #listening: vscode.Disposable;
  /** Made when there is something to show: it brings the Testing view with it. */
  #controller: vscode.TestController | undefined;
  #run: string | undefined;
  /** What was there when the run was first seen has been shown before, or is over. */
  readonly #seen = new Set<string>();
  readonly #shown = new Map<string, Shown>();
  #applied = false;

  constructor(runs: Runs, log: vscode.LogOutputChannel) {
    this.#runs = runs;
    this.#listening = runs.onDidChange(() => {
      this.#update().catch((error: unknown) => log.error(error as Error));
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#controller?.dispose();
  }

  async #update(): Promise<void> {
    const run = this.#runs.shown;
    if (run === undefined) return;
    const { state } = run;
    const reported = reportedBy(state);
    const isFirst = this.#run !== keyOf(run);
    if (isFirst) {
      this.#run = keyOf(run);
      this.#seen.clear();
      this.#shown.clear();
      this.#controller?.items.replace([]);
      this.#applied = state.applied !== undefined;
    }
    const fresh = reported.filter(({ scope, report }) => {
      const key = `${scopeName(scope)} ${report.gate} ${report.commit ?? ''} ${report.durationMs}`;
      if (this.#seen.has(key)) return false;
      this.#seen.add(key);
      return !isFirst;
    });
    for (const one of fresh) {
      const answer = await answerOf(run.dir, one);
      if (answer?.tests === undefined && answer?.coverage === undefined) continue;
      const shown = { ...one, ...answer };
      this.#shown.set(labelOf(one), shown);
      this.#show(run, shown);
    }
    if (this.#applied || state.applied === undefined) return;
    // The same once more, where the files are now.
    this.#applied = true;
    for (const shown of this.#shown.values()) this.#show(run, shown);
  }

  #show(run: ShownRun, shown: Shown): void {
    this.#controller ??= vscode.tests.createTestController('orca.gates', 'Orca Gates');
    const controller = this.#controller;
    const { tests = [], coverage = {}, slot } = shown;
    const place =
      run.state.applied === undefined ? ({ kind: 'worktree', slot } as const) : ({ kind: 'checkout' } as const);
    const uri = (path: string): vscode.Uri => uriAt(run, place, path);
    const label = labelOf(shown);
    const root = controller.createTestItem(label, label);
    const items = tests.map((test) => addTest(controller, root, test, uri));
    controller.items.add(root);
    // VS Code asks the profile of a run for details of its coverage. It is taken away again: nothing can be started.
    const profile = controller.createRunProfile(
      vscode.l10n.t('Coverage'),
      vscode.TestRunProfileKind.Coverage,
      () => undefined,
    );
    profile.loadDetailedCoverage = (_, file) => Promise.resolve(file instanceof LineCoverage ? file.details() : []);
    const request = new vscode.TestRunRequest([root], undefined, profile);
    const testRun = controller.createTestRun(request, `Orca: ${label}`);
    tests.forEach((test, i) => {
      const item = items[i];
      if (item !== undefined) tell(testRun, item, test);
    });
    for (const [path, lines] of Object.entries(coverage)) testRun.addCoverage(new LineCoverage(uri(path), lines));
    testRun.end();
    profile.dispose();
  }
}

/** Of the last attempts, the layers and the end; only gates that read tests or coverage. */
function reportedBy({ tasks, graph, layers, end, spec }: RunState): Reported[] {
  const all: Reported[] = tasks.flatMap(({ attempts }, i) => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) return [];
    const scope = { kind: 'task', task: graph.nodes[i]?.id ?? '', attempt: attempt.number } as const;
    return attempt.gates.map((report) => ({ scope, report, runs: attempt.handBacks + 1, slot: attempt.agent }));
  });
  layers.forEach(({ gates, runs }, i) => {
    const scope = { kind: 'layer', layer: i + 1 } as const;
    all.push(...gates.map((report) => ({ scope, report, runs, slot: spec.agents })));
  });
  all.push(
    ...end.gates.map((report) => ({ scope: { kind: 'end' } as const, report, runs: end.runs, slot: spec.agents })),
  );
  return all.filter(({ report }) => report.kind === 'tests' || report.kind === 'tdd');
}

/** What the gate's last run measured; undefined where it came to nothing. */
async function answerOf(dir: string, { scope, report, runs }: Reported): Promise<MeasureAnswer | undefined> {
  for (let run = runs - 1; run >= 0; run--) {
    const folder = gateDir(dir, scope, report.gate, run);
    if (!existsSync(folder)) continue;
    for (const name of ['measure-again-answer.json', 'measure-answer.json'])
      try {
        return JSON.parse(await readFile(join(folder, name), 'utf8')) as MeasureAnswer;
      } catch {
        // The gate did not come so far.
      }
    return undefined;
  }
  return undefined;
}

function labelOf({ scope, report }: Pick<Reported, 'scope' | 'report'>): string {
  const where =
    scope.kind === 'task' ? scope.task : scope.kind === 'layer' ? `layer ${scope.layer}` : vscode.l10n.t('the end');
  return `${report.gate} · ${where}`;
}

/** Adds a test below its suites; tests of one name are told apart by their number. */
function addTest(
  controller: vscode.TestController,
  root: vscode.TestItem,
  { name, suites, path, line, outcome }: TestCase,
  uri: (path: string) => vscode.Uri,
): vscode.TestItem {
  const file = path === undefined ? undefined : uri(path);
  let parent = root;
  for (const suite of suites.filter((one) => one !== '')) {
    const known = parent.children.get(`suite ${suite}`);
    const item = known ?? controller.createTestItem(`suite ${suite}`, suite, file);
    if (known === undefined) parent.children.add(item);
    parent = item;
  }
  let id = `test ${name}`;
  for (let n = 2; parent.children.get(id) !== undefined; n++) id = `test ${name} ${n}`;
  const item = controller.createTestItem(id, name, file);
  // Of a failure the line is where it failed, which its message says.
  if (line !== undefined && file !== undefined && outcome !== 'failed') item.range = lineRange(line);
  parent.children.add(item);
  return item;
}

function tell(
  run: vscode.TestRun,
  item: vscode.TestItem,
  { outcome, message, details, line, seconds }: TestCase,
): void {
  const ms = seconds === undefined ? undefined : seconds * 1000;
  if (outcome === 'skipped') run.skipped(item);
  else if (outcome === 'passed') run.passed(item, ms);
  else {
    const text = [message, details].filter((part) => part !== undefined && part !== '').join('\n\n');
    const failure = new vscode.TestMessage(text === '' ? 'failed' : text);
    if (item.uri !== undefined && line !== undefined) failure.location = new vscode.Location(item.uri, lineRange(line));
    run.failed(item, failure, ms);
  }
}

function lineRange(line: number): vscode.Range {
  return new vscode.Range(Math.max(0, line - 1), 0, Math.max(0, line - 1), 0);
}

class LineCoverage extends vscode.FileCoverage {
  readonly #lines: readonly (readonly [line: number, hits: number])[];

  constructor(uri: vscode.Uri, lines: readonly (readonly [line: number, hits: number])[]) {
    super(uri, new vscode.TestCoverageCount(lines.filter(([, hits]) => hits > 0).length, lines.length));
    this.#lines = lines;
  }

  details(): vscode.StatementCoverage[] {
    return this.#lines.map(([line, hits]) => new vscode.StatementCoverage(hits, new vscode.Position(line - 1, 0)));
  }
}
