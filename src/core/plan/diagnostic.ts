/** A half-open range of a text, in UTF-16 code units from its start. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The codes of what can be wrong with a plan. Stable: settings, docs and quick fixes name them. */
export type DiagnosticCode =
  | 'duplicate-id'
  | 'unknown-dependency'
  | 'self-dependency'
  | 'cycle'
  | 'no-tasks'
  | 'missing-estimate'
  | 'absurd-estimate'
  | 'layer-order'
  | 'unknown-strategy'
  | 'unknown-order'
  | 'unknown-agent'
  | 'unknown-gate'
  | 'unknown-field'
  | 'invalid-value'
  | 'invalid-front-matter'
  | 'invalid-json'
  | 'other-tags'
  | 'path-outside-workspace'
  | 'shared-file'
  | 'not-ready'
  | 'large-task'
  | 'too-large';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Something to say about a place in a text. `related` is ordered: a cycle is told as its whole path. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** What most likely was meant, to stand at the span instead. */
  readonly replacement?: string;
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
}

/** Whether a plan with these diagnostics can be executed. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}

const LF = 10;
const CR = 13;

/** Zero-based line and column (UTF-16 code units, as VS Code counts them). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Maps offsets of one text to positions in O(log lines), after one pass over the text. A line ends with LF, CRLF or a
 * lone CR, as in VS Code and in Markdown.
 */
export class LineMap {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charCodeAt(at);
      if (char === LF || (char === CR && text.charCodeAt(at + 1) !== LF)) this.#starts.push(at + 1);
    }
    this.#length = text.length;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Offset of the first character of a zero-based line; clamped to the text. */
  lineStart(line: number): number {
    return this.#starts[Math.max(0, line)] ?? this.#length;
  }

  position(offset: number): Position {
    const clamped = Math.min(Math.max(0, offset), this.#length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= clamped) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: clamped - (this.#starts[low] ?? 0) };
  }
}
