import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CarryOver } from '../../../src/engine/git/carry-over.ts';
import { gitWorkspaces } from '../../../src/engine/git/workspaces.ts';
import { filesOf, fingerprint, rig, scratch, type Rig } from './rig.ts';

const runId = 'exec-20250101-x';
const unix = process.platform !== 'win32';

async function bench(options: {
  readonly committed?: Record<string, string>;
  readonly untracked?: Record<string, string>;
  readonly include?: string;
  readonly carry?: Partial<CarryOver>;
  /** After the commit, before anything is prepared. */
  readonly more?: (at: Rig) => void;
}) {
  const at = rig();
  const base = at.commit({ a: '1', '.gitignore': 'node_modules/\n.env\n.orca/\n', ...options.committed });
  at.write(options.untracked ?? {});
  if (options.include !== undefined) at.write({ '.worktreeinclude': options.include });
  options.more?.(at);
  const carry = { dependencies: 'none', dependencyFolders: ['node_modules', 'lib/vendor'], ...options.carry } as const;
  const workspaces = gitWorkspaces(await at.open(), runId, carry);
  const path = workspaces.path(0);
  return {
    at,
    base,
    path,
    workspaces,
    prepare: (content?: string) => workspaces.prepare(0, base, content),
    take: () => workspaces.snapshot({ slot: 0, base, task: 'T', attempt: 1, message: 'T' }),
    /** What is there beyond the commit. */
    carried: () => {
      const tracked = new Set(at.git(['ls-tree', '-r', '-z', '--name-only', base]).split('\0'));
      return Object.fromEntries(Object.entries(filesOf(path)).filter(([name]) => !tracked.has(name)));
    },
  };
}

describe('files of .worktreeinclude', () => {
  test.each<[string, string | undefined, Record<string, string>, Record<string, string>]>([
    ['none without it', undefined, { '.env': '1' }, {}],
    ['an ignored file', '.env', { '.env': '1', 'sub/.env': '2', other: '3' }, { '.env': '1', 'sub/.env': '2' }],
    ['only at the top', '/.env', { '.env': '1', 'sub/.env': '2' }, { '.env': '1' }],
    ['a folder', 'local/', { 'conf/local/deep/x': '1', 'local.txt': '2' }, { 'conf/local/deep/x': '1' }],
    ['all but some', '*.key\n!b.key', { 'a.key': '1', 'b.key': '2' }, { 'a.key': '1' }],
    ['comments and blanks', '# .env\n\n', { '.env': '1' }, {}],
    ['names with every sign', 'x*', { 'x ü"\n': '1', 'x*': '2' }, unix ? { 'x ü"\n': '1', 'x*': '2' } : {}],
    [
      "nothing of Orca's",
      '*',
      { '.orca/executions/x/token': '1', '.env': '2' },
      { '.env': '2', '.worktreeinclude': '*' },
    ],
  ])('%s', async (_, include, untracked, expected) => {
    if (!unix && 'x*' in untracked) return;
    const { prepare, carried } = await bench({ untracked, ...(include !== undefined && { include }) });
    expect(await prepare()).toEqual({ done: true });
    expect(carried()).toEqual(expected);
  });

  test('what the commit has goes before, whatever lies in the checkout', async () => {
    const { at, path, base, workspaces } = await bench({
      committed: { 'kept/.env2': 'committed', file: 'committed' },
      include: '*',
      more: (checkout) => {
        const { git, root } = checkout;
        git(['rm', '-rq', '--cached', 'kept', 'file']);
        rmSync(join(root, 'file'));
        checkout.write({ 'kept/.env2': 'mine', 'kept/new': 'mine', 'file/below': 'mine' });
      },
    });
    expect(await workspaces.prepare(0, base)).toEqual({ done: true });
    expect(filesOf(path)).toMatchObject({ 'kept/.env2': 'committed', 'kept/new': 'mine', file: 'committed' });
    expect(at.git(['status', '--porcelain', '-uno'], path)).toBe('');
  });

  test.runIf(unix)('links are copied as links where they stay inside', async () => {
    const { path, prepare, carried } = await bench({
      untracked: { 'in/file': '1', 'lead/secret': '1' },
      include: '*.link\nin/\nsecret',
      more: ({ root }) => {
        symlinkSync('in/file', join(root, 'good.link'));
        symlinkSync('../a', join(root, 'in/up.link'));
        symlinkSync('../../elsewhere', join(root, 'in/out.link'));
        symlinkSync(join(root, 'a'), join(root, 'absolute.link'));
        symlinkSync('nowhere', join(root, 'broken.link'));
      },
    });
    await prepare();
    expect(carried()).toEqual({
      'broken.link': '-> nowhere',
      'good.link': '-> in/file',
      'in/file': '1',
      'in/up.link': '-> ../a',
      'lead/secret': '1',
    });
    expect(lstatSync(join(path, 'good.link')).isSymbolicLink()).toBe(true);
  });

  test.runIf(unix)('not through a link that the commit has for a folder', async () => {
    const outside = scratch();
    const { at, workspaces } = await bench({
      include: 'secret',
      more: ({ root }) => symlinkSync(outside, join(root, 'lead')),
    });
    at.git(['add', 'lead']);
    at.git(['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-qm', 'a link']);
    const base = at.head();
    at.git(['rm', '-q', '--cached', 'lead']);
    rmSync(join(at.root, 'lead'));
    at.write({ 'lead/secret': '1' });
    expect(await workspaces.prepare(0, base)).toEqual({ done: true });
    expect(readlinkSync(join(workspaces.path(0), 'lead'))).toBe(outside);
    expect(readdirSync(outside)).toEqual([]);
  });

  test.runIf(unix && process.getuid?.() !== 0)('a file that cannot be read is named', async () => {
    const { at, prepare } = await bench({ untracked: { '.env': '1' }, include: '.env' });
    chmodSync(join(at.root, '.env'), 0);
    expect(await prepare()).toMatchObject({ error: expect.stringContaining('.env of the checkout') as string });
  });
});

