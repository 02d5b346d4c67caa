import { describe, expect, it } from 'vitest';
import type { PanelModel } from '../../src/core/view/model.ts';
import { isNothing, patched, patchOf } from '../../src/protocol/patch.ts';
import { preview, runFinished, runHalfWay, thousandRun } from './fixtures.ts';

const before = thousandRun(0).model;
const after = thousandRun(400).model;

describe('a patch', () => {
  it('makes the one model the other, and leaves alone what has not changed', () => {
    const patch = patchOf(before, after);
    if (patch === undefined) throw new Error('it is the same run');
    expect(patch.rows.length).toBeGreaterThan(0);
    expect(patch.rows.length).toBeLessThan(60);
    const made = patched(before, patch);
    expect(made).toEqual(after);
    expect(patch.parts.timeline).toBeDefined();
    const touched = new Set(patch.rows.map(({ id }) => id));
    for (const [i, layer] of made.layers.entries())
      for (const [k, row] of layer.tasks.entries()) {
        const same = row === before.layers[i]?.tasks[k];
        expect(same).toBe(!touched.has(row.id));
      }
  });

  it('is nothing where nothing has changed', () => {
    const patch = patchOf(before, thousandRun(0).model);
    expect(patch && isNothing(patch)).toBe(true);
  });

  it('of a second in which nothing happened is small', () => {
    const patch = patchOf(before, thousandRun(1).model);
    expect(patch?.parts.timeline).toBe(undefined);
    expect(JSON.stringify(patch).length).toBeLessThan(5000);
  });

  it('takes over what changed of a layer and its gates alone', () => {
    const { model } = runHalfWay();
    const layers = model.layers.map((layer) => ({ ...layer, gates: layer.gates.slice(1) }));
    const next = { ...model, layers };
    const patch = patchOf(model, next);
    expect(patch?.rows).toEqual([]);
    expect(patch && patched(model, patch)).toEqual(next);
  });

  it.each<[string, PanelModel, PanelModel]>([
    ['another plan', preview().model, before],
    ['a preview and its run', preview().model, runHalfWay().model],
    ['another run', runHalfWay().model, { ...runHalfWay().model, run: { ...runHead(), id: 'other' } }],
    ['a dependency more', runFinished().model, withDependency(runFinished().model)],
  ])('cannot lead from one to the other: %s', (_, one, other) => expect(patchOf(one, other)).toBe(undefined));
});

function runHead(): NonNullable<PanelModel['run']> {
  const { run } = runHalfWay().model;
  if (run === undefined) throw new Error('no run');
  return run;
}

function withDependency(model: PanelModel): PanelModel {
  const [first, ...layers] = model.layers;
  if (first === undefined) throw new Error('no layer');
  const [row, ...tasks] = first.tasks;
  if (row === undefined) throw new Error('no task');
  return { ...model, layers: [{ ...first, tasks: [{ ...row, dependsOn: ['x'] }, ...tasks] }, ...layers] };
}
