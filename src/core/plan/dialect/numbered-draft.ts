import type { Draft, DraftGroup, DraftReference, DraftTask, Report } from './dialect.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import type { Numbered } from './numbered.ts';
import type { ItemField } from './item-fields.ts';
import type { NamedTask } from './order-text.ts';
import type { Document } from '../text/document.ts';
import type { OrderRule, PlanLayer } from '../plan.ts';
import { markOf, textUnder } from '../text/checkbox.ts';
import { headingText } from '../text/fields.ts';
import { namedPaths } from '../text/named-paths.ts';
import { prose } from '../text/prose.ts';
import { estimateAt } from '../text/task-fields.ts';
import { listParts, names } from '../text/values.ts';
import { readDependencyGraph } from './dependency-graph.ts';
import { itemFields, requirementsIn } from './item-fields.ts';
import { readLayerLine } from './layer-line.ts';
import { ownLines } from './numbered.ts';
import { IdLists } from './order-text.ts';
import { isTaskList } from './task-lists.ts';

/** The numbers of tasks, in a list of them. */
const ID = String.raw`\d{1,4}(?:\.\d{1,4}){0,5}[a-z]?`;
/** Of a heading: `2. Core`. */
const NUMBER = /^(\d+(?:\.\d+)*)[.):]?\s+/;

/** A plan of numbered checkboxes; `order` is what holds where no graph orders it. */
export function numberedDraft(document: Document, nodes: readonly Numbered[], order: OrderRule, report: Report): Draft {
  if (nodes.length === 0) return { title: '', context: '', layers: [], tasks: [] };
  return new NumberedReader(document, nodes, report).read(order);
}

class NumberedReader {
  readonly #document: Document;
  readonly #nodes: readonly Numbered[];
  readonly #report: Report;
  readonly #fields: ReadonlyMap<Numbered, readonly ItemField[]>;
  readonly #groups: ReadonlySet<Numbered>;
  readonly #leaves: readonly Numbered[];
  readonly #lists: IdLists;
  readonly #first: ReadonlyMap<string, Numbered>;

  constructor(document: Document, nodes: readonly Numbered[], report: Report) {
    this.#document = document;
    this.#nodes = nodes;
    this.#report = report;
    this.#fields = new Map(nodes.map((node) => [node, itemFields(document, ownLines(node))]));
    this.#first = new Map(nodes.toReversed().map((node) => [node.number, node]));
    this.#groups = new Set(nodes.filter((node) => this.#isGroup(node)));
    this.#leaves = nodes.filter((node) => !this.#groups.has(node) && !node.checkpoint);
    this.#lists = new IdLists({ id: ID, ids: nodes.map(({ number }) => number) });
  }

