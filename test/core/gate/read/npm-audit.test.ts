import { describe, expect, it } from 'vitest';
import { readNpmAudit } from '../../../../src/core/gate/read/npm-audit.ts';
import { fixture, showFindings } from './reading.ts';

const audit = (name: string, vulnerability: object): string =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: { [name]: vulnerability } });
const advisory = (more: object = {}): object => ({
  source: 7,
  name: 'p',
  title: 'T',
  url: 'https://github.com/advisories/GHSA-x',
  severity: 'high',
  range: '<2',
  ...more,
});

describe('an audit of npm', () => {
  it('as npm writes it', () => {
    expect(showFindings(readNpmAudit(fixture('npm/audit.json')))).toEqual([
      'information GHSA-x5rq-j2xg-h7qm package.json Regular Expression Denial of Service (ReDoS) in lodash (low): lodash <4.17.11. lodash 4.18.1 is without it.',
      'error GHSA-35jh-r3h4-6jhm package.json Command Injection in lodash (high): lodash <4.17.21. lodash 4.18.1 is without it.',
      'warning GHSA-vh95-rmgr-6w4m package.json Prototype Pollution in minimist (moderate): minimist <0.2.1, brought in by mkdirp. minimist 1.2.8 is without it, with changes that break.',
      'error GHSA-xvch-5gv4-984h package.json Prototype Pollution in minimist (critical): minimist <0.2.4, brought in by mkdirp. minimist 1.2.8 is without it, with changes that break.',
    ]);
  });

  it.each<[string, object, string[]]>([
    [
      'of a package of a package',
      { via: [advisory()], isDirect: false, effects: ['q'], fixAvailable: true },
      ['error GHSA-x package-lock.json T (high): p <2, brought in by q. There is a version without it.'],
    ],
    [
      'without a way out',
      { via: [advisory()], isDirect: true, fixAvailable: false },
      ['error GHSA-x package.json T (high): p <2. There is no version without it.'],
    ],
    ['that brings in another', { via: ['q'], isDirect: true, fixAvailable: true }, []],
    [
      'of a severity that there is not',
      { via: [advisory({ severity: 'dire' })], isDirect: true },
      ['warning GHSA-x package.json T (dire): p <2. There is no version without it.'],
    ],
    [
      'of a severity that every object has',
      { via: [advisory({ severity: 'constructor' })], isDirect: true, effects: [{ toString: 1 }] },
      ['warning GHSA-x package.json T (constructor): p <2. There is no version without it.'],
    ],
    [
      'without a page',
      { via: [advisory({ url: undefined })], isDirect: true },
      ['error npm-7 package.json T (high): p <2. There is no version without it.'],
    ],
  ])('of a package %s', (_, vulnerability, expected) => {
    expect(showFindings(readNpmAudit(audit('p', vulnerability)))).toEqual(expected);
  });

  it('finds nothing where nothing is', () => {
    expect(readNpmAudit('{"auditReportVersion":2,"vulnerabilities":{},"metadata":{}}')).toEqual({
      ok: true,
      value: [],
    });
  });

  it.each<[string, string, RegExp]>([
    ['empty', '', /^it is empty$/],
    ['of words', 'found 0 vulnerabilities', /no JSON/],
    ['of a registry that has none', fixture('npm/refused.json'), /^npm audit failed: 405 Method Not Allowed/],
    [
      'without a lock file',
      '{"error":{"code":"ENOLOCK","summary":"This command requires an existing lockfile."}}',
      /requires an existing lockfile/,
    ],
    ['without a word', '{"error":{}}', /does not say why/],
    ['of npm 6', '{"actions":[],"advisories":{},"metadata":{}}', /npm 6/],
    ['of another version', '{"auditReportVersion":3,"vulnerabilities":{}}', /no audit of npm/],
    ['of another kind', '{"runs":[]}', /no audit of npm/],
    ['with a package without advisories', audit('p', {}), /p has no advisory/],
  ])('is a problem: %s', (_, text, expected) => {
    const read = readNpmAudit(text);
    expect(read.ok ? 'read' : read.problem).toMatch(expected);
  });
});
