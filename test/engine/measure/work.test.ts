import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGateConfig } from '../../../src/core/gate/config.ts';
import { reportOf } from '../../../src/core/gate/verdict.ts';
import { measure } from '../../../src/engine/measure/measure.ts';
import type { MeasureRequest, Run } from '../../../src/engine/measure/request.ts';
import { testRepository, type TestRepository } from '../run/repository.ts';

// Whose a finding is: three commits – the run's base, what other tasks have made of it, and the work that is judged.

const GRAMMARS = join(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

let repository: TestRepository;
let scratch: string;
beforeAll(() => {
  repository = testRepository(() => '# Plan\n');
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'orca-work-')));
});
afterAll(() => {
  repository.dispose();
  rmSync(scratch, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function commit(files: Files, message = 'work'): string {
  const { git, folder } = repository;
  git('rm', '-rq', '--cached', '--ignore-unmatch', '.');
  git('clean', '-qfdx');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  git('add', '--all', '--force');
  git('commit', '--quiet', '--allow-empty', '--message', message);
  return git('rev-parse', 'HEAD').trim();
}

/** How the gate's command ended, what it printed, and what it wrote as `out`. */
interface Told {
  readonly code?: number;
  readonly printed?: string;
  readonly out?: string;
}

interface Case {
  readonly gate: string;
  readonly base: Files;
  /** What other tasks have made of it; absent: the base. */
  readonly from?: Files;
  readonly head: Files;
  readonly told?: Told;
  readonly toldBefore?: Told | { readonly problem: string };
  readonly layer?: true;
  readonly message?: string;
}

let runs = 0;

function runOf({ code = 0, printed = '', out }: Told, gate: string): Run {
  const dir = join(scratch, `${runs++}`);
  mkdirSync(dir);
  const log = join(dir, 'log');
  writeFileSync(log, printed);
  if (out !== undefined) writeFileSync(join(dir, 'out'), out);
  const collected = { name: 'out', ...(out !== undefined && { file: join(dir, 'out') }) };
  return {
    folder: '/repo',
    ran: gate.includes('commands')
      ? [{ label: 'tool', outcome: { end: { kind: 'exited', code }, output: printed }, log }]
      : [],
    reports: gate.includes('report') ? [collected] : [],
    files: [],
  };
}

async function judged({ gate, base, from = base, head, told = {}, toldBefore, layer, message }: Case) {
  const [spec] = readGateConfig(`gates:\n  g: { ${gate} }\n`).gates;
  if (spec === undefined) throw new Error(gate);
  const start = commit(base);
  const request: MeasureRequest = {
    gate: spec,
    repository: repository.folder,
    base: start,
    from: from === base ? start : commit(from),
    head: commit(head, message),
    ...(layer === undefined && { task: 'b' }),
    now: runOf(told, gate),
    ...(toldBefore !== undefined && {
      before: 'problem' in toldBefore ? toldBefore : runOf(toldBefore, gate),
    }),
    answer: '',
  };
  const answer = await measure(request, GRAMMARS);
  if (answer.wantsBefore === true) return { verdict: 'wants before', findings: [], notes: [] };
  const report = reportOf(spec, answer, 0);
  return {
    verdict: report.verdict,
    findings: report.findings.map(
      ({ rule, path = '-', line = '-', task = '?' }) => `${task}: ${rule} ${path}:${String(line)}`,
    ),
    notes: report.checks.map(
      ({ label, verdict, advisory, note }) => `${label} ${advisory ? '(' : ''}${verdict}: ${note}`,
    ),
  };
}

const sarif = (...at: readonly (readonly [uri?: string, line?: number])[]): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 't', rules: [] } },
        results: at.map(([uri, startLine]) => ({
          ruleId: 'r',
          level: 'error',
          message: { text: `at ${uri ?? 'no place'}` },
          ...(uri !== undefined && {
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri },
                  ...(startLine !== undefined && { region: { startLine } }),
                },
              },
            ],
          }),
        })),
      },
    ],
  });

