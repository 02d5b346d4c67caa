import { createInterface } from 'node:readline/promises';
import { openQuestions, type QuestionForm } from '../core/view/asks.ts';
import { count, oneLine } from '../core/view/print.ts';
import type { RunSession } from '../engine/session.ts';
import { complain, say } from './command-line.ts';

/** Whether somebody is there to answer. */
export const isAttended = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

/** A line from the person at the terminal; undefined: they are gone. */
export async function askLine(prompt: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(prompt)).trim();
  } catch {
    return undefined;
  } finally {
    terminal.close();
  }
}

/** Yes only where it is said. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await askLine(`${question} [y/N] `)) ?? '');
}

/**
 * Has what tasks ask answered while a run goes on: at the terminal, all that waits at once; where nobody is there, it says
 * how. `hold`: quietens what is drawn meanwhile, until it is called again.
 */
export function answerQuestions(session: RunSession, hold: (held: boolean) => void): { dispose(): void } {
  const told = new Set<string>();
  let asking = false;
  const look = async (): Promise<void> => {
    const forms = openQuestions(session.state);
    const fresh = forms.filter((form) => !told.has(keyOf(form)));
    if (fresh.length === 0 || asking) return;
    for (const form of fresh) told.add(keyOf(form));
    if (!isAttended()) {
      complain(howToAnswer(fresh, session.state.spec.id));
      return;
    }
    asking = true;
    hold(true);
    for (const form of fresh) {
      const answers = await answersTo(form);
      if (answers !== undefined) await session.dispatch({ type: 'answer-questions', task: form.task, answers });
    }
    hold(false);
    asking = false;
    void look();
  };
  const off = session.onNews((news) => {
    if (news.kind === 'events') void look();
  });
  void look();
  return off;
}

/** Undefined: the person has interrupted, which is the run's to hear. */
async function answersTo({ title, questions }: QuestionForm): Promise<Record<string, string> | undefined> {
  const answers: Record<string, string> = {};
  say(`\n${title}: ${count(questions.length, 'question')}. Enter takes the default.`);
  for (const { id, question, why, options, default: usual } of questions) {
    say(`\n${oneLine(question)}${why === undefined ? '' : `\n  ${oneLine(why)}`}`);
    for (const [i, option] of options.entries())
      say(`  ${i + 1}. ${oneLine(option)}${option === usual ? ' (default)' : ''}`);
    const line = await askLine('Number, or your own answer: ');
    if (line === undefined) {
      process.emit('SIGINT');
      return undefined;
    }
    const picked = /^\d+$/.test(line) ? options[Number(line) - 1] : undefined;
    answers[id] = picked ?? (line === '' ? usual : line);
  }
  return answers;
}

/** What is asked, and the command that answers it. */
export function howToAnswer(forms: readonly QuestionForm[], run: string): string {
  return forms
    .flatMap(({ task, title, questions }) => [
      `${title} asks:`,
      ...questions.flatMap(({ id, question, options, default: usual }) => [
        `  ${id}: ${oneLine(question)}`,
        ...options.map((option) => `    - ${oneLine(option)}${option === usual ? ' (default)' : ''}`),
      ]),
      `Answer with: orca answer ${task} ${run} ${questions.map(({ id }) => `--give ${id}=TEXT`).join(' ')} (what is left out stays at its default)`,
    ])
    .join('\n');
}

function keyOf({ task, questions }: QuestionForm): string {
  return `${task}: ${questions.map(({ question }) => question).join('\n')}`;
}
