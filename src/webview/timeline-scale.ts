import type { GateMark, PanelModel, Timeline } from '../core/view/model.ts';
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

/** Marks that would lie on each other are one: the gates of a run of a few seconds, or all at the end. */
export function apart(marks: readonly GateMark[], minutes: number): readonly (readonly GateMark[])[] {
  const groups: GateMark[][] = [];
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && mark.at - last[0].at < minutes) last.push(mark);
    else groups.push([mark]);
  }
  return groups;
}
