// An agent that speaks ACP, as the bridge finds it: it takes one line of JSON from its environment, a list of what it
// does in each turn, and writes what it was sent into the file that ACP_LOG names.
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const { turns = [[]], session = {}, initialize = {}, fails = {} } = JSON.parse(process.env.ACP_SCRIPT ?? '{}');
const waiting = new Map();
let asked = 0;
let cancel;
const cancelled = new Promise((resolve) => (cancel = resolve));

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const request = (method, params) =>
  new Promise((resolve) => {
    const id = `a${++asked}`;
    waiting.set(id, resolve);
    send({ id, method, params });
  });
const log = (entry) => process.env.ACP_LOG && appendFileSync(process.env.ACP_LOG, `${JSON.stringify(entry)}\n`);

const steps = {
  update: (update) => send({ method: 'session/update', params: { sessionId: 's-1', update } }),
  /** Asks for leave, and does `then` where it gets it. */
  ask: async ({ toolCall, options, then }) => {
    const { result } = await request('session/request_permission', { sessionId: 's-1', toolCall, options });
    log({ outcome: result.outcome });
    const option = options.find(({ optionId }) => optionId === result.outcome.optionId);
    if (option?.kind.startsWith('allow') && then) await perform(then);
  },
  write: ({ path, text }) => writeFileSync(path, text),
  noise: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  /** Leaves a tool running, and waits until it is told to stop. */
  hang: async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    log({ child: child.pid });
    steps.update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'It hangs.' } });
    await cancelled;
    log({ cancelled: true });
    child.kill();
    return { stopReason: 'cancelled' };
  },
  exit: (code) => process.exit(code),
  fail: (error) => ({ error }),
  end: (result) => result,
};

/** In this order; the steps that end a turn say how. */
async function perform(script) {
  for (const [name, value] of script) {
    const result = await steps[name](value);
    if (name === 'hang' || name === 'end' || name === 'fail') return result;
  }
  return { stopReason: 'end_turn' };
}

let turn = 0;
createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { id, method, params, result } = JSON.parse(line);
    if (method === undefined) return void waiting.get(id)?.({ result });
    log({ method, params });
    if (method === 'session/cancel') cancel();
    if (id === undefined) return;
    if (fails[method] !== undefined) return void send({ id, error: fails[method] });
    switch (method) {
      case 'initialize':
        return void send({ id, result: { protocolVersion: 1, agentCapabilities: {}, ...initialize } });
      case 'session/new':
        log({ env: Object.keys(process.env).filter((name) => name.startsWith('ORCA_')) });
        return void send({ id, result: { sessionId: 's-1', ...session } });
      case 'session/prompt': {
        const done = await perform(turns[turn++] ?? []);
        return void send('error' in done ? { id, ...done } : { id, result: done });
      }
      default:
        return void send({ id, result: {} });
    }
  })
  .on('close', () => process.exit(0));
