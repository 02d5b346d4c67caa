import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { said } from '../reading.ts';
import { ticked, told } from './told.ts';

const PLAN = `# Implementation Plan

## 1. 基盤: スタイル

- [x] 1.1 (P) 配色を移行する
  - 完了条件: 切り替わる
  - _Requirements: 1.2, 1.3_
  - _Boundary: src/globals.css, theme.ts, ThemeStore_

- [ ] 1.2 (P) 型を実装する
  - _Boundary: 型 — \`src/types.ts\`_

## 2. コア

- [ ] 2.1 部品を実装する
  - _Depends: 1.1, 1.2_
- [ ]* 2.2 テストする (P)
- [ ] 2.3 (P) 配線する
  - _Depends: 2.1 and 1_
`;

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

describe('a cc-sdd plan', () => {
  it('has what its headings and marks say', () => {
    check(
      PLAN,
      ...['cc-sdd, marks', '1.1 x P L1', '1.2 P L1', '2.1 L2 < 1.1, 1.2', '2.2 * P L2', '2.3 P L2 < 2.1, 1.1, 1.2'],
    );
  });

  it('takes paths of a boundary for files, and components for what one task at a time works on', () => {
    const { layers, tasks } = parsePlan(PLAN);
    expect(layers.map(({ name }) => name)).toEqual(['基盤: スタイル', 'コア']);
    expect(tasks[0]).toMatchObject({
      title: '配色を移行する',
      requirements: ['1.2', '1.3'],
      files: ['src/globals.css', '**/theme.ts'],
      resources: ['ThemeStore'],
    });
    expect(tasks[1]).toMatchObject({ files: ['src/types.ts'], resources: [] });
    expect(tasks[0]?.prompt).toContain('完了条件: 切り替わる');
    expect(tasks[3]?.title).toBe('テストする');
  });

  it('may have its groups as checkboxes beside their tasks', () => {
    const text =
      '- [ ] 1. A\n- [ ] 1.1 B\n  - _Boundary: B_\n- [ ] 1.2 C\n  - _Depends: 1.1_\n- [ ] 2. (P) D\n  - text\n- [ ] 3. (P) E\n';
    check(text, 'cc-sdd, marks', '1.1 L1', '1.2 L1 < 1.1', '2 P L2', '3 P L2');
    expect(ticked(text, '1', '1.2')).toBe(text.replace('[ ] 1. A', '[x] 1. A').replace('[ ] 1.2', '[x] 1.2'));
  });

  it('reads what a task depends on in several forms', () => {
    const of = (line: string) => told(`- [ ] 1.1 (P) A\n- [ ] 1.2 (P) B\n- [ ] 1.3 (P) C\n- [ ] 2.1 D\n  ${line}\n`)[4];
    for (const line of [
      '- _Depends: 1.1, 1.3_',
      '- _Depends on: Task 1.1 and 1.3_',
      '_Depends: 1.1,1.3_',
      '- **Depends on:** 1.1, 1.3',
    ])
      expect(of(line)).toBe('2.1 L2 < 1.1, 1.3');
    expect(of('- Dependencies: 1.1-1.3')).toBe('2.1 L2 < 1.1, 1.2, 1.3');
    expect(of('- _Depends: none_')).toBe('2.1 L2');
    expect(of('- _Depends: the other spec_')).toBe('2.1 L2');
  });

  it('tells an unknown dependency', () => {
    expect(said('- [ ] 1.1 (P) A\n- [ ] 1.2 B\n  - _Depends: 1.1, 4.2_\n', ['unknown-dependency'])).toEqual([
      'error 3:20 "4.2": No task has the id `4.2`.',
    ]);
  });
});
