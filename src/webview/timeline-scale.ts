import type { Bar, LayerRow, PanelModel, Timeline } from '../core/view/model.ts';
import { isLive } from './view.ts';

/** `plan`: everything that is known. `measured`: up to now, which a plan of hours would leave no room for. */
export type Extent = 'plan' | 'measured';

/** Steps that people count time in, minutes. */
const STEPS = [1, 2, 5, 10, 15, 30].map((seconds) => seconds / 60).concat(1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440);

/** The least step that keeps the ticks `apart` px from each other. */
export function stepFor(minutes: number, width: number, apart: number): number {
  const least = (minutes * apart) / Math.max(width, 1);
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / 1440) * 1440;
}

/** What has run takes so little of the plan's room that it would not be seen there. */
export function preferredExtent(model: PanelModel): Extent {
  const now = model.timeline.nowMinutes;
  return now !== undefined && now < planEnd(model.timeline) / 8 ? 'measured' : 'plan';
}

/** Where the picture ends, minutes; `now` is the view's own, later than the model's. */
export function extentEnd(model: PanelModel, extent: Extent, now: number | undefined): number {
  if (extent === 'plan' || now === undefined) return Math.max(planEnd(model.timeline), now ?? 0);
  const measured = model.timeline.lanes
    .flatMap((lane) => lane.bars)
    .map((bar) => (bar.kind === 'actual' ? (bar.end ?? 0) : 0));
  if (!isLive(model.run)) return Math.max(...measured, 1 / 60);
  // In strides, so that the picture stands still between them while the run goes on.
  const stride = stepFor(Math.max(now, 1 / 60), 4, 1);
  return (Math.floor(now / stride) + 1) * stride;
}

function planEnd(timeline: Timeline): number {
  const ends = timeline.lanes.flatMap((lane) => lane.bars).map((bar) => bar.end ?? bar.start);
  return ends.reduce((a, b) => Math.max(a, b), Math.max(timeline.endMinutes, timeline.lowerBoundMinutes, 1 / 60));
}

export interface GateTick {
  readonly layer: LayerRow;
  readonly at: number;
}

/** A layer's gates run when its last task has ended; under `aggressive` all of them at the end. */
export function gateTicks(model: PanelModel): readonly GateTick[] {
  const end = new Map<string, Bar>();
  for (const bar of model.timeline.lanes.flatMap((lane) => lane.bars)) {
    const other = end.get(bar.task);
    if (other === undefined || RANK[bar.kind] >= RANK[other.kind]) end.set(bar.task, bar);
  }
  return model.layers
    .filter((layer) => layer.gates.length > 0)
    .flatMap((layer) => {
      const tasks = model.strategy === 'aggressive' ? model.layers.flatMap((one) => one.tasks) : layer.tasks;
      const ends = tasks.map((task) => end.get(task.id)?.end);
      const known = ends.filter((one) => one !== undefined);
      return known.length === 0 ? [] : [{ layer, at: Math.max(...known) }];
    });
}

/** What was measured counts before what is forecast, and that before what was planned. */
const RANK: Readonly<Record<Bar['kind'], number>> = { planned: 0, forecast: 1, actual: 2 };
