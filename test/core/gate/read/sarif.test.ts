import { describe, expect, it } from 'vitest';
import type { RawFinding, Read } from '../../../../src/core/gate/read/report.ts';
import { readSarif, type SarifReport } from '../../../../src/core/gate/read/sarif.ts';
import { fixture, showFindings } from './reading.ts';

function findings(read: Read<SarifReport>): Read<readonly RawFinding[]> {
  return read.ok ? { ok: true, value: read.value.findings } : read;
}

describe('SARIF as tools write it', () => {
  it.each<[string, string, string[]]>([
    [
      'eslint/report.sarif',
      'ESLint',
      [
        "error eqeqeq /repo/src/cart.js:14:23-14:25 Expected '===' and instead saw '=='.",
        'warning no-var /repo/src/run.js:2:3-2:27 Unexpected var, use let or const instead.',
        'error no-eval /repo/src/run.js:2:16-2:20 `eval` can be harmful.',
        "warning no-debugger /repo/src/run.js:3:3-3:12 Unexpected 'debugger' statement.",
      ],
    ],
    [
      'bandit/report.sarif',
      'Bandit',
      [
        'information B404 shop/db.py:4-6 Consider possible security implications associated with subprocess module.',
        'error B602 shop/db.py:13-13 subprocess call with shell=True identified, security issue.',
        'warning B303 shop/db.py:14-14 Use of insecure MD2, MD4, MD5, or SHA1 hash function.',
      ],
    ],
    [
      'flawfinder/report.sarif',
      'Flawfinder',
      [
        'information FF1013 shop.c:5:3-16 buffer/char:Statically-sized arrays can be improperly restricted, leading to potential overflows or other issues (CWE-119!/CWE-120).',
        'error FF1001 shop.c:7:3-25 buffer/strcpy:Does not check for buffer overflows when copying to destination [MS-banned] (CWE-120).',
        'error FF1016 shop.c:8:3-16 format/printf:If format strings can be influenced by an attacker, they can be exploited (CWE-134).',
      ],
    ],
    [
      'codeql/report.sarif',
      'CodeQL',
      ['error js/sql-injection src/a shop/db.js:7:12-40 This query string depends on a user-provided value.'],
    ],
  ])('%s', (name, tool, expected) => {
    const read = readSarif(fixture(name));
    expect(showFindings(findings(read))).toEqual(expected);
    expect(read.ok && read.value.tool).toBe(tool);
  });

  it.each<[string, string]>([
    ['eslint/fatal.sarif', 'ESLint failed: Parsing error: Unexpected token ( (/repo/src/broken.js)'],
    ['bandit/skipped.sarif', 'Bandit failed: syntax error while parsing AST from file (shop/broken.py)'],
  ])('%s is no pass', (name, problem) => {
    expect(readSarif(fixture(name))).toEqual({ ok: false, problem });
  });

  it('has where more is to be read, and the other places of a finding', () => {
    const [flow] = (readSarif(fixture('codeql/report.sarif')) as { value: SarifReport }).value.findings;
    expect(flow?.related).toEqual([{ message: 'user-provided value', path: 'src/routes.js', line: 3 }]);
    const [equal] = (readSarif(fixture('eslint/report.sarif')) as { value: SarifReport }).value.findings;
    expect(equal?.helpUri).toBe('https://eslint.org/docs/latest/rules/eqeqeq');
  });
});

interface Parts {
  readonly result?: object;
  readonly rule?: object;
  readonly run?: object;
}

/** The members that count. */
type Expected = { readonly [Key in keyof RawFinding]?: RawFinding[Key] | undefined };

const PLACE = { physicalLocation: { artifactLocation: { uri: 'a.js' }, region: { startLine: 3 } } };
const at = (artifactLocation: object): object => ({ locations: [{ physicalLocation: { artifactLocation } }] });

/** One run with one result of one rule. */
function log({ result = {}, rule = {}, run = {} }: Parts = {}): string {
  const driver = { name: 'T', rules: [{ id: 'r', ...rule }] };
  const results = [{ ruleId: 'r', message: { text: 'm' }, locations: [PLACE], ...result }];
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver }, results, ...run }] });
}

