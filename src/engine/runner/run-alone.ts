import { outputOf } from '../../core/agent/outputs.ts';
import { JobRun } from './run-job.ts';
import type { Job, JobResult } from './protocol.ts';

/** Runs a job in this process, with nobody to look at it; its folder is there. On abort it is ended as `cancelled`. */
export async function runAlone(
  job: Job,
  {
    env,
    signal,
    onOutput = () => undefined,
  }: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly signal?: AbortSignal | undefined;
    readonly onOutput?: (bytes: Buffer) => void;
  },
): Promise<JobResult> {
  const ignore = (): void => undefined;
  const run = new JobRun(job, {
    env,
    graceMs: 2000,
    colours: false,
    outputOf,
    onStarted: ignore,
    onOutput,
    onSpent: ignore,
    onWords: ignore,
    onBeat: ignore,
    onUnwritable: ignore,
  });
  const stop = (): void => run.stop();
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  const result = await run.done.finally(() => signal?.removeEventListener('abort', stop));
  if (result === undefined) throw new Error(`the folder ${job.dir} is gone`);
  return result;
}
