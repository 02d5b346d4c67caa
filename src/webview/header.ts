import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { STRATEGIES } from '../core/plan/plan.ts';
import type { Strategy } from '../core/plan/plan.ts';
import type { Choice, PanelModel, RunHeader } from '../core/view/model.ts';
import { button, icon, RUN_ACTION, RUN_LOOK, state } from './look.ts';
import type { Actions } from './view.ts';

/** Strategy and number of agents: the model's, or what was just chosen and is not answered yet. */
export interface Chosen {
  readonly strategy: Strategy;
  readonly agents: number;
}

export interface HeaderActions extends Actions {
  readonly choose: (chosen: Chosen) => void;
}

/** What it is about and what can be pressed; in a preview also how it would be executed. */
export function header(
  model: PanelModel,
  choices: readonly Choice[],
  chosen: Chosen,
  actions: HeaderActions,
): TemplateResult {
  return html`<header class="header">
    <div class="heading">
      <h1 dir="auto" title=${model.title}>${model.title}</h1>
      <span class="plan-name quiet" dir="auto" title=${model.planName}>${model.planName}</span>
    </div>
    <div class="buttons">
      ${model.run === undefined ? execute(model, chosen, actions) : runButtons(model.run, actions)}
    </div>
    ${
      model.untrusted === true
        ? html`<p class="run-line">
            ${icon('workspace-untrusted', 'warn')} This workspace is not trusted: the plan can be looked at, and not be
            run. Execute asks you to trust it.
          </p>`
        : nothing
    }
    ${model.run === undefined ? choosing(choices, chosen, actions) : running(model.run, chosen)}
  </header>`;
}

function execute(model: PanelModel, chosen: Chosen, actions: Actions): TemplateResult {
  const errors = model.problems.filter((problem) => problem.severity === 'error').length;
  const nothingToDo = model.layers.every((layer) => layer.tasks.length === 0);
  const why = errors > 0 ? 'The plan has errors: see Problems' : nothingToDo ? 'The plan has no tasks' : undefined;
  return button('Execute', () => actions.send({ type: 'execute', ...chosen }), {
    icon: 'play',
    primary: true,
    title: why ?? `Run the plan: ${chosen.strategy}, ${agentCount(chosen.agents)}`,
    disabled: why !== undefined,
  });
}

function runButtons(run: RunHeader, actions: Actions): unknown {
  return repeat(
    run.actions,
    (action) => action,
    (action) =>
      button(RUN_ACTION[action].label, () => actions.send({ type: 'run', action }), {
        icon: RUN_ACTION[action].icon,
        primary: action === 'apply' || action === 'resume',
      }),
  );
}

function running(run: RunHeader, chosen: Chosen): TemplateResult {
  return html`<p class="run-line" role="status">
    ${state(RUN_LOOK[run.state])}
    <span class="quiet">${chosen.strategy}, ${agentCount(chosen.agents)}</span>
    ${run.readOnly ? html`<span class="quiet">${icon('eye')} only watched here</span>` : nothing}
    ${run.note === undefined ? nothing : html`<span dir="auto">${run.note}</span>`}
  </p>`;
}

function choosing(choices: readonly Choice[], chosen: Chosen, actions: HeaderActions): TemplateResult {
  const most = choices.length === 0 ? Infinity : Math.max(...choices.map((choice) => choice.agents));
  const set = (agents: number): void => actions.choose({ ...chosen, agents });
  return html`<div class="choosing">
    <fieldset class="segments">
      <legend>Strategy</legend>
      ${STRATEGIES.map(
        (strategy) =>
          html`<label
            ><input
              type="radio"
              name="strategy"
              .value=${strategy}
              .checked=${strategy === chosen.strategy}
              @change=${() => actions.choose({ ...chosen, strategy })}
            /><span>${strategy}</span></label
          >`,
      )}
    </fieldset>
    <div class="stepper" role="group" aria-label="Agents">
      <span class="caption">Agents</span>
      <button
        type="button"
        aria-label="Fewer agents"
        ?disabled=${chosen.agents <= 1}
        @click=${() => set(chosen.agents - 1)}
      >
        ${icon('remove')}
      </button>
      <output aria-live="polite">${chosen.agents}</output>
      <button
        type="button"
        aria-label="More agents"
        ?disabled=${chosen.agents >= most}
        @click=${() => set(chosen.agents + 1)}
      >
        ${icon('add')}
      </button>
    </div>
  </div>`;
}

export function agentCount(agents: number): string {
  return agents === 1 ? '1 agent' : `${agents} agents`;
}
