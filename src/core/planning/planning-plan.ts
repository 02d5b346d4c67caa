import { SURVEY_AGENT } from '../agent/survey.ts';
import { brief } from '../view/print.ts';
import { ARTEFACTS_GATE } from './gate.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { MOST_QUESTIONS, QUESTIONS_FILE } from './questions.ts';
import type { PlanningRequest } from './request.ts';
import { artefactPath, STEPS, type Step } from './steps.ts';

const MOST_ASKED = 5;
const LONGEST_TITLE = 80;

type Asked = Pick<PlanningRequest, 'goal' | 'constraints' | 'folder' | 'clarify' | 'only'>;

/**
 * The plan that makes a plan, in Orca's own format: a task for each step. What the user wrote stands only in the prompts
 * of steps that are given it, quoted, so that nothing in it is read as a task or a field. Steps that are not in `only` are
 * ticked off. `folder` is one that `isArtefactFolder` takes.
 */
export function planningPlan(asked: Asked): string {
  return [
    '---',
    `title: ${JSON.stringify(`Planning: ${brief(asked.goal, LONGEST_TITLE)}`)}`,
    'strategy: aggressive',
    '---',
    ...STEPS.map((step) => taskOf(step, asked)),
  ].join('\n');
}

function taskOf(step: Step, asked: Asked): string {
  const { id, title, dependsOn, reads, writes, minutes } = step;
  const names = (artefacts: readonly string[]): string =>
    artefacts.map((name) => `\`${artefactPath(asked.folder, name)}\``).join(', ');
  const isSurvey = id === 'startup';
  const fields = [
    `- Estimate: ${minutes} min`,
    `- Depends on: ${dependsOn.join(', ') || 'none'}`,
    `- Files: ${names(writes)}`,
    ...(reads.length === 0 ? [] : [`- Reads: ${names(reads)}`]),
    isSurvey ? `- Agent: ${SURVEY_AGENT}` : `- Gates: ${ARTEFACTS_GATE}`,
  ];
  const tick = asked.only === undefined || asked.only.includes(id) ? '' : '[x] ';
  return [
    `### ${tick}${id}: ${title}`,
    ...fields,
    '',
    ...(isSurvey ? [INSTRUCTIONS[id]] : promptOf(step, asked)),
    '',
  ].join('\n');
}

function promptOf(step: Step, { goal, constraints, folder, clarify }: Asked): string[] {
  const paths = step.writes.map((name) => `\`${artefactPath(folder, name)}\``).join(' and ');
  return [
    `You are the ${step.role} of a team that plans a software project, one step each. Your step is: ${step.title}. ` +
      `You know what stands here${step.reads.length > 0 ? ' and in the files that you are given' : ''}, and nothing else.`,
    '',
    ...(step.given === 'goal'
      ? [
          'The goal, as the user wrote it:',
          '',
          quote(goal),
          '',
          'The constraints, as the user wrote them:',
          '',
          quote(constraints),
          '',
        ]
      : []),
    INSTRUCTIONS[step.id],
    '',
    `Write ${paths}, whole, in Markdown, and change nothing else. The file is the document itself: it begins with its first ` +
      'line as above, stands in no code fence, and has no words to whoever asked for it. Leave nothing open: no TODO, no ' +
      'TBD, no placeholder. Write plainly and briefly, in the language of what you are given.',
    '',
    ...(clarify ? mayAsk(folder, paths) : mayNotAsk()),
  ];
}

function mayAsk(folder: string, paths: string): string[] {
  return [
    `If something is open that would change the result much, and neither what you were given nor good practice decides it, ` +
      `ask: write \`${artefactPath(folder, QUESTIONS_FILE)}\` instead of ${paths}, and end. Ask at most ${MOST_ASKED} ` +
      `questions (never more than ${MOST_QUESTIONS}), each with two or more options of which the default is the one you would take:`,
    '',
    '```json',
    '{"questions": [{"id": "db", "question": "Which database?", "why": "It decides the schema and the hosting.",',
    '  "options": ["PostgreSQL", "SQLite"], "default": "PostgreSQL"}]}',
    '```',
    '',
    'You are started again with the answers. What was decided already is not asked again, and small things are decided by you.',
  ];
}

function mayNotAsk(): string[] {
  return [
    'Ask nothing. Where something is open, take the most sensible choice, and list it with its reason under Assumptions where ' +
      'the file has such a section.',
  ];
}

/** Text of a user as a Markdown quote that nothing in it can end. */
function quote(text: string): string {
  const lines = text.trim().split(/\r\n|\n|\r/);
  return (lines.join('') === '' ? ['(none)'] : lines).map((line) => `> ${line}`.trimEnd()).join('\n');
}
