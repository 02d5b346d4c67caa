import { holdsBack } from '../run/gates.ts';
import { culpritsOf } from '../run/decide.ts';
import type { Foreseen } from '../run/event.ts';
import { canHold, foreseenIn, isUnread, laterOf, waitsForReading } from '../run/review.ts';
import type { LayerState, RunState } from '../run/state.ts';
import { askText, openAsks, openQuestions } from './asks.ts';
import { limitText } from './limits.ts';
import type { Attention, TaskAction, TaskRow } from './model.ts';
import { brief, count, list, oneLine } from './print.ts';
import { foreseenText, gateNote, refusalText } from './run-rows.ts';

/** What waits for a person, most urgent first: what holds the whole run, then what holds a task and its dependents. */
export function attention(state: RunState, rows: readonly TaskRow[], readOnly: boolean): Attention[] {
  return [
    ...pauses(state, readOnly),
    ...asks(state, readOnly),
    ...questions(state, readOnly),
    ...gateNeeds(state, readOnly),
    ...limits(state, readOnly),
    ...taskNeeds(rows),
    ...refusals(state, readOnly),
    ...readingNeeds(state, readOnly),
    ...foreseenNeeds(state, readOnly),
  ];
}

function pauses(state: RunState, readOnly: boolean): Attention[] {
  if (state.status.kind !== 'paused' || state.status.reason === undefined) return [];
  const actions: Attention['actions'] = readOnly ? [] : [{ kind: 'run', action: 'resume' }];
  return [{ kind: 'paused', text: `paused: ${brief(state.status.reason)}`, actions }];
}

/** What agents ask: they stand still until they are answered. */
function asks(state: RunState, readOnly: boolean): Attention[] {
  return state.tasks.flatMap((task, i) =>
    openAsks(task).map(({ id, ask }) => ({
      kind: 'asks',
      task: state.graph.nodes[i]?.id ?? '',
      text: askText(ask),
      ...(!readOnly && { ask: { id, ask } }),
      actions: [],
    })),
  );
}

/** What tasks ask instead of a result: all of it at once, to be answered in one form. */
function questions(state: RunState, readOnly: boolean): Attention[] {
  const forms = openQuestions(state);
  if (forms.length === 0) return [];
  const sum = forms.reduce((all, form) => all + form.questions.length, 0);
  const text = `${list(forms.map(({ title }) => oneLine(title)))}: ${count(sum, 'question')} before the work can go on`;
  return [{ kind: 'questions', text, ...(!readOnly && { forms }), actions: [] }];
}

/** Kinds of agent that only a person can bring back. */
function limits(state: RunState, readOnly: boolean): Attention[] {
  if (state.status.kind !== 'running') return [];
  return [...state.services.values()].flatMap(({ limit }) =>
    limit === undefined || limit.automatic
      ? []
      : [
          {
            kind: 'limited',
            text: limitText(limit, state),
            actions: readOnly ? [] : [{ kind: 'run', action: 'resume' }],
          },
        ],
  );
}

/** Gates that hold the run until a person settles them. */
export function gateNeeds(state: RunState, readOnly: boolean): Attention[] {
  const needs = (where: string, { gates, waived }: LayerState, layer?: number): Attention[] =>
    gates
      .filter((report) => holdsBack(report) && !waived.includes(report.gate))
      .map((report) => {
        const note = gateNote(report);
        const verdict = report.verdict === 'failed' ? 'failed' : 'did not run';
        const at = { gate: report.gate, ...(layer !== undefined && { layer }) };
        return {
          kind: 'gate',
          text: `gate ${oneLine(report.gate)} ${verdict} ${where}${note === undefined ? '' : `: ${note}`}`,
          actions: readOnly
            ? []
            : [
                ...(culpritsOf(state, report).length > 0 ? [{ kind: 'gate', action: 'mend', ...at } as const] : []),
                { kind: 'gate', action: 'report', ...at },
                { kind: 'gate', action: 'retry', ...at },
                { kind: 'gate', action: 'waive', ...at },
              ],
        };
      });
  return [
    ...state.layers.flatMap((layer, i) => needs(`after layer ${i + 1}`, layer, i + 1)),
    ...needs('at the end', state.end),
  ];
}

/** Work that could not be taken back, until somebody has read why. */
function refusals(state: RunState, readOnly: boolean): Attention[] {
  return state.tasks.flatMap(({ refusal }, i) =>
    refusal === undefined
      ? []
      : [
          {
            kind: 'roll-back',
            task: state.graph.nodes[i]?.id ?? '',
            text: refusalText(state, i, refusal),
            actions: readOnly ? [] : [taskAction('roll-back'), taskAction('read')],
          },
        ],
  );
}

/** What is unread, while nothing new starts for it. */
export function readingNeeds(state: RunState, readOnly: boolean): Attention[] {
  const { status, spec, tasks, graph } = state;
  const isWaiting =
    status.kind === 'running' && tasks.some(({ phase, attempts }) => phase.kind === 'waiting' && attempts.length === 0);
  if (!isWaiting || !waitsForReading(state)) return [];
  const most = spec.policy?.mostUnread ?? 0;
  const text = `merged and not read: no new task starts while more than ${most} ${most === 1 ? 'is' : 'are'} unread`;
  const actions = [taskAction('changes'), ...(readOnly ? [] : [taskAction('read'), taskAction('send-back')])];
  return tasks.flatMap((task, i) =>
    isUnread(state, task) ? [{ kind: 'review', task: graph.nodes[i]?.id ?? '', text, actions }] : [],
  );
}

/** What would conflict: nothing stands still for it. */
function foreseenNeeds(state: RunState, readOnly: boolean): Attention[] {
  const later = new Map<string, Foreseen[]>();
  for (const pair of state.foreseen) {
    const task = laterOf(state, pair);
    later.set(task, [...(later.get(task) ?? []), pair]);
  }
  return [...later].map(([task, pairs]) => {
    const own = state.tasks[state.index.get(task) ?? -1];
    const canBeHeld = !readOnly && own !== undefined && canHold(state, task, own);
    const text = foreseenText(foreseenIn(pairs, task));
    return { kind: 'foreseen', task, text, actions: canBeHeld ? [taskAction('hold')] : [] };
  });
}

function taskAction(action: TaskAction): Attention['actions'][number] {
  return { kind: 'task', action };
}

function taskNeeds(rows: readonly TaskRow[]): Attention[] {
  return rows.flatMap(({ id, status, note, actions }) =>
    status === 'conflict' || status === 'failed'
      ? [{ kind: status, task: id, text: note ?? status, actions: actions.map(taskAction) }]
      : [],
  );
}
