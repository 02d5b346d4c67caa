import type { PlanTask } from '../plan/plan.ts';
import type { ChangedFile } from '../run/event.ts';
import { ACCEPTANCE, type GateSpec } from '../gate/gate.ts';
import { taskGates } from '../run/gates.ts';
import { answersNote } from '../planning/decisions.ts';
import { askedIn } from '../run/questions.ts';
import type { RunState, TaskState } from '../run/state.ts';

/** So long at most, in characters, unless the task's own text is longer. */
export const PROMPT_LIMIT = 60_000;

/** Files that tell agents the rules of a repository, where they are there. */
export const HOUSE_FILES = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md', 'CONTRIBUTING.md'] as const;

/** What is there beside the state of the run. */
export interface PromptContext {
  /** Which of `HOUSE_FILES` the base has. */
  readonly house?: readonly string[];
  /** The files that the task reads. */
  readonly given?: readonly GivenFile[];
  /** In characters. */
  readonly limit?: number;
}

export interface GivenFile {
  /** As the plan names it. */
  readonly path: string;
  readonly text: string;
}

interface Section {
  readonly heading: string;
  readonly text: string;
  /** What to keep of it where all is too long; absent: all. */
  readonly keep?: 'head' | 'tail';
}

/**
 * What a task's agent is told: the task, what done means, what it builds on, what went wrong before, and the plan's
 * context. Markdown; the agent knows nothing else.
 *
 * Where it is longer than `limit`, the plan's context gives way first, then what other tasks came to, then what went
 * wrong before, then what it reads; each says what is left out of it. The task itself is never cut.
 */
export function promptFor(
  state: Pick<RunState, 'spec' | 'graph' | 'index' | 'tasks'>,
  task: PlanTask,
  { house = [], given = [], limit = PROMPT_LIMIT }: PromptContext = {},
): string {
  const own = state.tasks[state.index.get(task.id) ?? -1];
  const { plan } = state.spec;
  const sections: Section[] = [
    { heading: `# Task: ${task.title}`, text: `Task id: ${task.id}` },
    { heading: '', text: task.prompt },
    {
      heading: '## Files',
      text:
        task.files.length === 0
          ? ''
          : `Write only what the task needs. It is expected to touch:\n${bullets(task.files)}`,
    },
    { heading: '## Done means', text: bullets(task.acceptance.map((criterion) => criterion.text)) },
    { heading: '## It will be checked', text: bullets(checksOf(state, task)) },
    { heading: '## You are given', text: given.map(quoted).join('\n\n'), keep: 'head' },
    // What a task reads is all that it is to know of the work before it.
    { heading: '## Already there', text: task.reads === undefined ? builtOn(state, task) : '', keep: 'head' },
    { heading: '## What you asked', text: answersOf(own), keep: 'tail' },
    { heading: '## What a person wants changed', text: stillAsked(own), keep: 'head' },
    { heading: '## What went wrong before', text: own?.note ?? '', keep: 'tail' },
    { heading: `## The plan it belongs to: ${plan.title}`, text: plan.context, keep: 'head' },
    {
      heading: '## Rules',
      text: bullets([
        ...(house.length === 0 ? [] : [`Read and follow ${house.join(', ')} of this repository.`]),
        'Work only in the working directory you are started in; it is a git worktree of its own.',
        'Do not commit, push, or switch branches: your changes are committed for you.',
        'Do not weaken tests or what checks your work.',
      ]),
    },
  ];
  return `${fitted(sections, limit)
    .filter(({ text }) => text !== '')
    .map(({ heading, text }) =>
      heading === '' ? text : heading.startsWith('# ') ? `${heading}\n\n${text}` : `${heading}\n${text}`,
    )
    .join('\n\n')}\n`;
}

