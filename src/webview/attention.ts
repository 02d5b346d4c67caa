import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Answer } from '../core/agent/ask.ts';
import { unreachable } from '../core/unreachable.ts';
import type { Attention, AttentionAction } from '../core/view/model.ts';
import type { PanelMessage } from '../protocol/messages.ts';
import { button, GATE_ACTION, icon, RUN_ACTION, TASK_ACTION } from './look.ts';
import type { Look } from './look.ts';
import { questionForms } from './questions.ts';
import type { Actions, View } from './view.ts';

const SIGN: Readonly<Record<Attention['kind'], Pick<Look, 'icon' | 'tone' | 'word'>>> = {
  asks: { icon: 'question', tone: 'warn', word: 'Asks' },
  questions: { icon: 'question', tone: 'warn', word: 'Questions' },
  limited: { icon: 'watch', tone: 'warn', word: 'Cannot be had' },
  failed: { icon: 'error', tone: 'bad', word: 'Failed' },
  conflict: { icon: 'warning', tone: 'warn', word: 'Conflict' },
  gate: { icon: 'shield', tone: 'bad', word: 'Gate' },
  review: { icon: 'eye', tone: 'warn', word: 'Unread' },
  'roll-back': { icon: 'discard', tone: 'bad', word: 'Not rolled back' },
  foreseen: { icon: 'warning', tone: 'warn', word: 'Conflict foreseen' },
  paused: { icon: 'debug-pause', tone: 'warn', word: 'Paused' },
};

/** What waits for a person, each on a line of its own with what can be done; nothing when nothing waits. */
export function attention(view: View, actions: Actions): TemplateResult | typeof nothing {
  const needs = view.model.needs;
  if (needs.length === 0) return nothing;
  return html`<section class="box needs" aria-labelledby="needs-title">
    <h2 id="needs-title">Needs you (${needs.length})</h2>
    <ul>
      ${repeat(needs, keyOf, (need) => {
        const sign = SIGN[need.kind];
        return html`<li>
          <span class="sign">${icon(sign.icon, sign.tone)}<span class="sr-only">${sign.word}: </span></span>
          <p>${about(need, view, actions)} <span dir="auto">${need.text}</span></p>
          <span class="buttons"
            >${answers(need, actions)}${need.actions.map((action) => offer(action, need, actions))}</span
          >
          ${need.forms === undefined ? nothing : questionForms(need.forms, actions)}
        </li>`;
      })}
    </ul>
  </section>`;
}

/** Each question has an element of its own: a click that is on its way must not land on the one that comes after it. */
function keyOf({ kind, task, ask, forms, text }: Attention): string {
  // There is one form for all, and what was typed into it stays when another task asks, too.
  return `${kind} ${task ?? ''} ${ask?.id ?? (forms === undefined ? text : '')}`;
}

function about(need: Attention, view: View, actions: Actions): TemplateResult | typeof nothing {
  const task = need.task;
  if (task === undefined) return nothing;
  const title = view.tasks.get(task)?.title ?? task;
  return html`<button type="button" class="link strong" dir="auto" @click=${() => actions.select(task)}>
    ${title}
  </button>`;
}

function offer(action: AttentionAction, need: Attention, actions: Actions): TemplateResult | typeof nothing {
  const message = asMessage(action, need);
  if (message === undefined) return nothing;
  return button(labelOf(action), () => actions.send(message));
}

/** The answers to a question, and a way to give another. */
function answers({ task, ask }: Attention, actions: Actions): TemplateResult | typeof nothing {
  if (task === undefined || ask === undefined) return nothing;
  const give = (answer?: Answer) => () =>
    actions.send({ type: 'answer', task, id: ask.id, ...(answer !== undefined && { answer }) });
  if (ask.ask.kind === 'permission')
    return html`${button('Allow once', give({ kind: 'allow', scope: 'once' }))}
    ${button('Allow for this task', give({ kind: 'allow', scope: 'task' }))} ${button('Deny…', give())}`;
  return html`${ask.ask.options.map((text) => button(text, give({ kind: 'reply', text })))} ${button('Answer…', give())}`;
}

function asMessage(action: AttentionAction, need: Attention): PanelMessage | undefined {
  switch (action.kind) {
    case 'task':
      return need.task === undefined ? undefined : { type: 'task', action: action.action, task: need.task };
    case 'run':
      return { type: 'run', action: action.action };
    case 'gate': {
      const { action: what, gate, layer } = action;
      return { type: 'gate', action: what, gate, ...(layer === undefined ? {} : { layer }) };
    }
    default:
      return unreachable(action);
  }
}

function labelOf(action: AttentionAction): string {
  switch (action.kind) {
    case 'task':
      return TASK_ACTION[action.action].label;
    case 'run':
      return RUN_ACTION[action.action].label;
    case 'gate':
      return GATE_ACTION[action.action];
    default:
      return unreachable(action);
  }
}
