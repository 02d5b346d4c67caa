import { stringify } from 'yaml';
import { DEFAULT_LIMITS } from './config-measure.ts';
import { isRecord } from './config-values.ts';

/** What a repository tells of itself. */
export interface Project {
  /** All its files, `/` as separator. */
  readonly files: readonly string[];
  /** Texts of `MANIFESTS` that are there, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What is read of a repository to see how it is checked. */
export const MANIFESTS = [
  'package.json',
  'pyproject.toml',
  'requirements.txt',
  'requirements-dev.txt',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
] as const;

export interface Suggestion {
  readonly name: string;
  /** Why, for a comment above it. */
  readonly why: string;
  readonly gate: Readonly<Record<string, unknown>>;
}

/** Gates that fit the repository, by its manifests: what is run is what the project has. */
export function suggestedGates(project: Project): Suggestion[] {
  const languages = [node(project), python(project), go(project), rust(project), java(project)].filter(
    (one) => one !== undefined,
  );
  const several = languages.length > 1;
  const tests = languages.map(({ language, why, gate }) => ({
    name: several ? `tests-${language}` : 'tests',
    why,
    gate: { ...gate, when: 'task', always: true },
  }));
  return [
    ...tests,
    {
      name: 'security',
      why: 'Secrets and unsafe code that a task adds; Orca needs no tool for it.',
      gate: { kind: 'security', when: 'task', always: true },
    },
    quality(project),
  ];
}

/** As the text of a new `.orca/gates.yaml`. */
export function gatesFile(suggestions: readonly Suggestion[]): string {
  const head =
    "# What has to be true of every task's work, and of a layer's. Read from the commit that a run starts from.\n";
  const entries = suggestions.map(({ name, why, gate }) => {
    const text = stringify({ [name]: gate }, { flowCollectionPadding: true, lineWidth: 0 });
    return `  # ${why}\n${text.replace(/^(?=.)/gm, '  ')}`;
  });
  return `${head}gates:\n${entries.join('\n')}`;
}

interface Tests {
  readonly language: string;
  readonly why: string;
  readonly gate: Readonly<Record<string, unknown>>;
}

const COVERAGE = { changed: 80 };

function node({ texts }: Project): Tests | undefined {
  const manifest = parse(texts.get('package.json'));
  if (manifest === undefined) return undefined;
  const has = dependenciesOf(manifest);
  const scripts = isRecord(manifest.scripts) ? manifest.scripts : {};
  const script = typeof scripts.test === 'string' ? scripts.test : '';
  if (has('vitest'))
    return has('@vitest/coverage-v8') || has('@vitest/coverage-istanbul')
      ? tdd(
          'node',
          'vitest with coverage, from package.json.',
          [
            'npx vitest run --coverage --coverage.reporter=lcov --reporter=default --reporter=junit --outputFile.junit=junit.xml',
          ],
          ['coverage/lcov.info', 'junit.xml'],
        )
      : plainTests(
          'node',
          'vitest, from package.json.',
          ['npx vitest run --reporter=default --reporter=junit --outputFile.junit=junit.xml'],
          ['junit.xml'],
        );
  if (has('jest'))
    return tdd(
      'node',
      'jest with coverage, from package.json.',
      ['npx jest --coverage --coverageReporters=lcov'],
      ['coverage/lcov.info'],
    );
  if (/\bnode\b.*--test\b/.test(script))
    return tdd(
      'node',
      'The test runner of Node.js with coverage, as in the script test of package.json.',
      [
        'node --test --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=lcov.info --test-reporter=junit --test-reporter-destination=junit.xml --test-reporter=spec --test-reporter-destination=stdout',
      ],
      ['lcov.info', 'junit.xml'],
    );
  if (script === '' || script.includes('no test specified')) return undefined;
  return plainTests('node', 'The script test of package.json.', ['npm test'], []);
}

function python({ files, texts }: Project): Tests | undefined {
  const told = ['pyproject.toml', 'requirements.txt', 'requirements-dev.txt']
    .map((name) => texts.get(name) ?? '')
    .join('\n');
  const isPython = told.trim() !== '' || files.includes('setup.py');
  if (!isPython || !(/\bpytest\b/.test(told) || files.some((path) => /(^|\/)test_[^/]+\.py$/.test(path))))
    return undefined;
  return /\bpytest-cov\b/.test(told)
    ? tdd(
        'python',
        'pytest with coverage.',
        ['python -m pytest --junitxml=junit.xml --cov --cov-report=lcov:lcov.info'],
        ['lcov.info', 'junit.xml'],
      )
    : plainTests('python', 'pytest.', ['python -m pytest --junitxml=junit.xml'], ['junit.xml']);
}

function go({ texts }: Project): Tests | undefined {
  if (!texts.has('go.mod')) return undefined;
  return tdd('go', 'The tests of the module with coverage.', ['go test -coverprofile=cover.out ./...'], ['cover.out']);
}

function rust({ texts }: Project): Tests | undefined {
  return texts.has('Cargo.toml') ? plainTests('rust', 'The tests of the crate.', ['cargo test'], []) : undefined;
}

function java({ files, texts }: Project): Tests | undefined {
  if (texts.has('pom.xml')) {
    const program = files.includes('mvnw') ? './mvnw' : 'mvn';
    return plainTests('java', 'The tests of Maven.', [`${program} -B test`], ['target/surefire-reports/TEST-*.xml']);
  }
  if (!texts.has('build.gradle') && !texts.has('build.gradle.kts')) return undefined;
  const program = files.includes('gradlew') ? './gradlew' : 'gradle';
  return plainTests('java', 'The tests of Gradle.', [`${program} test`], ['build/test-results/test/TEST-*.xml']);
}

function tdd(language: string, why: string, commands: readonly string[], report: readonly string[]): Tests {
  return { language, why, gate: { kind: 'tdd', commands, report, coverage: COVERAGE, testsFirst: 'shown' } };
}

function plainTests(language: string, why: string, commands: readonly string[], report: readonly string[]): Tests {
  return { language, why, gate: { kind: 'tests', commands, ...(report.length > 0 && { report }) } };
}

/** Orca's own measures, and the linter that the project has. */
function quality({ files, texts }: Project): Suggestion {
  const own = { kind: 'quality', when: 'task', always: true, limits: DEFAULT_LIMITS };
  const manifest = parse(texts.get('package.json'));
  const has = dependenciesOf(manifest ?? {});
  const told = `${texts.get('pyproject.toml') ?? ''}${texts.get('requirements-dev.txt') ?? ''}`;
  const name = 'quality';
  const why = 'Complexity, length and duplication of what a task adds; it holds nothing back.';
  if (has('@microsoft/eslint-formatter-sarif'))
    return {
      name,
      why: `${why.slice(0, -1)}. With ESLint.`,
      gate: {
        ...own,
        commands: ['npx eslint . --format @microsoft/eslint-formatter-sarif --output-file eslint.sarif'],
        report: 'eslint.sarif',
      },
    };
  if (has('eslint'))
    return {
      name,
      why: `${why.slice(0, -1)}. With ESLint.`,
      gate: { ...own, commands: ['npx eslint .'], matcher: '$eslint-stylish' },
    };
  if (/\bruff\b/.test(told) || files.includes('ruff.toml'))
    return {
      name,
      why: `${why.slice(0, -1)}. With Ruff.`,
      gate: { ...own, commands: ['ruff check --output-format=sarif --output-file ruff.sarif .'], report: 'ruff.sarif' },
    };
  return { name, why, gate: own };
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function dependenciesOf(manifest: Readonly<Record<string, unknown>>): (name: string) => boolean {
  const { dependencies, devDependencies } = manifest;
  const all = [dependencies, devDependencies].filter(isRecord);
  return (name) => all.some((one) => name in one);
}
