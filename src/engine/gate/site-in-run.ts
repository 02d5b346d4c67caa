import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateScope } from '../../core/run/event.ts';
import { endText } from '../../core/run/advance.ts';
import { oneLine } from '../../core/view/print.ts';
import { jobEnvironment } from '../agent-job.ts';
import { current, type EffectContext } from '../attempt.ts';
import { replaceText } from '../replace-text.ts';
import { gateDir, keptPath, scopeName, slotPath } from '../run-files.ts';
import type { Job } from '../runner/protocol.ts';
import type { Failed } from '../workspaces.ts';
import { historyOf } from './history.ts';
import { jobDir, untilEnded } from './lost.ts';
import type { GateEffect } from './perform.ts';
import type { Ended, GateJob, GateSite, Place } from './site.ts';

/** A gate of a run: its programs are jobs of a runner, and outlive the engine like any other. */
export async function siteInRun(
  { scope, run, gate, agent: slot }: GateEffect,
  context: EffectContext,
  signal: AbortSignal,
): Promise<GateSite> {
  const { state, workspaces, pool } = context;
  const { spec } = state;
  const dir = gateDir(context.dir, scope, gate.name, run);
  const task = scope.kind === 'task' ? scope.task : undefined;

  const runJob = async ({ name, label, argv, env, folder, timeoutMs, before }: GateJob): Promise<Ended> => {
    const [program = '', ...args] = argv;
    const result = await untilEnded(signal, async (again) => {
      const id = `${scopeName(scope)}/${gate.name}/${run}/${name}/${again}`;
      const own = jobDir(dir, name, again);
      const make = async (): Promise<Job | Failed> => {
        const failed = await before?.();
        if (failed !== undefined) return failed;
        const { env: common, ...environment } = await jobEnvironment(context, slot, task);
        return {
          id,
          banner: `gate ${gate.name} of ${scopeName(scope)}: ${oneLine(label)}`,
          argv: [program, ...args],
          cwd: folder,
          ...environment,
          env: { ...common, ...env },
          dir: own,
          idleMs: 0,
          totalMs: timeoutMs,
          maxLogBytes: context.maxLogBytes,
        };
      };
      return { ...(await pool.run(slot, { id, dir: own, make }, signal)), dir: own };
    });
    return { ...result, log: join(result.dir, 'output.log') };
  };

  /** A slot's folder, made ready as an attempt's is. */
  const place = (of: number): Place => ({
    folder: workspaces.path(of),
    async prepare(name, commit, content) {
      // What this gate has run in it stays as it is after a restart, unless another has had the folder since.
      const file = slotPath(context.dir, of);
      const use = `${scopeName(scope)}/${gate.name}/${run}/${name}`;
      if ((await readFile(file, 'utf8').catch(() => '')) === use) return undefined;
      await rm(file, { force: true });
      const prepared = await workspaces.prepare(of, commit, content);
      if ('error' in prepared) return prepared;
      const setup = spec.policy?.setup;
      if (setup !== undefined) {
        const label = setup.join(' ');
        const job = { name: `${name}-setup`, label, argv: setup, folder: workspaces.path(of) };
        const { end } = await runJob({ ...job, timeoutMs: spec.limits.totalMs });
        if (end.kind !== 'exited' || end.code !== 0)
          return { error: `the setup (${label}) did not succeed: ${endText(end)}` };
      }
      await replaceText(file, use);
      return undefined;
    },
  });

  const commits = await commitsOf(scope, dir, context);
  const here = place(slot);
  return {
    repository: context.root,
    dir,
    ...commits,
    base: spec.base,
    ...(task !== undefined && { task }),
    // What an attempt left is there already, with what it has installed.
    here: task === undefined ? here : { folder: here.folder },
    // Behind the agents' folders and that of the gates, one for each of them.
    aside: place(spec.agents + 1 + slot),
    history: () => historyOf(scope, context),
    run: runJob,
    kept: (name) => keptPath(context.dir, name),
    measure: context.measure,
  };
}

/** What is judged, and where the work on it began. The head of a layer's gate stays the same when it is taken up again. */
async function commitsOf(
  scope: GateScope,
  dir: string,
  context: EffectContext,
): Promise<Pick<GateSite, 'head' | 'from'>> {
  const { state } = context;
  if (scope.kind === 'task') {
    const { attempt } = current(scope, context);
    return { from: attempt.base, head: attempt.snapshot?.commit ?? attempt.base };
  }
  const file = join(dir, 'head');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known === '') await replaceText(file, state.integration);
  return { from: state.spec.base, head: known === '' ? state.integration : known };
}
