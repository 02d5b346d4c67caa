import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { GivenFile } from '../core/agent/prompt.ts';
import { withDecisions } from '../core/planning/decisions.ts';
import { decisionsOf } from '../core/planning/run-decisions.ts';
import { artefactPath } from '../core/planning/steps.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import type { RunState } from '../core/run/state.ts';
import { isInside } from './inside.ts';

/** Of one file, in bytes: more than any prompt holds. */
const MOST = 256 * 1024;

/** The files that a task reads, as they are in a folder. What cannot be read says so in its place. */
export function givenFiles(folder: string, { reads = [] }: Pick<PlanTask, 'reads'>): Promise<GivenFile[]> {
  return Promise.all(reads.map(async (path) => ({ path, text: await textAt(folder, path) })));
}

/** As planning goes on, what was decided is in discovery.md, whoever wrote that. */
export function asDecided(files: readonly GivenFile[], state: RunState): readonly GivenFile[] {
  const { planning } = state.spec;
  if (planning === undefined) return files;
  const discovery = artefactPath(planning.folder, 'discovery.md');
  return files.map((file) =>
    file.path === discovery ? { ...file, text: withDecisions(file.text, decisionsOf(state)) } : file,
  );
}

async function textAt(folder: string, path: string): Promise<string> {
  try {
    // Links lead where they like; what an agent is given is of its own folder.
    if (!isInside(folder, path)) return '(it is outside of the repository)';
    const file = await open(join(folder, path));
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST), 0, MOST, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? '(there is no such file)' : `(it cannot be read: ${message})`;
  }
}
