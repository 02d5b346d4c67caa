import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { agentsOf } from '../../../src/core/agent/registry.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { gateDir } from '../../../src/engine/run-files.ts';
import { monotonicMs } from '../../../src/engine/process/identity.ts';
import { childProcessLauncher } from '../../../src/engine/runner/launcher.ts';
import type { RunSession } from '../../../src/engine/session.ts';
import { startRun } from '../../../src/engine/start-run.ts';
import { buildDriver, testRepository, type TestRepository } from './repository.ts';

// A program of the settings reviews what the shell did, in the engine with its runner.

let bundles: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  bundles = await buildDriver();
});
afterAll(() => bundles.dispose());

const opened: { readonly repository: TestRepository; readonly session?: RunSession }[] = [];
afterEach(async () => {
  for (const { repository, session } of opened.splice(0)) {
    await session?.close();
    repository.dispose();
  }
});

const task = (script: string, acceptance = '', id = 'a'): string =>
  `### ${id}: Task ${id}\n- Estimate: 5 min\n- Depends on: none\n${acceptance}\nWrite half.js.\n\n\`\`\`sh run\n${script}\n\`\`\`\n`;

const finding = { path: 'half.js', line: 1, severity: 'error', message: 'Divides by zero.' };

interface Opening {
  readonly script: string;
  readonly acceptance?: string;
  /** More of the plan. */
  readonly next?: string;
  /** Of the reviewing program, in which `say(review)` is its answer and `prompt` what it was told. */
  readonly reviewer: string;
  readonly gate?: string;
}

async function open({
  script,
  acceptance,
  next = '',
  reviewer,
  gate = 'review: { agent: critic }, blocking: true',
}: Opening) {
  const repository = testRepository(() => `${task(script, acceptance)}\n${next}`);
  mkdirSync(join(repository.folder, '.orca'));
  writeFileSync(join(repository.folder, '.orca/gates.yaml'), `gates:\n  second: { ${gate}, always: true }\n`);
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'gates');
  const program = join(repository.folder, '../critic.mjs');
  writeFileSync(
    program,
    `import { readFileSync, writeFileSync } from 'node:fs';
const prompt = readFileSync(0, 'utf8');
const say = (review) => console.log('My review:\\n\`\`\`json\\n' + JSON.stringify(review, undefined, 2) + '\\n\`\`\`');
${reviewer}\n`,
  );
  const engine: Engine = {
    folder: repository.folder,
    driver: 'cli',
    launcher: childProcessLauncher({ execPath: process.execPath, env: process.env }),
    runnerPath: join(bundles.path, '../runner.cjs'),
    agents: agentsOf({ critic: { command: [process.execPath, program] } }),
    clock: { now: () => Date.now(), mono: monotonicMs },
    random: () => randomBytes(16).toString('hex'),
    version: 'test',
    idleExitMs: 20_000,
    maxLogBytes: 1_000_000,
  };
  const result = await startRun(engine, {
    source: { text: readFileSync(join(repository.folder, 'plan.md'), 'utf8') },
    strategy: 'hybrid',
    agents: 1,
    agent: 'shell',
    uncommitted: false,
    limits: { attempts: 2, idleMs: 60_000, totalMs: 60_000 },
  });
  const session = result.kind === 'opened' ? result.session : undefined;
  opened.push({ repository, ...(session !== undefined && { session }) });
  return { repository, session, problems: result.kind === 'refused' ? result.problems : [] };
}

async function finished(opening: Opening) {
  const { repository, session, problems } = await open(opening);
  if (session === undefined) throw new Error(problems.join('\n'));
  await session.finished();
  return { repository, session, state: session.state, task: session.state.tasks[0] };
}

const MAKE = `echo 'export const half = (n) => n / 0;' > half.js`;

