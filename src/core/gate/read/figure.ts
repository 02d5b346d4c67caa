import { withoutEscapes } from '../../view/print.ts';
import type { Read } from './report.ts';

/**
 * Samples of a figure in what a benchmark printed: each match of an expression's one group. An expression is looked for
 * within a line of at most 1,000 characters.
 */
export function figuresByPattern(text: string, pattern: string): Read<readonly number[]> {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'g');
  } catch {
    return { ok: false, problem: `/${pattern}/ is no regular expression` };
  }
  const samples: number[] = [];
  for (const line of withoutEscapes(text).split(/\r\n|\r|\n/))
    for (const [whole, group] of line.slice(0, LONGEST).matchAll(expression)) {
      if (group === undefined) return { ok: false, problem: `/${pattern}/ has no group for the figure` };
      const value = numberIn(group);
      if (value === undefined)
        return { ok: false, problem: `"${whole.trim()}" has no number where /${pattern}/ expects it` };
      samples.push(value);
    }
  return samples.length === 0
    ? { ok: false, problem: `nothing that was printed fits /${pattern}/` }
    : { ok: true, value: samples };
}

/**
 * Samples of a figure in a JSON document, by a path such as `$.results[0].mean`, `["p 99"]`, `runs[*].ms`. A list of
 * numbers is as many samples. What is printed around the document (a package manager's words) does not matter.
 */
export function figuresByPath(text: string, path: string): Read<readonly number[]> {
  const steps = stepsOf(path);
  if (steps === undefined)
    return { ok: false, problem: `${path} is no path: $.a.b[0]["c d"].e is one, with [*] for all of a list` };
  const documents = documentIn(withoutEscapes(text));
  if (documents.length === 0) return { ok: false, problem: 'it has no JSON document, or a damaged one' };
  let values = documents;
  for (const step of steps) values = values.flatMap((value) => membersOf(value, step));
  const samples = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value])).map(valueIn);
  if (samples.length === 0) return { ok: false, problem: `it has nothing at ${path}` };
  const numbers = samples.filter((value) => value !== undefined);
  return numbers.length < samples.length
    ? { ok: false, problem: `what it has at ${path} is no number` }
    : { ok: true, value: numbers };
}

const LONGEST = 1000;

/** With or without an exponent, or with commas between thousands. */
function numberIn(text: string): number | undefined {
  const plain = text.trim();
  const digits = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits) ? Number(digits) : undefined;
}

function valueIn(value: unknown): number | undefined {
  if (typeof value === 'string') return numberIn(value);
  return typeof value === 'number' ? value : undefined;
}

const ALL = Symbol('all');
type Step = string | number | typeof ALL;

function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  const source = path.trim();
  const step = /(?:^|\.)([^.[\]"'$*\s]+)|\[(\d+)\]|\[(\*)\]|\["([^"]*)"\]|\['([^']*)'\]/y;
  step.lastIndex = source.startsWith('$') ? 1 : 0;
  while (step.lastIndex < source.length) {
    const match = step.exec(source);
    if (match === null) return undefined;
    const [, name, index, all, quoted, single] = match;
    steps.push(all === undefined ? (index === undefined ? (name ?? quoted ?? single ?? '') : Number(index)) : ALL);
  }
  return steps;
}

function membersOf(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === ALL) return Object.values(value);
  const key = String(step);
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}

/** The document that the text is; else the one that begins at the beginning of a line and ends at the end of one. */
function documentIn(text: string): unknown[] {
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1;
  const parts = [...text.matchAll(/^[[{]/gm)].slice(0, MOST).map(({ index }) => text.slice(index, end));
  for (const part of [text, ...parts])
    try {
      return [JSON.parse(part) as unknown];
    } catch {
      continue;
    }
  return [];
}

/** Attempts: each goes over the whole text. */
const MOST = 20;
