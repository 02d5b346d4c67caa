import type { Document } from '../text/document.ts';
import type { LayerLine } from './layer-line.ts';
import type { Section } from './sections.ts';
import type { TaskHeading } from './task-heading.ts';
import { perDocument } from '../text/per-document.ts';
import { readLayerLine } from './layer-line.ts';
import { sectionsOf } from './sections.ts';
import { readTaskHeading } from './task-heading.ts';

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

/** A section with what stands above and below it. */
interface Candidate {
  readonly section: Section;
  readonly level: number;
  readonly task: TaskHeading;
  readonly line: LayerLine | undefined;
  /** A layer, or `## Tasks`: a bare title under it may be a task. */
  readonly container: boolean;
  readonly parent: Candidate | undefined;
  /** A section somewhere below is a task by its fields. */
  tasksBelow: boolean;
  /** A section right below is a task whatever the others are. */
  taskChild: boolean;
  /** Where it is a task: its sections. */
  body?: Section[];
  /** Where it is a layer: its index. */
  layer?: number;
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

/** `Class: Server` and `3.0.0: Changes` are headings of other texts, but for those under a layer or `## Tasks`. */
const WORD_OR_VERSION = /^(?:\p{Lu}\p{L}*|v?\d+(?:\.\d+)+)$/u;
/** Ids of requirements, which have acceptance criteria like tasks. */
const REQUIREMENT = /^(?:N?FR|REQ|AC)-?\d/;

const TASK_LIST = /^(?:(?:implementation|plan|tasks?|steps|work|list|breakdown)(?: |$))+$/i;

/** Tells tasks from layers and prose, by the headings' form, their fields, and where they stand. */
export const outline = perDocument((document): Outline => {
  const candidates = candidatesOf(document);
  for (const candidate of candidates) tellAbove(candidate);

  const context: Outline['context'][number][] = [];
  const layers: Outline['layers'][number][] = [];
  const tasks: OutlineTask[] = [];
  for (const candidate of candidates) {
    const { section, task, line } = candidate;
    const outer = above(candidate, ({ body }) => body !== undefined);
    if (isTask(candidate, outer !== undefined)) {
      candidate.body = [section];
      tasks.push({ heading: task, sections: candidate.body, layer: above(candidate, isLayer)?.layer });
    } else if (outer !== undefined) {
      outer.body?.push(section);
    } else {
      if (line !== undefined) candidate.layer = layers.push({ section, line }) - 1;
      const isGroup = candidate.container || (candidate.tasksBelow && candidate.level > 1);
      context.push({ kind: isGroup ? 'group' : 'prose', section });
    }
  }
  return { context, layers, tasks };
});

function candidatesOf(document: Document): Candidate[] {
  const candidates: Candidate[] = [];
  for (const section of sectionsOf(document)) {
    const { level, heading } = section;
    let parent = candidates.at(-1);
    while (parent !== undefined && parent.level >= level) parent = parent.parent;
    const text = document.text.slice(heading.start, heading.end);
    const line = readLayerLine(text);
    candidates.push({
      section,
      level,
      task: readTaskHeading(document.text, heading),
      line,
      container: line !== undefined || (level > 1 && TASK_LIST.test(text)),
      parent,
      tasksBelow: false,
      taskChild: false,
    });
  }
  return candidates;
}

/** Tells the headings above a section that a task stands below them. */
function tellAbove(candidate: Candidate): void {
  const { parent, task } = candidate;
  const byFields = hasFields(candidate) && (task.form !== 'bare' || above(candidate, isContainer) !== undefined);
  if (byFields) for (let outer = parent; outer !== undefined; outer = outer.parent) outer.tasksBelow = true;
  if (parent !== undefined && (byFields || isNamedTask(candidate))) parent.taskChild = true;
}

/** The nearest heading above that is so. */
function above(candidate: Candidate, isSo: (outer: Candidate) => boolean): Candidate | undefined {
  let outer = candidate.parent;
  while (outer !== undefined && !isSo(outer)) outer = outer.parent;
  return outer;
}

function isTask(candidate: Candidate, inside: boolean): boolean {
  const { section, level, line, parent, tasksBelow, taskChild, task } = candidate;
  if (level === 0 || line !== undefined) return false;
  if (inside) return task.form !== 'bare' && hasFields(candidate);
  // A first-rank heading is the plan's title, whose status, agent and gates are the plan's own.
  if (level === 1) {
    const own = section.reading.fields.some(({ name }) => name !== 'status' && name !== 'agent' && name !== 'gates');
    return task.form !== 'bare' && own && !tasksBelow && !taskChild;
  }
  if (task.form !== 'bare') {
    if (REQUIREMENT.test(task.id) && !section.reading.fields.some(({ name }) => WORK.includes(name))) return false;
    if (hasFields(candidate)) return true;
    return isNamedTask(candidate) && !tasksBelow && above(candidate, isAside) === undefined;
  }
  if (hasFields(candidate)) return above(candidate, isContainer) !== undefined;
  return parent?.container === true && parent.taskChild && !isProse(task.title);
}

/** A task by its heading alone: `setup: Title` or `Task 3: Title`. */
function isNamedTask(candidate: Candidate): boolean {
  const { level, task } = candidate;
  if (level < 2 || task.form === 'bare') return false;
  if (task.form === 'numbered') return true;
  return !isProse(task.id) && (!WORD_OR_VERSION.test(task.id) || above(candidate, isContainer) !== undefined);
}

function isAside({ level, container, task }: Candidate): boolean {
  return level > 1 && !container && isProse(task.title);
}

/** Fields of what is worked on. */
const WORK = ['estimate', 'depends', 'files', 'agent'];

function isContainer({ container }: Candidate): boolean {
  return container;
}

function isLayer({ layer }: Candidate): boolean {
  return layer !== undefined;
}

function isProse(title: string): boolean {
  return title
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .every((word) => word === '' || PROSE.has(word));
}

function hasFields({ section }: Candidate): boolean {
  return section.reading.fields.length > 0;
}
