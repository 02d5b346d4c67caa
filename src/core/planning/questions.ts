import { brief } from '../view/print.ts';

/** What a step may write instead of its artefacts. */
export const QUESTIONS_FILE = 'questions.json';

/** Something that a step wants decided before it writes. */
export interface Question {
  /** Unique among those of a step. */
  readonly id: string;
  readonly question: string;
  /** What hangs on the answer. */
  readonly why?: string;
  /** Two or more, each once. */
  readonly options: readonly string[];
  /** One of the options. */
  readonly default: string;
}

export interface QuestionProblem {
  readonly message: string;
  /** 1-based. */
  readonly line?: number;
}

export const MOST_QUESTIONS = 7;
const MOST_OPTIONS = 12;
const LONGEST = 1000;
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$/;
const FORM = '{"questions": [{"id": "…", "question": "…", "why": "…", "options": ["…", "…"], "default": "…"}]}';

/** Reads the text of a questions file. Never throws. */
export function readQuestions(
  text: string,
): { readonly questions: readonly Question[] } | { readonly problems: readonly QuestionProblem[] } {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = lineOfError(text, message);
    return { problems: [{ message: `This is no JSON: ${brief(message)}. Write ${FORM}.`, line }] };
  }
  const entries = isRecord(value) ? value.questions : undefined;
  if (!Array.isArray(entries)) return { problems: [{ message: `Questions are written as ${FORM}.`, line: 1 }] };
  if (entries.length === 0 || entries.length > MOST_QUESTIONS) {
    const message = `Ask 1 to ${MOST_QUESTIONS} questions, those that change the result most; here are ${entries.length}.`;
    return { problems: [{ message, line: 1 }] };
  }
  const lines = entryLines(text);
  const questions: Question[] = [];
  const problems: QuestionProblem[] = [];
  for (const [index, entry] of (entries as unknown[]).entries()) {
    const read = readQuestion(entry, new Set(questions.map(({ id }) => id)));
    if (typeof read === 'string') {
      const line = lines[index];
      problems.push({ message: `Question ${index + 1}: ${read}`, ...(line !== undefined && { line }) });
    } else questions.push(read);
  }
  return problems.length > 0 ? { problems } : { questions };
}

/** The question, or what is wrong with it. */
function readQuestion(entry: unknown, taken: ReadonlySet<string>): Question | string {
  if (!isRecord(entry)) return `it is to be an object with id, question, options and default.`;
  const { id, question, why, options } = entry;
  if (typeof id !== 'string' || !ID.test(id)) return '`id` is to be a short name of letters, digits, `-`, `_` and `.`.';
  if (taken.has(id)) return `the id \`${id}\` is taken: give each question its own.`;
  if (!isText(question)) return `\`question\` is to be a text of at most ${LONGEST} characters.`;
  if (why !== undefined && !isText(why)) return `\`why\` is to be a text of at most ${LONGEST} characters.`;
  if (!Array.isArray(options) || options.length < 2 || options.length > MOST_OPTIONS || !options.every(isText))
    return `\`options\` are to be 2 to ${MOST_OPTIONS} texts.`;
  const texts = options.map((option) => option.trim());
  if (new Set(texts).size < texts.length) return 'two of the `options` are the same.';
  const usual = isText(entry.default) ? entry.default.trim() : undefined;
  if (usual === undefined || !texts.includes(usual)) return '`default` is to be one of the `options`.';
  return {
    id,
    question: question.trim(),
    ...(why !== undefined && { why: why.trim() }),
    options: texts,
    default: usual,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST;
}

/** The line at which each entry of the list `questions` begins, in sound JSON. */
function entryLines(text: string): number[] {
  let lines: number[] = [];
  let line = 1;
  let depth = 0;
  let inList = false;
  let awaited = false;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|\n|[^\s"]/g)) {
    if (token === '\n') {
      line += 1;
      continue;
    }
    if (depth === 1 && token.startsWith('"')) inList = token === '"questions"';
    if (awaited) lines.push(line);
    awaited = false;
    if (token === '{' || token === '[') {
      depth += 1;
      if (depth === 2 && inList) {
        // Of two lists of one name the last counts, as it does for JSON.
        lines = [];
        awaited = true;
      }
    } else if (token === '}' || token === ']') depth -= 1;
    else if (token === ',' && depth === 2 && inList) awaited = true;
  }
  return lines;
}

/** Where a JSON reader says that it stopped; the text's last line, where that is missing something. */
function lineOfError(text: string, message: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split('\n').length;
  return message.includes('end of JSON') ? text.split('\n').length : 1;
}
