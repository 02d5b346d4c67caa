import { git, runGit } from './git.ts';
import type { Repository } from './git.ts';

/** Which attempt of which run made a commit, as its trailers say. */
export interface Origin {
  readonly run: string;
  readonly task: string;
  readonly attempt: number;
  /** When it was committed, ms since the epoch. */
  readonly at: number;
}

/** A line and the commit that wrote it; a line that is not committed yet has none. */
export interface BlamedLine {
  /** 1-based. */
  readonly line: number;
  readonly commit?: string;
}

export interface BlameOptions {
  readonly commit?: string;
  /** Only these, 1-based. */
  readonly lines?: readonly number[];
  /** The file's text as it is in an editor, instead of what is on the disk. */
  readonly text?: string;
}

/**
 * Who wrote each line of a file, as of a commit, or as it is in the checkout. Undefined: git does not know the file, or
 * it has no such line.
 */
export async function blame(
  repository: Repository,
  path: string,
  { commit, lines = [], text }: BlameOptions = {},
): Promise<BlamedLine[] | undefined> {
  const ranges = lines.flatMap((line) => ['-L', `${line},${line}`]);
  const of = [...(text === undefined ? [] : ['--contents', '-']), ...(commit === undefined ? [] : [commit])];
  const call = text === undefined ? {} : { input: text };
  const { code, stdout } = await runGit(repository, ['blame', '--porcelain', ...ranges, ...of, '--', path], call);
  if (code !== 0) return undefined;
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((row) => {
      const [, commit, line] = /^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/.exec(row) ?? [];
      if (commit === undefined) return [];
      return [{ line: Number(line), ...(/[1-9a-f]/.test(commit) && { commit }) }];
    });
}

/** The attempts that made these commits; those that no run has made are not in it. */
export async function originsOf(repository: Repository, commits: readonly string[]): Promise<Map<string, Origin>> {
  const origins = new Map<string, Origin>();
  const wanted = [...new Set(commits)];
  if (wanted.length === 0) return origins;
  const trailer = (key: string): string => `%(trailers:key=${key},valueonly,separator=%x2C)%x00`;
  const format = `%H%x00%ct%x00${trailer('Orca-Run')}${trailer('Orca-Task')}${trailer('Orca-Attempt')}`;
  const text = await git(
    repository,
    ['rev-list', '--no-commit-header', '--no-walk=unsorted', `--format=${format}`, '--stdin'],
    { input: wanted.map((commit) => `${commit}\n`).join('') },
  );
  const fields = text.split('\0');
  for (let i = 0; i + 4 < fields.length; i += 5) {
    const [commit = '', time = '', run = '', task = '', attempt = ''] = fields.slice(i, i + 5).map((one) => one.trim());
    if (run !== '' && task !== '')
      origins.set(commit, { run, task: taskOf(task), attempt: Number(attempt), at: Number(time) * 1000 });
  }
  return origins;
}

/** An id that a trailer cannot hold as it is stands there as JSON. */
function taskOf(trailer: string): string {
  if (!trailer.startsWith('"')) return trailer;
  try {
    const id: unknown = JSON.parse(trailer);
    return typeof id === 'string' ? id : trailer;
  } catch {
    return trailer;
  }
}
