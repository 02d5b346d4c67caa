import type { RunState } from '../run/state.ts';
import { formatMinutes, formatMs } from './duration.ts';
import { answerTimes, idleTimes, withOtherAgents } from './hindsight.ts';
import { currentReports } from './measure.ts';
import type { Measures } from './measure.ts';
import { significant } from './metrics.ts';
import { count, list, percentOf } from './print.ts';
import { failureText, gateNote } from './run-rows.ts';

/** What a run teaches. Every sentence is a count or a measurement. */
export interface Lessons {
  readonly worked: readonly Lesson[];
  readonly improve: readonly Lesson[];
}

export interface Lesson {
  /** `Estimates` */
  readonly about: string;
  readonly text: string;
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
      ...when(atOnce > 0, 'First Attempts', `${atOnce} of ${count(merged.length, 'merged task')} needed no second one`),
      ...when(allPassed, 'Quality Gates', `the last run of each passed (${count(reports.length, 'run')})`),
      ...when(Math.abs(median - 1) <= 0.15, 'Estimates', `within 15 % at the median (× ${significant(median)})`),
      ...when(late < 0, 'Schedule', `${formatMinutes(-late)} shorter ${planned}`),
    ],
    improve: [
      ...stoppedTasks(state),
      ...caughtByGates(state),
      ...retriedTasks(state),
      ...unrunGates(state),
      ...offEstimates(m),
      ...waitedForAnswers(state),
      ...idleAgents(state, m),
      ...otherAgents(state),
      ...when(late > 0, 'Schedule', `${formatMinutes(late)} longer ${planned}`),
    ],
  };
}

function when(measured: boolean, about: string, text: string): Lesson[] {
  return measured ? [{ about, text }] : [];
}

function stoppedTasks(state: RunState): Lesson[] {
  return state.graph.nodes.flatMap(({ id }, i) => {
    const phase = state.tasks[i]?.phase;
    if (phase?.kind === 'failed') return [{ about: 'Failure', text: `${id}: ${failureText(phase.failure)}` }];
    if (phase?.kind === 'conflict') return [{ about: 'Conflict', text: `${id} in ${list(phase.files)}` }];
    return [];
  });
}

function caughtByGates(state: RunState): Lesson[] {
  const caught = new Map<string, string[]>();
  state.graph.nodes.forEach((node, i) => {
    for (const attempt of state.tasks[i]?.attempts ?? [])
      for (const { gate, verdict } of attempt.gates)
        if (verdict === 'failed')
          caught.set(gate, [...(caught.get(gate) ?? []), `${node.id} (attempt ${attempt.number})`]);
  });
  return [...caught].map(([gate, where]) => ({ about: `Gate ${gate}`, text: `failed on ${list(where)}` }));
}

function retriedTasks(state: RunState): Lesson[] {
  const retried = state.graph.nodes.flatMap((node, i) => {
    const n = state.tasks[i]?.attempts.length ?? 0;
    return n > 1 ? [`${node.id} (${n})`] : [];
  });
  return when(retried.length > 0, 'Attempts', `more than one for ${list(retried)}`);
}

function unrunGates(state: RunState): Lesson[] {
  const notes = new Map(
    currentReports(state).flatMap((r) => (r.verdict === 'not-run' ? [[r.gate, gateNote(r) ?? 'no reason given']] : [])),
  );
  return [...notes].map(([gate, note]) => ({ about: `Gate ${gate}`, text: `did not run: ${note}` }));
}

function offEstimates({ accuracy }: Measures): Lesson[] {
  const off = (accuracy?.worst ?? []).filter(({ ratio }) => ratio > 1.5 || ratio < 1 / 1.5);
  const told = off.map(({ task, ratio }) => `${task} × ${significant(ratio)}`);
  return when(off.length > 0, 'Estimates', `measured / estimated farthest from 1: ${list(told)}`);
}

const WORTH_TELLING_MS = 1000;

function waitedForAnswers(state: RunState): Lesson[] {
  const waits = answerTimes(state).toSorted((a, b) => b.ms - a.ms);
  const ms = waits.reduce((sum, wait) => sum + wait.ms, 0);
  const [longest] = waits;
  if (longest === undefined || ms < WORTH_TELLING_MS) return [];
  const most = waits.length > 1 ? `, longest ${longest.task} with ${formatMs(longest.ms)}` : ` (${longest.task})`;
  return [{ about: 'Answers', text: `agents waited ${formatMs(ms)} for ${count(waits.length, 'answer')}${most}` }];
}

function idleAgents(state: RunState, { utilisation }: Measures): Lesson[] {
  if (utilisation === undefined || utilisation >= 0.8) return [];
  const idle = idleTimes(state);
  const ms = idle.reduce((sum, one) => sum + one.ms, 0);
  if (ms === 0) return [];
  const share = percentOf(ms / (state.spec.agents * state.time));
  const told = idle.map((one) => {
    const what = one.while.length === 0 ? 'nothing ran' : `only ${list(one.while)} ran`;
    return `${formatMs(one.ms)} while ${what}`;
  });
  return [
    {
      about: 'Agents',
      text: `idle for ${share} of their time, ${formatMs(ms)} in all: ${told.slice(0, 3).join('; ')}`,
    },
  ];
}

/** Less is within the noise of a simulation that knows no merges. */
const WORTH_IT = 0.05;

/** Whether more agents would have been faster, or fewer as fast. */
function otherAgents(state: RunState): Lesson[] {
  const all = withOtherAgents(state);
  const own = all.find((one) => one.own);
  const least = Math.min(...all.map(({ minutes }) => minutes));
  if (own === undefined || own.minutes === 0) return [];
  const enough = all.find(({ minutes }) => minutes <= least * (1 + WORTH_IT)) ?? own;
  const took = ({ minutes }: { readonly minutes: number }): string => formatMs(minutes * 60_000);
  const how = 'simulated again with the times that were measured';
  if (enough.agents > own.agents && own.minutes > least * (1 + WORTH_IT))
    return [
      {
        about: 'Agents',
        text: `${enough.agents} instead of ${own.agents} would have made it ${took(enough)} instead of ${took(own)}, ${how}`,
      },
    ];
  return enough.agents < own.agents
    ? [
        {
          about: 'Agents',
          text: `${enough.agents} would have been enough: ${took(enough)} instead of ${took(own)}, ${how}`,
        },
      ]
    : [];
}
