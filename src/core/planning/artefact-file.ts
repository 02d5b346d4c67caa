import type { RelatedPlace } from '../gate/gate.ts';
import type { RawFinding } from '../gate/read/report.ts';
import type { Artefact } from './steps.ts';

/** An artefact as it is judged. */
export interface ArtefactFile {
  readonly name: Artefact;
  /** Relative to the repository, `/` as separator. */
  readonly path: string;
  readonly text: string;
}

/** Something that is wrong with a file at a line, 1-based. */
export function fault(
  { path }: Pick<ArtefactFile, 'path'>,
  rule: string,
  line: number,
  message: string,
  related: readonly RelatedPlace[] = [],
): RawFinding {
  return { rule, severity: 'error', message, path, line, ...(related.length > 0 && { related }) };
}
