import { setTimeout as delay } from 'node:timers/promises';
import type { Foreseen } from '../core/run/event.ts';
import { isHeldPhase } from '../core/run/held.ts';
import type { RunState } from '../core/run/state.ts';
import type { EffectContext } from './attempt.ts';
import { foldersOf } from './inside.ts';
import { attemptDir } from './run-files.ts';
import { jobStarted } from './runner/job-files.ts';
import type { Workspaces } from './workspaces.ts';

/** The least time from one look to the next; more where looking takes long. */
const LEAST_MS = 10_000;
/** Looking takes at most this share of the time. */
const SHARE = 0.05;

/** Looks again and again which tasks at work would conflict, until `signal`. A look that fails is one that nobody took. */
export async function performRadar(
  { state, dir, workspaces, clock, submit }: EffectContext,
  signal: AbortSignal,
): Promise<void> {
  const radar = new Radar(workspaces, (task, attempt) => jobStarted(attemptDir(dir, task, attempt)));
  for (let wait = LEAST_MS; ;) {
    await delay(wait, undefined, { signal });
    const began = clock.mono();
    const pairs = await radar.look(state).catch(() => undefined);
    if (signal.aborted) return;
    if (pairs !== undefined) await submit({ type: 'foreseen', pairs });
    wait = Math.max(LEAST_MS, (clock.mono() - began) / SHARE);
  }
}

/** What a task at work has so far. */
interface Sight {
  readonly task: string;
  readonly attempt: number;
  readonly base: string;
  readonly commit: string;
  readonly paths: ReadonlySet<string>;
}

/** Two of them, or one and what is merged, that have changed the same files. */
interface Candidate {
  readonly tasks: Foreseen['tasks'];
  readonly both: ReadonlySet<string>;
  readonly commits: readonly [string, string];
}

/** What two commits conflict in, and in which look that was tried. */
interface Trial {
  readonly commits: readonly [string, string];
  readonly look: number;
  readonly files: readonly string[];
}

/** Merges on trial in one look; what is left over comes first in the next. */
const MOST_TRIALS = 200;

/**
 * Which changes do not go together: of tasks at work among each other, and with what is merged. Two are merged on trial
 * only where they have changed the same files, and again only when either has moved.
 */
export class Radar {
  readonly #workspaces: Pick<Workspaces, 'glance' | 'changed' | 'conflicts'>;
  readonly #hasBegun: (task: string, attempt: number) => boolean;
  /** The last of each task, by id. */
  #sights = new Map<string, Sight>();
  /** By the names of the tasks. */
  #trials = new Map<string, Trial>();
  /** Paths that were changed by merges, by the two commits. */
  #merged = new Map<string, ReadonlySet<string>>();
  #looks = 0;

  constructor(
    workspaces: Pick<Workspaces, 'glance' | 'changed' | 'conflicts'>,
    hasBegun: (task: string, attempt: number) => boolean,
  ) {
    this.#workspaces = workspaces;
    this.#hasBegun = hasBegun;
  }

  async look(state: RunState): Promise<Foreseen[]> {
    this.#looks++;
    this.#sights = await this.#sightsOf(state);
    const candidates = await this.#candidates([...this.#sights.values()], state.integration);
    const trials = new Map<string, Trial>();
    for (const [name, { commits }] of candidates) {
      const known = this.#trials.get(name);
      // The trial of what they were before stands until there is another.
      if (known !== undefined)
        trials.set(name, known.commits.join() === commits.join() ? { ...known, commits } : known);
    }
    const isNew = ([name, { commits }]: [string, Candidate]): boolean => trials.get(name)?.commits !== commits;
    const triedAt = ([name]: [string, Candidate]): number => trials.get(name)?.look ?? 0;
    const open = [...candidates].filter(isNew).sort((a, b) => triedAt(a) - triedAt(b));
    for (const [name, { commits }] of open.slice(0, MOST_TRIALS))
      trials.set(name, { commits, look: this.#looks, files: await this.#workspaces.conflicts(...commits) });
    this.#trials = trials;
    return [...candidates].flatMap(([name, { tasks, both }]) => {
      // What only one of them changed conflicts with what was merged in between.
      const files = trials.get(name)?.files.filter((path) => both.has(path)) ?? [];
      return files.length > 0 ? [{ tasks, files }] : [];
    });
  }

  /** Those that have changed the same files, by their names. */
  async #candidates(sights: readonly Sight[], head: string): Promise<Map<string, Candidate>> {
    const candidates = new Map<string, Candidate>();
    const merged = new Map<string, ReadonlySet<string>>();
    const consider = ({ paths, commit }: Sight, other: Pick<Sight, 'paths' | 'commit'>, tasks: Foreseen['tasks']) => {
      const both = inBoth(paths, other.paths);
      if (both.size > 0) candidates.set(JSON.stringify(tasks), { tasks, both, commits: [commit, other.commit] });
    };
    for (const [i, sight] of sights.entries()) {
      const { task, base } = sight;
      if (base !== head) {
        const key = `${base} ${head}`;
        const paths = merged.get(key) ?? this.#merged.get(key) ?? (await this.#pathsBetween(base, head));
        merged.set(key, paths);
        consider(sight, { paths, commit: head }, [task]);
      }
      for (const other of sights.slice(i + 1)) consider(sight, other, [task, other.task]);
    }
    this.#merged = merged;
    return candidates;
  }

  /** An agent that is in the way is seen as it was. */
  async #sightsOf(state: RunState): Promise<Map<string, Sight>> {
    const sights = new Map<string, Sight>();
    for (const [i, { phase, attempts }] of state.tasks.entries()) {
      const task = state.graph.nodes[i]?.id;
      const attempt = attempts.at(-1);
      if (task === undefined || attempt === undefined || !isHeldPhase(phase)) continue;
      const { number, base, snapshot } = attempt;
      const known = this.#sights.get(task);
      const last = known?.attempt === number ? known : undefined;
      // Before its agent begins, its folder may hold what somebody else left.
      const hasBegun = phase.kind === 'working' && this.#hasBegun(task, number);
      const isMoving = hasBegun || (phase.kind === 'taken' && phase.ready);
      const commit =
        (isMoving
          ? await this.#workspaces.glance({ slot: phase.agent, base, last: last?.commit })
          : snapshot?.commit) ?? last?.commit;
      if (commit === undefined) continue;
      const paths = commit === last?.commit ? last.paths : await this.#pathsBetween(base, commit);
      sights.set(task, { task, attempt: number, base, commit, paths });
    }
    return sights;
  }

  async #pathsBetween(before: string, after: string): Promise<ReadonlySet<string>> {
    return new Set((await this.#workspaces.changed(before, after)).map(({ path }) => path));
  }
}

/** What both have changed: a file of both, or a file that is a folder for the other. */
function inBoth(one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> {
  const within = (paths: ReadonlySet<string>, others: ReadonlySet<string>): string[] => {
    const folders = new Set([...others].flatMap(foldersOf));
    return [...paths].filter((path) => others.has(path) || folders.has(path));
  };
  return new Set([...within(one, other), ...within(other, one)]);
}
