import type { Document } from './document.ts';

/** Reads of a document what several dialects look at, once. What is read is not changed by anyone. */
export function perDocument<T extends object>(read: (document: Document) => T): (document: Document) => T {
  const known = new WeakMap<Document, T>();
  return (document) => {
    const before = known.get(document);
    if (before !== undefined) return before;
    const now = read(document);
    known.set(document, now);
    return now;
  };
}
