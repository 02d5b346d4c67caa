import type { Known, Report } from './dialect/dialect.ts';
import type { LineMap, Span } from './diagnostic.ts';
import type { PlanSettings } from './plan.ts';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { nearestIn, replacedBy, suggestion } from './nearest.ts';
import { ORDER_RULES, STRATEGIES, isOrderRule, isStrategy } from './plan.ts';
import { knownName } from './task-fields.ts';
import { trimmed } from './values.ts';

export interface FrontMatter {
  readonly title?: string;
  readonly settings: PlanSettings;
  /** The line at which the Markdown begins. */
  readonly bodyLine: number;
}

/** A longer one is no front matter but a text with rules in it. */
const LONGEST_LINES = 500;
/** The YAML reader recurs, and a full stack inside a regular expression ends the process. */
const DEEPEST = 200;
const KEYS = ['title', 'strategy', 'agents', 'agent', 'gates', 'order'];

/** Reads the YAML between `---` lines at the very start of a text. */
export function readFrontMatter(text: string, map: LineMap, known: Known, report: Report): FrontMatter {
  const line = (number: number): string => text.slice(map.lineStart(number), map.lineStart(number + 1)).trim();
  if (line(0) !== '---') return { settings: {}, bodyLine: 0 };
  let close = 1;
  while (close < map.lineCount && close <= LONGEST_LINES && line(close) !== '---' && line(close) !== '...') close += 1;
  const start = map.lineStart(1);
  if (close >= map.lineCount || close > LONGEST_LINES) {
    if (!/^[a-z]\w*:(?: |$)/i.test(line(1))) return { settings: {}, bodyLine: 0 };
    const message = 'This front matter is never closed: end it with a line of `---`.';
    report({ code: 'invalid-front-matter', severity: 'error', message, span: trimmed(text, { start: 0, end: start }) });
    return { settings: {}, bodyLine: 0 };
  }
  return { ...readYaml(text.slice(start, map.lineStart(close)), start, known, report), bodyLine: close + 1 };
}

function readYaml(yaml: string, offset: number, known: Known, report: Report): Omit<FrontMatter, 'bodyLine'> {
  const at = ([from, to]: readonly [number, number, ...unknown[]]): Span => {
    const end = Math.min(to, yaml.length) + offset;
    return { start: Math.min(from + offset, end), end };
  };
  if (deepest(yaml) > DEEPEST) {
    const message = 'This front matter is nested too deeply for settings.';
    report({ code: 'invalid-front-matter', severity: 'error', message, span: at([0, yaml.trimEnd().length]) });
    return { settings: {} };
  }
  // Finding double keys would cost quadratic time; the first one counts.
  const parsed = parseDocument(yaml.replaceAll(/\r(?!\n)/g, '\n'), {
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [error] = parsed.errors;
  if (error !== undefined) {
    // What is missing at the end is told of the last character, where it can be seen.
    const start = Math.min(error.pos[0], Math.max(0, yaml.trimEnd().length - 1));
    const span = at([start, Math.max(start + 1, Math.min(error.pos[1], yaml.trimEnd().length))]);
    report({
      code: 'invalid-front-matter',
      severity: 'error',
      message: `This front matter is no YAML: ${error.message}`,
      span,
    });
    return { settings: {} };
  }
  if (parsed.contents === null) return { settings: {} };
  if (!isMap(parsed.contents)) {
    const message = 'Front matter is `key: value` lines, such as `strategy: hybrid`.';
    report({ code: 'invalid-front-matter', severity: 'warning', message, span: at([0, yaml.trimEnd().length]) });
    return { settings: {} };
  }

  const nodes = new Map<string, unknown>();
  for (const { key, value } of parsed.contents.items) {
    if (!isScalar(key) || typeof key.value !== 'string') continue;
    if (!nodes.has(key.value)) nodes.set(key.value, value);
    reportMisspelt(key.value, at(key.range), report);
  }
  const values = (key: string): Value[] => valuesOf(nodes.get(key), at);
  const [title] = values('title');
  const strategy = values('strategy').flatMap((value) =>
    readName(value, 'strategy', STRATEGIES, isStrategy, report),
  )[0];
  const order = values('order').flatMap((value) => readName(value, 'order', ORDER_RULES, isOrderRule, report))[0];
  const agents = values('agents').flatMap((value) => readCount(value, report))[0];
  const agent = values('agent').map(({ text, span }) => knownName('agent', text, span, known.agents, report))[0];
  const gates = values('gates').map(({ text, span }) => knownName('gate', text, span, known.gates, report));
  return {
    ...(title !== undefined && { title: title.text }),
    settings: {
      ...(strategy !== undefined && { strategy }),
      ...(agents !== undefined && { agents }),
      ...(agent !== undefined && { agent }),
      ...(nodes.has('gates') && { gates }),
      ...(order !== undefined && { order }),
    },
  };
}

/** The nesting is at most this deep, whatever the text means by its marks. */
function deepest(yaml: string): number {
  const flow = yaml.match(/[[{]/g)?.length ?? 0;
  const block = yaml.split(/\r\n?|\n/).map((line) => line.search(/\S|$/) + (line.match(/[-?:]\s/g)?.length ?? 0));
  return flow + Math.max(...block);
}

interface Value {
  readonly text: string;
  readonly span: Span;
}

/** The scalars of a value: itself, or the entries of a list. */
function valuesOf(node: unknown, at: (range: readonly [number, number, number]) => Span): Value[] {
  if (isSeq(node)) return node.items.flatMap((item) => valuesOf(item, at));
  if (!isScalar(node) || !node.range) return [];
  const { value } = node;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  return [{ text: String(value), span: at(node.range) }];
}

function readName<T extends string>(
  { text, span }: Value,
  kind: 'strategy' | 'order',
  names: readonly T[],
  isName: (text: string) => text is T,
  report: Report,
): T[] {
  const name = text.trim().toLowerCase();
  if (isName(name)) return [name];
  const nearest = nearestIn(names)(name);
  const message = `No ${kind} is named \`${text}\`: there are ${names.join(', ')}.${suggestion(nearest)}`;
  report({ code: `unknown-${kind}`, severity: 'warning', message, span, ...replacedBy(nearest) });
  return [];
}

function readCount({ text, span }: Value, report: Report): number[] {
  if (/^[1-9]\d{0,3}$/.test(text)) return [Number(text)];
  report({ code: 'invalid-value', severity: 'warning', message: 'The number of agents is 1 or more.', span });
  return [];
}

function reportMisspelt(key: string, span: Span, report: Report): void {
  const nearest = KEYS.includes(key) || key.length < 5 ? undefined : nearestIn(KEYS)(key);
  if (nearest?.[0] !== key[0]) return;
  const message = `\`${key}\` is no setting of a plan.${suggestion(nearest)}`;
  report({ code: 'unknown-field', severity: 'hint', message, span, ...replacedBy(nearest) });
}
