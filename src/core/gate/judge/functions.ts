import { count } from '../../view/print.ts';
import type { QualityLimits } from '../gate.ts';
import type { FunctionMeasure } from '../syntax/complexity.ts';
import type { Measured } from './measured.ts';

/** A function and the file that it is in. */
export type MeasuredFunction = FunctionMeasure & { readonly path: string };

export interface CodeRequest {
  /** Functions that the work made or changed. */
  readonly functions: readonly MeasuredFunction[];
  /** All functions as they were before the work and before the run, of the same files and of those that are gone. */
  readonly before: readonly MeasuredFunction[];
  /** Lines of the changed files, now and before (0: it was not there). */
  readonly files: readonly { readonly path: string; readonly lines: number; readonly before: number }[];
  readonly limits: QualityLimits;
}

const ANONYMOUS = '(anonymous)';
const FILE_LENGTH = 'file-length';

type Limited = 'cognitive' | 'cyclomatic' | 'functionLines';

const MEASURES: Readonly<
  Record<Limited, { rule: string; of: (f: MeasuredFunction) => number; text: (value: number) => string; help?: string }>
> = {
  cognitive: {
    rule: 'cognitive-complexity',
    of: ({ cognitive }) => cognitive,
    text: (value) => `a cognitive complexity of ${value}`,
    help: 'https://www.sonarsource.com/docs/CognitiveComplexity.pdf',
  },
  cyclomatic: {
    rule: 'cyclomatic-complexity',
    of: ({ cyclomatic }) => cyclomatic,
    text: (value) => `a cyclomatic complexity of ${value}`,
    help: 'https://en.wikipedia.org/wiki/Cyclomatic_complexity',
  },
  functionLines: { rule: 'function-length', of: ({ lines }) => lines, text: (value) => count(value, 'line') },
};

/** What is over a limit; `identity` tells it again when its line and its measure have changed. */
export type CodeFinding = Measured['findings'][number] & { readonly path: string; readonly identity: string };

/**
 * Functions and files over a limit. What was over it before, and has not become worse, is not this work's; a function is
 * known by its name, in a file that was moved, too.
 */
export function codeFindings({ functions, before, files, limits }: CodeRequest): CodeFinding[] {
  const findings: CodeFinding[] = [];
  for (const one of functions) {
    for (const limited of Object.keys(MEASURES) as Limited[]) {
      const limit = limits[limited];
      const { rule, of, text, help } = MEASURES[limited];
      // An inner function's cognitive complexity counts in the one around it.
      if (limited === 'cognitive' && one.nested) continue;
      if (limit === undefined || of(one) <= limit || of(one) <= worstBefore(before, one, of)) continue;
      findings.push({
        rule,
        severity: 'warning',
        message: `${one.name} has ${text(of(one))}; the limit is ${limit}.`,
        path: one.path,
        line: one.startLine,
        // All that have no name have the same one.
        identity: one.name === ANONYMOUS ? `${one.path} ${one.name}` : one.name,
        ...(help !== undefined && { helpUri: help }),
      });
    }
  }
  for (const { path, lines, before: was } of files)
    if (limits.fileLines !== undefined && lines > limits.fileLines && lines > was)
      findings.push({
        rule: FILE_LENGTH,
        severity: 'warning',
        message: `This file has ${count(lines, 'line')}; the limit is ${limits.fileLines}.`,
        path,
        line: 1,
        identity: path,
      });
  return findings;
}

/** What is left of the findings, those that are accepted aside, as checks. */
export function judgeCode(
  left: Measured['findings'],
  { functions, files }: Pick<CodeRequest, 'functions' | 'files'>,
): Measured['checks'] {
  const long = left.filter(({ rule }) => rule === FILE_LENGTH).length;
  const over = new Set(
    left.filter(({ rule }) => rule !== FILE_LENGTH).map(({ path = '', line = 0 }) => `${path}:${line}`),
  );
  return [
    share('functions', over.size, functions.length, 'changed function', 'over a limit'),
    share('file length', long, files.length, 'changed file', 'too long'),
  ];
}

function share(label: string, bad: number, all: number, what: string, how: string): Measured['checks'][number] {
  if (bad > 0)
    return { label, verdict: 'failed', share: (all - bad) / all, note: `${bad} of ${count(all, what)} ${how}` };
  return { label, verdict: 'passed', note: all === 0 ? `no ${what}` : `${count(all, what)}, none ${how}` };
}

/** Of a function of that name: in the same file, or where that has none and it has a name, in any. */
function worstBefore(
  before: readonly MeasuredFunction[],
  { name, path }: MeasuredFunction,
  of: (f: MeasuredFunction) => number,
): number {
  const named = before.filter((one) => one.name === name);
  const same = named.filter((one) => one.path === path);
  const known = same.length > 0 || name === ANONYMOUS ? same : named;
  return Math.max(0, ...known.map(of));
}
