import { readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parsed } from './stub/json.ts';

const folder = fileURLToPath(new URL('golden', import.meta.url));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });

// What is cut and made the same when it is recorded must leave what the CLIs' readers are tested with.
test.each(names.filter((name) => name.endsWith('.jsonl')))('%s is lines of JSON', (name) => {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  const broken = lines.filter((line) => line.startsWith('{') && parsed(line) === undefined);
  expect(broken).toEqual([]);
});

test('nothing that was recorded tells of the machine', () => {
  const here = [fileURLToPath(new URL('../..', import.meta.url)), `${homedir()}/`, join(tmpdir(), 'orca-')];
  const files = names.filter((name) => name.includes('.'));
  const telling = files.filter((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return here.some((path) => text.includes(path));
  });
  expect(telling).toEqual([]);
});
