import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { iconButton } from './look.ts';

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['↑', '↓'], 'walk the layers; in the timeline, change lanes'],
  [['←', '→'], 'close and open a layer; walk a lane; walk the graph along its edges'],
  [['Enter'], 'open the task in the plan'],
  [['t'], 'show its terminal'],
  [['c'], 'show its changes'],
  [['l'], 'open its log'],
  [['m'], 'mark it as read'],
  [['/'], 'find a task'],
  [['f'], 'focus on what the task needs and what waits for it, or leave it'],
  [['+', '-', '0'], 'graph and timeline: zoom in, out, fit; the wheel with Ctrl does too'],
  [['Esc'], 'clear the search, then the focus, then the selection'],
  [['?'], 'show these keys'],
];

/** The list of keys; `showModal` opens it. */
export function keysDialog(): TemplateResult {
  const close = (event: Event): void => {
    if (event.currentTarget instanceof Element) event.currentTarget.closest('dialog')?.close();
  };
  return html`<dialog class="keys" aria-labelledby="keys-title">
    <div class="task-head">
      <h2 id="keys-title">Keys</h2>
      <form method="dialog" @submit=${close}>${iconButton('close', 'Close', () => undefined)}</form>
    </div>
    <dl>
      ${KEYS.map(
        ([keys, does]) =>
          html`<div>
            <dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
  </dialog>`;
}
