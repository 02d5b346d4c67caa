import type { RunState, TaskState } from '../run/state.ts';
import { formatMs } from './duration.ts';
import { measure, taskMs } from './measure.ts';
import { runFigures } from './metrics.ts';
import { branches, count, heading, list, markdownText, oneLine, percentOf } from './print.ts';

/** Two runs beside each other: the figures of the summary, and the tasks that came out differently. */
export interface Comparison {
  readonly runs: readonly [string, string];
  readonly figures: readonly FigurePair[];
  /** Of tasks that both have, by the id, those that differ most first. */
  readonly tasks: readonly TaskPair[];
  /** Ids that only one of them has. */
  readonly only: readonly [readonly string[], readonly string[]];
}

export interface FigurePair {
  readonly label: string;
  /** As the summary shows them; empty where a run has no such figure. */
  readonly values: readonly [string, string];
  /** Of the second to the first, where both are measured: `−12 min, −20 %`. */
  readonly change?: string;
}

export interface TaskPair {
  readonly id: string;
  readonly outcomes: readonly [string, string];
  readonly attempts: readonly [number, number];
  /** Active time of all attempts, ms; absent: it never began. */
  readonly ms: readonly [number | undefined, number | undefined];
}

export function compareRuns(first: RunState, second: RunState): Comparison {
  const both = [first, second] as const;
  const [a, b] = [tasksOf(first), tasksOf(second)];
  const pairs = [...a].flatMap(([id, one]): TaskPair[] => {
    const other = b.get(id);
    if (other === undefined) return [];
    return [
      {
        id,
        outcomes: [one.phase.kind, other.phase.kind],
        attempts: [one.attempts.length, other.attempts.length],
        ms: [taskMs(one, first.time), taskMs(other, second.time)],
      },
    ];
  });
  return {
    runs: [first.spec.id, second.spec.id],
    figures: [...chosen(first, second), ...figures(both)],
    tasks: pairs.filter(differs).sort((x, y) => difference(y) - difference(x)),
    only: [[...a.keys()].filter((id) => !b.has(id)), [...b.keys()].filter((id) => !a.has(id))],
  };
}

function tasksOf({ graph, tasks }: RunState): Map<string, TaskState> {
  return new Map(graph.nodes.flatMap(({ id }, i) => (tasks[i] === undefined ? [] : [[id, tasks[i]] as const])));
}

function chosen({ spec: a }: RunState, { spec: b }: RunState): FigurePair[] {
  return [
    { label: 'strategy', values: [a.strategy, b.strategy] },
    { label: 'agents', values: [`${a.agents}`, `${b.agents}`] },
  ];
}

/** The figures of each, in the order of the first; the times with how they have changed. */
function figures(runs: readonly [RunState, RunState]): FigurePair[] {
  const [a, b] = runs.map((state) => new Map(runFigures(state, state.time).map((figure) => [figure.id, figure])));
  const [x, y] = runs.map((state) => measure(state, state.time));
  const times: Readonly<Record<string, readonly [number | undefined, number | undefined]>> = {
    duration: [x?.elapsedMs, y?.elapsedMs],
    'sequential-measured': [x?.sequentialMs, y?.sequentialMs],
  };
  const ids = [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])];
  return ids.map((id) => {
    const [one, other] = [a?.get(id), b?.get(id)];
    const change = changeOf(...(times[id] ?? [undefined, undefined]));
    return {
      label: one?.label ?? other?.label ?? id,
      values: [one?.value ?? '', other?.value ?? ''],
      ...(change !== undefined && { change }),
    };
  });
}

function changeOf(before: number | undefined, after: number | undefined): string | undefined {
  if (before === undefined || after === undefined || before <= 0 || before === after) return undefined;
  const sign = after > before ? '+' : '−';
  return `${sign}${formatMs(Math.abs(after - before))}, ${sign}${percentOf(Math.abs(after / before - 1))}`;
}

function differs({ outcomes, attempts, ms }: TaskPair): boolean {
  return outcomes[0] !== outcomes[1] || attempts[0] !== attempts[1] || ms[0] !== ms[1];
}

/** Another outcome goes before any time. */
function difference({ outcomes, ms: [a = 0, b = 0] }: TaskPair): number {
  return (outcomes[0] === outcomes[1] ? 0 : Number.MAX_SAFE_INTEGER / 2) + Math.abs(a - b);
}

const SHOWN = 12;

export function comparisonText(comparison: Comparison): string {
  const { runs, tasks, only } = comparison;
  const rows = [
    ['', ...runs, ''],
    ...comparison.figures.map(({ label, values, change = '' }) => [label, ...values, change]),
  ];
  const shown = tasks.slice(0, SHOWN);
  return [
    ...heading(`📊 Comparison: ${runs.join(' and ')}`),
    ...table(rows.map((row) => row.map(oneLine))),
    ...(shown.length === 0 ? [] : ['', '🔀 Tasks that came out differently:']),
    ...branches(shown.map(taskText)),
    ...(tasks.length > shown.length ? [`  … and ${count(tasks.length - shown.length, 'more task')}`] : []),
    ...only.flatMap((ids, i) =>
      ids.length === 0 ? [] : ['', `Only in ${runs[i] ?? ''}: ${list(ids.map(oneLine), 8)}`],
    ),
  ].join('\n');
}

/** The same for an editor: every task that came out differently, in tables. */
export function comparisonMarkdown({ runs, figures: pairs, tasks, only }: Comparison): string {
  return [
    `# Comparison: ${runs.map(markdownText).join(' and ')}`,
    '',
    ...markdownTable(
      ['', ...runs, 'Change'],
      pairs.map(({ label, values, change = '' }) => [label, ...values, change]),
    ),
    '',
    '## Tasks That Came Out Differently',
    '',
    ...(tasks.length === 0
      ? ['None.']
      : markdownTable(
          ['Task', ...runs, 'Change'],
          tasks.map(({ id, outcomes, attempts, ms }) => [
            id,
            ...([0, 1] as const).map((i) =>
              [outcomes[i], timeText(ms[i]), ...(attempts[i] > 1 ? [`${attempts[i]} attempts`] : [])].join(', '),
            ),
            changeOf(...ms) ?? '',
          ]),
        )),
    ...only.flatMap((ids, i) =>
      ids.length === 0
        ? []
        : ['', `## Only in ${markdownText(runs[i] ?? '')}`, '', ...ids.map((id) => `- ${markdownText(id)}`)],
    ),
    '',
  ].join('\n');
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? 'not run' : formatMs(ms);
}

function taskText({ id, outcomes, attempts, ms }: TaskPair): string {
  const outcome = outcomes[0] === outcomes[1] ? '' : `, ${outcomes.join(' → ')}`;
  const tries = attempts[0] === attempts[1] ? '' : `, attempts ${attempts.join(' → ')}`;
  const change = changeOf(...ms);
  const times = ms.map(timeText).join(' → ');
  return `${oneLine(id)}: ${times}${change === undefined ? '' : ` (${change})`}${tries}${outcome}`;
}

/** Columns as wide as their widest cell, without blanks at the ends of lines. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => Array.from(row[column] ?? '').length));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(width(column) - Array.from(cell).length))
      .join('  ')
      .trimEnd(),
  );
}
