import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuestions } from '../../../src/core/planning/questions.ts';

const db = {
  id: 'db',
  question: 'Which database?',
  why: 'It decides the schema.',
  options: ['PostgreSQL', 'SQLite'],
  default: 'SQLite',
};
const asked = (...questions: unknown[]) => JSON.stringify({ questions }, null, 2);

/** What is wrong, as `line: words`. */
function problems(text: string): string[] {
  const read = readQuestions(text);
  return 'problems' in read ? read.problems.map(({ line, message }) => `${line ?? '-'}: ${message}`) : [];
}

describe('questions', () => {
  it('are read as they are written', () => {
    expect(readQuestions(asked(db))).toEqual({ questions: [db] });
    expect(readQuestions(`\uFEFF${asked({ ...db, why: undefined, id: 'a.b-c_1' })}`)).toEqual({
      questions: [{ id: 'a.b-c_1', question: db.question, options: db.options, default: 'SQLite' }],
    });
    expect(readQuestions(asked({ ...db, question: ' Which? ', options: ['a ', 'b'], default: ' a' }))).toEqual({
      questions: [{ ...db, question: 'Which?', options: ['a', 'b'], default: 'a' }],
    });
    const seven = Array.from({ length: 7 }, (_, n) => ({ ...db, id: `q${n}` }));
    expect(readQuestions(asked(...seven))).toEqual({ questions: seven });
  });

  it('are told with what is wrong, and where', () => {
    const check = (text: string, expected: readonly (string | RegExp)[]) => {
      const found = problems(text);
      expect(found).toHaveLength(expected.length);
      for (const [at, words] of expected.entries()) expect(found[at], text).toMatch(words);
    };
    check('', [/^1: This is no JSON/]);
    check('{"questions": [\n  {"id": "a",}\n]}', [/^2: This is no JSON/]);
    check('{"questions": [\n  {"id": "a"\n', [/^3: This is no JSON/]);
    check('```json\n{}\n```', [/^1: This is no JSON/]);
    for (const text of ['[]', 'null', '"x"', '{}', '{"questions": {}}', '{"questions": null}'])
      check(text, [/^1: Questions are written as/]);
    check(asked(), [/^1: Ask 1 to 7 questions.*here are 0/]);
    check(asked(...Array.from({ length: 8 }, (_, n) => ({ ...db, id: `q${n}` }))), [/^1: .*here are 8/]);
    for (const [change, words] of [
      [{ id: '' }, '`id` is to be a short name'],
      [{ id: 'a b' }, '`id` is to be a short name'],
      [{ id: 7 }, '`id` is to be a short name'],
      [{ question: ' ' }, '`question` is to be a text'],
      [{ question: 'x'.repeat(1001) }, '`question` is to be a text'],
      [{ why: 7 }, '`why` is to be a text'],
      [{ options: ['SQLite'] }, '`options` are to be 2 to 12 texts'],
      [{ options: ['SQLite', 7] }, '`options` are to be 2 to 12 texts'],
      [{ options: 'SQLite' }, '`options` are to be 2 to 12 texts'],
      [{ options: Array.from({ length: 13 }, String) }, '`options` are to be 2 to 12 texts'],
      [{ options: ['SQLite', ' SQLite'] }, 'two of the `options` are the same'],
      [{ default: 'MySQL' }, '`default` is to be one of the `options`'],
      [{ default: undefined }, '`default` is to be one of the `options`'],
    ] as const)
      check(asked({ ...db, ...change }), [`3: Question 1: ${words}`]);
    check(asked(db, 'x', { ...db, question: '{[\\"' }), [
      /^13: Question 2: it is to be an object/,
      /^14: Question 3: the id `db` is taken/,
    ]);
    check(`{"more": [{}, [{}]],\n${asked({ ...db, id: '' }).slice(1)}`, [/^4: Question 1: `id`/]);
  });

  it('are read from any text', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ questions: fc.array(fc.oneof(fc.jsonValue(), fc.constant(db))) }),
    );
    const check = (text: string): void => {
      const read = readQuestions(text);
      if ('questions' in read)
        for (const { options, default: usual } of read.questions) expect(options).toContain(usual);
      else expect(read.problems).not.toEqual([]);
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check));
    fc.assert(fc.property(value, (json) => check(JSON.stringify(json, null, 1))));
    check('['.repeat(200_000));
    const long = JSON.stringify('\\n"x'.repeat(1_000_000));
    check(`{"more": ${long}, "questions": [{"id": ${long}}]}`);
  }, 60_000);
});
