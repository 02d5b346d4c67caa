import { unreachable } from '../unreachable.ts';
import type { ReviewComment, UserCommand } from './command.ts';
import { failureNote, reopen, type Decision } from './decide.ts';
import { find } from './decide-report.ts';
import type { RunEvent } from './event.ts';
import { isHeldPhase } from './held.ts';
import { judgedSince, layerIn } from './judged-since.ts';
import { canHold, canRollBack, canSendBack, dependentsIn, foreseenOf } from './review.ts';
import type { RunState, TaskState } from './state.ts';

export type ReviewCommand = Extract<UserCommand, { type: 'mark-read' | 'send-back' | 'roll-back' | 'hold' }>;

/** What a person decides on the work of a task that is there. */
export function decideReview(state: RunState, command: ReviewCommand): Decision {
  const { task: id } = command;
  const task = find(state, id);
  if (task === undefined) return { rejected: `The run has no task ${id}.` };
  switch (command.type) {
    case 'mark-read':
      if (task.refusal === undefined && task.phase.kind !== 'merged')
        return { rejected: `${id} is ${task.phase.kind}; there is nothing merged to be read.` };
      return { events: task.unread || task.refusal !== undefined ? [{ type: 'task.read', task: id }] : [] };
    case 'send-back':
      return sendBack(state, task, command);
    case 'roll-back':
      return rollBack(state, id, task);
    case 'hold': {
      const foreseen = foreseenOf(state, id);
      const attempt = task.attempts.at(-1)?.number;
      if (!canHold(state, id, task) || foreseen === undefined || attempt === undefined)
        return { rejected: `No conflict is foreseen of ${id} that it could wait for.` };
      const hold = { after: foreseen.others, files: foreseen.files };
      return { events: [{ type: 'attempt.stopping', task: id, attempt, then: 'requeue', hold }] };
    }
    default:
      return unreachable(command);
  }
}

function sendBack(
  state: RunState,
  task: TaskState,
  { task: id, comments, note = '' }: Extract<ReviewCommand, { type: 'send-back' }>,
): Decision {
  const { phase } = task;
  if (state.rollingBack === id) return { rejected: `${id} is being rolled back. Wait for that.` };
  const attempt = task.attempts.at(-1);
  if (!canSendBack(task) || attempt === undefined)
    return { rejected: `${id} is ${phase.kind}; it cannot be sent back.` };
  const asked = [note.trim(), ...comments.map(commentLine)].filter((line) => line !== '').join('\n');
  if (asked === '') return { rejected: `Say what is to be changed about ${id}: in a note, or on a line of a file.` };
  // What was asked before and is not merged yet is still asked.
  const wanted = task.asked === undefined ? asked : `${task.asked}\n${asked}`;
  if (isHeldPhase(phase)) {
    const note = `A person has looked at your work, which is not merged, and wants changes. You go on from it:\n${asked}`;
    return {
      events: [{ type: 'attempt.stopping', task: id, attempt: attempt.number, then: 'mend', note, asked: wanted }],
    };
  }
  const again = (told: string, mend = false): RunEvent => ({
    type: 'task.retried',
    task: id,
    by: 'user',
    note: `${told}\n${asked}`,
    asked: wanted,
    mend,
  });
  if (phase.kind === 'merged') {
    const told = 'Your work is merged. A person has looked at it and wants changes. You begin from the merged work:';
    return { events: [...reopen(state), again(told), ...judgedSince(state, layerIn(state, id))] };
  }
  // What conflicts, or was taken back, does not go onto what is merged now.
  const mend = attempt.snapshot?.commit !== undefined && phase.kind !== 'conflict' && phase.kind !== 'rolled-back';
  const before = failureNote(task);
  const told = `A person has looked at your work, which is not merged, and wants changes. You ${mend ? 'go on from it' : 'begin anew'}:`;
  return { events: [...reopen(state), again(before === undefined ? told : `${before}\n${told}`, mend)] };
}

function commentLine({ path, line, text }: ReviewComment): string {
  return `- ${path}:${line}: ${text.trim().replaceAll(/\r?\n/g, '\n  ')}`;
}

/** What depends on it is stopped where it is at work; when all of that is still, git takes the work back. */
function rollBack(state: RunState, id: string, task: TaskState): Decision {
  if (state.rollingBack !== undefined) return { rejected: `${state.rollingBack} is being rolled back. Wait for that.` };
  if (!canRollBack(state, task)) return { rejected: `Nothing of ${id} is merged that could be rolled back.` };
  const i = state.index.get(id) ?? -1;
  const affected = [{ i, task }, ...dependentsIn(state, id)];
  const nameOf = (node: number): string => state.graph.nodes[node]?.id ?? '';
  const taken = affected.find((one) => one.task.phase.kind === 'taken');
  if (taken !== undefined)
    return { rejected: `${nameOf(taken.i)} depends on ${id} and is in your hands. Hand it back or skip it first.` };
  const stopping = affected.flatMap(({ i: node, task: { phase, attempts } }): RunEvent[] => {
    const attempt = attempts.at(-1)?.number;
    const isStopped = isHeldPhase(phase) && phase.stopping !== undefined && phase.stopping !== 'take-over';
    if (!isHeldPhase(phase) || attempt === undefined || isStopped) return [];
    return [{ type: 'attempt.stopping', task: nameOf(node), attempt, then: 'requeue' }];
  });
  return { events: [...reopened(state), ...stopping, { type: 'task.rolling-back', task: id }] };
}

/** What was cancelled stays so: it is only taken back, and nothing else starts. */
function reopened(state: RunState): RunEvent[] {
  const { status } = state;
  const isCancelled = status.kind === 'finished' && status.outcome === 'cancelled';
  return [...reopen(state), ...(isCancelled ? [{ type: 'run.cancelled' } as const] : [])];
}
