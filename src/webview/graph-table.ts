import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatMinutes } from '../core/view/duration.ts';
import type { TaskRow } from '../core/view/model.ts';
import { state, TASK_LOOK } from './look.ts';
import type { Actions, View } from './view.ts';

/** The graph's twin in words: a row a task, with what it depends on, what waits for it, and what writes its files. */
export function graphTable(view: View, actions: Actions): TemplateResult {
  const names = (ids: readonly string[]): string => ids.map((id) => view.tasks.get(id)?.title ?? id).join(', ');
  const shared = ({ sharesFiles = [], foreseen }: TaskRow): string =>
    [
      ...(foreseen === undefined
        ? []
        : [`would conflict now with ${names(foreseen.others)} (${foreseen.files.join(', ')})`]),
      ...sharesFiles.map(({ task, files }) => `${names([task])} (${files.join(', ')})`),
    ].join('; ');
  const tasks = [...view.tasks.values()].filter((task) => view.found?.has(task.id) ?? true);
  return html`<div class="graph-table" tabindex="0" role="region" aria-label="Dependencies">
    <table>
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">State</th>
          <th scope="col">Layer</th>
          <th scope="col">Estimate</th>
          <th scope="col">Critical</th>
          <th scope="col">Depends on</th>
          <th scope="col">Waits for it</th>
          <th scope="col">Shares files with</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          tasks,
          (task) => task.id,
          (task) =>
            html`<tr class=${task.id === view.selected ? 'selected' : ''}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  dir="auto"
                  title=${task.title}
                  @click=${() => actions.select(task.id)}
                >
                  ${task.title}
                </button>
              </th>
              <td>${state(TASK_LOOK[task.status])}</td>
              <td>${task.layer}</td>
              <td>${formatMinutes(task.minutes)}</td>
              <td>${task.critical ? 'critical' : ''}</td>
              <td dir="auto">${names(task.dependsOn)}</td>
              <td dir="auto">${names(task.dependents)}</td>
              <td dir="auto">${shared(task)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
