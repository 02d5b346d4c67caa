import type { Span } from '../plan/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';

/** A place in a task's text that names one of the files which it writes or reads. */
export interface PathLink {
  /** Relative to the workspace. */
  readonly path: string;
  readonly span: Span;
}

const WORD = /[^\s,;`"<>|]+/g;

/** Where tasks name their files, globs aside. */
export function pathLinks(plan: Plan, text: string): PathLink[] {
  const links = new Map<number, PathLink>();
  for (const { files, reads = [], span } of plan.tasks) {
    const paths = new Set([...files, ...reads].filter((path) => !/[*?{}]/.test(path)));
    if (paths.size === 0) continue;
    for (const { 0: word, index } of text.slice(span.start, span.end).matchAll(WORD)) {
      const [lead = ''] = /^(?:[*_'(]*(?:\.\/)?)/.exec(word) ?? [];
      for (const written of [
        word.slice(lead.length),
        word.slice(lead.length).replace(/(?::\d+(?:-\d+)?)?[*_').:!?]*$/, ''),
      ]) {
        const path = written.replaceAll('\\', '/');
        if (!paths.has(path)) continue;
        const start = span.start + index + lead.length;
        links.set(start, { path, span: { start, end: start + written.length } });
        break;
      }
    }
  }
  return [...links.values()].sort((a, b) => a.span.start - b.span.start);
}
