/**
 * A glob made ready for comparing: its alternatives (`{a,b}` spelled out), each a list of segments in which only `*`,
 * `?` and the whole segment `**` are special.
 */
export type Glob = readonly (readonly string[])[];

/** Whether two declarations of files may name a same file. Nothing declared overlaps nothing. */
export function filesOverlap(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const others = b.map(compileGlob);
  return a.map(compileGlob).some((glob) => others.some((other) => globsOverlap(glob, other)));
}

/**
 * Errs on the side of overlap: case is ignored, `[…]` and `!(…)` match anything, what is absurdly large everything. Only
 * what is in brackets as a whole, `[slug]` or `[...path].ts`, is one letter or that name: many frameworks call routes so.
 */
export function compileGlob(text: string): Glob {
  if (text.startsWith('!')) return [];
  const plain = text
    .replaceAll('\\', '/')
    .replace(WILD, (text, name?: string) => (name === undefined ? '*' : `{${text},?}`));
  return text.length > LONGEST ? EVERYTHING : (spelledOut(plain.toLowerCase())?.map(segmentsOf) ?? EVERYTHING);
}

export function globsOverlap(a: Glob, b: Glob): boolean {
  return a.some((one) =>
    b.some((other) => meet(one, other, '**', segmentsMeet) || leadsBelow(one, other) || leadsBelow(other, one)),
  );
}

/** What every path that the alternative matches begins with. */
export function fixedText(segments: readonly string[]): string {
  return /^[^*?]*/.exec(segments.join('/'))?.[0].replace(/\/$/, '') ?? '';
}

const WILD = /(?<![^/])(\[(?:\.{3})?[\w-]{2,}\])(?=[./]|$)|[@!+*?]\([^()]*\)|\[[^[\]]*\]/g;
const LONGEST = 500;
const MOST_ALTERNATIVES = 64;
const EVERYTHING: Glob = [['**']];
const BRACES = /\{([^{}]*)\}/;

/** Expands `{a,b}`, the innermost first; undefined where there would be too many. */
function spelledOut(text: string): string[] | undefined {
  let texts = [text];
  // Each round takes one group out of every text, so the first one tells for all.
  while (BRACES.test(texts[0] ?? '')) {
    texts = texts.flatMap((t) => {
      const parts = BRACES.exec(t)?.[1]?.split(',') ?? [];
      return parts.map((part) => t.replace(BRACES, () => (/^[\w-]*\.\./.test(part) ? '*' : part)));
    });
    if (texts.length > MOST_ALTERNATIVES) return undefined;
  }
  return texts;
}

function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  // `src/` and a plain `src` cover what is below; `a.ts` is taken to be a file.
  const last = segments.at(-1);
  const directory = last === undefined || path.endsWith('/') || !(isWild(last) || last.includes('.', 1));
  return directory ? [...segments, '**'] : segments;
}

/** A path without wildcards is a directory after all (`v1.2`) where another leads below it. */
function leadsBelow(path: readonly string[], other: readonly string[]): boolean {
  return other.length > path.length && path.every((segment, i) => !isWild(segment) && segment === other[i]);
}

function isWild(segment: string): boolean {
  return segment.includes('*') || segment.includes('?');
}

function segmentsMeet(a: string, b: string): boolean {
  if (!isWild(a) && !isWild(b)) return a === b;
  return meet(Array.from(a), Array.from(b), '*', (x, y) => x === y || x === '?' || y === '?');
}

/**
 * Whether two sequences in which `star` stands for any number of items can spell the same. Dynamic programming over
 * prefixes, O(|a| × |b|): no pattern makes it exponential.
 */
function meet(
  a: readonly string[],
  b: readonly string[],
  star: string,
  agree: (x: string, y: string) => boolean,
): boolean {
  // reach[j]: the first i items of `a` and the first j of `b` can spell the same.
  let reach: boolean[] = [true];
  for (const [j, y] of b.entries()) reach.push(y === star && reach[j] === true);
  for (const x of a) {
    const next = [x === star && reach[0] === true];
    for (const [j, y] of b.entries()) {
      const either = next[j] === true || reach[j + 1] === true;
      next.push(x === star || y === star ? either : reach[j] === true && agree(x, y));
    }
    reach = next;
  }
  return reach.at(-1) === true;
}
