import type { Block, Document } from '../text/document.ts';
import type { Json } from '../text/json.ts';
import type { NamedTask, Statement } from './order-text.ts';
import { headingText } from '../text/fields.ts';
import { insideQuotes, itemsOf, memberOf, readJson, textOf } from '../text/json.ts';
import { IdLists, statementsIn } from './order-text.ts';

/** What a section such as `## Task Dependency Graph` says, with the numbers as the tasks spell them. */
export interface DependencyGraph {
  /** Each waits for the one before; empty where the graph names none. */
  readonly waves: readonly (readonly NamedTask[])[];
  readonly statements: readonly Statement[];
  /** Every task that it names, also one that waits for nothing. */
  readonly names: ReadonlySet<string>;
}

const HEADING = /depend|\bgraph\b|\bwaves?\b|execution order/i;
const WAVES = [
  'waves',
  'layers',
  'phases',
  'batches',
  'levels',
  'stages',
  'groups',
  'parallel_groups',
  'parallelGroups',
];
const TASKS = ['tasks', 'taskIds', 'task_ids', 'ids', 'items', 'nodes'];
const DEPENDS = ['depends_on', 'dependsOn', 'dependencies', 'deps', 'blockedBy', 'blocked_by', 'requires', 'after'];
const ID = String.raw`[A-Za-z]{0,5}\d{1,6}(?:[._]\d{1,4}){0,5}[a-z]?`;

/**
 * Reads the graph of a plan whose tasks have numbers: JSON (waves, tasks with what they depend on, a map, lists of
 * lists), or text with arrows. JSON goes before text, and of the JSON the first that says something.
 */
