import { describe, expect, it } from 'vitest';
import { hoverAt } from '../../../src/core/language/hover.ts';
import { factorsFor, type Factors, type Sample } from '../../../src/core/schedule/calibration.ts';
import type { TaskRow } from '../../../src/core/view/model.ts';
import { factsOf, SHOP, SPEC_KIT } from './reading.ts';

function hovered(text: string, word: string, rows?: ReadonlyMap<string, TaskRow>): string | undefined {
  const facts = { ...factsOf(text), ...(rows && { rows }) };
  return hoverAt(facts, text.indexOf(word) + 1)?.markdown;
}

describe('over the id of a task', () => {
  it('stands all that is known of it', () => {
    expect(hovered(SHOP, 'schema:')).toBe(
      [
        '**Tables of the shop** `schema`',
        'Layer 1 of 2, Ground · 30 min (20 min to 40 min)',
        '0–30 min (hybrid, 2 agents) · **on the critical path**',
        'Depends on nothing',
        'Awaited by `api`',
        'Ready for an agent.',
      ].join('\n\n'),
    );
  });

  it('its words are text, whatever they are', () => {
    const markdown = hovered(SHOP, 'api:') ?? '';
    expect(markdown).toContain('**The \\<b\\>API\\</b\\> of \\[it\\](command:x)** `api`');
    expect(markdown).toContain('30 min (assumed)');
    expect(markdown).toContain('Depends on `schema` and `docs`');
    expect(markdown).toContain('Awaited by `tests`');
    expect(markdown).toContain('Not ready for an agent:');
  });

  it('the same stands over each reference to it', () => {
    expect(hovered(SHOP, 'API: the')).toBe(hovered(SHOP, 'api:'));
    expect(hoverAt(factsOf(SHOP), SHOP.indexOf('API: the'))?.span).toEqual({
      start: SHOP.indexOf('API: the'),
      end: SHOP.indexOf('API: the') + 'API: the service'.length,
    });
  });

  it('a task with time to spare, and one that is done', () => {
    expect(hovered(SHOP, 'docs:')).toContain('20 min of slack');
    expect(hovered(SPEC_KIT, 'T001')).toContain('It is done, and is not run.');
    expect(hovered(SPEC_KIT, 'T001')).not.toContain('agent:');
  });

  it('what past runs tell of its estimate, and from how many attempts', () => {
    const samples = [1, 1, 2, 3, 3].map((factor): Sample => ({ kind: 'code', agent: 'claude', factor, attempts: 2 }));
    const at = (factors: readonly (Factors | undefined)[]): string | undefined =>
      hoverAt({ ...factsOf(SHOP), factors }, SHOP.indexOf('schema:') + 1)?.markdown;
    const factors = factsOf(SHOP).plan.tasks.map(() => factorsFor(samples, 'code', 'claude'));
    expect(at(factors)).toContain(
      'By past runs: 1 h (P50) to 1 h 30 min (P90), from 10 attempts at 5 tasks of kind “code” by its agent',
    );
    expect(at([])).toContain('By past runs: no history yet');
  });

  it('what came of it in the run', () => {
    const row = { status: 'failed', attempts: 2, note: 'gate `tests` failed' } as TaskRow;
    expect(hovered(SHOP, 'schema:', new Map([['schema', row]]))).toContain(
      'In the run: **failed** · attempt 2 · gate \\`tests\\` failed',
    );
    const planned = { status: 'planned', attempts: 0 } as TaskRow;
    expect(hovered(SHOP, 'schema:', new Map([['schema', planned]]))).not.toContain('In the run');
  });
});

describe('over a word of the format', () => {
  it.each([
    ['a field', SHOP, 'Depends on', /^\*\*Depends on\*\*: The tasks/],
    ['another spelling', '### a: A\n- Owns: `x`\n- Duration: 5 min\n', 'Duration', /^\*\*Estimate\*\*: How long/],
    ['a field of a layer', '## Layer 1: X\n- Gates: tests\n\n### a: A\n- Estimate: 5 min\n', 'Gates', /^\*\*Gates\*\*/],
    ['a key of the front matter', SHOP, 'strategy', /may start/],
  ])('%s', (_, text, word, expected) => {
    expect(hovered(text, word)).toMatch(expected);
  });

  it.each([
    ['prose', SHOP, 'Write'],
    ['a word of prose with a colon', '### a: A\n- Estimate: 5 min\n\nWe say files: these\n', 'files'],
    ['a value', SHOP, '10 min'],
    ['a title', '# Gates: what they are\n\n### a: A\n- Estimate: 5 min\n', 'Gates'],
  ])('nothing stands over %s', (_, text, word) => {
    expect(hovered(text, word)).toBeUndefined();
  });
});
