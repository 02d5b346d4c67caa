import { describe, expect, it } from 'vitest';
import type { ArtefactSite } from '../../../src/core/planning/check.ts';
import { checkStep } from '../../../src/core/planning/check.ts';
import type { Change } from './checking.ts';
import { siteWith, swap, told } from './checking.ts';

function check(change: Change, expected: readonly string[], more: Partial<ArtefactSite> = {}): void {
  expect(told('plan.md', siteWith('plan.md', change, more))).toEqual(expected);
}

describe('files of a plan', () => {
  const routing = '- Files: `src/router.js` (new), `tests/router.test.js` (new)';
  const store = '- Files: `src/store.js` (new), `tests/store.test.js` (new)';

  it('are those of one task of a layer', () => {
    for (const other of ['`src/store.js`', '`src/**` (new)', '`src`', '`src/{a,store}.js`']) {
      const line = `- Files: ${other}`;
      check(swap(routing, line), [`plan/same-file @ ${store}`, `plan/same-file @ ${line}`]);
    }
    check(swap(routing, '- Files:\n  - `src/router.js`\n  - `src/store.js`'), [
      `plan/same-file @ ${store}`,
      'plan/same-file @   - `src/store.js`',
    ]);
    // The one waits for the other.
    const waits: Change = (text) =>
      swap(routing, store)(text)?.replace(/(### http-routing[^]*?on: )project-setup/, '$1todo-store');
    check(waits, []);
    const [finding] = checkStep('plan', siteWith('plan.md', swap(routing, store))).flatMap(({ findings }) => findings);
    expect(finding?.related).toEqual([
      { message: '`http-routing` writes it here.', path: 'plan.md', line: expect.any(Number) as number },
    ]);
    expect(finding?.message).toContain('`todo-store` and `http-routing`');
  });

  it('may have any sign in their names', () => {
    for (const name of [
      'docker-compose.yml',
      'a+b.js',
      '[id].js',
      '(group).ts',
      'a$b.js',
      'a^b.js',
      'a.b-c_d.js',
      'ä-ö.md',
    ])
      check(swap('`src/router.js` (new)', `\`src/${name}\` (new)`), [], { paths: new Set(['a.ts']) });
  });

  it('are there, or said to be new, where there is code', () => {
    const at = (...paths: string[]) => ({ paths: new Set(paths) });
    const old = '- Files: `src/router.js`, `tests/router.test.js` (new)';
    check(swap(routing, old), [`plan/no-such-file @ ${old}`], at('lib/other.ts'));
    check(swap(routing, old), [], at('README.md', 'package.json', 'docs/a.md'));
    check(swap(routing, old), [], at('src/router.js'));
    for (const glob of ['`src/rout*.js`', '`src/http/`', '`src/http`', 'src/{http,x}/**', '`./src/http/a.js`'])
      check(swap('`src/router.js` (new)', glob), [], at('src/http/a.js', 'src/router.js', 'src/x/b.js'));
    for (const glob of ['`src/rout*.ts`', '`src/http/x/**`', '`src/htt`'])
      check(
        swap('`src/router.js` (new)', glob),
        [`plan/no-such-file @ - Files: ${glob}, \`tests/router.test.js\` (new)`],
        at('src/http/a.js', 'src/router.js'),
      );
    // What another task makes is there by then.
    check(swap('- Files: `src/main.js` (new)', '- Files: `src/main.js` (new), `src/store.js`'), [], at('a.ts'));
    check(swap('`src/main.js` (new)', '`src/main.js` (a new one)'), [], at('a.ts'));
    check(
      swap('`src/main.js` (new)', '`src/main.js` (changed)'),
      ['plan/no-such-file @ - Files: `src/main.js` (changed)'],
      at('a.ts'),
    );
    const site = siteWith('plan.md', swap('`src/main.js` (new)', '`src/main.js`'), at('lib/main.js'));
    const [finding] = checkStep('plan', site).flatMap(({ findings }) => findings);
    expect(finding?.message).toMatch(/write `\(new\)` behind it; or do you mean `lib\/main.js`\?$/);
  });

  it('are not too many to be looked at', () => {
    const tasks = Array.from(
      { length: 501 },
      (_, n) =>
        `### t${n}: T\n- Estimate: 5 min\n- Files: \`f${n}\`\n- Requirements: FR-1\n- Acceptance: it is\n\nDo.\n`,
    );
    expect(
      told(
        'plan.md',
        siteWith('plan.md', () => `# P\n\n${tasks.join('\n')}`),
      ),
    ).toContain('plan/too-many-tasks @ # P');
    const files = Array.from({ length: 2001 }, (_, n) => `\`f${n}\``).join(', ');
    check(swap('- Files: `src/main.js` (new)', `- Files: ${files}`), ['plan/too-many-files @ ---']);
  });
});
