import { LineMap } from '../plan/diagnostic.ts';
import { markdownText, oneLine } from '../view/print.ts';
import type { Question } from './questions.ts';
import { QUESTIONS_FILE } from './questions.ts';
import { sectionsOf } from './sections.ts';

/** What was decided for a step that asked. */
export interface Decision {
  /** Id or title of the step. */
  readonly step: string;
  readonly question: Question;
  readonly answer: string;
  readonly by: 'user' | 'default';
}

/** What was answered to one of several questions. */
export interface QuestionAnswer {
  readonly id: string;
  readonly answer: string;
  readonly by: 'user' | 'default';
}

const DECISIONS = 'Decisions';

const BY_USER = 'decided by the user';
const BY_DEFAULT = 'taken by default';
/** `- `step/id`: question: **answer** (decided by the user)`. */
const LINE = /^- `([^`]+)`: (.*) \((?:decided by the user|taken by default)\)$/;
const ASSUMED = `Assumptions ${BY_DEFAULT}:`;
const ASSUMPTION = '- Assumed: ';

/**
 * The text with what was decided as its section "## Decisions". What stands there already stays, unless the same
 * question of the same step is decided anew; so it may be done again and again. Line ends stay as they are.
 */
export function withDecisions(discovery: string, decisions: readonly Decision[]): string {
  if (decisions.length === 0) return discovery;
  const end = /\r\n|\n|\r/.exec(discovery)?.[0] ?? '\n';
  const map = new LineMap(discovery);
  const section = sectionsOf(discovery).find(({ level, title }) => level === 2 && title === DECISIONS);
  const from = section === undefined ? discovery.length : map.lineStart(section.line - 1);
  const to = section === undefined ? discovery.length : map.lineStart(section.endLine - 1);

  const lines = new Map<string, string>();
  const others: string[] = [];
  for (const text of section?.content.split(/\r\n|\n|\r/) ?? []) {
    const key = LINE.exec(text)?.[1];
    if (key !== undefined) lines.set(key, text);
    else if (text !== ASSUMED && !text.startsWith(ASSUMPTION)) others.push(text);
  }
  for (const decision of decisions) lines.set(keyOf(decision), lineOf(decision));
  const assumed = [...lines.values()].filter((line) => line.endsWith(`(${BY_DEFAULT})`));

  const parts = [
    `## ${DECISIONS}`,
    others.join('\n').trim(),
    [...lines.values()].join('\n'),
    ...(assumed.length === 0
      ? []
      : [ASSUMED, assumed.map((line) => `${ASSUMPTION}${LINE.exec(line)?.[2] ?? ''}`).join('\n')]),
  ].filter((part) => part !== '');
  const before = discovery.slice(0, from);
  const gap =
    before === '' || /(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)$/.test(before) ? '' : /[\r\n]$/.test(before) ? end : end + end;
  const after = discovery.slice(to);
  const written = parts.join('\n\n').replaceAll('\n', end);
  return `${before}${gap}${written}${end}${after === '' ? '' : end}${after}`;
}

/** What the next prompt of a step says of what it asked. */
export function answersNote(questions: readonly Question[], answers: readonly QuestionAnswer[]): string {
  const lines = questions.map((question) => {
    const given = answers.find(({ id }) => id === question.id);
    const answer = given?.answer ?? question.default;
    const by = given?.by === 'user' ? BY_USER : `${BY_DEFAULT}: list it under Assumptions`;
    return `- ${oneLine(question.question)} ${oneLine(answer)} (${by})`;
  });
  return [
    `You asked, and this is decided. Keep to it, do not ask it again, delete ${QUESTIONS_FILE}, and write what was asked for.`,
    ...lines,
  ].join('\n');
}

function keyOf({ step, question }: Decision): string {
  return oneLine(`${step}/${question.id}`).replaceAll('`', "'");
}

function lineOf(decision: Decision): string {
  const { question, answer, by } = decision;
  const words = `${markdownText(question.question)} **${markdownText(answer)}**`;
  return `- \`${keyOf(decision)}\`: ${words} (${by === 'user' ? BY_USER : BY_DEFAULT})`;
}
