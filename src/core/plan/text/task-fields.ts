import type { Known, Report } from '../dialect/dialect.ts';
import type { Span } from '../diagnostic.ts';
import type { Document, Fence } from './document.ts';
import type { Field, FieldReading } from './fields.ts';
import type { Criterion, Estimate, Mark } from '../plan.ts';
import { unreachable } from '../../unreachable.ts';
import { commandOf } from './criterion.ts';
import { readEstimate } from './estimate.ts';
import { FIELD_LABELS, itemText } from './fields.ts';
import { nearestIn, replacedBy, suggestion } from '../nearest.ts';
import { workspacePath } from './workspace-path.ts';
import { doneLike, isOver } from './status.ts';
import { joined, listParts, names, plain, saysNone, trimmed } from './values.ts';

const LONGEST_MINUTES = 40 * 60;

/** What a task's fields say, value by value. */
export interface TaskFields {
  /** Something stands where the estimate does, also where it is no time. */
  estimated: boolean;
  estimate?: Estimate;
  readonly references: Span[];
  readonly files: string[];
  readonly reads: string[];
  agent?: string;
  readonly gates: string[];
  readonly resources: string[];
  readonly requirements: string[];
  readonly acceptance: Criterion[];
  script?: string;
  done: boolean;
  /** What says whether it is done. */
  readonly marks: Mark[];
}

/** Reads the values of the fields of a document's tasks. */
export class FieldValues {
  readonly #document: Document;
  readonly #known: Known;
  readonly #report: Report;

  constructor(document: Document, known: Known, report: Report) {
    this.#document = document;
    this.#known = known;
    this.#report = report;
  }