const PLAIN = { 'a.js': 'one();\ntwo();\n', 'b.js': 'three();\n' };
const CHANGED = { ...PLAIN, 'a.js': 'one();\nTWO();\n' };
const NO_LIMITS =
  'limits: { cognitive: false, cyclomatic: false, functionLines: false, fileLines: false, duplicatedLines: false }';
const LINT = `kind: quality, ${NO_LIMITS}, commands: [tool]`;
const SCAN = 'kind: security, secrets: false, rules: false, commands: [tool], report: out';

describe('what the tools of a project tell', () => {
  it.each<[string, Case, { verdict: string; findings: readonly string[]; note?: string }]>([
    [
      'a linter without a report fails by its exit code',
      { gate: LINT, base: PLAIN, head: CHANGED, told: { code: 1 } },
      { verdict: 'failed', findings: [], note: 'tool failed: exit code 1' },
    ],
    [
      'and passes by it',
      { gate: LINT, base: PLAIN, head: CHANGED },
      { verdict: 'passed', findings: [], note: 'tool passed: exit code 0' },
    ],
    [
      'an audit without a report fails by its exit code',
      { gate: 'kind: security, commands: [tool]', base: PLAIN, head: CHANGED, told: { code: 1 } },
      { verdict: 'failed', findings: [], note: 'tool failed: exit code 1' },
    ],
    [
      'a tool that crashed hides nothing that Orca has found',
      {
        gate: 'kind: security, commands: [tool], report: out',
        base: PLAIN,
        head: { ...CHANGED, 'a.js': `eval(process.argv[2] + '()');\n` },
        told: { code: 2, out: sarif() },
      },
      {
        verdict: 'not-run',
        findings: ['b: orca/eval a.js:1'],
        note: 'tool not-run: exit code 2, which nothing in its report explains',
      },
    ],
    [
      'what is found in a dependency explains an exit code, and is nobody’s',
      { gate: SCAN, base: PLAIN, head: CHANGED, told: { code: 1, out: sarif(['node_modules/x/y.js', 1]) } },
      { verdict: 'passed', findings: [] },
    ],
    [
      'what is found asks for what was there before',
      { gate: SCAN, base: PLAIN, head: CHANGED, told: { out: sarif(['b.js', 1]) } },
      { verdict: 'wants before', findings: [] },
    ],
    [
      'what may be in one of several files stays, at no place',
      {
        gate: SCAN,
        base: { 'a/x.js': 'one();\n', 'b/x.js': 'two();\n' },
        head: { 'a/x.js': 'ONE();\n', 'b/x.js': 'two();\n' },
        told: { out: sarif(['x.js', 1], ['node_modules/y/x.js', 1], ['gone.js', 1]) },
        toldBefore: { out: sarif() },
      },
      { verdict: 'failed', findings: ['b: r -:-'] },
    ],
    [
      'what was there before is not counted',
      {
        gate: SCAN,
        base: PLAIN,
        head: CHANGED,
        told: { out: sarif(['b.js', 1], ['a.js', 2]) },
        toldBefore: { out: sarif(['b.js', 1]) },
      },
      { verdict: 'failed', findings: ['b: r a.js:2'] },
    ],
    [
      'a tool that crashed at the base has not shown that there was nothing',
      {
        gate: `${LINT}, matcher: $eslint-compact`,
        base: PLAIN,
        head: CHANGED,
        told: { code: 1, printed: '/repo/b.js: line 1, col 1, Error - Bad. (r)\n' },
        toldBefore: { code: 2, printed: 'no configuration\n' },
      },
      { verdict: 'passed', findings: [], note: 'of changed lines only' },
    ],
    [
      'where that is not known, what is in no line, or in no file, counts',
      {
        gate: SCAN,
        base: PLAIN,
        head: CHANGED,
        told: { out: sarif(['a.js'], ['b.js'], [], ['a.js', 1], ['a.js', 2]) },
        toldBefore: { problem: 'no tool' },
      },
      { verdict: 'failed', findings: ['b: r -:-', 'b: r a.js:-', 'b: r a.js:2'], note: 'no tool' },
    ],
  ])('%s', { timeout: 20_000 }, async (_, given, { verdict, findings, note }) => {
    const { notes, ...told } = await judged(given);
    expect(told).toEqual({ verdict, findings });
    if (note !== undefined) expect(notes.join('\n')).toContain(note);
  });
});

