import { join, relative } from 'node:path';
import { list } from '../core/view/print.ts';
import { runGit, textOf } from '../engine/git/git.ts';
import { deliver, deliveries, offer, replaces, type Delivery } from '../engine/planning/deliver.ts';
import type { RunSession } from '../engine/session.ts';
import { complain, say, type Options } from './command-line.ts';
import { confirm, isAttended } from './questions.ts';

/**
 * Hands the artefacts of a finished planning run to the user: nothing of theirs is replaced before the difference was shown
 * and they agreed. Whether they are there now; else all is as it was.
 */
export async function handOver(session: RunSession, options: Options): Promise<boolean> {
  const { root, dir, state } = session;
  const files = await deliveries(root, state);
  const theirs = files.filter(replaces);
  if (theirs.length > 0 && !options.replace) {
    const names = list(theirs.map(({ path }) => path));
    for (const file of theirs) say(await difference(root, dir, file));
    const kept = relative(root, join(dir, 'replaced'));
    if (!isAttended() || options.json) {
      complain(
        `${names}: yours differ from what was planned, and nothing was written. Take what was planned, with the old ones kept in ${kept}, by: orca resume ${state.spec.id} --replace`,
      );
      return false;
    }
    if (!(await confirm(`Replace ${names}? The old ones are kept in ${kept}.`))) {
      complain(`Nothing was written. The artefacts stay in orca/${state.spec.id}/integration.`);
      return false;
    }
  }
  const written = await deliver(root, dir, files);
  const left = files.map(({ path }) => path).filter((path) => !written.includes(path));
  if (left.length > 0) complain(`${list(left)}: edited just now, and left as it is.`);
  await session.submit({ type: 'delivered', files: written });
  return left.length === 0;
}

/** As git shows it, between the user's file and what was planned. */
async function difference(root: string, dir: string, file: Delivery): Promise<string> {
  const { path } = file;
  const offered = await offer(dir, file);
  const colour = process.stdout.isTTY ? 'always' : 'never';
  const shown = await runGit(
    { gitPath: 'git', env: process.env },
    ['diff', '--no-index', `--color=${colour}`, '--', path, relative(root, offered)],
    { cwd: root },
  );
  return `\n${path}, yours and as planned:\n${textOf(shown)}`;
}
