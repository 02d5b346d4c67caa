import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';
import { trimmed } from '../text/values.ts';

/** What a line under a checkbox says with a label: `_Depends: 1.2_`, `- **Files:** a.ts`. */
export interface ItemField {
  readonly name: ItemFieldName;
  readonly value: Span;
  readonly line: number;
}

export type ItemFieldName = 'requirements' | 'validates' | 'depends' | 'boundary' | 'files' | 'estimate';

const NAMES: Readonly<Record<string, ItemFieldName>> = {
  requirements: 'requirements',
  requirement: 'requirements',
  validates: 'validates',
  depends: 'depends',
  'depends on': 'depends',
  dependency: 'depends',
  dependencies: 'depends',
  'blocked by': 'depends',
  boundary: 'boundary',
  file: 'files',
  files: 'files',
  path: 'files',
  estimate: 'estimate',
  'estimated time': 'estimate',
  duration: 'estimate',
  effort: 'estimate',
};

const BULLET = /^[ \t]*(?:>[ \t]*)?(?:[-*+][ \t]+)?/;
const LABEL = /^([_*]{0,3})([A-Za-z](?:[A-Za-z ]{0,18}[A-Za-z])?)[_*]{0,3} ?[:：]([_*]{0,3})[ \t]*/;

/** The labelled lines among some lines. */
export function itemFields(document: Document, ranges: readonly LineRange[]): ItemField[] {
  const fields: ItemField[] = [];
  for (const { from, to } of ranges) {
    for (let line = from; line < to; line += 1) {
      const text = document.line(line);
      const bullet = BULLET.exec(text)?.[0].length ?? 0;
      const label = LABEL.exec(text.slice(bullet, bullet + 80));
      const name = label === null ? undefined : NAMES[(label[2] ?? '').toLowerCase()];
      if (label === null || name === undefined) continue;
      const { start, end } = document.lineSpan(line);
      const value = trimmed(document.text, { start: start + bullet + label[0].length, end });
      // The mark of the emphasis that the whole line stands in.
      const isOpen = label[1] !== '' && !label[0].trimEnd().endsWith('*') && label[3] === '';
      let close = value.end;
      while (isOpen && close > value.start && /[_*]/.test(document.text[close - 1] ?? '')) close -= 1;
      fields.push({ name, value: trimmed(document.text, { start: value.start, end: close }), line });
    }
  }
  return fields;
}

const REQUIREMENT = /[A-Za-z]{0,8}[-_]?\d+(?:[.-]\d+)*[a-z]?/g;

/** The ids of requirements that a value names, and whether it says nothing else. */
export function requirementsIn(value: string): { readonly ids: string[]; readonly only: boolean } {
  const ids = value.match(REQUIREMENT) ?? [];
  const rest = value.replace(REQUIREMENT, '').replace(/\b(?:and|requirements?|reqs?)\b/gi, '');
  return { ids, only: ids.length > 0 && /^[\s,;.&()[\]–-]*$/.test(rest) };
}
