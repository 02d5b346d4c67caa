// Reads what a CLI printed. Nothing here throws, and nothing has to be there.

export type Fields = Readonly<Record<string, unknown>>;

/** A line that is one JSON object; undefined for any other. */
export function fieldsOfLine(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return fields(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Undefined for what is no object. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Its members that are objects. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields).filter((entry) => entry !== undefined) : [];
}

/** Undefined for what is no text, and for the empty one. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Of tokens: what is no count is none. */
export function count(value: unknown): number {
  return Math.max(0, number(value) ?? 0);
}

/** On one line, at most so many characters. */
export function oneLine(value: string, most = 200): string {
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
