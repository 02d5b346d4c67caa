import { Dispatcher } from '../schedule/dispatch.ts';
import { ACCEPTANCE } from '../gate/gate.ts';
import { findingLines, reasonsOf } from '../gate/reasons.ts';
import type { AttemptEnd, Failure, Hold, RunEvent, Stopping } from './event.ts';
import { NOTHING_REPORTED, verdictOf } from '../agent/report.ts';
import { chooseKind, isLimited, kindsAtWork, kindsFor, limitedBy } from './kinds.ts';
import { failureNote } from './decide.ts';
import { dueLayers, endIsDue, holdsBack, integrationGates, nextTaskGate, standing, taskGates } from './gates.ts';
import { freeAgents, isHeld } from './held.ts';
import { nextAttempt, takePlace } from './next-attempt.ts';
import { ARTEFACTS_GATE } from '../planning/gate.ts';
import { answered, askedIn, questionsOf } from './questions.ts';
import { heldUntil, waitsForReading } from './review.ts';
import { overBudget } from './spent.ts';
import type { Attempt, RunState, TaskState } from './state.ts';
import { unreachable } from '../unreachable.ts';

/** So often a task may ask before it has to do with what it was told. */
const MOST_ROUNDS = 3;
const ASKED_ENOUGH =
  'Enough was asked. Decide what is still open by yourself, say what you assumed, and write what was asked for.';

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
  if (state.status.kind !== 'running') return finish(state);
  const spent = overBudget(state);
  if (spent !== undefined && state.tasks.some((task) => task.phase.kind === 'waiting'))
    return [{ type: 'run.paused', reason: spent }];
  const { events, parked, isPutOff } = starts(state);
  if (events.length > 0) return events;
  // Nothing can go on but what waits for an agent that cannot be had: that is not the end of the run.
  if (parked.length > 0) return park(state, parked);
  // It goes on when somebody has read.
  return isPutOff ? [] : finish(state);
}

function settle(state: RunState): RunEvent[] {
  const events: RunEvent[] = [];
  state.tasks.forEach((task, i) => {
    events.push(...settleTask(state, task, i));
  });
  return events;
}

function settleTask(state: RunState, task: TaskState, i: number): RunEvent[] {
  const id = state.graph.nodes[i]?.id ?? '';
  const attempt = task.attempts.at(-1);
  const { phase } = task;
  if (attempt !== undefined && (phase.kind === 'checking' || phase.kind === 'taken')) {
    if (phase.stopping !== undefined) return [stopped(phase.stopping, id, task, attempt)];
    return phase.kind === 'checking' ? judge(state, task, attempt, i, id) : [];
  }
  const asked = questionsOf(task);
  if (asked !== undefined && attempt !== undefined && state.spec.planning?.clarify === false)
    return answered(id, attempt.number, asked, {}, 'policy');
  if (task.phase.kind === 'failed' && state.status.kind !== 'cancelling' && mayRetry(state, task)) {
    const note = failureNote(task);
    return [{ type: 'task.retried', task: id, by: 'policy', ...(note !== undefined && { note }) }];
  }
  return [];
}

/** What becomes of a task whose attempt has been stopped and whose work is safe. */
function stopped(
  stopping: Stopping,
  task: string,
  { hold }: TaskState,
  { number: attempt, snapshot }: Attempt,
): RunEvent {
  switch (stopping) {
    case 'skip':
      return { type: 'task.skipped', task };
    case 'cancel':
      return { type: 'task.cancelled', task };
    case 'requeue':
      return {
        type: 'task.retried',
        task,
        by: 'policy',
        // What was done so far was paid for. Beside what it is held for, it would not fit.
        ...(hold === undefined ? { mend: snapshot?.commit !== undefined } : { note: heldNote(hold, snapshot?.commit) }),
      };
    case 'mend':
      return { type: 'task.retried', task, by: 'user', mend: true };
    case 'take-over':
      return { type: 'attempt.taken-over', task, attempt };
  }
}

