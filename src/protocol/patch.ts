import type { LayerRow, PanelModel, TaskRow } from '../core/view/model.ts';

/** What has changed of a model: of thousands of tasks a moment of a run changes a few. */
export interface PanelPatch {
  readonly parts: Partial<Omit<PanelModel, 'layers'>>;
  /** By number. */
  readonly layers: readonly Omit<LayerRow, 'tasks'>[];
  /** By id. */
  readonly rows: readonly TaskRow[];
}

/** Undefined: it is another plan or run, or has other tasks, and has to be sent whole. */
export function patchOf(before: PanelModel, after: PanelModel): PanelPatch | undefined {
  const keys = (model: PanelModel): string => Object.keys(model).sort().join();
  const shape = ({ layers }: PanelModel): string =>
    JSON.stringify(layers.map(({ number, tasks }) => [number, tasks.map(({ id, dependsOn }) => [id, dependsOn])]));
  if (keys(before) !== keys(after) || before.run?.id !== after.run?.id || shape(before) !== shape(after))
    return undefined;
  const { layers: layersBefore, ...partsBefore } = before;
  const { layers: layersAfter, ...partsAfter } = after;
  // The page has a clock: that it is later is no reason to send all bars again.
  const { nowMinutes } = after.timeline;
  const timelineBefore = { ...before.timeline, ...(nowMinutes !== undefined && { nowMinutes }) };
  const was = { ...partsBefore, timeline: timelineBefore };
  const parts = Object.entries(partsAfter).filter(([key, part]) => !same(part, was[key as keyof typeof was]));
  return {
    parts: Object.fromEntries(parts),
    layers: layersAfter.flatMap((layer, i) => {
      const head = headOf(layer);
      return same(head, layersBefore[i] && headOf(layersBefore[i])) ? [] : [head];
    }),
    rows: layersAfter.flatMap((layer, i) => layer.tasks.filter((row, k) => !same(row, layersBefore[i]?.tasks[k]))),
  };
}

export function isNothing({ parts, layers, rows }: PanelPatch): boolean {
  return Object.keys(parts).length === 0 && layers.length === 0 && rows.length === 0;
}

/** What has not changed is the same object as before, by which a view knows that it has nothing to do. */
export function patched(model: PanelModel, patch: PanelPatch): PanelModel {
  const rows = new Map(patch.rows.map((row) => [row.id, row]));
  const heads = new Map(patch.layers.map((layer) => [layer.number, layer]));
  return {
    ...model,
    ...patch.parts,
    layers: model.layers.map((layer) => {
      const head = heads.get(layer.number);
      const touched = layer.tasks.some(({ id }) => rows.has(id));
      if (head === undefined && !touched) return layer;
      return { ...layer, ...head, tasks: touched ? layer.tasks.map((row) => rows.get(row.id) ?? row) : layer.tasks };
    }),
  };
}

function headOf({ tasks: _, ...head }: LayerRow): Omit<LayerRow, 'tasks'> {
  return head;
}

/** They are plain data, made in the same order by the same code. */
function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
