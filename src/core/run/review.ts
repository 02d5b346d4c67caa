import { dependentsOf } from '../graph/build.ts';
import type { Foreseen } from './event.ts';
import { isHeld, isHeldPhase } from './held.ts';
import type { RunState, TaskState } from './state.ts';

// What a person decides on work that is there: the one set of rules for commands, menus and buttons.

/** Whether nobody has looked at what was merged of it. The steps of planning are looked at when they are handed over. */
export function isUnread({ spec }: Pick<RunState, 'spec'>, { phase, unread }: TaskState): boolean {
  return unread && phase.kind === 'merged' && spec.planning === undefined;
}

/** Whether so much is unread that nothing new starts. */
export function waitsForReading(state: RunState): boolean {
  const most = state.spec.policy?.mostUnread;
  return most !== undefined && state.tasks.filter((task) => isUnread(state, task)).length > most;
}

/** Whether a person can say what is to be changed about its work. */
export function canSendBack({ phase, attempts }: TaskState): boolean {
  switch (phase.kind) {
    case 'merged':
    case 'failed':
    case 'conflict':
    case 'cancelled':
    case 'rolled-back':
      return attempts.length > 0;
    case 'working':
    case 'taking':
    case 'checking':
      return phase.stopping === undefined;
    default:
      return false;
  }
}

/** Whether anything of it is on the integration branch. */
export function canRollBack(state: RunState, { phase, attempts }: TaskState): boolean {
  const isThere = attempts.some(({ merged, snapshot }) => merged && snapshot?.commit !== undefined);
  return isThere && phase.kind !== 'taken' && state.rollingBack === undefined;
}

/** All that goes when a task is rolled back, by node index: what it is built upon, and whatever state that is in. */
export function dependentsIn(state: RunState, id: string): { readonly i: number; readonly task: TaskState }[] {
  return [...dependentsOf(state.graph, state.index.get(id) ?? -1)].flatMap((i) => {
    const task = state.tasks[i];
    return task === undefined ? [] : [{ i, task }];
  });
}

/** Those of them that begin again, by id: what they did, or could not do, was on top of what goes. */
export function begunAgain(state: RunState, id: string): string[] {
  return dependentsIn(state, id).flatMap(({ i, task }) => {
    const { kind } = task.phase;
    const wasMerged = task.attempts.some(({ merged }) => merged);
    const begins = wasMerged || kind === 'failed' || kind === 'conflict' || (kind === 'waiting' && task.mend);
    return begins ? (state.graph.nodes[i]?.id ?? []) : [];
  });
}

/** What is foreseen of a task, with the others by id; none: with what is merged. */
export function foreseenOf(
  state: Pick<RunState, 'foreseen'>,
  id: string,
): { readonly others: string[]; readonly files: string[] } | undefined {
  const pairs = state.foreseen.filter(({ tasks }) => tasks.includes(id));
  return pairs.length === 0 ? undefined : foreseenIn(pairs, id);
}

/** The other tasks of these pairs, and the files. */
export function foreseenIn(
  pairs: readonly Foreseen[],
  id: string,
): { readonly others: string[]; readonly files: string[] } {
  const others = pairs.flatMap(({ tasks }) => tasks.filter((other) => other !== id));
  return { others, files: [...new Set(pairs.flatMap(({ files }) => files))] };
}

/** Whether it can be held until that is merged which it would conflict with. */
export function canHold(state: RunState, id: string, { phase }: TaskState): boolean {
  return (
    isHeldPhase(phase) && phase.kind !== 'taken' && phase.stopping === undefined && foreseenOf(state, id) !== undefined
  );
}

/** Those that a held task waits for: still to be merged. */
export function heldUntil(state: RunState, { phase, hold }: TaskState): string[] {
  if (phase.kind !== 'waiting') return [];
  return (hold?.after ?? []).filter((id) => {
    const other = state.tasks[state.index.get(id) ?? -1];
    return other !== undefined && (isHeld(other) || other.phase.kind === 'merging' || other.phase.kind === 'waiting');
  });
}

/** Of a pair, the one that began later: it has less to lose. */
export function laterOf(state: RunState, { tasks }: Foreseen): string {
  const beganAt = (id: string): number => state.tasks[state.index.get(id) ?? -1]?.attempts.at(-1)?.startedAt ?? 0;
  return tasks.reduce((later, id) => (beganAt(id) > beganAt(later) ? id : later), tasks[0]);
}

/** The tasks whose work in any of these files was merged after that of a task, but what is built upon it. */
export function mergedAfter(state: RunState, id: string, files: readonly string[]): string[] {
  const own = state.index.get(id) ?? -1;
  const since = state.tasks[own]?.attempts.find(({ merged }) => merged)?.endedAt ?? 0;
  const gone = new Set([own, ...dependentsOf(state.graph, own)]);
  return state.graph.nodes.flatMap((node, i) => {
    const isThere = state.tasks[i]?.attempts.some(
      ({ merged, endedAt = 0, snapshot }) =>
        merged && endedAt >= since && snapshot?.files.some(({ path }) => files.includes(path)),
    );
    return isThere === true && !gone.has(i) ? [node.id] : [];
  });
}
