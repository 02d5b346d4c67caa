import type { AgentEvent } from '../agent-event.ts';
import { oneLine, text, type Fields } from './json.ts';

const EDITS = new Set([
  'write',
  'edit',
  'multiedit',
  'notebookedit',
  'notebook_edit',
  'write_file',
  'replace',
  'create',
  'str_replace',
  'insert',
  'patch',
  'apply_patch',
]);
const COMMANDS = new Set(['bash', 'powershell', 'shell', 'run_shell_command', 'exec_command', 'local_shell']);
const PATHS = ['file_path', 'filePath', 'path', 'notebook_path'];
/** What says most about a use of a tool, first. */
const TELLING = [...PATHS, 'pattern', 'query', 'url', 'description', 'prompt', 'text', 'name'];

/** The use of a tool, by the names that the CLIs give to those that edit and those that run commands. */
export function toolUse(name: string, input: Fields, id: string | undefined): AgentEvent {
  const own = id === undefined ? {} : { id };
  const kind = name.toLowerCase();
  const command = text(input.command) ?? text(input.cmd);
  if (COMMANDS.has(kind) && command !== undefined) return { type: 'command', ...own, command };
  const path = PATHS.map((key) => text(input[key])).find((found) => found !== undefined);
  if (EDITS.has(kind) && path !== undefined) return { type: 'edit', ...own, path };
  return { type: 'tool', ...own, name, input: telling(input) };
}

/** What was asked for and not allowed, on one line. */
export function wish(name: string, input: Fields): string {
  const about = text(input.command) ?? text(input.cmd) ?? telling(input);
  return about === '' ? name : `${name}: ${oneLine(about)}`;
}

function telling(input: Fields): string {
  const said = TELLING.map((key) => text(input[key])).find((found) => found !== undefined);
  if (said !== undefined) return oneLine(said);
  return Object.keys(input).length === 0 ? '' : oneLine(JSON.stringify(input));
}
