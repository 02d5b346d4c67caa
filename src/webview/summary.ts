import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatMinutes, formatMs } from '../core/view/duration.ts';
import type { Lesson } from '../core/view/lessons.ts';
import type { FindingLine, NamedValue, SummaryModel, TaskResult } from '../core/view/summary-model.ts';
import { state, TASK_LOOK } from './look.ts';
import type { Actions } from './view.ts';

/** More files of a task than this are a click off. */
const SHOWN = 6;

/** What came of a run, as a document: the words of execution_summary.md; its figures stand above the tabs. */
export function summary(model: SummaryModel | undefined, actions: Actions): TemplateResult {
  if (model === undefined) return html`<p class="empty" role="status">Summing up the run…</p>`;
  const { gates, findings, notShown, cost, lessons, otherAgents, deliverables, created } = model;
  return html`<article class="summary">
    <div class="summary-columns">
      ${section('What worked', lessons.worked.length > 0 && list(lessons.worked.map(lesson)))}
      ${section('What did not', lessons.improve.length > 0 && list(lessons.improve.map(lesson)))}
    </div>
    ${section('Tasks', tasks(model.tasks, actions))}
    ${section(
      'Quality',
      gates.length > 0 || findings.shown.length > 0 || notShown.length > 0
        ? html`${named(gates)} ${list(findings.shown.map((line) => finding(line, actions)))}
          ${findings.more > 0 ? html`<p class="quiet">${findings.more} more are in the gate reports.</p>` : nothing}
          ${list(
            notShown.map(
              ({ task, criterion, unmet }) =>
                html`${taskLink(task, task, actions)} <bdi>${criterion}</bdi>
                  <span class="quiet">${unmet ? 'not met' : 'not shown'}</span>`,
            ),
          )}`
        : html`<p class="quiet">Not measured: no gate ran.</p>`,
    )}
    ${section('Cost', cost.length > 0 && named(cost))}
    ${section('With other numbers of agents', otherAgents.length > 0 && agents(model))}
    ${section(
      'Deliverables',
      deliverables.length > 0 &&
        list(
          deliverables.map(
            ({ task, title, paths }) => html`${taskLink(task, title, actions)} ${files(paths, actions)}`,
          ),
        ),
    )}
    ${section(
      'Files created',
      created.length > 0 &&
        html`<details ?open=${created.length <= 40}>
          <summary>${created.length === 1 ? '1 file' : `${created.length} files`}</summary>
          ${list(created.map(({ path, title }) => html`${fileLink(path, actions)} <bdi class="quiet">${title}</bdi>`))}
        </details>`,
    )}
  </article>`;
}

function section(title: string, body: TemplateResult | typeof nothing | false): TemplateResult | typeof nothing {
  if (body === false || body === nothing) return nothing;
  return html`<section aria-label=${title}>
    <h2>${title}</h2>
    ${body}
  </section>`;
}

function tasks(all: readonly TaskResult[], actions: Actions): TemplateResult {
  const hasCost = all.some(({ cost }) => cost !== undefined);
  return html`<div class="table" tabindex="0" role="region" aria-label="Tasks, planned and measured">
    <table>
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">State</th>
          <th scope="col" class="number">Planned</th>
          <th scope="col" class="number">Measured</th>
          <th scope="col" class="number">Ratio</th>
          <th scope="col" class="number">Attempts</th>
          ${hasCost ? html`<th scope="col">Cost</th>` : nothing}
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        ${all.map((task) => {
          const { id, title, status, plannedMinutes, measuredMs, attempts, cost, outcome } = task;
          return html`<tr>
            <th scope="row">${taskLink(id, title || id, actions)}</th>
            <td>${state(TASK_LOOK[status])}</td>
            <td class="number">${plannedMinutes === undefined ? '' : formatMinutes(plannedMinutes)}</td>
            <td class="number">${measuredMs === undefined ? '' : formatMs(measuredMs)}</td>
            <td class="number">${ratio(task)}</td>
            <td class="number">${attempts}</td>
            ${hasCost ? html`<td>${cost ?? ''}</td>` : nothing}
            <td dir="auto">${outcome} ${files(task.files, actions)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Measured in times of what was planned. */
function ratio({ plannedMinutes, measuredMs }: TaskResult): string {
  if (plannedMinutes === undefined || measuredMs === undefined) return '';
  return `× ${Number((measuredMs / 60_000 / plannedMinutes).toPrecision(2))}`;
}

function agents({ otherAgents }: SummaryModel): TemplateResult {
  return html`<p class="quiet">
      The run simulated again, each task as long as it was measured, without merges and gates of layers.
    </p>
    ${named(
      otherAgents.map(({ agents, minutes, own }) => ({
        name: `${agents === 1 ? '1 agent' : `${agents} agents`}${own ? ', as it ran' : ''}`,
        value: formatMinutes(minutes),
      })),
    )}`;
}

function named(all: readonly NamedValue[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<dl class="facts">
    ${all.map(
      ({ name, value }) =>
        html`<div>
          <dt dir="auto">${name}</dt>
          <dd dir="auto">${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function list(all: readonly TemplateResult[]): TemplateResult | typeof nothing {
  return all.length === 0
    ? nothing
    : html`<ul class="items">
        ${all.map((one) => html`<li>${one}</li>`)}
      </ul>`;
}

function lesson({ about, text }: Lesson): TemplateResult {
  return html`<strong dir="auto">${about}</strong> <bdi>${text}</bdi>`;
}

function finding({ path, line, severity, message, gate, rule }: FindingLine, actions: Actions): TemplateResult {
  return html`${path === undefined ? nothing : fileLink(path, actions, line)} <span>${severity}:</span>
    <bdi>${message}</bdi> <span class="quiet"><bdi>${gate}</bdi>, <bdi>${rule}</bdi></span>`;
}

function taskLink(task: string, title: string, actions: Actions): TemplateResult {
  return html`<button type="button" class="link" dir="auto" @click=${() => actions.select(task)}>${title}</button>`;
}

function files(paths: readonly string[], actions: Actions): TemplateResult | typeof nothing {
  if (paths.length === 0) return nothing;
  const links = (some: readonly string[]): TemplateResult[] => some.map((path) => fileLink(path, actions));
  const rest = paths.slice(SHOWN);
  return html`<span class="files">${links(paths.slice(0, SHOWN))}</span> ${
      rest.length === 0
        ? nothing
        : html`<details>
            <summary>${rest.length} more</summary>
            <span class="files">${links(rest)}</span>
          </details>`
    }`;
}

/** The file as the run left it; `line` counts from 1. */
function fileLink(path: string, actions: Actions, line?: number): TemplateResult {
  return html`<button
    type="button"
    class="link"
    @click=${() => actions.send({ type: 'open-file', path, ...(line !== undefined && { line }) })}
  >
    <code dir="auto">${line === undefined ? path : `${path}:${line}`}</code>
  </button>`;
}
