import type { Call, Conversation, Tool } from './conversation.ts';
import { parsed, recordAt, textAt } from './json.ts';

/**
 * A prompt says what the model is to do, in this order, a tool a turn:
 *
 *     [[write PATH|TEXT]] [[bash COMMAND]] [[tool NAME {"json": 1}]] [[say WORDS]] [[fail FAULT]] [[review WORDS]]
 *
 * Where the prompt asks for a review of what was done by another script, which it then has in it, only `review` is done,
 * and elsewhere it is not: it says the words.
 * `say` comes with the next tool, or is the last word. `fail` has the request fail that is for the next one (see Fault). A path that is relative is taken from the agent's folder.
 */
type Step =
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'bash'; readonly command: string }
  | { readonly do: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'fail'; readonly fault: string };

const STEP = /\[\[(write|bash|tool|say|fail|review)\s+([^]*?)\]\]/g;

export interface Turn {
  readonly text: string;
  readonly call?: Call;
  readonly fault?: string;
  /** The script's own text; empty where the prompt has none. */
  readonly script: string;
  /** Tool results in the whole conversation. */
  readonly results: number;
}

/** The script for a prompt that has none of its own; empty: it has none. */
export type ScriptFor = (prompt: string) => string;

/**
 * What the model does next. How far it is, is how many tools have answered since the last prompt with a script, so
 * nothing is kept from one request to the next and any number of agents can talk at a time.
 */
export function nextTurn(conversation: Conversation, more: ScriptFor = () => ''): Turn {
  const { messages, tools } = conversation;
  const scripts = messages.map(({ from, text }) => (from === 'user' ? scriptOf(text) || scriptOf(more(text)) : ''));
  const prompt = scripts.findLastIndex((script) => script !== '');
  const script = scripts[prompt] ?? '';
  const results = messages.filter(({ from }) => from === 'result').length;
  // Requests without tools are for titles, summaries and the like.
  if (prompt < 0 || tools.length === 0) return { text: 'A stub.', script, results };

  const done = messages.slice(prompt).filter(({ from }) => from === 'result').length;
  const said: string[] = [];
  let calls = 0;
  let failing = {};
  for (const step of stepsOf(script)) {
    if (step.do === 'say') {
      if (calls === done) said.push(step.text);
    } else if (step.do === 'fail') {
      if (calls === done) failing = { fault: step.fault };
    } else if (calls++ === done) {
      const call = callOf(step, conversation);
      if (!call) said.push(`There is no tool for ${step.do}.`);
      return { text: said.join('\n'), ...(call ? { call } : {}), ...failing, script, results };
    }
  }
  return { text: said.join('\n') || 'Done.', ...failing, script, results };
}

/** From the first step to the last one, without the quotes that opencode puts around an argument and escapes in it. */
function scriptOf(text: string): string {
  const isReview = /^# Review of /m.test(text);
  const steps = [...text.matchAll(STEP)]
    .filter(([, verb]) => (verb === 'review') === isReview)
    .map(([step]) => step)
    .join(' ');
  return /^\s*"[^]*"\s*$/.test(text) ? steps.replaceAll('\\"', '"') : steps;
}

function stepsOf(script: string): Step[] {
  return [...script.matchAll(STEP)].map(([, verb, rest = '']): Step => {
    switch (verb) {
      case 'write': {
        const bar = rest.indexOf('|');
        return { do: 'write', path: rest.slice(0, bar).trim(), text: rest.slice(bar + 1) };
      }
      case 'bash':
        return { do: 'bash', command: rest };
      case 'tool': {
        const [, name = '', json = ''] = /^(\S+)\s*([^]*)$/.exec(rest) ?? [];
        return { do: 'tool', name, input: recordAt(parsed(json)) };
      }
      case 'fail':
        return { do: 'fail', fault: rest.trim() };
      default:
        return { do: 'say', text: rest };
    }
  });
}

/** What each CLI calls the two tools, and the names that their arguments go by. */
const WRITERS = ['Write', 'write_file', 'write', 'create'];
const SHELLS = ['Bash', 'run_shell_command', 'bash', 'exec_command', 'shell_command', 'shell'];
const PATH_NAMES = ['file_path', 'filePath', 'path'];
const TEXT_NAMES = ['content', 'file_text'];
const COMMAND_NAMES = ['command', 'cmd'];

function callOf(step: Exclude<Step, { do: 'say' | 'fail' }>, conversation: Conversation): Call | undefined {
  const { tools } = conversation;
  const named = (names: readonly string[]): Tool | undefined =>
    names.flatMap((name) => tools.filter((tool) => tool.name === name))[0];
  switch (step.do) {
    case 'tool': {
      // An MCP tool carries its server's name in front, each CLI in its own way.
      const tool = named([step.name]) ?? tools.find(({ name }) => name.endsWith(step.name));
      // Claude only mentions the tools of MCP servers, and takes a call of one that the model has not looked up.
      const mentioned = new RegExp(`\\bmcp__\\w+__${step.name}\\b`).exec(toldIn(conversation))?.[0];
      return tool ? call(tool, step.input) : { name: mentioned ?? step.name, input: step.input };
    }
    case 'bash': {
      const tool = named(SHELLS);
      return tool && call(tool, { [argument(tool, COMMAND_NAMES)]: step.command });
    }
    case 'write': {
      const folder = folderOf(conversation);
      const path = step.path.startsWith('/') || folder === '' ? step.path : `${folder}/${step.path}`;
      const tool = named(WRITERS);
      if (tool) return call(tool, { [argument(tool, PATH_NAMES)]: path, [argument(tool, TEXT_NAMES)]: step.text });
      // A codex that does not know the model is offered a shell alone; the other CLIs with a shell have a writer too.
      if (!tools.some(({ name }) => name === 'exec_command')) return undefined;
      return callOf({ do: 'bash', command: `printf %s ${quoted(step.text)} > ${quoted(path)}` }, conversation);
    }
  }
}

function argument(tool: Tool, names: readonly string[]): string {
  return names.find((name) => name in tool.properties) ?? names[0] ?? '';
}

/** Also fills what the tool requires and the script does not say. */
function call(tool: Tool, input: Readonly<Record<string, unknown>>): Call {
  const missing = tool.required.filter((name) => !(name in input));
  const filled: Record<string, unknown> = {};
  for (const name of missing) filled[name] = fillingOf(tool.properties[name]);
  const { name, namespace } = tool;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    input: { ...input, ...filled },
  };
}

function fillingOf(schema: unknown): unknown {
  switch (textAt(schema, 'type').toLowerCase()) {
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return 1;
    default:
      return textAt(schema, 'enum', 0) || 'As the script says';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Where the agent works, as its CLI tells the model; empty where it does not. */
function folderOf(conversation: Conversation): string {
  const told = toldIn(conversation);
  const found =
    /<cwd>([^<\n]+)<\/cwd>/.exec(told) ??
    /(?:working directory|currently working in the directory)(?: is)?:\s*`?([^\s`]+)/i.exec(told);
  return found?.[1] ?? '';
}

/** All that the CLI tells the model by itself, and the prompts. */
function toldIn({ system, messages }: Conversation): string {
  return [system, ...messages.filter(({ from }) => from === 'user').map(({ text }) => text)].join('\n');
}
