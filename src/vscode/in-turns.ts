import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../core/steps.ts';

/** Others of this process wait so long for their turn, ms. */
const TURN_MS = 10;

/** Does long work in turns with everything else that this process has to do; undefined where it is not wanted any more. */
export async function inTurns<T>(steps: Steps<T>, isWanted: () => boolean): Promise<T | undefined> {
  for (let turn = performance.now(); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    if (!isWanted()) return undefined;
    turn = performance.now();
  }
}
