import { buildGraph } from '../graph/build.ts';
import { unreachable } from '../unreachable.ts';
import type { Recorded, RunEvent } from './event.ts';
import { isHeld, isHeldPhase } from './held.ts';
import { NOTHING_SPENT, spentOf } from './spent.ts';
import type { Attempt, LayerState, RunState, ServiceState, TaskPhase, TaskState } from './state.ts';

/** The state after a journal's first event; undefined where that is not `run.started`. */
export function beginRun(first: Recorded): RunState | undefined {
  if (first.event.type !== 'run.started') return undefined;
  const { spec } = first.event;
  const graph = buildGraph(spec.plan);
  const layer = (): LayerState => ({ runs: 0, gates: [], waived: [] });
  return {
    spec,
    graph,
    seq: first.seq,
    time: 0,
    startedAt: first.at,
    at: first.at,
    mono: first.mono,
    status: { kind: 'running' },
    session: { epoch: 0, driver: 'cli', pid: 0, boot: '', utcOffsetMinutes: 0, live: false },
    integration: spec.base,
    tasks: graph.nodes.map(() => ({
      phase: { kind: 'waiting' },
      attempts: [],
      mend: false,
      unread: false,
      counted: 0,
      interruptions: 0,
      allowed: [],
    })),
    services: new Map(),
    foreseen: [],
    budgetFrom: NOTHING_SPENT,
    agents: Array.from({ length: spec.agents + 1 }, () => ({})),
    layers: graph.layers.map(layer),
    end: layer(),
    index: new Map(graph.nodes.map((node, i) => [node.id, i])),
  };
}

/** Folds a whole journal; undefined where it does not begin as one. */
export function fold(journal: Iterable<Recorded>): RunState | undefined {
  let state: RunState | undefined;
  for (const recorded of journal) {
    if (state === undefined) state = beginRun(recorded);
    else evolve(state, recorded);
    if (state === undefined) return undefined;
  }
  return state;
}

/**
 * Takes one event into the state, in place. It knows no policy: what it is told has happened. An event about a task or
 * an attempt that is not there is taken as of no effect, so that a journal of another version can be read.
 */
export function evolve(state: RunState, recorded: Recorded): void {
  advanceClock(state, recorded);
  apply(state, recorded.event);
}

function advanceClock(state: RunState, { seq, at, mono, event }: Recorded): void {
  const comparable = event.type !== 'session.started' || event.boot === state.session.boot;
  // A finished run takes no more time, however long its window stays open.
  const driven = state.session.live && state.status.kind !== 'finished' && event.type !== 'session.started';
  const atWork = (): boolean => state.tasks.some((task) => task.phase.kind === 'working');
  if (comparable && (driven || atWork())) state.time += Math.max(0, mono - state.mono);
  state.seq = seq;
  state.at = at;
  state.mono = mono;
}

function apply(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'run.started':
      return;
    case 'session.started':
      state.session = {
        epoch: event.epoch,
        driver: event.driver,
        pid: event.pid,
        boot: event.boot,
        utcOffsetMinutes: event.utcOffsetMinutes ?? 0,
        live: true,
      };
      return;
    case 'session.ended':
      state.session.live = false;
      return;
    case 'agent.started': {
      const agent = state.agents[event.agent];
      if (agent !== undefined) agent.address = event.address;
      return;
    }
    case 'agent.limited': {
      const { kind, cap, type, ...limit } = event;
      const service = serviceOf(state, kind);
      if (service.limit === undefined) service.strikes++;
      service.limit = limit;
      service.cap = cap;
      return;
    }
    case 'agent.available':
      delete serviceOf(state, event.kind).limit;
      return;
    case 'attempt.started':
    case 'attempt.ready':
    case 'attempt.asked':
    case 'attempt.answered':
    case 'attempt.taken-over':
    case 'attempt.handed-back':
    case 'attempt.ended':
    case 'attempt.snapshot':
    case 'attempt.stopping':
    case 'attempt.accepted':
    case 'task.merged':
    case 'task.conflicted':
    case 'task.failed':
    case 'task.retried':
    case 'task.answered':
    case 'task.skipped':
    case 'task.cancelled':
    case 'task.read':
    case 'task.rolling-back':
    case 'task.rolled-back':
    case 'task.roll-back-refused': {
      const task = state.tasks[state.index.get(event.task) ?? -1];
      if (task === undefined) return;
      applyToTask(state, task, event);
      // Of what is no longer at work nothing is foreseen.
      if (!isHeld(task)) state.foreseen = state.foreseen.filter(({ tasks }) => !tasks.includes(event.task));
      return;
    }
    case 'conflicts.foreseen':
      state.foreseen = event.pairs;
      return;
    case 'gate.ended': {
      const { scope, report } = event;
      if (scope.kind === 'task') {
        const attempt = attemptOf(state, scope.task, scope.attempt);
        attempt?.gates.push({ ...report, atMs: state.time });
        if (report.reviewer !== undefined) attempt?.reviews.push(report.reviewer);
      } else {
        const layer = layerOf(state, scope);
        remove(layer.gates, (r) => r.gate === report.gate);
        layer.gates.push({ ...report, atMs: state.time });
        layer.runs++;
      }
      return;
    }
    case 'gate.waived': {
      const { scope, gate } = event;
      const waived =
        scope.kind === 'task' ? attemptOf(state, scope.task, scope.attempt)?.waived : layerOf(state, scope).waived;
      waived?.push(gate);
      return;
    }
    case 'gate.retried':
      if (event.scope.kind !== 'task') {
        const layer = layerOf(state, event.scope);
        // One without a report was under way: what it judges is not what is judged next.
        if (!layer.gates.some((r) => r.gate === event.gate)) layer.runs++;
        remove(layer.gates, (r) => r.gate === event.gate);
        remove(layer.waived, (name) => name === event.gate);
      }
      return;
    case 'run.paused':
      state.status = { kind: 'paused', ...(event.reason !== undefined && { reason: event.reason }) };
      return;
    case 'run.resumed':
      state.status = { kind: 'running' };
      state.budgetFrom = spentOf(state);
      for (const service of state.services.values()) delete service.limit;
      return;
    case 'run.cancelled':
      state.status = { kind: 'cancelling' };
      return;
    case 'run.finished':
      state.status = { kind: 'finished', outcome: event.outcome };
      return;
    case 'run.applied':
      state.applied = { branch: event.branch, commit: event.commit };
      for (const task of state.tasks) {
        delete task.applied;
        if (isOnBranch(task)) task.applied = true;
      }
      return;
    case 'run.delivered':
      state.delivered = event.files;
      return;
    default:
      unreachable(event);
  }
}

