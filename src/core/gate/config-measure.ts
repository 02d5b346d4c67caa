import { isRecord, stringsOf, type Fields } from './config-values.ts';
import type { FigureSpec, Measure, QualityLimits } from './gate.ts';
import type { Severity } from '../plan/diagnostic.ts';
import type { MatcherPattern } from './read/matcher.ts';

export const MEASURED = ['tests', 'tdd', 'security', 'performance', 'quality'] as const satisfies Measure['kind'][];
/** Those that can be declared; what planning writes is judged by a gate of Orca's own. */
type Declared = (typeof MEASURED)[number];

/** From where on a finding fails its gate, and what a function may be, where nothing is said. */
const FAIL_ON: Severity = 'warning';
export const DEFAULT_LIMITS: QualityLimits = {
  cognitive: 15,
  cyclomatic: 15,
  functionLines: 100,
  fileLines: 1000,
  duplicatedLines: 20,
};
const DEFAULT_SAMPLES = 5;

/** What a gate measures, from its settings in YAML; a text says what is wrong. */
export function readMeasure(kind: Declared, settings: Fields, hasCommands: boolean): Measure | string {
  const read = new Settings(settings);
  const measure = READERS[kind](read);
  return read.problem(hasCommands) ?? measure;
}

const READERS: Readonly<Record<Declared, (read: Settings) => Measure>> = {
  tests: (read) => ({ kind: 'tests', reports: read.reports() }),
  tdd(read) {
    const coverage = read.fields('coverage', ['changed', 'total']);
    const changed = read.percent(coverage, 'changed');
    const total = read.percent(coverage, 'total');
    const reports = read.reports();
    if ((changed !== undefined || total !== undefined) && reports.length === 0)
      read.wrong('`coverage` needs a `report` that the commands write.');
    return {
      kind: 'tdd',
      reports,
      ...(changed !== undefined && { changed }),
      ...(total !== undefined && { total }),
      testsFirst: read.oneOf('testsFirst', ['required', 'shown', 'off'], 'shown'),
      assertions: read.flag('assertions', true),
    };
  },
  security: (read) => ({
    kind: 'security',
    reports: read.reports(),
    secrets: read.flag('secrets', true),
    rules: read.flag('rules', true),
    failOn: read.oneOf('failOn', SEVERITIES, FAIL_ON),
  }),
  performance: (read) => ({
    kind: 'performance',
    figures: read.figures(),
    samples: read.whole('samples', DEFAULT_SAMPLES, 1, 100),
  }),
  quality(read) {
    const matcher = read.matcher();
    return {
      kind: 'quality',
      reports: read.reports(),
      limits: read.limits(),
      ...(matcher !== undefined && { matcher }),
      failOn: read.oneOf('failOn', SEVERITIES, FAIL_ON),
    };
  },
};

const SEVERITIES = ['error', 'warning', 'information'] as const satisfies Severity[];

/** Reads one setting after another, and keeps the first thing that is wrong. */
class Settings {
  private first: string | undefined;
  private readonly known = new Set<string>(['commands']);

  constructor(private readonly settings: Fields) {}

  wrong(message: string): void {
    this.first ??= message;
  }

  problem(hasCommands: boolean): string | undefined {
    const unknown = Object.keys(this.settings).find((key) => !this.known.has(key));
    if (unknown !== undefined) return `unknown setting "${unknown}"; this kind has ${[...this.known].join(', ')}.`;
    if (!hasCommands && ['report', 'matcher'].some((key) => this.settings[key] !== undefined))
      return 'a `report` or `matcher` needs `commands` that write it.';
    return this.first;
  }

  reports(): string[] {
    const value = this.take('report');
    const paths = value === undefined ? [] : typeof value === 'string' ? [value] : stringsOf(value);
    if (!paths?.every(isInside)) {
      this.wrong('`report` is a path in the repository, or a list of them; `*` stands for any text of a file name.');
      return [];
    }
    return paths;
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.take(key) ?? otherwise;
    if (typeof value === 'boolean') return value;
    this.wrong(`\`${key}\` is true or false.`);
    return otherwise;
  }

  oneOf<T extends string>(key: string, values: readonly T[], otherwise: T): T {
    const value = this.take(key) ?? otherwise;
    // YAML reads `off` and `no` as texts, and `false` as the truth value.
    const found = values.find((one) => one === value);
    if (found === undefined) this.wrong(`\`${key}\` is ${values.join(', ')}.`);
    return found ?? otherwise;
  }

