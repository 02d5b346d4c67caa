import type { PermissionMode } from '../agent.ts';
import type { Answer } from '../ask.ts';
import { fields, list, text } from '../cli/json.ts';
import { SERVER } from '../cli/modes.ts';
import { writes, type ToolCall } from './tool-call.ts';

export type Decision = 'allow' | 'ask';

/** What a mode says to a tool without asking anybody. `isInside`: whether a path is a file of the worktree. */
export function decide(mode: PermissionMode, call: ToolCall, isInside: (path: string) => boolean): Decision {
  if (mode === 'full' || isOwnTool(call)) return 'allow';
  const { kind, paths } = call;
  const inside = paths.length > 0 && paths.every(isInside);
  const reads = kind === 'read' || kind === 'search';
  if (kind === 'think' || (reads && inside)) return 'allow';
  return mode !== 'ask' && writes(call) && inside ? 'allow' : 'ask';
}

/** `approve` is not among them: it is for agent programs, and would ask by another way. */
const OWN_TOOLS = '(report_progress|ask_question|read_plan|read_result_of)';
/** As agents name the tools of a server: `orca_x`, `orca-x`, `mcp__orca__x`, `x (orca MCP Server)`. */
const OWN = new RegExp(
  `^((mcp_+)?${SERVER}(_+|-|\\.|/|: ?)${OWN_TOOLS}|${OWN_TOOLS} \\(${SERVER} MCP Server\\)(:.*)?)$`,
  's',
);

/** A tool of Orca's own server: it only reads, tells and asks. */
function isOwnTool({ kind, name, title }: ToolCall): boolean {
  if (kind !== undefined && kind !== 'other') return false;
  return OWN.test(name ?? '') || OWN.test(title ?? '');
}

/**
 * The option that says so, of those that the agent offers; undefined: none does, and the request is called off. What is
 * allowed for a task is allowed again by Orca: an agent's own "always" may last for longer than that.
 */
export function optionFor(answer: Answer, params: unknown): string | undefined {
  const options = list(fields(params)?.options);
  const of = (kind: string): string | undefined => text(options.find((option) => option.kind === kind)?.optionId);
  if (answer.kind !== 'allow') return of('reject_once') ?? of('reject_always');
  return of('allow_once') ?? (answer.scope === 'task' ? of('allow_always') : undefined);
}

/** The mode of an agent in which it asks before it edits or runs anything; by the names that they are known to have. */
const ASKING = ['default', 'manual', 'ask', 'read-only'];

/** What to set in a session (`result` of `session/new`) so that the agent asks. */
export interface Wanted {
  readonly mode?: string;
  readonly options: readonly { readonly id: string; readonly value: string }[];
}

/** In mode `full` too: what an agent decides by itself it may also deny, and what it asks for is then allowed. */
export function askingIn(session: unknown): Wanted {
  const { modes, configOptions } = fields(session) ?? {};
  const { availableModes, currentModeId } = fields(modes) ?? {};
  const ids = list(availableModes).map(({ id }) => id);
  const mode = ASKING.find((id) => ids.includes(id));
  // Copilot's: everything is allowed where the user once said so.
  const options = list(configOptions)
    .filter(({ id, currentValue }) => id === 'allow_all' && currentValue === 'on')
    .map(() => ({ id: 'allow_all', value: 'off' }));
  return { ...(mode !== undefined && mode !== currentModeId && { mode }), options };
}

/** The model of a session, in the agent's words. */
export function modelOf(session: unknown): string | undefined {
  const { models, configOptions } = fields(session) ?? {};
  const option = list(configOptions).find(({ category, id }) => category === 'model' || id === 'model');
  return text(fields(models)?.currentModelId) ?? text(option?.currentValue);
}
