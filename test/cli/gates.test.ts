import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testRepository, type TestRepository } from '../engine/run/repository.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.cjs');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let repository: TestRepository;
let first: string;
beforeAll(() => {
  repository = testRepository(() => '# Plan\n', { '.gitignore': 'out.json\nout.xml\n', 'old.js': 'old();\n' });
  first = repository.git('rev-parse', 'HEAD').trim();
});
afterAll(() => repository.dispose());
beforeEach(() => {
  repository.git('reset', '--quiet', '--hard', first);
  repository.git('clean', '-qfdx');
});

function orca(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, 'gates', ...args], {
      cwd: repository.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(repository.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function commit(files: Readonly<Record<string, string>>): void {
  write(files);
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'more');
}

/** All that a look at the checkout must leave as it was. */
function state(): readonly string[] {
  const { git } = repository;
  return [
    git('status', '--porcelain', '--untracked-files=all'),
    git('rev-parse', 'HEAD'),
    git('for-each-ref'),
    git('ls-files', '--stage'),
    git('worktree', 'list'),
    git('stash', 'list'),
  ];
}

const node = (script: string): string => JSON.stringify([process.execPath, '-e', script]);
const gates = (text: string): Readonly<Record<string, string>> => ({ '.orca/gates.yaml': `gates:\n${text}` });
const EVAL = 'eval(process.argv[2] + "()");\n';

describe('orca gates', () => {
  it('runs the built-in ones where none are declared, on work that is not committed', async () => {
    write({ 'new.js': EVAL });
    const before = state();
    const { code, out } = await orca();
    expect(state()).toEqual(before);
    expect(code).toBe(1);
    expect(out).toContain('❌ Security Validation:');
    expect(out).toContain('new.js:1 error orca/eval');
    expect(out).toContain('✅ Code Quality:');
    expect(out).toContain('There is no .orca/gates.yaml: the built-in gates were run.');
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], number, string]>([
    ['one that passes', gates(`  a: { commands: [${node('')}] }\n`), [], 0, '✅ a:'],
    ['one that fails', gates(`  a: { commands: [${node('process.exit(3)')}] }\n`), [], 1, '✗ '],
    [
      'one that fails and holds nothing back',
      gates(`  a: { commands: [${node('process.exit(3)')}], blocking: false }\n`),
      [],
      0,
      '⚠️ a:',
    ],
    [
      'one whose program is missing',
      gates('  a: { commands: [no-such-program-here] }\n'),
      [],
      1,
      'not run: no-such-program-here',
    ],
    [
      'one that is missing and holds nothing back',
      gates('  a: { commands: [no-such-program-here], blocking: false }\n'),
      [],
      0,
      '❔ a:',
    ],
    [
      'one by its name, and no other',
      gates(`  a: { commands: [${node('')}] }\n  b: { commands: [${node('process.exit(1)')}] }\n`),
      ['a'],
      0,
      '✅ a:',
    ],
    [
      'a built-in one beside those that are declared',
      gates(`  a: { commands: [${node('process.exit(1)')}] }\n`),
      ['quality'],
      0,
      '✅ Code Quality:',
    ],
    [
      'without a review',
      gates('  a: { review: {} }\n'),
      [],
      0,
      'Gate a is a review, which is of a task: it was left out.',
    ],
    ['of a layer', gates(`  a: { commands: [${node('process.exit(1)')}], when: layer }\n`), [], 1, '❌ a:'],
  ])('runs %s', async (_, files, args, code, said) => {
    commit(files);
    const ended = await orca(...args);
    expect(ended, ended.err + ended.out).toMatchObject({ code });
    expect(ended.out).toContain(said);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['an unknown gate', gates('  a: { commands: [make] }\n'), ['b'], 'There is no gate "b". There are a.'],
    ['an unknown revision', {}, ['--base', 'nowhere'], 'There is no revision "nowhere" here.'],
    ['gates that cannot be read', gates('  a: { commands: make }\n'), [], 'gate "a": `commands` is to be a list'],
    [
      'a review by name',
      gates('  a: { review: {} }\n'),
      ['a'],
      'Gate "a" is a review, which is of a task: it cannot be run on a checkout.',
    ],
  ])('refuses %s with 2', async (_, files, args, problem) => {
    commit({ ...files, 'a.txt': '' });
    const { code, out, err } = await orca(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(problem);
  });

  it('takes gates from the base and not from the checkout, and from the checkout where the base has none', async () => {
    commit(gates(`  a: { commands: [${node('process.exit(1)')}] }\n`));
    write(gates(`  a: { commands: [${node('')}] }\n`));
    expect((await orca()).code).toBe(1);
    const { code, out } = await orca('--base', first);
    expect(code).toBe(0);
    expect(out).toContain('The base has no .orca/gates.yaml: that of the checkout was taken.');
  });

  it('counts what is new since the base only', async () => {
    commit({ 'new.js': EVAL });
    const since = async (...args: string[]) => (await orca('security', '--format', 'json', ...args)).out;
    const findings = (text: string) => (JSON.parse(text) as { gates: { findings: unknown[] }[] }).gates[0]?.findings;
    expect(findings(await since())).toEqual([]);
    expect(findings(await since('--base', 'HEAD~1'))).toMatchObject([{ rule: 'orca/eval', path: 'new.js', line: 1 }]);
  });

  it('sees through an attribute that calls code binary', async () => {
    commit(
      gates(
        '  tests: { kind: tdd, commands: [' +
          node("require('fs').writeFileSync('out.xml', 'SF:new.js\\nDA:1,1\\nDA:2,0\\nend_of_record\\n')") +
          '], report: out.xml, coverage: { changed: 80 }, testsFirst: off }\n',
      ),
    );
    write({ '.gitattributes': '*.js -diff binary\n', 'new.js': 'one();\ntwo();\n' });
    const { code, out } = await orca();
    expect(out).toContain('coverage of changed lines: 50%, 1 of 2 lines');
    expect(code).toBe(1);
  });

  it.each<[string, string]>([
    ['report', `{ kind: security, commands: [${node('')}], report: kept/*.json }`],
    ['report with another spelling', `{ kind: security, commands: [${node('')}], report: ./kept/out.json }`],
    ['report in a folder with brackets', `{ kind: security, commands: [${node('')}], report: "[id]/out.json" }`],
    [
      'file of figures',
      `{ kind: performance, commands: [${node('')}], figures: [{ name: f, file: kept/out.json, json: $, limit: 1 }] }`,
    ],
  ])('takes no committed %s away', async (_, gate) => {
    write({ 'kept/out.json': '1', '[id]/out.json': '1' });
    repository.git('add', '--all', '--force');
    commit(gates(`  a: ${gate}\n`));
    const { code, out } = await orca();
    expect(code).toBe(1);
    expect(out).toContain('out.json is committed, so it is no report.');
    expect(existsSync(join(repository.folder, 'kept/out.json'))).toBe(true);
    expect(existsSync(join(repository.folder, '[id]/out.json'))).toBe(true);
  });

  it('measures the base in a folder of its own, and leaves nothing of it', async () => {
    const bench = "require('fs').writeFileSync('out.json', require('fs').readFileSync('work', 'utf8'))";
    commit({
      ...gates(
        `  speed: { kind: performance, commands: [${node(bench)}], samples: 2, figures: [{ name: f, file: ./out.json, json: $, tolerance: 10 }] }\n`,
      ),
      work: '10',
    });
    write({ work: '20' });
    const before = state();
    const { code, out } = await orca();
    expect(code).toBe(1);
    expect(out).toContain('f: 20, 10 before: +100 %, tolerance 10 %');
    expect(state()).toEqual(before);
    const pool = join(repository.folder, '.orca/worktrees');
    expect(readdirSync(pool).filter((name) => name.startsWith('gates-'))).toEqual([]);
  });
});

describe('what it prints', () => {
  it('as JSON is each gate with all its findings', async () => {
    write({ 'new.js': EVAL });
    const { code, out } = await orca('--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      base: first,
      declared: 'built-in',
      left: [],
      gates: [
        {
          gate: 'security',
          kind: 'security',
          verdict: 'failed',
          findings: [{ rule: 'orca/eval', path: 'new.js', line: 1 }],
        },
        { gate: 'quality', kind: 'quality', verdict: 'passed', findings: [] },
      ],
    });
  });

  it('as SARIF is a run a gate', async () => {
    write({ 'new.js': EVAL });
    const { code, out } = await orca('--format', 'sarif');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'Orca security' } },
          results: [
            {
              ruleId: 'orca/eval',
              locations: [{ physicalLocation: { artifactLocation: { uri: 'new.js' }, region: { startLine: 1 } } }],
            },
          ],
        },
        { tool: { driver: { name: 'Orca quality' } }, results: [] },
      ],
    });
  });
});

describe('orca gates --init', () => {
  it('writes gates that fit the repository, and leaves those that are there', async () => {
    const path = join(repository.folder, '.orca/gates.yaml');
    write({ 'go.mod': 'module x\n' });
    const { code, out } = await orca('--init');
    expect(code).toBe(0);
    expect(out).toContain('- tests: The tests of the module with coverage.');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('go test -coverprofile=cover.out ./...');
    writeFileSync(path, 'gates: {}\n');
    const again = await orca('--init');
    expect(again).toMatchObject({ code: 2, out: text });
    expect(again.err).toContain('is there already and was left as it is');
    expect(readFileSync(path, 'utf8')).toBe('gates: {}\n');
    rmSync(path);
  });
});
