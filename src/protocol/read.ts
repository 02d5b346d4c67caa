import { isStrategy } from '../core/plan/plan.ts';
import type { GateAction, RunAction, TaskAction } from '../core/view/model.ts';
import { readAnswer } from '../core/agent/ask.ts';
import type { PanelMessage } from './messages.ts';

const TASK_ACTIONS: Readonly<Record<TaskAction, true>> = {
  retry: true,
  accept: true,
  skip: true,
  'take-over': true,
  'hand-back': true,
  read: true,
  'send-back': true,
  'roll-back': true,
  hold: true,
  terminal: true,
  log: true,
  changes: true,
};
const RUN_ACTIONS: Readonly<Record<RunAction, true>> = {
  pause: true,
  resume: true,
  cancel: true,
  apply: true,
  summary: true,
};
const GATE_ACTIONS: Readonly<Record<GateAction, true>> = { mend: true, report: true, retry: true, waive: true };

/** What a page sent, as a message of ours; undefined for anything else. */
export function readPanelMessage(value: unknown): PanelMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, task, action, strategy, agents, line, layer, gate, id, answer, forms, title, path } = value as Record<
    string,
    unknown
  >;
  switch (type) {
    case 'ready':
    case 'layout':
    case 'summary':
      return { type };
    case 'improve':
      return typeof title === 'string' ? { type, title } : undefined;
    case 'choose':
    case 'execute': {
      const count = whole(agents);
      if (typeof strategy !== 'string' || !isStrategy(strategy) || count === undefined || count < 1) return undefined;
      return { type, strategy, agents: count };
    }
    case 'open-task':
      return typeof task === 'string' ? { type, task } : undefined;
    case 'open-file': {
      const at = whole(line);
      if (typeof path !== 'string' || !isInside(path) || (line !== undefined && at === undefined)) return undefined;
      return { type, path, ...(at !== undefined && { line: at }) };
    }
    case 'open-line': {
      const at = whole(line);
      return at === undefined ? undefined : { type, line: at };
    }
    case 'task':
      return typeof task === 'string' && isKey(TASK_ACTIONS, action) ? { type, action, task } : undefined;
    case 'answer': {
      if (typeof task !== 'string' || typeof id !== 'string') return undefined;
      const given = readAnswer(answer);
      return answer !== undefined && given === undefined
        ? undefined
        : { type, task, id, ...(given !== undefined && { answer: given }) };
    }
    case 'answer-questions':
      return Array.isArray(forms) && forms.every(isForm) ? { type, forms } : undefined;
    case 'run':
      return isKey(RUN_ACTIONS, action) ? { type, action } : undefined;
    case 'gate': {
      if (typeof gate !== 'string' || !isKey(GATE_ACTIONS, action)) return undefined;
      const number = whole(layer);
      return { type, action, gate, ...(number !== undefined && { layer: number }) };
    }
    default:
      return undefined;
  }
}

/** A path in the repository: not out of it, and not an absolute one. */
function isInside(path: string): boolean {
  const parts = path.split(/[\\/]/u);
  return parts.every((part) => part !== '..' && part !== '') && !/^[a-z]:/iu.test(path) && !path.includes('\0');
}

function isForm(value: unknown): value is { readonly task: string; readonly answers: Record<string, string> } {
  if (typeof value !== 'object' || value === null) return false;
  const { task, answers } = value as Record<string, unknown>;
  return (
    typeof task === 'string' &&
    typeof answers === 'object' &&
    answers !== null &&
    Object.values(answers).every((answer) => typeof answer === 'string')
  );
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isKey<K extends string>(of: Readonly<Record<K, true>>, value: unknown): value is K {
  return typeof value === 'string' && Object.hasOwn(of, value);
}
