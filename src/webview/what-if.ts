import { html, LitElement, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { STRATEGIES } from '../core/plan/plan.ts';
import { kneeOf, kneeText } from '../core/schedule/knee.ts';
import { formatMinutes } from '../core/view/duration.ts';
import type { Choice } from '../core/view/model.ts';
import { percentOf } from '../core/view/print.ts';
import { agentCount } from './header.ts';
import { iconButton } from './look.ts';
import type { Chosen } from './header.ts';

const HEIGHT = 132;
const MARGIN = { top: 8, right: 12, bottom: 20, left: 48 };

/**
 * Duration over the number of agents, a line for each strategy. Pointing reads a point off, a click chooses it; the
 * keyboard has the same in the header's strategy and agents and in the table, so the picture is one image to a screen
 * reader.
 */
@customElement('orca-what-if')
export class WhatIf extends LitElement {
  @property({ attribute: false }) choices: readonly Choice[] = [];
  @property({ attribute: false }) chosen: Chosen = { strategy: 'hybrid', agents: 1 };
  @property({ attribute: false }) choose: (chosen: Chosen) => void = () => undefined;
  @property({ type: Number }) width = 320;
  @state() private pointed: Choice | undefined;
  @state() private asTable = false;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.choices.length === 0)
      return html`<figure class="what-if" .style=${`width:${this.width}px`}>
        <figcaption class="caption">Duration over agents</figcaption>
        <p class="quiet pending" role="status">Comparing strategies and numbers of agents…</p>
      </figure>`;
    const scale = scaleOf(this.choices, this.width);
    const at = this.choices.find((c) => c.strategy === this.chosen.strategy && c.agents === this.chosen.agents);
    const read = this.pointed ?? at;
    const own = this.choices.filter((choice) => choice.strategy === this.chosen.strategy);
    const knee = kneeOf(own);
    const sentence = knee && kneeText(knee);
    const bend = own.find((choice) => choice.agents === knee?.agents);
    return html`<figure class="what-if">
      <div class="what-if-bar">
        <figcaption class="caption">Duration over agents</figcaption>
        ${iconButton('table', 'Every choice in a table', () => (this.asTable = !this.asTable), this.asTable)}
      </div>
      ${this.asTable ? this.#table() : this.#chart(scale, at, bend)}
      <p class="reading">${read === undefined ? nothing : this.#reading(read)}</p>
      ${sentence === undefined ? nothing : html`<p class="knee-text quiet">▲ ${sentence}</p>`}
    </figure>`;
  }

  #chart(scale: Scale, at: Choice | undefined, bend: Choice | undefined): TemplateResult {
    return html`<svg
        role="img"
        aria-label=${`Duration over agents, one line per strategy. ${at === undefined ? '' : this.#reading(at)}`}
        width=${this.width}
        height=${HEIGHT}
        @pointermove=${(event: PointerEvent) => (this.pointed = this.#nearest(event, scale))}
        @pointerleave=${() => (this.pointed = undefined)}
        @click=${(event: MouseEvent) => {
          const { strategy, agents } = this.#nearest(event, scale) ?? this.chosen;
          this.choose({ strategy, agents });
        }}
      >
        ${axes(scale)} ${this.#lines(scale)} ${kneeMark(bend, scale)} ${mark(this.pointed, scale, 'pointed')}
        ${mark(at, scale, 'chosen')}
      </svg>
      <ul class="legend" aria-hidden="true">
        ${STRATEGIES.map(
          (strategy) =>
            html`<li class=${strategy === this.chosen.strategy ? 'strong' : 'quiet'}>
              <svg width="20" height="8">
                <line
                  class="curve ${strategy} ${strategy === this.chosen.strategy ? 'chosen' : ''}"
                  x1="0"
                  x2="20"
                  y1="4"
                  y2="4"
                /></svg
              >${strategy}
            </li>`,
        )}
      </ul>`;
  }

  /** The chart's twin in words: each choice, to be taken by its number of agents. */
  #table(): TemplateResult {
    const isChosen = ({ strategy, agents }: Choice): boolean =>
      strategy === this.chosen.strategy && agents === this.chosen.agents;
    return html`<div class="what-if-table" tabindex="0" role="region" aria-label="Duration over agents">
      <table>
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col">Agents</th>
            <th scope="col">Duration</th>
            <th scope="col">Efficiency</th>
          </tr>
        </thead>
        <tbody>
          ${this.choices.map(
            (choice) =>
              html`<tr class=${isChosen(choice) ? 'selected' : ''}>
                <td>${choice.strategy}</td>
                <td>
                  <button
                    type="button"
                    class="link"
                    aria-label="${choice.strategy}, ${agentCount(choice.agents)}"
                    aria-pressed=${isChosen(choice)}
                    @click=${() => this.choose({ strategy: choice.strategy, agents: choice.agents })}
                  >
                    ${choice.agents}
                  </button>
                </td>
                <td>${formatMinutes(choice.minutes)}</td>
                <td>${percentOf(choice.efficiency)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** Drawn last, and so on top: the chosen strategy. */
  #lines(scale: Scale): TemplateResult[] {
    const order = [...STRATEGIES.filter((s) => s !== this.chosen.strategy), this.chosen.strategy];
    return order.map((strategy) => {
      const points = this.choices
        .filter((choice) => choice.strategy === strategy)
        .sort((a, b) => a.agents - b.agents)
        .map((choice) => `${scale.x(choice.agents)},${scale.y(choice.minutes)}`);
      return svg`<polyline class="curve ${strategy} ${strategy === this.chosen.strategy ? 'chosen' : ''}" points=${points.join(' ')} />`;
    });
  }

  #reading(choice: Choice): string {
    const fastest = Math.min(...this.choices.filter((c) => c.strategy === choice.strategy).map((c) => c.minutes));
    const share = choice.minutes === 0 ? 1 : fastest / choice.minutes;
    const speed = share === 1 ? 'its top speed' : `${Math.floor(share * 100)} % of its top speed`;
    return `${choice.strategy}, ${agentCount(choice.agents)}: ${formatMinutes(choice.minutes)}, ${percentOf(choice.efficiency)} efficient, ${speed}`;
  }

  /** By agents first, then by duration; the chosen strategy where lines run together. */
  #nearest(event: MouseEvent, scale: Scale): Choice | undefined {
    if (!(event.currentTarget instanceof Element)) return undefined;
    const box = event.currentTarget.getBoundingClientRect();
    const distance = (choice: Choice): number =>
      1e4 * Math.abs(scale.x(choice.agents) - (event.clientX - box.left)) +
      Math.abs(scale.y(choice.minutes) - (event.clientY - box.top)) -
      (choice.strategy === this.chosen.strategy ? 0.5 : 0);
    return [...this.choices].sort((a, b) => distance(a) - distance(b))[0];
  }
}

interface Scale {
  readonly width: number;
  readonly agents: number;
  readonly minutes: readonly number[];
  x(agents: number): number;
  y(minutes: number): number;
}

function scaleOf(choices: readonly Choice[], width: number): Scale {
  const agents = Math.max(2, ...choices.map((choice) => choice.agents));
  const minutes = choices.map((choice) => choice.minutes);
  const [least, most] = [Math.min(...minutes), Math.max(...minutes)];
  // One and the same duration for all of them is a line above the ground, not on it.
  const ticks = ticksOver(least === most ? 0 : least, most);
  const low = ticks[0] ?? 0;
  const high = Math.max(ticks.at(-1) ?? 1, low + 1);
  const across = width - MARGIN.left - MARGIN.right;
  const down = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    width,
    agents,
    minutes: ticks,
    x: (n) => Math.round(MARGIN.left + (across * (n - 1)) / (agents - 1)),
    y: (n) => Math.round(MARGIN.top + down * (1 - (n - low) / (high - low))),
  };
}

/** About four even steps of a length that people count in, from under the least to over the most. */
function ticksOver(least: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((hours) => hours * 60)];
  const step =
    steps.find((minutes) => (most - least) / minutes <= 4) ?? Math.ceil((most - least) / 4 / 60_000) * 60_000;
  const first = Math.floor(least / step);
  return Array.from({ length: Math.ceil(most / step) - first + 1 }, (_, i) => (first + i) * step);
}

function axes(scale: Scale): TemplateResult {
  const every = Math.ceil(scale.agents / 12);
  const agents = Array.from({ length: scale.agents }, (_, i) => i + 1).filter((n) => n === 1 || n % every === 0);
  return svg`<g class="axes">
    ${scale.minutes.map(
      (
        minutes,
      ) => svg`<line x1=${MARGIN.left} x2=${scale.width - MARGIN.right} y1=${scale.y(minutes)} y2=${scale.y(minutes)} />
        <text x=${MARGIN.left - 6} y=${scale.y(minutes) + 4} text-anchor="end">${short(minutes)}</text>`,
    )}
    ${agents.map((n) => svg`<text x=${scale.x(n)} y=${HEIGHT - 4} text-anchor="middle">${n}</text>`)}
  </g>`;
}

/** `4 h`, `1 h 30`, `45 min`: there is little room. */
function short(minutes: number): string {
  if (minutes === 0) return '0';
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60}`;
}

/** Where more agents hardly help. */
function kneeMark(choice: Choice | undefined, scale: Scale): TemplateResult | typeof nothing {
  if (choice === undefined) return nothing;
  const [x, y] = [scale.x(choice.agents), HEIGHT - MARGIN.bottom];
  return svg`<path class="knee" d="M${x} ${y - 7} l5 7 h-10 z" />`;
}

function mark(choice: Choice | undefined, scale: Scale, kind: 'pointed' | 'chosen'): TemplateResult | typeof nothing {
  if (choice === undefined) return nothing;
  return svg`<circle class="mark ${kind}" cx=${scale.x(choice.agents)} cy=${scale.y(choice.minutes)} r="5" />`;
}
