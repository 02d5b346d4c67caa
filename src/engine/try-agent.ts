import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Agent, OwnProgram } from '../core/agent/agent.ts';
import { verdictOf, NOTHING_REPORTED, type AgentReport, type AgentVerdict } from '../core/agent/report.ts';
import { endText } from '../core/run/advance.ts';
import { parsePlan } from '../core/plan/parse.ts';
import { runAlone } from './runner/run-alone.ts';

const PROMPT = 'Answer with the one word "ready". Use no tools and change nothing.\n';
const LIMIT_MS = 120_000;

/** What came of asking an agent for one word. */
export interface AgentTrial {
  readonly verdict: AgentVerdict;
  readonly report?: AgentReport;
  readonly activeMs: number;
}

/**
 * Starts an agent as a run would, though it may only read, in an empty folder, and asks it for one word: the one way to
 * tell that it is signed in and its service answers. It costs a few tokens.
 */
export async function tryAgent(
  agent: Agent,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly bridge?: OwnProgram;
    readonly limitMs?: number;
  },
): Promise<AgentTrial> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'orca-try-')));
  try {
    const [task] = parsePlan('### try: Try\n- Estimate: 1 min\n- Depends on: none\n').tasks;
    if (task === undefined) throw new Error('no task to try it with');
    const refusal = agent.refuses(task);
    if (refusal !== undefined) return { verdict: { kind: 'failed', message: refusal }, activeMs: 0 };
    const dir = join(root, 'job');
    const worktree = join(root, 'empty');
    await mkdir(dir);
    await mkdir(worktree);
    // Some do not start outside of a repository, which a task's folder always is.
    await promisify(execFile)('git', ['init', '--quiet'], { cwd: worktree });
    const promptFile = join(dir, 'prompt.md');
    await writeFile(promptFile, PROMPT);
    const { bridge, env } = options;
    const invocation = agent.invoke({
      task,
      prompt: PROMPT,
      promptFile,
      dir,
      worktree,
      permission: 'ask',
      ...(bridge !== undefined && { bridge }),
    });
    for (const { name, text } of invocation.files) await writeFile(join(dir, name), text, { mode: 0o600 });
    const result = await runAlone(
      {
        id: 'try',
        banner: '',
        argv: invocation.argv,
        cwd: worktree,
        env: invocation.env,
        ...(invocation.stdin !== undefined && { stdin: invocation.stdin }),
        dir,
        idleMs: 0,
        totalMs: options.limitMs ?? LIMIT_MS,
        maxLogBytes: 1_000_000,
        ...(agent.output !== undefined && {
          agent: { cli: agent.output, ...(invocation.report !== undefined && { report: invocation.report }) },
        }),
      },
      { env },
    );
    const { end, report, activeMs, lastWords } = result;
    const verdict = result.verdict ?? verdictOf(end, report ?? NOTHING_REPORTED);
    const said =
      verdict.kind === 'failed' && verdict.message === ''
        ? endText(end, lastWords === undefined ? {} : { lastWords })
        : undefined;
    return {
      verdict: said === undefined ? verdict : { kind: 'failed', message: said },
      ...(report !== undefined && { report }),
      activeMs,
    };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** In one line. */
export function trialText({ verdict, report, activeMs }: AgentTrial): string {
  const seconds = `${(activeMs / 1000).toFixed(1)} s`;
  switch (verdict.kind) {
    case 'done':
      return `answered "${report?.said?.trim().slice(0, 60) ?? ''}" in ${seconds}`;
    case 'failed':
      return `failed: ${verdict.message}`;
    case 'unauthenticated':
      return `not signed in: ${verdict.message}`;
    case 'unavailable':
      return `its service cannot be had: ${verdict.error.message}`;
  }
}
