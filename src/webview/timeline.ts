import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state as reactive } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatMinutes, formatMs } from '../core/view/duration.ts';
import type { Bar, GateMark, PanelModel } from '../core/view/model.ts';
import { GATE_LOOK, icon, iconButton, TASK_LOOK } from './look.ts';
import { apart, extentEnd, preferredExtent, stepFor } from './timeline-scale.ts';
import type { Extent } from './timeline-scale.ts';
import { isLive } from './view.ts';
import type { Actions, View } from './view.ts';

const TICK_APART = 84;
/** Room that the words of a tick take, px. */
const TICK_WORDS = 40;
const GATE_APART = 16;
const MAX_ZOOM = 64;
const LABEL_WIDTH = 64;

/**
 * One lane an agent: planned bars are outlines, measured ones solid, what is forecast dashed. Places are shares of the
 * lane, so that the picture fits any width without being made again; a live run moves only what runs and the now-line.
 */
@customElement('orca-timeline')
export class TimelinePicture extends LitElement {
  @property({ attribute: false }) view: View | undefined;
  @property({ attribute: false }) actions: Actions | undefined;
  /** Minutes since the start of the run, now; absent: a preview. */
  @property({ attribute: false }) now: () => number | undefined = () => undefined;
  @reactive() private zoom = 1;
  @reactive() private width = 600;
  @reactive() private extent: Extent | undefined;
  #drag: { readonly pointer: number; x: number } | undefined;
  #ticking: ReturnType<typeof setTimeout> | undefined;
  readonly #resized = new ResizeObserver(([entry]) => {
    if (entry !== undefined) this.width = Math.max(200, Math.round(entry.contentRect.width) - LABEL_WIDTH);
  });

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
    clearTimeout(this.#ticking);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('view') && changed.get('view')?.selected !== this.view?.selected)
      this.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.#tick();
  }

  /** Wakes when something has moved by a pixel, at most ten times a second. */
  #tick(): void {
    clearTimeout(this.#ticking);
    const model = this.view?.model;
    if (model === undefined || !isLive(model.run)) return;
    const pixelMs = (extentEnd(model, this.#extent(model), this.now()) * 60_000) / (this.width * this.zoom);
    this.#ticking = setTimeout(
      () => requestAnimationFrame(() => this.requestUpdate()),
      Math.min(1000, Math.max(100, pixelMs)),
    );
  }

  #extent(model: PanelModel): Extent {
    return this.extent ?? preferredExtent(model);
  }

  protected override render(): TemplateResult | typeof nothing {
    const view = this.view;
    if (view === undefined) return nothing;
    const { model } = view;
    const now = this.now();
    const extent = this.#extent(model);
    const scale: Scale = { end: extentEnd(model, extent, now), px: this.width * this.zoom, now };
    const step = stepFor(scale.end, this.width * this.zoom, TICK_APART);
    const ticks = Array.from({ length: Math.floor(scale.end / step) + 1 }, (_, i) => i * step);
    // The last tick may stand so near the edge that its words would be cut.
    const isRead = (tick: number): boolean => (1 - tick / scale.end) * this.width * this.zoom > TICK_WORDS;
    const lanes = model.timeline.lanes.map((lane) => ({
      ...lane,
      planned: lane.bars.filter((bar) => isGround(bar, model)),
      bars: lane.bars.filter((bar) => isShown(bar, scale) && !isGround(bar, model)),
    }));
    // Where Tab enters the picture: the selected task's bar, else the first.
    const operable = lanes.flatMap((lane) => lane.bars);
    const wayIn = operable.find((bar) => bar.task === view.selected) ?? operable[0];
    return html`<div class="picture-bar">
        ${legend(model)}
        <span class="tools" role="group" aria-label="Timeline">
          ${model.run === undefined ? nothing : this.#extentButton(extent)}
          ${iconButton('zoom-out', 'Zoom out (-)', () => this.#zoomTo(this.zoom / 1.5))}
          ${iconButton('zoom-in', 'Zoom in (+)', () => this.#zoomTo(this.zoom * 1.5))}
          ${iconButton('screen-full', 'Fit (0)', () => this.#zoomTo(1))}
        </span>
      </div>
      <div
        class="lanes-scroll"
        @wheel=${this.#onWheel}
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${this.#onPointerUp}
        @pointercancel=${this.#onPointerUp}
        @keydown=${this.#onKey}
        @click=${this.#onClick}
        @dblclick=${this.#onOpen}
      >
        <div class="lanes" .style=${`width:${this.zoom * 100}%`}>
          <div class="axis-row">
            <span class="lane-name"></span>
            <div class="axis">
              ${ticks.filter(isRead).map((tick) => html`<span class="tick" .style=${left(tick, scale)}>${tick === 0 ? '0' : formatMinutes(tick)}</span>`)}
            </div>
          </div>
          ${lanes.map(
            (lane) =>
              html`<div class="lane" role="group" aria-label="Agent ${lane.agent}">
                <span class="lane-name quiet">Agent ${lane.agent}</span>
                <div class="bars">
                  ${ground(lane.planned, scale)}
                  ${repeat(
                    lane.bars,
                    (bar) => `${bar.kind} ${bar.task} ${bar.kind === 'actual' ? bar.start : ''}`,
                    (bar) => this.#bar(bar, lane.agent, scale, view, bar === wayIn),
                  )}
                </div>
              </div>`,
          )}
          ${gateRow(
            apart(
              model.timeline.gates.filter(({ at }) => at <= scale.end),
              (GATE_APART * scale.end) / (this.width * this.zoom),
            ),
            scale,
          )}
          <div class="lines" aria-hidden="true">
            <div class="lines-area">
              ${ticks.map((tick) => html`<div class="grid-line" .style=${left(tick, scale)}></div>`)}
              ${line('bound', model.timeline.lowerBoundMinutes, 'lower bound', scale)}
              ${now === undefined ? nothing : line('now', now, isLive(model.run) ? 'now' : 'end', scale)}
            </div>
          </div>
        </div>
      </div>`;
  }

  #extentButton(extent: Extent): TemplateResult {
    const toggle = (): void => {
      this.extent = extent === 'plan' ? 'measured' : 'plan';
    };
    return iconButton('history', 'Only what has run so far', toggle, extent === 'measured');
  }

  #bar(bar: Bar, agent: number, scale: Scale, view: View, wayIn: boolean): TemplateResult {
    const now = scale.now ?? 0;
    // A task that runs is measured up to now, and only from there on a forecast.
    const start = bar.kind === 'forecast' ? Math.max(bar.start, now) : bar.start;
    const end = Math.max(start, bar.end ?? now);
    const place = `${left(start, scale)};width:${share(end - start, scale)}%`;
    const kinds = `bar ${bar.kind} ${bar.critical ? 'on-critical-path' : ''}`;
    const look = TASK_LOOK[bar.status];
    const title = view.tasks.get(bar.task)?.title ?? bar.task;
    const dim = view.found !== undefined && !view.found.has(bar.task);
    const times = `${formatMinutes(start)} – ${bar.end === undefined ? 'now' : formatMinutes(end)}`;
    const facts = [look.word, bar.kind === 'forecast' ? 'forecast' : '', times, bar.critical ? 'critical path' : ''];
    const words = facts.filter(Boolean).join(', ');
    return html`<button
      type="button"
      class="${kinds} tone-${look.tone} ${dim ? 'dim' : ''}"
      data-task=${bar.task}
      data-agent=${agent}
      data-start=${bar.start}
      aria-pressed=${bar.task === view.selected}
      aria-label="${title}, ${words}"
      title="${title}&#10;${words}"
      tabindex=${wayIn ? 0 : -1}
      .style=${place}
    >
      ${bar.kind === 'actual' ? icon(look.icon, look.tone) : nothing}<bdi class="bar-title">${title}</bdi>
    </button>`;
  }

  #zoomTo(zoom: number, clientX?: number): void {
    const scroll = this.querySelector('.lanes-scroll');
    if (scroll === null) return;
    const next = Math.min(MAX_ZOOM, Math.max(1, zoom));
    // What is under the pointer, or in the middle, stays where it is.
    const at = clientX === undefined ? scroll.clientWidth / 2 : clientX - scroll.getBoundingClientRect().left;
    const over = ((scroll.scrollLeft + at) * next) / this.zoom - at;
    this.zoom = next;
    void this.updateComplete.then(() => (scroll.scrollLeft = over));
  }

  #onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#zoomTo(this.zoom * Math.exp(-event.deltaY / 300), event.clientX);
  };

  #onPointerDown = (event: PointerEvent): void => {
    if (event.button === 0 && event.pointerType === 'mouse' && barAt(event.target) === undefined)
      this.#drag = { pointer: event.pointerId, x: event.clientX };
  };

  #onPointerMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.pointer !== event.pointerId || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.scrollLeft -= event.clientX - drag.x;
    drag.x = event.clientX;
  };

  #onPointerUp = (): void => {
    this.#drag = undefined;
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const bar = barAt(event.target);
    switch (event.key) {
      case '+':
      case '=':
        this.#zoomTo(this.zoom * 1.5);
        break;
      case '-':
        this.#zoomTo(this.zoom / 1.5);
        break;
      case '0':
        this.#zoomTo(1);
        break;
      case 'Enter':
        if (bar?.dataset.task === undefined) return;
        this.actions?.send({ type: 'open-task', task: bar.dataset.task });
        break;
      case 'ArrowRight':
      case 'ArrowLeft':
      case 'ArrowUp':
      case 'ArrowDown':
        if (bar === undefined) return;
        this.#walk(bar, event.key);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  /** Along the lane, or to the bar of the next lane that begins nearest. */
  #walk(from: HTMLElement, key: 'ArrowRight' | 'ArrowLeft' | 'ArrowUp' | 'ArrowDown'): void {
    const start = Number(from.dataset.start);
    const along = key === 'ArrowRight' || key === 'ArrowLeft';
    const agent = Number(from.dataset.agent) + (along ? 0 : key === 'ArrowDown' ? 1 : -1);
    const away = (bar: HTMLElement): number => Number(bar.dataset.start) - start;
    const next = [...this.querySelectorAll<HTMLElement>('button.bar:not(.dim)')]
      .filter((bar) => Number(bar.dataset.agent) === agent && bar !== from)
      .filter((bar) => !along || (key === 'ArrowRight' ? away(bar) >= 0 : away(bar) <= 0))
      .sort((a, b) => Math.abs(away(a)) - Math.abs(away(b)))[0];
    next?.focus();
    if (next?.dataset.task !== undefined) this.actions?.select(next.dataset.task);
  }

  #onClick = (event: MouseEvent): void => {
    const task = barAt(event.target)?.dataset.task;
    if (task !== undefined) this.actions?.select(task);
  };

  #onOpen = (event: MouseEvent): void => {
    const task = barAt(event.target)?.dataset.task;
    if (task !== undefined) this.actions?.send({ type: 'open-task', task });
  };
}

