import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGateConfig } from '../../../src/core/gate/config.ts';
import type { GateReport, Verdict } from '../../../src/core/gate/gate.ts';
import type { AttemptEnd } from '../../../src/core/run/event.ts';
import { runGate } from '../../../src/engine/gate/run-gate.ts';
import type { GateSite } from '../../../src/engine/gate/site.ts';
import { measure } from '../../../src/engine/measure/measure.ts';
import type { MeasureRequest } from '../../../src/engine/measure/request.ts';
import { testRepository, type TestRepository } from '../run/repository.ts';

// Every way in which a command can end, times everything that it can leave as its report: a gate passes by a command that
// ended well and a report that says so, and in no other way.

const GRAMMARS = join(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

let repository: TestRepository;
let scratch: string;
let head: string;
beforeAll(() => {
  repository = testRepository(() => '# Plan\n', { 'a.js': 'export const a = 1;\n' });
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'orca-not-run-')));
  head = repository.git('rev-parse', 'HEAD').trim();
});
afterAll(() => {
  repository.dispose();
  rmSync(scratch, { recursive: true });
});

const exited = (code: number): AttemptEnd => ({ kind: 'exited', code });
const ENDS: Readonly<Record<string, AttemptEnd>> = {
  'exit 0': exited(0),
  'exit 1': exited(1),
  'exit 2': exited(2),
  'exit 127': exited(127),
  'exit 139': exited(139),
  SIGKILL: { kind: 'signalled', signal: 'SIGKILL' },
  silent: { kind: 'timed-out', limit: 'idle' },
  'too long': { kind: 'timed-out', limit: 'total' },
  'over a limit': { kind: 'over-limit', limit: 'cost' },
  cancelled: { kind: 'cancelled' },
  'no such program': { kind: 'not-started', message: 'not found: tool' },
  'lost again and again': { kind: 'interrupted' },
};

const JUNIT = '<testsuites><testsuite name="s"><testcase name="a"/></testsuite></testsuites>';
const LCOV = 'SF:a.js\nDA:1,1\nend_of_record\n';
const sarif = (results: readonly object[]): string =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 't', rules: [] } }, results }] });
const RESULT = {
  ruleId: 'r',
  level: 'error',
  message: { text: 'm' },
  locations: [{ physicalLocation: { artifactLocation: { uri: 'a.js' }, region: { startLine: 1 } } }],
};
const DAMAGED: Readonly<Record<string, string | undefined>> = {
  'no report': undefined,
  'an empty one': '',
  'half of one': JUNIT.slice(0, 40),
  'half of another': sarif([RESULT]).slice(0, 60),
  'a page of HTML': '<!doctype html><html><body>404</body></html>',
  'some other JSON': '{"hello":1}',
  'a list': '[]',
  'a word': 'ok',
  bytes: '\u0000\u0001\u0002',
};

interface Kind {
  readonly gate: string;
  readonly reports: Readonly<Record<string, string | undefined>>;
  /** What may pass, as `end, report`. */
  readonly passes: readonly string[];
  /** Of those that do not pass: what has failed, rather than not run. */
  readonly fails?: readonly string[];
}

const REPORTING = 'commands: [tool], report: out';
const KINDS: Readonly<Record<string, Kind>> = {
  command: {
    gate: 'commands: [tool]',
    reports: { 'no report': undefined },
    passes: ['exit 0, no report'],
    fails: ['exit 1', 'exit 2', 'exit 139'].map((end) => `${end}, no report`),
  },
  tests: {
    gate: `kind: tests, ${REPORTING}`,
    reports: {
      ...DAMAGED,
      'a test that passed': JUNIT,
      'no test': '<testsuites><testsuite name="s"/></testsuites>',
      'only skipped tests': JUNIT.replace('<testcase name="a"/>', '<testcase name="a"><skipped/></testcase>'),
      'a test that failed': JUNIT.replace(
        '<testcase name="a"/>',
        '<testcase name="a"><failure message="no"/></testcase>',
      ),
      'TAP without tests': 'TAP version 13\n1..0\n',
      'TAP that was cut off': 'TAP version 13\n1..3\nok 1 - a\n',
      'TAP that bailed out': 'TAP version 13\nok 1 - a\nBail out! no database\n',
      coverage: LCOV,
    },
    passes: ['exit 0, a test that passed'],
    fails: [
      ...['exit 0', 'exit 1', 'exit 2', 'exit 139'].map((end) => `${end}, a test that failed`),
      ...['exit 1', 'exit 2', 'exit 139'].map((end) => `${end}, a test that passed`),
    ],
  },
  tdd: {
    gate: `kind: tdd, ${REPORTING}, coverage: { total: 50 }, testsFirst: off`,
    reports: { ...DAMAGED, coverage: LCOV, 'coverage of nothing': 'TN:\n', tests: JUNIT },
    passes: ['exit 0, coverage'],
  },
  'tdd where nobody saw it': {
    gate: `kind: tdd, ${REPORTING}, testsFirst: required`,
    reports: { coverage: LCOV },
    passes: [],
  },
  security: {
    gate: `kind: security, secrets: false, rules: false, ${REPORTING}`,
    reports: {
      ...DAMAGED,
      'nothing found': sarif([]),
      'found, and there before': sarif([RESULT]),
      'a tool that says it crashed': JSON.stringify({
        version: '2.1.0',
        runs: [{ tool: { driver: { name: 't' } }, results: [], invocations: [{ executionSuccessful: false }] }],
      }),
      'no run of a tool': JSON.stringify({ version: '2.1.0', runs: [] }),
      tests: JUNIT,
    },
    // A code other than 0 is explained by what was found.
    passes: [
      'exit 0, nothing found',
      ...['exit 0', 'exit 1', 'exit 2', 'exit 139'].map((end) => `${end}, found, and there before`),
    ],
  },
  performance: {
    gate: 'kind: performance, commands: [tool], samples: 1, figures: [{ name: f, file: out, json: $.f, limit: 5 }]',
    reports: { ...DAMAGED, 'a figure': '{"f":1}', 'no number': '{"f":"fast"}', 'a worse one': '{"f":9}' },
    passes: ['exit 0, a figure'],
    fails: ['exit 0, a worse one'],
  },
  quality: {
    gate: `kind: quality, limits: { cognitive: false, cyclomatic: false, functionLines: false, fileLines: false, duplicatedLines: false }, ${REPORTING}`,
    reports: { ...DAMAGED, 'nothing found': sarif([]) },
    passes: ['exit 0, nothing found'],
  },
};

