import { describe, expect, it } from 'vitest';
import { readModelAnswer } from '../../../../src/core/agent/lm/answer.ts';

const file = (path: string, text: string): string => `<file path="${path}">\n${text}\n</file>`;

/** The files of an answer by path, or what is wrong with it. */
function read(text: string): Readonly<Record<string, string>> | readonly string[] {
  const { files, problems } = readModelAnswer(text);
  return problems.length > 0 ? problems : Object.fromEntries(files.map((one) => [one.path, one.text]));
}

describe("a model's answer", () => {
  it.each<readonly [string, string, ReturnType<typeof read>]>([
    ['one file', file('a.md', '# A\n\ntext'), { 'a.md': '# A\n\ntext\n' }],
    ['two files', `${file('a.md', 'a')}\n\n${file('b/c.md', 'c')}`, { 'a.md': 'a\n', 'b/c.md': 'c\n' }],
    ['prose around files', `Sure!\n${file('a.md', 'a')}\nThat is all.`, { 'a.md': 'a\n' }],
    ['no file', 'I would rather not.', {}],
    ['nothing', '', {}],
    ['CRLF', file('a.md', 'a\nb').replaceAll('\n', '\r\n'), { 'a.md': 'a\nb\n' }],
    ['an empty file', '<file path="a.md">\n</file>', { 'a.md': '' }],
    ['an indented tag', `  <file path="a.md">\na\n  </file>`, { 'a.md': 'a\n' }],
    ['other quotes and spaces', `<file  path = 'a b.md' >\na\n</file>`, { 'a b.md': 'a\n' }],
    ['text right behind the tags', '<file path="a.md">a\nb</file>', { 'a.md': 'a\nb\n' }],
    ['all of it in one line', '<file path="a.md">a</file>', { 'a.md': 'a\n' }],
    ['a file twice: the last counts', `${file('a.md', 'a')}\n${file('./a.md', 'b')}`, { 'a.md': 'b\n' }],
    ['a whole answer in a fence', `\`\`\`xml\n${file('a.md', 'a')}\n\`\`\``, { 'a.md': 'a\n' }],
    ['a fence around a file', file('a.ts', '```ts\nconst a = 1;\n```'), { 'a.ts': 'const a = 1;\n' }],
    ['a fence of tildes', file('a.ts', '~~~\nconst a = 1;\n~~~'), { 'a.ts': 'const a = 1;\n' }],
    ['a fence with blank lines around', file('a.ts', '\n```\na\n```\n'), { 'a.ts': 'a\n' }],
    [
      'fences in a fence',
      file('a.md', '```markdown\n# A\n```\nplain\n```\n```js\nb\n```\n```'),
      { 'a.md': '# A\n```\nplain\n```\n```js\nb\n```\n' },
    ],
    [
      'two blocks that are the file itself',
      file('a.md', '```\na\n```\nand\n```\nb\n```'),
      {
        'a.md': '```\na\n```\nand\n```\nb\n```\n',
      },
    ],
    ['a fence that does not go round all', file('a.md', '# A\n```\na\n```'), { 'a.md': '# A\n```\na\n```\n' }],
    [
      'tags in a file, balanced',
      file('how.md', `Write\n${file('x', 'y')}\nso.`),
      {
        'how.md': 'Write\n<file path="x">\ny\n</file>\nso.\n',
      },
    ],
    [
      'an element of XML',
      file('a.xml', '<list>\n<file path="x">y</file>\n</list>'),
      {
        'a.xml': '<list>\n<file path="x">y</file>\n</list>\n',
      },
    ],
    ['a backslash in a path', file('a\\b.md', 'a'), { 'a/b.md': 'a\n' }],
    [
      "names that only look like git's",
      file('.gitignore', 'a') + '\n' + file('.github/x.yml', 'b'),
      {
        '.gitignore': 'a\n',
        '.github/x.yml': 'b\n',
      },
    ],
    [
      'an answer that was cut off',
      '<file path="a.md">\n# A',
      ['the answer ends inside of a.md: a </file> is missing, or it was cut off'],
    ],
    [
      'a tag that was forgotten',
      `<file path="a.md">\na\n${file('b.md', 'b')}`,
      ['the answer ends inside of a.md: a </file> is missing, or it was cut off'],
    ],
    ['an absolute path', file('/etc/passwd', 'a'), ['"/etc/passwd" is not relative to the top of the repository']],
    ['an absolute path of Windows', file('C:\\a', 'a'), ['"C:\\\\a" is not relative to the top of the repository']],
    ['a way out', file('a/../../b', 'a'), ['"a/../../b" leads out of the repository']],
    ["git's own", file('x/.GIT/hooks/pre-commit', 'a'), ['"x/.GIT/hooks/pre-commit" is not for an agent to write']],
    [
      "git's own by another name of Windows",
      file('.git./config', 'a'),
      ['".git./config" is not for an agent to write'],
    ],
    ["Orca's own", file('.orca/gates.yaml', 'a'), ['".orca/gates.yaml" is not for an agent to write']],
    ["Orca's own the long way", file('./.orca/gates.yaml', 'a'), ['"./.orca/gates.yaml" is not for an agent to write']],
    ['a folder', file('a/', 'a'), ['"a/" is not the path of a file']],
    ['no path', file('', 'a'), ['"" is not the path of a file']],
  ])('with %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('keeps the words around the files', () => {
    expect(readModelAnswer(`First.\n${file('a.md', 'a')}\n\nThen.`).words).toBe('First.\n\nThen.');
  });
});