interface Scale {
  /** Minutes at the right edge. */
  readonly end: number;
  /** How wide it is. */
  readonly px: number;
  readonly now: number | undefined;
}

/** Not past the edge, and no forecast of what is over by now. */
function isShown(bar: Bar, scale: Scale): boolean {
  return bar.start < scale.end && (bar.kind !== 'forecast' || (bar.end ?? Infinity) > (scale.now ?? 0));
}

/** Per cent, to a tenth of a pixel: what hardly moves is left where it is. */
function share(minutes: number, { end, px }: Scale): number {
  const tenths = 10 * Math.max(px, 1);
  return (100 * Math.round((tenths * minutes) / end)) / tenths;
}

/** During a run the plan is the ground that the real bars stand on: seen, not operated, and one picture a lane. */
function isGround(bar: Bar, { run }: PanelModel): boolean {
  return bar.kind === 'planned' && run !== undefined;
}

function ground(bars: readonly Bar[], scale: Scale): TemplateResult | typeof nothing {
  if (bars.length === 0) return nothing;
  const outlines = bars.map(({ start, end = start }) => `M${start} 0H${end}V1H${start}z`);
  return html`<svg class="ground" aria-hidden="true" viewBox="0 0 ${scale.end} 1" preserveAspectRatio="none">
    <path d=${outlines.join('')} />
  </svg>`;
}

