import { html, LitElement, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state as reactive } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatMinutes } from '../core/view/duration.ts';
import type { GraphLayout, TaskRow } from '../core/view/model.ts';
import { graphTable } from './graph-table.ts';
import { step } from './graph-walk.ts';
import type { Direction } from './graph-walk.ts';
import { icon, iconButton, TASK_LOOK } from './look.ts';
import { sharing, sharingPath, sharingText } from './sharing.ts';
import type { Sharing } from './sharing.ts';
import type { Actions, View } from './view.ts';

/** Below the first, nodes have only their title, in letters that stay readable; below the second no words at all. */
const FACTS = 0.75;
const TITLES = 0.3;
const TITLES_OF_MANY = 0.5;
const SETTLED_MS = 250;
const SCALE = { least: 0.05, most: 2, step: 1.25 };
const MARGIN = 16;
/** A graph of more tasks is drawn where it is looked at. */
const MANY = 200;
/** A graph of more tasks may take the host long to lay out, or be left undrawn. */
const SOON = 400;
/** More pairs of tasks that write the same files would hide the graph. */
const FEW = 60;

/** In the layout's px. */
type Box = Pick<GraphLayout['nodes'][number], 'x' | 'y' | 'width' | 'height'>;

/** The dependency graph as the host laid it out, to zoom, pan and walk; or its table. */
@customElement('orca-graph')
export class Graph extends LitElement {
  @property({ attribute: false }) view: View | undefined;
  @property({ attribute: false }) layout: GraphLayout | undefined;
  @property({ attribute: false }) actions: Actions | undefined;
  @reactive() private asTable = false;
  /** Until a person says so: while they are few. */
  @reactive() private showsSharing: boolean | undefined;
  /** What of the picture is seen; fitted until a person moves it. */
  #seen = { x: 0, y: 0, scale: 1, fitted: true };
  /** So far away that no words are read. */
  @reactive() private far = false;
  /** What is drawn of a large graph; undefined: all of it. */
  @reactive() private near: Box | undefined;
  /** The layout's edges as they are drawn. */
  #lines: readonly (Box & { readonly edge: GraphLayout['edges'][number]; readonly d: string })[] = [];
  #settling: ReturnType<typeof setTimeout> | undefined;
  #drag: { readonly pointer: number; x: number; y: number } | undefined;
  readonly #resized = new ResizeObserver(() => (this.#seen.fitted ? this.#fit() : undefined));

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    clearTimeout(this.#settling);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('view') && changed.get('view')?.focus !== this.view?.focus) this.#seen.fitted = true;
    if (changed.has('layout')) this.#lines = this.layout?.edges.map(lineOf) ?? [];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.#seen.fitted) this.#fit();
    else this.#apply();
    if (changed.has('view') && changed.get('view')?.selected !== this.view?.selected) this.#bringIntoSight();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { view, layout, actions } = this;
    if (view === undefined || actions === undefined) return nothing;
    const shared = sharing(view.tasks);
    const showsSharing = this.showsSharing ?? shared.length <= FEW;
    // What would conflict now is told whatever is left out.
    const shown = showsSharing ? shared : shared.filter(({ foreseen }) => foreseen);
    return html`<div class="picture-bar">
        <p class="picture-legend quiet">
          <span><i class="swatch on-critical-path"></i>critical path</span>
          ${shared.some(({ foreseen }) => foreseen) ? html`<span><i class="swatch shares foreseen"></i>would conflict now</span>` : nothing}
          ${
            shared.length === 0
              ? nothing
              : html`<span
                  ><i class="swatch shares"></i
                  >${showsSharing ? 'write the same files' : shared.length === 1 ? '1 pair writes the same files' : `${shared.length} pairs write the same files`}</span
                >`
          }
        </p>
        <span class="tools" role="group" aria-label="Graph">
          ${layout === undefined ? nothing : this.#tools(view, actions, shared.length > 0, showsSharing)}
        </span>
      </div>
      ${layout === undefined ? waiting(view.tasks.size) : nothing}
      ${layout === undefined || this.asTable ? graphTable(view, actions) : this.#picture(view, layout, shown)}`;
  }

