import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/core/agent/redact.ts';
import { RedactStream } from '../../../src/engine/runner/redact-stream.ts';

const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
const key = `-----BEGIN PRIVATE KEY-----\n${'a1B2c3D4e5'.repeat(6)}\n-----END PRIVATE KEY-----`;
const secrets = ['hunter22', 'hunter22 and more', 'two\nlines!', 'pässwörd', 'abcabcabcd', 'bcabcabc'];

function stream(parts: readonly Buffer[], known = secrets): Buffer {
  const redacting = new RedactStream(known);
  const out = parts.map((part) => redacting.push(part));
  return Buffer.concat([...out, redacting.flush()]);
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...[...at].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
}

describe('it is the same, wherever it is cut', () => {
  const pieces = [
    ...secrets,
    token,
    key,
    key.replaceAll('\n', '\\n'),
    `Bearer ${token.slice(4)}`,
    `sk-ant-${token}`,
    `eyJ${token}.eyJ${token}.${token}`,
    'AKIAQ7RS2TUVWXYZ3456',
    'hunter2',
    'abcabcabcabcabcd',
    '-----BEGIN CERTIFICATE-----\n',
    '-----BEGIN ',
    '-----END PRIVATE KEY-----',
    '-',
    's',
    'sk-',
    'eyJ',
    'Bearer ',
    ' ',
    '\n',
    '.',
    'ä',
    'x1',
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((found) => found.join(''));

  test('at random places', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 12 }), (whole, places) => {
        const bytes = Buffer.from(whole);
        const parts = cut(
          bytes,
          places.map((place) => place % (bytes.length + 1)),
        );
        expect(stream(parts).toString()).toBe(redact(whole, secrets));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(pieces)('byte by byte: %j', (piece) => {
    const whole = `a ${piece} ${piece}${piece}`;
    const bytes = Buffer.from(whole);
    expect(stream(cut(bytes, [...bytes.keys()])).toString()).toBe(redact(whole, secrets));
  });
});

test('bytes of any kind go through as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (parts) => {
      const buffers = parts.map((part) => Buffer.from(part));
      expect(stream(buffers).equals(Buffer.concat(buffers))).toBe(true);
    }),
  );
  const all = Buffer.from([...Array(256).keys()]);
  expect(stream([all, Buffer.from('hunter22'), all]).equals(Buffer.concat([all, Buffer.from('[redacted]'), all]))).toBe(
    true,
  );
});

describe('what is held back', () => {
  test.each<[string, string, string]>([
    ['nothing of a line', 'all is well\n', 'all is well\n'],
    ['nothing of a question', 'Go on? [y/n] ', 'Go on? [y/n] '],
    ['nothing of a long word', 'x'.repeat(100_000), 'x'.repeat(100_000)],
    ['the beginning of a secret', 'password: hunter', 'password: '],
    ['a secret that may be a longer one', 'it is hunter22', 'it is '],
    ['the beginning of a token', 'token ghp_a1B2', 'token '],
    ['a token that may go on', `token ${token}`, 'token '],
    ['what may be a header', 'Authorization: Bearer ', 'Authorization: '],
    ['a key that has no end yet', 'here:\n-----BEGIN PRIVATE KEY-----\nabcd\n', 'here:\n'],
    ['nothing of a certificate', '-----BEGIN CERTIFICATE-----\nabcd\n', '-----BEGIN CERTIFICATE-----\nabcd\n'],
    [
      'nothing of a key that is none',
      '-----BEGIN PRIVATE KEY-----\n(left out)',
      '-----BEGIN PRIVATE KEY-----\n(left out)',
    ],
    [
      'no more than a key can be long',
      `-----BEGIN PRIVATE KEY-----${'ab\n'.repeat(9000)}`,
      `-----BEGIN PRIVATE KEY-----${'ab\n'.repeat(9000)}`,
    ],
  ])('%s', (_, pushed, seen) => {
    const redacting = new RedactStream(secrets);
    expect(redacting.push(Buffer.from(pushed)).toString()).toBe(seen);
    expect(seen + redacting.flush().toString()).toBe(redact(pushed, secrets));
  });

  test('after a flush it goes on', () => {
    const redacting = new RedactStream(secrets);
    expect(redacting.push(Buffer.from('hun')).toString()).toBe('');
    expect(redacting.flush().toString()).toBe('hun');
    expect(redacting.flush().toString()).toBe('');
    expect(redacting.push(Buffer.from('ter22 hunter22!')).toString()).toBe('ter22 [redacted]!');
  });

  test('what is not changed is not copied', () => {
    const bytes = Buffer.from('nothing in it\n');
    expect(new RedactStream(secrets).push(bytes)).toBe(bytes);
  });
});
