import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GATES_FILE } from '../core/gate/config.ts';
import { gatesFile } from '../core/gate/detect.ts';
import { sarifOf } from '../core/gate/sarif.ts';
import { holdsBack } from '../core/run/gates.ts';
import { gateReportsText } from '../core/view/gate-report.ts';
import { checkCheckout } from '../engine/gate/check-checkout.ts';
import { detectGates } from '../engine/gate/detect.ts';
import type { Repository } from '../engine/git/git.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { carryOf } from '../engine/settings.ts';
import {
  agentEnv,
  BAD_INPUT,
  complain,
  DONE,
  FAILED,
  INTERRUPTED,
  measureProgram,
  say,
  settingsIn,
  type Options,
} from './command-line.ts';

declare const ORCA_VERSION: string;

/** Runs gates on the checkout as it is. Fails when one that blocks did not pass, run or not. */
export async function gates(names: readonly string[], options: Options): Promise<number> {
  const settings = settingsIn(options.folder, options);
  if (settings === undefined) return BAD_INPUT;
  const opened = await openRepository(options.folder);
  if (!opened.ok) {
    complain(`${opened.problem.message} ${opened.problem.fix}`);
    return BAD_INPUT;
  }
  const { repository } = opened;
  if (options.init) return init(repository);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const carry = carryOf(settings);
  const setup = settings['worktree.setup'];
  const [program, ...args] = setup;
  const checked = await checkCheckout(repository, {
    ...(options.base !== undefined && { base: options.base }),
    gates: names,
    measure: measureProgram(),
    env: agentEnv(process.env),
    setup: program === undefined ? undefined : [program, ...args],
    carry,
    signal: abort.signal,
    onStart: (gate) => {
      if (process.stderr.isTTY) process.stderr.write(`gate ${gate.name} …\n`);
    },
  });
  if (checked.kind === 'refused') {
    for (const problem of checked.problems) complain(problem);
    return BAD_INPUT;
  }
  if (abort.signal.aborted) return INTERRUPTED;
  const { runs, base, head, declared, left } = checked;
  switch (options.format) {
    case 'sarif':
      say(JSON.stringify(sarifOf(runs, ORCA_VERSION), undefined, 2));
      break;
    case 'json':
      say(
        JSON.stringify(
          { base, head, declared, left, gates: runs.map(({ report, findings }) => ({ ...report, findings })) },
          undefined,
          2,
        ),
      );
      break;
    case 'text': {
      const reports = runs.map(({ report, findings }) => ({
        ...report,
        all: findings.map((one) => ({ gate: report.gate, ...one })),
      }));
      say(gateReportsText(`since ${options.base ?? 'HEAD'} (${base.slice(0, 10)})`, reports));
      for (const line of notes(declared, left)) say(line);
    }
  }
  return runs.some(({ report }) => holdsBack(report)) ? FAILED : DONE;
}

function notes(declared: string, left: readonly string[]): string[] {
  return [
    ...(declared === 'checkout' ? [`The base has no ${GATES_FILE}: that of the checkout was taken.`] : []),
    ...(declared === 'built-in'
      ? [
          `There is no ${GATES_FILE}: the built-in gates were run. \`orca gates --init\` writes one that fits the repository.`,
        ]
      : []),
    ...left.map((name) => `Gate ${name} is a review, which is of a task: it was left out.`),
  ];
}

async function init(repository: Repository): Promise<number> {
  const path = join(repository.root, GATES_FILE);
  const suggestions = await detectGates(repository);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, gatesFile(suggestions), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    complain(`${GATES_FILE} is there already and was left as it is. This would have been written:`);
    say(gatesFile(suggestions));
    return BAD_INPUT;
  }
  say(`${GATES_FILE} written:\n${suggestions.map(({ name, why }) => `- ${name}: ${why}`).join('\n')}`);
  say('Look at it, and commit it: a run reads it from the commit that it starts from.');
  return DONE;
}
