import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { wantedFiles, type ShownFile } from '../../core/agent/lm/model-prompt.ts';
import type { AnsweredFile } from '../../core/agent/lm/answer.ts';
import { isInside } from '../inside.ts';
import { nulList } from '../git/git.ts';

/** Of all files that are shown, in characters. */
const MOST_SHOWN = 40_000;
/** UTF-8 has at most so many bytes a character of JavaScript's. */
const MOST_BYTES = 3;

/**
 * The files of a worktree that a task is about, as far as there is room; the rest is named. `prompt`: what may name
 * some by their path.
 */
export async function filesToShow(worktree: string, prompt: string, globs: readonly string[]): Promise<ShownFile[]> {
  const [status, listed] = await Promise.all([
    gitText(worktree, ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames']),
    gitText(worktree, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']),
  ]);
  // Two letters and a space before each path.
  const changed = nulList(status).map((entry) => entry.slice(3));
  let room = MOST_SHOWN;
  return wantedFiles(prompt, globs, { all: nulList(listed), changed }).flatMap((path) => {
    const size = sizeOf(worktree, path);
    if (size === undefined) return [];
    const text = size > room * MOST_BYTES ? undefined : textOf(join(worktree, path));
    if (text === undefined || text.length > room) return [{ path }];
    room -= text.length;
    return [{ path, text }];
  });
}

/** Why an answer's files cannot be written, a sentence each: the model was not shown what it would overwrite, …. */
export function writeProblems(worktree: string, files: readonly AnsweredFile[], shown: readonly ShownFile[]): string[] {
  const seen = new Set(shown.filter(({ text }) => text !== undefined).map(({ path }) => path));
  return files.flatMap(({ path }) => {
    if (!isInside(worktree, path)) return [`${path} leads out of the worktree`];
    const there = lstatSync(join(worktree, path), { throwIfNoEntry: false });
    if (there === undefined || seen.has(path)) return [];
    if (there.isDirectory()) return [`${path} is a folder`];
    return [
      shown.some((file) => file.path === path)
        ? `${path} is there already, and too long to be shown to the model, or not text`
        : `${path} is there already, and the model was not shown it; it is shown what the task's Files name`,
    ];
  });
}

export function writeFiles(worktree: string, files: readonly AnsweredFile[]): void {
  for (const { path, text } of files) {
    const at = join(worktree, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
}

/** Undefined for what is no file, or is one by a link out of the worktree. */
function sizeOf(worktree: string, path: string): number | undefined {
  if (!isInside(worktree, path)) return undefined;
  const found = statSync(join(worktree, path), { throwIfNoEntry: false });
  return found?.isFile() === true ? found.size : undefined;
}

/** Undefined for what is not text in UTF-8. */
function textOf(path: string): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Empty where git cannot say. */
function gitText(cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('git', [...args], { cwd, maxBuffer: MOST_OUTPUT, windowsHide: true }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    );
  });
}
