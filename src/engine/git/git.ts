import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { RepositoryLock } from './lock.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The git program and the environment that it runs in. */
export interface Git {
  readonly gitPath: string;
  readonly env: Env;
}

/** A checkout to work for. All paths are absolute. */
export interface Repository extends Git {
  /** The top of the user's checkout. */
  readonly root: string;
  /** Of that checkout: in a linked worktree, its own folder below the common one. */
  readonly gitDir: string;
  /** Shared by all worktrees of the repository. */
  readonly commonDir: string;
  /** Goes round every `git worktree` call. */
  readonly lock: RepositoryLock;
}

/** Why git cannot be worked with: for people, and a way out. */
export interface GitProblem {
  readonly code: GitProblemCode;
  readonly message: string;
  readonly fix: string;
  /** What it is about, relative to the root. */
  readonly paths?: readonly string[];
}

export type GitProblemCode =
  | 'no-git'
  | 'git-too-old'
  | 'no-repository'
  | 'unsafe-repository'
  | 'bare'
  | 'unborn-branch'
  | 'operation-in-progress'
  | 'submodules'
  | 'branch-taken'
  | 'branch-checked-out'
  | 'no-integration'
  | 'detached'
  | 'files-in-the-way';

export interface GitCall {
  /** Default: the root of the repository. */
  readonly cwd?: string;
  /** On top of the repository's own. */
  readonly env?: Env;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Git, or the disk under it, refused something that was not expected to fail. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly code: number;
  readonly stderr: string;

  constructor(args: readonly string[], { code, stderr }: Pick<GitResult, 'code' | 'stderr'>) {
    super(`git ${commandOf(args)} failed (${code}): ${stderr.trim()}`);
    this.code = code;
    this.stderr = stderr;
  }
}

/**
 * Runs git with argv and no shell, and takes any exit code as an answer. Hooks, prompts, signing, background upkeep and
 * refreshes of the user's index are off, and no variable of the environment says which repository is meant.
 * Rejects where the program cannot be started, and on abort.
 */
export async function runGit(
  git: Git & { readonly root?: string },
  args: readonly string[],
  call: GitCall = {},
): Promise<GitResult> {
  const cwd = call.cwd ?? git.root;
  try {
    return await spawnGit(git, args, { ...call, ...(cwd !== undefined && { cwd }) });
  } catch (error) {
    // A working directory that is gone reads like a program that is not there.
    if (cwd !== undefined && isMissing(error) && !(await exists(cwd)))
      throw new GitError(args, { code: 128, stderr: `${cwd} is not there` });
    throw error;
  }
}

/** As `runGit`, where only 0 is expected. Gives the output without its last line end. */
export async function git(repository: Repository, args: readonly string[], call: GitCall = {}): Promise<string> {
  const result = await runGit(repository, args, call);
  if (result.code !== 0) throw new GitError(args, result);
  return textOf(result);
}

export function textOf({ stdout }: GitResult): string {
  return stdout.toString('utf8').replace(/\n$/, '');
}

/** The items of a `-z` output. */
export function nulList(text: string): string[] {
  const items = text.split('\0');
  if (items.at(-1) === '') items.pop();
  return items;
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Variables that say which repository is meant, or how paths are read: never inherited, by git or by an agent. */
export const repositoryVariables: readonly string[] = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
];

const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.splitIndex=false',
  'core.safecrlf=false',
  'core.longPaths=true',
  // What the journal says is committed must outlive a power cut.
  'core.fsync=committed',
  'core.fsyncMethod=batch',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'i18n.commitEncoding=UTF-8',
  'i18n.logOutputEncoding=UTF-8',
].flatMap((setting) => ['-c', setting]);

const FIXED_ENV: Env = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_PAGER: 'cat' };

function spawnGit({ gitPath, env }: Git, args: readonly string[], call: GitCall): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(gitPath, [...SETTINGS, ...args], {
      cwd: call.cwd,
      env: { ...withoutRepository(env), ...FIXED_ENV, ...call.env },
      signal: call.signal,
      windowsHide: true,
      stdio: [call.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const said = Buffer.concat(stderr).toString('utf8');
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(stdout),
        stderr: signal === null ? said : `${said}ended by ${signal}`,
      });
    });
    // A git that ends before it has read its input says why by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.input);
  });
}

function withoutRepository(env: Env): Env {
  // The names are compared as Windows does.
  return Object.fromEntries(Object.entries(env).filter(([name]) => !repositoryVariables.includes(name.toUpperCase())));
}

function commandOf(args: readonly string[]): string {
  return args
    .filter((arg, i) => arg !== '-c' && args[i - 1] !== '-c')
    .slice(0, 2)
    .join(' ');
}
