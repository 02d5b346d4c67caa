import type { TaskGraph } from '../graph/task-graph.ts';
import type { PlanTask } from '../plan/plan.ts';
import { isTestFile } from '../gate/test-files.ts';
import { random } from './random.ts';
import { forecast, type Choice } from './simulate.ts';

/** What sort of work a task is, as far as its files, else its title, tell. */
export const TASK_KINDS = ['code', 'tests', 'docs', 'setup'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** A finished task of a past run. */
export interface Sample {
  readonly kind: TaskKind;
  /** Id of the agent that did it. */
  readonly agent: string;
  /** Measured active time / estimate: 2 took twice as long. Above 0. */
  readonly factor: number;
  readonly attempts: number;
  /** Measured active minutes and US dollars of all its attempts; absent where its cost is not known. */
  readonly spent?: { readonly minutes: number; readonly usd: number };
}

/** How estimates of one kind of task and one agent have turned out. */
export interface Factors {
  readonly p50: number;
  readonly p90: number;
  readonly tasks: number;
  readonly attempts: number;
  /** `kind`: tasks of this kind by this agent; `agent`: all of this agent's, because there are too few of the kind. */
  readonly of: 'kind' | 'agent';
  readonly samples: readonly Sample[];
}

/** Fewer tell nothing of a 90th percentile, and little of a median. */
export const FEWEST_SAMPLES = 5;

const DOCS = /(?:^|\/)docs?\/|\.(?:md|mdx|rst|adoc|txt)$/i;
const SETUP =
  /(?:^|\/)(?:\.[\w-]+(?:\/|$)|(?:Docker|Make|Proc)file|package(?:-lock)?\.json|tsconfig[\w.-]*\.json|pyproject\.toml|requirements[\w.-]*\.txt|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|pom\.xml)|\.(?:ya?ml|toml|ini|cfg|conf|env|lock|gradle|tf)$/;
const SAYS_TESTS = /\b(?:tests?|testing|specs?|coverage|e2e)\b/i;
const SAYS_DOCS = /\b(?:docs?|documentation|document|readme|changelog|guide)\b/i;
const SAYS_SETUP =
  /\b(?:set ?up|configur(?:e|ation)|install|initiali[sz]e|scaffold|docker|ci|pipeline|deploy(?:ment)?)\b/i;

export function taskKind({ files, title }: Pick<PlanTask, 'files' | 'title'>): TaskKind {
  if (files.length > 0) {
    if (files.every(isTestFile)) return 'tests';
    if (files.every((file) => SETUP.test(file))) return 'setup';
    return files.every((file) => DOCS.test(file)) ? 'docs' : 'code';
  }
  if (SAYS_TESTS.test(title)) return 'tests';
  if (SAYS_DOCS.test(title)) return 'docs';
  return SAYS_SETUP.test(title) ? 'setup' : 'code';
}

/** The factors of a kind of task by an agent; undefined where the repository's runs do not tell enough. */
export function factorsFor(samples: readonly Sample[], kind: TaskKind, agent: string): Factors | undefined {
  const own = samples.filter((sample) => sample.agent === agent);
  const alike = own.filter((sample) => sample.kind === kind);
  const used = alike.length >= FEWEST_SAMPLES ? alike : own;
  if (used.length < FEWEST_SAMPLES) return undefined;
  const factors = used.map(({ factor }) => factor).sort((a, b) => a - b);
  return {
    p50: quantile(factors, 0.5),
    p90: quantile(factors, 0.9),
    tasks: used.length,
    attempts: used.reduce((sum, { attempts }) => sum + attempts, 0),
    of: used === alike ? 'kind' : 'agent',
    samples: used,
  };
}

/** What a minute of an agent's work has cost; undefined where the repository's runs do not tell enough. */
export function costRate(
  samples: readonly Sample[],
  agent: string,
): { readonly usdPerMinute: number; readonly attempts: number } | undefined {
  const own = samples.filter((sample) => sample.agent === agent && sample.spent !== undefined);
  if (own.length < FEWEST_SAMPLES) return undefined;
  const sum = (of: (sample: Sample) => number): number => own.reduce((total, sample) => total + of(sample), 0);
  return {
    usdPerMinute: sum(({ spent }) => spent?.usd ?? 0) / sum(({ spent }) => spent?.minutes ?? 0),
    attempts: sum(({ attempts }) => attempts),
  };
}

/** Linear between the values around it (type 7 of Hyndman and Fan, The American Statistician 50(4), 1996). */
export function quantile(ascending: readonly number[], q: number): number {
  const at = (ascending.length - 1) * q;
  const low = ascending[Math.floor(at)] ?? NaN;
  const high = ascending[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** How long a plan takes if its tasks turn out as past ones have. */
export interface DurationRange {
  /** Minutes. */
  readonly p50: number;
  readonly p90: number;
  /** Tasks of the plan for which there is history, and those for which their estimate is taken as it is. */
  readonly calibrated: number;
  readonly others: number;
  /** Finished tasks of past runs that were drawn from. */
  readonly samples: number;
}

const MOST_ROUNDS = 200;
const FEWEST_ROUNDS = 20;
const MOST_TASKS = 20_000;
const SEED = 1;

/**
 * Simulates the schedule many times over, each task with the factor of some past task of its kind, drawn anew each time
 * (a bootstrap, Efron, The Annals of Statistics 7(1), 1979); undefined where no task has a history. The same input gives
 * the same range.
 */
export function durationRange(
  graph: TaskGraph,
  choice: Choice & { readonly priorities: readonly number[] },
  factors: readonly (Factors | undefined)[],
): DurationRange | undefined {
  const known = factors.filter((own) => own !== undefined);
  if (known.length === 0) return undefined;
  const next = random(SEED);
  const rounds = Math.min(MOST_ROUNDS, Math.max(FEWEST_ROUNDS, Math.floor(MOST_TASKS / graph.nodes.length)));
  const minutes = Array.from({ length: rounds }, () => {
    const durations = graph.nodes.map((node, i) => {
      const past = factors[i]?.samples;
      return node.minutes * (past?.[Math.floor(next() * past.length)]?.factor ?? 1);
    });
    return forecast(graph, { ...choice, durations }).minutes;
  }).sort((a, b) => a - b);
  return {
    p50: quantile(minutes, 0.5),
    p90: quantile(minutes, 0.9),
    calibrated: known.length,
    others: graph.nodes.length - known.length,
    samples: new Set(known.flatMap(({ samples }) => samples)).size,
  };
}
