import { judgeTests } from '../../core/gate/judge/tests.ts';
import type { TestCase, TestResults } from '../../core/gate/read/report.ts';
import type { MeasureAnswer, MeasureRequest } from './request.ts';
import { placerOf, testsTold, type Placer, type Told } from './reports.ts';
import type { Work } from './work.ts';

export async function measureTests({ now }: MeasureRequest, work: Work): Promise<MeasureAnswer> {
  return judgedTests(now.ran, await testsTold(now.reports), work, placerOf(now, work.files));
}

/** Failures are findings of whoever broke them, wherever the test is: only those that are accepted are left out. */
export async function judgedTests(
  ran: MeasureRequest['now']['ran'],
  told: readonly Told<TestResults>[],
  work: Work,
  place: Placer,
): Promise<MeasureAnswer> {
  const placed = told.map(({ name, read }) => ({
    name,
    read: read.ok
      ? { ok: true as const, value: { tests: read.value.tests.map((test) => placedTest(test, place)) } }
      : read,
  }));
  const judged = judgeTests(ran, placed);
  const tests = placed.flatMap(({ read }) => (read.ok ? read.value.tests : []));
  return { ...judged, findings: await work.own(judged.findings), ...(tests.length > 0 && { tests }) };
}

function placedTest({ path, line, ...test }: TestCase, place: Placer): TestCase {
  const placed = path === undefined ? undefined : place(path);
  if (placed === undefined) return test;
  return { ...test, path: placed, ...(line !== undefined && { line }) };
}