/** What an agent may do so that a secret would be committed. */
const leaks: Record<string, (at: Rig, path: string) => void> = {
  'edits it': () => undefined,
  'adds it by force': (at, path) => at.git(['add', '-f', '.env', 'plain.key'], path),
  'commits it': (at, path) => {
    at.git(['add', '-f', '.env', 'plain.key'], path);
    at.git(['commit', '-qm', 'mine'], path);
  },
  'ignores it no more': (at, path) => at.write({ '.gitignore': '' }, path),
  'makes a folder of it': (at, path) => {
    rmSync(join(path, '.env'));
    at.write({ '.env/inner': '2' }, path);
  },
  'puts a link for its folder': (_, path) => {
    rmSync(join(path, 'sub'), { recursive: true });
    symlinkSync(path, join(path, 'sub'), 'junction');
  },
  'loses the registration': (_, path) => rmSync(join(path, '.git')),
};

/** What is a result beside the work. */
const also: Record<string, readonly string[]> = {
  'ignores it no more': ['.gitignore'],
  'puts a link for its folder': ['sub'],
};

test('what was carried over is no part of a result, whatever the agent does with it', async () => {
  const { at, path, prepare, take } = await bench({
    untracked: { '.env': 'secret', 'plain.key': 'secret', 'sub/.env': 'secret', 'sub/other.key': 'secret' },
    include: '.env\n*.key',
  });
  for (const [name, leak] of Object.entries(leaks)) {
    await prepare();
    at.write({ '.env': 'edited', 'plain.key': 'edited', work: '1' }, path);
    leak(at, path);
    const taken = await take();
    const files = 'files' in taken ? taken.files.map((file) => file.path) : taken;
    expect(files, name).toEqual([...(also[name] ?? []), 'work']);
  }
  await prepare();
  expect(readFileSync(join(path, '.env'), 'utf8')).toBe('secret');
});

const withDependencies = {
  'node_modules/d/index.js': '1',
  'pk/node_modules/e/index.js': '2',
  'node_modules/.bin/x': '3',
};