export function readDependencyGraph(document: Document, numbers: readonly string[]): DependencyGraph | undefined {
  const blocks = graphBlocks(document);
  const aliases = new Aliases(numbers);
  for (const block of blocks) {
    if (block.kind !== 'fence' || !/^\s*[[{]/.test(block.content)) continue;
    const start = document.lineSpan(block.lines.from + 1).start;
    const end = document.lineSpan(block.lines.to - (block.closed ? 2 : 1)).end;
    const { json } = readJson(document.text, { start, end });
    const graph = json && new JsonGraph(document.text, aliases).read(json);
    if (graph !== undefined) return graph;
  }
  const ranges = blocks.flatMap((block) => {
    if (block.kind === 'fence' && /^\s*[[{]/.test(block.content)) return [];
    if (block.kind === 'fence') aliases.learn(block.content);
    return [block.lines];
  });
  const id = [ID, ...aliases.nodes()].join('|');
  const statements = statementsIn(document, ranges, new IdLists({ id, ids: numbers })).flatMap((statement) => {
    const task = aliases.find(statement.task.name);
    const waitsFor = aliases.find(statement.waitsFor.name);
    if (task === undefined || waitsFor === undefined) return [];
    return [{ task: { ...statement.task, name: task }, waitsFor: { ...statement.waitsFor, name: waitsFor } }];
  });
  if (statements.length === 0) return undefined;
  const names = new Set(statements.flatMap(({ task, waitsFor }) => [task.name, waitsFor.name]));
  return { waves: [], statements, names };
}

/** What stands under the headings that speak of dependencies, and under the headings inside of these. */
export function graphBlocks(document: Document): Block[] {
  let level = Infinity;
  return document.blocks.filter((block) => {
    if (block.kind !== 'heading') return level !== Infinity;
    const { start, end } = headingText(document, block.lines.from);
    if (HEADING.test(document.text.slice(start, end))) level = Math.min(level, block.level);
    else if (block.level <= level) level = Infinity;
    return false;
  });
}

/** A graph may call the task 3.1 `T31`, `Task 3.1` or, in Mermaid, `A["3.1 Title"]`. */
class Aliases {
  readonly #numbers: ReadonlySet<string>;
  readonly #others = new Map<string, string | undefined>();

  constructor(numbers: readonly string[]) {
    this.#numbers = new Set(numbers);
    for (const number of numbers) {
      const digits = number.replaceAll('.', '');
      this.#others.set(digits, this.#others.has(digits) ? undefined : number);
    }
  }

  learn(text: string): void {
    for (const [, node = '', number = ''] of text.matchAll(/\b(\w{1,20})[[({]{1,2}"?(?:[Tt]ask )?(\d[\d.]{0,20})\b/g))
      if (this.#numbers.has(number)) this.#others.set(node, number);
  }

  /** The names of nodes that have no number in them. */
  nodes(): string[] {
    return [...this.#others.keys()].filter((name) => /^[A-Za-z_]+$/.test(name)).map((name) => `${name}\\b`);
  }

  find(written: string): string | undefined {
    const known = this.#others.get(written);
    if (known !== undefined && !this.#numbers.has(written)) return known;
    const number = written.replace(/^(?:task|[A-Za-z])[-_ ]?(?=\d)/i, '').replaceAll('_', '.');
    return this.#numbers.has(number) ? number : this.#others.get(number);
  }
}

class JsonGraph {
  readonly #text: string;
  readonly #aliases: Aliases;
  readonly #statements: Statement[] = [];
  readonly #names = new Set<string>();

  constructor(text: string, aliases: Aliases) {
    this.#text = text;
    this.#aliases = aliases;
  }

  read(json: Json): DependencyGraph | undefined {
    const waves = this.#waves(json);
    if (waves.length === 0) this.#tasks(json);
    if (this.#names.size === 0) return undefined;
    return { waves, statements: this.#statements, names: this.#names };
  }

  #waves(json: Json): NamedTask[][] {
    const listed = memberOf(json, ...WAVES) ?? json;
    const isList = listed.kind === 'array' && (listed !== json || listed.items.every(({ kind }) => kind === 'array'));
    const waves = isList
      ? listed.items
      : listed.kind === 'object' && listed !== json
        ? [...listed.members.values()]
        : [];
    return waves.map((wave) => this.#idsIn(wave)).filter((wave) => wave.length > 0);
  }

  #tasks(json: Json): void {
    const tasks = memberOf(json, ...TASKS) ?? (json.kind === 'array' ? json : undefined);
    for (const task of itemsOf(tasks)) {
      const [own] = this.#named(memberOf(task, 'id', 'task', 'taskId', 'task_id', 'number'));
      if (own !== undefined) this.#waits(own, this.#idsIn(memberOf(task, ...DEPENDS), 'all'));
    }
    for (const edge of itemsOf(memberOf(json, 'edges', 'links'))) {
      const [from, to] =
        edge.kind === 'array' ? edge.items : [memberOf(edge, 'from', 'source'), memberOf(edge, 'to', 'target')];
      const [before] = this.#named(from);
      const [after] = this.#named(to);
      if (before !== undefined && after !== undefined) this.#waits(after, [before]);
    }
    const map = tasks?.kind === 'object' ? tasks : (memberOf(json, ...DEPENDS, 'graph') ?? json);
    if (map.kind !== 'object') return;
    for (const [key, value] of map.members) {
      const name = this.#aliases.find(key);
      if (name === undefined) continue;
      this.#waits(
        { ...value.span, name },
        this.#idsIn(value.kind === 'object' ? memberOf(value, ...DEPENDS) : value, 'all'),
      );
    }
  }

  #waits(task: NamedTask, on: readonly NamedTask[]): void {
    this.#names.add(task.name);
    for (const waitsFor of on) this.#statements.push({ task, waitsFor });
  }

  /** The ids in a list, or in what a wave has of one. */
  #idsIn(json: Json | undefined, which: 'known' | 'all' = 'known'): NamedTask[] {
    if (json?.kind === 'array') return json.items.flatMap((item) => this.#idsIn(item, which));
    if (json?.kind === 'object') {
      const tasks = memberOf(json, ...TASKS);
      return tasks === undefined ? this.#named(memberOf(json, 'id', 'task'), which) : this.#idsIn(tasks, which);
    }
    return this.#named(json, which);
  }

  /** `all`: also what no task is named, so that it is told. */
  #named(json: Json | undefined, which: 'known' | 'all' = 'known'): NamedTask[] {
    if (json === undefined) return [];
    const span = insideQuotes(this.#text, json);
    // 1.10 is a number in JSON, whose last digit its value has lost.
    const written = textOf(json) === undefined ? '' : this.#text.slice(span.start, span.end);
    const name = this.#aliases.find(written);
    if (name === undefined) return which === 'all' && /\d/.test(written) ? [{ ...span, name: written }] : [];
    this.#names.add(name);
    return [{ ...span, name }];
  }
}
