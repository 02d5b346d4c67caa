import { describe, expect, it } from 'vitest';
import type { FigureSpec } from '../../../../src/core/gate/gate.ts';
import { judgeFigures } from '../../../../src/core/gate/judge/figures.ts';
import type { Read } from '../../../../src/core/gate/read/report.ts';

const told = (...value: readonly number[]): Read<readonly number[]> => ({ ok: true, value });
const problem: Read<readonly number[]> = { ok: false, problem: 'no number' };
const spec = (more: Partial<FigureSpec> = {}): FigureSpec => ({ name: 'f', json: '$', better: 'lower', ...more });

describe('a figure', () => {
  it.each<[string, Partial<FigureSpec>, Read<readonly number[]>, Read<readonly number[]> | undefined, string]>([
    ['within its limit', { limit: 5 }, told(4), undefined, 'passed: 4, limit 5'],
    ['at its limit', { limit: 5 }, told(5), undefined, 'passed: 5, limit 5'],
    ['beyond it', { limit: 5, unit: 'ms' }, told(6), undefined, 'failed: 6 ms, limit 5 ms'],
    ['that is better when it is higher', { limit: 5, better: 'higher' }, told(4), undefined, 'failed: 4, limit 5'],
    ['by its median, odd', { limit: 5 }, told(9, 4, 5), undefined, 'passed: 5 (4–9), limit 5'],
    ['by its median, even', { limit: 5 }, told(4, 7), undefined, 'failed: 5.5 (4–7), limit 5'],
    ['within its tolerance', { tolerance: 10 }, told(11), told(10), 'passed: 11, 10 before: +10 %, tolerance 10 %'],
    ['beyond it', { tolerance: 10 }, told(12), told(10), 'failed: 12, 10 before: +20 %, tolerance 10 %'],
    [
      'beyond it within the noise',
      { tolerance: 10 },
      told(9, 12, 13),
      told(8, 10, 10),
      'passed: 12 (9–13), 10 (8–10) before: +20 %, tolerance 10 %, within the noise',
    ],
    [
      'beyond it, all samples worse than all before',
      { tolerance: 10 },
      told(11, 12, 13),
      told(9, 10, 10.5),
      'failed: 12 (11–13), 10 (9–10.5) before: +20 %, tolerance 10 %',
    ],
    ['better than before', { tolerance: 0 }, told(8), told(10), 'passed: 8, 10 before: −20 %, tolerance 0 %'],
    [
      'lower than before where higher is better',
      { tolerance: 10, better: 'higher' },
      told(8),
      told(10),
      'failed: 8, 10 before: −20 %, tolerance 10 %',
    ],
    ['from nothing', { tolerance: 10 }, told(1), told(0), 'failed: 1, 0 before, tolerance 10 %'],
    ['below zero, within', { tolerance: 10 }, told(-9.5), told(-10), 'passed: -9.5, -10 before: +5 %, tolerance 10 %'],
    ['below zero, beyond', { tolerance: 10 }, told(-8), told(-10), 'failed: -8, -10 before: +20 %, tolerance 10 %'],
    [
      'within its tolerance and beyond its limit',
      { tolerance: 100, limit: 5 },
      told(6),
      told(5),
      'failed: 6, limit 5, 5 before: +20 %, tolerance 100 %',
    ],
    ['that could not be read', { limit: 5 }, problem, undefined, 'not-run: no number'],
    ['that was not printed', { limit: 5 }, told(), undefined, 'not-run: it was not printed'],
    [
      'without one before',
      { tolerance: 5 },
      told(1),
      undefined,
      'not-run: 1; at the base of the run it could not be measured: it was not printed',
    ],
    [
      'with none before that can be read',
      { tolerance: 5, limit: 5 },
      told(1),
      problem,
      'not-run: 1, limit 5; at the base of the run it could not be measured: no number',
    ],
  ])('%s', (_, more, now, before, expected) => {
    const { checks, findings } = judgeFigures([{ spec: spec(more), now, ...(before !== undefined && { before }) }]);
    expect(checks.map(({ verdict, note }) => `${verdict}: ${note}`)).toEqual([expected]);
    expect(findings.length).toBe(expected.startsWith('failed') ? 1 : 0);
  });

  it('is kept with its samples, its limit and what it was', () => {
    const { figures } = judgeFigures([
      { spec: spec({ unit: 'ms', limit: 9, tolerance: 50 }), now: told(3, 1, 2), before: told(2, 4) },
    ]);
    expect(figures).toEqual([{ name: 'f', value: 2, unit: 'ms', limit: 9, range: [1, 3], before: 3 }]);
  });
});
