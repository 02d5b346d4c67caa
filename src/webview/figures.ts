import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Figure } from '../core/view/model.ts';

/** The figures, each with what it means on hover and on focus. */
export function figures(all: readonly Figure[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<ul class="figures" aria-label="Figures">
    ${all.map(
      (figure) =>
        html`<li class="figure" data-figure=${figure.id}>
          <div
            class="figure-face"
            tabindex="0"
            role="group"
            aria-label=${figure.label}
            aria-describedby="means-${figure.id}"
          >
            <strong>${figure.value}</strong>
            <span class="label">${figure.label}</span>
            <span class="note quiet">${figure.note ?? nothing}</span>
          </div>
          <p class="hover" role="tooltip" id="means-${figure.id}">${figure.definition}</p>
        </li>`,
    )}
  </ul>`;
}
