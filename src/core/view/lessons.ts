import type { RunState } from '../run/state.ts';
import { formatMinutes, formatMs } from './duration.ts';
import { currentReports } from './measure.ts';
import type { Measures } from './measure.ts';
import { percentOf, significant } from './metrics.ts';
import { count, list, markdownText } from './print.ts';
import { failureText, gateNote } from './run-rows.ts';

/** What a run teaches, a heading and a sentence each, in Markdown. Every sentence is a count or a measurement. */
export interface Lessons {
  readonly worked: readonly string[];
  readonly improve: readonly string[];
}

export function lessonsOf(state: RunState, m: Measures): Lessons {
  const attempts =
    m.merged === 0 ? 0 : state.tasks.filter((t) => t.phase.kind === 'merged' && t.attempts.length === 1).length;
  const reports = currentReports(state);
  const late = m.elapsedMs / 60_000 - state.spec.plannedMinutes;
  const median = m.accuracy?.median;
  return {
    worked: [
      ...(attempts > 0
        ? [`**First Attempts**: ${attempts} of ${count(m.merged, 'merged task')} needed no second one`]
        : []),
      ...(reports.length > 0 && reports.every((report) => report.verdict === 'passed')
        ? [`**Quality Gates**: all ${count(reports.length, 'gate run')} on the merged work passed`]
        : []),
      ...(median !== undefined && Math.abs(median - 1) <= 0.15
        ? [`**Estimates**: within 15 % at the median (× ${significant(median)})`]
        : []),
      ...(state.status.kind === 'finished' && late < 0
        ? [`**Schedule**: ${formatMinutes(-late)} shorter than the ${formatMinutes(state.spec.plannedMinutes)} planned`]
        : []),
    ],
    improve: [
      ...stoppedTasks(state),
      ...caughtByGates(state),
      ...retriedTasks(state),
      ...unrunGates(state),
      ...offEstimates(m),
      ...idleAgents(state, m),
      ...(state.status.kind === 'finished' && late > 0
        ? [`**Schedule**: ${formatMinutes(late)} longer than the ${formatMinutes(state.spec.plannedMinutes)} planned`]
        : []),
    ],
  };
}

function stoppedTasks(state: RunState): string[] {
  return state.graph.nodes.flatMap((node, i) => {
    const phase = state.tasks[i]?.phase;
    if (phase?.kind === 'failed') return [`**Failure**: ${markdownText(`${node.id}: ${failureText(phase.failure)}`)}`];
    if (phase?.kind === 'conflict') return [`**Conflict**: ${markdownText(`${node.id} in ${list(phase.files)}`)}`];
    return [];
  });
}

function caughtByGates(state: RunState): string[] {
  const caught = new Map<string, string[]>();
  state.graph.nodes.forEach((node, i) => {
    for (const attempt of state.tasks[i]?.attempts ?? [])
      for (const { gate, verdict } of attempt.gates)
        if (verdict === 'failed')
          caught.set(gate, [...(caught.get(gate) ?? []), `${node.id} (attempt ${attempt.number})`]);
  });
  return [...caught].map(([gate, where]) => `**Gate ${markdownText(gate)}**: failed on ${markdownText(list(where))}`);
}

function retriedTasks(state: RunState): string[] {
  const retried = state.graph.nodes.flatMap((node, i) => {
    const n = state.tasks[i]?.attempts.length ?? 0;
    return n > 1 ? [`${node.id} (${n})`] : [];
  });
  return retried.length > 0 ? [`**Attempts**: more than one for ${markdownText(list(retried))}`] : [];
}

function unrunGates(state: RunState): string[] {
  const notes = new Map(
    currentReports(state).flatMap((r) => (r.verdict === 'not-run' ? [[r.gate, gateNote(r) ?? 'no reason given']] : [])),
  );
  return [...notes].map(([gate, note]) => `**Gate ${markdownText(gate)}**: did not run: ${markdownText(note)}`);
}

function offEstimates({ accuracy }: Measures): string[] {
  const off = (accuracy?.worst ?? []).filter(({ ratio }) => ratio > 1.5 || ratio < 1 / 1.5);
  const told = off.map(({ task, ratio }) => `${task} × ${significant(ratio)}`);
  return off.length > 0 ? [`**Estimates**: measured / estimated farthest from 1: ${markdownText(list(told))}`] : [];
}

function idleAgents(state: RunState, { utilisation, elapsedMs }: Measures): string[] {
  if (utilisation === undefined || utilisation >= 0.8) return [];
  const idle = (1 - utilisation) * state.spec.agents * elapsedMs;
  return [`**Agents**: idle for ${percentOf(1 - utilisation)} of their time, ${formatMs(idle)} in all`];
}
