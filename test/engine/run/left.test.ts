// What follows from events may fail: a run ends all the same, and says what is left.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildDriver, drive, expectDone, notingTask, testRepository } from './repository.ts';

let driver: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => driver.dispose());

it('a summary that cannot be written does not keep the run', async () => {
  // A folder with something in it is where the file should be.
  const blocks = 'mkdir -p "$(ls -d ../../executions/exec-*)/execution_summary.md/taken"';
  const repository = testRepository((diary) => `# Blocked\n\n${notingTask(diary, 'a', [], blocks)}`);
  const { output } = await drive(driver.path, repository.folder).ended;
  expect(output).toContain('left The summary cannot be written');
  expect(output).toContain('points');
  await expectDone(repository, ['a']);
  repository.dispose();
});
