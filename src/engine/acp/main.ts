import spawn from 'cross-spawn';
import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { BRIDGE_VARIABLE, readBridgeConfig } from '../../core/agent/acp/bridge-config.ts';
import { killTree } from '../process/tree.ts';
import { Bridge } from './bridge.ts';

// The bridge to an agent that speaks ACP: `node acp.cjs <the agent's command>`, with the task on its standard input. It
// prints what the agent does as AgentEvents, one a line of JSON; the agent's standard error is passed on as it is.

/** An agent that was asked to stop is given so long, and as long again once its input has ended. */
const GRACE_MS = 1500;

async function main([program, ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (program === undefined) {
    console.error('acp: the command of an agent is missing.');
    return 2;
  }
  const config = readBridgeConfig(env[BRIDGE_VARIABLE]);
  const own = new Set([BRIDGE_VARIABLE, ...config.own]);
  const prompt = await text(process.stdin);
  const child = spawn(program, args, {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name))),
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = endOf(child);
  const { stdin, stdout } = child;
  if (child.pid === undefined || stdin === null || stdout === null) {
    const { failure = 'it has no pipes' } = await ended;
    console.error(`Error: ${program} could not be started: ${failure}. Install it, or name it by its full path.`);
    return 127;
  }
  // An agent that has gone does not take what is written to it; that it has gone is seen elsewhere.
  stdin.on('error', () => undefined);
  const bridge = new Bridge({
    input: stdin,
    output: stdout,
    config,
    cwd: process.cwd(),
    prompt,
    emit: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
  });
  const stopped = new Promise<'stopped'>((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop('stopped'));
  });
  const work = bridge.run();
  const done = await Promise.race([work, stopped]);
  if (done === 'stopped') {
    await bridge.cancel();
    await Promise.race([work, delay(GRACE_MS)]);
  }
  stdin.end();
  await Promise.race([ended, delay(GRACE_MS)]);
  await killTree({ pid: child.pid }, { graceMs: GRACE_MS });
  await bridge.close();
  const { code } = await ended;
  if (done === 'stopped') return STOPPED;
  return done === undefined ? code || 1 : done ? 0 : 1;
}

/** As a shell tells of a program that was ended by SIGTERM. */
const STOPPED = 143;

function endOf(child: ChildProcess): Promise<{ readonly code: number; readonly failure?: string }> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve({ code: code ?? 1 }));
    child.once('error', (error) => resolve({ code: 127, failure: error.message }));
  });
}

void main(process.argv.slice(2), process.env).then((code) => {
  // What was printed is on its way first.
  process.stdout.write('', () => process.exit(code));
});
