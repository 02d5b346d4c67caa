import { readFile } from 'node:fs/promises';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Answer, Ask } from '../../core/agent/ask.ts';
import { fold } from '../../core/run/evolve.ts';
import { loadJournal } from '../journal.ts';
import { journalPath, planPath } from '../run-files.ts';

/** What the tools work with. */
export interface ToolContext {
  readonly runDir: string;
  /** Resolves when a person, or the run's policy, has answered. */
  ask(question: Ask): Promise<Answer>;
  progress(text: string): void;
}

/** As the agents' CLIs show them to their models. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'report_progress',
    description: 'Tell the person who watches what you are doing now, in one sentence.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
  {
    name: 'ask_question',
    description:
      'Ask the person who runs the plan, and wait for the answer. Only where the task cannot be decided without them.',
    inputSchema: {
      type: 'object',
      properties: {
        question: { type: 'string' },
        options: {
          type: 'array',
          items: { type: 'string' },
          description: 'Answers to choose from, if there are such.',
        },
      },
      required: ['question'],
    },
  },
  {
    name: 'read_plan',
    description: 'The whole plan that your task belongs to, as Markdown.',
    inputSchema: { type: 'object', properties: {} },
  },
  {
    name: 'read_result_of',
    description: 'What another task of the plan came to: its state, the files it changed, its last words.',
    inputSchema: { type: 'object', properties: { task: { type: 'string' } }, required: ['task'] },
  },
  {
    name: 'approve',
    description: 'Asks the person for permission to use a tool. Called by the agent program, not by the model.',
    inputSchema: {
      type: 'object',
      properties: { tool_name: { type: 'string' }, input: { type: 'object' }, tool_use_id: { type: 'string' } },
      required: ['tool_name', 'input'],
    },
  },
];

export interface ToolResult {
  readonly text: string;
  readonly isError?: boolean;
}

/** Never rejects: what goes wrong is told to the model. */
export async function callTool(
  name: string,
  args: Readonly<Record<string, unknown>>,
  context: ToolContext,
): Promise<ToolResult> {
  const text = (key: string): string => (typeof args[key] === 'string' ? args[key] : '');
  switch (name) {
    case 'report_progress':
      context.progress(text('text'));
      return { text: 'ok' };
    case 'ask_question': {
      const options = Array.isArray(args.options) ? args.options.filter((o): o is string => typeof o === 'string') : [];
      const answer = await context.ask({ kind: 'question', text: text('question'), options });
      return { text: answer.kind === 'reply' ? answer.text : 'The person gave no answer. Decide for yourself.' };
    }
    case 'approve':
      return approve(text('tool_name'), args.input, context);
    case 'read_plan':
      return { text: await readFile(planPath(context.runDir), 'utf8').catch(() => 'The plan cannot be read.') };
    case 'read_result_of':
      return resultOf(text('task'), context.runDir);
    default:
      return { text: `There is no tool ${name}.`, isError: true };
  }
}

/** The answer that Claude Code's `--permission-prompt-tool` takes. */
async function approve(tool: string, input: unknown, context: ToolContext): Promise<ToolResult> {
  const questions = tool === 'AskUserQuestion' ? questionsOf(input) : [];
  if (questions.length > 0) {
    const answers = await Promise.all(questions.map((question) => context.ask(question)));
    const given = questions.flatMap(({ text }, i) => {
      const answer = answers[i];
      return answer?.kind === 'reply' ? [[text, answer.text] as const] : [];
    });
    const updatedInput = { ...(input as object), answers: Object.fromEntries(given) };
    return { text: JSON.stringify({ behavior: 'allow', updatedInput }) };
  }
  const answer = await context.ask({ kind: 'permission', tool, input: inputText(input) });
  const decision =
    answer.kind === 'allow'
      ? { behavior: 'allow', updatedInput: input }
      : { behavior: 'deny', message: answer.kind === 'deny' ? answer.reason : 'The user said no.' };
  return { text: JSON.stringify(decision) };
}

/** What Claude Code's own tool for questions asks; it comes by the same way as a permission. */
function questionsOf(input: unknown): Extract<Ask, { kind: 'question' }>[] {
  const { questions } = input as { readonly questions?: unknown };
  if (!Array.isArray(questions)) return [];
  return (questions as { readonly question?: unknown; readonly options?: unknown }[]).flatMap(
    ({ question, options }) => {
      if (typeof question !== 'string') return [];
      const labels = Array.isArray(options)
        ? (options as { readonly label?: unknown }[])
            .map(({ label }) => label)
            .filter((label) => typeof label === 'string')
        : [];
      return [{ kind: 'question', text: question, options: labels }];
    },
  );
}

/** What to show of a tool's input: its command or path where it has one. */
function inputText(input: unknown): string {
  const { command, file_path, path, url } = (typeof input === 'object' ? (input ?? {}) : {}) as Record<string, unknown>;
  const telling = [command, file_path, path, url].find((value) => typeof value === 'string');
  return telling ?? (input === undefined ? '' : JSON.stringify(input));
}

async function resultOf(id: string, runDir: string): Promise<ToolResult> {
  const journal = await loadJournal(journalPath(runDir));
  const state = journal.kind === 'read' ? fold(journal.records) : undefined;
  const task = state?.tasks[state.index.get(id) ?? -1];
  if (state === undefined || task === undefined)
    return { text: `There is no task ${id}. Tasks: ${[...(state?.index.keys() ?? [])].join(', ')}`, isError: true };
  const attempt = task.attempts.at(-1);
  const files = (attempt?.snapshot?.files ?? []).map(
    ({ path, status, added = 0, removed = 0 }) => `- ${path} (${status}, +${added} −${removed})`,
  );
  const said = attempt?.report?.said ?? attempt?.lastWords;
  return {
    text: [`${id}: ${task.phase.kind}`, ...files, ...(said === undefined ? [] : ['', said])].join('\n'),
  };
}
