import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state as reactive } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatMinutes, formatMs } from '../core/view/duration.ts';
import type { GateRow, LayerRow, TaskAction, TaskRow, TaskStatus } from '../core/view/model.ts';
import { GATE_LOOK, icon, TASK_ACTION, TASK_LOOK } from './look.ts';
import { elapsedMs, isRunning } from './view.ts';
import type { Actions, View } from './view.ts';

/** A line of the list; `key` names it over updates. */
type Row =
  | { readonly kind: 'layer'; readonly key: string; readonly layer: LayerRow }
  | {
      readonly kind: 'task';
      readonly key: string;
      readonly layer: LayerRow;
      readonly task: TaskRow;
      readonly at: number;
    }
  | { readonly kind: 'gates'; readonly key: string; readonly layer: LayerRow };

const PAGE = 10;
const CHUNK = 50;
/** Height of a row, px, as the style has it. */
const ROW = 24;
const INLINE: readonly TaskAction[] = ['terminal', 'changes'];

/**
 * The layers and their tasks as a tree. The keyboard is on one row at a time (roving tabindex), a task that it reaches
 * is selected, and the row's own buttons are for the mouse: the keyboard has keys and the inspector for the same.
 */
@customElement('orca-layers')
export class Layers extends LitElement {
  @property({ attribute: false }) view: View | undefined;
  @property({ attribute: false }) actions: Actions | undefined;
  @reactive() private collapsed: ReadonlySet<number> = new Set();
  @reactive() private active: string | undefined;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('view');
    const selected = this.view?.selected;
    if (!changed.has('view') || selected === undefined || before?.selected === selected) return;
    this.active = `task:${selected}`;
    const layer = this.view?.tasks.get(selected)?.layer;
    if (layer !== undefined && this.collapsed.has(layer)) this.#fold(layer, false);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('view') && changed.get('view')?.selected !== this.view?.selected)
      bringIntoSight(this.querySelector('[aria-selected="true"]'));
  }

  protected override render(): TemplateResult | typeof nothing {
    const view = this.view;
    if (view === undefined) return nothing;
    const rows = this.#rows(view);
    if (rows.length === 0)
      return html`<p class="hint">
        ${view.found === undefined ? 'The plan has no tasks.' : 'No task has these words.'}
      </p>`;
    const active = rows.some((row) => row.key === this.active) ? this.active : rows[0]?.key;
    return html`<div
      role="tree"
      aria-label="Layers"
      class="tree"
      @focusin=${this.#onFocus}
      @keydown=${this.#onKey}
      @click=${this.#onClick}
      @dblclick=${this.#onOpen}
    >
      ${chunks(rows).map(
        (chunk) =>
          html`<div class="rows" role="none" .style=${`contain-intrinsic-height:${chunk.length * ROW}px`}>
            ${repeat(
              chunk,
              (row) => row.key,
              (row) => this.#row(row, row.key === active, view),
            )}
          </div>`,
      )}
    </div>`;
  }

  /** What is shown, in order: a layer that is closed or has nothing that was looked for hides what is in it. */
  #rows(view: View): Row[] {
    const found = view.found;
    return view.model.layers.flatMap((layer): Row[] => {
      const tasks = found === undefined ? layer.tasks : layer.tasks.filter((task) => found.has(task.id));
      if (found !== undefined && tasks.length === 0) return [];
      const head: Row = { kind: 'layer', key: `layer:${layer.number}`, layer };
      if (this.collapsed.has(layer.number) && found === undefined) return [head];
      const body = tasks.map((task, at): Row => ({ kind: 'task', key: `task:${task.id}`, layer, task, at }));
      const foot: Row[] =
        layer.gates.length === 0 || found !== undefined ? [] : [{ kind: 'gates', key: `gates:${layer.number}`, layer }];
      return [head, ...body, ...foot];
    });
  }

  #row(row: Row, active: boolean, view: View): TemplateResult {
    switch (row.kind) {
      case 'layer':
        return this.#layerRow(row.layer, active, view);
      case 'task':
        // A second of a run changes a few of a thousand rows.
        return html`${guard(
          [
            row.task,
            row.at,
            row.layer.tasks.length,
            active,
            row.task.id === view.selected,
            isRunning(row.task) && view.nowMs,
          ],
          () => taskRow(row.task, row.at, row.layer, active, view),
        )}`;
      case 'gates':
        return gatesRow(row.layer, active);
    }
  }

  #layerRow(layer: LayerRow, active: boolean, view: View): TemplateResult {
    const open = !this.collapsed.has(layer.number) || view.found !== undefined;
    const done = layer.tasks.filter((task) => task.status === 'merged' || task.status === 'unchanged').length;
    const unread = layer.tasks.filter((task) => task.unread === true).length;
    const of = view.model.run === undefined ? '' : `${done} of `;
    return html`<div
      role="treeitem"
      class="row layer"
      data-key="layer:${layer.number}"
      aria-level="1"
      aria-setsize=${view.model.layers.length}
      aria-posinset=${view.model.layers.indexOf(layer) + 1}
      aria-expanded=${open}
      tabindex=${active ? 0 : -1}
    >
      ${icon(open ? 'chevron-down' : 'chevron-right')}
      <span class="name strong" title=${layer.name}>${layer.number} <bdi>${layer.name}</bdi></span>
      <span class="tag quiet"
        >${of}${layer.tasks.length}<span class=${of === '' ? '' : 'spare'}>
          ${layer.tasks.length === 1 ? 'task' : 'tasks'}</span
        ></span
      >
      ${layer.sequential ? html`<span class="tag quiet spare">one by one</span>` : nothing}
      ${unread > 0 ? html`<span class="tag quiet">${unread} unread</span>` : nothing}
      <span class="end quiet">${formatMinutes(layer.minutes)}</span>
    </div>`;
  }

  #onKey = (event: KeyboardEvent): void => {
    const view = this.view;
    if (view === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = this.#rows(view);
    const at = Math.max(
      0,
      rows.findIndex((row) => row.key === keyAt(event.target)),
    );
    const row = rows[at];
    if (row === undefined) return;
    const to = (index: number): void => this.#walkTo(rows[Math.min(Math.max(index, 0), rows.length - 1)]);
    switch (event.key) {
      case 'ArrowDown':
        to(at + 1);
        break;
      case 'ArrowUp':
        to(at - 1);
        break;
      case 'PageDown':
        to(at + PAGE);
        break;
      case 'PageUp':
        to(at - PAGE);
        break;
      case 'Home':
        to(0);
        break;
      case 'End':
        to(rows.length - 1);
        break;
      case 'ArrowRight':
        if (row.kind !== 'layer') return;
        if (this.collapsed.has(row.layer.number)) this.#fold(row.layer.number, false);
        else to(at + 1);
        break;
      case 'ArrowLeft':
        if (row.kind === 'layer') this.#fold(row.layer.number, true);
        else this.#walkTo(rows.find((other) => other.kind === 'layer' && other.layer === row.layer));
        break;
      case 'Enter':
      case ' ':
        if (row.kind === 'layer') this.#fold(row.layer.number, !this.collapsed.has(row.layer.number));
        else if (row.kind === 'task' && event.key === 'Enter')
          this.actions?.send({ type: 'open-task', task: row.task.id });
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  #walkTo(row: Row | undefined): void {
    if (row === undefined) return;
    [...this.querySelectorAll<HTMLElement>('[data-key]')].find((element) => element.dataset.key === row.key)?.focus();
    if (row.kind === 'task') this.actions?.select(row.task.id);
  }

  /** Tab comes back to where the keyboard was. */
  #onFocus = (event: FocusEvent): void => {
    this.active = keyAt(event.target) ?? this.active;
  };

  /** One listener for a thousand rows: the row is read off what was clicked. */
  #onClick = (event: MouseEvent): void => {
    const row = this.view === undefined ? undefined : this.#rows(this.view).find((r) => r.key === keyAt(event.target));
    if (row === undefined || !(event.target instanceof Element)) return;
    if (row.kind === 'layer') {
      this.#fold(row.layer.number, !this.collapsed.has(row.layer.number));
      return;
    }
    if (row.kind === 'gates') return;
    const action = event.target.closest<HTMLElement>('[data-action]')?.dataset.action;
    this.actions?.select(row.task.id);
    if (action === 'open') this.actions?.send({ type: 'open-task', task: row.task.id });
    for (const known of INLINE)
      if (action === known) this.actions?.send({ type: 'task', action: known, task: row.task.id });
  };

  #onOpen = (event: MouseEvent): void => {
    const key = keyAt(event.target);
    const onAction = event.target instanceof Element && event.target.closest('[data-action]') !== null;
    if (!onAction && key?.startsWith('task:') === true)
      this.actions?.send({ type: 'open-task', task: key.slice('task:'.length) });
  };

  #fold(layer: number, closed: boolean): void {
    const next = new Set(this.collapsed);
    if (closed) next.add(layer);
    else next.delete(layer);
    this.collapsed = next;
  }
}

