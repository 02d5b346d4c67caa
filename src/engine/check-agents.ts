import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import which from 'which';
import type { Agent, Cli } from '../core/agent/agent.ts';
import { offeredAgents } from '../core/agent/registry.ts';

/** What is known of an agent on this machine, without asking a model anything. */
export interface AgentCheck {
  readonly id: string;
  readonly label: string;
  readonly state: 'found' | 'missing' | 'broken';
  /** Of the program; absent where there is none. */
  readonly path?: string;
  readonly version?: string;
  /** By signs alone (variables, files): a key may have been withdrawn. Absent: nothing is known. */
  readonly signedIn?: boolean;
  /** What to do, where something is to be done. */
  readonly advice?: string;
  readonly cli?: Cli;
}

export interface CheckContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The folder that a relative program's path is from. */
  readonly folder: string;
}

/** Looks for the programs of all agents but Orca's own, side by side. Starts each once, for its version. */
export function checkAgents(agents: ReadonlyMap<string, Agent>, context: CheckContext): Promise<AgentCheck[]> {
  return Promise.all([...offeredAgents(agents).values()].map((agent) => checkAgent(agent, context)));
}

async function checkAgent(agent: Agent, context: CheckContext): Promise<AgentCheck> {
  const { id, label, cli } = agent;
  const program = agent.program;
  const about = { id, label, ...(cli !== undefined && { cli }) };
  const models = await agent.models?.();
  if (models?.length === 0) return { ...about, state: 'missing', advice: NO_MODEL };
  if (program === undefined) return { ...about, state: 'found', ...(models && { version: models.join(', ') }) };
  const path = await which(program, { nothrow: true, path: context.env.PATH });
  if (path === null) {
    const advice =
      cli === undefined ? `${program} is not on the PATH.` : `Install it: ${cli.install}. Then sign in: ${cli.signIn}`;
    return { ...about, state: 'missing', advice };
  }
  if (cli === undefined) return { ...about, state: 'found', path };
  const version = await versionOf(path, cli.versionArgs, context);
  if (version === undefined)
    return { ...about, state: 'broken', path, advice: `It does not say its version. Install it again: ${cli.install}` };
  const signedIn = await isSignedIn(cli, context);
  return {
    ...about,
    state: 'found',
    path,
    version,
    signedIn,
    ...(!signedIn && { advice: `No sign of being signed in was found. ${cli.signIn}` }),
  };
}

const NO_MODEL = 'No extension brings a language model. Install one that does, such as GitHub Copilot, and sign in.';

const VERSION_MS = 20_000;

/** The first line with a number of what it prints. */
export function versionOf(
  path: string,
  args: readonly string[],
  { env, folder }: CheckContext,
  timeout = VERSION_MS,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    // On Windows npm's programs are scripts, which only a shell starts; the path is ours, the arguments constants.
    const script = process.platform === 'win32' && /\.(cmd|bat)$/i.test(path);
    execFile(
      script ? `"${path}"` : path,
      [...args],
      { cwd: folder, env: { ...env }, timeout, killSignal: 'SIGKILL', windowsHide: true, shell: script },
      (error, stdout) => {
        const line = stdout.split(/\r?\n/).find((text) => /\d/.test(text));
        resolve(error !== null && line === undefined ? undefined : line?.trim().slice(0, 100));
      },
    );
  });
}

async function isSignedIn({ signedIn }: Cli, { env, home }: CheckContext): Promise<boolean> {
  if (signedIn.env.some((name) => (env[name] ?? '') !== '')) return true;
  const there = await Promise.all(
    signedIn.files.map((file) =>
      stat(join(home, file)).then(
        ({ size }) => size > 0,
        () => false,
      ),
    ),
  );
  return there.includes(true);
}