/** What a held task is told when it begins anew. */
function heldNote({ after, files }: Hold, commit: string | undefined): string {
  const others = after.length === 0 ? 'what is merged' : `the work of ${after.join(', ')}`;
  return [
    `You were stopped, since your work would have conflicted with ${others} in: ${files.join(', ')}.`,
    'You begin anew, from what is merged by now; make your change fit it.',
    ...(commit === undefined ? [] : [`What you had done before: git show ${commit}`]),
  ].join('\n');
}

/** The verdict on an attempt whose result has been taken; nothing while a gate is still to run. */
function judge(state: RunState, task: TaskState, attempt: Attempt, i: number, id: string): RunEvent[] {
  const plan = state.spec.plan.tasks[i];
  const { snapshot, end } = attempt;
  if (plan === undefined || snapshot === undefined || end === undefined) return [];
  const fail = (failure: Failure): RunEvent[] => [{ type: 'task.failed', task: id, attempt: attempt.number, failure }];
  if (end.kind === 'interrupted' && task.interruptions < INTERRUPTIONS)
    return [{ type: 'task.retried', task: id, by: 'policy' }];
  const verdict = attempt.verdict ?? verdictOf(end, NOTHING_REPORTED);
  if (verdict.kind === 'unavailable' || verdict.kind === 'unauthenticated')
    // No fault of the task: what is there is kept, and somebody goes on with it.
    return [{ type: 'task.retried', task: id, by: 'policy', mend: true }, limitedBy(state, attempt, verdict)];
  if (verdict.kind === 'failed') return fail({ kind: 'agent', end, message: saidOf(verdict.message, end, attempt) });
  const tampering = snapshot.findings[0];
  if (tampering !== undefined)
    return fail({ kind: 'gate', gate: tampering.gate, message: findingLines(snapshot.findings).join('\n') });
  if (snapshot.commit === undefined && !declaresChecks(state, i)) {
    const denied = attempt.report?.denied ?? [];
    return fail({ kind: 'no-changes', ...(denied.length > 0 && { denied }) });
  }
  // All of them are run, so that one more attempt can mend all that they found.
  if (nextTaskGate(state.spec, plan, attempt) !== undefined) return [];
  const questions = askedIn(attempt);
  if (questions.length > 0)
    return task.attempts.filter(({ answers }) => answers !== undefined).length < MOST_ROUNDS
      ? fail({ kind: 'questions', questions })
      : fail({ kind: 'gate', gate: ARTEFACTS_GATE, message: ASKED_ENOUGH });
  const held = attempt.gates.filter(holdsBack);
  if (held.length > 0) {
    const message = held.map((report) => reasonsOf(report) || report.verdict).join('\n');
    return fail({ kind: 'gate', gate: held.map(({ gate }) => gate).join(', '), message });
  }
  // It is merged on top of what is left.
  if (state.rollingBack !== undefined) return [];
  return snapshot.commit === undefined
    ? [{ type: 'task.merged', task: id, attempt: attempt.number }]
    : [{ type: 'attempt.accepted', task: id, attempt: attempt.number }];
}

