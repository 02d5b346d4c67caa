/**
 * Makes what a CLI prints the same from run to run, and small: paths, addresses, ids and times become fixed ones, long
 * lists and texts are cut. A line of JSON stays one. The same id becomes the same from one call to the next.
 */
export function redactor(paths: Readonly<Record<string, string>>, url: string): (text: string) => string {
  const ids = new Map<string, string>();
  const idOf = (found: string, write: (n: number) => string): string => {
    const known = ids.get(found) ?? write(ids.size + 1);
    ids.set(found, known);
    return known;
  };
  const inText = (text: string): string => {
    let changed = text.replaceAll(url, 'http://127.0.0.1:1').replaceAll(url.replace('http://', ''), '127.0.0.1:1');
    for (const [path, placeholder] of Object.entries(paths)) {
      changed = changed.replaceAll(path, placeholder);
      // Some keep a folder for each project, named like this.
      changed = changed.replaceAll(path.replaceAll(/[^A-Za-z0-9]/g, '-'), placeholder.replaceAll('/', '-'));
    }
    return changed
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (id) =>
        idOf(id, (n) => `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`),
      )
      .replaceAll(/\b(ses|prt|msg)_[0-9a-f]{12}[A-Za-z0-9]{14}\b/g, (id, kind: string) =>
        idOf(id, (n) => `${kind}_${`${n}`.padStart(26, '0')}`),
      )
      .replaceAll(/(cc-socks\/)\d+/g, '$11')
      .replaceAll(/\b20\d\d-\d\d-\d\dT\d\d([:-])\d\d[:-]\d\d(?:[.-]\d+)?(?:Z|\+00:00)/g, '2026-01-01T00$100$100.000Z')
      .replaceAll(/(?<!\d)1[78]\d{11}(?!\d)/g, (time) => idOf(time, (n) => `${SOME_TIME + n}`))
      .replaceAll(/\b\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT/g, 'Thu, 01 Jan 2026 00:00:00 GMT')
      .replaceAll(/\b(resets|again at) \d+:\d\d( ?)[ap]m/g, '$1 12:00$2am')
      .replaceAll(/\b(resets|again at) \d+:\d\d( ?)[AP]M/g, '$1 12:00$2AM');
  };
  const inValue = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return cut(inText(value));
    if (typeof value === 'number')
      return /duration|latency|ttft|elapsed|[a-z](Ms|MS)$|_ms\b/i.test(key) ? 1 : inTime(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const kept = value.every((item) => typeof item === 'string') ? value.slice(0, MOST_ITEMS) : value;
      return kept.map((item) => inValue(item));
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [inText(name), inValue(inner, name)]));
  };
  return (text) =>
    text
      .split('\n')
      .map((line) => {
        const value = objectOf(line);
        return value === undefined ? inText(line) : JSON.stringify(inValue(value));
      })
      .join('\n');
}

const SOME_TIME = 1_767_225_600_000;
const MOST_ITEMS = 4;
const MOST_CHARACTERS = 1500;

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

/** Milliseconds or seconds since the epoch, of these years. */
function inTime(value: number): number {
  if (Number.isInteger(value) && value > 1.7e9 && value < 2e9) return SOME_TIME / 1000;
  return value > 1.7e12 && value < 2e12 ? SOME_TIME : value;
}

function objectOf(line: string): object | undefined {
  if (!line.startsWith('{') && !line.startsWith('[')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}
