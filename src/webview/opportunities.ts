import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatMinutes } from '../core/view/duration.ts';
import type { OpportunityRow } from '../core/view/model.ts';
import { icon } from './look.ts';
import type { Actions } from './view.ts';

const SIGN = {
  split: 'split-horizontal',
  dependency: 'debug-disconnect',
  barrier: 'layers',
  file: 'file',
  estimate: 'watch',
} as const satisfies Readonly<Record<OpportunityRow['kind'], string>>;

/** What would make the plan shorter, the most first, each with what does it. */
export function opportunities(rows: readonly OpportunityRow[] | undefined, actions: Actions): TemplateResult {
  if (rows === undefined) return html`<p class="empty" role="status">Simulating the plan with each change…</p>`;
  if (rows.length === 0)
    return html`<p class="empty" role="status">
      Nothing was found that would make this plan shorter by a minute or more, with this strategy and number of agents.
    </p>`;
  return html`<ul class="opportunities">
    ${rows.map((row) => opportunity(row, actions))}
  </ul>`;
}

function opportunity(row: OpportunityRow, actions: Actions): TemplateResult {
  const { task } = row;
  const gain = formatMinutes(row.minutes);
  return html`<li class="opportunity">
    <span class="sign">${icon(SIGN[row.kind])}</span>
    <div class="what">
      ${
        task === undefined
          ? html`<strong dir="auto">${row.title}</strong>`
          : html`<button type="button" class="link plain" @click=${() => actions.select(task)}>
              <strong dir="auto">${row.title}</strong>
            </button>`
      }
      <span class="quiet" dir="auto">${row.why}</span>
    </div>
    <strong class="gain">${row.kind === 'estimate' ? html`up to ${gain} longer` : html`${gain} shorter`}</strong>
    ${
      row.fix === undefined
        ? nothing
        : html`<button
            type="button"
            class="secondary"
            @click=${() => actions.send({ type: 'improve', title: row.title })}
          >
            ${row.fix}
          </button>`
    }
  </li>`;
}
