import { expect, it } from 'vitest';
import { commandAgent } from '../../src/core/agent/command.ts';
import { shellAgent } from '../../src/core/agent/shell.ts';
import { trialText, tryAgent } from '../../src/engine/try-agent.ts';

const agent = (script: string) => commandAgent('mine', { command: [process.execPath, '-e', script] });

it.each([
  ['answers', agent(`process.stdin.on('data', (text) => console.log(String(text).length)); `), /^answered/],
  ['ends with another code', agent(`console.log('not today'); process.exitCode = 3`), /^failed: exit code 3/],
  ['is not there', commandAgent('mine', { command: ['no-such-agent'] }), /^failed: no-such-agent was not found/],
  ['hangs', agent('setInterval(() => 0, 1e9)'), /^failed: took too long/],
  ['cannot do it', shellAgent, /^failed: try has no `sh run` block/],
])('an agent that %s', async (what, tried, text) => {
  const limitMs = what === 'hangs' ? 1000 : 120_000;
  expect(trialText(await tryAgent(tried, { env: process.env, limitMs }))).toMatch(text);
});
