import type { RunState } from '../run/state.ts';

/** The run has made its plan, and the user has not taken it yet. */
export function isUndelivered({ spec, status, delivered }: Pick<RunState, 'spec' | 'status' | 'delivered'>): boolean {
  const isMade = status.kind === 'finished' && status.outcome === 'succeeded';
  return spec.planning !== undefined && isMade && delivered === undefined;
}
