import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { argvOf, openLab, runCli, stubEnv } from './harness.ts';
import { CLI_NAMES, type CliName } from './install.mjs';
import { billed, startStubModel, type StubModel } from './stub-model.ts';

let stub: StubModel;
beforeAll(async () => {
  stub = await startStubModel();
});
afterAll(() => stub.close());

test.each(CLI_NAMES)('%s does through the stub what its prompt says', async (cli) => {
  const prompt = '[[write hello.txt|hi]] [[bash cat hello.txt > copy.txt]] [[say All done.]]';
  const lab = openLab();
  try {
    spawnSync('git', ['init', '--quiet'], { cwd: lab.repo });
    const { env } = stubEnv(cli, stub.url, lab.home, { key: cli });
    const ended = await runCli(cli, argvOf(cli, { prompt, allow: true }), { cwd: lab.repo, env });
    const written = ['hello.txt', 'copy.txt'].map((name) => readFileSync(join(lab.repo, name), 'utf8'));
    expect({ exitCode: ended.exitCode, written, stderr: ended.stderr }).toMatchObject({
      exitCode: 0,
      written: ['hi', 'hi'],
    });
    // A release that prints other things than the recorded one is one to look at.
    expect(kindsOf(ended.stdout)).toEqual(kindsOf(golden(cli)));
    expect(billed(stub.requests(cli)).output).toBeGreaterThan(0);
  } finally {
    lab.remove();
  }
});

/** The kinds of lines, each once. */
function kindsOf(stdout: string): string[] {
  const kinds = stdout.split('\n').flatMap((line) => /"type":\s*"[^"]+"/.exec(line)?.[0] ?? []);
  return [...new Set(kinds)].sort();
}

function golden(cli: CliName): string {
  return readFileSync(new URL(`golden/${cli}/ok.jsonl`, import.meta.url), 'utf8');
}
