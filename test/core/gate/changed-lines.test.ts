import { describe, expect, it } from 'vitest';
import { changedLines, oldLineOf, readHunks } from '../../../src/core/gate/changed-lines.ts';

const DIFF = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -2 +2,2 @@ function x
--- a/old header that is none
+++ b/new header that is none
+two
@@ -8,3 +8,0 @@
-a
-b
-c
@@ -19,0 +18 @@
+@@ -1 +1 @@ a line like a hunk
\\ No newline at end of file
diff --git a/new name.ts b/new name.ts
new file mode 100644
--- /dev/null
+++ b/new name.ts\t
@@ -0,0 +1,2 @@
+one
+two
diff --git "a/t\\"ab.ts" "b/t\\"ab.ts"
deleted file mode 100644
--- "a/t\\"ab.ts"
+++ /dev/null
@@ -1 +0,0 @@
-one
`;

describe('a diff', () => {
  it('is read by its hunks, whatever its lines look like', () => {
    const files = readHunks(DIFF, true);
    expect([...files.keys()]).toEqual(['src/a.ts', 'new name.ts', 't"ab.ts']);
    expect(files.get('src/a.ts')?.map(({ newStart, newCount, added }) => [newStart, newCount, added])).toEqual([
      [2, 2, ['++ b/new header that is none', 'two']],
      [8, 0, []],
      [18, 1, ['@@ -1 +1 @@ a line like a hunk']],
    ]);
    expect([...changedLines(files.get('new name.ts') ?? [])]).toEqual([1, 2]);
    expect([...changedLines(files.get('t"ab.ts') ?? [])]).toEqual([]);
  });

  it.each([
    [1, 1],
    [2, undefined],
    [3, undefined],
    [4, 3],
    [8, 7],
    [9, 11],
    [17, 19],
    [18, undefined],
    [19, 20],
  ])('the new line %s was line %s', (line, old) => {
    const hunks = readHunks(DIFF).get('src/a.ts') ?? [];
    expect(oldLineOf(hunks, line)).toBe(old);
  });
});
