import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwnProgram } from '../../core/agent/agent.ts';
import { BUILT_IN, GATES_FILE, readGateConfig, withBuiltIn } from '../../core/gate/config.ts';
import type { GateSpec } from '../../core/gate/gate.ts';
import { endText } from '../../core/run/advance.ts';
import { commitUncommitted } from '../git/base.ts';
import type { CarryOver } from '../git/carry-over.ts';
import { showFile } from '../git/diff.ts';
import { isMissing, runGit, textOf, type Repository } from '../git/git.ts';
import { prepareWorktree, removeWorktrees, worktreeAt, worktreeEnv } from '../git/worktrees.ts';
import { runAlone } from '../runner/run-alone.ts';
import type { Failed } from '../workspaces.ts';
import { jobDir, untilEnded } from './lost.ts';
import { runGate, writtenBy, type GateRun } from './run-gate.ts';
import type { Ended, GateJob, GateSite, Place } from './site.ts';

export interface CheckRequest {
  /** What was there at this revision is nobody's fault now; absent: the last commit. */
  readonly base?: string;
  /** Names of gates; empty: all that are declared. */
  readonly gates: readonly string[];
  readonly measure: OwnProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes the folder ready in which the base is measured. */
  readonly setup?: readonly [string, ...string[]] | undefined;
  readonly carry?: CarryOver | undefined;
  readonly signal: AbortSignal;
  readonly onStart: (gate: GateSpec) => void;
}

