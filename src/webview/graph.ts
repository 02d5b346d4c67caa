import { html, LitElement, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state as reactive } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { GraphLayout } from '../core/view/model.ts';
import {
  around,
  drawnEdges,
  drawnNode,
  drawnPair,
  drawnWords,
  graphLegend,
  ground,
  holds,
  lineOf,
  meets,
} from './graph-drawing.ts';
import type { Box, Line } from './graph-drawing.ts';
import { graphTable } from './graph-table.ts';
import { step } from './graph-walk.ts';
import type { Direction } from './graph-walk.ts';
import { iconButton } from './look.ts';
import { sharing } from './sharing.ts';
import type { Sharing } from './sharing.ts';
import type { Actions, View } from './view.ts';

/** Below the first, nodes have only their title, in letters that stay readable; below the second no words at all. */
const FACTS = 0.75;
const TITLES = 0.3;
const TITLES_OF_MANY = 0.5;
const SETTLED_MS = 250;
const SCALE = { least: 0.05, most: 2, step: 1.25 };
const MARGIN = 16;
/** From here on what is drawn for another scale is drawn anew, even while it is moved. */
const COARSE = 2;
/** A graph of more tasks has its words where it is looked at. */
const MANY = 200;
/** More pairs of tasks that write the same files would hide the graph. */
const FEW = 60;

