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
  const prompt = '[[say I begin.]] [[write hello.txt|hi]] [[bash echo there; cat hello.txt]] [[say All done.]]';
  const lab = openLab();
  try {
    spawnSync('git', ['init', '--quiet'], { cwd: lab.repo });
    const { env } = stubEnv(cli, stub.url, lab.home, { key: cli });
    const ended = await runCli(cli, argvOf(cli, { prompt, allow: true }), { cwd: lab.repo, env });
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(lab.repo, 'hello.txt'), 'utf8')).toBe('hi');
    const asked = stub.requests(cli);
    const results = asked.flatMap(({ conversation }) => conversation.messages.filter(({ from }) => from === 'result'));
    expect(results.at(-1)?.text).toContain('there\nhi');
    expect(billed(asked).output).toBeGreaterThan(0);
    // What its reader has not been tested with is something to look at.
    expect(kindsOf(golden(cli))).toEqual(expect.arrayContaining(kindsOf(ended.stdout)));
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
