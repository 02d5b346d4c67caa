import * as vscode from 'vscode';
import { readSettings, SETTING_KEYS, settingsOf, type Settings } from '../core/settings/settings.ts';
import { loadSettings } from '../engine/settings.ts';

/**
 * The settings that hold for a file or folder, without one for the first of the workspace: what is set in the editor,
 * then the repository's own, then the defaults. Read at each use, so that a change counts at once.
 */
export function settingsFor(scope = vscode.workspace.workspaceFolders?.[0]?.uri): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const config = vscode.workspace.getConfiguration('orca', scope);
  // The editor's default of a setting would hide the repository's value.
  const isSet = (key: string): boolean => {
    const { globalValue, workspaceValue, workspaceFolderValue } = config.inspect(key) ?? {};
    return [globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined);
  };
  const set = SETTING_KEYS.filter(isSet).map((key) => [key, config.get<unknown>(key)]);
  const editor = readSettings(Object.fromEntries(set));
  const { settings, problems } =
    scope?.scheme === 'file'
      ? loadSettings(scope.fsPath, editor.settings)
      : { settings: settingsOf(editor.settings), problems: [] };
  return { settings, problems: [...editor.problems.map((problem) => `Settings: ${problem}`), ...problems] };
}
