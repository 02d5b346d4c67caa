import { compileGlob, globsOverlap } from '../../schedule/overlap.ts';

/** What a model without tools is told before its task. */
const PREAMBLE = `You have no tools: you cannot look at the repository, run anything, or delete files. All that you know of it stands below.

Answer with the whole text of every file that you write or change, each like this:

<file path="path/from/the/top/of/the/repository.md">
the whole text of the file
</file>

The tags stand on lines of their own, with no code fence around the text. What is outside of them is not written. Leave out files that stay as they are; never answer with a part of a file, or with a difference.`;

const READ_ONLY_PREAMBLE =
  'You have no tools: you cannot look at the repository, or run anything. All that you know of it stands below.';

/** A file of the worktree; `text` is absent where it cannot be shown: it is not text, or there is no room for it. */
export interface ShownFile {
  readonly path: string;
  readonly text?: string;
}

/** The whole of what a model is asked. Files are shown in the form in which it is to answer with them. */
export function modelPrompt(task: string, files: readonly ShownFile[], readOnly: boolean): string {
  const shown = files.flatMap(({ path, text }) =>
    text === undefined
      ? []
      : [`<file path="${path}">\n${text}${text === '' || text.endsWith('\n') ? '' : '\n'}</file>`],
  );
  const unseen = files.filter(({ text }) => text === undefined).map(({ path }) => `- ${path}`);
  return `${[
    readOnly ? READ_ONLY_PREAMBLE : PREAMBLE,
    '---',
    task.trim(),
    ...(shown.length === 0 ? [] : ['---', '## Files as they are now', ...shown]),
    ...(unseen.length === 0
      ? []
      : [`There, but too long to be shown, or not text; leave them as they are:\n${unseen.join('\n')}`]),
  ].join('\n\n')}\n`;
}

/**
 * Which files of a worktree to show for a task, the most wanted first: what is `changed` in it already, what the task's
 * globs name, and what its prompt names by its path.
 */
export function wantedFiles(
  prompt: string,
  globs: readonly string[],
  { all, changed }: { readonly all: readonly string[]; readonly changed: readonly string[] },
): string[] {
  const compiled = globs.map(compileGlob);
  const named = all.filter((path) => {
    const own = compileGlob(path);
    return compiled.some((glob) => globsOverlap(glob, own));
  });
  return [...new Set([...changed, ...named, ...all.filter((path) => isNamed(prompt, path))])];
}

/** Whether a text has a path in it as a word. */
function isNamed(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at !== -1; at = text.indexOf(path, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text.slice(at + path.length, at + path.length + 2);
    // A path may end a sentence, but not go on.
    if (!/[\w./\\-]/.test(before) && !/^([\w/\\-]|\.\w)/.test(after)) return true;
  }
  return false;
}
