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
  const merged = state.tasks.filter((task) => task.phase.kind === 'merged');
  const atOnce = merged.filter((task) => task.attempts.length === 1).length;
  const reports = currentReports(state);
  const allPassed = reports.length > 0 && reports.every((report) => report.verdict === 'passed');
  const median = m.accuracy?.median ?? 0;
  // A run that broke off was not quick.
  const done = state.status.kind === 'finished' && state.status.outcome === 'succeeded';
  const { plannedMinutes } = state.spec;
  const late = done ? m.elapsedMs / 60_000 - plannedMinutes : 0;
  const planned = `than the ${formatMinutes(plannedMinutes)} planned`;
  return {
    worked: [
      ...when(
        atOnce > 0,
        `**First Attempts**: ${atOnce} of ${count(merged.length, 'merged task')} needed no second one`,
      ),
      ...when(allPassed, `**Quality Gates**: the last run of each passed (${count(reports.length, 'run')})`),
      ...when(Math.abs(median - 1) <= 0.15, `**Estimates**: within 15 % at the median (× ${significant(median)})`),
      ...when(late < 0, `**Schedule**: ${formatMinutes(-late)} shorter ${planned}`),
    ],
    improve: [
      ...stoppedTasks(state),
      ...caughtByGates(state),
      ...retriedTasks(state),
      ...unrunGates(state),
      ...offEstimates(m),
      ...idleAgents(state, m),
      ...when(late > 0, `**Schedule**: ${formatMinutes(late)} longer ${planned}`),
    ],
  };
}

function when(measured: boolean, lesson: string): string[] {
  return measured ? [lesson] : [];
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