const nested = (name: string, depth: number, inner = ''): string =>
  `export function ${name}(n) {\n${'  if (n) {\n'.repeat(depth)}${inner}${'  }\n'.repeat(depth)}}\n`;
const ACCEPTED = (rule: string, fingerprint: string): Files => ({
  '.orca/baseline.json': JSON.stringify({ accepted: [{ gate: 'g', rule, fingerprint, reason: 'It is so.' }] }),
});
const long = (lines: number, last = ''): string =>
  `${Array.from({ length: lines - 1 }, (_, i) => `x(${i});\n`).join('')}${last === '' ? 'y();' : last}\n`;
const block = Array.from({ length: 30 }, (_, i) => `compute(first${i}, second${i});`).join('\n');
const test = (body: string): string => `import { expect, it } from 'vitest';\nit('works', () => {\n  ${body}\n});\n`;
const CODE = 'kind: quality';
const ASSERTING = 'kind: tdd, commands: [tool], testsFirst: off';

describe('what is measured of code', () => {
  it.each<[string, Case, { verdict: string; findings: readonly string[]; note?: string }]>([
    [
      'a function that the work made worse than another task has left it',
      { gate: CODE, base: {}, from: { 'a.js': nested('f', 6) }, head: { 'a.js': nested('f', 7) } },
      { verdict: 'failed', findings: ['b: cognitive-complexity a.js:1'] },
    ],
    [
      'not one that another task left so',
      { gate: CODE, base: {}, from: { 'a.js': nested('f', 7) }, head: { 'a.js': nested('f', 7, '  one();\n') } },
      { verdict: 'passed', findings: [] },
    ],
    [
      'not one that was so before the run',
      { gate: CODE, base: { 'a.js': nested('f', 7) }, head: { 'a.js': nested('f', 7, '  one();\n') } },
      { verdict: 'passed', findings: [] },
    ],
    [
      'a file that the work made longer, beyond the limit',
      { gate: CODE, base: {}, from: { 'a.js': long(1001) }, head: { 'a.js': long(1002) } },
      { verdict: 'failed', findings: ['b: file-length a.js:1'] },
    ],
    [
      'not one that another task made too long',
      { gate: CODE, base: {}, from: { 'a.js': long(1001) }, head: { 'a.js': long(1001, 'z();') } },
      { verdict: 'passed', findings: [] },
    ],
    [
      'a block that the work has copied',
      { gate: CODE, base: { 'a.js': block }, head: { 'a.js': block, 'b.js': block } },
      { verdict: 'failed', findings: ['b: duplication b.js:1'], note: '30 duplicated lines added (limit 20)' },
    ],
    [
      'in a language that is not read: nothing, and it says so',
      { gate: CODE, base: {}, head: { 'a.rb': 'def f\nend\n' } },
      { verdict: 'passed', findings: [], note: 'complexity (not-run: not measured in the language of a.rb' },
    ],
    [
      'a test that asserts no more',
      {
        gate: ASSERTING,
        base: {},
        from: { 'a.test.js': test('expect(run()).toBe(1);') },
        head: { 'a.test.js': test('run();') },
      },
      { verdict: 'failed', findings: ['b: orca/test-without-assertion a.test.js:2'] },
    ],
    [
      'not one that another task wrote so',
      {
        gate: ASSERTING,
        base: {},
        from: { 'a.test.js': test('run();') },
        head: { 'a.test.js': test('run(1);') },
      },
      { verdict: 'passed', findings: [] },
    ],
    [
      'tests in a language that is not read: nothing, and it says so',
      { gate: ASSERTING, base: {}, head: { 'test/a_test.rb': 'assert true\n' } },
      {
        verdict: 'passed',
        findings: [],
        note: 'tests that assert (not-run: not measured in the language of test/a_test.rb',
      },
    ],
    [
      'code that no report knows and nobody reads is not covered',
      {
        gate: 'kind: tdd, commands: [tool], report: out, coverage: { changed: 80 }, testsFirst: off',
        base: { 'a.js': 'one();\n' },
        head: { 'a.js': 'one();\n', 'b.rb': 'two\n' },
        told: { out: 'SF:a.js\nDA:1,1\nend_of_record\n' },
      },
      { verdict: 'not-run', findings: [], note: 'coverage of changed lines not-run: no report has b.rb' },
    ],
  ])('%s', { timeout: 20_000 }, async (_, given, { verdict, findings, note }) => {
    const { notes, ...told } = await judged(given);
    expect(told).toEqual({ verdict, findings });
    if (note !== undefined) expect(notes.join('\n')).toContain(note);
  });

  it.each<[string, Case]>([
    ['complex function', { gate: CODE, base: {}, head: { 'a.js': nested('f', 7) } }],
    [
      'function without a name',
      { gate: CODE, base: {}, head: { 'a.js': `run(${nested('', 7).replace('export ', '')});` } },
    ],
    ['long file', { gate: CODE, base: {}, head: { 'a.js': long(1001) } }],
    ['copied block', { gate: CODE, base: { 'a.js': block }, head: { 'a.js': block, 'b.js': block } }],
    ['test without an assertion', { gate: ASSERTING, base: {}, head: { 'a.test.js': test('run();') } }],
  ])('a %s that is accepted fails nothing', { timeout: 20_000 }, async (_, given) => {
    const [spec] = readGateConfig(`gates:\n  g: { ${given.gate} }\n`).gates;
    if (spec === undefined) throw new Error(given.gate);
    const base = commit(given.base);
    const asked = { gate: spec, repository: repository.folder, base, from: base, task: 'b', answer: '' };
    const answer = await measure({ ...asked, head: commit(given.head), now: runOf({}, given.gate) }, GRAMMARS);
    const [found, ...others] = answer.findings;
    expect(others).toEqual([]);
    const baseline = ACCEPTED(found?.rule ?? '', found?.fingerprint ?? '');
    const accepted = { ...given, base: { ...given.base, ...baseline }, head: { ...given.head, ...baseline } };
    expect(await judged(accepted)).toMatchObject({ verdict: 'passed', findings: [] });
  });

  it('that has no name is accepted in its file only', { timeout: 20_000 }, async () => {
    const text = `run(${nested('', 7).replace('export ', '')});`;
    const told = async (path: string): Promise<string | undefined> => {
      const base = commit({});
      const [spec] = readGateConfig('gates:\n  g: { kind: quality }\n').gates;
      if (spec === undefined) throw new Error('no gate');
      const asked = { gate: spec, repository: repository.folder, base, from: base, task: 'b', answer: '' };
      const answer = await measure({ ...asked, head: commit({ [path]: text }), now: runOf({}, '') }, GRAMMARS);
      return answer.findings[0]?.fingerprint;
    };
    expect(await told('a.js')).not.toBe(await told('b.js'));
  });
});

