import type { Plan, PlanTask } from './plan.ts';
import { unreachable } from '../unreachable.ts';

/**
 * What a task lacks for an agent that knows nothing but the task, the plan's context and the repository.
 *
 *     no-description   fewer than 40 letters say what is to be done, the title and the criteria counted in, and no
 *                      script does it
 *     outside-context  the text points at what the agent is not given: "as discussed", "see above", "TBD"
 *     too-large        more than 4 hours, or a range whose end is more than three times its start
 *     no-acceptance    nothing says when it is done: no criteria, no gates, no script
 *     no-files         nothing says what it writes, so that it cannot be told from its neighbours
 *     no-estimate
 */
export const LACKS = [
  'no-description',
  'outside-context',
  'too-large',
  'no-acceptance',
  'no-files',
  'no-estimate',
] as const;
export type Lack = (typeof LACKS)[number];

/** `attention`: an agent would have to guess, or is likely to fail; `enhancement`: it would work, and may miss. */
export type Readiness = 'ready' | 'enhancement' | 'attention';

export interface TaskReadiness {
  readonly id: string;
  readonly level: Readiness;
  readonly lacks: readonly { readonly lack: Lack; readonly message: string }[];
}

export interface PlanReadiness {
  /** As bad as the worst of its open tasks. */
  readonly level: Readiness;
  /** The tasks that are not done, in the order of the plan. */
  readonly tasks: readonly TaskReadiness[];
  readonly counts: Readonly<Record<Readiness, number>>;
}

export const LARGE_MINUTES = 4 * 60;
const WIDEST_RANGE = 3;
const SHORTEST_TEXT = 40;

/** Words that send the reader to a conversation or a text that the agent does not have. */
const OUTSIDE =
  /\b(?:as|like) (?:we )?(?:discussed|agreed|mentioned|described|explained|said)(?: (?:above|before|earlier|previously|in (?:the )?(?:chat|meeting|call|thread)))?\b|\b(?:see|described|mentioned|listed|shown) (?:above|below|earlier|previously)\b|\bsame as (?:above|before|(?:the )?(?:previous|last) (?:one|task|step))\b|\b(?:the )?(?:previous|above) (?:conversation|discussion|message)\b|\b(?:TBD|TBA)\b|\?\?\?|\[(?:NEEDS CLARIFICATION|TODO|TBD)\b/;

const known = new WeakMap<Plan['tasks'], PlanReadiness>();

/** By rules alone, with nothing but the plan's own words. Reckoned once: remarks, lenses and the preview ask for it. */
export function readinessOf({ tasks }: Pick<Plan, 'tasks'>): PlanReadiness {
  const before = known.get(tasks);
  if (before !== undefined) return before;
  const readiness = reckon(tasks);
  known.set(tasks, readiness);
  return readiness;
}

function reckon(all: Plan['tasks']): PlanReadiness {
  const tasks = all.filter(({ done }) => !done).map(taskReadiness);
  const count = (level: Readiness): number => tasks.filter((task) => task.level === level).length;
  const counts = { ready: count('ready'), enhancement: count('enhancement'), attention: count('attention') };
  return {
    level: counts.attention > 0 ? 'attention' : counts.enhancement > 0 ? 'enhancement' : 'ready',
    tasks,
    counts,
  };
}

export function taskReadiness(task: PlanTask): TaskReadiness {
  const lacks = LACKS.flatMap((lack) => {
    const message = lacking(task, lack);
    return message === undefined ? [] : [{ lack, message }];
  });
  return { id: task.id, level: levelOf(lacks.map(({ lack }) => lack)), lacks };
}

export function levelOf(lacks: readonly Lack[]): Readiness {
  if (lacks.some((lack) => lack === 'no-description' || lack === 'outside-context' || lack === 'too-large'))
    return 'attention';
  return lacks.length > 0 ? 'enhancement' : 'ready';
}

function lacking(task: PlanTask, lack: Lack): string | undefined {
  switch (lack) {
    case 'no-description': {
      return task.script === undefined && !saysEnough(task)
        ? 'Say what is to be done: the title is all that an agent would be given.'
        : undefined;
    }
    case 'outside-context': {
      const pointer = OUTSIDE.exec(`${task.title}\n${task.prompt}`)?.[0];
      return pointer && `"${pointer}" points at something that the agent is not given: write it into the task.`;
    }
    case 'too-large': {
      const { minutes = 0, low, high } = task.estimate ?? {};
      if (minutes > LARGE_MINUTES) return 'It is estimated at more than 4 hours: split it.';
      return low !== undefined && high !== undefined && high > WIDEST_RANGE * low
        ? 'Its estimate is a wide range, so it is not well known yet: split it, or say more.'
        : undefined;
    }
    case 'no-acceptance':
      return task.acceptance.length === 0 && task.gates.length === 0 && task.script === undefined
        ? 'Say when it is done: `Acceptance` with criteria, or `Gates`.'
        : undefined;
    case 'no-files':
      return task.files.length === 0
        ? 'Say which `Files` it writes, so that no other task writes them meanwhile.'
        : undefined;
    case 'no-estimate':
      return task.estimate === undefined ? 'Give it an `Estimate`.' : undefined;
    default:
      return unreachable(lack);
  }
}

/** A letter of Chinese, Japanese or Korean says as much as two of others. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
/** As much of a text as has to be looked at to know that it is long enough. */
const LOOKED_AT = 400;

function saysEnough({ title, prompt, acceptance }: PlanTask): boolean {
  const texts = [title, prompt.slice(0, LOOKED_AT), ...acceptance.slice(0, SHORTEST_TEXT).map(({ text }) => text)];
  const letters = texts
    .join('')
    .slice(0, 2 * LOOKED_AT)
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return letters.length >= SHORTEST_TEXT || letters.length + (letters.match(WIDE)?.length ?? 0) >= SHORTEST_TEXT;
}
