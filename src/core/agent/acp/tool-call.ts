import type { AgentEvent } from '../agent-event.ts';
import { fields, list, number, oneLine, text, type Fields } from '../cli/json.ts';
import { toolUse } from '../cli/tools.ts';

/** What is known by now of a tool that an ACP agent uses, or wants to use. */
export interface ToolCall {
  readonly id: string;
  /** `read`, `edit`, `delete`, `move`, `search`, `execute`, `think`, `fetch`, `switch_mode`, `other`. */
  readonly kind?: string;
  /** For people: often what it does, not what it is. */
  readonly title?: string;
  /** What the model calls it. */
  readonly name?: string;
  readonly input: Fields;
  /** Absolute, as the agent says. */
  readonly paths: readonly string[];
}

/** Takes in a `tool_call`, a `tool_call_update`, or the `toolCall` of a request for permission: each says only a part. */
export function knownCall(before: ToolCall | undefined, update: Fields): ToolCall | undefined {
  const id = text(update.toolCallId) ?? before?.id;
  if (id === undefined) return undefined;
  const kind = text(update.kind) ?? before?.kind;
  const title = text(update.title) ?? before?.title;
  const name = text(update.name) ?? text(fields(update._meta)?.toolName) ?? before?.name;
  const paths = pathsOf(update);
  return {
    id,
    ...(kind !== undefined && { kind }),
    ...(title !== undefined && { title }),
    ...(name !== undefined && { name }),
    input: { ...before?.input, ...fields(update.rawInput) },
    paths: paths.length > 0 ? paths : (before?.paths ?? []),
  };
}

function pathsOf(update: Fields): string[] {
  const named = [...list(update.locations), ...list(update.content).filter(({ type }) => type === 'diff')];
  return [...new Set(named.flatMap(({ path }) => text(path) ?? []))];
}

/** Whether enough is known to show it: some tell of a tool before the model has said what it is to do. */
export function isTelling({ kind, input, paths }: ToolCall): boolean {
  if (kind === 'execute') return input.command !== undefined;
  return paths.length > 0 || Object.keys(input).length > 0;
}

const WRITES = ['edit', 'delete', 'move'];

export function writes({ kind }: ToolCall): boolean {
  return WRITES.includes(kind ?? '');
}

/** Its use as an event. */
export function useOf(call: ToolCall): AgentEvent {
  const { id, kind, title, paths } = call;
  if (kind === 'execute') return { type: 'command', id, command: commandOf(call) };
  const [path] = paths;
  if (writes(call) && path !== undefined) return { type: 'edit', id, path };
  const name = call.name ?? (isGeneral(kind) ? title : kind) ?? 'a tool';
  const use = toolUse(name, call.input, id);
  return use.type === 'tool' && use.input === '' && title !== undefined && title !== name
    ? { ...use, input: oneLine(title) }
    : use;
}

function commandOf({ input, title }: ToolCall): string {
  const { command } = input;
  const words: readonly unknown[] = Array.isArray(command) ? command : [];
  const joined = words.filter((word) => typeof word === 'string').join(' ');
  return text(command) ?? text(joined) ?? title ?? 'a command';
}

/** Says nothing about what a tool does. */
function isGeneral(kind: string | undefined): boolean {
  return kind === undefined || kind === 'other';
}

/** As it is asked for: `tool` is the same for all of one sort, so that one may be allowed for a whole task. */
export function wishOf(call: ToolCall): { readonly tool: string; readonly input: string } {
  const { kind, name, title, paths } = call;
  const tool = (isGeneral(kind) ? undefined : kind) ?? name ?? title ?? 'a tool';
  if (kind === 'execute') return { tool, input: commandOf(call) };
  const told = paths.length > 0 ? paths.join(', ') : JSON.stringify(call.input);
  return { tool, input: told === '{}' ? (title ?? '') : told };
}

/** Undefined while it is not over. */
export function endOf(call: ToolCall, update: Fields): AgentEvent | undefined {
  const { status } = update;
  if (status !== 'completed' && status !== 'failed') return undefined;
  const output = outputOf(update);
  const ok = status === 'completed' && exitOf(fields(update.rawOutput) ?? {}) === 0;
  return { type: 'tool-ended', id: call.id, ok, ...(output !== undefined && { output }) };
}

function outputOf(update: Fields): string | undefined {
  const parts = list(update.content).flatMap(({ content }) => text(fields(content)?.text) ?? []);
  const raw = fields(update.rawOutput) ?? {};
  return text(parts.join('\n')) ?? text(raw.output) ?? text(raw.content) ?? text(raw.message) ?? text(raw.error);
}

/** A command that failed is told as a tool that was used well; each has its own place for the exit code. */
function exitOf(raw: Fields): number {
  const exits = [
    raw.exitCode,
    raw.exit_code,
    fields(raw.metadata)?.exit,
    ...list(raw.contents).map((part) => part.exitCode),
  ];
  return exits.map(number).find((code) => code !== undefined) ?? 0;
}