type TaskEvent = Extract<RunEvent, { task: string }>;

function applyToTask(state: RunState, task: TaskState, event: TaskEvent): void {
  const attempt = task.attempts.at(-1);
  switch (event.type) {
    case 'attempt.started':
      task.attempts.push({
        number: event.attempt,
        agent: event.agent,
        kind: event.kind ?? kindOf(state, event.task),
        byHand: event.byHand === true,
        base: event.base,
        mend: event.mend,
        startedAt: state.time,
        asks: [],
        gates: [],
        waived: [],
        handBacks: 0,
        reviews: [],
      });
      delete task.hold;
      task.phase = event.byHand
        ? { kind: 'taken', agent: event.agent, ready: false }
        : { kind: 'working', agent: event.agent };
      return;
    case 'attempt.ready':
      if (task.phase.kind === 'taken') task.phase = { ...task.phase, ready: true };
      return;
    case 'attempt.asked':
      attempt?.asks.push({ id: event.id, ask: event.ask, askedAt: state.time });
      return;
    case 'attempt.answered': {
      const asked = attempt?.asks.find((ask) => ask.id === event.id);
      if (asked === undefined) return;
      asked.answer = event.answer;
      asked.answeredAt = state.time;
      if (event.answer.kind === 'allow' && event.answer.scope === 'task' && asked.ask.kind === 'permission')
        task.allowed.push(asked.ask.tool);
      return;
    }
    case 'attempt.taken-over':
      if (isHeldPhase(task.phase)) task.phase = { kind: 'taken', agent: task.phase.agent, ready: true };
      return;
    case 'attempt.handed-back':
      if (attempt === undefined || task.phase.kind !== 'taken') return;
      handBack(attempt);
      task.phase = { kind: 'taking', agent: task.phase.agent };
      return;
    case 'attempt.stopping':
      if (!isHeldPhase(task.phase)) return;
      // What a person has made is kept like an agent's work.
      if (task.phase.kind === 'taken' && task.phase.ready && attempt !== undefined) {
        handBack(attempt);
        task.phase = { ...task.phase, kind: 'taking' };
      }
      task.phase = { ...task.phase, stopping: event.then };
      if (event.note !== undefined) task.note = event.note;
      if (event.asked !== undefined) task.asked = event.asked;
      if (event.hold !== undefined) task.hold = event.hold;
      return;
    case 'attempt.ended':
      if (attempt === undefined) return;
      attempt.end = event.end;
      attempt.activeMs = event.activeMs;
      if (event.lastWords !== undefined) attempt.lastWords = event.lastWords;
      if (event.report !== undefined) attempt.report = event.report;
      if (event.verdict !== undefined) {
        attempt.verdict = event.verdict;
        if (event.verdict.kind === 'done') recover(state, attempt.kind);
      }
      if (event.end.kind === 'interrupted') task.interruptions++;
      else task.interruptions = 0;
      if (task.phase.kind === 'working') task.phase = { ...task.phase, kind: 'taking' };
      return;
    case 'attempt.snapshot':
      if (attempt === undefined) return;
      attempt.snapshot = event.snapshot;
      if (task.phase.kind === 'taking') task.phase = { ...task.phase, kind: 'checking' };
      return;
    case 'attempt.accepted':
      release(state, attempt);
      task.phase = { kind: 'merging' };
      return;
    case 'task.merged':
      release(state, attempt);
      if (attempt !== undefined) attempt.merged = true;
      delete task.asked;
      delete task.refusal;
      if (event.commit !== undefined) {
        task.unread = true;
        moveTo(state, event.commit);
      }
      task.phase = { kind: 'merged', ...(event.commit !== undefined && { commit: event.commit }) };
      return;
    case 'task.conflicted':
      task.phase = { kind: 'conflict', files: event.files };
      return;
    case 'task.failed':
      release(state, attempt);
      // A question is no failure of its own.
      if (event.failure.kind !== 'questions') task.counted++;
      task.phase = { kind: 'failed', failure: event.failure };
      return;
    case 'task.retried': {
      release(state, attempt);
      const failed = task.phase.kind === 'failed' ? task.phase.failure.kind : undefined;
      task.mend = event.mend ?? failed === 'gate';
      if (event.note !== undefined) task.note = event.note;
      if (event.asked !== undefined) task.asked = event.asked;
      if (event.by === 'user') {
        delete task.hold;
        task.counted = 0;
        task.interruptions = 0;
      }
      task.phase = { kind: 'waiting' };
      return;
    }
    case 'task.answered':
      if (attempt?.number === event.attempt) attempt.answers = event.answers;
      return;
    case 'task.skipped':
      release(state, attempt);
      task.phase = { kind: 'skipped' };
      return;
    case 'task.cancelled':
      release(state, attempt);
      task.phase = { kind: 'cancelled' };
      return;
    case 'task.read':
      task.unread = false;
      delete task.refusal;
      return;
    case 'task.rolling-back':
      state.rollingBack = event.task;
      delete task.refusal;
      return;
    case 'task.rolled-back':
      delete state.rollingBack;
      takeBack(task, { kind: 'rolled-back' });
      for (const id of event.dependents) {
        const dependent = state.tasks[state.index.get(id) ?? -1];
        if (dependent === undefined) continue;
        // What it was to be told is still to be told.
        const told = dependent.phase.kind === 'waiting' && dependent.note !== undefined ? `\n${dependent.note}` : '';
        takeBack(dependent, { kind: 'waiting' });
        dependent.note = `${event.note}${told}`;
        dependent.mend = false;
        dependent.counted = 0;
      }
      moveTo(state, event.commit);
      return;
    case 'task.roll-back-refused':
      delete state.rollingBack;
      task.refusal = event.refusal;
      return;
    default:
      unreachable(event);
  }
}

