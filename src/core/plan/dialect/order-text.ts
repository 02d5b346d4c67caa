import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';

/** What a text says of two tasks, each at its place. */
export interface Statement {
  readonly task: NamedTask;
  readonly waitsFor: NamedTask;
}

/** How the tasks of a dialect are named, as a regular expression without groups that catch. */
export interface Naming {
  readonly id: string;
  /** Ids in the order of the text, for `T003-T007`. */
  readonly ids: readonly string[];
}

export interface NamedTask extends Span {
  readonly name: string;
}

/** More than these are a phase, which waits as a whole. */
const LONGEST_RANGE = 50;
const MOST_PAIRS = 100;
const LONGEST = 2000;

/** The ids of a list such as `T001, T003-T005 and T007`, each of a range at the place of the range. */
export class IdLists {
  readonly #list: RegExp;
  readonly #id: RegExp;
  readonly #place: ReadonlyMap<string, number>;
  readonly #ids: readonly string[];

  constructor({ id, ids }: Naming) {
    const one = String.raw`(?:[Tt]asks? +)?(?:${id})(?![\w-])`;
    const range = String.raw`(?:${id})(?: ?[-–—~] ?|\.\.| to | through )(?:${id})(?!\w)`;
    const part = `(?:(?:[Tt]asks? +)?${range}|${one})`;
    this.#list = new RegExp(String.raw`(?<![\w.#-])${part}(?: *(?:,|/|&|\+|,? and|,? or) *${part})*`, 'g');
    this.#id = new RegExp(`(${id})(?:(?: ?[-–—~] ?|\\.\\.| to | through )(${id})(?!\\w))?`, 'g');
    this.#place = new Map(ids.map((name, place) => [name.toLowerCase(), place]));
    this.#ids = ids;
  }

  /** Every list in a text, with where it stands. */
  listsIn(text: string, offset = 0): (Span & { readonly tasks: readonly NamedTask[] })[] {
    return [...text.matchAll(this.#list)].map(({ 0: all, index }) => {
      const start = offset + index;
      return { start, end: start + all.length, tasks: this.#tasksIn(all, start) };
    });
  }

  #tasksIn(list: string, offset: number): NamedTask[] {
    return [...list.matchAll(this.#id)].flatMap(({ 0: all, 1: first = '', 2: last, index }) => {
      const span = { start: offset + index, end: offset + index + all.length };
      if (last === undefined) return [{ ...span, name: first }];
      const from = this.#place.get(first.toLowerCase());
      const to = this.#place.get(last.toLowerCase());
      if (from === undefined || to === undefined || to < from || to - from >= LONGEST_RANGE) return [];
      return this.#ids.slice(from, to + 1).map((name) => ({ ...span, name }));
    });
  }
}

const FILL = String.raw`(?:(?:must|should|can|may|each|both|all|is|are|be|has to|have to|needs? to|complete[sd]?|finish(?:es|ed)?|only|run|runs|start|starts|begin|done|then) +)*`;
const BEFORE = new RegExp(
  String.raw`^ *(?:${FILL}(?:before|precedes?|blocks?)|[-=.]{1,3}>(?:\|[^|]{0,40}\|)?|→|⟶|➜) *$`,
  'i',
);
const AFTER = new RegExp(
  String.raw`^ *${FILL}(?:after|depends? (?:up)?on|depending on|requires?|needs?|blocked by|waits? (?:for|on)|follows?) *:? *$`,
  'i',
);
/** A remark: it is neither a task nor a word between two. */
const REMARK = /\([^()]{0,200}\)|\[[^[\]]{0,200}\]|\{[^{}]{0,200}\}|[*`_"]/g;

/** The start of a remark that says it: `T004 (needs T001)`. */
const SAYS = /\((?=(?:depends? on|requires?|needs?|after|blocked by) )/gi;
/** At the start of a line it goes on from what the line before ended with. */
const CONTINUES = /^\s*(?:[-=.]{1,3}>|→|⟶|➜|↳)\s*/;

/**
 * What lines say of the order of tasks: `T001 before T002`, `T004 depends on T002 and T003`, `T001 → T002 → T003`. Only
 * where two lists of ids stand with nothing between them but such a word; the rest is prose.
 */
export function statementsIn(document: Document, ranges: readonly LineRange[], lists: IdLists): Statement[] {
  const found: Statement[] = [];
  let last: readonly NamedTask[] = [];
  for (const { start: offset, end } of passagesIn(document, ranges)) {
    const text = document.text
      .slice(offset, end)
      .replace(/[\r\n]/g, ' ')
      .replace(SAYS, ' ')
      .replace(REMARK, (remark) => ' '.repeat(remark.length));
    const all = lists.listsIn(text, offset);
    const [first] = all;
    if (first === undefined) continue;
    if (CONTINUES.exec(text)?.[0].length === first.start - offset) found.push(...pairs(first.tasks, last));
    for (const [i, left] of all.entries()) {
      last = left.tasks;
      const right = all[i + 1];
      if (right === undefined) break;
      const between = text.slice(left.end - offset, right.start - offset).replace(/ +/g, ' ');
      if (BEFORE.test(between)) found.push(...pairs(right.tasks, left.tasks));
      else if (AFTER.test(between)) found.push(...pairs(left.tasks, right.tasks));
    }
  }
  return found;
}

/** Lines with the indented ones that go on with them; a drawing says it with its columns, and is none. */
function passagesIn(document: Document, ranges: readonly LineRange[]): Span[] {
  const passages: Span[] = [];
  for (const { from, to } of ranges) {
    let open: Span | undefined;
    for (let line = from; line < to; line += 1) {
      const text = document.line(line);
      const { start, end } = document.lineSpan(line);
      if (text.trim() === '' || text.length > LONGEST || /[│├└┌┬┴┼]/.test(text)) {
        open = undefined;
        continue;
      }
      const goesOn = open !== undefined && /^ {2,}(?![-*+] |\d+[.)] )\S/.test(text) && !CONTINUES.test(text);
      if (goesOn && open !== undefined && end - open.start <= LONGEST) {
        open = { start: open.start, end };
        passages[passages.length - 1] = open;
      } else passages.push((open = { start, end }));
    }
  }
  return passages;
}

function pairs(tasks: readonly NamedTask[], on: readonly NamedTask[]): Statement[] {
  if (tasks.length * on.length > MOST_PAIRS) return [];
  return tasks.flatMap((task) => on.map((waitsFor) => ({ task, waitsFor })));
}
