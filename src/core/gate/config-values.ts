/** Small readers of values from YAML. */

export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function keysBut(value: Fields, left: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !left.includes(key)));
}

/** A list of texts, numbers and truth values as texts; undefined: it is not one. */
export function stringsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const strings = value.flatMap((part: unknown) =>
    typeof part === 'string' ? [part] : typeof part === 'number' || typeof part === 'boolean' ? [String(part)] : [],
  );
  return strings.length === value.length ? strings : undefined;
}
