import { isTestFile } from '../test-files.ts';

/** A place as a tool wrote it. */
export interface Place {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** What is known of a test whose failure is looked for. */
export interface Owner {
  readonly path?: string | undefined;
  /** Dotted or not: `tests.test_cart.TestDiscount`, `com.acme.CartTest`, `example.com/shop/cart`. */
  readonly className?: string | undefined;
}

/**
 * Where a test failed, by the stack that its report has: the innermost place in the test's own file, else (where that
 * is not known) in any test, else in any file of the project. Undefined: no place is named.
 */
export function failurePlace(text: string, owner: Owner): Place | undefined {
  const places = placesIn(text, owner.className);
  const own = places.find(({ path }) => isOwn(path, owner));
  if (own !== undefined) return own;
  const ours = places.filter(({ path }) => !FOREIGN.test(path));
  return ours.find(({ path }) => isTestFile(path)) ?? ours[0];
}

/** What a failure says in short: its first line, with the next one where that only announces it or names a place. */
export function headline(text: string): string {
  const [first = '', next] = text.split(/\r\n|\r|\n/).flatMap((line) => line.trim() || []);
  return next !== undefined && (first.endsWith(':') || PLACE_ALONE.test(first)) ? `${first} ${next}` : first;
}

const PLACE_ALONE = /^\S+:\d+$/;

/** Whether two spellings can be of one file: one of them is the end of the other. */
export function isSamePath(a: string, b: string): boolean {
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}

/** The innermost first. */
function placesIn(text: string, className: string | undefined): Place[] {
  const places = text.split(/\r\n|\r|\n/).flatMap((line) => placeOf(line.slice(0, LONGEST), className) ?? []);
  // Python tells the outermost call first.
  const isPython = places.some(({ path }) => path.endsWith('.py'));
  return isPython ? places.reverse() : places;
}

const LONGEST = 1000;
const SOURCE =
  '[cm]?[jt]sx?|vue|svelte|py|go|rs|rb|php|java|kts?|scala|groovy|cs|fs|swift|c|cc|cpp|cxx|h|hpp|exs?|erl|cljs?|dart|lua|p[lm]|t|hs|ml|jl|zig|feature';

/** Names of source files. */
export const ANY_SOURCE = new RegExp(`\\.(?:${SOURCE})$`);

const JVM_FRAME = /^\s*at (?:[\w.@-]*\/)*([\w$.]+)\.[\w$<>]+\((\w+\.(?:java|kt|scala|groovy)):(\d+)\)/;
const PATTERNS: readonly RegExp[] = [
  // V8: `at total (file:///repo/src/cart.js:6:13)`; in brackets a path may have spaces.
  /\(([^()]+):(\d+):\d+\)\s*$/,
  // Python: `File "/repo/a.py", line 3, in total`; bats: `(in test file test/a.bats, line 4)`.
  /\bfile "?([^",]+)"?, line (\d+)/i,
  // .NET: `in /repo/Cart.cs:line 12`.
  / in (.+):line (\d+)$/,
  // Perl: `at t/cart.t line 12.`
  /\bat (\S+) line (\d+)\.?$/,
  // Any: `tests/test_cart.py:12: AssertionError`, `❯ src/cart.js:6:13`, `cart_test.go:12: wrong`.
  new RegExp(`(?:^|[\\s(])((?:file://|[A-Za-z]:)?[^\\s:()'"]+\\.(?:${SOURCE})):(\\d+)(?!\\w)`),
];

function placeOf(line: string, className: string | undefined): Place | undefined {
  const [, type = '', file = '', at] = JVM_FRAME.exec(line) ?? [];
  if (at !== undefined) {
    const folders = type.split('.').slice(0, -1);
    return { path: [...folders, file].join('/'), line: Number(at) };
  }
  for (const pattern of PATTERNS) {
    const [, path = '', number] = pattern.exec(line) ?? [];
    if (number === undefined || Number(number) === 0) continue;
    // Go names the file alone, in the package that the class name is.
    const isBare = path.endsWith('.go') && !/[\\/]/.test(path) && className !== undefined;
    return { path: isBare ? `${className}/${path}` : path, line: Number(number) };
  }
  return undefined;
}

/** Of libraries, test runners and runtimes. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|\.cargo\/registry|pkg\/mod)\/|^(?:node:|internal\/|\/usr\/(?:local\/)?(?:lib|go|share)\/|\/rustc\/|(?:java|javax|jdk|sun|kotlin|scala|groovy|junit|org\/(?:junit|testng|hamcrest|assertj|mockito|gradle|opentest4j)|org\/apache\/maven)\/)/;

function isOwn(path: string, { path: own, className }: Owner): boolean {
  if (own !== undefined) return isSamePath(path.replaceAll('\\', '/'), own.replaceAll('\\', '/'));
  if (className === undefined) return false;
  if (path.startsWith(`${className}/`)) return true;
  // The file's name ends a beginning of the class's: `/repo/tests/test_cart.py` of `tests.test_cart.TestDiscount`.
  const parts = className.replace(/\$.*$/, '').split('.');
  const stem = path.replaceAll('\\', '/').replace(/\.\w+$/, '');
  return parts.some((_, index) => index > 0 && isSamePath(stem, parts.slice(0, index + 1).join('/')));
}
