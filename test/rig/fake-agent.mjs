// An agent that does what a test tells it: it connects to the test (FAKE_AGENT), says who it is, and carries out one
// order a line. It answers each order when it is done, so that a test never has to wait a while and hope.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const self = process.argv[1];
const test = connect(process.env.FAKE_AGENT);
const say = (message) => test.write(`${JSON.stringify(message)}\n`);

// Started only to start another, so that this one has no parent that leads to the job.
if (process.argv[2] === '--orphan') {
  start(JSON.parse(process.argv[3]));
  process.exit(0);
}

function start({ session, silent }) {
  const stdio = silent ? 'ignore' : ['ignore', 'inherit', 'inherit'];
  const child = spawn(process.execPath, [self, 'descendant'], { stdio, detached: session });
  child.unref();
  return child.pid;
}

function write(stream, bytes) {
  return new Promise((done) => stream.write(bytes, done));
}

const orders = {
  print: ({ text = '', hex, error }) =>
    write(error ? process.stderr : process.stdout, hex === undefined ? text : Buffer.from(hex, 'hex')),
  /** One line of so many bytes. */
  line: async ({ bytes }) => {
    const part = Buffer.alloc(64 * 1024, 'x');
    for (let left = bytes; left > 0; left -= part.length) await write(process.stdout, part.subarray(0, left));
  },
  flood: () => {
    const again = () => process.stdout.write('and on and on\n'.repeat(1000), again);
    again();
  },
  exit: ({ code }) => process.exit(code),
  ignore: ({ signal }) => void process.on(signal, () => say({ ignored: signal })),
  /** A child; `session`: in a session of its own; `silent`: without our output; `orphan`: by a parent that is gone. Tells its pid. */
  spawn: ({ orphan, ...how }) => {
    if (orphan) spawn(process.execPath, [self, '--orphan', JSON.stringify(how)], { stdio: 'inherit' });
    else return start(how);
  },
  kill: ({ signal }) => process.kill(process.pid, signal),
};

test.on('connect', () => {
  const { argv, pid, env } = process;
  let input;
  try {
    input = readFileSync(0, 'utf8');
  } catch {
    // No input at all.
  }
  say({ hello: { pid, args: argv.slice(2), cwd: process.cwd(), env: { ...env }, input } });
});
createInterface({ input: test }).on('line', async (line) => {
  const { id, order, ...how } = JSON.parse(line);
  say({ done: id, told: await orders[order](how) });
});
// The test is over, or has given up on us.
test.on('close', () => process.exit(0));
test.on('error', () => process.exit(0));
