import type MarkdownIt from 'markdown-it';
import ParserBlock from 'markdown-it/lib/parser_block.mjs';
import type Token from 'markdown-it/lib/token.mjs';
import type { Span } from '../diagnostic.ts';
import { LineMap } from '../diagnostic.ts';

/** Lines of a text, zero-based and half-open. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** The block structure of Markdown, as far as a plan needs it. Inline text is read from the source, with its offsets. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly lines: LineRange }
  | { readonly kind: 'paragraph' | 'rule' | 'other'; readonly lines: LineRange }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Item[]; readonly lines: LineRange }
  | Fence;

export interface Fence {
  readonly kind: 'fence';
  readonly info: string;
  readonly content: string;
  /** False where the text ends inside the fence. */
  readonly closed: boolean;
  readonly lines: LineRange;
}

export interface Item {
  readonly blocks: readonly Block[];
  readonly lines: LineRange;
}

/** A text with its Markdown blocks; every line number and offset counts from the start of the whole text. */
export interface Document {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly lines: LineRange;
  /** The text of a line without its end. */
  line(number: number): string;
  lineSpan(number: number): Span;
}

// The blocks of CommonMark without references. `text` above `---` stays text as well: the line after a field is a rule,
// not the mark of a heading.
const block = new ParserBlock();
block.ruler.enableOnly(['blockquote', 'code', 'fence', 'heading', 'hr', 'html_block', 'list', 'paragraph']);
/** What these rules look at of the whole parser, most of which reads inline text, and makes HTML. */
const markdown = { block, options: { html: true, maxNesting: 20 } } as unknown as MarkdownIt;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  block.parse(text.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD'), markdown, {}, tokens);
  return tokens;
}

/** Reads lines of a text, from `fromLine` on, which is where the front matter ends. */
export function readDocument(text: string, map: LineMap, fromLine: number, toLine = map.lineCount): Document {
  const lineSpan = (number: number): Span => {
    const start = map.lineStart(number);
    let end = number + 1 < map.lineCount ? map.lineStart(number + 1) : text.length;
    while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
    return { start: text[start] === '\uFEFF' && start < end ? start + 1 : start, end };
  };
  const body = text.slice(map.lineStart(fromLine), map.lineStart(toLine)).replace(/^\uFEFF/, '');
  return {
    text,
    blocks: new BlockReader(tokensOf(body), fromLine).read(),
    lines: { from: fromLine, to: toLine },
    line: (number) => {
      const { start, end } = lineSpan(number);
      return text.slice(start, end);
    },
    lineSpan,
  };
}

/** Folds markdown-it's flat tokens into blocks; the depth is bounded by markdown-it's own limit. */
class BlockReader {
  readonly #tokens: readonly Token[];
  readonly #offset: number;
  #at = 0;

  constructor(tokens: readonly Token[], offset: number) {
    this.#tokens = tokens;
    this.#offset = offset;
  }

  /** Reads to the closing token of the given level, or to the end. */
  read(closing = -1): Block[] {
    const blocks: Block[] = [];
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.nesting === -1 && token.level === closing) break;
      blocks.push(this.#block(token));
    }
    return blocks;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #block(token: Token): Block {
    const lines = this.#lines(token);
    switch (token.type) {
      case 'heading_open':
        this.#skip(token);
        return { kind: 'heading', level: Number(token.tag.slice(1)), lines };
      case 'paragraph_open':
        this.#skip(token);
        return { kind: 'paragraph', lines };
      case 'bullet_list_open':
      case 'ordered_list_open':
        return { kind: 'list', ordered: token.type === 'ordered_list_open', items: this.#items(token.level), lines };
      case 'fence':
        return {
          kind: 'fence',
          info: token.info.trim(),
          content: token.content,
          closed: countLines(token.content) === lines.to - lines.from - 2,
          lines,
        };
      case 'hr':
        return { kind: 'rule', lines };
      default:
        this.#skip(token);
        return { kind: 'other', lines };
    }
  }

  #items(level: number): Item[] {
    const items: Item[] = [];
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.nesting === -1 && token.level === level) break;
      items.push({ lines: this.#lines(token), blocks: this.read(token.level) });
    }
    return items;
  }

  #skip(open: Token): void {
    if (open.nesting !== 1) return;
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.nesting === -1 && token.level === open.level) return;
    }
  }

  #lines(token: Token): LineRange {
    const [from, to] = token.map ?? [0, 0];
    return { from: from + this.#offset, to: to + this.#offset };
  }
}

function countLines(content: string): number {
  if (content === '') return 0;
  const ends = content.split('\n').length - 1;
  return content.endsWith('\n') ? ends : ends + 1;
}