  whole(key: string, otherwise: number, from: number, to: number): number {
    const value = this.take(key) ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
    this.wrong(`\`${key}\` is a whole number from ${from} to ${to}.`);
    return otherwise;
  }

  fields(key: string, keys: readonly string[]): Fields {
    const value = this.take(key) ?? {};
    if (!isRecord(value)) {
      this.wrong(`\`${key}\` has the settings ${keys.join(', ')}.`);
      return {};
    }
    const unknown = Object.keys(value).find((one) => !keys.includes(one));
    if (unknown !== undefined) this.wrong(`unknown setting "${unknown}" of \`${key}\`; there are ${keys.join(', ')}.`);
    return value;
  }

  percent(fields: Fields, key: string): number | undefined {
    const value = fields[key];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' ? Number(/^\s*([\d.]+)\s*%?\s*$/.exec(value)?.[1]) : value;
    if (typeof number === 'number' && number >= 0 && number <= 100) return number;
    this.wrong(`\`${key}\` is a percentage from 0 to 100.`);
    return undefined;
  }

  limits(): QualityLimits {
    const names = Object.keys(DEFAULT_LIMITS) as (keyof QualityLimits)[];
    const given = this.fields('limits', names);
    const limits: { -readonly [K in keyof QualityLimits]: number } = {};
    for (const name of names) {
      const value = given[name] === undefined ? DEFAULT_LIMITS[name] : given[name];
      if (value === false) continue;
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0) limits[name] = value;
      else this.wrong(`\`${name}\` of \`limits\` is a whole number, or false for no limit.`);
    }
    return limits;
  }

  matcher(): string | MatcherPattern | undefined {
    const value = this.take('matcher');
    if (value === undefined || typeof value === 'string') return value;
    const groups = ['file', 'line', 'column', 'severity', 'code', 'message'];
    const { regexp, ...places } = isRecord(value) ? value : {};
    const isSound =
      typeof regexp === 'string' &&
      isRegex(regexp) &&
      Object.entries(places).every(([key, group]) => groups.includes(key) && Number.isInteger(group)) &&
      ['file', 'message'].every((key) => key in places);
    if (isSound) return { regexp, ...places };
    this.wrong(
      '`matcher` is a name such as $tsc, or { regexp, file, message } with the numbers of the groups; line, column, severity and code may be there, too.',
    );
    return undefined;
  }

  figures(): FigureSpec[] {
    const value = this.take('figures');
    const entries = Array.isArray(value) ? (value as unknown[]) : [];
    if (entries.length === 0) this.wrong('`figures` is to be a list with at least one figure.');
    return entries.flatMap((entry) => this.figure(entry));
  }

  private figure(entry: unknown): FigureSpec[] {
    const { name, json, regex, file, unit, better, limit, tolerance, ...others } = isRecord(entry) ? entry : {};
    const text = (value: unknown): value is string => typeof value === 'string' && value !== '';
    const number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
    const [unknown] = Object.keys(others);
    const ways: [boolean, string][] = [
      [text(name), 'each of `figures` has a `name`.'],
      [
        unknown === undefined,
        `unknown setting "${unknown ?? ''}" of a figure; there are name, json, regex, file, unit, better, limit, tolerance.`,
      ],
      [
        text(json) !== text(regex) && [json, regex].includes(undefined),
        'a figure is read by `json`, a path, or by `regex`, with one group.',
      ],
      [regex === undefined || (text(regex) && isRegex(regex)), '`regex` of a figure is not a regular expression.'],
      [file === undefined || (text(file) && isInside(file)), '`file` of a figure is a path in the repository.'],
      [unit === undefined || text(unit), '`unit` of a figure is a text.'],
      [better === undefined || better === 'lower' || better === 'higher', '`better` of a figure is lower or higher.'],
      [limit === undefined || number(limit), '`limit` of a figure is a number.'],
      [
        tolerance === undefined || (number(tolerance) && tolerance >= 0),
        '`tolerance` of a figure is a percentage: how much worse it may be than before.',
      ],
      [limit !== undefined || tolerance !== undefined, 'a figure has a `limit`, a `tolerance`, or both.'],
    ];
    const wrong = ways.find(([isRight]) => !isRight);
    if (wrong === undefined)
      return [{ ...(entry as Omit<FigureSpec, 'better'>), better: better ?? 'lower' } as FigureSpec];
    this.wrong(wrong[1]);
    return [];
  }

  private take(key: string): unknown {
    this.known.add(key);
    return this.settings[key];
  }
}

/** Relative, and not out of the repository. */
function isInside(path: string): boolean {
  return path !== '' && !/^(?:[/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..');
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