  #tools({ focus, selected }: View, actions: Actions, shares: boolean, showsSharing: boolean): TemplateResult {
    const asTable = iconButton('table', 'As a table', () => (this.asTable = !this.asTable), this.asTable);
    if (this.asTable) return asTable;
    const focused = focus !== undefined;
    return html`${asTable}
    ${
      shares
        ? iconButton('link', 'Tasks that write the same files', () => (this.showsSharing = !showsSharing), showsSharing)
        : nothing
    }
    ${
      focused || selected !== undefined
        ? iconButton(
            'type-hierarchy',
            'Focus on what the task needs and what waits for it (f)',
            () => actions.focus(focused ? undefined : selected),
            focused,
          )
        : nothing
    }
    ${iconButton('zoom-out', 'Zoom out (-)', () => this.#zoom(1 / SCALE.step))}
    ${iconButton('zoom-in', 'Zoom in (+)', () => this.#zoom(SCALE.step))}
    ${iconButton('screen-full', 'Fit (0)', () => this.#fit())}`;
  }

  #picture(view: View, layout: GraphLayout, shared: readonly Sharing[]): TemplateResult {
    const selected = view.selected;
    const lit = (id: string): boolean => view.found?.has(id) ?? true;
    const open = layout.nodes.filter(({ id }) => lit(id));
    const wayIn = (open.find(({ id }) => id === selected) ?? open[0])?.id;
    const nodes = new Map(layout.nodes.map((node) => [node.id, node]));
    return html`<svg
      class="graph"
      role="application"
      aria-label="Dependency graph. Arrows walk along the edges."
      @wheel=${this.#onWheel}
      @pointerdown=${this.#onPointerDown}
      @pointermove=${this.#onPointerMove}
      @pointerup=${this.#onPointerUp}
      @pointercancel=${this.#onPointerUp}
      @keydown=${this.#onKey}
      @click=${this.#onClick}
      @dblclick=${this.#onOpen}
    >
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 1 L7 4 L0 7" />
        </marker>
      </defs>
      <g class="seen">
        ${this.#edges(view, lit)}
        ${shared.map((pair) => {
          const [first, second] = [nodes.get(pair.first.id), nodes.get(pair.second.id)];
          if (first === undefined || second === undefined) return nothing;
          const d = sharingPath(first, second);
          return svg`<g class="shares ${pair.foreseen ? 'foreseen' : ''} ${lit(first.id) && lit(second.id) ? '' : 'dim'}">
            <title>${sharingText(pair, view.model.strategy)}</title>
            <path class="reach" d=${d} /><path d=${d} />
          </g>`;
        })}
        ${repeat(
          layout.nodes.filter((node) => node.id === wayIn || this.#isNear(node)),
          (node) => node.id,
          (node) => {
            const task = view.tasks.get(node.id);
            const selected = node.id === view.selected;
            return task === undefined
              ? nothing
              : svg`${guard([node, task, selected, node.id === wayIn, lit(node.id), this.far], () =>
                  nodeOf(node, task, { selected, wayIn: node.id === wayIn, dim: !lit(node.id), far: this.far }),
                )}`;
          },
        )}
      </g>
    </svg>`;
  }

  #edges({ selected }: View, lit: (id: string) => boolean): TemplateResult[] {
    const looks = this.#lines
      .filter((line) => this.#isNear(line))
      .map(({ edge, d }) => {
        const touches = edge.from === selected || edge.to === selected;
        const dim = !lit(edge.from) || !lit(edge.to);
        return {
          d,
          look: `edge${edge.critical ? ' on-critical-path' : ''}${touches ? ' touches' : ''}${dim ? ' dim' : ''}`,
        };
      });
    if (!this.far) return looks.map(({ d, look }) => svg`<path class=${look} d=${d} marker-end="url(#arrow)" />`);
    // So small that no arrow is seen: one line for all that look alike.
    const alike = new Map<string, string[]>();
    for (const { look, d } of looks) alike.set(look, [...(alike.get(look) ?? []), d]);
    return [...alike].sort().map(([look, ds]) => svg`<path class=${look} d=${ds.join('')} />`);
  }

  #isNear({ x, y, width, height }: Box): boolean {
    const near = this.near;
    if (near === undefined) return true;
    return x < near.x + near.width && x + width > near.x && y < near.y + near.height && y + height > near.y;
  }

  get #svg(): SVGSVGElement | undefined {
    return this.querySelector<SVGSVGElement>('svg.graph') ?? undefined;
  }

  /** Moves the picture without drawing it again. */
  #apply(settled = true): void {
    const { x, y, scale } = this.#seen;
    const svg = this.#svg;
    if (svg === undefined) return;
    svg.querySelector('.seen')?.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    clearTimeout(this.#settling);
    const large = (this.layout?.nodes.length ?? 0) > MANY;
    const isMoving = large && !settled;
    // Other letters are another layout of every title: of many, when the wheel rests.
    if (isMoving) this.#settling = setTimeout(() => this.#apply(), SETTLED_MS);
    else {
      svg.classList.toggle('without-facts', scale < FACTS);
      svg.style.setProperty('--letters', `${Math.round(12 * Math.max(1, 0.9 / Math.max(scale, TITLES)))}px`);
      this.far = scale < (large ? TITLES_OF_MANY : TITLES);
    }
    // Without words all of it is soon drawn; with them only what is near.
    this.far ||= isMoving && !this.#isDrawn(svg);
    if (!large || this.far) this.near = undefined;
    else if (!this.#isDrawn(svg)) this.near = around(this.#window(svg));
  }

  #window({ clientWidth, clientHeight }: SVGSVGElement): Box {
    const { x, y, scale } = this.#seen;
    return { x: -x / scale, y: -y / scale, width: clientWidth / scale, height: clientHeight / scale };
  }

  /** Whether all that the window shows is drawn, and not much more than that. */
  #isDrawn(svg: SVGSVGElement): boolean {
    const near = this.near;
    const { x, y, width, height } = this.#window(svg);
    return (
      near !== undefined &&
      near.x <= x &&
      near.y <= y &&
      near.x + near.width >= x + width &&
      near.y + near.height >= y + height &&
      near.width <= 3 * width
    );
  }

  #fit(): void {
    const box = this.#svg?.getBoundingClientRect();
    if (box === undefined || this.layout === undefined) return;
    const { left, top, width, height } = this.#extent(this.layout);
    const fitting = Math.min((box.width - 2 * MARGIN) / width, (box.height - 2 * MARGIN) / height, 1);
    const scale = Math.max(SCALE.least, fitting);
    this.#seen = {
      x: Math.max(MARGIN, (box.width - width * scale) / 2) - left * scale,
      y: MARGIN - top * scale,
      scale,
      fitted: true,
    };
    this.#apply();
  }

  /** Of what is focused on, else of everything. */
  #extent({ width, height, nodes }: GraphLayout): Pick<DOMRect, 'left' | 'top' | 'width' | 'height'> {
    const { focus, found } = this.view ?? {};
    const near = focus === undefined ? [] : nodes.filter(({ id }) => found?.has(id));
    if (near.length === 0) return { left: 0, top: 0, width, height };
    const left = Math.min(...near.map(({ x }) => x));
    const top = Math.min(...near.map(({ y }) => y));
    return {
      left,
      top,
      width: Math.max(...near.map((node) => node.x + node.width)) - left,
      height: Math.max(...near.map((node) => node.y + node.height)) - top,
    };
  }

  #zoom(by: number, clientX?: number, clientY?: number): void {
    const box = this.#svg?.getBoundingClientRect();
    if (box === undefined) return;
    const seen = this.#seen;
    const scale = Math.min(SCALE.most, Math.max(SCALE.least, seen.scale * by));
    const x = clientX === undefined ? box.width / 2 : clientX - box.left;
    const y = clientY === undefined ? box.height / 2 : clientY - box.top;
    const grown = scale / seen.scale;
    this.#seen = { x: x - (x - seen.x) * grown, y: y - (y - seen.y) * grown, scale, fitted: false };
    // The wheel goes on; a button is pressed once.
    this.#apply(clientX === undefined);
  }

  #pan(x: number, y: number): void {
    this.#seen = { ...this.#seen, x: this.#seen.x + x, y: this.#seen.y + y, fitted: false };
    this.#apply();
  }

  /** A task that is selected elsewhere, or walked to, is not left outside the window. */
  #bringIntoSight(): void {
    const node = this.layout?.nodes.find((one) => one.id === this.view?.selected);
    const box = this.#svg?.getBoundingClientRect();
    if (node === undefined || box === undefined) return;
    const { x, y, scale } = this.#seen;
    const over = (from: number, length: number, room: number): number =>
      from < MARGIN ? MARGIN - from : Math.min(0, room - MARGIN - from - length);
    const dx = over(x + node.x * scale, node.width * scale, box.width);
    const dy = over(y + node.y * scale, node.height * scale, box.height);
    if (dx !== 0 || dy !== 0) this.#pan(dx, dy);
  }

  #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) this.#zoom(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    else if (event.shiftKey) this.#pan(-event.deltaY, 0);
    else this.#pan(-event.deltaX, -event.deltaY);
  };

  #onPointerDown = (event: PointerEvent): void => {
    if (event.button === 0 && taskAt(event.target) === undefined)
      this.#drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY };
  };

  #onPointerMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.pointer !== event.pointerId) return;
    this.#svg?.setPointerCapture(event.pointerId);
    this.#pan(event.clientX - drag.x, event.clientY - drag.y);
    drag.x = event.clientX;
    drag.y = event.clientY;
  };

  #onPointerUp = (): void => {
    this.#drag = undefined;
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const task = taskAt(event.target);
    switch (event.key) {
      case '+':
      case '=':
        this.#zoom(SCALE.step);
        break;
      case '-':
        this.#zoom(1 / SCALE.step);
        break;
      case '0':
        this.#fit();
        break;
      case 'Enter':
        if (task === undefined) return;
        this.actions?.send({ type: 'open-task', task });
        break;
      case ' ':
        if (task === undefined) return;
        this.actions?.select(task);
        break;
      case 'ArrowUp':
      case 'ArrowDown':
      case 'ArrowLeft':
      case 'ArrowRight':
        if (task === undefined) return;
        this.#walk(task, event.key);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  #walk(from: string, direction: Direction): void {
    const to = this.layout === undefined ? undefined : step(this.layout, from, direction, this.view?.found);
    if (to === undefined) return;
    this.actions?.select(to);
    this.#focusNode(to);
    // Of a large graph it may only be drawn now that it is selected.
    void this.updateComplete.then(() => this.#focusNode(to));
  }

  #focusNode(task: string): void {
    [...this.querySelectorAll<SVGElement>('[data-task]')]
      .find((node) => node.dataset.task === task)
      ?.focus({ preventScroll: true });
  }

  #onClick = (event: MouseEvent): void => {
    const task = taskAt(event.target);
    if (task !== undefined) this.actions?.select(task);
  };

  #onOpen = (event: MouseEvent): void => {
    const task = taskAt(event.target);
    if (task !== undefined) this.actions?.send({ type: 'open-task', task });
  };
}

