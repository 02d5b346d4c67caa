import { unreachable } from '../unreachable.ts';
import type { RunCommand, UserCommand } from './command.ts';
import { answers } from '../agent/ask.ts';
import type { GateReport } from '../gate/gate.ts';
import { reasonsOf } from '../gate/reasons.ts';
import { decideReport, find, stopAll } from './decide-report.ts';
import { decideReview, type ReviewCommand } from './decide-review.ts';
import type { GateScope, RunEvent } from './event.ts';
import { isOnBranch, layerOf } from './evolve.ts';
import { holdsBack } from './gates.ts';
import { freeAgents, isHeld, isHeldPhase } from './held.ts';
import { judgedSince, layerIn } from './judged-since.ts';
import { nextAttempt, takePlace } from './next-attempt.ts';
import { answered, questionsOf } from './questions.ts';
import type { RunState, TaskState } from './state.ts';

/** What a command comes to: events to be recorded, or why it cannot be done. */
export type Decision = { readonly events: readonly RunEvent[] } | { readonly rejected: string };

const NOTHING: Decision = { events: [] };

/**
 * What happens on a command. Pure; what follows from it (a retry, the next task, the end of the run) is `advance`'s.
 * A report about something that is no longer current is dropped without complaint: effects may be repeated.
 */
export function decide(state: RunState, command: RunCommand): Decision {
  switch (command.type) {
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'retry':
    case 'skip':
    case 'answer-questions':
    case 'retry-gate':
    case 'waive-gate':
    case 'mend-gate':
    case 'accept':
    case 'answer':
    case 'take-over':
    case 'hand-back':
      return decideUser(state, command);
    case 'mark-read':
    case 'send-back':
    case 'roll-back':
    case 'hold':
      return decideReview(state, command);
    default:
      return { events: decideReport(state, command) };
  }
}

