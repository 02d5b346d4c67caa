import type { Span } from './diagnostic.ts';
import type { Block, Document, LineRange } from './document.ts';
import type { FieldReading } from './fields.ts';
import type { LayerLine } from './layer-line.ts';
import type { TaskHeading } from './task-heading.ts';
import { headingText, readFields } from './fields.ts';
import { readLayerLine } from './layer-line.ts';
import { readTaskHeading } from './task-heading.ts';

/** A heading with what stands under it, up to the next heading. */
export interface Section {
  /** 1 to 6; 0 for the text before the first heading. */
  readonly level: number;
  readonly heading: Span;
  readonly blocks: readonly Block[];
  readonly lines: LineRange;
  readonly reading: FieldReading;
}

/**
 * What the sections of a plan are. A section that is no task, and is not inside one, is context: `prose` as a whole,
 * `group` (a layer, `## Tasks`, a heading over tasks) only where it says more than its fields.
 */
export interface Outline {
  readonly context: readonly { readonly kind: 'prose' | 'group'; readonly section: Section }[];
  readonly layers: readonly { readonly section: Section; readonly line: LayerLine }[];
  readonly tasks: readonly OutlineTask[];
}

export interface OutlineTask {
  readonly heading: TaskHeading;
  /** Its own section, then the sub-sections of its text. */
  readonly sections: readonly Section[];
  /** Index into `Outline.layers`. */
  readonly layer: number | undefined;
}

/** What the first pass finds out about a section: its candidacy, and what stands below it. */
interface Candidate extends Section {
  readonly task: TaskHeading;
  readonly layer: LayerLine | undefined;
  /** A layer, or `## Tasks`: a bare title under it may be a task. */
  readonly container: boolean;
  /** A section somewhere below is a task by its fields. */
  tasksBelow: boolean;
  /** A section right below is a task whatever the others are. */
  taskChild: boolean;
}

/** Words of headings about the plan: one made of nothing else is no task, unless it has fields. */
const PROSE = new Set(
  (
    'acceptance and appendix approach architecture assumptions background caution checkpoint conclusion considerations ' +
    'constraints context conventions criteria decisions definition deliverables dependencies description done example ' +
    'examples faq for format glossary goal goals guidelines implementation important info introduction key metrics ' +
    'milestones mitigation mitigations motivation next note notes objective objectives of open order out outcome ' +
    'outcomes outline overview plan prerequisites purpose questions rationale references requirement requirements ' +
    'risk risks scope steps step strategy success summary task tasks technical the timeline tip todo usage warning why'
  ).split(' '),
);

const TASK_LIST = /^(?:(?:implementation|plan|tasks?|steps|work|list|breakdown)(?: |$))+$/i;

/** Tells tasks from layers and prose, by the headings' form, their fields, and where they stand. */
export function outline(document: Document): Outline {
  const candidates = sectionsOf(document).map((section): Candidate => {
    const text = document.text.slice(section.heading.start, section.heading.end);
    const layer = readLayerLine(text);
    return {
      ...section,
      task: readTaskHeading(document.text, section.heading),
      layer,
      container: layer !== undefined || (section.level > 1 && TASK_LIST.test(text)),
      tasksBelow: false,
      taskChild: false,
    };
  });
  lookBelow(candidates);
  return assign(candidates);
}

function sectionsOf(document: Document): Section[] {
  const sections: Section[] = [];
  const close = (level: number, heading: Span, blocks: readonly Block[], lines: LineRange): void => {
    sections.push({ level, heading, blocks, lines, reading: readFields(document, blocks) });
  };
  let level = 0;
  let heading: Span = document.lineSpan(document.lines.from);
  heading = { start: heading.start, end: heading.start };
  let blocks: Block[] = [];
  let from = document.lines.from;
  for (const block of document.blocks) {
    if (block.kind !== 'heading') {
      blocks.push(block);
      continue;
    }
    close(level, heading, blocks, { from, to: block.lines.from });
    level = block.level;
    heading = headingText(document, block.lines.from);
    blocks = [];
    from = block.lines.from;
  }
  close(level, heading, blocks, { from, to: document.lines.to });
  return sections;
}

function lookBelow(candidates: readonly Candidate[]): void {
  const above: Candidate[] = [];
  for (const candidate of candidates) {
    leave(above, candidate.level);
    const byFields =
      hasFields(candidate) && (candidate.task.form !== 'bare' || above.some(({ container }) => container));
    if (byFields) for (const ancestor of above) ancestor.tasksBelow = true;
    const parent = above.at(-1);
    if (parent !== undefined && (byFields || isNamedTask(candidate))) parent.taskChild = true;
    above.push(candidate);
  }
}

/** A level is left by a heading of the same or a higher rank. */
function leave(above: { readonly level: number }[], level: number): void {
  while ((above.at(-1)?.level ?? -1) >= level) above.pop();
}

function assign(candidates: readonly Candidate[]): Outline {
  const context: Outline['context'][number][] = [];
  const layers: Outline['layers'][number][] = [];
  const tasks: (OutlineTask & { readonly sections: Section[] })[] = [];
  const above: { level: number; candidate: Candidate; task?: Section[]; layer?: number }[] = [];
  for (const candidate of candidates) {
    leave(above, candidate.level);
    const inside = above.findLast(({ task }) => task !== undefined)?.task;
    const entry: (typeof above)[number] = { level: candidate.level, candidate };
    above.push(entry);
    if (
      isTask(
        candidate,
        above.slice(0, -1).map((outer) => outer.candidate),
        inside !== undefined,
      )
    ) {
      entry.task = [candidate];
      const layer = above.findLast((outer) => outer.layer !== undefined)?.layer;
      tasks.push({ heading: candidate.task, sections: entry.task, layer });
    } else if (inside !== undefined) {
      inside.push(candidate);
    } else {
      if (candidate.layer !== undefined) entry.layer = layers.push({ section: candidate, line: candidate.layer }) - 1;
      const group = candidate.container || (candidate.tasksBelow && candidate.level > 1);
      context.push({ kind: group ? 'group' : 'prose', section: candidate });
    }
  }
  return { context, layers, tasks };
}

function isTask(candidate: Candidate, above: readonly Candidate[], inside: boolean): boolean {
  if (candidate.level === 0 || candidate.layer !== undefined) return false;
  const { form, title } = candidate.task;
  if (inside) return form !== 'bare' && hasFields(candidate);
  // A first-rank heading is the plan's title, whose fields are the plan's own.
  if (candidate.level === 1) return form !== 'bare' && hasFields(candidate) && !candidate.tasksBelow;
  if (form !== 'bare') {
    const aside = above.some(({ level, container, task }) => level > 1 && !container && isProse(task.title));
    return hasFields(candidate) || (isNamedTask(candidate) && !aside && !candidate.tasksBelow);
  }
  if (hasFields(candidate)) return above.some(({ container }) => container);
  const parent = above.at(-1);
  return parent?.container === true && parent.taskChild && !isProse(title);
}

/** A task by its heading alone: `setup: Title` or `Task 3: Title`. */
function isNamedTask({ level, task: { form, id } }: Candidate): boolean {
  return level > 1 && (form === 'numbered' || (form === 'id' && !isProse(id)));
}

function isProse(title: string): boolean {
  return title
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .every((word) => word === '' || PROSE.has(word));
}

function hasFields({ reading }: Section): boolean {
  return reading.fields.length > 0;
}
