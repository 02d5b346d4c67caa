/** A change of lines: `oldCount` lines from `oldStart` became `newCount` lines from `newStart`. All as `diff -U0` says. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** The new lines, where they were asked for. */
  readonly added?: readonly string[];
}

/**
 * Hunks by path, from a diff with `-U0`, `a/` and `b/` before the paths; deleted files under their old path. `withText`:
 * with the lines that are new.
 */
export function readHunks(diff: string, withText = false): Map<string, Hunk[]> {
  const files = new Map<string, Hunk[]>();
  let old: string | undefined;
  let hunks: Hunk[] | undefined;
  // Lines of content begin with +, - or \ and can look like headers: they are counted off.
  let left = 0;
  let added: string[] = [];
  for (const line of diff.split('\n')) {
    if (left > 0 && /^[-+]/.test(line)) {
      left--;
      if (withText && line.startsWith('+')) added.push(line.slice(1));
      continue;
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      const [oldStart, oldCount, newStart, newCount] = [1, 2, 3, 4].map((i) => Number(hunk[i] ?? 1));
      left = (oldCount ?? 0) + (newCount ?? 0);
      added = [];
      hunks?.push({
        oldStart: oldStart ?? 0,
        oldCount: oldCount ?? 0,
        newStart: newStart ?? 0,
        newCount: newCount ?? 0,
        ...(withText && { added }),
      });
    } else if (line.startsWith('--- ')) old = pathOf(line.slice(4));
    else if (line.startsWith('+++ ')) {
      const path = pathOf(line.slice(4)) ?? old;
      hunks = [];
      if (path !== undefined) files.set(path, hunks);
    }
  }
  return files;
}

/** Line numbers that a change made or rewrote. */
export function changedLines(hunks: readonly Hunk[]): Set<number> {
  return new Set(hunks.flatMap(({ newStart, newCount }) => Array.from({ length: newCount }, (_, i) => newStart + i)));
}

/** Where a line of the new text was in the old one; undefined: it is new. */
export function oldLineOf(hunks: readonly Hunk[], line: number): number | undefined {
  let shift = 0;
  for (const { newStart, newCount, oldCount } of hunks) {
    // A hunk that only takes lines away names the line before them.
    const start = newCount === 0 ? newStart + 1 : newStart;
    if (line < start) break;
    if (line < start + newCount) return undefined;
    shift += oldCount - newCount;
  }
  return line + shift;
}

/** `a/src/x.ts`, `"b/tab\there"`, `/dev/null`. Git writes a tab behind a path with a blank in it. */
function pathOf(text: string): string | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  const path = quoted === undefined ? text.replace(/\t$/, '') : unquoted(quoted);
  return path === '/dev/null' ? undefined : path.slice(2);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
