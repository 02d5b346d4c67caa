import { isUndelivered } from '../core/planning/undelivered.ts';
import { askToYield } from '../engine/control.ts';
import { openRun } from '../engine/open-run.ts';
import { afterPlanning } from './after-planning.ts';
import { BAD_INPUT, engineFor, rootOf, settingsIn, type Options } from './command-line.ts';
import { drive } from './drive.ts';
import { findRun } from './run-commands.ts';

/** Goes on with a run that nobody drives, or with what a finished planning run has not handed over. */
export async function resume(id: string | undefined, options: Options): Promise<number> {
  const root = await rootOf(options.folder);
  if (root === undefined) return BAD_INPUT;
  const run = await findRun(
    root,
    id,
    ({ state }) => state !== undefined && (state.status.kind !== 'finished' || isUndelivered(state)),
  );
  const settings = run === undefined ? undefined : settingsIn(root, options);
  if (run === undefined || settings === undefined) return BAD_INPUT;
  const engine = engineFor(root, options.detached ? 'detached' : 'cli', settings);
  let opened = await openRun(engine, run.id);
  // A closing window hands over while it still holds the run; a detached engine gives it back when asked.
  for (let tries = 0; opened.kind === 'owned' && tries < 40; tries++) {
    if (options.detached) await new Promise((wait) => setTimeout(wait, 250));
    else if (opened.owner.driver !== 'detached' || !(await askToYield(opened.owner))) break;
    opened = await openRun(engine, run.id);
  }
  const status = opened.kind === 'opened' ? opened.session.state.status.kind : undefined;
  if (opened.kind === 'opened' && status !== 'cancelling' && status !== 'finished')
    await opened.session.dispatch({ type: 'resume' });
  return drive(root, opened, options, (state) => afterPlanning(root, state, options));
}
