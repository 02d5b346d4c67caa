import { holdsBack } from '../run/gates.ts';
import { culpritsOf } from '../run/decide.ts';
import type { LayerState, RunState } from '../run/state.ts';
import { askText, openAsks, openQuestions } from './asks.ts';
import { limitText } from './limits.ts';
import type { Attention, TaskRow } from './model.ts';
import { brief, count, list, oneLine } from './print.ts';
import { gateNote } from './run-rows.ts';

/** What waits for a person, most urgent first: what holds the whole run, then what holds a task and its dependents. */
export function attention(state: RunState, rows: readonly TaskRow[], readOnly: boolean): Attention[] {
  return [
    ...pauses(state, readOnly),
    ...asks(state, readOnly),
    ...questions(state, readOnly),
    ...gateNeeds(state, readOnly),
    ...limits(state, readOnly),
    ...taskNeeds(rows),
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

function taskNeeds(rows: readonly TaskRow[]): Attention[] {
  return rows.flatMap(({ id, status, note, actions }) =>
    status === 'conflict' || status === 'failed'
      ? [{ kind: status, task: id, text: note ?? status, actions: actions.map((action) => ({ kind: 'task', action })) }]
      : [],
  );
}
