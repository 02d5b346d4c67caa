import { setTimeout as delay } from 'node:timers/promises';
import type { Foreseen } from '../core/run/event.ts';
import { isHeldPhase } from '../core/run/held.ts';
import type { RunState } from '../core/run/state.ts';
import type { EffectContext } from './attempt.ts';
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

/**
 * Which changes do not go together: of tasks at work among each other, and with what is merged. Two are merged on trial
 * only where they have changed the same files, and again only when either has moved.
 */
export class Radar {
  readonly #workspaces: Pick<Workspaces, 'glance' | 'changed' | 'conflicts'>;
  readonly #hasBegun: (task: string, attempt: number) => boolean;
  /** The last of each task, by id. */
  #sights = new Map<string, Sight>();
  /** By the two commits: the files that they conflict in. */
  #trials = new Map<string, readonly string[]>();
  /** Paths that differ, by the two commits. */
  #differences = new Map<string, ReadonlySet<string>>();

  constructor(
    workspaces: Pick<Workspaces, 'glance' | 'changed' | 'conflicts'>,
    hasBegun: (task: string, attempt: number) => boolean,
  ) {
    this.#workspaces = workspaces;
    this.#hasBegun = hasBegun;
  }

  async look(state: RunState): Promise<Foreseen[]> {
    this.#sights = await this.#sightsOf(state);
    const sights = [...this.#sights.values()];
    const head = state.integration;
    const trials = new Map<string, readonly string[]>();
    const differences = new Map<string, ReadonlySet<string>>();
    const pairs: Foreseen[] = [];
    const tryOut = async (sight: Sight, commit: string, paths: ReadonlySet<string>, tasks: Foreseen['tasks']) => {
      const both = new Set([...sight.paths].filter((path) => paths.has(path)));
      if (both.size === 0) return;
      const key = `${sight.commit} ${commit}`;
      const conflicts = this.#trials.get(key) ?? (await this.#workspaces.conflicts(sight.commit, commit));
      trials.set(key, conflicts);
      // What only one of them changed conflicts with what was merged in between.
      const files = conflicts.filter((path) => both.has(path));
      if (files.length > 0) pairs.push({ tasks, files });
    };
    for (const [i, sight] of sights.entries()) {
      if (sight.base !== head) {
        const key = `${sight.base} ${head}`;
        const known = differences.get(key) ?? this.#differences.get(key);
        const merged = known ?? (await this.#pathsBetween(sight.base, head));
        differences.set(key, merged);
        await tryOut(sight, head, merged, [sight.task]);
      }
      for (const other of sights.slice(i + 1)) await tryOut(sight, other.commit, other.paths, [sight.task, other.task]);
    }
    this.#trials = trials;
    this.#differences = differences;
    return pairs;
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