describe('whose a line is', () => {
  const TRAILERS = 'made\n\nOrca-Run: r\nOrca-Task: a\nOrca-Attempt: 1\n';

  it(
    'is told of a layer by its commits, also beside a finding behind the end of the file',
    { timeout: 20_000 },
    async () => {
      const { findings } = await judged({
        gate: SCAN,
        base: PLAIN,
        head: CHANGED,
        message: TRAILERS,
        layer: true,
        told: { out: sarif(['a.js', 2], ['a.js', 3], ['a.js', 999]) },
        toldBefore: { out: sarif() },
      });
      expect(findings).toEqual(['a: r a.js:2', '?: r a.js:3', '?: r a.js:999']);
    },
  );

  it('is told of thousands of findings in a file of a hundred thousand lines', { timeout: 30_000 }, async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `line(${i});`);
    const places = Array.from({ length: 5000 }, (_, i) => ['big.js', i * 20 + 1] as const);
    const { findings } = await judged({
      gate: SCAN,
      base: PLAIN,
      head: { ...PLAIN, 'big.js': `${lines.join('\n')}\n` },
      message: TRAILERS,
      layer: true,
      told: { out: sarif(...places) },
      toldBefore: { problem: 'no tool' },
    });
    expect(findings.slice(0, 2)).toEqual(['a: r big.js:1', 'a: r big.js:21']);
  });
});
