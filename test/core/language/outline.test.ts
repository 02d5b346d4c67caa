import { describe, expect, it } from 'vitest';
import { inlayHints, timeRange } from '../../../src/core/language/inlay.ts';
import { pathLinks } from '../../../src/core/language/links.ts';
import { orderEdit, orderTitle } from '../../../src/core/language/order.ts';
import { foldsOf, symbolsOf, type PlanSymbol } from '../../../src/core/language/symbols.ts';
import { ruleOf } from '../../../src/core/graph/build.ts';
import { LineMap } from '../../../src/core/plan/diagnostic.ts';
import { applyEdits } from '../../../src/core/plan/edit/edits.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { ORDER_RULES } from '../../../src/core/plan/plan.ts';
import { factsOf, SHOP, SPEC_KIT, TASK_MASTER } from './reading.ts';

function tree(symbols: readonly PlanSymbol[], indent = ''): string[] {
  return symbols.flatMap(({ name, detail, children }) => [
    `${indent}${name} (${detail})`,
    ...tree(children, `${indent}  `),
  ]);
}

function symbols(text: string): PlanSymbol[] {
  const { plan, graph } = factsOf(text);
  return symbolsOf(plan, graph);
}

function everySpan(all: readonly PlanSymbol[]): void {
  for (const { span, selection, children } of all) {
    expect(span.start).toBeLessThanOrEqual(selection.start);
    expect(span.end).toBeGreaterThanOrEqual(selection.end);
    for (const child of children) {
      expect(span.start).toBeLessThanOrEqual(child.span.start);
      expect(span.end).toBeGreaterThanOrEqual(child.span.end);
    }
    everySpan(children);
  }
}

describe('the outline', () => {
  it.each([
    [
      'layers and tasks',
      SHOP,
      [
        'Layer 1: Ground (2 tasks)',
        '  schema: Tables of the shop (30 min)',
        '  docs: Pages (10 min)',
        'Layer 2: Service (2 tasks)',
        '  api: The <b>API</b> of [it](command:x) (~30 min)',
        '  tests: Tests of it (1 h)',
      ],
    ],
    [
      'checkboxes',
      SPEC_KIT,
      [
        'Layer 1: Setup (2 tasks)',
        '  ✓ T001: Create the project in src/main.ts (~30 min)',
        '  T002: Lint with eslint.config.js (~30 min)',
        'Layer 2: Build (1 task)',
        '  T003: Model in src/model.ts (depends on T001, T002) (~30 min)',
      ],
    ],
    ['JSON', TASK_MASTER, ['✓ 1: Set up (~30 min)', '2: Build (~30 min)', '3: Test (~30 min)']],
    ['no layers', '### a: A\n- Estimate: 5 min\n', ['a: A (5 min)']],
    ['no plan', 'Hello\n', []],
  ])('of %s', (_, text, expected) => {
    expect(tree(symbols(text))).toEqual(expected);
    everySpan(symbols(text));
  });

  it('folds what has more than one line', () => {
    const { plan, graph } = factsOf(SHOP);
    expect(foldsOf(plan, graph, new LineMap(SHOP)).map(({ from, to }) => `${from}-${to}`)).toEqual([
      '5-17',
      '7-13',
      '15-17',
      '19-27',
      '21-23',
      '25-27',
    ]);
    const tree = factsOf('Layer 1 (5 min)\n└── a (5 min)\n');
    expect(foldsOf(tree.plan, tree.graph, new LineMap(tree.text))).toEqual([{ from: 0, to: 1 }]);
  });
});

describe('links', () => {
  it.each([
    ['fields', SHOP, ['db/schema.sql', 'db/schema.sql']],
    ['the text of a checkbox', SPEC_KIT, ['src/main.ts', 'eslint.config.js', 'src/model.ts']],
    [
      'a path with marks around it',
      '### a: A\n- Files: `./src/a.ts`, src/b.ts\n\nSee (src/b.ts), not src/**.\n',
      ['src/a.ts', 'src/b.ts', 'src/b.ts'],
    ],
    ['globs: none', '### a: A\n- Files: `src/**`, `a?.ts`\n', []],
  ])('of %s', (_, text, expected) => {
    const links = pathLinks(parsePlan(text), text);
    expect(links.map(({ span }) => text.slice(span.start, span.end))).toEqual(expected);
  });
});

describe('hints', () => {
  const { plan, graph, schedule } = factsOf(SHOP);
  const all = { start: 0, end: SHOP.length };

  it('stand behind the titles', () => {
    expect(
      inlayHints({ plan, text: SHOP, graph, schedule }, all).map(
        ({ offset, text }) => `${SHOP.slice(0, offset).split('\n').at(-1) ?? ''} ‹${text}›`,
      ),
    ).toEqual([
      '### schema: Tables of the shop ‹L1 · 0–30 min · critical›',
      '### docs: Pages ‹L1 · 0–10 min›',
      '### api: The <b>API</b> of [it](command:x) ‹L2 · 30 min – 1 h · critical›',
      '### tests: Tests of it ‹L2 · 1 h – 2 h · critical›',
    ]);
  });

  it('only of the tasks that are asked for, and not of those that are done', () => {
    const from = SHOP.indexOf('## Layer 2');
    expect(inlayHints({ plan, text: SHOP, graph, schedule }, { start: from, end: SHOP.length })).toHaveLength(2);
    const facts = factsOf(SPEC_KIT);
    expect(inlayHints(facts, { start: 0, end: SPEC_KIT.length })).toHaveLength(2);
  });

  it.each([
    [0, 30, '0–30 min'],
    [12.5, 59, '12.5–59 min'],
    [0, 90, '0 – 1 h 30 min'],
    [45, 60, '45 min – 1 h'],
  ])('%d to %d is %s', (from, to, expected) => {
    expect(timeRange(from, to)).toBe(expected);
  });
});

describe('the order', () => {
  it.each([
    [SHOP, 'as stated'],
    [SPEC_KIT, 'phases, [P] together'],
    ['## Layer 1\n### a: A\n- Estimate: 1 h\n## Layer 2\n### b: B\n- Estimate: 1 h\n', 'layer by layer'],
  ])('has a name', (text, expected) => {
    expect(orderTitle(parsePlan(text))).toBe(expected);
  });

  const before = [
    SHOP,
    SPEC_KIT,
    SPEC_KIT.replaceAll('\n', '\r\n'),
    `\uFEFF${SPEC_KIT}`,
    `---\norder: layers # why\n---\n${SPEC_KIT}`,
    `---\r\norder:\r\ntitle: x\r\n---\r\n${SPEC_KIT}`,
    `---\ntitle: x\n---\n${SPEC_KIT}`,
  ];
  it.each(before.flatMap((text) => ORDER_RULES.map((rule) => [rule, text] as const)))(
    'is set to %s by one edit',
    (rule, text) => {
      const edit = orderEdit(parsePlan(text), text, rule);
      if (edit === undefined) throw new Error('no edit');
      const after = parsePlan(applyEdits(text, [edit]));
      expect(ruleOf(after)).toBe(rule);
      expect(after.order?.by).toBe('plan');
      expect(after.tasks.map(({ id }) => id)).toEqual(parsePlan(text).tasks.map(({ id }) => id));
      expect(after.diagnostics.filter(({ code }) => code === 'invalid-front-matter')).toEqual([]);
    },
  );

  it('cannot be said in JSON', () => {
    expect(orderEdit(parsePlan(TASK_MASTER), TASK_MASTER, 'layers')).toBeUndefined();
  });
});
