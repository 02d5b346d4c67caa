import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CarryOver } from './git/carry-over.ts';
import { readSettings, settingsOf, type Settings, type SomeSettings } from '../core/settings/settings.ts';

/** The repository's own settings, tracked with it. */
export const SETTINGS_FILE = '.orca/settings.json';

/**
 * The settings that hold in a folder: those of `places`, the first going before the others (flags, then the editor's),
 * then those of the repository's `.orca/settings.json`, then the defaults. What cannot be read is left out and named.
 * It is read at each call, which a file this small can bear, so that a change counts at once.
 */
export function loadSettings(
  folder: string,
  ...places: readonly SomeSettings[]
): { readonly settings: Settings; readonly problems: readonly string[] } {
  const file = readSettingsFile(join(topOf(folder), SETTINGS_FILE));
  return {
    settings: settingsOf(...places, file.settings),
    problems: file.problems.map((problem) => `${SETTINGS_FILE}: ${problem}`),
  };
}

/** What worktrees get from the user's checkout. */
export function carryOf(settings: Settings): CarryOver {
  return {
    dependencies: settings['worktree.dependencies'],
    dependencyFolders: settings['worktree.dependencyFolders'],
  };
}

function readSettingsFile(path: string): ReturnType<typeof readSettings> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { settings: {}, problems: code === 'ENOENT' || code === 'ENOTDIR' ? [] : [message] };
  }
  try {
    return readSettings(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    return { settings: {}, problems: [`It is not JSON: ${(error as Error).message}`] };
  }
}

/** The top of the checkout that a folder is in, by its `.git` alone; outside of any, the folder itself. */
export function topOf(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return resolve(folder);
  }
}