/** What is out of sight is not drawn, a chunk at a time: to watch each row costs more than to draw it. */
function chunks(rows: readonly Row[]): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, i) => rows.slice(i * CHUNK, (i + 1) * CHUNK));
}

/** Scrolls the column that the row is in, and never the page, whose top would go out of sight. */
function bringIntoSight(row: Element | null): void {
  const column = row?.closest('.column');
  if (row === null || column === null || column === undefined) return;
  const [inner, outer] = [row.getBoundingClientRect(), column.getBoundingClientRect()];
  if (inner.top < outer.top) column.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) column.scrollTop += inner.bottom - outer.bottom;
}

function keyAt(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset.key : undefined;
}

function taskRow(task: TaskRow, at: number, layer: LayerRow, active: boolean, view: View): TemplateResult {
  const look = TASK_LOOK[task.status];
  const selected = task.id === view.selected;
  return html`<div
    role="treeitem"
    class="row task ${task.status}"
    data-key="task:${task.id}"
    aria-level="2"
    aria-setsize=${layer.tasks.length}
    aria-posinset=${at + 1}
    aria-selected=${selected}
    tabindex=${active ? 0 : -1}
  >
    ${icon(look.icon, look.tone)}
    <span class="name" dir="auto" title=${task.title}>${task.title}</span>
    ${task.critical ? html`<span class="tag critical"><span class="spare">critical</span></span>` : slack(task)}
    <span class=${CALM.has(task.status) ? 'sr-only' : 'word quiet'}>${look.word}</span>
    <span class="end">${duration(task, view.nowMs)}</span>
    <span class="inline-actions">${inlineActions(task)}</span>
  </div>`;
}