function left(minutes: number, scale: Scale): string {
  return `left:${share(minutes, scale)}%`;
}

function barAt(target: EventTarget | null): HTMLElement | undefined {
  return (target instanceof Element ? target.closest<HTMLElement>('button.bar') : null) ?? undefined;
}

function legend(model: PanelModel): TemplateResult {
  const key = (kind: string, words: string): TemplateResult =>
    html`<span><i class="swatch ${kind}"></i>${words}</span>`;
  return html`<p class="picture-legend quiet">
    ${key('planned', 'planned')} ${model.run === undefined ? nothing : key('actual', 'measured')}
    ${isLive(model.run) ? key('forecast', 'forecast') : nothing} ${key('on-critical-path', 'critical path')}
  </p>`;
}

const WORST = ['failed', 'not-run', 'running', 'pending', 'waived', 'passed'] as const;

function gateRow(groups: readonly (readonly GateMark[])[], scale: Scale): TemplateResult | typeof nothing {
  if (groups.length === 0) return nothing;
  return html`<div class="lane gates-lane">
    <span class="lane-name quiet">Gates</span>
    <div class="bars" role="list" aria-label="Gates">
      ${groups.map((marks) => {
        const worst = WORST.find((verdict) =>
          marks.some(({ gates }) => gates.some((gate) => gate.verdict === verdict)),
        );
        const look = GATE_LOOK[worst ?? 'pending'];
        const words = marks.map(markWords).join('\n');
        return html`<span class="gate-tick" role="listitem" .style=${left(marks[0]?.at ?? 0, scale)} title=${words}
          >${worst === 'pending' ? icon('shield') : icon(look.icon, look.tone)}<span class="sr-only"
            >${words}</span
          ></span
        >`;
      })}
    </div>
  </div>`;
}

function markWords({ at, layer, gates }: GateMark): string {
  const where = layer === undefined ? 'Gates of the end' : `Gates of layer ${layer}`;
  const each = gates.map(({ name, verdict, reportedMs, tookMs }) => {
    const when = reportedMs === undefined ? '' : ` at ${formatMs(reportedMs)}`;
    return `${name} ${GATE_LOOK[verdict].word}${when}${tookMs === undefined ? '' : `, took ${formatMs(tookMs)}`}`;
  });
  const due = gates.every(({ reportedMs }) => reportedMs === undefined) ? `, due at ${formatMinutes(at)}` : '';
  return `${where}${due}: ${each.join('; ')}`;
}

function line(kind: 'now' | 'bound', at: number, words: string, scale: Scale): TemplateResult | typeof nothing {
  if (at <= 0 || at > scale.end) return nothing;
  return html`<div class="mark-line ${kind} ${share(at, scale) > 75 ? 'flip' : ''}" .style=${left(at, scale)}>
    <span>${words} ${formatMinutes(at)}</span>
  </div>`;
}
