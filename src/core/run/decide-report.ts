import { unreachable } from '../unreachable.ts';
import type { ReportCommand } from './command.ts';
import type { RunEvent, Stopping } from './event.ts';
import { layerOf } from './evolve.ts';
import { isHeld, isHeldPhase } from './held.ts';
import { judgedSince, layerIn } from './judged-since.ts';
import { begunAgain } from './review.ts';
import type { RunState, TaskState } from './state.ts';

/** What is recorded of a report. One about something that is no longer current is dropped: effects may be repeated. */
export function decideReport(state: RunState, command: ReportCommand): RunEvent[] {
  switch (command.type) {
    case 'take':
      return [{ ...command, type: 'session.started' }];
    case 'interrupt':
      if (state.status.kind === 'finished') return [];
      return [
        ...(state.status.kind === 'running' ? [{ type: 'run.paused', reason: 'interrupted' } as const] : []),
        ...stopAll(state, 'requeue'),
      ];
    case 'release':
      if (command.ifFinished === true && state.status.kind !== 'finished') return [];
      return state.session.live ? [{ type: 'session.ended' }] : [];
    case 'fault':
      return state.status.kind === 'running' ? [{ type: 'run.paused', reason: command.message }] : [];
    case 'launching':
      return [{ type: 'agent.started', agent: command.agent, address: command.address }];
    case 'attempt-ended':
      return isCurrent(state, command, 'working') ? [{ ...command, type: 'attempt.ended' }] : [];
    case 'asked': {
      if (!isCurrent(state, command, 'working')) return [];
      const task = find(state, command.task);
      if (task?.attempts.at(-1)?.asks.some(({ id }) => id === command.id) !== false) return [];
      const allowed = command.ask.kind === 'permission' && task.allowed.includes(command.ask.tool);
      const { task: id, attempt } = command;
      const answer = { kind: 'allow', scope: 'once' } as const;
      return [
        { ...command, type: 'attempt.asked' },
        ...(allowed
          ? [{ type: 'attempt.answered', task: id, attempt, id: command.id, answer, by: 'policy' } as const]
          : []),
      ];
    }
    case 'prepared': {
      const { task, attempt, error } = command;
      if (!isCurrent(state, command, 'taken')) return [];
      if (error === undefined) return [{ type: 'attempt.ready', task, attempt }];
      const end = { kind: 'not-started', message: error } as const;
      return [{ type: 'task.failed', task, attempt, failure: { kind: 'agent', end, message: error } }];
    }
    case 'wake':
      return state.services.get(command.kind)?.limit?.automatic === true
        ? [{ type: 'agent.available', kind: command.kind }]
        : [];
    case 'over-budget':
      if (state.status.kind !== 'running') return [];
      return [{ type: 'run.paused', reason: command.message }, ...stopAll(state, 'requeue')];
    case 'snapshot-taken':
      if (!isCurrent(state, command, 'taking')) return [];
      return [{ type: 'attempt.snapshot', task: command.task, attempt: command.attempt, snapshot: command.snapshot }];
    case 'snapshot-failed': {
      if (!isCurrent(state, command, 'taking')) return [];
      const { task, attempt, message } = command;
      const { byHand, handBacks } = find(state, task)?.attempts.at(-1) ?? {};
      // A person's work is not begun again for them: it is theirs to mend.
      if ((byHand === true || (handBacks ?? 0) > 0) && state.status.kind !== 'cancelling')
        return [
          { type: 'attempt.taken-over', task, attempt },
          {
            type: 'run.paused',
            reason: `${task} is in your hands again, since it cannot be taken as it is: ${message}`,
          },
        ];
      return [{ type: 'task.failed', task, attempt, failure: { kind: 'snapshot', message } }];
    }
    case 'gate-ended': {
      const { scope, run, report } = command;
      // What comes of a run that is over judges what is there no more.
      if (scope.kind === 'task') {
        if (!isCurrent(state, scope, 'checking')) return [];
        const attempt = find(state, scope.task)?.attempts.at(-1);
        if (attempt?.handBacks !== run || attempt.gates.some((r) => r.gate === report.gate)) return [];
      } else {
        const { runs, gates } = layerOf(state, scope);
        if (runs !== run || gates.some((r) => r.gate === report.gate)) return [];
      }
      return [{ type: 'gate.ended', scope, report }];
    }
    case 'merged':
      if (!isCurrent(state, command, 'merging')) return [];
      return [{ type: 'task.merged', task: command.task, attempt: command.attempt, commit: command.commit }];
    case 'conflicted':
      if (!isCurrent(state, command, 'merging')) return [];
      return [{ type: 'task.conflicted', task: command.task, attempt: command.attempt, files: command.files }];
    case 'rolled-back': {
      const { task, commit } = command;
      if (state.rollingBack !== task) return [];
      const note = `Your work was taken back, since ${task}, which it was built upon, was. You begin anew, from what is merged now.`;
      // The gates first: where the rest is lost, it is done again.
      return [
        ...judgedSince(state, layerIn(state, task)),
        { type: 'task.rolled-back', task, commit, dependents: begunAgain(state, task), note },
      ];
    }
    case 'roll-back-refused':
      return state.rollingBack === command.task ? [{ ...command, type: 'task.roll-back-refused' }] : [];
    case 'foreseen': {
      const atWork = (id: string): boolean => isHeld(find(state, id) ?? { phase: { kind: 'waiting' } });
      const pairs = command.pairs.filter(({ tasks }) => tasks.every(atWork));
      return isDeepSame(pairs, state.foreseen) ? [] : [{ type: 'conflicts.foreseen', pairs }];
    }
    case 'delivered':
      return [{ type: 'run.delivered', files: command.files }];
    case 'applied':
      return [{ type: 'run.applied', branch: command.branch, commit: command.commit }];
    default:
      return unreachable(command);
  }
}

/** Everything that an agent is held for is stopped. */
export function stopAll(state: RunState, then: Stopping): RunEvent[] {
  return state.graph.nodes.flatMap((node, i) => {
    const task = state.tasks[i];
    const attempt = task?.attempts.at(-1);
    if (task === undefined || attempt === undefined || !isHeld(task)) return [];
    // What is in a person's hands stays there, unless it is to be gone; and what they have decided on is as they said.
    const { phase } = task;
    const { stopping } = isHeldPhase(phase) ? phase : {};
    const isDecided = stopping !== undefined && stopping !== 'take-over';
    if (then === 'requeue' && (phase.kind === 'taken' || isDecided)) return [];
    return [{ type: 'attempt.stopping' as const, task: node.id, attempt: attempt.number, then }];
  });
}

export function find(state: RunState, id: string): TaskState | undefined {
  return state.tasks[state.index.get(id) ?? -1];
}

function isDeepSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isCurrent(
  state: RunState,
  of: { readonly task: string; readonly attempt: number },
  phase: TaskState['phase']['kind'],
): boolean {
  const task = find(state, of.task);
  return task?.phase.kind === phase && task.attempts.at(-1)?.number === of.attempt;
}