  read(order: OrderRule): Draft {
    const graph = readDependencyGraph(
      this.#document,
      this.#nodes.map(({ number }) => number),
    );
    const stated = this.#stated(graph);
    const waves = graph === undefined || graph.waves.length === 0 ? undefined : this.#waves(graph.waves);
    const named = waves ?? this.#layers();
    const all = graph !== undefined && this.#leaves.every(({ number }) => graph.names.has(number));
    return {
      ...this.#about(),
      layers: named.layers,
      tasks: this.#leaves.map((leaf) => this.#task(leaf, named.layerOf.get(leaf), stated.get(leaf) ?? [])),
      groups: [...[...this.#groups].map((group) => this.#group(group)), ...this.#headingGroups()],
      order: waves !== undefined ? 'layers' : graph === undefined ? order : all ? 'stated' : 'sequence',
    };
  }

  /** It holds others, and is not one whose own work has only tests beside it that may be left out. */
  #isGroup(node: Numbered): boolean {
    if (node.children.length === 0) return false;
    return !(node.children.every(({ optional }) => optional) && this.#text(node) !== '');
  }

  /** Its text without the lines that are fields. */
  #text(node: Numbered): string {
    const taken = new Set(this.#fields.get(node)?.flatMap((field) => (this.#isTaken(field) ? [field.line] : [])));
    for (const { from, to } of node.children.map(({ box }) => box.item.lines))
      for (let line = from; line < to; line += 1) taken.add(line);
    return textUnder(this.#document, node.box.item, taken);
  }

  #isTaken({ name, value }: ItemField): boolean {
    if (name === 'requirements') return requirementsIn(this.#slice(value)).only;
    return name === 'depends' || name === 'estimate';
  }

  #slice({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.#document.text.slice(start, end);
  }

  #task(node: Numbered, layer: number | undefined, stated: readonly DraftReference[]): DraftTask {
    const { text } = this.#document;
    const fields = this.#fields.get(node) ?? [];
    const of = (...which: readonly ItemField['name'][]) => fields.filter(({ name }) => which.includes(name));
    const requirements = of('requirements', 'validates').flatMap(({ value }) => requirementsIn(this.#slice(value)).ids);
    const boundaries = of('boundary').map(({ value }) => this.#boundary(value));
    const paths = [node.words, ...of('files').map(({ value }) => value)].flatMap((span) =>
      namedPaths(text, span).map(({ path }) => path),
    );
    const [written] = of('estimate');
    const estimate = written && estimateAt(text, written.value, this.#report);
    const ancestors = ancestorsOf(node);
    const references = of('depends').flatMap(({ value }) => this.#references(value));
    return {
      task: {
        id: node.number,
        idSpan: node.numberSpan,
        title: node.title === '' ? node.number : node.title,
        ...(layer !== undefined && { layer }),
        ...(estimate !== undefined && { estimate }),
        files: [...new Set([...paths, ...boundaries.flatMap(({ files }) => files)])],
        gates: [],
        resources: [...new Set(boundaries.flatMap(({ resources }) => resources))],
        ...(requirements.length > 0 && { requirements: [...new Set(requirements)] }),
        acceptance: [],
        prompt: [node.title, this.#text(node), ...ancestors.flatMap((outer) => this.#partOf(outer))]
          .filter((part) => part !== '')
          .join('\n\n'),
        done: node.box.done,
        marks: [markOf(node.box)],
        ...(node.parallel !== undefined && { parallel: node.parallel }),
        ...([node, ...ancestors].some(({ optional }) => optional) && { optional: true as const }),
        span: node.box.span,
      },
      derived: this.#isRestarted(node),
      ...(written !== undefined && estimate === undefined && { misestimated: true as const }),
      references: [...references, ...stated],
    };
  }

  /** A number that is used again under another heading is counted there anew. */
  #isRestarted(node: Numbered): boolean {
    const first = this.#first.get(node.number);
    return first !== undefined && first !== node && first.heading !== node.heading;
  }

  #partOf(outer: Numbered): string[] {
    return [`Part of ${outer.number}: ${outer.title}`, this.#text(outer)];
  }

  /** What a boundary names: files, by path or by name; a component is a thing that one task at a time works on. */
  #boundary(value: { start: number; end: number }): { readonly files: string[]; readonly resources: string[] } {
    const { text } = this.#document;
    const files = namedPaths(text, value).map(({ path }) =>
      path.includes('/') || path.startsWith('.') ? path : `**/${path}`,
    );
    const resources = listParts(text, value).flatMap((part) => {
      if (namedPaths(text, part).length > 0) return [];
      return names(text, part).map((span) => this.#slice(span).slice(0, 80));
    });
    return { files, resources };
  }

  #references(value: { start: number; end: number }): DraftReference[] {
    const lists = this.#lists.listsIn(this.#slice(value), value.start);
    return lists.flatMap(({ tasks }) => tasks).flatMap((task) => this.#resolved(task));
  }

  #group(node: Numbered): DraftGroup {
    const tasks = this.#leavesOf(node).map(({ number }) => number);
    return { id: node.number, tasks, done: node.box.done, marks: [markOf(node.box)] };
  }

  /** `## 2. Core` over 2.1 and 2.2. */
  #headingGroups(): DraftGroup[] {
    const groups = new Map<string, string[]>();
    for (const { number, heading } of this.#leaves) {
      const id = NUMBER.exec(heading?.text ?? '')?.[1];
      if (id === undefined || this.#first.has(id)) continue;
      const own = groups.get(id) ?? [];
      groups.set(id, own);
      own.push(number);
    }
    return [...groups].map(([id, tasks]) => ({ id, tasks, done: false, marks: [] }));
  }

  #leavesOf(node: Numbered): Numbered[] {
    return node.children.flatMap((child) => {
      if (this.#groups.has(child)) return this.#leavesOf(child);
      return child.checkpoint ? [] : [child];
    });
  }

  /** What is waited for: a checkpoint means the tasks since the one before it. */
  #resolved({ start, end, name }: NamedTask): DraftReference[] {
    const node = this.#first.get(name);
    if (node === undefined || !node.checkpoint || this.#groups.has(node)) return [{ start, end, name }];
    const at = this.#nodes.indexOf(node);
    const before = this.#nodes.slice(0, at).findLastIndex(({ checkpoint }) => checkpoint);
    return this.#nodes
      .slice(before + 1, at)
      .flatMap((one) => (this.#groups.has(one) ? [] : [{ start, end, name: one.number }]));
  }

  /** What the graph says of each task. Of a group it says it of its first, and the others wait for their turn. */
  #stated(graph: DependencyGraph | undefined): Map<Numbered, DraftReference[]> {
    const stated = new Map<Numbered, DraftReference[]>();
    const add = (node: Numbered, reference: DraftReference): void => {
      const own = stated.get(node);
      if (own === undefined) stated.set(node, [reference]);
      else own.push(reference);
    };
    const chained = new Set<Numbered>();
    for (const { task, waitsFor } of graph?.statements ?? []) {
      const node = this.#first.get(task.name);
      if (node === undefined || (node.checkpoint && !this.#groups.has(node))) continue;
      const [first, ...others] = this.#groups.has(node) ? this.#leavesOf(node) : [node];
      if (first === undefined) continue;
      for (const reference of this.#resolved(waitsFor)) add(first, reference);
      if (chained.has(node)) continue;
      chained.add(node);
      let before = first;
      for (const next of others) {
        if (graph?.names.has(next.number) !== true)
          add(next, { start: task.start, end: task.end, name: before.number });
        before = next;
      }
    }
    return stated;
  }

  /**
   * The waves of a graph as layers. A task that no wave names stands in one of its own, behind that of the task before
   * it in the text: it waits for that one, and what comes later waits for it.
   */
  #waves(waves: DependencyGraph['waves']): Layered {
    const waveOf = new Map<Numbered, { readonly wave: number; readonly span: NamedTask }>();
    for (const [wave, named] of waves.entries()) {
      for (const span of named) {
        const node = this.#first.get(span.name);
        const first = node && (this.#groups.has(node) ? this.#leavesOf(node)[0] : node);
        if (first !== undefined && !waveOf.has(first)) waveOf.set(first, { wave, span });
      }
    }
    const rows = new Map<number, { readonly layer: PlanLayer; readonly tasks: Numbered[] }[]>();
    let [wave, row] = [-1, -1];
    for (const leaf of this.#leaves) {
      const own = waveOf.get(leaf);
      [wave, row] = own === undefined ? [wave, row + 1] : [own.wave, 0];
      const of = rows.get(wave) ?? [];
      rows.set(wave, of);
      const { start, end } = own?.span ?? leaf.numberSpan;
      for (let at = of.length; at <= row; at += 1)
        of.push({ layer: { name: '', sequential: false, gates: [], span: { start, end } }, tasks: [] });
      of[row]?.tasks.push(leaf);
    }
    const ordered = [...rows.entries()].sort(([a], [b]) => a - b).flatMap(([, of]) => of);
    const layerOf = new Map(ordered.flatMap(({ tasks }, index) => tasks.map((task) => [task, index] as const)));
    return { layers: ordered.map(({ layer }) => layer), layerOf };
  }

  /** Headings over tasks, or else the tasks that hold others, or that would: `2` of `2.1`; those between stand together. */
  #layers(): Layered {
    const headings = new Set(this.#leaves.map(({ heading }) => heading));
    const byHeading = headings.size > 1;
    if (!byHeading && this.#nodes.every(({ children, number }) => children.length === 0 && !number.includes('.')))
      return { layers: [], layerOf: new Map() };
    const layers: PlanLayer[] = [];
    const layerOf = new Map<Numbered, number>();
    let last: unknown;
    for (const leaf of this.#leaves) {
      const top = ancestorsOf(leaf).at(-1) ?? (leaf.children.length > 0 ? leaf : undefined);
      const key = byHeading
        ? leaf.heading
        : (top ?? (leaf.number.includes('.') ? leaf.number.split('.', 1)[0] : 'between'));
      if (layers.length === 0 || key !== last) {
        const of = byHeading ? leaf.heading : top;
        const span = of === undefined ? leaf.numberSpan : 'number' in of ? of.numberSpan : of.span;
        const text = of === undefined ? '' : 'number' in of ? of.title : nameOf(of.text);
        layers.push({ name: text, sequential: false, gates: [], span });
      }
      last = key;
      layerOf.set(leaf, layers.length - 1);
    }
    return { layers, layerOf };
  }

  /** The title, and what stands around the tasks and their graph. */
  #about(): Pick<Draft, 'title' | 'context'> {
    const taken = new Set<number>();
    const take = ({ from, to }: { readonly from: number; readonly to: number }): void => {
      for (let line = from; line < to; line += 1) taken.add(line);
    };
    for (const { box } of this.#nodes) take(box.item.lines);
    for (const { heading } of this.#nodes) if (heading !== undefined) taken.add(heading.line);
    let title = '';
    let level = Infinity;
    for (const block of this.#document.blocks) {
      if (block.kind === 'heading') {
        const text = this.#slice(headingText(this.#document, block.lines.from));
        if (block.level === 1 && title === '') {
          title = text.replace(/^(?:implementation (?:plan|tasks)|tasks?)\s*[:–—-]\s*/i, '');
          take(block.lines);
        }
        if (/dependency graph|dependency waves/i.test(text)) level = Math.min(level, block.level);
        else if (block.level <= level) level = Infinity;
        if (isTaskList(text)) take(block.lines);
      }
      if (level !== Infinity || block.kind === 'rule') take(block.lines);
    }
    return { title, context: prose(this.#document, [this.#document.lines], taken).trim() };
  }
}

interface Layered {
  readonly layers: readonly PlanLayer[];
  readonly layerOf: ReadonlyMap<Numbered, number>;
}

/** From the nearest to the outermost. */
function ancestorsOf(node: Numbered): Numbered[] {
  const ancestors: Numbered[] = [];
  for (let outer = node.parent; outer !== undefined; outer = outer.parent) ancestors.push(outer);
  return ancestors;
}

function nameOf(heading: string): string {
  return readLayerLine(heading)?.name ?? heading.replace(NUMBER, '');
}
