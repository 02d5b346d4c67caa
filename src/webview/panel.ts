import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Choice, GraphLayout, OpportunityRow, PanelModel, TaskRow } from '../core/view/model.ts';
import type { SummaryModel } from '../core/view/summary-model.ts';
import type { HostMessage, PanelState } from '../protocol/messages.ts';
import { patched } from '../protocol/patch.ts';
import { attention } from './attention.ts';
import { figures } from './figures.ts';
import { header } from './header.ts';
import type { Chosen, HeaderActions } from './header.ts';
import { beginning, connect, isHostMessage } from './host.ts';
import { inspector } from './inspector.ts';
import { keysDialog } from './keys.ts';
import { icon, TASK_ACTION } from './look.ts';
import { opportunities } from './opportunities.ts';
import { problems } from './problems.ts';
import { summary } from './summary.ts';
import { related } from './graph-walk.ts';
import { find, isLive, isOver, tasksById } from './view.ts';
import type { View } from './view.ts';
import './graph.ts';
import './layers.ts';
import './timeline.ts';
import './what-if.ts';

type Tab = PanelState['tab'];

const TABS: readonly { readonly id: Tab; readonly label: string }[] = [
  { id: 'summary', label: 'Summary' },
  { id: 'layers', label: 'Layers' },
  { id: 'graph', label: 'Graph' },
  { id: 'timeline', label: 'Timeline' },
  { id: 'opportunities', label: 'Opportunities' },
];
/** From here on the layers have a column of their own, and the tabs choose the picture beside them. */
const WIDE = 1000;
const NARROW = 700;

const host = connect();

/**
 * The panel: preview, monitor and summary of a plan in one picture. It draws the last model that the host posted, keeps
 * what is selected, and asks the host for everything else.
 */
@customElement('orca-panel')
export class Panel extends LitElement {
  @state() private model: PanelModel | undefined;
  @state() private layout: GraphLayout | undefined;
  /** Of the plan that is shown, or of the one before it until its own have been compared. */
  @state() private choices: readonly Choice[] = [];
  /** Of the plan and the choice that are shown; undefined until they have been simulated. */
  @state() private opportunities: readonly OpportunityRow[] | undefined;
  /** Of the run that is shown, as far as it is asked for. */
  @state() private summary: SummaryModel | undefined;
  /** Why there is nothing to show. */
  @state() private empty: string | undefined;
  @state() private kept: PanelState = { source: { kind: 'plan', uri: '' }, tab: 'layers' };
  @state() private query = '';
  @state() private focused: string | undefined;
  @state() private size = window.innerWidth;
  /** What was just chosen: shown until the host answers with a model that has it. */
  @state() private chosen: Chosen | undefined;

  #tasks: ReadonlyMap<string, TaskRow> = new Map();
  /** The model's run time and the page's clock when it came. */
  #received: { readonly time: number; readonly at: number } | undefined;
  #second: ReturnType<typeof setTimeout> | undefined;
  /** The tasks and dependencies that a layout was asked for. */
  #laidOut: string | undefined;
  /** The states of the tasks that a summary was asked for. */
  #summedUp: string | undefined;
  /** The page shows what it showed before it was loaded again. */
  #isAgain = false;