function decideUser(state: RunState, command: Exclude<UserCommand, ReviewCommand>): Decision {
  switch (command.type) {
    case 'pause':
      if (state.status.kind !== 'running') return { rejected: `The run is ${state.status.kind}.` };
      return { events: [{ type: 'run.paused' }] };
    case 'resume':
      if (state.status.kind === 'running') return { events: isLimited(state) ? [{ type: 'run.resumed' }] : [] };
      if (state.status.kind === 'cancelling') return { rejected: 'The run is being cancelled.' };
      return { events: [{ type: 'run.resumed' }] };
    case 'cancel':
      if (state.status.kind === 'finished') return { rejected: 'The run has finished.' };
      if (state.status.kind === 'cancelling') return NOTHING;
      return { events: [{ type: 'run.cancelled' }, ...stopAll(state, 'cancel')] };
    case 'retry': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      if (!canRetry(task)) return { rejected: `${command.task} is ${task.phase.kind}; there is nothing to retry.` };
      const note = command.note ?? failureNote(task);
      const retried: RunEvent = {
        type: 'task.retried',
        task: command.task,
        by: 'user',
        ...(note !== undefined && { note }),
      };
      return { events: [...reopen(state), retried, ...judgedBefore(state, task, command.task)] };
    }
    case 'skip': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      if (!canSkip(task)) return { rejected: `${command.task} is ${task.phase.kind}; it cannot be skipped.` };
      const attempt = task.attempts.at(-1);
      return isHeldPhase(task.phase) && attempt !== undefined
        ? { events: [{ type: 'attempt.stopping', task: command.task, attempt: attempt.number, then: 'skip' }] }
        : { events: [...reopen(state), { type: 'task.skipped', task: command.task }] };
    }
    case 'answer': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      const attempt = task.attempts.at(-1);
      const asked = attempt?.asks.find(({ id }) => id === command.id);
      if (attempt === undefined || asked === undefined || task.phase.kind !== 'working')
        return { rejected: `${command.task} asks nothing by the name ${command.id} now.` };
      if (asked.answer !== undefined) return { rejected: `${command.task} has been given an answer to that.` };
      if (!answers(asked.ask, command.answer))
        return { rejected: `A ${asked.ask.kind} cannot be answered with "${command.answer.kind}".` };
      const { task: id, answer } = command;
      return {
        events: [
          { type: 'attempt.answered', task: id, attempt: attempt.number, id: command.id, answer, by: 'user' },
          ...(answer.kind === 'allow' && answer.scope === 'task' && asked.ask.kind === 'permission'
            ? sameAsks(task, asked.ask.tool, command.id).map(
                (other) =>
                  ({
                    type: 'attempt.answered',
                    task: id,
                    attempt: attempt.number,
                    id: other,
                    answer,
                    by: 'policy',
                  }) as const,
              )
            : []),
        ],
      };
    }
    case 'answer-questions': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      const questions = questionsOf(task);
      const attempt = task.attempts.at(-1);
      if (questions === undefined || attempt === undefined)
        return { rejected: `${command.task} waits for no answers.` };
      const stranger = Object.keys(command.answers).find((id) => !questions.some((question) => question.id === id));
      if (stranger !== undefined)
        return {
          rejected: `${command.task} asks nothing by the name ${stranger}. It asks: ${questions.map(({ id }) => id).join(', ')}.`,
        };
      return {
        events: [...reopen(state), ...answered(command.task, attempt.number, questions, command.answers, 'user')],
      };
    }
    case 'take-over': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      // Nothing takes a place or a way to be merged until it is known on what it stands.
      if (state.rollingBack !== undefined) return isRollingBack(state.rollingBack);
      if (!canTakeOver(task)) return { rejected: `${command.task} is ${task.phase.kind}; it cannot be taken over.` };
      const attempt = task.attempts.at(-1);
      if (isHeldPhase(task.phase) && attempt !== undefined)
        return {
          events: [{ type: 'attempt.stopping', task: command.task, attempt: attempt.number, then: 'take-over' }],
        };
      const i = state.index.get(command.task) ?? -1;
      // Where its agent was: some CLIs know a session only in the folder that it began in.
      const agent = takePlace(state, i, freeAgents(state));
      if (agent === undefined)
        return { rejected: `No agent's worktree is free for ${command.task}. Wait for one, or stop a task.` };
      const kind = attempt === undefined ? {} : { kind: attempt.kind };
      const started = nextAttempt(state, i, { agent, mend: task.phase.kind !== 'conflict', ...kind, byHand: true });
      return { events: [...reopen(state), started, ...judgedBefore(state, task, command.task)] };
    }
    case 'hand-back': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      const attempt = task.attempts.at(-1);
      if (task.phase.kind !== 'taken' || !task.phase.ready || attempt === undefined)
        return { rejected: `${command.task} is not in your hands.` };
      return { events: [{ type: 'attempt.handed-back', task: command.task, attempt: attempt.number }] };
    }
    case 'accept': {
      const task = find(state, command.task);
      if (task === undefined) return unknownTask(command.task);
      const attempt = task.attempts.at(-1);
      if (state.rollingBack !== undefined) return isRollingBack(state.rollingBack);
      if (!canAccept(task) || attempt === undefined)
        return { rejected: `${command.task} is ${task.phase.kind}; it has no result that gates stand against.` };
      const of = { task: command.task, attempt: attempt.number };
      const waived = attempt.gates
        .filter(holdsBack)
        .map(({ gate }) => ({ type: 'gate.waived', scope: { kind: 'task', ...of }, gate }) as const);
      const accepted: RunEvent = { type: 'attempt.accepted', ...of };
      return { events: [...reopen(state), ...waived, accepted, ...judgedBefore(state, task, command.task)] };
    }
    case 'retry-gate':
    case 'waive-gate':
    case 'mend-gate': {
      const { scope, gate } = command;
      if (scope.kind === 'task') return { rejected: `Retry or accept the task ${scope.task}: its gates are its own.` };
      const report = layerOf(state, scope).gates.find((r) => r.gate === gate);
      if (report === undefined || report.verdict === 'passed')
        return { rejected: `Gate ${gate} has nothing to settle there.` };
      if (command.type === 'mend-gate') return mend(state, report, scope, command.task);
      const type = command.type === 'retry-gate' ? 'gate.retried' : 'gate.waived';
      return { events: [...reopen(state), { type, scope, gate }] };
    }
    default:
      return unreachable(command);
  }
}

/** Whether a task can be given another attempt by hand. The one rule for commands, menus and buttons. */
export function canRetry({ phase: { kind }, hold }: TaskState): boolean {
  if (kind === 'waiting') return hold !== undefined;
  return (
    kind === 'failed' || kind === 'conflict' || kind === 'skipped' || kind === 'cancelled' || kind === 'rolled-back'
  );
}

/** Whether its result can be taken though its gates did not pass. */
export function canAccept({ phase, attempts }: TaskState): boolean {
  return phase.kind === 'failed' && phase.failure.kind === 'gate' && attempts.at(-1)?.snapshot?.commit !== undefined;
}

