import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateReport, GateSpec, Measure } from '../../core/gate/gate.ts';
import { notRun, type Measured } from '../../core/gate/judge/measured.ts';
import { momentsToTry } from '../../core/gate/judge/tests-first.ts';
import { checkOf, reportOf, type CommandOutcome } from '../../core/gate/verdict.ts';
import { endText } from '../../core/run/advance.ts';

import type { MeasureAnswer, MeasureRequest, Run } from '../measure/request.ts';
import { replaceText } from '../replace-text.ts';
import { collect, dropReports } from './reports.ts';
import type { GateSite } from './site.ts';
import { tailOf } from './tail.ts';

export interface GateRun {
  readonly report: GateReport;
  /** All findings, where a report holds only the worst. */
  readonly findings: Measured['findings'];
}

/**
 * Runs a gate: its commands in the folder of the work, and where it measures, the same commands on what was there before
 * and the measuring program on all of it. May be repeated: what has been run is not run again.
 */
export async function runGate(gate: GateSpec, site: GateSite): Promise<GateRun> {
  const gateRun = new Running(gate, site);
  const measured = await (gate.measure === undefined ? gateRun.commands() : gateRun.measure(gate.measure));
  const report = { ...reportOf(gate, measured, gateRun.spentMs), commit: site.head };
  return { report, findings: measured.findings };
}

/** Patterns of all that the commands of a gate write to be measured. */
export function writtenBy(measure: Measure | undefined): readonly string[] {
  return [...reportsOf(measure), ...figureFilesOf(measure)];
}

function reportsOf(measure: Measure | undefined): readonly string[] {
  return measure !== undefined && 'reports' in measure ? measure.reports : [];
}

function figureFilesOf(measure: Measure | undefined): readonly string[] {
  return measure?.kind === 'performance' ? [...new Set(measure.figures.flatMap(({ file }) => file ?? []))] : [];
}

class Running {
  /** Of all that was run for it. */
  spentMs = 0;
  readonly #gate: GateSpec;
  readonly #site: GateSite;

  constructor(gate: GateSpec, site: GateSite) {
    this.#gate = gate;
    this.#site = site;
  }

  /** By their exit codes alone. */
  async commands(): Promise<Measured> {
    const { ran } = await this.#run('now', this.#site.here, this.#site.head);
    return { checks: ran.map(({ label, outcome }) => checkOf(label, outcome)), findings: [] };
  }

  async measure(measure: Measure): Promise<Measured> {
    const site = this.#site;
    const now = await this.#run('now', site.here, site.head);
    const common = {
      gate: this.#gate,
      repository: site.repository,
      head: site.head,
      from: site.from,
      base: site.base,
      ...(site.task !== undefined && { task: site.task }),
      now,
    };
    const answer = await this.#ask('measure', { ...common, ...(await this.#more(measure, now)) });
    if (answer.wantsBefore !== true) return answer;
    return this.#ask('measure-again', { ...common, before: await this.#atBase() });
  }

