import { join } from 'node:path';
import type { JobResult } from '../runner/protocol.ts';

/**
 * A check changes nothing, so one that lost its runner is simply run again, twice at most; and so is one that was
 * stopped, when it is wanted again.
 */
export async function untilEnded<T extends Pick<JobResult, 'end'>>(
  signal: AbortSignal,
  run: (again: number) => Promise<T>,
): Promise<T> {
  let lost = 0;
  for (let again = 0; ; again++) {
    const result = await run(again);
    if (result.end.kind === 'interrupted') lost++;
    else if (result.end.kind !== 'cancelled') return result;
    if (lost > 2 || signal.aborted) return result;
  }
}

/** Of the job's own: each time it is run it has another. */
export function jobDir(gateFolder: string, name: string, again: number): string {
  return join(gateFolder, again === 0 ? name : `${name}-again-${again}`);
}
