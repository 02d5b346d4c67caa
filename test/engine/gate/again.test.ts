import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/engine/open-run.ts';
import { runDir } from '../../../src/engine/run-files.ts';
import { buildDriver, drive, testRepository } from '../run/repository.ts';

// The engine is killed while a gate is at work: the gate goes on, and is taken up where it is, not run again.

let driver: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => driver.dispose());

const PLAN = `# Small

### a: Task a
- Estimate: 5 min
- Depends on: none
- Gates: slow, whole

\`\`\`sh run
echo a > a.txt
\`\`\`
`;

/** Two commands, each noted at its start and its end; where the first notes the folder's content, it is the work's. */
const gate = (diary: string, when: string): string => {
  const note = (name: string): string =>
    JSON.stringify([
      'sh',
      '-c',
      `echo 'start ${when}-${name}' >> '${diary}'; test -f a.txt && sleep 0.4; echo 'end ${when}-${name}' >> '${diary}'; test -f a.txt`,
    ]);
  return `{ commands: [${note('1')}, ${note('2')}], when: ${when}, always: true }`;
};

const notes = (diary: string): string[] => readFileSync(diary, 'utf8').split('\n').filter(Boolean);
const ALL = ['task', 'layer'].flatMap((when) => ['1', '2'].flatMap((n) => [`start ${when}-${n}`, `end ${when}-${n}`]));

describe('the engine killed while a gate is at work', () => {
  it.each(['start task-1', 'end task-1', 'end task-2', 'start layer-2'])(
    'after "%s"',
    { timeout: 60_000 },
    async (moment) => {
      const repository = testRepository(() => PLAN);
      const config = join(repository.folder, '.orca/gates.yaml');
      mkdirSync(dirname(config), { recursive: true });
      const [slow, whole] = ['task', 'layer'].map((when) => gate(repository.diary, when));
      writeFileSync(config, `gates:\n  slow: ${slow ?? ''}\n  whole: ${whole ?? ''}\n`);
      repository.git('add', '--all');
      repository.git('commit', '--quiet', '--message', 'gates');
      const engine = drive(driver.path, repository.folder);
      while (!notes(repository.diary).includes(moment) && engine.process.exitCode === null) await delay(20);
      engine.process.kill('SIGKILL');
      expect((await engine.ended).killed).toBe(true);
      const again = await drive(driver.path, repository.folder).ended;
      expect(again.output).toContain('points');
      expect(notes(repository.diary)).toEqual(ALL);
      const [run] = await listRuns(repository.folder);
      expect(run?.state?.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
      const [attempt] = run?.state?.tasks[0]?.attempts ?? [];
      expect(attempt?.gates.map(({ gate: name, verdict, checks }) => [name, verdict, checks.length])).toEqual([
        ['slow', 'passed', 2],
      ]);
      expect(run?.state?.layers.map(({ gates }) => gates.map(({ gate: name, verdict }) => [name, verdict]))).toEqual([
        [['whole', 'passed']],
      ]);
      const reports = readdirSync(join(runDir(repository.folder, run?.id ?? ''), 'quality_reports'));
      expect(reports.filter((name) => name.endsWith('.json')).sort()).toEqual([
        'a-1-slow-1.json',
        'layer-1-whole-1.json',
      ]);
      repository.dispose();
    },
  );
});
