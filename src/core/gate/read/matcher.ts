import { withoutEscapes } from '../../view/print.ts';
import type { RawFinding, Read } from './report.ts';

/** As in VS Code: an expression for a line, and the numbers of its groups. */
export interface MatcherPattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly severity?: number;
  readonly code?: number;
  readonly message?: number;
  /** Of the last of several: it may fit many lines after those before it. */
  readonly loop?: boolean;
}

/** Several patterns are for as many lines that follow each other. */
export type Matcher = MatcherPattern | readonly MatcherPattern[];

/**
 * Findings in the output of a tool, by a matcher or by the name of a built-in one (`$tsc`). No line of it has to fit.
 * What a line has beyond 1,000 characters is not looked at: an expression is its author's, and may be slow.
 */
export function matchProblems(text: string, matcher: string | Matcher): Read<readonly RawFinding[]> {
  if (typeof matcher === 'string') {
    const known = Object.hasOwn(MATCHERS, matcher) ? MATCHERS[matcher] : undefined;
    if (known !== undefined) return matched(text, known, matcher.slice(1));
    return { ok: false, problem: `there is no matcher ${matcher}; there are ${Object.keys(MATCHERS).join(', ')}` };
  }
  return matched(text, isSingle(matcher) ? [matcher] : matcher, 'problem');
}

function isSingle(matcher: Matcher): matcher is MatcherPattern {
  return !Array.isArray(matcher);
}

const PYTHON_LINTER: MatcherPattern = {
  regexp: String.raw`^(\S.*?):(\d+):(\d+): ([A-Z]+\d+|SyntaxError|invalid-syntax):? (?:\[\*\] )?(.+)$`,
  file: 1,
  line: 2,
  column: 3,
  code: 4,
  message: 5,
};

/** VS Code's own by their names, and those of widespread tools. */
export const MATCHERS: Readonly<Record<string, readonly MatcherPattern[]>> = {
  $tsc: [
    {
      regexp: String.raw`^(\S.*?)[(:](\d+)[,:](\d+)(?:\):\s+|\s+-\s+)(error|warning|info)\s+(TS\d+)\s*:\s*(.*)$`,
      file: 1,
      line: 2,
      column: 3,
      severity: 4,
      code: 5,
      message: 6,
    },
  ],
  '$eslint-compact': [
    {
      regexp: String.raw`^(.+):\sline\s(\d+),\scol\s(\d+),\s(Error|Warning|Info)\s-\s(.+?)(?:\s\(([^()\s]+)\))?$`,
      file: 1,
      line: 2,
      column: 3,
      severity: 4,
      message: 5,
      code: 6,
    },
  ],
  '$eslint-stylish': [
    { regexp: String.raw`^((?:[a-zA-Z]:)?[./\\].*)$`, file: 1 },
    {
      regexp: String.raw`^\s+(\d+):(\d+)\s+(error|warning|info)\s+(.+?)(?:\s\s+(\S+))?$`,
      line: 1,
      column: 2,
      severity: 3,
      message: 4,
      code: 5,
      loop: true,
    },
  ],
  $gcc: [
    {
      regexp: String.raw`^((?:[A-Za-z]:)?[^:\s][^:]*):(\d+):(?:(\d+):)?\s+(?:fatal\s+)?(warning|error|note):\s+(.*?)(?:\s\[(-W[^\]]+)\])?$`,
      file: 1,
      line: 2,
      column: 3,
      severity: 4,
      message: 5,
      code: 6,
    },
  ],
  $go: [
    {
      regexp: String.raw`^(?:vet: )?((?:[A-Za-z]:)?[^:\s][^:]*\.go):(\d+)(?::(\d+))?: (.*)$`,
      file: 1,
      line: 2,
      column: 3,
      message: 4,
    },
  ],
  $ruff: [PYTHON_LINTER],
  $flake8: [PYTHON_LINTER],
  $mypy: [
    {
      regexp: String.raw`^((?:[A-Za-z]:)?[^:\s][^:]*):(\d+)(?::(\d+))?(?::(\d+):(\d+))?: (error|warning|note): (.*?)(?:\s\s\[([\w-]+)\])?$`,
      file: 1,
      line: 2,
      column: 3,
      endLine: 4,
      endColumn: 5,
      severity: 6,
      message: 7,
      code: 8,
    },
  ],
  $rustc: [
    { regexp: String.raw`^(warning|error)(?:\[(.+?)\])?: (.*)$`, severity: 1, code: 2, message: 3 },
    { regexp: String.raw`^\s+--> (.+?):(\d+):(\d+)$`, file: 1, line: 2, column: 3 },
  ],
};

