import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '../../src/engine/settings.ts';
import { scratch } from './git/rig.ts';

/** A checkout, as far as settings go. */
function checkout(text?: string): string {
  const root = scratch();
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'deep/er'), { recursive: true });
  mkdirSync(join(root, '.orca'));
  if (text !== undefined) writeFileSync(join(root, '.orca/settings.json'), text);
  return root;
}

test.each<[string, string | undefined, number]>([
  ['no file', undefined, 2],
  ['a file', '{ "attempts": 4 }', 4],
  ['a file with a byte order mark', '\uFEFF{ "attempts": 4 }', 4],
])('%s', (_, text, attempts) => {
  const root = checkout(text);
  for (const folder of [root, join(root, 'deep/er'), join(root, 'deep/er/plan.md')]) {
    const { settings, problems } = loadSettings(folder);
    expect(settings.attempts).toBe(attempts);
    expect(problems).toEqual([]);
  }
});

test('given values go before those of the file', () => {
  const root = checkout('{ "attempts": 4, "agentCount": 9 }');
  const { settings } = loadSettings(root, { attempts: 1 }, { attempts: 3, strategy: 'aggressive' });
  expect(settings).toMatchObject({ attempts: 1, agentCount: 9, strategy: 'aggressive' });
});

test.each<[string, string, string]>([
  ['no JSON', '{ "attempts": 4', '.orca/settings.json: It is not JSON:'],
  ['a wrong value', '{ "attempts": "many" }', '.orca/settings.json: "attempts" is to be a whole number from 1 to 10'],
])('%s is named, and the defaults hold', (_, text, problem) => {
  const { settings, problems } = loadSettings(checkout(text));
  expect(settings.attempts).toBe(2);
  expect(problems).toEqual([expect.stringContaining(problem)]);
});
