import type { Environment } from './environment.ts';
import { SHAPES, SHAPES_ANYWHERE, type Shape } from './secret-shapes.ts';

export const REDACTED = '[redacted]';

const FEWEST_CHARACTERS = 8;
/** Words of names; the last word may also be part of a longer one, as in PGPASSWORD. */
const SECRET_WORD = /(?:^|_)(?:TOKEN|SECRETS?|PASS(?:WORD|WD|PHRASE)?|CREDENTIALS?|AUTH|APIKEY|KEY|PAT)(?:_|$)/;
const SECRET_END = /(?:TOKEN|SECRET|PASSWORD|PASSWD|_PWD|KEY)$/;
const NO_SECRET_NAME = /(?:^|_)PUBLIC_|_(?:FILE|PATH|DIR|SOCK|URL|URI|HOST|PORT|USER|NAME|ID|TYPE|MODE|METHOD|TTL)$/;
const PATH_VALUE = /^(?:[A-Za-z]:[\\/]|\\\\|~?\/|\.{1,2}[\\/])/;
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

/** The values of an environment that are secrets by their names, and the passwords in its URLs; the longest first. */
export function secretsOf(env: Environment): string[] {
  const secrets = new Set<string>();
  for (const [name, value = ''] of Object.entries(env)) {
    const upper = name.toUpperCase();
    const isNamed =
      (SECRET_WORD.test(upper) || SECRET_END.test(upper)) && !NO_SECRET_NAME.test(upper) && !PATH_VALUE.test(value);
    const secret = isNamed ? value.trim() : PASSWORD_IN_URL.exec(value)?.[1];
    if (secret !== undefined && secret.length >= FEWEST_CHARACTERS) secrets.add(secret);
  }
  return [...secrets].sort((a, b) => b.length - a.length);
}

/** A text without these secrets, and without what looks like one. */
export function redact(text: string, secrets: readonly string[]): string {
  return new Redaction(secrets).part(text, 0, true).text;
}

export interface RedactedPart {
  readonly text: string;
  readonly end: number;
  /** Secrets taken out. */
  readonly count: number;
}

/** Secrets compiled for many texts, or for one that comes in parts. Its expressions keep a position: it has one owner. */
export class Redaction {
  readonly #secrets: readonly string[];
  readonly #firsts: ReadonlySet<string>;
  readonly #longest: number;
  /** Whether something begins with three characters of this hash. */
  readonly #begins = new Uint8Array(HASHES);
  /** At one place. */
  readonly #found: RegExp;
  readonly #begun: RegExp;

