import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Repository } from '../../../src/engine/git/git.ts';
import { openRepository } from '../../../src/engine/git/preflight.ts';

/** A folder of the test's own, gone when it ends. */
export function scratch(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'orca-git-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The environment of a user without any configuration of git. */
export function plainEnv(dir: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  writeFileSync(join(dir, 'empty'), '');
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    GIT_CONFIG_GLOBAL: join(dir, 'empty'),
    GIT_CONFIG_NOSYSTEM: '1',
    HOME: dir,
  };
}

const IDENTITY = '[user]\n\tname = Ada\n\temail = ada@example.org\n';

export interface Rig {
  readonly root: string;
  readonly env: Record<string, string>;
  /** Runs git as the user or an agent would; in the checkout where no folder is given. */
  readonly git: (args: readonly string[], cwd?: string) => string;
  write(files: Record<string, string | Uint8Array>, dir?: string): void;
  /** Writes files and commits everything, giving the commit. */
  commit(files: Record<string, string>, message?: string): string;
  head(): string;
  open(dir?: string): Promise<Repository>;
}

export function rig(options: { readonly identity?: boolean } = {}): Rig {
  const dir = scratch();
  const at = rigAt(join(dir, 'checkout'), plainEnv(dir));
  mkdirSync(at.root);
  at.git(['init', '-q', '-b', 'main', '--template=']);
  if (options.identity ?? true) appendFileSync(join(at.root, '.git', 'config'), IDENTITY);
  return at;
}

/** The same once more, beside it. */
export function copyOf({ root, env }: Rig, name: string): Rig {
  const copy = join(root, '..', name);
  cpSync(root, copy, { recursive: true });
  return rigAt(copy, env);
}

function rigAt(root: string, env: Record<string, string>): Rig {
  const git: Rig['git'] = (args, cwd = root) =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const write: Rig['write'] = (files, at = root) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), content);
    }
  };
  const head = () => git(['rev-parse', 'HEAD']).trim();
  return {
    root,
    env,
    git,
    write,
    head,
    commit(files, message = 'change') {
      write(files);
      git(['add', '-A']);
      git(['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-q', '--allow-empty', '-m', message]);
      return head();
    },
    async open(at = root) {
      const opened = await openRepository(at, { env });
      if (!opened.ok) throw new Error(opened.problem.message);
      return opened.repository;
    },
  };
}

/** Everything of a user's checkout that must not change: HEAD, branches, index, status, and every file. */
export function fingerprint({ root, git }: Rig): Record<string, string> {
  return {
    HEAD: readFileSync(join(root, '.git', 'HEAD'), 'utf8'),
    config: readFileSync(join(root, '.git', 'config'), 'utf8'),
    branches: git(['for-each-ref', 'refs/heads', '--format=%(refname) %(objectname)']).replaceAll(
      /^refs\/heads\/orca\/.*\n/gm,
      '',
    ),
    index: hash(readFileSync(join(root, '.git', 'index'))),
    status: git(['--no-optional-locks', 'status', '--porcelain=v2', '-z', '--untracked-files=all']),
    ...filesOf(root),
  };
}

/** Every file below a folder, with its content, without git's and Orca's own. */
export function filesOf(root: string, below = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (path === '.git' || path === '.orca/worktrees') continue;
    const { mode } = lstatSync(join(root, path));
    if (entry.isDirectory()) Object.assign(files, filesOf(root, path));
    else if (entry.isSymbolicLink()) files[path] = `-> ${readlinkSync(join(root, path))}`;
    else files[path] = `${(mode & 0o111) === 0 ? '' : 'x '}${readFileSync(join(root, path), 'latin1')}`;
  }
  return files;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