function taskAt(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<SVGElement>('[data-task]')?.dataset.task : undefined;
}

function nodeOf(
  node: GraphLayout['nodes'][number],
  task: TaskRow,
  {
    selected,
    wayIn,
    dim,
    far,
  }: { readonly selected: boolean; readonly wayIn: boolean; readonly dim: boolean; readonly far: boolean },
): TemplateResult {
  const look = TASK_LOOK[task.status];
  const shares = task.sharesFiles?.length ?? 0;
  const facts = [look.word, formatMinutes(task.minutes), task.critical ? 'critical path' : '']
    .filter(Boolean)
    .join(', ');
  return svg`<g
    class="node tone-${look.tone} ${task.critical ? 'on-critical-path' : ''} ${dim ? 'dim' : ''}"
    role="button"
    aria-pressed=${selected}
    aria-label="${task.title}, ${facts}, depends on ${task.dependsOn.length}, ${task.dependents.length} wait for it${shares === 0 ? '' : `, shares files with ${shares}`}"
    data-task=${task.id}
    tabindex=${wayIn ? 0 : -1}
    transform="translate(${node.x} ${node.y})"
  >
    <title>${task.title}\n${facts}</title>
    <rect width=${node.width} height=${node.height} rx="4" />
    ${
      far
        ? nothing
        : svg`<foreignObject width=${node.width} height=${node.height}>
      ${html`<div class="node-face" aria-hidden="true">
        <span class="node-title">${icon(look.icon, look.tone)}<span dir="auto">${task.title}</span></span>
        <span class="node-facts quiet"
          >${formatMinutes(task.minutes)}${task.critical ? ' · critical' : ''}${look.word === 'planned' ? '' : ` · ${look.word}`}</span
        >
      </div>`}
    </foreignObject>`
    }
  </g>`;
}

/** With a quarter on each side, so that not every step draws anew. */
function around({ x, y, width, height }: Box): Box {
  return { x: x - width / 4, y: y - height / 4, width: 1.5 * width, height: 1.5 * height };
}

function lineOf(edge: GraphLayout['edges'][number]): Box & { readonly edge: typeof edge; readonly d: string } {
  const xs = edge.points.map(([x]) => x);
  const ys = edge.points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { edge, d: path(edge.points), x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
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

function waiting(tasks: number): TemplateResult {
  return html`<p class="hint" role="status">
    ${
      tasks <= SOON
        ? 'The graph is being laid out.'
        : `A graph of ${tasks} tasks is slow to lay out and may not be drawn at all. The table has the same facts.`
    }
  </p>`;
}
