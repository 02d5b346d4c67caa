import { describe, expect, it } from 'vitest';
import { readGateConfig } from '../../../src/core/gate/config.ts';
import { gatesFile, suggestedGates } from '../../../src/core/gate/detect.ts';
import { kindOf } from '../../../src/core/gate/gate.ts';

type Files = Readonly<Record<string, string>>;

const manifest = (more: object): Files => ({ 'package.json': JSON.stringify(more) });
const suggested = (files: Files) =>
  suggestedGates({ files: Object.keys(files), texts: new Map(Object.entries(files)) });

describe('gates that fit a repository', () => {
  it.each<[string, Files, readonly string[]]>([
    ['of nothing', {}, []],
    [
      'with a package that has no tests',
      manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }),
      [],
    ],
    ['with a broken package.json', { 'package.json': '{' }, []],
    ['with a package.json that is a list', { 'package.json': '[]' }, []],
    ['with dependencies that are none', manifest({ dependencies: 'vitest', devDependencies: null, scripts: [] }), []],
    ['with a test script', manifest({ scripts: { test: 'ava' } }), ['tests: tests npm test']],
    [
      'with vitest',
      manifest({ devDependencies: { vitest: '*' } }),
      ['tests: tests npx vitest run --reporter=default --reporter=junit --outputFile.junit=junit.xml > junit.xml'],
    ],
    [
      'with vitest and coverage',
      manifest({ devDependencies: { vitest: '*', '@vitest/coverage-v8': '*' } }),
      [
        'tests: tdd npx vitest run --coverage --coverage.reporter=lcov --reporter=default --reporter=junit --outputFile.junit=junit.xml > coverage/lcov.info junit.xml',
      ],
    ],
    [
      'with jest',
      manifest({ dependencies: { jest: '*' }, scripts: { test: 'jest' } }),
      ['tests: tdd npx jest --coverage --coverageReporters=lcov > coverage/lcov.info'],
    ],
    [
      "with node's own tests",
      manifest({ scripts: { test: 'node --import tsx --test test/' } }),
      [
        'tests: tdd node --test --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=lcov.info --test-reporter=junit --test-reporter-destination=junit.xml --test-reporter=spec --test-reporter-destination=stdout > lcov.info junit.xml',
      ],
    ],
    ['in Python without tests', { 'pyproject.toml': '[project]\nname = "x"\n' }, []],
    [
      'with pytest',
      { 'pyproject.toml': '[tool.pytest.ini_options]\n' },
      ['tests: tests python -m pytest --junitxml=junit.xml > junit.xml'],
    ],
    [
      'with files of pytest',
      { 'setup.py': '', 'tests/test_a.py': '' },
      ['tests: tests python -m pytest --junitxml=junit.xml > junit.xml'],
    ],
    [
      'with pytest and coverage',
      { 'requirements-dev.txt': 'pytest==8\npytest-cov\n' },
      ['tests: tdd python -m pytest --junitxml=junit.xml --cov --cov-report=lcov:lcov.info > lcov.info junit.xml'],
    ],
    ['in Go', { 'go.mod': 'module x\n' }, ['tests: tdd go test -coverprofile=cover.out ./... > cover.out']],
    ['in Rust', { 'Cargo.toml': '' }, ['tests: tests cargo test']],
    ['with Maven', { 'pom.xml': '' }, ['tests: tests mvn -B test > target/surefire-reports/TEST-*.xml']],
    [
      'with the wrapper of Maven',
      { 'pom.xml': '', mvnw: '' },
      ['tests: tests ./mvnw -B test > target/surefire-reports/TEST-*.xml'],
    ],
    ['with Gradle', { 'build.gradle': '' }, ['tests: tests gradle test > build/test-results/test/TEST-*.xml']],
    [
      'with Gradle in Kotlin, and its wrapper',
      { 'build.gradle.kts': '', gradlew: '' },
      ['tests: tests ./gradlew test > build/test-results/test/TEST-*.xml'],
    ],
    [
      'of several languages',
      { ...manifest({ scripts: { test: 'ava' } }), 'go.mod': 'module x\n' },
      ['tests-node: tests npm test', 'tests-go: tdd go test -coverprofile=cover.out ./... > cover.out'],
    ],
  ])('%s', (_, files, expected) => {
    const text = gatesFile(suggested(files));
    const { gates, problems } = readGateConfig(text);
    expect(problems).toEqual([]);
    const told = gates.map((gate) => {
      const reports = gate.measure !== undefined && 'reports' in gate.measure ? gate.measure.reports : [];
      const commands = gate.commands.map(({ argv }) => argv.join(' ')).join('; ');
      return `${gate.name}: ${kindOf(gate)} ${commands}${reports.length === 0 ? '' : ` > ${reports.join(' ')}`}`;
    });
    expect(told).toEqual([...expected, 'security: security ', 'quality: quality ']);
    expect(gates.every(({ when, always }) => when === 'task' && always === true)).toBe(true);
    // Each says why it is there.
    expect(text.match(/^ {2}# .+\.$/gm)?.length).toBe(gates.length);
  });

  it.each<[string, Files, string, readonly string[], string | undefined]>([
    ['ESLint', manifest({ devDependencies: { eslint: '*' } }), 'npx eslint .', [], '$eslint-stylish'],
    [
      'ESLint and SARIF',
      manifest({ devDependencies: { eslint: '*', '@microsoft/eslint-formatter-sarif': '*' } }),
      'npx eslint . --format @microsoft/eslint-formatter-sarif --output-file eslint.sarif',
      ['eslint.sarif'],
      undefined,
    ],
    [
      'Ruff in pyproject.toml',
      { 'pyproject.toml': '[tool.ruff]\n' },
      'ruff check --output-format=sarif --output-file ruff.sarif .',
      ['ruff.sarif'],
      undefined,
    ],
    [
      'ruff.toml',
      { 'ruff.toml': '' },
      'ruff check --output-format=sarif --output-file ruff.sarif .',
      ['ruff.sarif'],
      undefined,
    ],
  ])('have the linter of a project with %s', (_, files, command, reports, matcher) => {
    const { gates, problems } = readGateConfig(gatesFile(suggested(files)));
    expect(problems).toEqual([]);
    const quality = gates.find(({ name }) => name === 'quality');
    expect(quality?.commands.map(({ label }) => label)).toEqual([command]);
    expect(quality?.measure).toMatchObject({ kind: 'quality', reports, ...(matcher !== undefined && { matcher }) });
    expect(quality?.blocking).toBe(false);
  });
});