describe('a result', () => {
  it.each<[string, Parts, Expected | 'none']>([
    ['without a level', {}, { severity: 'warning', rule: 'r', message: 'm', path: 'a.js', line: 3 }],
    ['with a level', { result: { level: 'error' } }, { severity: 'error' }],
    ['with the level of its rule', { rule: { defaultConfiguration: { level: 'note' } } }, { severity: 'information' }],
    [
      'whose level is above its rule’s',
      { result: { level: 'error' }, rule: { defaultConfiguration: { level: 'note' } } },
      { severity: 'error' },
    ],
    ['with a level that there is not', { result: { level: 'toString' } }, { severity: 'warning' }],
    ['that passed', { result: { kind: 'pass', level: 'none' } }, 'none'],
    ['that does not apply', { result: { kind: 'notApplicable' } }, 'none'],
    ['that informs', { result: { kind: 'informational' } }, { severity: 'information' }],
    ['to be looked at', { result: { kind: 'review' } }, { severity: 'warning' }],
    ['that is not decided', { result: { kind: 'open' } }, { severity: 'warning' }],
    [
      'that ends before it begins',
      {
        result: {
          locations: [{ physicalLocation: { artifactLocation: { uri: 'a' }, region: { startLine: 3, endLine: 2 } } }],
        },
      },
      { line: 3, endLine: undefined },
    ],
    ['of before that is gone', { result: { baselineState: 'absent' } }, 'none'],
    ['suppressed in the source', { result: { suppressions: [{ kind: 'inSource' }] } }, 'none'],
    ['whose suppression is accepted', { result: { suppressions: [{ kind: 'external', status: 'accepted' }] } }, 'none'],
    [
      'whose suppression is refused',
      { result: { suppressions: [{ kind: 'external', status: 'rejected' }] } },
      { rule: 'r' },
    ],
    ['without suppressions', { result: { suppressions: [] } }, { rule: 'r' }],
    ['of a rule by its index', { result: { ruleId: undefined, ruleIndex: 0 } }, { rule: 'r' }],
    [
      'of a part of a rule',
      { result: { ruleId: 'r/1' }, rule: { helpUri: 'https://x.test/r' } },
      { rule: 'r/1', helpUri: 'https://x.test/r' },
    ],
    ['of no rule', { result: { ruleId: undefined } }, { rule: 'T' }],
    ['with help that is no page', { rule: { helpUri: 'javascript:alert(1)' } }, { helpUri: undefined }],
    [
      'without a message',
      { result: { message: {} }, rule: { shortDescription: { text: 'Short.' } } },
      { message: 'Short.' },
    ],
    ['with a message in Markdown alone', { result: { message: { markdown: 'Use `x`.' } } }, { message: 'Use `x`.' }],
    [
      'with a message by its id',
      {
        result: { message: { id: 'default', arguments: ['x', 'y'] } },
        rule: { messageStrings: { default: { text: '{0} {{is}} {1}{2}' } } },
      },
      { message: 'x {is} y{2}' },
    ],
    ['with braces that are none of ours', { result: { message: { text: 'if {0} {' } } }, { message: 'if {0} {' }],
    [
      'with links in its message',
      { result: { message: { text: 'See [a](1), [b](https://x.test) and \\[c\\](2), a[0](x).' } } },
      { message: 'See a, b and [c](2), a[0](x).' },
    ],
    [
      'with arguments that are no text',
      { result: { message: { text: 'a{0}{1}', arguments: [{ toString: 1 }, 'b'] } } },
      { message: 'ab' },
    ],
    ['with a long message', { result: { message: { text: '['.repeat(100_000) } } }, { message: '['.repeat(2000) }],
    ['without a place', { result: { locations: [] } }, { path: undefined, line: undefined }],
    ['without a region', { result: at({ uri: 'a.js' }) }, { path: 'a.js', line: undefined }],
    ['with an encoded path', { result: at({ uri: 'src/a%20b%C3%A9.js' }) }, { path: 'src/a bé.js' }],
    ['with a percent sign', { result: at({ uri: 'src/100%.js' }) }, { path: 'src/100%.js' }],
    ['with a URI', { result: at({ uri: 'file:///repo/a.js' }) }, { path: '/repo/a.js' }],
    ['with a URI of Windows', { result: at({ uri: 'file:///C:/repo/a.js' }) }, { path: 'C:/repo/a.js' }],
    ['with a URI of another machine', { result: at({ uri: 'file://host/share/a.js' }) }, { path: '//host/share/a.js' }],
    ['with a path of Windows', { result: at({ uri: 'C:\\repo\\a.js' }) }, { path: 'C:\\repo\\a.js' }],
    [
      'below a base',
      {
        result: at({ uri: 'a.js', uriBaseId: 'SRC' }),
        run: { originalUriBaseIds: { SRC: { uri: 'src', uriBaseId: 'ROOT' }, ROOT: { uri: 'file:///repo/' } } },
      },
      { path: '/repo/src/a.js' },
    ],
    ['below a base that is not told', { result: at({ uri: 'a.js', uriBaseId: 'SRC' }) }, { path: 'a.js' }],
    [
      'below bases that are below each other',
      {
        result: at({ uri: 'a.js', uriBaseId: 'A' }),
        run: { originalUriBaseIds: { A: { uri: 'a/', uriBaseId: 'B' }, B: { uriBaseId: 'A' } } },
      },
      { path: 'a/a.js' },
    ],
    [
      'in a listed file',
      { result: at({ index: 1 }), run: { artifacts: [{}, { location: { uri: 'b.js' } }] } },
      { path: 'b.js' },
    ],
    [
      'with a region that is none',
      { result: { locations: [{ physicalLocation: { artifactLocation: { uri: 'a' }, region: { startLine: 0 } } }] } },
      { line: undefined },
    ],
    [
      'at several places',
      { result: { locations: [PLACE, PLACE] } },
      { related: [{ message: 'also here', path: 'a.js', line: 3 }] },
    ],
  ])('%s', (_, parts, expected) => {
    const read = readSarif(log(parts));
    const keys = Object.keys(expected === 'none' ? {} : expected) as (keyof RawFinding)[];
    const found = read.ok ? read.value.findings : [];
    expect(read.ok).toBe(true);
    expect(found.map((one) => Object.fromEntries(keys.map((key) => [key, one[key]])))).toEqual(
      expected === 'none' ? [] : [expected],
    );
  });

  it('is of one of several runs', () => {
    const [one, other] = [log(), log({ run: { tool: { driver: { name: 'U' } } } })].map(
      (text) => JSON.parse(text) as { runs: object[] },
    );
    const read = readSarif(JSON.stringify({ version: '2.1.0', runs: [...(one?.runs ?? []), ...(other?.runs ?? [])] }));
    expect(read).toMatchObject({ ok: true, value: { tool: 'T, U', findings: [{ rule: 'r' }, { rule: 'r' }] } });
  });
});