const LONGEST = 1000;

interface Compiled {
  readonly expression: RegExp;
  readonly groups: MatcherPattern;
}

type Captured = { -readonly [Key in keyof Omit<MatcherPattern, 'regexp' | 'loop'>]?: string };

function matched(text: string, patterns: readonly MatcherPattern[], owner: string): Read<readonly RawFinding[]> {
  if (patterns.length === 0) return { ok: false, problem: 'a matcher has a pattern' };
  const compiled: Compiled[] = [];
  for (const groups of patterns)
    try {
      compiled.push({ expression: new RegExp(groups.regexp), groups });
    } catch {
      return { ok: false, problem: `/${groups.regexp}/ is no regular expression` };
    }
  const lines = withoutEscapes(text)
    .split(/\r\n|\r|\n/)
    .map((line) => line.slice(0, LONGEST));
  const findings: RawFinding[] = [];
  for (let at = 0; at < lines.length;) {
    const found = sequenceAt(lines, at, compiled);
    findings.push(...found.captured.flatMap((captured) => findingOf(captured, owner)));
    at = Math.max(at + 1, found.end);
  }
  return { ok: true, value: findings };
}

/** What the patterns capture from a line on, and the line behind. A loop gives one an own line. */
function sequenceAt(
  lines: readonly string[],
  from: number,
  patterns: readonly Compiled[],
): { captured: Captured[]; end: number } {
  let sum: Captured = {};
  for (const [index, pattern] of patterns.entries()) {
    const at = from + index;
    const own = capture(lines[at], pattern);
    if (own === undefined) return { captured: [], end: from };
    if (pattern.groups.loop !== true || index < patterns.length - 1) {
      sum = { ...sum, ...own };
      continue;
    }
    const captured: Captured[] = [];
    let end = at;
    for (let next: Captured | undefined = own; next !== undefined; next = capture(lines[++end], pattern))
      captured.push({ ...sum, ...next });
    return { captured, end };
  }
  return { captured: [sum], end: from + patterns.length };
}

function capture(line: string | undefined, { expression, groups }: Compiled): Captured | undefined {
  const match = line === undefined ? null : expression.exec(line);
  if (match === null) return undefined;
  const captured: Captured = {};
  for (const key of GROUPS) {
    const group = groups[key];
    const value = group === undefined ? undefined : match[group];
    if (value !== undefined && value !== '') captured[key] = value;
  }
  return captured;
}

const GROUPS = ['file', 'line', 'column', 'endLine', 'endColumn', 'severity', 'code', 'message'] as const;

/** Without a message it is none. */
function findingOf(captured: Captured, owner: string): RawFinding[] {
  const { file, severity = '', code, message } = captured;
  if (message === undefined || message.trim() === '') return [];
  const [line, column, endLine, endColumn] = [captured.line, captured.column, captured.endLine, captured.endColumn].map(
    (text) => (text !== undefined && /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
  );
  return [
    {
      rule: code ?? owner,
      severity: severityOf(severity.toLowerCase()),
      message: message.trim(),
      ...(file !== undefined && { path: file.trim() }),
      ...(file !== undefined && line !== undefined && { line, ...(column !== undefined && { column }) }),
      ...(file !== undefined && line !== undefined && endLine !== undefined && { endLine }),
      ...(file !== undefined && line !== undefined && endColumn !== undefined && { endColumn }),
    },
  ];
}

/** As VS Code reads them; what says nothing is an error. */
function severityOf(text: string): RawFinding['severity'] {
  if (text === 'w' || text.startsWith('warn')) return 'warning';
  if (text === 'note' || text === 'i' || text.startsWith('info')) return 'information';
  return 'error';
}
