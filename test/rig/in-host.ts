// What a `*.suite.ts` imports. Its bundle exports `run`, which VS Code calls in the real extension host.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createTests } from './testing.ts';

const { test, runTests } = createTests<undefined>(120_000);
export { test };

/** The runner's port on this machine, put in by the bundler. */
declare const ORCA_RIG_PORT: number;

export async function run(): Promise<void> {
  const runner = connect(ORCA_RIG_PORT, '127.0.0.1');
  await once(runner, 'connect');
  await runTests(
    (_, attempt) => attempt(undefined),
    (outcome) => runner.write(`${JSON.stringify(outcome)}\n`),
  );
  runner.end('"done"\n');
  await once(runner, 'close');
}