const invocation = (more: object): string => log({ run: { invocations: [{ executionSuccessful: true, ...more }] } });

describe('a log', () => {
  it.each<[string, string, RegExp]>([
    ['empty', '', /^it is empty$/],
    ['of words', 'no findings', /no JSON/],
    ['of another kind', fixture('c8/coverage-final.json'), /no SARIF/],
    ['of an older version', '{"version":"1.0.0","runs":[{}]}', /SARIF 1\.0\.0/],
    ['without runs', '{"version":"2.1.0"}', /no SARIF/],
    ['with no run', '{"version":"2.1.0","runs":[]}', /no run/],
    ['with a run that is null', '{"version":"2.1.0","runs":[null]}', /no object/],
    ['without the tool', '{"version":"2.1.0","runs":[{"results":[]}]}', /without the name of its tool/],
    ['without results', log({ run: { results: undefined } }), /no results/],
    ['with results that are null', log({ run: { results: null } }), /no results/],
    ['with a result that is null', log({ run: { results: [null] } }), /no object/],
    ['of a tool that failed', invocation({ executionSuccessful: false }), /T failed: it does not say why/],
    [
      'of a tool that says why',
      invocation({ executionSuccessful: false, exitCodeDescription: 'killed' }),
      /T failed: killed/,
    ],
    [
      'of a tool that could not execute',
      invocation({ toolExecutionNotifications: [{ level: 'error', message: { text: 'no memory' } }] }),
      /no memory/,
    ],
    [
      'of a tool that could not read its settings',
      invocation({ toolConfigurationNotifications: [{ level: 'error', message: { text: 'no rule x' } }] }),
      /no rule x/,
    ],
  ])('is a problem: %s', (_, text, expected) => {
    const read = readSarif(text);
    expect(read.ok ? 'read' : read.problem).toMatch(expected);
  });

  it.each<[string, string]>([
    ['that warns', invocation({ toolExecutionNotifications: [{ level: 'warning', message: { text: 'slow' } }] })],
    ['with a mark of byte order', `\ufeff${log()}`],
  ])('is sound: %s', (_, text) => {
    expect(readSarif(text)).toMatchObject({ ok: true, value: { findings: [{ rule: 'r' }] } });
  });
});
