import type { AgentEvent } from '../agent-event.ts';
import type { AgentRequest, Cli, PermissionMode } from '../agent.ts';
import { errorOf } from './errors.ts';
import { EventLines } from './event-lines.ts';
import { count, fields, list, number, oneLine, text, type Fields } from './json.ts';
import { ANSWER_MS, modeFor, ownArguments, SERVER } from './modes.ts';
import { toolUse } from './tools.ts';

const SANDBOXES: Readonly<Record<PermissionMode, string>> = {
  ask: 'read-only',
  edits: 'workspace-write',
  sandbox: 'workspace-write',
  full: 'danger-full-access',
};

/** OpenAI Codex. */
export const codex: Cli = {
  id: 'codex',
  label: 'Codex',
  program: 'codex',
  versionArgs: ['--version'],
  install: 'npm install --global @openai/codex',
  signIn: 'Run `codex login`, or set CODEX_API_KEY.',
  signedIn: { env: ['CODEX_API_KEY', 'OPENAI_API_KEY'], files: ['.codex/auth.json'] },
  env: ['CODEX_*', 'OPENAI_*', 'AZURE_OPENAI_*'],
  permissions: {
    ask: 'Read-only sandbox: reads and runs commands that change nothing; whatever else is refused, as nobody can be asked (--sandbox read-only).',
    edits:
      'Workspace-write sandbox: edits, and runs commands, that can write only in the worktree and in temporary folders, without network (--sandbox workspace-write).',
    sandbox: 'The same: Codex edits by commands, and all of them run in its sandbox (--sandbox workspace-write).',
    full: 'No sandbox: does everything without asking (--sandbox danger-full-access).',
  },
  asks: false,
  invoke(request, setting) {
    const mode = modeFor(codex, setting.permission ?? request.permission) ?? 'ask';
    return {
      argv: [
        setting.program ?? codex.program,
        'exec',
        '--json',
        '--sandbox',
        SANDBOXES[mode],
        ...server(request),
        ...ownArguments(setting),
        '-',
      ],
      env: { ...request.mcp?.env, ...setting.env },
      stdin: request.promptFile,
      files: [],
    };
  },
  reader: () => new CodexReader(),
  resume: (session, setting) => ({
    argv: [setting.program ?? codex.program, 'resume', ...ownArguments(setting), session],
    env: { ...setting.env },
  }),
};

/** Values are TOML, of which JSON's texts and lists are part. The variables go by name: arguments can be read by others. */
function server({ mcp }: AgentRequest): string[] {
  if (mcp === undefined) return [];
  const settings: Readonly<Record<string, unknown>> = {
    command: mcp.command,
    args: mcp.args,
    env_vars: Object.keys(mcp.env),
    default_tools_approval_mode: 'approve',
    tool_timeout_sec: ANSWER_MS / 1000,
  };
  return Object.entries(settings).flatMap(([key, value]) => [
    '-c',
    `mcp_servers.${SERVER}.${key}=${JSON.stringify(value)}`,
  ]);
}

/** `codex exec --json`: threads of turns of items. */
class CodexReader extends EventLines {
  readonly #begun = new Set<string>();
  #error: string | undefined;

  protected event(event: Fields, line: string): AgentEvent[] {
    switch (event.type) {
      case 'thread.started': {
        const id = text(event.thread_id);
        return id === undefined ? [] : [{ type: 'session', id }];
      }
      case 'item.started':
        return this.#began(fields(event.item) ?? {});
      case 'item.completed':
        return this.#completed(fields(event.item) ?? {});
      case 'turn.completed': {
        this.ended = true;
        const usage = fields(event.usage);
        return [...(usage === undefined ? [] : [tokens(usage)]), { type: 'end', ok: true }];
      }
      case 'turn.failed':
        this.ended = true;
        return [...this.#failed(text(fields(event.error)?.message) ?? 'The turn failed.'), { type: 'end', ok: false }];
      case 'error':
        return this.#failed(text(event.message) ?? line);
      default:
        return [];
    }
  }

  #began(item: Fields): AgentEvent[] {
    const id = text(item.id);
    if (id !== undefined) this.#begun.add(id);
    return use(item, id);
  }

