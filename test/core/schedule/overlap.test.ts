import { expect, it } from 'vitest';
import { filesOverlap } from '../../../src/core/schedule/overlap.ts';

const check = (a: readonly string[], b: readonly string[], expected: boolean) => {
  expect(filesOverlap(a, b), `${a.join()} and ${b.join()}`).toBe(expected);
  expect(filesOverlap(b, a), `${b.join()} and ${a.join()}`).toBe(expected);
};

it('nothing declared overlaps nothing', () => {
  check([], ['**'], false);
  check([], [], false);
});

it('paths overlap where they are the same, or one is a directory above the other', () => {
  check(['src/a.ts'], ['src/a.ts'], true);
  check(['src/a.ts'], ['./src//a.ts'], true);
  check(['src\\a.ts'], ['src/a.ts'], true);
  check(['src/x/../a.ts'], ['src/a.ts'], true);
  check(['README.md'], ['readme.md'], true);
  check(['src/a.ts'], ['src/b.ts'], false);
  check(['src'], ['src/x/a.ts'], true);
  check(['src/'], ['src/x/a.ts'], true);
  check(['src'], ['src-other/a.ts'], false);
  check(['src'], ['**/*.ts'], true);
  check(['src/a.ts'], ['**/*.md'], false);
  check(['.github'], ['**/*.yml'], true);
  check(['docs/v1.2'], ['docs/v1.2/a.md'], true);
  check(['a.ts'], ['src/a.ts'], false);
  check(['.'], ['src/a.ts'], true);
  check(['src/a.ts', 'test/a.ts'], ['docs', 'test'], true);
});

it('a star stays within its segment', () => {
  check(['src/*.ts'], ['src/a.ts'], true);
  check(['src/*.ts'], ['src/a.js'], false);
  check(['src/*.ts'], ['src/core/a.ts'], false);
  check(['src/*'], ['src/core/a.ts'], false);
  check(['src/*/'], ['src/core/a.ts'], true);
  check(['src/*'], ['src/core'], true);
  check(['src/a*'], ['src/*b'], true);
  check(['src/a*c'], ['src/b*c'], false);
  check(['app/[slug]/page.tsx'], ['app/about/page.tsx'], false);
  check(['app/[slug]/page.tsx'], ['app/[slug]/**'], true);
  check(['app/[...path].ts'], ['app/about.ts'], false);
  check(['app/[id].ts'], ['app/x.ts'], true);
  check(['src/[ab].ts'], ['src/[ab].ts'], true);
  check(['src/x[ab].ts'], ['src/xa.ts'], true);
  check(['src/?.ts'], ['src/a.ts'], true);
  check(['src/?.ts'], ['src/ab.ts'], false);
  check(['*.test.ts'], ['*.spec.ts'], false);
  check(['*/a.ts'], ['src/*'], true);
});

it('two stars go through any number of directories', () => {
  check(['src/**'], ['src/a.ts'], true);
  check(['src/**'], ['src/core/graph/a.ts'], true);
  check(['src/**'], ['src'], true);
  check(['src/**'], ['test/**'], false);
  check(['**'], ['anything'], true);
  check(['**/*.ts'], ['src/core/a.ts'], true);
  check(['**/*.ts'], ['src/core/a.js'], false);
  check(['src/**/a.ts'], ['src/a.ts'], true);
  check(['src/**/a.ts'], ['src/x/y/a.ts'], true);
  check(['src/**/a.ts'], ['src/x/y/b.ts'], false);
  check(['src/**/test/*.ts'], ['src/core/**'], true);
  check(['a/**/z'], ['b/**/z'], false);
});

it('alternatives are each looked at', () => {
  check(['src/{a,b}.ts'], ['src/b.ts'], true);
  check(['src/{a,b}.ts'], ['src/c.ts'], false);
  check(['{src,test}/**'], ['test/a.ts'], true);
  check(['{a{b,c},d}/x'], ['ac/x'], true);
  check(['{a{b,c},d}/x'], ['ad/x'], false);
  check(['f{1..3}.ts'], ['f2.ts'], true);
  check([`${'{a,b}'.repeat(40)}.ts`], ['src/z.ts'], true);
});

it('what is not understood overlaps rather than not', () => {
  check(['app/[slug]/page.tsx'], ['app/[slug]/page.tsx'], true);
  check(['src/[ab].ts'], ['src/a.ts'], true);
  check(['src/!(a).ts'], ['src/b.ts'], true);
  check(['app/(auth)/page.tsx'], ['app/(auth)/page.tsx'], true);
  check(['app/(auth)/page.tsx'], ['app/(shop)/page.tsx'], false);
  check(['x'.repeat(10_000)], ['y'], true);
});

it('an exclusion adds nothing', () => {
  check(['!src/a.ts'], ['src/a.ts'], false);
  check(['src/**', '!src/a.ts'], ['src/b.ts'], true);
});

it('no pattern takes exponential time', () => {
  check(['*a'.repeat(100)], [`${'*a'.repeat(100)}b`], false);
  check([`${'**/a/'.repeat(50)}x.ts`], [`${'**/a/'.repeat(50)}y.ts`], false);
});
