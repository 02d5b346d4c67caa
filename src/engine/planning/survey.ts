import { mkdir } from 'node:fs/promises';
import { arch, availableParallelism, homedir, release, totalmem, type as osType } from 'node:os';
import { dirname, join, posix, resolve, sep } from 'node:path';
import { HOUSE_FILES } from '../../core/agent/prompt.ts';
import { agentsOf, type AgentSetting } from '../../core/agent/registry.ts';
import { hasCode, languageShares, type RepositoryFile } from '../../core/planning/languages.ts';
import { QUESTIONS_FILE } from '../../core/planning/questions.ts';
import { repositoryMap, tellingFiles } from '../../core/planning/repository-map.ts';
import {
  startupAccount,
  startupText,
  type AgentFacts,
  type GitFacts,
  type StartupFacts,
  type TestFacts,
} from '../../core/planning/startup.ts';
import { ARTEFACTS } from '../../core/planning/steps.ts';
import { checkAgents } from '../check-agents.ts';
import { detectGates } from '../gate/detect.ts';
import { showTexts } from '../git/diff.ts';
import { git, nulList, type Env, type Repository } from '../git/git.ts';
import { openRepository } from '../git/preflight.ts';
import { readStatus } from '../git/status.ts';
import { isInside } from '../inside.ts';
import { replaceText } from '../replace-text.ts';
import { findTools } from './tools.ts';

export interface SurveyRequest {
  /** The checkout that is looked at: a worktree of a run, or any other. */
  readonly root: string;
  /** Where it writes, relative to that; empty or `.`: at its root. */
  readonly folder: string;
  readonly agents: Readonly<Record<string, AgentSetting>>;
  readonly env: Env;
}

/**
 * Looks at the machine and the repository, as committed, and writes `startup.md` and `repository_map.md`. Gives an account
 * in a few lines. Asks no model and runs nothing of the repository. Throws where the folder is not inside of `root`, or
 * cannot be written.
 */
export async function survey({ root, folder, agents, env }: SurveyRequest): Promise<string> {
  const into = await folderInside(root, folder);
  const opened = await openRepository(root, { env });
  const repository = opened.ok ? opened.repository : undefined;
  const tracked = repository === undefined ? [] : await trackedFiles(repository);
  // What planning itself wrote tells nothing of the repository.
  const own = new Set([...ARTEFACTS, QUESTIONS_FILE].map((name) => posix.join(folder, name)));
  const files = tracked.filter(({ path }) => !own.has(path));
  const isNew = !hasCode(files.map(({ path }) => path));
  const [gitFacts, checks, tools, tests, texts] = await Promise.all([
    opened.ok ? gitOf(opened.repository) : ({ kind: 'none', why: opened.problem.message } as const),
    agentsHere(agents, root, env),
    findTools(
      files.map(({ path }) => path),
      isNew,
      env,
    ),
    repository === undefined ? [] : testsOf(repository),
    repository === undefined ? new Map<string, string>() : textsOf(repository, tellingFiles(files)),
  ]);
  const facts: StartupFacts = {
    machine: {
      os: `${osType()} ${release()} (${arch()})`,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.version.replace(/^v/, ''),
    },
    git: gitFacts,
    agents: checks,
    tools,
    repository: {
      files: files.length,
      hasCode: !isNew,
      house: HOUSE_FILES.filter((name) => files.some(({ path }) => path === name)),
    },
    languages: languageShares(files),
    tests,
  };
  await replaceText(join(into, 'startup.md'), startupText(facts));
  await replaceText(join(into, 'repository_map.md'), repositoryMap(files, texts));
  return startupAccount(facts);
}

/** Made where it is missing. A link may lead out of the checkout, and so is followed before anything is written. */
async function folderInside(root: string, folder: string): Promise<string> {
  const into = resolve(root, folder);
  if (into !== resolve(root) && !isInside(root, folder)) throw new Error(`${folder} is not inside of the repository.`);
  await mkdir(into, { recursive: true });
  return into;
}

/** Of the commit that is checked out, without links and submodules; none where there is no commit yet. */
async function trackedFiles(repository: Repository): Promise<RepositoryFile[]> {
  if ((await readStatus(repository)).head === undefined) return [];
  const entries = nulList(await git(repository, ['ls-tree', '-r', '-z', '-l', '--full-tree', 'HEAD']));
  return entries.flatMap((entry) => {
    const [, mode = '', bytes = '', path = ''] = /^(\d+) \w+ \w+ +(\d+|-)\t([^]*)$/.exec(entry) ?? [];
    return mode.startsWith('100') ? [{ path, bytes: Number(bytes) }] : [];
  });
}

async function textsOf(repository: Repository, paths: readonly string[]): Promise<Map<string, string>> {
  const texts = await showTexts(
    repository,
    paths.map((path) => ({ commit: 'HEAD', path })),
  );
  return new Map(paths.flatMap((path, i) => (texts[i] === undefined ? [] : [[path, texts[i]] as const])));
}

/** As the user's checkout is: a run's worktree is always clean, and on no branch. */
async function gitOf(repository: Repository): Promise<GitFacts> {
  const users = userCheckout(repository.root);
  const opened = users === undefined ? undefined : await openRepository(users, { env: repository.env });
  const here = opened?.ok === true ? opened.repository : repository;
  const { head, branch, dirty } = await readStatus(here);
  return {
    kind: 'repository',
    version: await git(here, ['--version']),
    ...(branch !== undefined && { branch }),
    ...(head !== undefined && { head: head.slice(0, 12) }),
    changed: dirty.length,
  };
}

/** Of a run's worktree, the checkout that it was made for. */
function userCheckout(root: string): string | undefined {
  const pool = `${sep}${join('.orca', 'worktrees')}`;
  const parent = dirname(root);
  return parent.endsWith(pool) ? parent.slice(0, -pool.length) : undefined;
}

async function agentsHere(
  settings: Readonly<Record<string, AgentSetting>>,
  folder: string,
  env: Env,
): Promise<AgentFacts[]> {
  const checks = await checkAgents(agentsOf(settings), { env, home: homedir(), folder });
  return checks.map(({ id, label, state, version, signedIn, advice }) => ({
    id,
    label,
    state,
    ...(version !== undefined && { version }),
    ...(signedIn !== undefined && { signedIn }),
    ...(advice !== undefined && { advice }),
  }));
}

async function testsOf(repository: Repository): Promise<TestFacts[]> {
  const suggested = await detectGates(repository);
  return suggested.flatMap(({ name, why, gate: { kind, commands } }) =>
    (kind === 'tests' || kind === 'tdd') && Array.isArray(commands)
      ? [{ name, why, commands: commands.filter((command) => typeof command === 'string') }]
      : [],
  );
}
