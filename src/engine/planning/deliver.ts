import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withDecisions } from '../../core/planning/decisions.ts';
import { markFinished } from '../../core/planning/replan.ts';
import { decisionsOf } from '../../core/planning/run-decisions.ts';
import { artefactPath, DELIVERED, STEPS, type Artefact } from '../../core/planning/steps.ts';
import type { RunState } from '../../core/run/state.ts';
import { openRepository } from '../git/preflight.ts';
import { showTexts } from '../git/diff.ts';
import { replaceText } from '../replace-text.ts';

/** An artefact of a planning run, beside what the user has in its place. */
export interface Delivery {
  readonly name: Artefact;
  /** Relative to the repository, `/` as separator. */
  readonly path: string;
  readonly text: string;
  /** What stands there now; absent: nothing. */
  readonly present?: string;
}

/**
 * What a planning run has to hand over: the artefacts of the steps that it did, with what was decided in discovery.md, and
 * the tasks ticked in plan.md that were done before. Changes nothing.
 */
export async function deliveries(root: string, state: RunState): Promise<Delivery[]> {
  const { planning } = state.spec;
  const opened = await openRepository(root);
  if (planning === undefined || !opened.ok) return [];
  const merged = new Set(
    state.graph.nodes.flatMap(({ id }, i) => (state.tasks[i]?.attempts.at(-1)?.merged ? [id] : [])),
  );
  const decisions = decisionsOf(state);
  const written = new Set<Artefact>(STEPS.filter(({ id }) => merged.has(id)).flatMap(({ writes }) => writes));
  if (decisions.length > 0) written.add('discovery.md');
  const names = DELIVERED.filter((name) => written.has(name));
  const commit = state.integration;
  const texts = await showTexts(
    opened.repository,
    names.map((name) => ({ commit, path: artefactPath(planning.folder, name) })),
  );
  const handed = await Promise.all(
    names.map(async (name, i): Promise<Delivery[]> => {
      const text = texts[i];
      if (text === undefined) return [];
      const path = artefactPath(planning.folder, name);
      const present = await textAt(join(root, path));
      const finished = name === 'discovery.md' ? withDecisions(text, decisions) : text;
      const whole = name === 'plan.md' ? markFinished(finished, finishedIn(state)) : finished;
      return [{ name, path, text: whole, ...(present !== undefined && { present }) }];
    }),
  );
  return handed.flat();
}

/** Whether the user has something else in an artefact's place. */
export function replaces({ text, present }: Delivery): boolean {
  return present !== undefined && present.replaceAll('\r\n', '\n') !== text.replaceAll('\r\n', '\n');
}

/** Writes what would be handed over into the run's folder, to be held against what the user has; its path. */
export async function offer(dir: string, { path, text }: Delivery): Promise<string> {
  const offered = join(dir, 'offered', path);
  await mkdir(dirname(offered), { recursive: true });
  await replaceText(offered, text);
  return offered;
}

/**
 * Writes artefacts into the user's folder, each whole or not at all. What stood in their place is kept in the run's folder
 * under `replaced/`, and what was handed over under `delivered/`, to see later what the user has changed. What was edited
 * since it was looked at stays as it is; returns the paths that were written.
 */
export async function deliver(root: string, dir: string, files: readonly Delivery[]): Promise<string[]> {
  const written: string[] = [];
  for (const { name, path, text, present } of files) {
    const at = join(root, path);
    if ((await textAt(at)) !== present) continue;
    if (present !== undefined && present !== text) {
      // A byte-exact copy: what is shown as text need not be all that there is.
      await mkdir(dirname(join(dir, 'replaced', path)), { recursive: true });
      await cp(at, join(dir, 'replaced', path));
    }
    await mkdir(dirname(at), { recursive: true });
    if (present !== text) await replaceText(at, text);
    await mkdir(join(dir, 'delivered'), { recursive: true });
    await replaceText(join(dir, 'delivered', name), text);
    written.push(path);
  }
  return written;
}

/** What a run handed over of an artefact, as it was then. */
export function deliveredText(dir: string, name: Artefact): Promise<string | undefined> {
  return textAt(join(dir, 'delivered', name));
}

export async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Tasks of the plan before that the run was told are done. */
function finishedIn({ spec }: RunState): readonly string[] {
  return spec.gates.flatMap(({ measure }) => (measure?.kind === 'artefacts' ? measure.finished : []));
}
