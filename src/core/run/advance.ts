import { Dispatcher } from '../schedule/dispatch.ts';
import type { Failure, RunEvent, AttemptEnd } from './event.ts';
import { failureNote, isHeld } from './decide.ts';
import { holdsBack, integrationGates, nextTaskGate, standing, taskGates, ACCEPTANCE } from './gates.ts';
import type { Attempt, RunState, TaskState } from './state.ts';
import { unreachable } from '../unreachable.ts';

/** So many attempts in a row whose runner died, and the task is given up: something there kills them. */
const INTERRUPTIONS = 3;

/**
 * What follows by itself from where a run stands: verdicts, retries, starts, the end. The session calls it, takes the
 * events in, and calls again until nothing follows. Pure.
 */
export function advance(state: RunState): RunEvent[] {
  if (state.status.kind === 'finished') return [];
  const settled = settle(state);
  if (settled.length > 0) return settled;
  const starts = state.status.kind === 'running' ? start(state) : [];
  if (starts.length > 0) return starts;
  return finish(state);
}

function settle(state: RunState): RunEvent[] {
  const events: RunEvent[] = [];
  state.tasks.forEach((task, i) => {
    const event = settleTask(state, task, i);
    if (event !== undefined) events.push(event);
  });
  return events;
}

function settleTask(state: RunState, task: TaskState, i: number): RunEvent | undefined {
  const id = state.graph.nodes[i]?.id ?? '';
  const attempt = task.attempts.at(-1);
  if (task.phase.kind === 'checking' && attempt !== undefined) {
    const stopping = task.phase.stopping;
    if (stopping !== undefined) {
      if (stopping === 'skip') return { type: 'task.skipped', task: id };
      if (stopping === 'cancel') return { type: 'task.cancelled', task: id };
      return { type: 'task.retried', task: id, by: 'policy' };
    }
    return judge(state, task, attempt, i, id);
  }
  if (task.phase.kind === 'failed' && state.status.kind !== 'cancelling' && mayRetry(state, task)) {
    const note = failureNote(task);
    return { type: 'task.retried', task: id, by: 'policy', ...(note !== undefined && { note }) };
  }
  return undefined;
}

/** The verdict on an attempt whose result has been taken; undefined while a gate is still to run. */
function judge(state: RunState, task: TaskState, attempt: Attempt, i: number, id: string): RunEvent | undefined {
  const plan = state.spec.plan.tasks[i];
  const { snapshot, end } = attempt;
  if (plan === undefined || snapshot === undefined || end === undefined) return undefined;
  const fail = (failure: Failure): RunEvent => ({ type: 'task.failed', task: id, attempt: attempt.number, failure });
  if (end.kind === 'interrupted' && task.interruptions < INTERRUPTIONS)
    return { type: 'task.retried', task: id, by: 'policy' };
  if (end.kind !== 'exited' || end.code !== 0) return fail({ kind: 'agent', end, message: endText(end, attempt) });
  const tampering = snapshot.findings[0];
  if (tampering !== undefined) return fail({ kind: 'gate', gate: tampering.gate, message: tampering.message });
  if (snapshot.commit === undefined && !declaresChecks(state, i)) return fail({ kind: 'no-changes' });
  const held = attempt.gates.find(holdsBack);
  if (held !== undefined) {
    const failed = held.checks.filter((check) => check.verdict !== 'passed');
    const message = failed
      .map((c) => `${c.label}: ${c.note}${c.output === undefined ? '' : `\n${c.output}`}`)
      .join('\n');
    return fail({ kind: 'gate', gate: held.gate, message: message === '' ? held.verdict : message });
  }
  if (nextTaskGate(state.spec, plan, attempt) !== undefined) return undefined;
  return snapshot.commit === undefined
    ? { type: 'task.merged', task: id, attempt: attempt.number }
    : { type: 'attempt.accepted', task: id, attempt: attempt.number };
}

/** A task that changes nothing is done only where checks of its own say what done means. */
function declaresChecks(state: RunState, i: number): boolean {
  const task = state.spec.plan.tasks[i];
  if (task === undefined) return false;
  const own = taskGates(state.spec, task);
  return own.some((gate) => gate.name === ACCEPTANCE || task.gates.includes(gate.name));
}

function mayRetry(state: RunState, task: TaskState): boolean {
  if (task.phase.kind !== 'failed' || task.counted >= state.spec.limits.attempts) return false;
  const { failure } = task.phase;
  // A person who stopped it, or a runner that keeps dying, is not answered with another attempt.
  return failure.kind !== 'agent' || (failure.end.kind !== 'cancelled' && failure.end.kind !== 'interrupted');
}

