/** What a model that has no tools answered: files, and words around them. */
export interface ModelAnswer {
  /** By path, each once: the last of its name. */
  readonly files: readonly AnsweredFile[];
  /** What stands outside of the files. */
  readonly words: string;
  /** Why it cannot be taken as it is, a sentence each. */
  readonly problems: readonly string[];
}

export interface AnsweredFile {
  /** Relative to the worktree, `/` as separator. */
  readonly path: string;
  readonly text: string;
}

const OPENING = /^\s*<file\s+path\s*=\s*(?:"([^"]*)"|'([^']*)')\s*>(.*)$/;
const CLOSING = '</file>';

/** The path in a line that begins a file; undefined for any other line. */
export function openedFile(line: string): string | undefined {
  const opening = OPENING.exec(line);
  return opening === null ? undefined : (opening[1] ?? opening[2]);
}

/**
 * Reads `<file path="…">`, the file's whole text, `</file>`, the tags at the beginning and the end of lines. A file that
 * has such tags in it keeps them, where they are balanced. An answer that was cut off inside a file is told as such.
 */
export function readModelAnswer(text: string): ModelAnswer {
  const files = new Map<string, string>();
  const problems: string[] = [];
  const words: string[] = [];
  let open: { readonly path: string; readonly lines: string[]; depth: number } | undefined;
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const opening = OPENING.exec(line);
    if (open === undefined) {
      if (opening === null) {
        words.push(line);
        continue;
      }
      const [, double, single, rest = ''] = opening;
      open = { path: double ?? single ?? '', lines: [], depth: 1 };
      if (rest.trim() === '') continue;
      if (!rest.trimEnd().endsWith(CLOSING)) {
        open.lines.push(rest);
        continue;
      }
      open.lines.push(withoutClosing(rest));
      open.depth = 0;
    } else {
      if (line.trim() === CLOSING) open.depth--;
      else if (opening !== null && opening[3]?.includes(CLOSING) !== true) open.depth++;
      // A model may set the tag right behind the last word.
      else if (open.depth === 1 && line.trimEnd().endsWith(CLOSING) && !isMarkup(line)) {
        open.lines.push(withoutClosing(line));
        open.depth = 0;
      }
      if (open.depth > 0) {
        open.lines.push(line);
        continue;
      }
    }
    const problem = pathProblem(open.path);
    if (problem === undefined) files.set(plainPath(open.path), fileText(open.lines));
    else problems.push(problem);
    open = undefined;
  }
  if (open !== undefined)
    problems.push(`the answer ends inside of ${open.path}: a ${CLOSING} is missing, or it was cut off`);
  return {
    files: [...files].map(([path, content]) => ({ path, text: content })),
    words: words.join('\n').trim(),
    problems,
  };
}

/** An element that begins in the line it ends in is of the file. */
function isMarkup(line: string): boolean {
  return line.includes('<file');
}

function withoutClosing(line: string): string {
  return line.trimEnd().slice(0, -CLOSING.length);
}

/** Why a file of this path is not to be written, or nothing. */
function pathProblem(given: string): string | undefined {
  const path = plainPath(given);
  const segments = path.split('/');
  const shown = JSON.stringify(given.slice(0, 200));
  if (path === '' || path.endsWith('/') || /\p{Cc}/u.test(path)) return `${shown} is not the path of a file`;
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return `${shown} is not relative to the top of the repository`;
  if (segments.includes('..')) return `${shown} leads out of the repository`;
  // Names in any case, as some file systems have it.
  const isOf = (name: string) => (segment: string | undefined) => segment?.toLowerCase().replace(/[. ]+$/, '') === name;
  if (segments.some(isOf('.git')) || isOf('.orca')(segments[0])) return `${shown} is not for an agent to write`;
  return undefined;
}

function plainPath(path: string): string {
  const segments = path.trim().replaceAll('\\', '/').split('/');
  return segments
    .filter((segment, i) => segment !== '.' && (segment !== '' || i === 0 || i === segments.length - 1))
    .join('/');
}

function fileText(lines: readonly string[]): string {
  const content = insideFence(lines) ?? lines;
  return content.length === 0 || (content.length === 1 && content[0] === '') ? '' : `${content.join('\n')}\n`;
}

/** What stands in a code fence that goes round the whole file; undefined where there is none. */
function insideFence(lines: readonly string[]): readonly string[] | undefined {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const [, mark = '', language = ''] = FENCE.exec(lines[first] ?? '') ?? [];
  if (mark === '' || last <= first || lines[last]?.trim() !== mark) return undefined;
  const inner = lines.slice(first + 1, last);
  // Markdown in Markdown's own fence may hold anything; otherwise the first fence must not have ended before.
  return /^(markdown|md)$/i.test(language.trim()) || endsOpen(inner, mark) ? inner : undefined;
}

const FENCE = /^\s*(`{3,}|~{3,})([^`]*)$/;

/** Whether a fence of this mark is still open after the lines: what they open in it, they close. */
function endsOpen(lines: readonly string[], mark: string): boolean {
  let depth = 1;
  for (const line of lines) {
    const [, own = '', language = ''] = FENCE.exec(line) ?? [];
    if (own !== mark) continue;
    depth += language.trim() === '' ? -1 : 1;
    if (depth === 0) return false;
  }
  return depth === 1;
}
