// Starts the server as production would and fails unless it answers: the check at the end of a run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const signal = AbortSignal.timeout(60_000);
const server = spawn(process.execPath, ['src/main.js'], {
  env: { ...process.env, NODE_ENV: 'production', PORT: '0', TOKEN_SECRET: randomBytes(32).toString('hex') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(server, 'exit').then(() => Promise.reject(new Error('The server ended before it listened.')));
try {
  const [line] = await Promise.race([once(createInterface(server.stdout), 'line', { signal }), ended]);
  const url = /http:\S+/.exec(line)?.[0];
  assert.ok(url, `The server prints where it listens, not: ${line}`);
  await expect(url, 'GET', '/health', 200);
  await expect(url, 'GET', '/products', 200);
  await expect(url, 'POST', '/sessions', 401, { email: 'nobody@example.com', password: 'not a password' });
  await expect(url, 'POST', '/products', 401, { name: 'Tea', price_cents: 450, stock: 1 });
  await expect(url, 'GET', '/openapi.json', 200);
} finally {
  ended.catch(() => undefined);
  server.kill();
}

async function expect(url, method, path, status, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body), signal });
  assert.equal(response.status, status, `${method} ${path}`);
  console.log(`${response.status} ${method} ${path}`);
}
