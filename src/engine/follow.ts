import { readFile, stat } from 'node:fs/promises';
import { evolve, fold } from '../core/run/evolve.ts';
import { readJournal } from '../core/run/codec.ts';
import { JOURNAL_VERSION } from '../core/run/event.ts';
import type { RunState } from '../core/run/state.ts';
import { codec } from './journal.ts';
import { ownership } from './owner.ts';
import { journalPath, ownerDir } from './run-files.ts';

const POLL_MS = 500;
/** Asking whether the owner lives can mean starting a process on some systems: not at every look. */
const OWNER_EVERY = 6;

export interface Follower {
  readonly state: RunState;
  dispose(): void;
}

/**
 * Watches a run that another process drives, by its journal: the same state, a moment later. Polls, since file watching
 * is not dependable across systems. Undefined where the journal cannot be read.
 */
export async function follow(
  dir: string,
  listeners: { readonly onChange: () => void; /** Nobody drives the run any more. */ readonly onFree: () => void },
): Promise<Follower | undefined> {
  const path = journalPath(dir);
  const read = async (): Promise<ReturnType<typeof readJournal>> =>
    readJournal(await readFile(path), JOURNAL_VERSION, codec);
  const first = await read();
  const state = first.kind === 'read' ? fold(first.records) : undefined;
  if (state === undefined) return undefined;
  let size = first.kind === 'read' ? first.goodBytes : 0;
  let disposed = false;
  let looks = 0;
  const look = async (): Promise<void> => {
    try {
      if ((await stat(path)).size > size) {
        const now = await read();
        const fresh = now.kind === 'read' ? now.records.filter((record) => record.seq > state.seq) : [];
        if (now.kind === 'read') size = now.goodBytes;
        for (const record of fresh) evolve(state, record);
        if (fresh.length > 0 && !isDisposed()) listeners.onChange();
      }
      if (++looks % OWNER_EVERY === 0 && (await ownership(ownerDir(dir))).kind === 'free' && !isDisposed()) {
        dispose();
        listeners.onFree();
      }
    } catch {
      // The run's folder is being removed, or the disk does not answer: look again.
    }
    if (!isDisposed()) timer = setTimeout(() => void look(), POLL_MS);
  };
  let timer = setTimeout(() => void look(), POLL_MS);
  const isDisposed = (): boolean => disposed;
  const dispose = (): void => {
    disposed = true;
    clearTimeout(timer);
  };
  return { state, dispose };
}