/** A person's work is there to be taken, as if an agent had just ended. */
function handBack(attempt: Attempt): void {
  attempt.end = { kind: 'exited', code: 0 };
  attempt.verdict = { kind: 'done' };
  attempt.activeMs ??= 0;
  delete attempt.snapshot;
  attempt.gates.length = 0;
  attempt.handBacks++;
}

/** Whether something of it is on the integration branch, or it is as it was. */
export function isOnBranch({ phase, attempts }: TaskState): boolean {
  return phase.kind === 'merged' || attempts.some(({ merged }) => merged);
}

/** Nothing of it is on the integration branch any more. */
function takeBack(task: TaskState, phase: TaskPhase): void {
  for (const attempt of task.attempts) {
    if (attempt.merged) attempt.rolledBack = true;
    delete attempt.merged;
  }
  task.unread = false;
  delete task.refusal;
  task.phase = phase;
}

/** The integration branch has another head: what was applied is no longer all there is. */
function moveTo(state: RunState, commit: string): void {
  state.integration = commit;
  delete state.applied;
}

/** An attempt ended well: its kind of agent is to be had again, one more at a time. */
function recover(state: RunState, kind: string): void {
  const service = state.services.get(kind);
  if (service === undefined) return;
  service.strikes = 0;
  service.cap++;
}

function serviceOf(state: RunState, kind: string): ServiceState {
  const known = state.services.get(kind);
  if (known !== undefined) return known;
  const service: ServiceState = { cap: state.spec.agents, strikes: 0 };
  state.services.set(kind, service);
  return service;
}

/** Of an older journal's attempts, which do not say it. */
function kindOf(state: RunState, task: string): string {
  return state.spec.plan.tasks[state.index.get(task) ?? -1]?.agent ?? state.spec.agent;
}

/** The agent is free again. */
function release(state: RunState, attempt: Attempt | undefined): void {
  if (attempt !== undefined) attempt.endedAt ??= state.time;
}

function attemptOf(state: RunState, id: string, number: number): Attempt | undefined {
  return state.tasks[state.index.get(id) ?? -1]?.attempts.find((attempt) => attempt.number === number);
}

/** The state of a layer's gates, or of those at the end. */
export function layerOf(state: RunState, scope: { kind: 'layer'; layer: number } | { kind: 'end' }): LayerState {
  return (scope.kind === 'layer' ? state.layers[scope.layer - 1] : undefined) ?? state.end;
}

function remove<T>(list: T[], matches: (item: T) => boolean): void {
  const at = list.findIndex(matches);
  if (at !== -1) list.splice(at, 1);
}
