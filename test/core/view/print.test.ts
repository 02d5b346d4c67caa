import { describe, expect, it } from 'vitest';
import { fileTree } from '../../../src/core/view/file-tree.ts';
import {
  branches,
  brief,
  list,
  markdownBlock,
  markdownCode,
  markdownText,
  oneLine,
} from '../../../src/core/view/print.ts';

describe('text from outside', () => {
  it.each([
    ['plain', 'plain'],
    ['two\nlines\r\nand\ttabs', 'two lines and tabs'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;http://x\u001b\\link', 'link'],
    ['nul\u0000bell\u0007c1\u009bend', 'nul bell c1 end'],
    ['line\u2028separator', 'line separator'],
    ['user\u202egnp.exe', 'user gnp.exe'],
    ['  👩‍💻 keeps its joiner  ', '👩‍💻 keeps its joiner'],
    ['', ''],
  ])('%j is the line %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it.each([
    ['**bold** _it_', '\\*\\*bold\\*\\* \\_it\\_'],
    ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)\\>'],
    ['[a](javascript:x)', '\\[a\\](javascript:x)'],
    ['a\n# heading', 'a \\# heading'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['a | b ~~c~~ `d` \\', 'a \\| b \\~\\~c\\~\\~ \\`d\\` \\\\'],
  ])('%j is %j in Markdown', (text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });

  it.each([
    ['src/a.ts', '`src/a.ts`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
  ])('%j is the code span %j', (text, markdown) => {
    expect(markdownCode(text)).toBe(markdown);
  });

  it('fences a block beyond any fence in it', () => {
    expect(markdownBlock(['a', '```'])).toEqual(['````', 'a', '```', '````']);
  });

  it('cuts what is too long by characters, not by code units', () => {
    expect(brief('👍'.repeat(10), 4)).toBe('👍👍👍…');
    expect(brief('👍👍', 4)).toBe('👍👍');
  });
});

describe('lists', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c', 'd'], 'a, b, c and d'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('%j', (items, text) => {
    expect(list(items)).toBe(text);
  });

  it('draws branches', () => {
    expect(branches(['a', 'b'])).toEqual(['├── a', '└── b']);
    expect(branches([])).toEqual([]);
  });

  it('draws files as a tree, folders first, notes in a column', () => {
    const files = new Map([
      ['src/models/user.ts', 'Users'],
      ['src/main.ts', 'Entry\npoint'],
      ['README.md', ''],
    ]);
    expect(fileTree(files)).toEqual([
      '├── src/',
      '│   ├── models/',
      '│   │   └── user.ts  # Users',
      '│   └── main.ts      # Entry point',
      '└── README.md',
    ]);
  });
});
