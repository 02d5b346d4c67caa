/**
 * Finds the name that a misspelt one most likely means: the smallest edit distance, within a third of its length. A
 * finder answers only so many comparisons, so that a plan of nothing but mistakes is still read in linear time.
 */
export function nearestIn(names: readonly string[], comparisons = 100_000): (name: string) => string | undefined {
  let left = comparisons;
  return (name) => {
    const wanted = name.toLowerCase();
    if (wanted.length > 64) return undefined;
    let best: string | undefined;
    let limit = Math.max(1, Math.floor(wanted.length / 3));
    for (const candidate of names) {
      if (Math.abs(candidate.length - wanted.length) > limit) continue;
      if (left-- <= 0) break;
      const distance = editDistance(wanted, candidate.toLowerCase(), limit);
      if (distance > limit) continue;
      best = candidate;
      limit = distance - 1;
      if (limit < 0) break;
    }
    return best;
  };
}

/** " Did you mean `x`?", or nothing. */
export function suggestion(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
}

/** The same, for a quick fix. */
export function replacedBy(nearest: string | undefined): { readonly replacement?: string } {
  return nearest === undefined ? {} : { replacement: nearest };
}

/** Levenshtein's distance with swapped neighbours as one edit; anything above `limit` where it is above it. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cost = Math.min(
        (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return least;
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