  #completed(item: Fields): AgentEvent[] {
    const id = text(item.id);
    const own = id === undefined ? {} : { id };
    const output = text(item.aggregated_output) ?? text(fields(item.error)?.message) ?? answer(item);
    switch (item.type) {
      case 'agent_message': {
        const said = text(item.text);
        return said === undefined ? [] : [{ type: 'message', text: said }];
      }
      case 'error':
        return warning(text(item.message) ?? 'An item failed.');
      case 'command_execution':
      case 'file_change':
      case 'mcp_tool_call':
      case 'web_search': {
        const begun = id !== undefined && this.#begun.delete(id) ? [] : use(item, id);
        const ok = item.status !== 'failed' && item.status !== 'declined' && (number(item.exit_code) ?? 0) === 0;
        const ended: AgentEvent = { type: 'tool-ended', ...own, ok, ...(output !== undefined && { output }) };
        return [...begun, ended, ...(ok ? [] : denied(item, output))];
      }
      default:
        return [];
    }
  }

  /** The last error is said twice: by itself, and with the turn. */
  #failed(message: string): AgentEvent[] {
    const reconnecting = /^Reconnecting\.\.\.[^(]*\((.*)\)$/s.exec(message)?.[1];
    if (reconnecting !== undefined) return [{ type: 'error', ...errorOf({ message: reconnecting, retrying: true }) }];
    if (message === this.#error) return [];
    this.#error = message;
    return [{ type: 'error', ...errorOf({ message }) }];
  }
}

function use(item: Fields, id: string | undefined): AgentEvent[] {
  const own = id === undefined ? {} : { id };
  switch (item.type) {
    case 'command_execution':
      return [{ type: 'command', ...own, command: withoutShell(text(item.command) ?? '') }];
    case 'file_change':
      return list(item.changes).flatMap((change) => {
        const path = text(change.path);
        return path === undefined ? [] : [{ type: 'edit', ...own, path }];
      });
    case 'mcp_tool_call':
      return [toolUse(`${text(item.server) ?? 'mcp'}.${text(item.tool) ?? 'tool'}`, fields(item.arguments) ?? {}, id)];
    case 'web_search':
      return [toolUse('web_search', item, id)];
    default:
      return [];
  }
}

/** `/bin/bash -lc 'make'` is `make`; where its quotes are not plain, it stays as it is. */
function withoutShell(command: string): string {
  const [, quote, inner] = /^\S*\/(?:ba|z)?sh -l?c (['"])(.*)\1$/s.exec(command) ?? [];
  return inner === undefined || (quote === "'" ? /'/ : /["\\$`]/).test(inner) ? command : inner;
}

/** Of an MCP tool. */
function answer(item: Fields): string | undefined {
  const parts = list(fields(item.result)?.content).map((part) => text(part.text) ?? '');
  return text(parts.join('\n'));
}

/** A command that the sandbox stopped is told apart only by what the system said to it. */
function denied(item: Fields, output = ''): AgentEvent[] {
  const stopped = /Read-only file system|Operation not permitted|requires approval/.exec(output)?.[0];
  if (stopped === undefined && item.status !== 'declined') return [];
  const what = text(item.command) ?? text(item.tool) ?? 'a tool';
  return [{ type: 'denied', what: oneLine(`${withoutShell(what)}: ${stopped ?? 'declined'}`) }];
}

/** An item that is an error is none yet: the turn goes on. */
function warning(message: string): AgentEvent[] {
  if (/^Model metadata for .* not found|^Falling back from/.test(message)) return [];
  return [{ type: 'error', ...errorOf({ message, retrying: true }) }];
}

function tokens(usage: Fields): AgentEvent {
  const cacheRead = count(usage.cached_input_tokens);
  const cacheWrite = count(usage.cache_write_input_tokens);
  return {
    type: 'usage',
    usage: {
      input: Math.max(0, count(usage.input_tokens) - cacheRead - cacheWrite),
      cacheRead,
      cacheWrite,
      output: count(usage.output_tokens),
    },
  };
}
