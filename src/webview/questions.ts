import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { QuestionForm } from '../core/view/asks.ts';
import type { Actions } from './view.ts';

type Question = QuestionForm['questions'][number];

/** Stands for what is written beside the options. */
const OTHER = 'other';

/** One form for all that tasks ask, each question with its default chosen. It is answered as a whole. */
export function questionForms(forms: readonly QuestionForm[], actions: Actions): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement)
      actions.send({ type: 'answer-questions', forms: answersIn(event.target, forms) });
  };
  return html`<form class="questions" aria-label="Questions" @submit=${submit}>
    ${repeat(
      forms,
      ({ task, questions }) => JSON.stringify([task, questions]),
      ({ task, title, questions }) =>
        html`<fieldset>
          <legend dir="auto">${title}</legend>
          ${questions.map((question) => asked(question, nameOf(task, question)))}
        </fieldset>`,
    )}
    <button type="submit" class="primary">Answer</button>
  </form>`;
}

function asked({ question, why, options, default: usual }: Question, name: string): TemplateResult {
  const chooseOther = (event: InputEvent): void => {
    const radio = (event.target as HTMLElement).closest('label')?.querySelector<HTMLInputElement>('[type="radio"]');
    if (radio) radio.checked = true;
  };
  return html`<div class="question" role="radiogroup" aria-labelledby=${name}>
    <p id=${name} dir="auto">${question}</p>
    ${why === undefined ? nothing : html`<p class="why" dir="auto">${why}</p>`}
    ${options.map(
      (option, i) =>
        html`<label
          ><input type="radio" name=${name} value=${i} ?checked=${option === usual} /><span
            ><bdi>${option}</bdi>${option === usual ? html` <span class="quiet">(default)</span>` : nothing}</span
          ></label
        >`,
    )}
    <label
      ><input type="radio" name=${name} value=${OTHER} aria-label="Another answer" /><input
        type="text"
        name="${name}/${OTHER}"
        placeholder="Another answer"
        aria-label="Another answer"
        @input=${chooseOther}
    /></label>
  </div>`;
}

/** What was chosen, by task; an empty answer leaves it at the default. */
export function answersIn(
  form: HTMLFormElement,
  forms: readonly QuestionForm[],
): { readonly task: string; readonly answers: Record<string, string> }[] {
  const data = new FormData(form);
  const textOf = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
  return forms.map(({ task, questions }) => ({
    task,
    answers: Object.fromEntries(
      questions.map((question) => {
        const name = nameOf(task, question);
        const chosen = textOf(name);
        return [question.id, chosen === OTHER ? textOf(`${name}/${OTHER}`) : (question.options[Number(chosen)] ?? '')];
      }),
    ),
  }));
}

function nameOf(task: string, { id }: Question): string {
  return `question/${task}/${id}`;
}
