import { tmpdir } from 'node:os';
import which from 'which';
import type { ToolFacts } from '../../core/planning/startup.ts';
import { versionOf } from '../check-agents.ts';
import type { Env } from '../git/git.ts';

interface Tool {
  readonly name: string;
  /** Absent: it is slow to say its version, and is only looked for. */
  readonly versionArgs?: readonly string[];
  /** A file of this path says that the repository uses it. */
  readonly fits: RegExp;
}

const VERSION = ['--version'] as const;

/** In the order in which they are told. */
const TOOLS: readonly Tool[] = [
  { name: 'node', versionArgs: VERSION, fits: /(^|\/)package\.json$|\.[cm]?[jt]sx?$/ },
  { name: 'npm', versionArgs: VERSION, fits: /(^|\/)package(-lock)?\.json$/ },
  { name: 'pnpm', versionArgs: VERSION, fits: /(^|\/)pnpm-(lock|workspace)\.yaml$/ },
  { name: 'yarn', versionArgs: VERSION, fits: /(^|\/)yarn\.lock$/ },
  { name: 'bun', versionArgs: VERSION, fits: /(^|\/)bun\.lockb?$/ },
  { name: 'python3', versionArgs: VERSION, fits: /\.py$|(^|\/)(pyproject\.toml|requirements[^/]*\.txt)$/ },
  { name: 'uv', versionArgs: VERSION, fits: /(^|\/)uv\.lock$/ },
  { name: 'poetry', fits: /(^|\/)poetry\.lock$/ },
  { name: 'go', versionArgs: ['version'], fits: /(^|\/)go\.mod$|\.go$/ },
  { name: 'cargo', versionArgs: VERSION, fits: /(^|\/)Cargo\.toml$|\.rs$/ },
  { name: 'java', versionArgs: VERSION, fits: /\.(java|kt|scala)$|(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/ },
  { name: 'mvn', fits: /(^|\/)pom\.xml$/ },
  { name: 'gradle', fits: /(^|\/)build\.gradle(\.kts)?$/ },
  { name: 'dotnet', versionArgs: VERSION, fits: /\.(csproj|sln|cs)$/ },
  { name: 'ruby', versionArgs: VERSION, fits: /(^|\/)Gemfile$|\.rb$/ },
  { name: 'php', versionArgs: VERSION, fits: /(^|\/)composer\.json$|\.php$/ },
  { name: 'make', versionArgs: VERSION, fits: /(^|\/)Makefile$/ },
  { name: 'docker', versionArgs: VERSION, fits: /(^|\/)(Dockerfile|(docker-)?compose\.ya?ml)$/ },
];
/** What a new project may be made with. */
const COMMON = ['node', 'npm', 'python3', 'go', 'cargo', 'java', 'make', 'docker'];

const VERSION_MS = 5000;

/** The programs that fit a repository's files, side by side; of one without code (`isNew`), also those that many use. */
export function findTools(paths: readonly string[], isNew: boolean, env: Env): Promise<ToolFacts[]> {
  const wanted = TOOLS.filter(
    ({ name, fits }) => paths.some((path) => fits.test(path)) || (isNew && COMMON.includes(name)),
  );
  return Promise.all(wanted.map((tool) => findTool(tool, env)));
}

async function findTool({ name, versionArgs }: Tool, env: Env): Promise<ToolFacts> {
  const path = await which(name, { nothrow: true, path: env.PATH });
  if (path === null) return { name, found: false };
  // Elsewhere than in the repository, which may say that a program of its own is run, or that one is to be downloaded.
  const context = { env, home: '', folder: tmpdir() };
  const version = versionArgs === undefined ? undefined : await versionOf(path, versionArgs, context, VERSION_MS);
  return { name, found: true, ...(version !== undefined && { version }) };
}
