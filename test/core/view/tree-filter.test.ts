import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { treeModel } from '../../../src/core/view/tree.ts';
import {
  EVERYTHING,
  filteredTree,
  filterText,
  groupCounts,
  isFiltering,
  type TreeFilter,
} from '../../../src/core/view/tree-filter.ts';
import { gateSpec, merged, MINUTE, report, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const PLAN = plan([
  task('a', { minutes: 10, title: 'Reads the API' }),
  task('b', { minutes: 10, title: 'Fails' }),
  task('c', { minutes: 10 }),
  task('after-a', { minutes: 5, after: ['a'] }),
  task('after-b', { minutes: 5, after: ['b'] }),
]);
const failed: RunEvent = { type: 'task.failed', task: 'b', attempt: 1, failure: { kind: 'no-changes' } };
const state = run(spec(PLAN, { gates: [gateSpec('lint', 'layer')] }), [
  [0, started('a', 0), started('b', 1), started('c', 2)],
  [2, ...taken('a', 2), ...merged('a'), ...taken('b', 2), failed],
  [3, { type: 'gate.ended', scope: { kind: 'layer', layer: 1 }, report: report('lint', 'failed') }],
]);
const panel = runPanel(state, 5 * MINUTE, { readOnly: false, lineOf: () => 0 });

function shown(filter: Partial<TreeFilter>): string[] {
  return filteredTree(panel, undefined, { ...EVERYTHING, ...filter }).flatMap(({ tasks, gates }) => [
    ...tasks.map(({ id }) => id),
    ...gates.map(({ gate }) => `gate ${gate}`),
  ]);
}

describe('the filter of the tree', () => {
  it.each<[Partial<TreeFilter>, readonly string[]]>([
    [{ groups: ['needs'] }, ['b', 'gate lint']],
    [{ groups: ['running'] }, ['c']],
    [{ groups: ['failed'] }, ['b', 'gate lint']],
    [{ groups: ['open'] }, ['after-a', 'after-b']],
    [{ groups: ['done'] }, ['a']],
    [{ groups: ['running', 'done'] }, ['a', 'c']],
    [{ text: ' AFTER' }, ['after-a', 'after-b']],
    [{ text: 'api' }, ['a']],
    [{ text: 'lint' }, ['gate lint']],
    [{ groups: ['open'], text: 'b' }, ['after-b']],
    [{ groups: ['done'], text: 'nobody' }, []],
  ])('%j shows %j', (filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  it('leaves everything as it is where nothing is asked for, and layers their words', () => {
    expect(filteredTree(panel, undefined, { groups: [], text: '  ' })).toEqual(treeModel(panel));
    const [layer, ...others] = filteredTree(panel, undefined, { groups: ['done'], text: '' });
    expect(layer?.description).toBe(treeModel(panel)[0]?.description);
    expect(others).toEqual([]);
  });

  it('says how many there are of each, and what is filtered by', () => {
    expect(groupCounts(panel)).toEqual({ needs: 1, running: 1, failed: 1, open: 2, done: 1 });
    expect([isFiltering(EVERYTHING), filterText(EVERYTHING)]).toEqual([false, '']);
    const filter: TreeFilter = { groups: ['needs', 'open'], text: ' api ' };
    expect([isFiltering(filter), filterText(filter)]).toEqual([true, 'needs me, open, "api"']);
  });
});