/** A file's whole text, in a fence that it cannot end. */
function quoted({ path, text }: GivenFile): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `### ${path}\n${fence}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** What a person asked of its work, where the note of the attempt before does not say it. */
function stillAsked(task: TaskState | undefined): string {
  const { asked = '', note = '' } = task ?? {};
  return note.includes(asked) ? '' : asked;
}

/** All that the task has asked so far, with what was answered. */
function answersOf(task: TaskState | undefined): string {
  return (task?.attempts ?? [])
    .flatMap((attempt) => (attempt.answers === undefined ? [] : [answersNote(askedIn(attempt), attempt.answers)]))
    .join('\n');
}

/** Which give way, the first first: by index from the end of what may be cut. */
const GIVE_WAY = ['## The plan', '## Already there', '## What went wrong', '## You are given'] as const;
const SHORTEST = 200;

function fitted(sections: readonly Section[], limit: number): Section[] {
  const fit = [...sections];
  const length = (): number => fit.reduce((sum, { heading, text }) => sum + heading.length + text.length + 3, 0);
  for (const beginning of GIVE_WAY) {
    const at = fit.findIndex(({ heading, text }) => heading.startsWith(beginning) && text !== '');
    const section = fit[at];
    const over = length() - limit;
    if (over <= 0) break;
    if (section?.keep === undefined) continue;
    const kept = Math.max(SHORTEST, section.text.length - over - SHORTEST);
    if (kept < section.text.length) fit[at] = { ...section, text: cut(section.text, kept, section.keep) };
  }
  return fit;
}

function cut(text: string, kept: number, keep: 'head' | 'tail'): string {
  const left = `[${text.length - kept} of ${text.length} characters are left out here]`;
  return keep === 'head' ? `${text.slice(0, kept)}\n${left}` : `${left}\n${text.slice(-kept)}`;
}

/** The gates of the task by name and command, its acceptance aside. */
function checksOf(state: Pick<RunState, 'spec'>, task: PlanTask): string[] {
  return taskGates(state.spec, task)
    .filter((gate) => gate.name !== ACCEPTANCE)
    .map((gate) => `${gate.name}: ${waysOf(gate).join('; ')}${gate.blocking ? '' : ' (advisory)'}`);
}

/** What a gate looks at, as an agent can act on it. */
function waysOf({ commands, review, measure }: GateSpec): string[] {
  const ways = commands.map(({ label }) => `\`${label}\``);
  if (review !== undefined) ways.push('a review by another agent');
  switch (measure?.kind) {
    case undefined:
    case 'tests':
      break;
    case 'tdd': {
      const { changed, total, testsFirst, assertions } = measure;
      if (changed !== undefined) ways.push(`tests run at least ${changed}% of the lines you change`);
      if (total !== undefined) ways.push(`tests run at least ${total}% of all lines`);
      if (testsFirst !== 'off') ways.push('write the test first, and see it fail, before the code that makes it pass');
      if (assertions) ways.push('each test asserts something');
      break;
    }
    case 'security':
      if (measure.secrets) ways.push('no secret in any file');
      if (measure.rules)
        ways.push(
          'no SQL or shell command put together from values, no eval, TLS verified, no weak hash of a password',
        );
      break;
    case 'performance':
      ways.push(
        ...measure.figures.map(({ name, limit, tolerance, unit = '', better }) =>
          [
            name,
            ...(limit === undefined ? [] : [`${better === 'lower' ? 'at most' : 'at least'} ${limit} ${unit}`.trim()]),
            ...(tolerance === undefined ? [] : [`no more than ${tolerance}% worse than before`]),
          ].join(', '),
        ),
      );
      break;
    case 'artefacts':
      ways.push('the form that is asked for, what it is held against, and no placeholder');
      break;
    case 'quality': {
      const { cognitive, cyclomatic, functionLines, fileLines } = measure.limits;
      if (cognitive !== undefined) ways.push(`cognitive complexity of a function at most ${cognitive}`);
      if (cyclomatic !== undefined) ways.push(`cyclomatic complexity at most ${cyclomatic}`);
      if (functionLines !== undefined) ways.push(`functions of at most ${functionLines} lines`);
      if (fileLines !== undefined) ways.push(`files of at most ${fileLines} lines`);
      break;
    }
  }
  return ways;
}

/** What each task that this one depends on came to: the words of its agent, and its files. */
function builtOn({ graph, tasks, index }: Pick<RunState, 'graph' | 'tasks' | 'index'>, task: PlanTask): string {
  const node = graph.nodes[index.get(task.id) ?? -1];
  return (node?.dependsOn ?? [])
    .flatMap((d) => {
      const dependency = graph.nodes[d];
      if (dependency === undefined) return [];
      const attempt = tasks[d]?.attempts.at(-1);
      const said = attempt?.report?.said?.slice(-MOST_SAID);
      return [
        [
          `- ${dependency.title} (${dependency.id})`,
          ...(said === undefined ? [] : [indented(said)]),
          ...statOf(attempt?.snapshot?.files ?? []).map((line) => `  - ${line}`),
        ].join('\n'),
      ];
    })
    .join('\n');
}

const SHOWN = 30;
/** Of the words of an agent, in characters. */
const MOST_SAID = 2000;

function statOf(files: readonly ChangedFile[]): string[] {
  const rest = files.length - SHOWN;
  return [
    ...files.slice(0, SHOWN).map(({ path, status, added, removed }) => {
      const lines = added === undefined || removed === undefined ? 'binary' : `+${added} −${removed}`;
      return `${path} (${status}, ${lines})`;
    }),
    ...(rest > 0 ? [`and ${rest} more files`] : []),
  ];
}

function indented(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
