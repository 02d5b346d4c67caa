import type { TaskGraph } from '../../graph/task-graph.ts';
import type { Plan, PlanTask } from '../plan.ts';
import { estimateText } from './format.ts';

/**
 * A plan in Orca's own format: the same tasks with the same fields, order and text. What orders tasks that state
 * nothing is written out. A text that would be read as something else here, since it has headings or fields of its own,
 * is quoted. `read` reads a plan from a text.
 */
export function convertPlan(plan: Plan, graph: TaskGraph, read: (text: string) => Plan): string {
  const quoted = new Set<PlanTask | 'context'>();
  for (let round = 1; ; round += 1) {
    const text = writePlan(plan, graph, quoted);
    const wrong = misread(plan, read(text));
    const before = quoted.size;
    for (const one of wrong.length > 0 && round >= ROUNDS ? everything(plan) : wrong) quoted.add(one);
    if (quoted.size === before) return text;
  }
}

/** What is put right may bring something else to light; at last all is quoted. */
const ROUNDS = 3;

function everything({ tasks }: Plan): (PlanTask | 'context')[] {
  return ['context', ...tasks];
}

/** The texts that are read in another way than they are meant; all of them, where the tasks themselves are others. */
function misread(plan: Plan, read: Plan): (PlanTask | 'context')[] {
  const isSame = read.tasks.length === plan.tasks.length && read.tasks.every(({ id }, i) => id === plan.tasks[i]?.id);
  if (!isSame) return everything(plan);
  const tasks = plan.tasks.filter((task, i) => contentOf(task) !== contentOf(read.tasks[i]));
  return squeezed(plan.context) === squeezed(read.context) ? tasks : ['context', ...tasks];
}

function contentOf(task: PlanTask | undefined): string {
  if (task === undefined) return '';
  const { prompt, estimate, files, agent, gates, resources, acceptance, done } = task;
  return JSON.stringify([
    squeezed(prompt),
    estimate?.minutes,
    [...files],
    agent,
    [...gates],
    [...resources],
    acceptance.map(({ text, done: met }) => [text, met]),
    done,
  ]);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function writePlan(plan: Plan, graph: TaskGraph, quoted: ReadonlySet<PlanTask | 'context'>): string {
  const dependsOn = plan.tasks.map((task, i) => [
    ...new Set([
      ...task.dependsOn.map(({ id }) => id),
      ...(graph.nodes[i]?.dependsOn ?? []).flatMap((d) => plan.tasks[d]?.id ?? []),
    ]),
  ]);
  const sections = [
    frontMatter(plan, graph, dependsOn),
    plan.title === '' ? '' : `# ${oneLine(plan.title)}`,
    quoted.has('context') ? quote(plan.context) : plan.context.trim(),
  ];
  let current: number | undefined;
  for (const [i, task] of plan.tasks.entries()) {
    if (task.layer !== undefined && task.layer !== current) sections.push(layerHeading(plan, task.layer));
    current = task.layer;
    sections.push(writeTask(task, dependsOn[i] ?? [], quoted.has(task)));
  }
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function frontMatter({ settings, tasks }: Plan, graph: TaskGraph, dependsOn: readonly (readonly string[])[]): string {
  const { strategy, agents, agent, gates } = settings;
  // What Orca takes for the rule where nothing says it.
  const layers = new Set(tasks.flatMap((task) => task.layer ?? [])).size;
  const usual = layers > 1 && dependsOn.every((own) => own.length === 0) ? 'layers' : 'stated';
  const rule = graph.order === 'layers' ? 'layers' : 'stated';
  const lines = [
    ...(strategy === undefined ? [] : [`strategy: ${strategy}`]),
    ...(agents === undefined ? [] : [`agents: ${agents}`]),
    ...(agent === undefined ? [] : [`agent: ${scalar(agent)}`]),
    ...(gates === undefined ? [] : [`gates: [${gates.map(scalar).join(', ')}]`]),
    ...(rule === usual ? [] : [`order: ${rule}`]),
  ];
  return lines.length === 0 ? '' : ['---', ...lines, '---'].join('\n');
}

function scalar(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name);
}

function layerHeading({ layers }: Plan, index: number): string {
  const { name = '', sequential = false, gates = [], agent } = layers[index] ?? {};
  const heading = `## Layer ${index + 1}${name && `: ${oneLine(name)}`}${sequential ? ' (sequential)' : ''}`;
  const fields = [
    ...(gates.length === 0 ? [] : [`- Gates: ${gates.join(', ')}`]),
    ...(agent === undefined ? [] : [`- Agent: ${agent}`]),
  ];
  return fields.length === 0 ? heading : [heading, '', ...fields].join('\n');
}

function writeTask(task: PlanTask, dependsOn: readonly string[], quoted: boolean): string {
  const {
    id,
    title,
    layer,
    estimate,
    done,
    files,
    reads = [],
    agent,
    gates,
    resources,
    requirements = [],
    acceptance,
  } = task;
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const heading = `${layer === undefined ? '##' : '###'} ${done ? '[x] ' : ''}${id}:${title === id ? '' : ` ${oneLine(title).replaceAll('**', '')}`}`;
  const fields = [
    ...(estimate === undefined ? [] : [`- Estimate: ${estimateText(estimate)}`]),
    `- Depends on: ${dependsOn.length === 0 ? 'none' : dependsOn.join(', ')}`,
    ...(files.length === 0 ? [] : [`- Files: ${code(files)}`]),
    ...(reads.length === 0 ? [] : [`- Reads: ${code(reads)}`]),
    ...(agent === undefined ? [] : [`- Agent: ${agent}`]),
    ...(gates.length === 0 ? [] : [`- Gates: ${gates.join(', ')}`]),
    ...(resources.length === 0 ? [] : [`- Resources: ${resources.join(', ')}`]),
    ...(requirements.length === 0 ? [] : [`- Requirements: ${requirements.join(', ')}`]),
    ...(acceptance.length === 0
      ? []
      : ['- Acceptance:', ...acceptance.map((one) => `  - [${one.done ? 'x' : ' '}] ${one.text}`)]),
  ];
  const prompt = quoted ? quote(task.prompt) : task.prompt.trim();
  return [
    [heading, '', ...fields].join('\n'),
    ...(prompt === '' ? [] : [prompt]),
    ...(task.script === undefined ? [] : [runBlock(task.script)]),
  ].join('\n\n');
}

function runBlock(script: string): string {
  const longest = Math.max(2, ...Array.from(script.matchAll(/^ {0,3}(`{3,})/gm), ([, ticks = '']) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh run`, script, fence].join('\n');
}

function quote(text: string): string {
  return text.trim() === '' ? '' : text.trim().replace(/^/gm, '> ').replace(/^> $/gm, '>');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
