import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Strategy } from '../core/plan/plan.ts';
import { formatMinutes } from '../core/view/duration.ts';
import type { GraphLayout, TaskRow } from '../core/view/model.ts';
import { icon, TASK_LOOK } from './look.ts';
import { sharingPath, sharingText } from './sharing.ts';
import type { Sharing } from './sharing.ts';

type Node = GraphLayout['nodes'][number];

/** In the layout's px. */
export type Box = Pick<Node, 'x' | 'y' | 'width' | 'height'>;

/** An edge as it is drawn. */
export interface Line {
  readonly edge: GraphLayout['edges'][number];
  readonly d: string;
  readonly box: Box;
}

/** Beyond the layout, px: lines have a width, and those beside a column a bow. */
const AROUND = 60;

/** Without a window, everything is in it. */
export function meets({ x, y, width, height }: Box, window: Box | undefined): boolean {
  if (window === undefined) return true;
  return x < window.x + window.width && x + width > window.x && y < window.y + window.height && y + height > window.y;
}

export function holds(box: Box | undefined, { x, y, width, height }: Box): box is Box {
  if (box === undefined) return false;
  return box.x <= x && box.y <= y && box.x + box.width >= x + width && box.y + box.height >= y + height;
}

/** With a half on each side, so that few steps draw anew. */
export function around({ x, y, width, height }: Box): Box {
  return { x: x - width / 2, y: y - height / 2, width: 2 * width, height: 2 * height };
}

export function graphLegend(shared: readonly Sharing[], shows: boolean): TemplateResult {
  const key = (swatch: string, words: string): TemplateResult =>
    html`<span><i class="swatch ${swatch}"></i>${words}</span>`;
  const planned = shared.filter(({ foreseen }) => !foreseen).length;
  const left = planned === 1 ? '1 pair writes the same files' : `${planned} pairs write the same files`;
  return html`<p class="picture-legend quiet">
    ${key('on-critical-path', 'critical path')}
    ${shared.length > planned ? key('shares foreseen', 'would conflict now') : nothing}
    ${planned > 0 ? key('shares', shows ? 'write the same files' : left) : nothing}
  </p>`;
}

export function drawnEdges(
  lines: readonly Line[],
  {
    selected,
    lit,
    far,
  }: { readonly selected: string | undefined; readonly lit: (id: string) => boolean; readonly far: boolean },
): unknown {
  const looks = lines.map(({ edge, d }) => {
    const { from, to, critical } = edge;
    const touches = from === selected || to === selected;
    const dim = !lit(from) || !lit(to);
    return {
      edge,
      d,
      look: `edge${critical ? ' on-critical-path' : ''}${touches ? ' touches' : ''}${dim ? ' dim' : ''}`,
    };
  });
  if (!far)
    return repeat(
      looks,
      ({ edge }) => edge,
      ({ d, look }) => svg`<path class=${look} d=${d} marker-end="url(#arrow)" />`,
    );
  // So small that no arrow is seen: one line for all that look alike.
  const alike = new Map<string, string[]>();
  for (const { look, d } of looks) alike.set(look, [...(alike.get(look) ?? []), d]);
  return [...alike].sort().map(([look, ds]) => svg`<path class=${look} d=${ds.join('')} />`);
}

export function drawnPair(
  pair: Sharing,
  nodes: ReadonlyMap<string, Node>,
  strategy: Strategy,
  lit: (id: string) => boolean,
): TemplateResult | typeof nothing {
  const [first, second] = [nodes.get(pair.first.id), nodes.get(pair.second.id)];
  if (first === undefined || second === undefined) return nothing;
  const d = sharingPath(first, second);
  return svg`<g class="shares ${pair.foreseen ? 'foreseen' : ''} ${lit(first.id) && lit(second.id) ? '' : 'dim'}">
    <title>${sharingText(pair, strategy)}</title>
    <path class="reach" d=${d} /><path d=${d} />
  </g>`;
}

/**
 * Behind everything, and unseen: the browser keeps where the wheel and touch are taken as one area for each thing that
 * is drawn, and joins a thousand areas at each step, unless one before them covers them all.
 */
export function ground({ width, height }: GraphLayout): TemplateResult {
  return svg`<rect x=${-AROUND} y=${-AROUND} width=${width + 2 * AROUND} height=${height + 2 * AROUND} fill="none" />`;
}

/** `wayIn`: where Tab enters the picture. */
export function drawnNode(node: Node, task: TaskRow, selected: boolean, wayIn: boolean, dim: boolean): TemplateResult {
  const look = TASK_LOOK[task.status];
  const shares = task.sharesFiles?.length ?? 0;
  const facts = factsOf(task).join(', ');
  return svg`<g
    class="node tone-${look.tone} ${task.critical ? 'on-critical-path' : ''} ${dim ? 'dim' : ''}"
    role="button"
    aria-pressed=${selected}
    aria-label="${task.title}, ${facts}, depends on ${task.dependsOn.length}, ${task.dependents.length} wait for it${shares === 0 ? '' : `, shares files with ${shares}`}"
    data-task=${task.id}
    tabindex=${wayIn ? 0 : -1}
  >
    <title>${task.title}\n${facts}</title>
    <rect x=${node.x} y=${node.y} width=${node.width} height=${node.height} rx="4" />
  </g>`;
}

/** What stands on a node, beside it in the document: words are styled, and come and go, without a thousand nodes. */
export function drawnWords({ x, y, width, height }: Node, task: TaskRow, dim: boolean): TemplateResult {
  const look = TASK_LOOK[task.status];
  const facts = factsOf(task).filter((fact) => fact !== 'planned');
  return svg`<foreignObject class=${dim ? 'dim' : ''} x=${x} y=${y} width=${width} height=${height}>
    ${html`<div class="node-face" aria-hidden="true">
      <span class="node-title">${icon(look.icon, look.tone)}<span dir="auto">${task.title}</span></span>
      <span class="node-facts quiet">${facts.join(' · ')}</span>
    </div>`}
  </foreignObject>`;
}

/** A node's name begins with what is seen on it: who speaks to the machine says that. */
function factsOf({ minutes, critical, status }: TaskRow): readonly string[] {
  return [formatMinutes(minutes), critical ? 'critical' : '', TASK_LOOK[status].word].filter(Boolean);
}

export function lineOf(edge: Line['edge']): Line {
  const xs = edge.points.map(([x]) => x);
  const ys = edge.points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { edge, d: path(edge.points), box: { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y } };
}

function path(points: readonly (readonly [number, number])[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const middle = (a: readonly [number, number], b: readonly [number, number]): string =>
    `${(a[0] + b[0]) / 2} ${(a[1] + b[1]) / 2}`;
  // Through the middles of the bends, with each bend as the curve's handle; straight to the last point.
  const curves = rest.map((point, i) => {
    const after = rest[i + 1];
    return after === undefined ? `L${point[0]} ${point[1]}` : `Q${point[0]} ${point[1]} ${middle(point, after)}`;
  });
  return `M${first[0]} ${first[1]} ${curves.join(' ')}`;
}
