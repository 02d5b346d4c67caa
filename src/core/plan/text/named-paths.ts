import type { Span } from '../diagnostic.ts';

export interface NamedPath {
  /** Relative, `/` as separator; a folder as a glob of all that is in it. */
  readonly path: string;
  readonly span: Span;
}

/** Names without a folder are files where they end so; many a word with a point in it is none. */
const ENDINGS =
  /\.(?:bat|c|cc|cfg|conf|cpp|cs|css|csv|dart|env|ex|exs|go|gradle|graphql|h|hpp|html|ini|ipynb|java|js|json|jsonc|jsx|kt|lock|lua|m|md|mdx|mjs|cjs|mod|php|pl|plist|prisma|proto|ps1|py|r|rb|rs|rst|scala|scss|sh|sql|sum|svelte|swift|tf|toml|ts|tsx|txt|vue|xml|yaml|yml|zig)$/i;
const NAMED = /^(?:\.[a-z][\w.-]*|(?:Docker|Make|Pip|Gem|Proc|Rake|Brew|Just|Task)file|CODEOWNERS|LICENSE)$/;
const WORD = /[^\s,;`'"()<>|]+/g;
const SEGMENT = /^(?:[\p{L}\p{N}_@.+*{}-]+|\[[\p{L}\p{N}_.]+\]|\([\p{L}\p{N}_-]+\))$/u;

/** The files and folders that a text names by the way: `backend/app/main.py`, `src/**`, `frontend/`, `Dockerfile`. */
export function namedPaths(text: string, { start, end }: Span): NamedPath[] {
  const found: NamedPath[] = [];
  for (const { 0: word, index } of text.slice(start, end).matchAll(WORD)) {
    const written = word
      .replace(/^(?:\*\*|\.\/)+/, '')
      .replace(/(?:\*\*)?[.:!?]*$/, '')
      .replace(/:\d+(?:-\d+)?$/, '');
    const path = pathOf(written);
    if (path === undefined) continue;
    const from = start + index + word.indexOf(written);
    found.push({ path, span: { start: from, end: from + written.length } });
  }
  return found;
}

function pathOf(written: string): string | undefined {
  if (written.length > 200 || /^[/~]|:\/\/|^\.\.?$|(?:^|\/)\.\.(?:\/|$)/.test(written)) return undefined;
  const segments = written.split('/');
  const last = segments.pop() ?? '';
  if (!segments.every((segment) => SEGMENT.test(segment)) || (last !== '' && !SEGMENT.test(last))) return undefined;
  // `Next.js` is a name of something else.
  if (segments.length === 0)
    return (ENDINGS.test(last) && !/^\p{Lu}\w*\.js$/u.test(last)) || NAMED.test(last) ? last : undefined;
  if (last === '') return segments.some((segment) => /\p{L}/u.test(segment)) ? `${segments.join('/')}/**` : undefined;
  return /\.\w{1,12}$|\*|^\./.test(last) || NAMED.test(last) ? written : undefined;
}