/** The merged tasks that wrote what a gate found. */
export function culpritsOf(state: RunState, { findings }: GateReport): string[] {
  const tasks = new Set(findings.flatMap(({ task }) => task ?? []));
  return [...tasks].filter((id) => find(state, id)?.phase.kind === 'merged');
}

/** Their tasks begin again, from what is merged, each with what was found of its own; then the gate is run again. */
function mend(
  state: RunState,
  report: GateReport,
  scope: Exclude<GateScope, { kind: 'task' }>,
  named: string | undefined,
): Decision {
  const known = named === undefined ? culpritsOf(state, report) : [named];
  const merged = known.filter((id) => find(state, id)?.phase.kind === 'merged');
  if (merged.length === 0)
    return {
      rejected:
        named === undefined
          ? `Nothing that gate ${report.gate} found says which task wrote it. Name a merged task that is to mend it.`
          : `${named} is not merged: it cannot mend what gate ${report.gate} found.`,
    };
  const retried = merged.map((task): RunEvent => {
    const own = report.findings.filter((finding) => named !== undefined || finding.task === task);
    const note = `Your work is merged. The gate ${report.gate} then did not pass:\n${reasonsOf({ ...report, findings: own })}`;
    return { type: 'task.retried', task, by: 'user', note };
  });
  const from = Math.min(
    ...merged.map((id) => layerIn(state, id)),
    ...(scope.kind === 'layer' ? [scope.layer - 1] : []),
  );
  return { events: [...reopen(state), ...retried, ...judgedSince(state, from)] };
}

/** Gates may have judged what is there without the task that begins again, or with what it was before. */
function judgedBefore(state: RunState, task: TaskState, id: string): RunEvent[] {
  const { kind } = task.phase;
  return kind === 'skipped' || kind === 'rolled-back' || isOnBranch(task) ? judgedSince(state, layerIn(state, id)) : [];
}

/** Whether a task can be given up by hand. */
export function canSkip(task: TaskState): boolean {
  const { kind } = task.phase;
  return kind === 'waiting' || (canRetry(task) && kind !== 'skipped') || isHeld(task);
}

/** Whether a person can go on with it in its worktree. */
export function canTakeOver(task: TaskState): boolean {
  const { phase } = task;
  return phase.kind === 'working' || phase.kind === 'checking' || canRetry(task);
}

/** Questions that are open and are answered along: for the same tool. */
function sameAsks(task: TaskState, tool: string, but: string): string[] {
  const asks = task.attempts.at(-1)?.asks ?? [];
  return asks
    .filter(
      ({ id, ask, answer }) => answer === undefined && id !== but && ask.kind === 'permission' && ask.tool === tool,
    )
    .map(({ id }) => id);
}

function isLimited(state: RunState): boolean {
  return [...state.services.values()].some((service) => service.limit !== undefined);
}

/** A decision on a task of a finished or cancelled run takes the run up again. */
export function reopen(state: RunState): RunEvent[] {
  return state.status.kind === 'finished' ? [{ type: 'run.resumed' }] : [];
}

/** What the next attempt is told about why the one before was no result; undefined where nothing went wrong. */
export function failureNote(task: TaskState): string | undefined {
  const { phase } = task;
  if (phase.kind === 'rolled-back')
    return 'Your work was merged, and a person has taken it back. You begin anew, from what is merged now.';
  if (phase.kind === 'conflict')
    return `Merging your change conflicted with work merged meanwhile, in: ${phase.files.join(', ')}. You now start from the merged work; make your change fit it.`;
  if (phase.kind !== 'failed') return undefined;
  const { failure } = phase;
  switch (failure.kind) {
    case 'agent':
      return `The attempt before this one failed: ${failure.message}`;
    case 'no-changes': {
      const { denied } = failure;
      const why = denied === undefined ? '' : ` It was not allowed: ${denied.join('; ')}.`;
      return `The attempt before this one changed no file in its worktree.${why} Make the change in the working directory you are started in.`;
    }
    case 'gate':
      return `The gate ${failure.gate} did not pass: ${failure.message}`;
    case 'questions':
      // What was answered is told anew with each prompt.
      return undefined;
    case 'snapshot':
      return `The work could not be committed: ${failure.message}`;
    default:
      return unreachable(failure);
  }
}

function isRollingBack(id: string): Decision {
  return { rejected: `${id} is being rolled back. Wait for that.` };
}

function unknownTask(id: string): Decision {
  return { rejected: `The run has no task ${id}.` };
}
