import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/core/planning/decisions.ts';
import { answersNote, withDecisions } from '../../../src/core/planning/decisions.ts';
import { soundArtefact } from './sound.ts';

const decision = (step: string, id: string, answer: string, by: Decision['by'] = 'user'): Decision => ({
  ...{ step, answer, by },
  question: { id, question: `Which ${id}?`, options: [answer, 'none'], default: answer },
});

const SECTION = `## Decisions

- \`Discovery/db\`: Which db? **SQLite** (decided by the user)
- \`Research/auth\`: Which auth? **Sessions** (taken by default)

Assumptions taken by default:

- Assumed: Which auth? **Sessions**
`;
const both = [decision('Discovery', 'db', 'SQLite'), decision('Research', 'auth', 'Sessions', 'default')];

describe('decisions', () => {
  it('are a section of their own', () => {
    expect(withDecisions('# Discovery\n\nText.\n', both)).toBe(`# Discovery\n\nText.\n\n${SECTION}`);
    expect(withDecisions('# Discovery\n\nText.', both)).toBe(`# Discovery\n\nText.\n\n${SECTION}`);
    expect(withDecisions('', both)).toBe(SECTION);
    expect(withDecisions('# Discovery\n', [])).toBe('# Discovery\n');
    expect(withDecisions('# D\n', both.slice(0, 1))).toBe(
      '# D\n\n## Decisions\n\n- `Discovery/db`: Which db? **SQLite** (decided by the user)\n',
    );
  });

  it('take the place of the section that is there', () => {
    const text = `# D\n\n## Decisions\n\n## Risks\n\nNone.\n`;
    expect(withDecisions(text, both)).toBe(`# D\n\n${SECTION}\n## Risks\n\nNone.\n`);
    const fenced = '# D\n\n```\n## Decisions\n```\n';
    expect(withDecisions(fenced, both)).toBe(`${fenced}\n${SECTION}`);
  });

  it('of an earlier run stay, unless they are decided anew', () => {
    const before = withDecisions('# D\n', both);
    expect(withDecisions(before, [decision('Discovery', 'auth', 'Tokens'), decision('Research', 'auth', 'Keys')])).toBe(
      `# D

## Decisions

- \`Discovery/db\`: Which db? **SQLite** (decided by the user)
- \`Research/auth\`: Which auth? **Keys** (decided by the user)
- \`Discovery/auth\`: Which auth? **Tokens** (decided by the user)
`,
    );
  });

  it('leave what a person wrote there', () => {
    const text =
      '# D\n\n## Decisions\n\nWe use Node.\n\n- `Discovery/db`: Which db? **Files** (decided by the user)\n\n## Risks\n';
    expect(withDecisions(text, both)).toBe(`# D\n\n${SECTION.replace('\n\n', '\n\nWe use Node.\n\n')}\n## Risks\n`);
  });

  it('are text, whatever was asked and answered', () => {
    const hostile = decision('St`ep', 'db', '**x**\n## Heading\n<b>');
    const text = withDecisions('# D\n', [hostile]);
    expect(text).toContain("- `St'ep/db`: Which db? **\\*\\*x\\*\\* \\#\\# Heading \\<b\\>** (decided by the user)");
    expect(text.split('\n').filter((line) => line.startsWith('## '))).toEqual(['## Decisions']);
  });

  it('may be added again and again', () => {
    const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    const any = fc.record({
      step: word,
      id: word,
      answer: word,
      by: fc.constantFrom('user' as const, 'default' as const),
    });
    const texts = fc.oneof(
      fc.constantFrom(
        soundArtefact('discovery.md'),
        '',
        '# D\r\n\r\n## Decisions\r\n\r\nOwn.\r\n\r\n## More\r\n',
        '# D\r\rText\r',
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(texts, fc.array(any, { maxLength: 4 }), (text, list) => {
        const decisions = list.map(({ step, id, answer, by }) => decision(step, id, answer, by));
        const once = withDecisions(text, decisions);
        expect(withDecisions(once, decisions)).toBe(once);
        if (decisions.length === 0) expect(once).toBe(text);
        if (text.includes('\r\n') && !/[^\r]\n|\r[^\n]/.test(text)) expect(once).not.toMatch(/[^\r]\n/);
      }),
    );
  }, 60_000);
});

describe('the note on answers', () => {
  it('tells each question with what was decided', () => {
    const questions = both.map(({ question }) => question);
    expect(
      answersNote(questions, [
        { id: 'db', answer: 'Files', by: 'user' },
        { id: 'auth', answer: 'Sessions', by: 'default' },
      ]),
    ).toBe(
      [
        'You asked, and this is decided. Keep to it, do not ask it again, delete questions.json, and write what was asked for.',
        '- Which db? Files (decided by the user)',
        '- Which auth? Sessions (taken by default: list it under Assumptions)',
      ].join('\n'),
    );
    expect(answersNote(questions, [])).toContain('- Which db? SQLite (taken by default: list it under Assumptions)');
  });
});