describe('folders of dependencies', () => {
  test.each<[string, CarryOver['dependencies'], readonly string[], Record<string, string>, readonly string[]]>([
    ['none', 'none', ['node_modules'], withDependencies, []],
    ['at any depth', 'copy', ['node_modules'], withDependencies, Object.keys(withDependencies)],
    ['by path', 'copy', ['pk/node_modules/'], withDependencies, ['pk/node_modules/e/index.js']],
    ['not what git does not ignore', 'copy', ['vendor'], { 'vendor/x': '1' }, []],
    ['not in a folder that the commit has not', 'copy', ['node_modules'], { 'new/node_modules/x': '1' }, []],
    ['a file of that name', 'copy', ['.env'], { '.env': '1' }, []],
  ])('%s', async (_, dependencies, dependencyFolders, untracked, expected) => {
    const { prepare, carried } = await bench({
      committed: { 'pk/code': '1' },
      untracked,
      carry: { dependencies, dependencyFolders },
    });
    expect(await prepare()).toEqual({ done: true });
    expect(Object.keys(carried()).sort()).toEqual([...expected].sort());
  });

  test('a link is no part of a result, though the pattern `node_modules/` does not match it', async () => {
    const { at, path, prepare, take, carried } = await bench({
      committed: { 'pk/code': '1' },
      untracked: withDependencies,
      carry: { dependencies: 'link' },
    });
    await prepare();
    expect(Object.keys(carried()).sort()).toEqual(['node_modules', 'pk/node_modules']);
    expect(readFileSync(join(path, 'pk/node_modules/e/index.js'), 'utf8')).toBe('2');
    expect(at.git(['status', '--porcelain'], path)).toContain('?? node_modules');
    expect(await take()).toEqual({ files: [] });
    at.git(['add', '-A'], path);
    at.git(['commit', '-qm', 'mine'], path);
    at.write({ work: '1' }, path);
    expect(await take()).toMatchObject({ files: [{ path: 'work' }] });
  });

  test("the user's own outlive every clean", async () => {
    const { at, base, path, workspaces, prepare } = await bench({
      committed: { 'pk/code': '1' },
      untracked: withDependencies,
      carry: { dependencies: 'link' },
    });
    const before = fingerprint(at);
    await prepare();
    at.git(['clean', '-ffdxq'], path);
    await prepare();
    await prepare(base);
    rmSync(join(path, '.git'));
    await prepare();
    await prepare();
    expect(lstatSync(join(path, 'node_modules')).isSymbolicLink()).toBe(true);
    await workspaces.remove();
    expect(readdirSync(join(at.root, '.orca/worktrees'))).toEqual(['.gitignore']);
    expect(fingerprint(at)).toEqual(before);
  });

  test.runIf(unix)('a copy has its links, is the worktree’s own, and is made anew', async () => {
    const { at, path, prepare, take } = await bench({
      untracked: withDependencies,
      carry: { dependencies: 'copy' },
      more: ({ root }) => {
        symlinkSync('../d/index.js', join(root, 'node_modules/.bin/d'));
        symlinkSync('/usr/bin/env', join(root, 'node_modules/.bin/env'));
        mkdirSync(join(root, 'node_modules/empty'));
      },
    });
    await prepare();
    expect(readlinkSync(join(path, 'node_modules/.bin/d'))).toBe('../d/index.js');
    expect(readlinkSync(join(path, 'node_modules/.bin/env'))).toBe('/usr/bin/env');
    at.write({ 'node_modules/d/index.js': 'edited', '.gitignore': '' }, path);
    expect(await take()).toMatchObject({ files: [{ path: '.gitignore' }] });
    expect(readFileSync(join(at.root, 'node_modules/d/index.js'), 'utf8')).toBe('1');
    await prepare();
    expect(readFileSync(join(path, 'node_modules/d/index.js'), 'utf8')).toBe('1');
  });

  test('a file to include is not copied through a link', async () => {
    const { at, path, prepare } = await bench({
      untracked: { ...withDependencies, 'node_modules/d/.env': '1' },
      include: '.env',
      carry: { dependencies: 'link' },
    });
    const before = fingerprint(at);
    await prepare();
    expect(lstatSync(join(path, 'node_modules')).isSymbolicLink()).toBe(true);
    expect(fingerprint(at)).toEqual(before);
  });
});

test('on top of the content of an attempt before, it is the same', async () => {
  const { at, base, path, prepare, take, carried } = await bench({
    untracked: { '.env': '1', ...withDependencies },
    include: '.env',
    carry: { dependencies: 'link' },
  });
  at.write({ a: '2', new: '1' });
  at.git(['add', 'a', 'new']);
  at.git(['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-qm', 'content']);
  const content = at.head();
  at.git(['reset', '-q', '--hard', base]);
  await prepare(content);
  expect(Object.keys(carried()).sort()).toEqual(['.env', 'new', 'node_modules']);
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('2');
  expect(await take()).toMatchObject({ files: [{ path: 'a' }, { path: 'new' }] });
});
