import { createHash } from 'node:crypto';

/** Of a line's text, white space aside: 12 hex digits. Tells the line again, and not what stands in it. */
export function lineHash(text: string): string {
  return createHash('sha256').update(text.trim().replace(/\s+/g, ' ')).digest('hex').slice(0, 12);
}
