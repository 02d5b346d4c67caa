import { isUnread } from '../core/run/review.ts';
import { BAD_INPUT, DONE, complain, rootOf, say, type Options } from './command-line.ts';
import { control, findRun } from './run-commands.ts';

/** Marks a task as read; without one, says what is unread and how to look at it. */
export async function markRead(task: string | undefined, run: string | undefined, options: Options): Promise<number> {
  if (task !== undefined) return control({ type: 'mark-read', task }, run, options);
  const root = await rootOf(options.folder);
  const found = root === undefined ? undefined : await findRun(root, undefined, ({ state }) => state !== undefined);
  if (found?.state === undefined) return BAD_INPUT;
  const { state } = found;
  const unread = state.tasks.flatMap((one, i) => {
    const commit = one.phase.kind === 'merged' ? one.phase.commit : undefined;
    return isUnread(state, one) ? [{ task: state.graph.nodes[i]?.id ?? '', commit: commit ?? null }] : [];
  });
  if (options.json) say(JSON.stringify(unread, undefined, 2));
  else if (unread.length === 0) say(`${found.id}: nothing merged is unread.`);
  else for (const one of unread) say(`${one.task}: git show ${one.commit ?? ''}`);
  return DONE;
}

export async function sendBack(task: string | undefined, run: string | undefined, options: Options): Promise<number> {
  if (task === undefined) {
    complain("`orca send-back` needs a task's id.");
    return BAD_INPUT;
  }
  const { comments, note } = options;
  return control({ type: 'send-back', task, comments, ...(note !== undefined && { note }) }, run, options);
}
