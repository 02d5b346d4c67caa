import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testRepository, type TestRepository } from '../engine/run/repository.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.cjs');
const PLAN = `# Words

### first: Begins
- Estimate: 5 min
- Depends on: none
- Acceptance:
  - \`test -f words.txt\`

\`\`\`sh run
printf 'one\\ntwo\\n' > words.txt
\`\`\`

### second: Goes on
- Estimate: 5 min
- Depends on: first

\`\`\`sh run
printf 'three\\n' >> words.txt
\`\`\`
`;

let repository: TestRepository;

function orca(...args: string[]): { readonly code: number; readonly out: string } {
  try {
    const out = execFileSync(process.execPath, [CLI, ...args], {
      cwd: repository.folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return { code: 0, out };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string };
    return { code: status, out: stderr };
  }
}

describe('orca blame', () => {
  beforeAll(() => {
    repository = testRepository(() => PLAN);
    expect(orca('execute').code).toBe(0);
    expect(orca('apply').code).toBe(0);
    writeFileSync(join(repository.folder, 'words.txt'), 'zero\none\ntwo\nthree\n');
  }, 60_000);
  afterAll(() => repository.dispose());

  it.each<[string, string[], number, RegExp]>([
    [
      'names the task, attempt and agent of each line',
      ['words.txt'],
      0,
      /^ {2}1 {2}not committed\n2–3 {2}first, attempt 1, shell, \d{4}-\d\d-\d\d \d\d:\d\d, exec-\S+: acceptance passed\n {2}4 {2}second, attempt 1, shell, [^:]+:\d\d, exec-\S+\n$/,
    ],
    ['of one line', ['words.txt', '--line', '4'], 0, /^4 {2}second, attempt 1/],
    ['of what a person wrote', ['plan.md', '--line', '1'], 0, /^1 {2}[0-9a-f]{10}, no run\n$/],
    ['says that there is no such line', ['words.txt', '--line', '9'], 2, /git knows no line 9 of words\.txt/],
    ['says that there is no such file', ['none.txt'], 2, /git knows no none\.txt/],
    ['wants a file', [], 2, /needs a file/],
    ['wants a whole number', ['words.txt', '--line', 'two'], 2, /--line is a whole number/],
  ])('%s', (_, args, code, text) => {
    const ended = orca('blame', ...args);
    expect(ended.out).toMatch(text);
    expect(ended.code).toBe(code);
  });

  it('gives the same as JSON', () => {
    const rows = JSON.parse(orca('blame', 'words.txt', '--format', 'json').out) as unknown;
    expect(rows).toMatchObject([
      { from: 1, to: 1 },
      { from: 2, to: 3, origin: { task: 'first', attempt: 1, agent: 'shell', gates: [{ verdict: 'passed' }] } },
      { from: 4, to: 4, origin: { task: 'second', attempt: 1, agent: 'shell', gates: [] } },
    ]);
  });
});
