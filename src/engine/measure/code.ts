import { functionsOf } from '../../core/gate/syntax/complexity.ts';
import type { MeasuredFunction } from '../../core/gate/judge/functions.ts';
import { languageOf, type Language, type SyntaxTree } from '../../core/gate/syntax/tree.ts';
import type { SyntaxParser } from './syntax.ts';
import type { Work } from './work.ts';

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
}

/** The trees of files at the head, or as they were at the base. What is not there, or of no known language, is left out. */
export async function parsed(
  parser: LazyParser,
  work: Work,
  side: 'now' | 'before',
  paths: readonly string[],
): Promise<ParsedFiles> {
  work.load(side, paths);
  const files: ParsedFile[] = [];
  const unread: string[] = [];
  for (const path of paths) {
    const language = languageOf(path);
    const text = language === undefined ? undefined : await work[side](path);
    if (language === undefined || text === undefined) continue;
    const read = await (await parser()).parse(language, text);
    if (read.kind === 'tree') files.push({ path, text, language, tree: read.tree });
    else unread.push(`${path} (${read.why})`);
  }
  return { files, unread };
}

export function functionsIn({ files }: ParsedFiles): MeasuredFunction[] {
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
