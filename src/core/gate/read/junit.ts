import { childrenOf, readXml, type XmlElement } from './document.ts';
import { ANY_SOURCE, failurePlace, headline } from './failure.ts';
import type { Read, TestCase, TestResults } from './report.ts';

/**
 * Reads JUnit's XML as test runners write it: suites within suites, or one that is the root. A suite that failed as a
 * whole is a test of its name that failed.
 */
export function readJUnit(text: string): Read<TestResults> {
  const root = readXml(text);
  if (!root.ok) return root;
  if (root.value.name !== 'testsuites' && root.value.name !== 'testsuite')
    return { ok: false, problem: `it is no JUnit XML: its root is <${root.value.name}>` };
  return { ok: true, value: { tests: withoutSums(testsOf(root.value, [], undefined)) } };
}

/** Go reports a test as failed without a word of its own where one of its subtests, `<name>/<subtest>`, failed. */
function withoutSums(tests: readonly TestCase[]): TestCase[] {
  const key = (suites: readonly string[], name: string): string => JSON.stringify([suites, name]);
  const sums = new Set<string>();
  for (const { name, suites, outcome } of tests)
    for (let at = name.indexOf('/'); outcome === 'failed' && at !== -1; at = name.indexOf('/', at + 1))
      sums.add(key(suites, name.slice(0, at)));
  return tests.filter(
    ({ name, suites, outcome, message }) =>
      outcome !== 'failed' || message !== undefined || !sums.has(key(suites, name)),
  );
}

function testsOf(suite: XmlElement, around: readonly string[], path: string | undefined): TestCase[] {
  const { name, file, filepath } = suite.attributes;
  const isRoot = suite.name === 'testsuites';
  const suites = isRoot || name === undefined || name === '' ? around : [...around, name];
  const own = file ?? filepath ?? path;
  const failed = isRoot ? undefined : failureIn(suite);
  return [
    ...(failed === undefined ? [] : [testOf({ ...suite, children: [failed] }, suites.slice(0, -1), own)]),
    ...suite.children.flatMap((child) => {
      if (child.name === 'testsuite') return testsOf(child, suites, own);
      return child.name === 'testcase' ? [testOf(child, suites, own)] : [];
    }),
  ];
}

function testOf(element: XmlElement, around: readonly string[], suitePath: string | undefined): TestCase {
  const { name = '', classname, file, line, time } = element.attributes;
  const suite = around.at(-1);
  const path = file ?? suitePath ?? [classname, suite].find((one) => one !== undefined && ANY_SOURCE.test(one));
  const outcome = outcomeOf(element);
  const base = {
    name,
    suites: isSuite(classname, name, suite) ? [...around, classname] : around,
    outcome,
    ...secondsOf(time),
  };
  const failure = outcome === 'failed' ? failureIn(element) : undefined;
  const words = failure === undefined ? undefined : wordsOf(failure);
  const place = words === undefined ? undefined : failurePlace(words.text, { path, className: classname });
  const attribute = lineOf(line, suite);
  // A place in another file is one of the project's code that the test called; it is used where no more is known.
  const shown = place ?? (path === undefined ? undefined : { path, line: attribute });
  return {
    ...base,
    ...(shown !== undefined && { path: shown.path }),
    ...(shown?.line !== undefined && { line: shown.line }),
    ...(words?.message !== undefined && { message: words.message }),
    ...(words?.details !== undefined && { details: words.details }),
  };
}

/** Runners without classes fill the attribute with the test's name, the suite's, or (Node) the word `test`. */
function isSuite(classname: string | undefined, name: string, suite: string | undefined): classname is string {
  return classname !== undefined && ![name, suite, 'test', ''].includes(classname);
}

/** A test of which Node says `todo` may fail; GoogleTest tells a disabled one by attributes. */
function outcomeOf(element: XmlElement): TestCase['outcome'] {
  const skipped = childrenOf(element, 'skipped')[0];
  if (skipped?.attributes.type === 'todo') return 'skipped';
  if (failureIn(element) !== undefined) return 'failed';
  const { status, result } = element.attributes;
  const isSkipped = [status, result].some((one) => one !== undefined && SKIPPED.test(one));
  return skipped !== undefined || isSkipped ? 'skipped' : 'passed';
}

const SKIPPED = /^(?:notrun|disabled|skipped|suppressed)$/i;

function failureIn(element: XmlElement): XmlElement | undefined {
  return element.children.find(({ name }) => name === 'failure' || name === 'error');
}

interface Words {
  /** All that it says, to look for places in. */
  readonly text: string;
  readonly message?: string;
  readonly details?: string;
}

function wordsOf({ attributes, text: body }: XmlElement): Words {
  const said = (attributes.message ?? '').trim();
  // Go's runners say no more than "Failed" in the attribute.
  const lines = (said === '' || said === 'Failed' ? body : said).split(/\r\n|\r|\n/);
  const message = headline(lines.filter((line) => !GO_PROGRESS.test(line)).join('\n')).replace(GO_PLACE, '');
  const details = (body.trim() === '' ? said : body).trim();
  return {
    text: `${body}\n${said}`,
    ...(message !== '' && { message }),
    ...(details !== '' && details !== message && { details }),
  };
}

const GO_PROGRESS = /^\s*(?:=== |--- |$)/;
const GO_PLACE = /^\s*[\w./-]+\.go:\d+: /;

function secondsOf(time: string | undefined): Pick<TestCase, 'seconds'> {
  // Surefire groups thousands.
  const seconds = Number((time ?? '').replaceAll(',', ''));
  return time !== undefined && time.trim() !== '' && Number.isFinite(seconds) ? { seconds } : {};
}

/** Pytest counts from 0 here, and names its suite `pytest`. */
function lineOf(line: string | undefined, suite: string | undefined): number | undefined {
  if (line === undefined || !/^\d+$/.test(line)) return undefined;
  const number = Number(line) + (suite === 'pytest' ? 1 : 0);
  return number > 0 ? number : undefined;
}
