import type { RunState } from '../run/state.ts';
import { forecast } from '../schedule/simulate.ts';
import { taskMs } from './measure.ts';

/** What a number of agents would have given. */
export interface WithAgents {
  readonly agents: number;
  readonly minutes: number;
  /** As many as the run had. */
  readonly own: boolean;
}

/** How those minutes come about, for people. */
export const OTHER_AGENTS =
  'The run simulated again, each task as long as it was measured; merges and the gates of layers are not in it';

const MOST_AGENTS = 8;

/**
 * The run simulated again with other numbers of agents, each task as long as it was measured; merges and the gates of
 * layers are not in it. Up to where more of them give nothing. Empty where it was not finished well, or one after another.
 */
export function withOtherAgents(state: RunState): WithAgents[] {
  const { spec, graph, tasks } = state;
  const isDone = state.status.kind === 'finished' && state.status.outcome === 'succeeded';
  if (!isDone || spec.strategy === 'sequential') return [];
  const ran = tasks.map((task) => task.phase.kind === 'merged');
  if (ran.filter(Boolean).length < 2) return [];
  const standing = {
    strategy: spec.strategy,
    priorities: spec.priorities,
    statuses: ran.map((did) => (did ? 'waiting' : 'finished')),
    durations: tasks.map((task) => (taskMs(task, state.time) ?? 0) / 60_000),
  };
  const most = Math.max(MOST_AGENTS, spec.agents);
  const all = Array.from({ length: most }, (_, i) => {
    const agents = i + 1;
    return { agents, minutes: forecast(graph, { ...standing, agents }).minutes, own: agents === spec.agents };
  });
  const least = Math.min(...all.map(({ minutes }) => minutes));
  const enough = all.findIndex(({ minutes }) => minutes === least);
  return all.filter(({ own }, i) => own || i <= enough);
}

/** How long agents had nothing to do, ms of all of them together, by which tasks ran meanwhile; the longest first. */
export function idleTimes({ spec, graph, tasks, time }: RunState): { readonly while: string[]; readonly ms: number }[] {
  const held = tasks.flatMap(({ attempts }, i) =>
    attempts.map(({ startedAt, endedAt = time }) => ({ task: graph.nodes[i]?.id ?? '', startedAt, endedAt })),
  );
  const moments = [...new Set([0, time, ...held.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt])])];
  moments.sort((a, b) => a - b);
  const begins = held.toSorted((a, b) => a.startedAt - b.startedAt);
  const idle = new Map<string, { while: string[]; ms: number }>();
  let running: typeof held = [];
  let next = 0;
  moments.forEach((from, i) => {
    const to = moments[i + 1] ?? from;
    running = running.filter(({ endedAt }) => endedAt > from);
    for (let one = begins[next]; one !== undefined && one.startedAt <= from; one = begins[++next])
      if (one.endedAt > from) running.push(one);
    const ms = (spec.agents - running.length) * (to - from);
    if (ms <= 0) return;
    const names = running.map(({ task }) => task).sort();
    const known = idle.get(names.join('\n'));
    idle.set(names.join('\n'), { while: names, ms: ms + (known?.ms ?? 0) });
  });
  return [...idle.values()].sort((a, b) => b.ms - a.ms);
}

/** How long agents stood still until somebody answered, by task, in the order of the plan. */
export function answerTimes({ graph, tasks }: RunState): { readonly task: string; readonly ms: number }[] {
  return tasks.flatMap(({ attempts }, i) =>
    attempts.flatMap(({ asks }) =>
      asks.flatMap(({ askedAt, answeredAt = askedAt }) =>
        answeredAt > askedAt ? [{ task: graph.nodes[i]?.id ?? '', ms: answeredAt - askedAt }] : [],
      ),
    ),
  );
}
