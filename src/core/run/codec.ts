import type { Recorded } from './event.ts';

/** What the core has no library for. */
export interface Codec {
  /** Of a text's UTF-8, as 8 hex digits. */
  readonly checksum: (text: string) => string;
  /** UTF-8; what is malformed becomes U+FFFD. */
  readonly decode: (bytes: Uint8Array) => string;
}

const SEAL = /,"crc":"([0-9a-f]{8})"\}$/;

/** A journal line without its newline: JSON whose last member is the checksum of the object without it. */
export function encodeLine(recorded: Recorded, { checksum }: Codec): string {
  const body = JSON.stringify(recorded);
  return `${body.slice(0, -1)},"crc":"${checksum(body)}"}`;
}

/** The record of a line; undefined where the line is not whole. */
export function decodeLine(line: string, { checksum }: Codec): Recorded | undefined {
  const seal = SEAL.exec(line);
  if (seal === null) return undefined;
  const body = `${line.slice(0, seal.index)}}`;
  if (checksum(body) !== seal[1]) return undefined;
  try {
    return JSON.parse(body) as Recorded;
  } catch {
    return undefined;
  }
}

export type JournalReading =
  | {
      readonly kind: 'read';
      readonly records: readonly Recorded[];
      /** Bytes up to the end of the last good line; what follows is a torn tail to be cut. */
      readonly goodBytes: number;
      readonly tornBytes: number;
    }
  /** Damage before the last line: nobody can tell what was there, so nothing is guessed. */
  | { readonly kind: 'damaged'; readonly line: number }
  | { readonly kind: 'newer'; readonly version: number };

/**
 * Reads a journal's lines. A line counts only with its newline and its checksum. A torn or NUL-filled tail is what a
 * crash leaves, and is reported to be cut; a bad line with good ones after it is damage.
 */
export function readJournal(bytes: Uint8Array, version: number, codec: Codec): JournalReading {
  const records: Recorded[] = [];
  let at = 0;
  let goodBytes = 0;
  let bad: number | undefined;
  for (let line = 1; at < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, at);
    if (newline === -1) break;
    const record = decodeLine(codec.decode(bytes.subarray(at, newline)), codec);
    at = newline + 1;
    if (record?.seq !== records.length + 1) {
      bad ??= line;
      if (record !== undefined) return { kind: 'damaged', line: bad };
      continue;
    }
    if (bad !== undefined) return { kind: 'damaged', line: bad };
    if (record.event.type === 'run.started' && record.event.version > version)
      return { kind: 'newer', version: record.event.version };
    records.push(record);
    goodBytes = at;
  }
  return { kind: 'read', records, goodBytes, tornBytes: bytes.length - goodBytes };
}
