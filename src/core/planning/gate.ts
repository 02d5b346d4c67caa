import type { GateSpec, Measure } from '../gate/gate.ts';

/** The gate that every step of planning has to pass. */
export const ARTEFACTS_GATE = 'artefacts';

const MOST_MS = 60_000;

/** Judges what a step wrote; declared by Orca, whatever gates the repository has. */
export function artefactsGate(about: Omit<Extract<Measure, { kind: 'artefacts' }>, 'kind'>): GateSpec {
  return {
    name: ARTEFACTS_GATE,
    commands: [],
    measure: { kind: 'artefacts', ...about },
    when: 'task',
    blocking: true,
    timeoutMs: MOST_MS,
    weight: 1,
  };
}