export type Checked =
  | {
      readonly kind: 'checked';
      /** Commits: since when, and of what. */
      readonly base: string;
      readonly head: string;
      /** Where the gates are declared. */
      readonly declared: 'base' | 'checkout' | 'built-in';
      readonly runs: readonly GateRun[];
      /** Gates that are not for a checkout: reviews, which are of a task. */
      readonly left: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/**
 * Runs gates on the checkout as it is, uncommitted work included: its commands there, and where they are held against
 * what was before, in a worktree of their own that is taken away again. Nothing that git tracks is changed by it.
 */
export async function checkCheckout(repository: Repository, request: CheckRequest): Promise<Checked> {
  const revision = request.base ?? 'HEAD';
  const resolved = await runGit(repository, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  if (resolved.code !== 0) return refused(`There is no revision "${revision}" here.`);
  const base = textOf(resolved);
  const found = await declaredGates(repository, base);
  const gates = withBuiltIn(found.gates, request.gates);
  const unknown = request.gates.filter((name) => !gates.some((gate) => gate.name === name));
  // Asked for by name, one that is left out would look like one that passed.
  const reviews = gates.filter(({ name, review }) => review !== undefined && request.gates.includes(name));
  const problems = [
    ...found.problems,
    ...unknown.map(
      (name) => `There is no gate "${name}". There are ${gates.map((gate) => gate.name).join(', ') || 'none'}.`,
    ),
    ...reviews.map(({ name }) => `Gate "${name}" is a review, which is of a task: it cannot be run on a checkout.`),
  ];
  if (problems.length > 0) return { kind: 'refused', problems };
  const wanted = gates.filter(({ name }) => request.gates.length === 0 || request.gates.includes(name));
  const head = await commitUncommitted(repository, { message: 'The checkout as Orca checks it' });
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'orca-gates-')));
  const runId = `gates-${process.pid}`;
  try {
    const runs: GateRun[] = [];
    for (const gate of wanted.filter(({ review }) => review === undefined)) {
      if (request.signal.aborted) break;
      request.onStart(gate);
      runs.push(await runGate(gate, siteInCheckout(repository, { ...request, base, head, runId, scratch, gate })));
    }
    const left = wanted.filter(({ review }) => review !== undefined).map(({ name }) => name);
    return { kind: 'checked', base, head, declared: found.declared, runs, left };
  } finally {
    await removeWorktrees(repository, runId);
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function refused(problem: string): Checked {
  return { kind: 'refused', problems: [problem] };
}

/** As the base declares them; where it declares none yet, as the checkout does; else what needs no declaration. */
async function declaredGates(
  repository: Repository,
  base: string,
): Promise<{
  readonly gates: readonly GateSpec[];
  readonly problems: readonly string[];
  readonly declared: 'base' | 'checkout' | 'built-in';
}> {
  const committed = await showFile(repository, base, GATES_FILE);
  if (committed !== undefined) return { ...readGateConfig(new TextDecoder().decode(committed)), declared: 'base' };
  try {
    const text = await readFile(join(repository.root, GATES_FILE), 'utf8');
    return { ...readGateConfig(text), declared: 'checkout' };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { gates: withBuiltIn([], BUILT_IN), problems: [], declared: 'built-in' };
  }
}

interface SiteRequest extends CheckRequest {
  readonly base: string;
  readonly head: string;
  readonly runId: string;
  readonly scratch: string;
  readonly gate: GateSpec;
}

function siteInCheckout(repository: Repository, request: SiteRequest): GateSite {
  const { base, head, gate, scratch, env, signal, setup, carry, runId } = request;
  const dir = join(scratch, gate.name);

  const run = async ({ name, argv, env: more, folder, timeoutMs, before }: GateJob): Promise<Ended> => {
    const [program = '', ...args] = argv;
    const result = await untilEnded(signal, async (again) => {
      const own = jobDir(dir, name, again);
      await mkdir(own, { recursive: true });
      const failed = await before?.();
      if (failed !== undefined)
        return { end: { kind: 'not-started', message: failed.error } as const, activeMs: 0, dir: own };
      const job = {
        id: `${gate.name}/${name}/${again}`,
        banner: '',
        argv: [program, ...args] as const,
        cwd: folder,
        env: { ...worktreeEnv(repository), ...more },
        dir: own,
        idleMs: 0,
        totalMs: timeoutMs,
        maxLogBytes: 16_000_000,
      };
      return { ...(await runAlone(job, { env, signal })), dir: own };
    });
    return { ...result, log: join(result.dir, 'output.log') };
  };

  const aside: Place = {
    folder: worktreeAt(repository, runId, 1).path,
    async prepare(name, commit, content) {
      await prepareWorktree(repository, { runId, slot: 1, base: commit, content, carry, signal });
      if (setup === undefined) return undefined;
      const job = { name: `${name}-setup`, label: setup.join(' '), argv: setup, folder: aside.folder };
      const { end } = await run({ ...job, timeoutMs: gate.timeoutMs });
      return end.kind === 'exited' && end.code === 0
        ? undefined
        : { error: `the setup (${job.label}) did not succeed: ${endText(end)}` };
    },
  };

  return {
    repository: repository.root,
    dir,
    base,
    from: base,
    head,
    here: { folder: repository.root, prepare: () => untracked(repository, gate) },
    aside,
    history: () => Promise.resolve(undefined),
    run,
    kept: (name) => join(dir, 'base', `${name}.json`),
    measure: request.measure,
  };
}

/** What commands write is taken away before they are run, which nothing that git tracks may be. */
async function untracked(repository: Repository, { measure }: GateSpec): Promise<Failed | undefined> {
  const patterns = writtenBy(measure);
  if (patterns.length === 0) return undefined;
  const { stdout } = await runGit(repository, ['ls-files', '-z', '--', ...patterns.map(pathspecOf)]);
  const [tracked] = stdout.toString('utf8').split('\0');
  return tracked === undefined || tracked === ''
    ? undefined
    : { error: `${tracked} is committed, so it is no report. Take it out of git: git rm --cached ${tracked}` };
}

/** As git takes a pattern of ours, in which only `*` is special. */
function pathspecOf(pattern: string): string {
  const parts = pattern.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  return `:(top,glob)${parts.join('/').replace(/[[\]?]/g, String.raw`\$&`)}`;
}
