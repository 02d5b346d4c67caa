// What tests read of a run while another process drives it: its files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../../src/core/run/event.ts';

/** The folder of the newest run whose id has `part` in it; undefined before it has a journal. */
export function runFolder(workspace: string, part = ''): string | undefined {
  const executions = join(workspace, '.orca/executions');
  if (!existsSync(executions)) return undefined;
  const id = readdirSync(executions).findLast((name) => name.startsWith('exec-') && name.includes(part));
  return id !== undefined && existsSync(join(executions, id, 'journal.jsonl')) ? join(executions, id) : undefined;
}

export function events(run: string): RunEvent[] {
  // The last line may be on its way.
  const lines = readFileSync(join(run, 'journal.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { event: RunEvent }).event);
}

/** The events of one type. */
export function eventsOf<T extends RunEvent['type']>(run: string, type: T): Extract<RunEvent, { type: T }>[] {
  return events(run).filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

export function merged(run: string): string[] {
  return eventsOf(run, 'task.merged').map(({ task }) => task);
}

/** Attempts of a task so far. */
export function attempts(run: string, task: string): number {
  return eventsOf(run, 'attempt.started').filter((event) => event.task === task).length;
}

/** Of the run as it stands: undefined while it goes on, or goes on again. */
export function outcome(run: string): string | undefined {
  const last = events(run).findLast((event) => event.type === 'run.finished' || event.type === 'run.resumed');
  return last?.type === 'run.finished' ? last.outcome : undefined;
}

/** The last events, for the message of a test that failed. */
export function tail(run: string, count = 10): string {
  return events(run)
    .slice(-count)
    .map((event) => JSON.stringify(event).slice(0, 300))
    .join('\n');
}

/** Looks until there is something. */
export async function until<T>(
  signal: AbortSignal,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await delay(100, undefined, { signal });
  }
}