/** What most tasks are in: the icon says it, and a word on every line would leave the title no room. */
const CALM: ReadonlySet<TaskStatus> = new Set<TaskStatus>(['planned', 'waiting', 'merged']);

/** Room for delay is a matter of what is not yet begun. */
function slack(task: TaskRow): TemplateResult | typeof nothing {
  if (task.slackMinutes <= 0 || task.status !== 'planned') return nothing;
  return html`<span class="tag slack quiet">slack ${formatMinutes(task.slackMinutes)}</span>`;
}

/** `25 min`; while it runs `18 min of 25 min`; after it `25 min → 22 min`. */
function duration(task: TaskRow, nowMs: number | undefined): TemplateResult {
  const estimate = `${task.assumed ? '~' : ''}${formatMinutes(task.minutes)}`;
  const elapsed = elapsedMs(task, nowMs);
  if (elapsed === undefined) return html`${estimate}`;
  return task.endedMs === undefined
    ? html`${formatMs(elapsed)} <span class="quiet spare">of ${estimate}</span>`
    : html`<span class="quiet spare"
          >${estimate} <span aria-hidden="true">→</span><span class="sr-only">estimated,</span></span
        >
        ${formatMs(elapsed)}`;
}

function inlineActions(task: TaskRow): TemplateResult {
  return html`${mouseButton('open', 'go-to-file', 'Open in plan')}
  ${INLINE.filter((action) => task.actions.includes(action)).map((action) =>
    mouseButton(action, TASK_ACTION[action].icon, TASK_ACTION[action].label),
  )}`;
}

function mouseButton(action: string, iconName: string, label: string): TemplateResult {
  return html`<button
    type="button"
    class="icon-button"
    tabindex="-1"
    data-action=${action}
    title=${label}
    aria-label=${label}
  >
    ${icon(iconName)}
  </button>`;
}

function gatesRow(layer: LayerRow, active: boolean): TemplateResult {
  return html`<div
    role="treeitem"
    class="row gates"
    data-key="gates:${layer.number}"
    aria-level="2"
    tabindex=${active ? 0 : -1}
  >
    ${icon('shield')}
    <span class="name"><span class="quiet">Gates:</span> ${gates(layer.gates)}</span>
  </div>`;
}

/** Gates with their verdicts, and why where it is a bad one; what is only pending is only named. */
function gates(all: readonly GateRow[]): TemplateResult[] {
  return all.map((gate) => {
    const look = GATE_LOOK[gate.verdict];
    const verdict =
      gate.verdict === 'pending'
        ? nothing
        : html` ${icon(look.icon, look.tone)} <span class="quiet">${look.word}</span>`;
    const bad = look.tone === 'bad' || look.tone === 'warn';
    const why = bad && gate.note !== undefined ? html` <bdi class="quiet">${gate.note}</bdi>` : nothing;
    return html`<span class="gate" title=${gate.note ?? nothing}><bdi>${gate.name}</bdi>${verdict}${why}</span>`;
  });
}
