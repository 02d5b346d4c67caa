import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Problem } from '../core/view/model.ts';
import { icon } from './look.ts';
import type { Actions } from './view.ts';

const SIGN = {
  error: { icon: 'error', tone: 'bad' },
  warning: { icon: 'warning', tone: 'warn' },
  information: { icon: 'info', tone: 'live' },
  hint: { icon: 'lightbulb', tone: 'quiet' },
} as const;

/** More than this would push the first screen away; the rest is a click off. */
const SHOWN = 4;

/** What is wrong with the plan, each a click from its line. */
export function problems(all: readonly Problem[], actions: Actions): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const rest = all.slice(SHOWN);
  return html`<section class="box problems" aria-labelledby="problems-title">
    <h2 id="problems-title">Problems (${all.length})</h2>
    <ul>
      ${all.slice(0, SHOWN).map((problem) => row(problem, actions))}
    </ul>
    ${
      rest.length === 0
        ? nothing
        : html`<details>
            <summary>${rest.length} more</summary>
            <ul>
              ${rest.map((problem) => row(problem, actions))}
            </ul>
          </details>`
    }
  </section>`;
}

function row(problem: Problem, actions: Actions): TemplateResult {
  const sign = SIGN[problem.severity];
  return html`<li>
    <span class="sign">${icon(sign.icon, sign.tone)}<span class="sr-only">${problem.severity}: </span></span>
    <button type="button" class="link plain" @click=${() => actions.send({ type: 'open-line', line: problem.line })}>
      <span dir="auto">${problem.message}</span>
      <span class="quiet">${problem.place ?? `line ${problem.line + 1}`}</span>
    </button>
  </li>`;
}
