import type { LineMap } from './diagnostic.ts';
import type { Plan } from './plan.ts';
import { partAt } from './source.ts';

/** Where an offset of a plan's text stands, as its reader looks for it. */
export interface Place {
  /** The file of a plan that has several; absent: the plan's own. */
  readonly path?: string;
  /** Zero-based, as in `Position`. */
  readonly line: number;
  readonly column: number;
}

export function placeAt({ parts }: Pick<Plan, 'parts'>, lines: LineMap, offset: number): Place {
  const position = lines.position(offset);
  const part = parts && partAt(parts, offset);
  if (part === undefined) return position;
  return { path: part.path, line: position.line - lines.position(part.span.start).line, column: position.column };
}
