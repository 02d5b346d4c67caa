import type { Check } from '../../core/gate/gate.ts';
import { functionsOf } from '../../core/gate/syntax/complexity.ts';
import type { MeasuredFunction } from '../../core/gate/judge/functions.ts';
import { languageOf, type Language, type SyntaxTree } from '../../core/gate/syntax/tree.ts';
import type { SyntaxParser } from './syntax.ts';
import { list } from '../../core/view/print.ts';
import type { Side, Work } from './work.ts';

/** Opened when there is something to parse. */
export type LazyParser = () => Promise<SyntaxParser>;

export interface ParsedFile {
  readonly path: string;
  readonly text: string;
  readonly language: Language;
  readonly tree: SyntaxTree;
}

export interface ParsedFiles {
  readonly files: readonly ParsedFile[];
  /** Files of a known language that could not be read, each with why: they were not measured. */
  readonly unread: readonly string[];
  /** Those of other languages, which nobody can measure. */
  readonly foreign: readonly string[];
}

/** The trees of files at the head, or as they were at the base. What is not there is left out. */
export async function parsed(
  parser: LazyParser,
  work: Work,
  side: Side,
  paths: readonly string[],
): Promise<ParsedFiles> {
  work.load(side, paths);
  const files: ParsedFile[] = [];
  const unread: string[] = [];
  const foreign: string[] = [];
  for (const path of paths) {
    const language = languageOf(path);
    const text = language === undefined ? undefined : await work[side](path);
    if (language === undefined) foreign.push(path);
    if (language === undefined || text === undefined) continue;
    const read = await (await parser()).parse(language, text);
    if (read.kind === 'tree') files.push({ path, text, language, tree: read.tree });
    else unread.push(`${path} (${read.why})`);
  }
  return { files, unread, foreign };
}

export function functionsIn({ files }: Pick<ParsedFiles, 'files'>): MeasuredFunction[] {
  return files.flatMap(({ path, language, tree }) => functionsOf(tree, language).map((one) => ({ path, ...one })));
}

/** Paths that the run has touched, as they were before: moved files, too. */
export function pathsBefore({ sinceBase }: Work): string[] {
  return sinceBase.filter(({ status }) => status !== 'added').map(({ path }) => path);
}

/** Paths that the work has made or changed. */
export function pathsNow({ changed }: Work): string[] {
  return changed.filter(({ status }) => status !== 'deleted').map(({ path }) => path);
}

/**
 * What could not be measured of files, as checks: one that Orca reads and has not stands against the work; one of a
 * language that it does not read is told, and nobody can do anything about it.
 */
export function unmeasured(label: string, { unread, foreign }: ParsedFiles): Check[] {
  const check = (note: string, advisory: boolean): Check => ({
    label,
    verdict: 'not-run',
    note,
    ...(advisory && { advisory }),
  });
  return [
    ...(unread.length > 0 ? [check(`not read: ${list(unread)}`, false)] : []),
    ...(foreign.length > 0 ? [check(`not measured in the language of ${list(foreign)}`, true)] : []),
  ];
}