  /** A task's fields: the first of two estimates or agents counts, lists add up. */
  task(reading: FieldReading): TaskFields {
    const task: TaskFields = {
      estimated: false,
      references: [],
      files: [],
      reads: [],
      gates: [],
      resources: [],
      requirements: [],
      acceptance: [],
      done: false,
      marks: [],
    };
    for (const field of reading.fields) {
      if (field.name !== 'estimate') this.#read(field, task);
      else if (!task.estimated && field.value.start < field.value.end) {
        task.estimated = true;
        const estimate = estimateAt(this.#document.text, field.value, this.#report);
        if (estimate !== undefined) task.estimate = estimate;
      }
    }
    const script = this.#script(reading.runs);
    if (script !== undefined) task.script = script;
    this.#unknownLabels(reading.unknown);
    return task;
  }

  /** What a layer's own fields name. */
  layer(reading: FieldReading): { readonly gates: string[]; readonly agent?: string } {
    const gates: string[] = [];
    let agent: string | undefined;
    for (const field of reading.fields) {
      if (field.name === 'gates') addNew(gates, this.#gates(field));
      if (field.name === 'agent') agent ??= this.#agent(field.value);
    }
    return { gates, ...(agent !== undefined && { agent }) };
  }

  #read(field: Field, task: TaskFields): void {
    switch (field.name) {
      case 'estimate':
        break;
      case 'depends':
        for (const span of this.#spans(field)) task.references.push(span);
        break;
      case 'files':
        addNew(task.files, this.#files(field));
        break;
      case 'reads':
        addNew(task.reads, this.#files(field));
        break;
      case 'agent': {
        const agent = this.#agent(field.value);
        if (agent !== undefined) task.agent ??= agent;
        break;
      }
      case 'gates':
        addNew(task.gates, this.#gates(field));
        break;
      case 'resources': {
        const resources = this.#spans(field).map((span) => this.#text(span));
        addNew(task.resources, resources);
        break;
      }
      case 'requirements': {
        const ids = this.#spans(field).flatMap((span) => joined(this.#document.text, span));
        addNew(
          task.requirements,
          ids.map((span) => this.#text(span)),
        );
        break;
      }
      case 'acceptance':
        for (const criterion of this.#acceptance(field)) task.acceptance.push(criterion);
        break;
      case 'status':
        task.done ||= isOver(this.#text(field.value));
        if (field.value.start < field.value.end) task.marks.push(statusMark(this.#text(field.value), field.value));
        break;
      default:
        unreachable(field.name);
    }
  }

  #text(span: Span): string {
    return this.#document.text.slice(span.start, span.end);
  }

  #agent(value: Span): string | undefined {
    const name = this.#names(value)[0];
    return name === undefined
      ? undefined
      : knownName('agent', this.#text(name), name, this.#known.agents, this.#report);
  }

  #gates(field: Field): string[] {
    return this.#spans(field).map((span) => knownName('gate', this.#text(span), span, this.#known.gates, this.#report));
  }

  /** The names in a field's value and in the list under it. */
  #spans(field: Field): Span[] {
    return this.#values(field).flatMap((value) => this.#names(value));
  }

  #files(field: Field): string[] {
    return this.#values(field).flatMap((value) => {
      if (saysNone(this.#text(value))) return [];
      return listParts(this.#document.text, value)
        .flatMap((part) => names(this.#document.text, part))
        .flatMap((span) => this.#file(span));
    });
  }

  #acceptance(field: Field): Criterion[] {
    const own = field.value.start < field.value.end ? [this.#criterion(field.value, false)] : [];
    const listed = field.items.flatMap((item) => {
      const text = itemText(this.#document, item);
      if (text === undefined || text.span.start >= text.span.end) return [];
      const end = this.#document.lineSpan(item.lines.to - 1).end;
      const span = trimmed(this.#document.text, { start: text.span.start, end });
      return [this.#criterion(span, text.box !== undefined && /x/i.test(this.#text(text.box)))];
    });
    return [...own, ...listed];
  }

  #script(runs: readonly Fence[]): string | undefined {
    const closed = runs.filter((fence) => {
      // What an open fence swallowed may be the rest of the plan, so it is never run.
      if (!fence.closed) {
        const span = this.#document.lineSpan(fence.lines.from);
        const message = 'This run block is never closed, so it is not run: end it with a line of ```.';
        this.#report({ code: 'invalid-value', severity: 'error', message, span });
      }
      return fence.closed;
    });
    if (closed.length === 0) return undefined;
    return closed.map((fence) => fence.content.replace(/\n$/, '')).join('\n');
  }

  #unknownLabels(labels: readonly Span[]): void {
    for (const span of labels) {
      const label = this.#text(span);
      // A field's own label whose value is none of its kind is prose.
      if (label.length < 5 || FIELD_LABELS.includes(label.toLowerCase())) continue;
      const nearest = nearestIn(FIELD_LABELS)(label);
      // A slip of the fingers seldom changes the first letter; another word often does.
      if (nearest?.[0] !== label[0]?.toLowerCase()) continue;
      const message = `\`${label}\` is no field of a task.${suggestion(nearest)}`;
      this.#report({
        code: 'unknown-field',
        severity: 'hint',
        message,
        span,
        ...replacedBy(nearest && capitalised(nearest)),
      });
    }
  }

  #values(field: Field): Span[] {
    const listed = field.items.flatMap((item) => itemText(this.#document, item)?.span ?? []);
    return [field.value, ...listed].filter((span) => span.start < span.end);
  }

  #names(value: Span): Span[] {
    const { text } = this.#document;
    if (saysNone(this.#text(value))) return [];
    const isBracketed = text[value.start] === '[' && text[value.end - 1] === ']';
    return listParts(text, isBracketed ? { start: value.start + 1, end: value.end - 1 } : value)
      .flatMap((part) => names(text, part))
      .map((span) => plain(text, span))
      .filter((span) => span.start < span.end && !saysNone(this.#text(span)));
  }

  #file(span: Span): string[] {
    const written = this.#text(span)
      .replace(/^["']|["']$/g, '')
      .replace(/^[a-z]{1,20}: +/i, '');
    return workspacePath(written, span, this.#report);
  }

  #criterion(span: Span, done: boolean): Criterion {
    const text = this.#text(span).replace(/\s+/g, ' ');
    const command = commandOf(text);
    return { text, ...(command !== undefined && { command }), done, span };
  }
}

/** The spelling that the workspace knows for a name; another name is reported, and kept. */
export function knownName(
  kind: 'agent' | 'gate',
  name: string,
  span: Span,
  known: readonly string[] | undefined,
  report: Report,
): string {
  if (known === undefined || known.includes(name)) return name;
  const same = known.find((other) => other.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return same;
  const nearest = nearestIn(known)(name);
  const message = `No ${kind} is named \`${name}\`.${suggestion(nearest)}`;
  report({ code: `unknown-${kind}`, severity: 'warning', message, span, ...replacedBy(nearest) });
  return name;
}

/** The estimate that stands at a span. */
export function estimateAt(text: string, span: Span, report: Report): Estimate | undefined {
  const written = text.slice(span.start, span.end);
  const reading = readEstimate(written);
  if (reading === 'junk') {
    const message = 'This is no time that Orca reads: write it as `25 min`, `1.5 h`, `2-3 hours` or `half a day`.';
    report({ code: 'invalid-value', severity: 'warning', message, span });
    return undefined;
  }
  if (reading === 'absurd') {
    report({ code: 'absurd-estimate', severity: 'warning', message: 'A task takes more than no time.', span });
    return undefined;
  }
  if (reading.minutes > LONGEST_MINUTES) {
    const message = 'More than 40 hours is too long for one task: split it.';
    report({ code: 'absurd-estimate', severity: 'warning', message, span });
  }
  return { ...reading, span };
}

/** A box is ticked, a word is replaced; what says already that it is over stays. */
export function statusMark(written: string, { start, end }: Span): Mark {
  if (/^\[[ xX~-]\]/.test(written)) return { span: { start: start + 1, end: start + 2 }, done: 'x' };
  return { span: { start, end }, done: isOver(written) ? written : doneLike(written) };
}

function capitalised(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function addNew(list: string[], values: readonly string[]): void {
  const has = new Set(list);
  for (const value of values) {
    if (!has.has(value)) list.push(value);
    has.add(value);
  }
}