let runs = 0;

/** A gate whose commands end and write as told; measured in this process. */
async function report(gate: string, end: AttemptEnd, written: string | undefined): Promise<GateReport> {
  const [spec] = readGateConfig(`gates:\n  g: { ${gate} }\n`).gates;
  if (spec === undefined) throw new Error(gate);
  const dir = join(scratch, `${runs++}`);
  const folder = join(dir, 'work');
  mkdirSync(folder, { recursive: true });
  const site: GateSite = {
    repository: repository.folder,
    dir,
    head,
    from: head,
    base: head,
    task: 'a',
    here: { folder },
    aside: { folder },
    history: () => Promise.resolve(undefined),
    kept: (name) => join(dir, `${name}.json`),
    measure: { command: 'node', args: ['measure'], env: {} },
    async run({ name, argv, before }) {
      await before?.();
      const log = join(dir, `${name}.log`);
      if (argv[0] !== 'tool') {
        const request = JSON.parse(await readFile(argv.at(-1) ?? '', 'utf8')) as MeasureRequest;
        await writeFile(request.answer, JSON.stringify(await measure(request, GRAMMARS)));
        return { end: exited(0), activeMs: 1, dir, log };
      }
      writeFileSync(log, '');
      if (written !== undefined) writeFileSync(join(folder, 'out'), written);
      return { end, activeMs: 1, dir, log };
    },
  };
  return (await runGate(spec, site)).report;
}

describe.each(Object.entries(KINDS))('a gate of kind %s', (_, { gate, reports, passes, fails = [] }) => {
  it.each(Object.keys(ENDS))('whose command ends with %s', { timeout: 30_000 }, async (name) => {
    const end = ENDS[name] ?? exited(0);
    const verdicts: Record<string, Verdict> = {};
    const expected: Record<string, Verdict> = {};
    // What did not come to its end is asked with what would be best to believe, and with nothing.
    const asked = Object.entries(reports).filter(
      ([what, text]) => end.kind === 'exited' || !(what in DAMAGED) || text === undefined,
    );
    const told = await Promise.all(asked.map(([, text]) => report(gate, end, text)));
    for (const [i, [what]] of asked.entries()) {
      const key = `${name}, ${what}`;
      const { verdict = 'passed', score } = told[i] ?? {};
      verdicts[key] = verdict;
      expected[key] = passes.includes(key)
        ? 'passed'
        : fails.includes(key) || verdict === 'failed'
          ? 'failed'
          : 'not-run';
      if (fails.length > 0 && !fails.includes(key) && verdict === 'failed') expected[key] = 'not-run';
      expect(score === undefined, `${key} has a score where it ran only`).toBe(verdict === 'not-run');
    }
    expect(verdicts).toEqual(expected);
  });
});

describe('the measuring program', () => {
  const [spec] = readGateConfig('gates:\n  g: { kind: security }\n').gates;

  it.each<[string, AttemptEnd, string | undefined]>([
    ['ends without an answer', exited(0), undefined],
    ['fails after it has answered', exited(1), '{"checks":[{"label":"x","verdict":"passed","note":""}],"findings":[]}'],
    ['answers with half of it', exited(0), '{"checks":[{"label":"x","verdict":"pas'],
    ['answers with no check', exited(0), '{"checks":[],"findings":[]}'],
    ['is killed', { kind: 'signalled', signal: 'SIGKILL' }, undefined],
    ['takes too long', { kind: 'timed-out', limit: 'total' }, undefined],
    ['cannot be started', { kind: 'not-started', message: 'not found: node' }, undefined],
  ])('that %s has not run', async (_, end, answer) => {
    if (spec === undefined) throw new Error('no gate');
    const dir = join(scratch, `${runs++}`);
    const place = { folder: dir };
    const { report: result } = await runGate(spec, {
      repository: repository.folder,
      dir,
      head,
      from: head,
      base: head,
      here: place,
      aside: place,
      history: () => Promise.resolve(undefined),
      kept: (name) => join(dir, name),
      measure: { command: 'node', args: ['measure'], env: {} },
      async run({ before }) {
        await before?.();
        if (answer !== undefined) writeFileSync(join(dir, 'measure-answer.json'), answer);
        return { end, activeMs: 1, dir, log: join(dir, 'log') };
      },
    });
    expect(result.verdict).toBe('not-run');
  });
});