/** What the agent said of its failure, where its process ended by itself; else how it was ended. */
function saidOf(message: string, end: AttemptEnd, attempt: Attempt): string {
  return end.kind === 'exited' && attempt.verdict !== undefined && message !== '' ? message : endText(end, attempt);
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
  if (failure.kind === 'questions') return false;
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
    case 'over-limit':
      return `${OVER_LIMIT[end.limit]}${words}`;
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

const OVER_LIMIT = {
  cost: 'reached the limit of what an attempt may cost',
  tokens: 'reached the limit of tokens of an attempt',
  retries: 'got no answer from its service for too long',
} as const;

interface Starts {
  readonly events: RunEvent[];
  /** Kinds of agent that tasks would start with if they were to be had. */
  readonly parked: readonly string[];
  /** Tasks would start that are put off. */
  readonly isPutOff: boolean;
}

/** What starts now. A held task waits only as long as something else goes on, and a new one until enough is read. */
function starts(state: RunState): Starts {
  const isFull = waitsForReading(state);
  const isNew = ({ attempts }: TaskState): boolean => isFull && attempts.length === 0;
  const first = start(state, (task) => isNew(task) || heldUntil(state, task).length > 0);
  const isIdle = first.events.length + first.parked.length === 0 && !isAnyAtWork(state);
  return isIdle ? start(state, isNew) : first;
}

/** The tasks that start now: by the dispatcher, as in the preview; but those that are put off. */
function start(state: RunState, isPutOff: (task: TaskState) => boolean): Starts {
  const { strategy, agents, priorities } = state.spec;
  const free = freeAgents(state);
  const merging = state.tasks.reduce((sum, task) => sum + (task.phase.kind === 'merging' ? 1 : 0), 0);
  // What merges counts as running for a moment more; asking the dispatcher before it has merged would be in vain.
  if (free.length <= merging || heldByGate(state) || state.rollingBack !== undefined)
    return { events: [], parked: [], isPutOff: false };
  const dispatcher = new Dispatcher(
    state.graph,
    { strategy, agents, priorities },
    {
      statuses: state.tasks.map((task) => dispatchStatus(task)),
      passedLayers: state.layers.map((layer, i) => standing(integrationGates(state, i), layer).kind === 'passed'),
    },
  );
  const events: RunEvent[] = [];
  const parked = new Set<string>();
  let isAnyPutOff = false;
  const atWork = kindsAtWork(state);
  for (let next = dispatcher.next(); next !== undefined && free.length > 0; next = dispatcher.next()) {
    const task = state.tasks[next];
    if (task === undefined) break;
    if (isPutOff(task)) {
      isAnyPutOff = true;
      dispatcher.pass(next);
      if (strategy === 'sequential') break;
      continue;
    }
    const kinds = kindsFor(state, next);
    const kind = chooseKind(state, kinds, atWork);
    if (kind === undefined) {
      dispatcher.pass(next);
      for (const one of kinds) if (isLimited(state, one)) parked.add(one);
      // There none goes before another.
      if (strategy === 'sequential') break;
      continue;
    }
    atWork.set(kind, (atWork.get(kind) ?? 0) + 1);
    dispatcher.start(next);
    const agent = takePlace(state, next, free) ?? 0;
    events.push(nextAttempt(state, next, { agent, mend: task.mend, kind }));
  }
  return { events, parked: [...parked], isPutOff: isAnyPutOff };
}

/** Waits where an agent is to be had again by itself; else the run pauses and says why. */
function park(state: RunState, kinds: readonly string[]): RunEvent[] {
  if (isAnyAtWork(state)) return [];
  const limits = kinds.flatMap((kind) => state.services.get(kind)?.limit ?? []);
  if (limits.some((limit) => limit.automatic)) return [];
  return [{ type: 'run.paused', reason: limits.map((limit) => limit.message).join(' ') }];
}

function dispatchStatus(task: TaskState): 'waiting' | 'running' | 'finished' | 'stopped' {
  switch (task.phase.kind) {
    case 'waiting':
      return 'waiting';
    case 'working':
    case 'taking':
    case 'checking':
    case 'taken':
    case 'merging':
      return 'running';
    case 'merged':
    case 'skipped':
      return 'finished';
    case 'conflict':
    case 'failed':
    case 'cancelled':
    case 'rolled-back':
      return 'stopped';
    default:
      return unreachable(task.phase);
  }
}

function isAnyAtWork(state: RunState): boolean {
  return state.tasks.some((task) => isHeld(task) || task.phase.kind === 'merging');
}

/** A blocking gate of a layer has failed: nothing new starts until it is settled. */
function heldByGate(state: RunState): boolean {
  return state.layers.some((layer, i) => standing(integrationGates(state, i), layer).kind === 'failed');
}

function finish(state: RunState): RunEvent[] {
  if (isAnyAtWork(state) || state.rollingBack !== undefined) return [];
  if (state.status.kind === 'cancelling') return [{ type: 'run.finished', outcome: 'cancelled' }];
  // It goes on with the answers.
  if (state.tasks.some((task) => questionsOf(task) !== undefined)) return [];
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
