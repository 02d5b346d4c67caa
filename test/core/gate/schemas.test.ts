import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readBaseline } from '../../../src/core/gate/baseline.ts';
import { readGateConfig } from '../../../src/core/gate/config.ts';

// What the editor says of a file while it is written, and what Orca says of it when it is read, is the same.

const schema = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../../media/schemas/${name}.schema.json`), 'utf8')) as object;
const ajv = new Ajv({
  strict: false,
  formats: {
    regex: (text: string) => {
      try {
        new RegExp(text);
        return true;
      } catch {
        return false;
      }
    },
  },
});
const gatesSchema = ajv.compile(schema('gates'));
const baselineSchema = ajv.compile(schema('baseline'));

const T = { kind: 'tests', commands: [['npm', 'test']] };
const D = { kind: 'tdd', commands: ['make test'], report: 'lcov.info' };
const P = { kind: 'performance', commands: ['bench'] };
const F = { name: 'mean', json: 'mean', limit: 10 };
const S = { kind: 'security' };
const Q = { kind: 'quality' };

const SOUND: unknown[] = [
  { commands: [['npm', 'test']] },
  { commands: ['make', ['sh', '-c', 1, true]] },
  { kind: 'command', commands: ['make'], when: 'end', blocking: false, timeout: '90 s', weight: 0.5, always: true },
  { commands: ['make'], timeout: '1.5 h' },
  { commands: ['make'], timeout: ' 10min ' },
  { review: {} },
  { review: null },
  { review: { agent: 'codex' }, when: 'task', blocking: true },
  { kind: 'review' },
  T,
  { ...T, report: 'junit.xml' },
  { ...T, report: ['a/*.xml', 'b.xml'], when: 'layer' },
  { ...T, report: [] },
  D,
  { ...D, coverage: { changed: 80, total: '75 %' } },
  { ...D, coverage: { changed: '0.5' } },
  { ...D, coverage: {} },
  { kind: 'tdd', commands: ['make'], coverage: {} },
  { ...D, testsFirst: 'off', assertions: false },
  S,
  { ...S, secrets: false, rules: true, failOn: 'error' },
  { ...S, commands: ['semgrep'], report: ['*.sarif'] },
  { ...P, figures: [F] },
  {
    ...P,
    figures: [{ name: 'p99', regex: 'p99: (\\d+)', file: 'out.txt', unit: 'ms', better: 'higher', tolerance: 5 }],
  },
  { ...P, figures: [F, { ...F, name: 'other' }], samples: 1 },
  Q,
  { ...Q, limits: { cognitive: 10, cyclomatic: false, functionLines: 0, fileLines: 500, duplicatedLines: 5 } },
  { ...Q, commands: ['eslint'], matcher: '$eslint-stylish', failOn: 'information' },
  {
    ...Q,
    commands: ['x'],
    matcher: { regexp: '^(.*):(.*)$', file: 1, message: 2, line: 3, column: 4, severity: 5, code: 6 },
  },
];

const WRONG: unknown[] = [
  {},
  'npm test',
  null,
  [],
  { commands: [] },
  { commands: 'make' },
  { commands: [''] },
  { commands: ['  '] },
  { commands: [[]] },
  { commands: [['', 'x']] },
  { commands: [[{}]] },
  { commands: ['make'], kind: 'unknown' },
  { commands: ['make'], unknown: 1 },
  { commands: ['make'], when: 'never' },
  { commands: ['make'], blocking: 'yes' },
  { commands: ['make'], always: 1 },
  { commands: ['make'], timeout: 10 },
  { commands: ['make'], timeout: '0 s' },
  { commands: ['make'], timeout: '10 days' },
  { commands: ['make'], weight: 0 },
  { commands: ['make'], weight: '1' },
  { commands: ['make'], report: 'junit.xml' },
  { review: {}, commands: ['make'] },
  { review: 'codex' },
  { review: { agent: '' } },
  { review: { agent: 3 } },
  { review: { model: 'x' } },
  { review: {}, when: 'layer' },
  { kind: 'tests' },
  { ...T, report: '/etc/passwd' },
  { ...T, report: '../out.xml' },
  { ...T, report: 'C:/out.xml' },
  { ...T, report: '' },
  { ...T, report: 3 },
  { ...T, coverage: {} },
  { ...D, coverage: { changed: 101 } },
  { ...D, coverage: { changed: 'much' } },
  { ...D, coverage: { lines: 80 } },
  { ...D, coverage: 80 },
  { kind: 'tdd', commands: ['make'], coverage: { changed: 80 } },
  { kind: 'tdd', commands: ['make'], report: [], coverage: { changed: 80 } },
  { ...D, testsFirst: true },
  { ...D, assertions: 'on' },
  { ...S, report: 'x.sarif' },
  { ...S, commands: [] },
  { ...S, failOn: 'hint' },
  { ...S, secrets: 'no' },
  P,
  { ...P, figures: [] },
  { ...P, figures: [{ name: 'mean', limit: 1 }] },
  { ...P, figures: [{ ...F, regex: '(x)' }] },
  { ...P, figures: [{ name: 'mean', json: 'mean' }] },
  { ...P, figures: [{ name: 'mean', regex: '(', limit: 1 }] },
  { ...P, figures: [{ ...F, better: 'more' }] },
  { ...P, figures: [{ ...F, tolerance: -1 }] },
  { ...P, figures: [{ ...F, file: '../x' }] },
  { ...P, figures: [{ ...F, unit: '' }] },
  { ...P, figures: [{ ...F, colour: 'red' }] },
  { ...P, figures: [F], samples: 0 },
  { ...P, figures: [F], samples: 1.5 },
  { ...P, figures: [F], report: 'x' },
  { ...Q, limits: { cognitive: -1 } },
  { ...Q, limits: { cognitive: true } },
  { ...Q, limits: { lines: 1 } },
  { ...Q, limits: 10 },
  { ...Q, matcher: '$tsc' },
  { ...Q, commands: ['x'], matcher: { regexp: 'x', file: 1 } },
  { ...Q, commands: ['x'], matcher: { regexp: '(', file: 1, message: 2 } },
  { ...Q, commands: ['x'], matcher: { regexp: 'x', file: 'one', message: 2 } },
];

describe('gates.schema.json', () => {
  const says = (gate: unknown): { readonly schema: boolean; readonly reader: boolean } => ({
    schema: gatesSchema({ gates: { g: gate } }),
    reader: readGateConfig(stringify({ gates: { g: gate } })).problems.length === 0,
  });
  const named = (all: unknown[]): [string, unknown][] => all.map((gate) => [JSON.stringify(gate), gate]);

  it.each(named(SOUND))('takes %s, as its reader does', (_, gate) => {
    expect(says(gate)).toEqual({ schema: true, reader: true });
  });

  it.each(named(WRONG))('refuses %s, as its reader does', (_, gate) => {
    expect(says(gate)).toEqual({ schema: false, reader: false });
  });

  it.each<[string, unknown]>([
    ['a file without gates', { gate: {} }],
    ['a list of gates', { gates: [] }],
    ['a name with a blank', { gates: { 'a b': { commands: ['make'] } } }],
  ])('refuses %s, as its reader does', (_, root) => {
    expect(gatesSchema(root)).toBe(false);
    expect(readGateConfig(stringify(root)).problems).not.toEqual([]);
  });

  // The reader says which settings it knows when it meets one that it does not.
  it.each([
    ['commandGate', { commands: ['make'] }],
    ['reviewGate', { review: {} }],
    ['testsGate', T],
    ['tddGate', D],
    ['securityGate', S],
    ['performanceGate', { ...P, figures: [F] }],
    ['qualityGate', Q],
  ])('%s has the settings that the reader knows, each with its words', (name, gate) => {
    const { definitions } = schema('gates') as {
      definitions: Record<string, { properties: Record<string, unknown> }>;
    };
    const common = ['kind', 'when', 'blocking', 'timeout', 'weight', 'always'];
    const [problem = ''] = readGateConfig(stringify({ gates: { g: { ...gate, surprise: 1 } } })).problems;
    const known = /(?:there are|this kind has) (.*)\.$/.exec(problem)?.[1]?.split(', ') ?? [];
    expect([...new Set([...common, ...known])].sort()).toEqual(Object.keys(definitions[name]?.properties ?? {}).sort());
  });
});

describe('baseline.schema.json', () => {
  const entry = { gate: 'security', rule: 'r', fingerprint: 'f', reason: 'why' };
  it.each<[boolean, unknown]>([
    [true, { accepted: [] }],
    [true, { accepted: [entry] }],
    [true, { accepted: [{ ...entry, path: 'a.ts', message: 'm' }] }],
    [false, {}],
    [false, []],
    [false, { accepted: {} }],
    [false, { accepted: ['x'] }],
    [false, { accepted: [{ ...entry, reason: ' ' }] }],
    [false, { accepted: [{ ...entry, reason: undefined }] }],
    [false, { accepted: [{ ...entry, gate: undefined }] }],
    [false, { accepted: [{ ...entry, rule: 1 }] }],
    [false, { accepted: [{ ...entry, fingerprint: undefined }] }],
  ])('%s: %j', (sound, root) => {
    const text = JSON.stringify(root);
    expect(baselineSchema(JSON.parse(text))).toBe(sound);
    expect('accepted' in readBaseline(text)).toBe(sound);
  });
});
