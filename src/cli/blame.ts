import { relative, resolve } from 'node:path';
import { blameText } from '../core/view/blame.ts';
import { blameFile } from '../engine/blame-file.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { readRun } from '../engine/open-run.ts';
import { runDir } from '../engine/run-files.ts';
import { BAD_INPUT, complain, DONE, say, type Options } from './command-line.ts';

/** Prints which task, attempt and agent wrote the lines of a file. */
export async function blame(file: string | undefined, options: Options): Promise<number> {
  const { line } = options;
  if (file === undefined) {
    complain('`orca blame` needs a file.');
    return BAD_INPUT;
  }
  const opened = await openRepository(options.folder);
  if (!opened.ok) {
    complain(`${opened.problem.message} ${opened.problem.fix}`);
    return BAD_INPUT;
  }
  const { repository } = opened;
  const path = relative(repository.root, resolve(options.folder, file)).replaceAll('\\', '/');
  const rows = await blameFile(
    repository,
    path,
    async (id) => {
      const read = await readRun(runDir(repository.root, id));
      return read.kind === 'read' ? read.state : undefined;
    },
    line === undefined ? {} : { lines: [line] },
  );
  if (rows === undefined) {
    complain(`git knows no ${line === undefined ? '' : `line ${line} of `}${file} here.`);
    return BAD_INPUT;
  }
  say(options.json ? JSON.stringify(rows, undefined, 2) : blameText(rows, localTime));
  return DONE;
}

/** `2024-12-01 09:12`, by this machine's clock. */
function localTime(ms: number): string {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
