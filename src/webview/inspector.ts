import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatMinutes, formatMs } from '../core/view/duration.ts';
import type { GateRow, TaskRow } from '../core/view/model.ts';
import { button, GATE_LOOK, icon, iconButton, state, TASK_ACTION, TASK_LOOK } from './look.ts';
import { elapsedMs } from './view.ts';
import type { Actions, View } from './view.ts';

/** More links than this are a click off. */
const SHOWN = 8;

/** The selected task: where it stands, its facts, and what can be done with it. */
export function inspector(view: View, actions: Actions): TemplateResult {
  const task = view.selected === undefined ? undefined : view.tasks.get(view.selected);
  if (task === undefined)
    return html`<p class="hint">
      Select a task to see what it needs, what waits for it and what it did. <kbd>?</kbd> lists the keys.
    </p>`;
  return html`<div class="task-head">
      <h2 dir="auto" title=${task.title}>${task.title}</h2>
      ${iconButton('close', 'Close', () => actions.select())}
    </div>
    ${task.title === task.id ? nothing : html`<p class="id quiet" dir="auto">${task.id}</p>`}
    <p class="task-state">
      ${state(TASK_LOOK[task.status])}
      ${task.critical ? html`<span class="tag critical">critical path</span>` : nothing}
      ${task.unread === true ? html`<span class="tag">unread</span>` : nothing}
    </p>
    ${task.note === undefined ? nothing : html`<p class="note-box" dir="auto">${task.note}</p>`}
    <div class="buttons">
      ${button('Open in plan', () => actions.send({ type: 'open-task', task: task.id }), { icon: 'go-to-file' })}
      ${repeat(
        task.actions,
        (action) => `${action} ${task.id}`,
        (action) =>
          button(TASK_ACTION[action].label, () => actions.send({ type: 'task', action, task: task.id }), {
            icon: TASK_ACTION[action].icon,
          }),
      )}
    </div>
    <dl class="facts">${facts(task, view, actions)}</dl>`;
}

function facts(task: TaskRow, view: View, actions: Actions): (TemplateResult | typeof nothing)[] {
  const elapsed = elapsedMs(task, view.nowMs);
  const layer = view.model.layers.find((one) => one.number === task.layer);
  return [
    fact('Layer', html`${task.layer} <bdi>${layer?.name ?? ''}</bdi>`),
    fact(
      'Estimate',
      html`${task.assumed ? '~' : ''}${formatMinutes(task.minutes)}
      ${task.assumed ? html`<span class="quiet">assumed</span>` : nothing}`,
    ),
    elapsed === undefined ? nothing : fact(task.endedMs === undefined ? 'So far' : 'Took', formatMs(elapsed)),
    task.critical ? nothing : fact('Slack', formatMinutes(task.slackMinutes)),
    fact('Agent', html`<bdi>${task.agentKind}</bdi>${task.agent === undefined ? nothing : ` · Agent ${task.agent}`}`),
    task.attempts > 1 ? fact('Attempts', String(task.attempts)) : nothing,
    task.cost === undefined ? nothing : fact('Cost', html`<span title=${task.usage ?? ''}>${task.cost}</span>`),
    task.changed === undefined || task.changed.files === 0 ? nothing : fact('Changed', changed(task.changed)),
    fact('Depends on', links(task.dependsOn, view, actions)),
    fact('Waits for it', links(task.dependents, view, actions)),
    list('Files', task.files, (file) => html`<code dir="auto">${file}</code>`),
    list('Shares files with', task.sharesFiles ?? [], ({ task: other, files }) => {
      return html`${links([other], view, actions)}<code dir="auto">${files.join(', ')}</code>`;
    }),
    list('Resources', task.resources, (resource) => html`<bdi>${resource}</bdi>`),
    list('Gates', task.gates, gate),
    list('Accepted when', task.acceptance, (criterion) => html`<span dir="auto">${criterion}</span>`),
  ];
}

function fact(name: string, value: TemplateResult | string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function list<T>(name: string, all: readonly T[], show: (item: T) => TemplateResult): TemplateResult | typeof nothing {
  return all.length === 0 ? nothing : fact(name, lines(all.map(show)));
}

function lines(all: readonly TemplateResult[]): TemplateResult {
  const rest = all.slice(SHOWN);
  const item = (one: TemplateResult): TemplateResult => html`<li>${one}</li>`;
  return html`<ul>
      ${all.slice(0, SHOWN).map(item)}
    </ul>
    ${
      rest.length === 0
        ? nothing
        : html`<details>
            <summary>${rest.length} more</summary>
            <ul>
              ${rest.map(item)}
            </ul>
          </details>`
    }`;
}

function links(ids: readonly string[], view: View, actions: Actions): TemplateResult {
  if (ids.length === 0) return html`<span class="quiet">nothing</span>`;
  return lines(
    ids.map((id) => {
      const task = view.tasks.get(id);
      const look = task === undefined ? undefined : TASK_LOOK[task.status];
      return html`${look === undefined || look.word === 'planned' ? nothing : html`${icon(look.icon, look.tone)}<span class="sr-only">${look.word}: </span>`}<button
          type="button"
          class="link"
          dir="auto"
          title=${task?.title ?? id}
          @click=${() => actions.select(id)}
        >
          ${task?.title ?? id}
        </button>`;
    }),
  );
}

function gate(row: GateRow): TemplateResult {
  return html`<bdi>${row.name}</bdi> ${state(GATE_LOOK[row.verdict])}
    ${row.blocking ? nothing : html`<span class="quiet">advisory</span>`}
    ${row.note === undefined ? nothing : html`<span class="quiet" dir="auto">${row.note}</span>`}`;
}

function changed(change: NonNullable<TaskRow['changed']>): string {
  return `+${change.added} −${change.removed} in ${change.files === 1 ? '1 file' : `${change.files} files`}`;
}