/** How an attempt ended, as a person says it. */
export function endText(end: AttemptEnd, attempt?: Pick<Attempt, 'lastWords'>): string {
  const words = attempt?.lastWords === undefined ? '' : `: ${attempt.lastWords}`;
  switch (end.kind) {
    case 'exited':
      return `exit code ${end.code}${words}`;
    case 'signalled':
      return `ended by ${end.signal}${words}`;
    case 'timed-out':
      return end.limit === 'idle' ? `printed nothing for too long${words}` : `took too long${words}`;
    case 'cancelled':
      return 'stopped by hand';
    case 'not-started':
      return end.message;
    case 'interrupted':
      return 'its runner ended and left no result';
    default:
      return unreachable(end);
  }
}

/** The tasks that start now: by the dispatcher, as in the preview. */
function start(state: RunState): RunEvent[] {
  const { strategy, agents, priorities } = state.spec;
  const free = freeAgents(state);
  const merging = state.tasks.reduce((sum, task) => sum + (task.phase.kind === 'merging' ? 1 : 0), 0);
  // What merges counts as running for a moment more; asking the dispatcher before it has merged would be in vain.
  if (free.length <= merging || heldByGate(state)) return [];
  const dispatcher = new Dispatcher(
    state.graph,
    { strategy, agents, priorities },
    {
      statuses: state.tasks.map((task) => dispatchStatus(task)),
      passedLayers: state.layers.map((layer, i) => standing(integrationGates(state, i), layer).kind === 'passed'),
    },
  );
  const events: RunEvent[] = [];
  for (const agent of free) {
    const next = dispatcher.next();
    const node = next === undefined ? undefined : state.graph.nodes[next];
    const task = next === undefined ? undefined : state.tasks[next];
    if (next === undefined || node === undefined || task === undefined) break;
    dispatcher.start(next);
    const before = task.attempts.at(-1);
    const mend = task.mend && before?.snapshot?.commit !== undefined;
    events.push({
      type: 'attempt.started',
      task: node.id,
      attempt: (before?.number ?? 0) + 1,
      agent,
      base: mend ? before.base : state.integration,
      mend,
    });
  }
  return events;
}

function dispatchStatus(task: TaskState): 'waiting' | 'running' | 'finished' | 'stopped' {
  switch (task.phase.kind) {
    case 'waiting':
      return 'waiting';
    case 'working':
    case 'taking':
    case 'checking':
    case 'merging':
      return 'running';
    case 'merged':
    case 'skipped':
      return 'finished';
    case 'conflict':
    case 'failed':
    case 'cancelled':
      return 'stopped';
    default:
      return unreachable(task.phase);
  }
}

function freeAgents(state: RunState): number[] {
  const busy = new Set(
    state.tasks.flatMap((task) => (isHeld(task) && 'agent' in task.phase ? [task.phase.agent] : [])),
  );
  return Array.from({ length: state.spec.agents }, (_, agent) => agent).filter((agent) => !busy.has(agent));
}

/** A blocking gate of a layer has failed: nothing new starts until it is settled. */
function heldByGate(state: RunState): boolean {
  return state.layers.some((layer, i) => standing(integrationGates(state, i), layer).kind === 'failed');
}

/** Layers whose gates are due: complete, and for `aggressive` the whole run complete. By layer index. */
export function dueLayers(state: RunState): number[] {
  const done = (i: number): boolean => {
    const kind = state.tasks[i]?.phase.kind;
    return kind === 'merged' || kind === 'skipped';
  };
  if (state.spec.strategy === 'aggressive' && !state.tasks.every((_, i) => done(i))) return [];
  return state.graph.layers.flatMap((layer, i) => (layer.tasks.every(done) ? [i] : []));
}

/** Everything merged or skipped and every layer's gates passed: the gates of the end are due. */
export function endIsDue(state: RunState): boolean {
  return (
    state.tasks.every((task) => task.phase.kind === 'merged' || task.phase.kind === 'skipped') &&
    state.layers.every((layer, i) => standing(integrationGates(state, i), layer).kind === 'passed')
  );
}

function finish(state: RunState): RunEvent[] {
  if (state.tasks.some((task) => isHeld(task) || task.phase.kind === 'merging')) return [];
  if (state.status.kind === 'cancelling') return [{ type: 'run.finished', outcome: 'cancelled' }];
  if (state.status.kind === 'paused') return [];
  const pending = dueLayers(state).some((i) => {
    const layer = state.layers[i];
    return layer !== undefined && standing(integrationGates(state, i), layer).kind === 'pending';
  });
  if (pending) return [];
  if (!endIsDue(state)) return [{ type: 'run.finished', outcome: 'failed' }];
  const end = standing(integrationGates(state, undefined), state.end);
  if (end.kind === 'pending') return [];
  return [{ type: 'run.finished', outcome: end.kind === 'passed' ? 'succeeded' : 'failed' }];
}