describe('a review', () => {
  it('is told the task and the change, and what it approves is merged with its criteria as checks', async () => {
    const { session, task, state } = await finished({
      script: MAKE,
      acceptance: '- Acceptance:\n  - [ ] It halves\n',
      reviewer: `const criterion = { criterion: 'It halves', met: true, evidence: 'half.js' };
writeFileSync('half.js', 'export const half = 0;');
say({ verdict: 'approve', findings: [], criteria: [criterion] });`,
    });
    expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(task?.attempts[0]?.gates).toMatchObject([
      {
        gate: 'second',
        verdict: 'passed',
        score: 100,
        checks: [{ note: 'approved' }, { label: 'It halves', verdict: 'passed', note: 'half.js' }],
        reviewer: { kind: 'critic' },
      },
    ]);
    const dir = gateDir(session.dir, { kind: 'task', task: 'a', attempt: 1 }, 'second', 0);
    const prompt = readFileSync(join(dir, 'review/prompt.md'), 'utf8');
    expect(prompt).toContain('> Write half.js.');
    expect(prompt).toContain('> - It halves');
    expect(prompt).toContain('+++ b/half.js\n@@ -0,0 +1 @@\n+export const half = (n) => n / 0;');
    // What it wrote itself is no part of the result.
    const { repository } = opened[0] ?? {};
    expect(repository?.git('show', `${state.integration}:half.js`)).toBe('export const half = (n) => n / 0;\n');
  });

  it('that rejects sends its findings to the next attempt', async () => {
    const { task, session } = await finished({
      script: `if test -e half.js; then echo 'export const half = (n) => n / 2;' > half.js; else ${MAKE}; fi`,
      reviewer: `if (prompt.includes('/ 2')) say({ verdict: 'approve', findings: [], criteria: [] });
else say({ verdict: 'reject', findings: [${JSON.stringify(finding)}], criteria: [] });`,
    });
    expect(task?.attempts.map(({ gates }) => gates[0]?.verdict)).toEqual(['failed', 'passed']);
    expect(task?.note).toContain('half.js:1: error: Divides by zero.');
    expect(task?.phase.kind).toBe('merged');
    const reports = session.state.tasks[0]?.attempts[0]?.gates[0]?.findings;
    expect(reports).toEqual([{ gate: 'second', rule: 'review', ...finding }]);
  });

  it.each([
    ['says nothing that can be read', 'console.log("It is fine.");', 'its answer has no review that can be read'],
    [
      'fails',
      'say({ verdict: "approve", findings: [], criteria: [] }); process.exit(3);',
      'critic failed: exit code 3',
    ],
    ['takes too long', 'setInterval(() => undefined, 1000);', 'critic: took too long'],
  ])('that %s did not run, and holds nothing back where it is advisory', async (_, reviewer, note) => {
    const gate = 'review: { agent: critic }, timeout: 3 s';
    const { task } = await finished({ script: MAKE, reviewer, gate });
    expect(task?.phase.kind).toBe('merged');
    expect(task?.attempts[0]?.gates).toMatchObject([{ verdict: 'not-run', checks: [{ note }] }]);
  });

  it.each([
    ['review: { agent: nobody }', 'there is no agent "nobody"'],
    ['review: { agent: shell }', 'the agent "shell" cannot review; name another one.'],
    ['review: {}', 'the agent "shell" cannot review, and the run has no other'],
  ])('by nobody is refused before the run: %s', async (gate, problem) => {
    const { problems } = await open({ script: MAKE, reviewer: '', gate });
    expect(problems).toEqual([expect.stringContaining(`.orca/gates.yaml: gate "second": ${problem}`)]);
  });

  it.each(['skip', 'cancel'] as const)('is stopped with its task: %s', async (how) => {
    const { session, pid } = await inTheMiddle();
    await session.dispatch(how === 'skip' ? { type: 'skip', task: 'a' } : { type: 'cancel' });
    await session.finished();
    await until(() => !isAlive(pid));
    expect(session.state.tasks[0]?.phase.kind).toBe(how === 'skip' ? 'skipped' : 'cancelled');
  });

  it('that is stopped leaves its place to the next task', async () => {
    const { session, pid } = await inTheMiddle(task('echo b > b.txt', '', 'b'));
    await session.dispatch({ type: 'skip', task: 'a' });
    await session.finished();
    expect(isAlive(pid)).toBe(false);
    expect(session.state.tasks.map(({ phase, attempts }) => [phase.kind, attempts.length])).toEqual([
      ['skipped', 1],
      ['merged', 1],
    ]);
  });
});

/** The review of `a` goes on until it is ended; any other approves. */
async function inTheMiddle(next = ''): Promise<{ readonly session: RunSession; readonly pid: number }> {
  const { repository, session } = await open({
    script: MAKE,
    next,
    reviewer: `if (prompt.startsWith('# Review of a:')) {
  writeFileSync(new URL('critic.pid', import.meta.url), String(process.pid));
  setInterval(() => undefined, 1000);
} else say({ verdict: 'approve', findings: [], criteria: [] });`,
  });
  if (session === undefined) throw new Error('not opened');
  const file = join(repository.folder, '../critic.pid');
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
  return { session, pid: Number(readFileSync(file, 'utf8')) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Fails when it does not come to that. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 300) throw new Error('it has not come to that in 30 s');
    await wait(100);
  }
}
