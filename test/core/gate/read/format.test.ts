import { describe, expect, it } from 'vitest';
import { formatOf, type ReportFormat } from '../../../../src/core/gate/read/format.ts';
import { fixture } from './reading.ts';

describe('the format of a report', () => {
  it.each<[string, ReportFormat | undefined]>([
    ['node/junit.xml', 'junit'],
    ['vitest/junit.xml', 'junit'],
    ['jest/junit.xml', 'junit'],
    ['pytest/junit.xml', 'junit'],
    ['surefire/junit.xml', 'junit'],
    ['gotestsum/junit.xml', 'junit'],
    ['node/report.tap', 'tap'],
    ['tape/report.tap', 'tap'],
    ['c8/lcov.info', 'lcov'],
    ['coverage.py/lcov.info', 'lcov'],
    ['c8/cobertura.xml', 'cobertura'],
    ['coverage.py/cobertura.xml', 'cobertura'],
    ['c8/coverage-final.json', 'istanbul'],
    ['c8/coverage-summary.json', 'istanbul'],
    ['jacoco/jacoco.xml', 'jacoco'],
    ['go/cover.out', 'go-cover'],
    ['eslint/report.sarif', 'sarif'],
    ['bandit/report.sarif', 'sarif'],
    ['flawfinder/report.sarif', 'sarif'],
    ['codeql/report.sarif', 'sarif'],
    ['npm/audit.json', 'npm-audit'],
    ['npm/refused.json', 'npm-audit'],
    ['tsc/plain.txt', undefined],
    ['eslint/stylish.txt', undefined],
    ['README.md', undefined],
  ])('of the content of %s', (name, expected) => {
    expect(formatOf('report', fixture(name))).toBe(expected);
  });

  it.each<[string, string, ReportFormat | undefined]>([
    ['out/report.sarif', '{"runs":[{', 'sarif'],
    ['out\\report.sarif.json', '', 'sarif'],
    ['coverage/lcov.info', '', 'lcov'],
    ['coverage/coverage-final.json', '{', 'istanbul'],
    ['coverage.xml', '<cov', 'cobertura'],
    ['target/site/jacoco/jacoco.xml', '', 'jacoco'],
    ['reports/TEST-com.acme.CartTest.xml', '', 'junit'],
    ['junit.xml', '<?xml version="1.0"?>', 'junit'],
    ['cover.out', '', 'go-cover'],
    ['npm-audit.json', '{', 'npm-audit'],
    ['results.tap', '', 'tap'],
    ['report.json', '{', undefined],
    ['report.json', '{"runs":[],"$schema":{"toString":1}}', undefined],
    ['report.xml', '<html></html>', undefined],
    ['clover.xml', '<coverage generated="1"><project/></coverage>', undefined],
    ['report.xml', '<!-- <testsuite> --><report><other/></report>', undefined],
  ])('of %s with %j', (name, text, expected) => {
    expect(formatOf(name, text)).toBe(expected);
  });

  it('is told by the content rather than by the name', () => {
    expect(formatOf('report.sarif', fixture('pytest/junit.xml'))).toBe('junit');
  });
});
