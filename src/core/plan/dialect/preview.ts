import type { Dialect, DraftTask } from './dialect.ts';
import type { Diagnostic, Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';
import type { PlanLayer } from '../plan.ts';
import { readEstimate } from '../text/estimate.ts';
import { headingText } from '../text/fields.ts';
import { readLayerLine } from './layer-line.ts';
import { prose } from '../text/prose.ts';
import { slug } from '../text/slug.ts';
import { estimateAt } from '../text/task-fields.ts';
import { trimmed } from '../text/values.ts';

/**
 * The tree of layers that a preview prints, in a code fence or in the text itself. Of several trees (a preview, then
 * what a monitor printed) the first counts; its context is what stands before and beside it.
 */
export const preview: Dialect = {
  name: 'preview',
  read(document, _known, report) {
    const trees = regionsOf(document).map((region) => readTree(document, region));
    const tree = trees.reduce<Tree | undefined>(
      (first, other) => (start(other) < start(first) ? other : first),
      undefined,
    );
    if (tree === undefined) return { title: '', context: '', layers: [], tasks: [] };
    for (const diagnostic of tree.diagnostics) report(diagnostic);
    const { layers, tasks, taken, region } = tree;
    const title = tree.title ?? titleHeading(document, taken);
    return { title, context: prose(document, [{ from: document.lines.from, to: region.to }], taken), layers, tasks };
  },
};

/** Where a tree is looked for: the inside of a fence, or the text around the fences. */
interface Region {
  readonly lines: readonly LineRange[];
  readonly to: number;
}

interface Tree {
  readonly region: Region;
  readonly title: string | undefined;
  readonly layers: readonly PlanLayer[];
  readonly tasks: readonly DraftTask[];
  readonly diagnostics: readonly Diagnostic[];
  readonly taken: Set<number>;
}

function start(tree: Tree | undefined): number {
  return tree?.tasks[0]?.task.span.start ?? Infinity;
}

function regionsOf(document: Document): Region[] {
  const fences: Region[] = [];
  const around: LineRange[] = [];
  let from = document.lines.from;
  for (const block of document.blocks) {
    if (block.kind !== 'fence') continue;
    const inside = { from: block.lines.from + 1, to: block.closed ? block.lines.to - 1 : block.lines.to };
    fences.push({ lines: [inside], to: inside.to });
    around.push({ from, to: block.lines.from });
    from = block.lines.to;
  }
  around.push({ from, to: document.lines.to });
  return [...fences, { lines: around, to: document.lines.to }];
}

function readTree(document: Document, region: Region): Tree {
  const layers: PlanLayer[] = [];
  const tasks: DraftTask[] = [];
  const diagnostics: Diagnostic[] = [];
  // The mark that opens the fence is no context.
  const taken = new Set(region.lines.length === 1 ? region.lines.map(({ from }) => from - 1) : []);
  let title: string | undefined;
  let inLayer = false;
  for (const { from, to } of region.lines) {
    for (let number = from; number < to; number += 1) {
      const text = document.line(number);
      if (text.trim() === '') continue;
      const span = trimmed(document.text, document.lineSpan(number));
      const layer = readLayerLine(text);
      const task: DraftTask | undefined = inLayer
        ? readBranch(document.text, span, layers.length - 1, diagnostics)
        : undefined;
      const heading = TITLE.exec(text)?.[1]?.trim();
      if (layer !== undefined) layers.push({ ...layer, gates: [], span });
      else if (task !== undefined) tasks.push(task);
      else if (heading !== undefined) title ??= heading;
      // Any other line, such as `🎯 Quality Gates:`, ends the layer.
      inLayer = layer !== undefined || task !== undefined;
      if (inLayer || heading !== undefined || UNDERLINE.test(text)) taken.add(number);
    }
  }
  return { region, title, layers, tasks, diagnostics, taken };
}

const TITLE = /Execution Preview:(.*)$/;
const UNDERLINE = /^\s*[=-]{3,}\s*$/;
const BRANCH = /^[\s│|]*(?:[├└][─-]*|[|`+\\]--+)\s*/;
const TICK = /^(?:✅|\[([ xX])\])\s+/;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** `├── setup-project (25 min)`. A title of several words needs its estimate, a single name does not. */
function readBranch(text: string, line: Span, layer: number, diagnostics: Diagnostic[]): DraftTask | undefined {
  const branch = BRANCH.exec(text.slice(line.start, line.end));
  if (branch === null) return undefined;
  const words = { start: line.start + branch[0].length, end: line.end };
  const tick = TICK.exec(text.slice(words.start, words.end));
  const marks = tick?.[1] === undefined ? [] : [{ span: { start: words.start + 1, end: words.start + 2 }, done: 'x' }];
  words.start += tick?.[0].length ?? 0;
  const open = text[line.end - 1] === ')' ? text.lastIndexOf('(', line.end) : -1;
  const estimated = open > words.start;
  const inside = { start: open + 1, end: line.end - 1 };
  const idSpan = trimmed(text, { start: words.start, end: estimated ? open : words.end });
  const title = text.slice(idSpan.start, idSpan.end);
  const isName = NAME.test(title);
  const isTime = estimated && readEstimate(text.slice(inside.start, inside.end)) !== 'junk';
  if (!isName && !(isTime && /^[\p{L}\p{N}]/u.test(title))) return undefined;

  const report = (diagnostic: Diagnostic): number => diagnostics.push(diagnostic);
  const estimate = estimated ? estimateAt(text, inside, report) : undefined;
  const id = isName ? title : slug(title);
  return {
    task: {
      id,
      idSpan,
      title,
      layer,
      ...(estimate !== undefined && { estimate }),
      files: [],
      gates: [],
      resources: [],
      acceptance: [],
      prompt: '',
      done: tick !== null && tick[1] !== ' ',
      ...(marks.length > 0 && { marks }),
      span: line,
    },
    derived: !isName,
    ...(estimated && estimate === undefined && { misestimated: true }),
    references: [],
  };
}

/** The first heading of the first rank, which is then no context. */
function titleHeading(document: Document, taken: Set<number>): string {
  const heading = document.blocks.find((block) => block.kind === 'heading' && block.level === 1);
  if (heading === undefined) return '';
  taken.add(heading.lines.from);
  const { start: from, end } = headingText(document, heading.lines.from);
  return document.text.slice(from, end);
}