  /** What else a kind of gate has to run before it can be measured. */
  async #more(measure: Measure, now: Run): Promise<Pick<MeasureRequest, 'before' | 'samples' | 'history'>> {
    switch (measure.kind) {
      case 'performance':
        return this.#samples(measure, now);
      case 'tdd':
        return measure.testsFirst === 'off' ? {} : this.#history();
      case 'tests':
      case 'security':
      case 'quality':
      case 'artefacts':
        return {};
    }
  }

  /** More runs of a benchmark, in turn with those of the run's base where a figure is held against it. */
  async #samples(
    { figures, samples }: Extract<Measure, { kind: 'performance' }>,
    first: Run,
  ): Promise<Pick<MeasureRequest, 'samples'>> {
    const { here, aside, head, base } = this.#site;
    const compares = figures.some(({ tolerance }) => tolerance !== undefined);
    const now = [first];
    const before: Run[] = [];
    for (let n = 1; n <= samples; n++) {
      // One that does not end well has measured nothing, and in a folder that is not ready nothing is run again.
      if (![...now, ...before].every(endedWell)) break;
      if (n > 1) now.push(await this.#run(`now-${n}`, here, head, false));
      if (compares) before.push(await this.#run(`before-${n}`, aside, base, n === 1));
    }
    return { samples: { now, before } };
  }

  /** The tests at the moments before the code of an attempt was begun. */
  async #history(): Promise<Pick<MeasureRequest, 'history'>> {
    const { aside, from, history } = this.#site;
    const steps = await history();
    if (steps === undefined) return {};
    const trials: [string, CommandOutcome[]][] = [];
    for (const [i, moment] of momentsToTry(steps).entries()) {
      const { ran } = await this.#run(`moment-${i + 1}`, aside, from, true, moment);
      trials.push([moment, ran.map(({ outcome }) => outcome)]);
    }
    return { history: { steps, trials } };
  }

  /** The gate's commands at the run's base; run once for all runs of the gate. */
  async #atBase(): Promise<Run | { readonly problem: string }> {
    const { aside, base, kept } = this.#site;
    const file = kept(this.#gate.name);
    const known = await readJson<Run>(file);
    if (known !== undefined) return known;
    const run = await this.#run('before', aside, base);
    const failed = run.ran.find(({ outcome }) => outcome.end.kind !== 'exited');
    if (failed !== undefined) return { problem: `${failed.label}: ${endText(failed.outcome.end)}` };
    await replaceText(file, JSON.stringify(run));
    return run;
  }

  /** One run of all commands, with what they print and write; one that is over is read back. */
  async #run(name: string, place: GateSite['here'], commit: string, prepares = true, content?: string): Promise<Run> {
    const { dir } = this.#site;
    const kept = join(dir, `${name}-run.json`);
    const over = await readJson<{ readonly run: Run; readonly spentMs: number }>(kept);
    if (over !== undefined) {
      this.spentMs += over.spentMs;
      return over.run;
    }
    let spentMs = 0;
    const ran: Run['ran'][number][] = [];
    const { measure } = this.#gate;
    const reports = reportsOf(measure);
    const files = figureFilesOf(measure);
    const unready = prepares ? await place.prepare?.(name, commit, content) : undefined;
    for (const [i, command] of this.#gate.commands.entries()) {
      const { end, activeMs, log } = await this.#site.run({
        name: `${name}-${i + 1}`,
        label: command.label,
        argv: command.argv,
        folder: place.folder,
        timeoutMs: this.#gate.timeoutMs,
        // What a worktree brings along was not written by the command.
        ...(i === 0 && { before: async () => unready ?? (await dropReports(place.folder, [...reports, ...files])) }),
      });
      spentMs += activeMs;
      ran.push({ label: command.label, outcome: { end, output: await tailOf(log) }, log });
      if (unready !== undefined) break;
    }
    this.spentMs += spentMs;
    const run = {
      folder: place.folder,
      ran,
      ...(await collect(place.folder, join(dir, `${name}-reports`), reports, files)),
    };
    // What could not be made ready, or was stopped, is tried again when it is wanted again.
    const isOver = unready === undefined && ran.every(({ outcome }) => outcome.end.kind !== 'cancelled');
    if (isOver) await replaceText(kept, JSON.stringify({ run, spentMs }));
    return run;
  }

  /** Has the measuring program look at it all. A program that ends without an answer has measured nothing. */
  async #ask(name: string, request: Omit<MeasureRequest, 'answer'>): Promise<MeasureAnswer> {
    const { dir, measure, run, repository } = this.#site;
    if (measure === undefined) return notRun('measure', 'the program that measures is not there');
    const asked = join(dir, `${name}.json`);
    const answer = join(dir, `${name}-answer.json`);
    const { end, activeMs, log } = await run({
      name,
      label: 'measuring',
      argv: [measure.command, ...measure.args, asked],
      env: measure.env,
      folder: repository,
      timeoutMs: this.#gate.timeoutMs,
      before: async () => {
        await replaceText(asked, JSON.stringify({ ...request, answer } satisfies MeasureRequest));
        return undefined;
      },
    });
    this.spentMs += activeMs;
    const read = end.kind === 'exited' && end.code === 0 ? await readJson<MeasureAnswer>(answer) : undefined;
    if (read !== undefined) return read;
    const output = await tailOf(log);
    return { checks: [{ label: 'measuring', verdict: 'not-run', note: endText(end), output }], findings: [] };
  }
}

function endedWell({ ran }: Run): boolean {
  return ran.every(({ outcome: { end } }) => end.kind === 'exited' && end.code === 0);
}

/** What is absent or torn is not known. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