  constructor(secrets: readonly string[]) {
    // In JSON, which agents print, a secret with quotes or line ends looks different.
    const asPrinted = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
    this.#secrets = [...new Set(asPrinted)]
      .filter((secret) => secret.length >= HASHED)
      .sort((a, b) => b.length - a.length);
    this.#firsts = new Set(this.#secrets.map((secret) => secret.charAt(0)));
    this.#longest = this.#secrets[0]?.length ?? 0;
    this.#found = new RegExp([...this.#secrets.map(escaped), ...alternatives(foundSource)].join('|'), 'y');
    const shapes = [...SHAPES, ...SHAPES_ANYWHERE].map(({ begin }) => begin);
    for (const begin of [...this.#secrets, ...shapes]) this.#begins[hashOf(begin)] = 1;
    this.#begun = new RegExp(`(?:${alternatives(begunSource).join('|')})$`, 'g');
  }

  /**
   * The redacted text from `from` on, as far as it is decided: up to `end`, where something begins that may become a
   * secret with more text. With `last`, no more text comes. The character before `from` is looked at, and not given.
   */
  part(text: string, from: number, last: boolean): RedactedPart {
    let done = '';
    let count = 0;
    let secret = -1;
    let shape = -1;
    for (let at = from; ;) {
      const match = this.#next(text, at);
      const end = match === null ? text.length : match.index + match[0].length;
      const isFar = match !== null && end < text.length - this.#reach;
      if (!last && !isFar) {
        if (secret < at) secret = this.#beginOfSecret(text, at);
        if (shape < at) shape = this.#beginOfShape(text, at);
        const begin = Math.min(secret, shape);
        const isDecided =
          match !== null &&
          (begin > match.index || (secret > match.index && shape === match.index && end < text.length));
        if (!isDecided) return { text: done + text.slice(at, begin), end: begin, count };
      }
      if (match === null) return { text: done + text.slice(at), end, count };
      done += text.slice(at, match.index) + replacement(match[0]);
      at = end;
      count++;
    }
  }

  /** Looks only where something begins: several times as fast as to search for so many expressions. */
  #next(text: string, from: number): RegExpExecArray | null {
    const begins = this.#begins;
    const { length } = text;
    let hash = 0;
    for (let i = from; i < length; i++) {
      hash = hashed(hash, text.charCodeAt(i));
      if (begins[hash] !== 1 || i < from + HASHED - 1) continue;
      this.#found.lastIndex = i - HASHED + 1;
      const match = this.#found.exec(text);
      if (match !== null) return match;
    }
    return null;
  }

  /** So far from the end, everything is decided. */
  get #reach(): number {
    return Math.max(this.#longest, LONGEST_SHAPE);
  }

  /** Where the text's end is the beginning of a secret; its length where it is not. */
  #beginOfSecret(text: string, from: number): number {
    for (let at = Math.max(from, text.length - this.#longest + 1); at < text.length; at++) {
      if (!this.#firsts.has(text.charAt(at))) continue;
      const rest = text.slice(at);
      if (this.#secrets.some((secret) => secret.length > rest.length && secret.startsWith(rest))) return at;
    }
    return text.length;
  }

  #beginOfShape(text: string, from: number): number {
    const tail = Math.max(from, text.length - LONGEST_SHAPE);
    // All but keys are of one word, which nearly always ends before the text does.
    const window = text.includes(KEY_BEGIN, tail) ? tail : Math.max(tail, startOfRun(text, tail) - LONGEST_BEGIN);
    this.#begun.lastIndex = window;
    return this.#begun.exec(text)?.index ?? text.length;
  }
}

/** So many characters make a hash; nothing that is looked for is shorter. */
const HASHED = 3;
const HASHES = 1 << 15;

/** A hash of the last three characters: what was before them is shifted out. */
function hashed(hash: number, code: number): number {
  return ((hash << 5) ^ code) & (HASHES - 1);
}

function hashOf(begin: string): number {
  let hash = 0;
  for (let i = 0; i < HASHED; i++) hash = hashed(hash, begin.charCodeAt(i));
  return hash;
}

/** No shape's text is longer, the boundary before it included. */
const LONGEST_SHAPE = 17_000;
const LONGEST_BEGIN = 12;
const KEY_BEGIN = '-----BEGIN ';

/** Where the characters at a text's end begin that may all be of one token; not before `least`. */
function startOfRun(text: string, least: number): number {
  let at = text.length;
  while (at > least && isOfToken(text.charCodeAt(at - 1))) at--;
  return at;
}

function isOfToken(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    // - . / 0-9
    (code >= 0x2d && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2b ||
    code === 0x3d ||
    code === 0x7e
  );
}

function alternatives(source: (shape: Shape) => string): string[] {
  return [`(?<![A-Za-z0-9_-])(?:${SHAPES.map(source).join('|')})`, ...SHAPES_ANYWHERE.map(source)];
}

function foundSource({ begin, rest }: Shape): string {
  return escaped(begin) + rest;
}

/** Any beginning: `s`, `sk`, `sk-`, and `sk-` with a part of the rest. */
function begunSource({ begin, part }: Shape): string {
  const [first = '', ...others] = Array.from(begin, escaped).reverse();
  return others.reduce((inner, character) => `${character}(?:${inner})?`, first + part);
}

function escaped(text: string): string {
  return text
    .replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

function replacement(secret: string): string {
  const kept = /^bearer /i.exec(secret)?.[0] ?? '';
  return kept + REDACTED;
}