  readonly #actions: HeaderActions = {
    select: (task) => this.#keep({ selected: task }),
    focus: (task) => (this.focused = task),
    send: (message) => host.post(message),
    choose: (chosen) => {
      this.chosen = chosen;
      host.post({ type: 'choose', ...chosen });
    },
  };

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const given = this.dataset.state;
    // The page is the host's own: what it wrote there is a PanelState.
    const kept = host.kept();
    if (given !== undefined) this.kept = beginning(kept, JSON.parse(given) as PanelState);
    this.#isAgain = this.kept === kept;
    host.keep(this.kept);
    window.addEventListener('message', this.#onMessage);
    window.addEventListener('keydown', this.#onKey);
    window.addEventListener('resize', this.#onResize);
    host.post({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('message', this.#onMessage);
    window.removeEventListener('keydown', this.#onKey);
    window.removeEventListener('resize', this.#onResize);
    clearTimeout(this.#second);
  }

  #onMessage = ({ data }: MessageEvent<unknown>): void => {
    if (isHostMessage(data)) this.#take(data);
  };

  #take(message: HostMessage): void {
    switch (message.type) {
      case 'model':
        this.#begin(message.model);
        this.model = message.model;
        if (message.model.choices.length > 0 || message.model.run !== undefined) this.choices = message.model.choices;
        this.opportunities = undefined;
        this.empty = undefined;
        this.chosen = undefined;
        this.#see(message.model, message.time);
        if (this.focused !== undefined && !this.#tasks.has(this.focused)) this.focused = undefined;
        break;
      case 'patch':
        if (this.model === undefined) break;
        this.model = patched(this.model, message.patch);
        this.#see(this.model, message.time);
        break;
      case 'choices':
        this.choices = message.choices;
        break;
      case 'summary':
        this.summary = message.summary;
        break;
      case 'layout':
        this.layout = message.layout;
        break;
      case 'opportunities':
        this.opportunities = message.rows;
        break;
      case 'empty':
        this.empty = message.message;
        break;
      case 'reveal':
        this.#keep({ selected: message.task });
        break;
    }
  }

  /** A run that is over is opened at its summary; a page that is loaded again stays where it was. */
  #begin({ run }: PanelModel): void {
    const isNew = this.model?.run?.id !== run?.id;
    if (isNew) this.summary = this.#summedUp = undefined;
    if (isNew && isOver(run) && !this.#isAgain) this.#keep({ tab: 'summary' });
    this.#isAgain = false;
  }

  #see(model: PanelModel, time: number | undefined): void {
    this.#tasks = tasksById(model);
    this.#received = time === undefined ? undefined : { time, at: performance.now() };
  }

  #onResize = (): void => {
    this.size = window.innerWidth;
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.querySelector('dialog[open]') !== null) return;
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'radio';
    if (event.key === 'Escape') {
      if (this.query !== '') this.query = '';
      else if (!typing && this.focused !== undefined) this.focused = undefined;
      else if (!typing) this.#keep({ selected: undefined });
      if (typing) event.target.blur();
      return;
    }
    if (typing) return;
    if (event.key === '?') this.querySelector<HTMLDialogElement>('dialog.keys')?.showModal();
    else if (event.key === '/') this.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
    else if (event.key === 'f') this.focused = this.focused === undefined ? this.kept.selected : undefined;
    else if (!this.#actByKey(event.key)) return;
    event.preventDefault();
  };

  /** The selected task's terminal, changes or log. */
  #actByKey(key: string): boolean {
    const task = this.kept.selected === undefined ? undefined : this.#tasks.get(this.kept.selected);
    const action = task?.actions.find((one) => TASK_ACTION[one].key === key);
    if (task === undefined || action === undefined) return false;
    host.post({ type: 'task', action, task: task.id });
    return true;
  }

  #keep(change: { readonly tab?: Tab; readonly selected?: string | undefined }): void {
    const { selected, ...rest } = { ...this.kept, ...change };
    this.kept = selected === undefined ? rest : { ...rest, selected };
    host.keep(this.kept);
  }

  /** Run time in ms, going on since the model came while the run is live. */
  #now(): number | undefined {
    const received = this.#received;
    const run = this.model?.run;
    if (received === undefined || run === undefined) return undefined;
    return isLive(run) ? received.time + performance.now() - received.at : received.time;
  }

  #nowMinutes = (): number | undefined => {
    const now = this.#now();
    return now === undefined ? this.model?.timeline.nowMinutes : now / 60_000;
  };

  protected override updated(changed: PropertyValues): void {
    this.#askForLayout();
    this.#askForSummary();
    clearTimeout(this.#second);
    // The words of running tasks tell the time; the timeline moves by itself.
    if (isLive(this.model?.run) && this.#received !== undefined)
      this.#second = setTimeout(() => this.requestUpdate(), 1000);
    if (changed.has('model')) document.title = this.model?.title ?? 'Orca';
  }

  /** When the graph is looked at, and again when tasks or dependencies have changed since. */
  #askForLayout(): void {
    if (this.#tab() !== 'graph' || this.model === undefined || this.empty !== undefined) return;
    const shape = JSON.stringify([...this.#tasks.values()].map((task) => [task.id, task.dependsOn, task.critical]));
    if (shape === this.#laidOut) return;
    this.#laidOut = shape;
    host.post({ type: 'layout' });
  }

  /** When it is looked at, and again when something has come of the run since. */
  #askForSummary(): void {
    if (this.#tab() !== 'summary' || this.model === undefined || this.empty !== undefined) return;
    const states = JSON.stringify([
      this.model.run,
      [...this.#tasks.values()].map((task) => [task.status, task.attempts]),
    ]);
    if (states === this.#summedUp) return;
    this.#summedUp = states;
    host.post({ type: 'summary' });
  }

  #isThere(tab: Tab): boolean {
    const run = this.model?.run;
    if (tab === 'summary') return isOver(run);
    return tab !== 'opportunities' || run === undefined;
  }

  #tab(): Tab {
    const { tab } = this.kept;
    return !this.#isThere(tab) || (this.size >= WIDE && tab === 'layers') ? 'timeline' : tab;
  }

  protected override render(): TemplateResult {
    return html`<main>${this.#content()}</main>`;
  }

  #content(): TemplateResult {
    if (this.model === undefined || this.empty !== undefined)
      return html`<h1 class="sr-only">Orca</h1>
        <p class="empty" role="status" dir="auto">${this.empty ?? 'Reading the plan…'}</p>`;
    const view: View = {
      model: this.model,
      tasks: this.#tasks,
      selected: this.kept.selected,
      focus: this.focused,
      found: this.#found(),
      nowMs: this.#now(),
    };
    const chosen = this.chosen ?? { strategy: this.model.strategy, agents: this.model.agents };
    return html`<div class="top">
        ${header(this.model, this.choices, chosen, this.#actions)} ${attention(view, this.#actions)}
        ${problems(this.model.problems, this.#actions)}
        <div class="overview">${figures(this.model.figures)} ${this.#whatIf(this.model, chosen)}</div>
      </div>
      ${this.#tabs(view)} ${this.#body(view)} ${keysDialog()}`;
  }

  #found(): ReadonlySet<string> | undefined {
    const found = find(this.#tasks, this.query);
    if (this.focused === undefined) return found;
    const near = related(this.#tasks, this.focused);
    return found === undefined ? near : new Set([...found].filter((id) => near.has(id)));
  }

  #whatIf(model: PanelModel, chosen: Chosen): TemplateResult | typeof nothing {
    if (model.run !== undefined) return nothing;
    return html`<orca-what-if
      .choices=${this.choices}
      .chosen=${chosen}
      .choose=${this.#actions.choose}
      .width=${this.size < NARROW ? Math.min(this.size - 32, 420) : this.size < WIDE ? 340 : 400}
    ></orca-what-if>`;
  }

  #tabs(view: View): TemplateResult {
    const tab = this.#tab();
    const shown = TABS.filter(({ id }) => (id !== 'layers' || this.size < WIDE) && this.#isThere(id));
    const found = this.opportunities?.length ?? 0;
    return html`<div class="tab-bar">
      ${this.size >= WIDE ? html`<h2 class="column-title">Layers</h2>` : nothing}
      <div
        class="tabs"
        role="tablist"
        aria-label="Picture"
        @keydown=${(event: KeyboardEvent) => this.#onTabKey(event, shown)}
      >
        ${shown.map(
          ({ id, label }) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${id}"
              aria-selected=${id === tab}
              aria-controls="tab-panel"
              tabindex=${id === tab ? 0 : -1}
              @click=${() => this.#keep({ tab: id })}
            >
              ${label}${id === 'opportunities' && found > 0 ? ` (${found})` : nothing}
            </button>`,
        )}
      </div>
      ${this.#focusChip(view)}
      <label class="find">
        ${icon('search')}<span class="sr-only">Find a task</span>
        <input
          type="search"
          placeholder="Find a task ( / )"
          .value=${this.query}
          @input=${(event: InputEvent) => {
            if (event.target instanceof HTMLInputElement) this.query = event.target.value;
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === 'ArrowDown' || event.key === 'Enter') this.#enterList(event);
          }}
        />
        <span class="quiet" role="status"
          >${view.found === undefined ? nothing : `${view.found.size} of ${view.tasks.size}`}</span
        >
      </label>
    </div>`;
  }

  #focusChip({ focus, tasks }: View): TemplateResult | typeof nothing {
    if (focus === undefined) return nothing;
    const title = tasks.get(focus)?.title ?? focus;
    return html`<button
      type="button"
      class="secondary chip"
      title="Leave the focus on ${title} (Esc)"
      @click=${() => this.#actions.focus()}
    >
      ${icon('type-hierarchy')}<span class="sr-only">Leave the focus on </span
      ><span class="name" dir="auto">${title}</span>${icon('close')}
    </button>`;
  }

  /** From the find field on to what it found. */
  #enterList(event: KeyboardEvent): void {
    event.preventDefault();
    this.querySelector<HTMLElement>('.row.task, .bar[tabindex="0"], .node[tabindex="0"]')?.focus();
  }

  #onTabKey(event: KeyboardEvent, shown: readonly { readonly id: Tab }[]): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = shown.findIndex((one) => one.id === this.#tab());
    const next = shown[(at + by + shown.length) % shown.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    this.#keep({ tab: next.id });
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus());
  }

  #body(view: View): TemplateResult {
    const tab = this.#tab();
    const wide = this.size >= WIDE;
    const layers = html`<orca-layers .view=${view} .actions=${this.#actions}></orca-layers>`;
    return html`<div class="body">
      ${wide ? html`<section class="column layers-column" aria-label="Layers">${layers}</section>` : nothing}
      <section class="column picture" id="tab-panel" role="tabpanel" aria-labelledby="tab-${tab}">
        ${tab === 'layers' ? layers : this.#picture(tab, view)}
      </section>
      ${
        this.size < NARROW && view.selected === undefined
          ? nothing
          : html`<aside class="column inspector" aria-label="Task">${inspector(view, this.#actions)}</aside>`
      }
    </div>`;
  }

  #picture(tab: Exclude<Tab, 'layers'>, view: View): TemplateResult {
    if (tab === 'summary') return summary(this.summary, this.#actions);
    if (tab === 'opportunities') return opportunities(this.opportunities, this.#actions);
    return tab === 'graph'
      ? html`<orca-graph .view=${view} .layout=${this.layout} .actions=${this.#actions}></orca-graph>`
      : html`<orca-timeline .view=${view} .now=${this.#nowMinutes} .actions=${this.#actions}></orca-timeline>`;
  }
}