/** What the picture is drawn for: while it is moved it need not be drawn again. */
interface Drawn {
  readonly scale: number;
  /** So far away that no words are read. */
  readonly far: boolean;
  /** Where a large graph has its words and single edges; absent: everywhere. */
  readonly near?: Box;
}

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
  @reactive() private drawn: Drawn = { scale: 1, far: false };
  /** The layout's edges as they are drawn. */
  #lines: readonly Line[] = [];
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
    else this.#apply(this.#settling === undefined);
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
        ${graphLegend(shared, showsSharing)}
        <span class="tools" role="group" aria-label="Graph">
          ${layout === undefined ? nothing : this.#tools(view, actions, shared.length > 0, showsSharing)}
        </span>
      </div>
      ${
        layout === undefined
          ? html`<p class="hint" role="status">The graph is being laid out.</p>`
          : this.asTable
            ? graphTable(view, actions)
            : this.#picture(view, layout, shown)
      }`;
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
    const tasks = layout.nodes.flatMap((node) => {
      const task = view.tasks.get(node.id);
      return task === undefined ? [] : [[node, task] as const];
    });
    const { scale, far, near } = this.drawn;
    return html`<div
      class="graph"
      role="application"
      aria-label="Dependency graph. Arrows walk along the edges."
      @wheel=${this.#onWheel}
      @pointerdown=${this.#onPointerDown}
      @pointermove=${this.#onPointerMove}
      @pointerup=${this.#onPointerUp}
      @pointercancel=${this.#onPointerUp}
      @keydown=${this.#onKey}
      @focusin=${this.#onFocus}
      @click=${this.#onClick}
      @dblclick=${this.#onOpen}
    >
      <div class="moved">
        <svg
          ?data-far=${far}
          width=${layout.width * scale}
          height=${layout.height * scale}
          viewBox="0 0 ${layout.width} ${layout.height}"
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
          ${ground(layout)}
          ${guard([this.#lines, selected, view.found, far, near], () =>
            drawnEdges(
              this.#lines.filter(({ box }) => meets(box, near)),
              { selected, lit, far },
            ),
          )}
          ${shared.map((pair) => drawnPair(pair, nodes, view.model.strategy, lit))}
          ${guard([layout, view.tasks, selected, view.found], () =>
            repeat(
              tasks,
              ([node]) => node.id,
              ([node, task]) => {
                const look = [node.id === selected, node.id === wayIn, !lit(node.id)] as const;
                return svg`${guard([node, task, ...look], () => drawnNode(node, task, ...look))}`;
              },
            ),
          )}
          <g
            class="words ${scale < FACTS ? 'without-facts' : ''}"
            font-size=${Math.round(12 * Math.max(1, 0.9 / scale))}
          >
            ${guard([layout, view.tasks, view.found, far, near], () =>
              far
                ? nothing
                : repeat(
                    tasks.filter(([node]) => meets(node, near)),
                    ([node]) => node.id,
                    ([node, task]) =>
                      svg`${guard([node, task, !lit(node.id)], () => drawnWords(node, task, !lit(node.id)))}`,
                  ),
            )}
          </g>
        </svg>
      </div>
    </div>`;
  }

  get #window(): HTMLElement | undefined {
    return this.querySelector<HTMLElement>('.graph') ?? undefined;
  }

  /**
   * Moves the picture as a layer of its own, which the browser need not paint again, and says what is to be drawn now.
   * What is large is drawn for another scale when the wheel rests, or when it would be too coarse.
   */
  #apply(settled = true): void {
    const window = this.#window;
    if (window === undefined) return;
    clearTimeout(this.#settling);
    const isMoving = (this.layout?.nodes.length ?? 0) > MANY && !settled;
    this.#settling = isMoving ? setTimeout(() => this.#apply(), SETTLED_MS) : undefined;
    this.#draw(isMoving ? this.#whileMoving(this.#box(window)) : this.#atRest(this.#box(window)));
    const { x, y, scale } = this.#seen;
    const picture = window.querySelector<HTMLElement>('.moved');
    // Between two pixels of the screen words would be blurred.
    const pixel = (px: number): number => Math.round(px * devicePixelRatio) / devicePixelRatio;
    if (picture !== null)
      picture.style.transform = `translate(${pixel(x)}px, ${pixel(y)}px) scale(${scale / this.drawn.scale})`;
  }

  #draw(next: Drawn): void {
    const { scale, far, near } = this.drawn;
    if (next.scale !== scale || next.far !== far || next.near !== near) this.drawn = next;
  }

  #atRest(window: Box): Drawn {
    const { scale } = this.#seen;
    const isLarge = (this.layout?.nodes.length ?? 0) > MANY;
    const far = scale < (isLarge ? TITLES_OF_MANY : TITLES);
    if (!isLarge || far) return { scale, far };
    const { near } = this.drawn;
    return { scale, far, near: holds(near, window) && near.width <= 4 * window.width ? near : around(window) };
  }

  /** To draw words anew takes longer than a frame has: what is not drawn yet goes without until the wheel rests. */
  #whileMoving(window: Box): Drawn {
    const { scale, near } = this.drawn;
    const ratio = this.#seen.scale / scale;
    const isCoarse = ratio > COARSE || ratio < 1 / COARSE;
    if (!isCoarse && holds(near, window)) return this.drawn;
    return { scale: isCoarse ? this.#seen.scale : scale, far: true };
  }

  /** The window in the layout's px. */
  #box({ clientWidth, clientHeight }: Element): Box {
    const { x, y, scale } = this.#seen;
    return { x: -x / scale, y: -y / scale, width: clientWidth / scale, height: clientHeight / scale };
  }

  #fit(): void {
    const box = this.#window?.getBoundingClientRect();
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
    const box = this.#window?.getBoundingClientRect();
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

  /** A task that is selected elsewhere, walked to or focused is not left outside the window. */
  #bringIntoSight(task = this.view?.selected): void {
    const node = this.layout?.nodes.find((one) => one.id === task);
    const box = this.#window?.getBoundingClientRect();
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
    this.#window?.setPointerCapture(event.pointerId);
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
  }

  #focusNode(task: string): void {
    [...this.querySelectorAll<SVGElement>('[data-task]')]
      .find((node) => node.dataset.task === task)
      ?.focus({ preventScroll: true });
  }

  #onFocus = (event: FocusEvent): void => {
    const task = taskAt(event.target);
    if (task !== undefined) this.#bringIntoSight(task);
  };

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
