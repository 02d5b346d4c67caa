import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { GraphLayout } from '../../src/core/view/model.ts';
import { panelHtml } from '../../src/protocol/panel-html.ts';
import type { Direction } from '../../src/webview/graph-walk.ts';
import { related, step } from '../../src/webview/graph-walk.ts';
import { beginning, isHostMessage } from '../../src/webview/host.ts';
import { apart, extentEnd, preferredExtent, stepFor } from '../../src/webview/timeline-scale.ts';
import { sharing, sharingText } from '../../src/webview/sharing.ts';
import { find, tasksById } from '../../src/webview/view.ts';
import { improvable, preview, runFinished, runHalfWay, runOfSeconds } from './fixtures.ts';
import { STATE, THEMES } from './harness.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

describe('the page', () => {
  const html = panelHtml({
    scriptUri: 'https://host/panel.js?a="b"&c',
    styleUris: ['https://host/one.css', 'https://host/two.css'],
    cspSource: 'https://*.host',
    nonce: 'n0nce',
    state: { ...STATE, selected: `"><script>alert('1')</script>&` },
  });

  it.each([
    `content="default-src &#39;none&#39;; style-src https://*.host; font-src https://*.host; script-src &#39;nonce-n0nce&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    'src="https://host/panel.js?a=&quot;b&quot;&amp;c"',
    '<link rel="stylesheet" href="https://host/one.css">\n<link rel="stylesheet" href="https://host/two.css">',
    '&quot;selected&quot;:&quot;\\&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;',
  ])('has %s', (text) => expect(html).toContain(text));

  it('loads one script and runs nothing inline', () => {
    expect(html.match(/<script/gu)).toHaveLength(1);
    expect(html).not.toMatch(/<style|style=|\son[a-z]+=/u);
  });
});

describe('the style', () => {
  const parts = Array.from(
    read('media/panel.css').matchAll(/@import '\.\/(.+?)'/gu),
    ([, part]) => `media/${part ?? ''}`,
  );
  const css = parts
    .map(read)
    .join('')
    .replace(/\/\*.*?\*\//gsu, '');

  it('has colours from the theme only', () => {
    const literals =
      /#[0-9a-f]{3,8}\b(?!\s*\{| path)|\brgba?\(|\bhsla?\(|gradient|(?<!box-shadow: none;\s*)text-shadow|box-shadow: (?!none)/giu;
    expect(css.match(literals)).toBeNull();
  });

  it('reads no variable that no theme has', () => {
    const known = new Set(
      THEMES.flatMap((theme) => read(`test/webview/themes/${theme}.css`).match(/--vscode-[\w-]+/gu) ?? []),
    );
    const used = new Set(css.match(/--vscode-[\w-]+/gu));
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('an arrow in the graph', () => {
  // a ─ c      b is under a, d under c, and b leads to both c and d; e stands alone under d.
  // b ═ d, e
  const places = { a: [0, 0], b: [0, 50], c: [100, 0], d: [100, 50], e: [100, 100] } as const;
  const links = [
    ['a', 'c'],
    ['b', 'c'],
    ['b', 'd'],
  ] as const;
  const picture = (turned: boolean): GraphLayout => ({
    width: 200,
    height: 200,
    nodes: Object.entries(places).map(([id, [x, y]]) => ({
      id,
      x: turned ? y : x,
      y: turned ? x : y,
      width: 40,
      height: 40,
    })),
    edges: links.map(([from, to]) => ({ from, to, critical: false, points: [] })),
  });

  it.each<[string, Direction, string | undefined]>([
    ['a', 'ArrowRight', 'c'],
    ['b', 'ArrowRight', 'd'],
    ['c', 'ArrowLeft', 'a'],
    ['a', 'ArrowDown', 'b'],
    ['d', 'ArrowUp', 'c'],
    ['d', 'ArrowDown', 'e'],
    ['a', 'ArrowLeft', undefined],
    ['e', 'ArrowLeft', undefined],
    ['a', 'ArrowUp', undefined],
    ['nowhere', 'ArrowUp', undefined],
  ])('%s %s leads to %s', (from, direction, to) => {
    expect(step(picture(false), from, direction)).toBe(to);
    const turned = {
      ArrowRight: 'ArrowDown',
      ArrowDown: 'ArrowRight',
      ArrowLeft: 'ArrowUp',
      ArrowUp: 'ArrowLeft',
    } as const;
    expect(step(picture(true), from, turned[direction])).toBe(to);
  });

  it('knows what a task needs and what waits for it, and nothing beside', () => {
    const tasks = tasksById(preview().model);
    expect(related(tasks, 'setup-project-structure').has('configure-development-environment')).toBe(false);
    expect(related(tasks, 'implement-cart-models')).toEqual(
      new Set([
        'implement-cart-models',
        'configure-development-environment',
        'setup-database-schema',
        'create-cart-endpoints',
        'add-input-validation',
        'integration-testing',
        'api-documentation',
        'docker-configuration',
        'deployment-validation',
      ]),
    );
  });

  it('leads only to what was found', () => {
    expect(step(picture(false), 'b', 'ArrowRight', new Set(['b', 'c']))).toBe('c');
    expect(step(picture(false), 'd', 'ArrowDown', new Set(['b']))).toBe(undefined);
  });
});

describe('the timeline', () => {
  it.each([
    [275, 600, 84, 60],
    [0.1, 600, 84, 1 / 60],
    [3000, 600, 84, 480],
    [100_000, 600, 84, 10 * 1440],
  ])('of %d min on %d px has a tick, %d px apart, every %d min', (minutes, width, apart, step) => {
    expect(stepFor(minutes, width, apart)).toBe(step);
  });

  it('shows the plan, or what was measured where the plan would leave it no room', () => {
    expect(preferredExtent(preview().model)).toBe('plan');
    expect(preferredExtent(runHalfWay().model)).toBe('plan');
    expect(preferredExtent(runOfSeconds().model)).toBe('measured');
    expect(extentEnd(runOfSeconds().model, 'measured', 0.1)).toBeLessThan(0.2);
    expect(extentEnd(runHalfWay().model, 'plan', 142)).toBeGreaterThan(255);
    const finished = runFinished().model;
    expect(extentEnd(finished, 'measured', 400)).toBeCloseTo(
      Math.max(
        ...finished.timeline.lanes.flatMap((lane) =>
          lane.bars.flatMap((bar) => (bar.kind === 'actual' ? [bar.end ?? 0] : [])),
        ),
      ),
    );
  });

  it('has one mark for gates that would lie on each other', () => {
    const marks = [5, 1, 1.5, 9].map((at) => ({ at, gates: [] }));
    expect(apart(marks, 1).map((group) => group.map(({ at }) => at))).toEqual([[1, 1.5], [5], [9]]);
  });
});

describe('a message', () => {
  it.each([
    [{ type: 'model' }, true],
    [{ type: 'toString' }, false],
    [{ type: 1 }, false],
    [{}, false],
    [null, false],
    ['model', false],
  ])('%j is from the host: %s', (data, expected) => expect(isHostMessage(data)).toBe(expected));

  it('that was kept counts only for what the page is about', () => {
    const kept = { ...STATE, tab: 'graph' } as const;
    expect(beginning(kept, STATE)).toBe(kept);
    expect(beginning(undefined, STATE)).toBe(STATE);
    const other = { ...STATE, source: { kind: 'plan', uri: 'file:///other' } } as const;
    expect(beginning(kept, other)).toBe(other);
  });
});

it.each([
  ['', undefined],
  ['  ', undefined],
  ['CART', ['implement-cart-models', 'create-cart-endpoints']],
  ['models cart', ['implement-cart-models']],
  ['nothing like it', []],
])('finds by "%s": %j', (query, expected) => {
  const found = find(tasksById(preview().model), query);
  expect(found === undefined ? undefined : [...found]).toEqual(expected);
});

it('tells each pair once, and of a run what is foreseen before what was planned', () => {
  const rows = [...tasksById(improvable().model).values()].map((row) => {
    const other = row.id === 'cart' ? 'search' : row.id === 'search' ? 'cart' : undefined;
    return other === undefined ? row : { ...row, foreseen: { others: [other], files: ['src/routes.ts', row.id] } };
  });
  const pairs = sharing(new Map(rows.map((row) => [row.id, row])));
  expect(pairs.map((pair) => sharingText(pair, 'hybrid'))).toEqual([
    'The cart and The search would conflict if they were merged now: src/routes.ts',
  ]);
  const [planned] = sharing(tasksById(improvable().model));
  expect(planned && sharingText(planned, 'aggressive')).toMatch(/may conflict when they are merged: src\/routes\.ts$/u);
});
