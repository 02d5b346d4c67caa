import { buildGraph } from '../graph/build.ts';
import { parsePlan } from '../plan/parse.ts';
import { remaining } from '../plan/remaining.ts';
import { formatHours, formatMinutes } from '../view/duration.ts';
import { brief, count, markdownCode, markdownText } from '../view/print.ts';
import type { Decision } from './decisions.ts';
import type { PlanningRequest } from './request.ts';
import { sectionsOf } from './sections.ts';
import { artefactPath, DELIVERED, stepOf, type Artefact, type StepId } from './steps.ts';
import { requirementsIn, trace, traceabilityTable } from './traceability.ts';

/** What a planning run came to, as far as its summary tells it. */
export interface PlanningAccount {
  readonly request: Pick<PlanningRequest, 'goal' | 'constraints' | 'folder' | 'clarify'>;
  /** In their order. */
  readonly steps: readonly StepAccount[];
  /** The artefacts as they are; undefined: it is not there. */
  readonly text: (name: Artefact) => string | undefined;
  readonly decisions: readonly Decision[];
}

export interface StepAccount {
  readonly id: StepId;
  /** For people: `Claude Code`; absent: no agent did it. */
  readonly agent?: string;
  readonly attempts: number;
  /** Of all its attempts; absent: not measured. */
  readonly minutes?: number;
  /** `kept`: it was not done again, and what it wrote before stands. */
  readonly outcome: 'done' | 'kept' | 'failed' | 'open';
}

const OUTCOMES: Readonly<Record<StepAccount['outcome'], string>> = {
  done: '✅ done',
  kept: '✅ kept as it was',
  failed: '❌ failed',
  open: '⏳ open',
};

/** planning_summary.md: what was asked for, what came of it, and what comes next. */
export function planningSummary(account: PlanningAccount): string {
  const { request, steps, text, decisions } = account;
  const plan = text('plan.md');
  const lines = [
    `# Planning Summary: ${markdownText(brief(request.goal, 80))}`,
    '',
    '## Asked For',
    '',
    `- **Goal**: ${markdownText(request.goal)}`,
    `- **Constraints**: ${markdownText(request.constraints) || 'none'}`,
    `- **Questions**: ${request.clarify ? 'asked where something was open' : 'not asked; the usual answer was taken'}`,
    '',
    '## Steps',
    '',
    '| | Step | Agent | Attempts | Time | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...steps.map(stepLine),
    '',
    '## Artefacts',
    '',
    ...artefactLines(account),
    '',
    ...(plan === undefined ? [] : planSection(plan)),
    ...requirementSection(text('requirements.md'), plan),
    '## Decisions',
    '',
    ...(decisions.length === 0 ? ['Nothing was asked.'] : decisions.map(decisionLine)),
    '',
    '## Assumptions',
    '',
    ...assumptionLines(account),
    '',
    '## What Comes Next',
    '',
    ...nextLines(request.folder, plan !== undefined),
  ];
  return `${lines.join('\n')}\n`;
}

function stepLine({ id, agent, attempts, minutes, outcome }: StepAccount): string {
  const { number, title } = stepOf(id);
  const cells = [
    String(number),
    title,
    markdownText(agent ?? '') || '–',
    attempts === 0 ? '–' : String(attempts),
    minutes === undefined ? '–' : formatMinutes(minutes),
    OUTCOMES[outcome],
  ];
  return `| ${cells.join(' | ')} |`;
}

function artefactLines({ request, text }: PlanningAccount): string[] {
  return DELIVERED.flatMap((name) => {
    const own = text(name);
    if (own === undefined) return [];
    return [
      `- ${markdownCode(artefactPath(request.folder, name))} (${count(own.trimEnd().split(/\r\n|\n|\r/).length, 'line')})`,
    ];
  });
}

function planSection(text: string): string[] {
  const plan = parsePlan(text);
  const { layers, totalMinutes, criticalMinutes } = buildGraph(remaining(plan));
  const done = plan.tasks.filter((task) => task.done).length;
  return [
    '## Plan',
    '',
    `- **Tasks**: ${plan.tasks.length - done} to do in ${count(layers.length, 'layer')}${done > 0 ? `, ${done} done already` : ''}`,
    `- **Estimated**: ${formatHours(totalMinutes)} one after another, ${formatHours(criticalMinutes)} at the least`,
    '',
  ];
}

function requirementSection(requirements: string | undefined, plan: string | undefined): string[] {
  if (requirements === undefined) return [];
  const traced = trace(requirementsIn(requirements), plan === undefined ? { tasks: [] } : parsePlan(plan));
  return ['## Requirements and Their Tasks', '', traceabilityTable(traced), ''];
}

function decisionLine({ step, question, answer, by }: Decision): string {
  const who = by === 'user' ? 'decided by the user' : 'taken by default';
  return `- ${markdownText(question.question)} **${markdownText(answer)}** (${markdownText(step)}, ${who})`;
}

/** What the steps assumed by themselves, then what was taken by default. */
function assumptionLines({ text, decisions }: PlanningAccount): string[] {
  const own = (['discovery.md', 'requirements.md'] as const).flatMap((name) => {
    const section = sectionsOf(text(name) ?? '').find(
      ({ level, title }) => level === 2 && title.toLowerCase() === 'assumptions',
    );
    return itemsIn(section?.content ?? '').map((item) => `- ${markdownText(item)} (${name})`);
  });
  const taken = decisions.flatMap(({ question, answer, by }) =>
    by === 'default' ? [`- ${markdownText(question.question)} ${markdownText(answer)} (taken by default)`] : [],
  );
  return own.length + taken.length === 0 ? ['None.'] : [...own, ...taken];
}

/** The items of a list and the paragraphs around it, each as one text. */
function itemsIn(content: string): string[] {
  const items: string[] = [];
  let open = false;
  for (const line of content.split(/\r\n|\n|\r/)) {
    const item = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(\S.*)$/.exec(line)?.[1];
    if (item !== undefined) items.push(item);
    else if (line.trim() !== '' && open) items.push(`${items.pop() ?? ''} ${line.trim()}`);
    else if (line.trim() !== '') items.push(line.trim());
    open = line.trim() !== '';
  }
  return items;
}

function nextLines(folder: string, isThere: boolean): string[] {
  const path = artefactPath(folder, 'plan.md');
  if (!isThere) return ['There is no plan yet: resume the run, or begin again with `Orca: Start`.'];
  return [
    `- See what would run: \`Orca: Preview Plan\` in the editor, or ${markdownCode(`orca preview ${shown(path)}`)}`,
    `- Run it: \`Orca: Execute Plan\`, or ${markdownCode(`orca execute ${shown(path)}`)}`,
    '- Change it: edit any artefact, then `Orca: Re-plan` does again what depends on it',
  ];
}

/** A path as a shell takes it. */
function shown(path: string): string {
  return path.includes(' ') ? `'${path}'` : path;
}
