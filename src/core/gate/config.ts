import { parseDocument } from 'yaml';
import { MEASURED, readMeasure } from './config-measure.ts';
import { isRecord, keysBut, stringsOf } from './config-values.ts';
import type { GateCommand, GateSpec, ReviewSpec } from './gate.ts';

export interface GateConfig {
  readonly gates: readonly GateSpec[];
  /** Each a sentence that names the gate and the way out. A run with any of them is refused. */
  readonly problems: readonly string[];
}

/** Where gates are declared; relative to the repository. */
export const GATES_FILE = '.orca/gates.yaml';

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const COMMON = ['kind', 'when', 'blocking', 'timeout', 'weight', 'always'];
const KINDS = ['command', 'review', ...MEASURED] as const;

/**
 * Reads `.orca/gates.yaml`: `gates:` by name, each with its `kind` (`command` where there are only commands, `review`
 * where there is one) and what that kind takes; docs/gates.md lists it all. A command is a list of arguments; a string
 * is one program with arguments parted by blanks. Never throws.
 */
export function readGateConfig(text: string): GateConfig {
  const { root, problems } = readYaml(text);
  if (problems.length > 0) return { gates: [], problems };
  const entries = isRecord(root) ? root.gates : undefined;
  if (root !== null && !isRecord(entries))
    return { gates: [], problems: [`${GATES_FILE}: expected \`gates:\` with one entry a gate.`] };
  const gates: GateSpec[] = [];
  for (const [name, value] of Object.entries(isRecord(entries) ? entries : {})) {
    const read = readGate(name, value);
    if (typeof read === 'string') problems.push(`${GATES_FILE}: gate "${name}": ${read}`);
    else gates.push(read);
  }
  return { gates, problems };
}

function readYaml(text: string): { readonly root?: unknown; readonly problems: string[] } {
  const problem = (message: string): string => `${GATES_FILE}: ${message.split('\n')[0] ?? ''}`;
  const document = parseDocument(text);
  if (document.errors.length > 0) return { problems: document.errors.map(({ message }) => problem(message)) };
  try {
    return { root: document.toJS(), problems: [] };
  } catch (error) {
    // An alias of nothing, or so many of them that they would fill the memory.
    return { problems: [problem(error instanceof Error ? error.message : String(error))] };
  }
}

/**
 * What a plan may name without defining it: what needs no tool of the project. A definition in `.orca/gates.yaml` goes
 * before.
 */
export const BUILT_IN = ['security', 'quality'] as const;

/** The declared gates, and the built-in ones that are named and not declared. */
export function withBuiltIn(gates: readonly GateSpec[], named: readonly string[]): readonly GateSpec[] {
  const declared = new Set(gates.map(({ name }) => name));
  const missing = BUILT_IN.filter((name) => named.includes(name) && !declared.has(name));
  return [...gates, ...missing.flatMap((name) => builtIn(name))];
}

function builtIn(name: (typeof BUILT_IN)[number]): GateSpec[] {
  const read = readGate(name, { kind: name });
  return typeof read === 'string' ? [] : [read];
}

type Judge = Pick<GateSpec, 'commands' | 'review' | 'measure'>;

function readGate(name: string, value: unknown): GateSpec | string {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'a name is letters, digits, - and _.';
  if (!isRecord(value)) return 'expected `kind:` or `commands:` and its settings.';
  const kind = value.kind ?? ('review' in value ? 'review' : 'command');
  if (!KINDS.some((known) => known === kind)) return `\`kind\` is one of ${KINDS.join(', ')}.`;
  const judge = readJudge(kind as (typeof KINDS)[number], value);
  if (typeof judge === 'string') return judge;
  const when = value.when ?? 'task';
  if (when !== 'task' && when !== 'layer' && when !== 'end') return '`when` is task, layer or end.';
  if (judge.review !== undefined && when !== 'task') return 'a review is of a task: `when` can only be task.';
  const blocking = value.blocking ?? (kind !== 'review' && kind !== 'quality');
  if (typeof blocking !== 'boolean') return '`blocking` is true or false.';
  const always = value.always ?? false;
  if (typeof always !== 'boolean') return '`always` is true or false.';
  const timeoutMs = value.timeout === undefined ? DEFAULT_TIMEOUT_MS : readTimeout(value.timeout);
  if (timeoutMs === undefined) return '`timeout` is a duration: 90 s, 10 min, 1 h.';
  const weight = value.weight ?? 1;
  if (typeof weight !== 'number' || !(weight > 0)) return '`weight` is a number above 0.';
  return { name, ...judge, when, blocking, timeoutMs, weight, ...(always && { always }) };
}

function readJudge(kind: (typeof KINDS)[number], value: Readonly<Record<string, unknown>>): Judge | string {
  const own = keysBut(value, COMMON);
  switch (kind) {
    case 'review': {
      if (own.commands !== undefined) return 'there are `commands` or a `review`, not both.';
      const review = unknownKey(own, ['review']) ?? readReview(own.review);
      return typeof review === 'string' ? review : { commands: [], review };
    }
    case 'command': {
      const commands = unknownKey(own, ['commands']) ?? readCommands(own.commands, true);
      return typeof commands === 'string' ? commands : { commands };
    }
    default: {
      const { commands: argvs, ...settings } = own;
      const needsCommand = kind !== 'security' && kind !== 'quality';
      const commands = argvs === undefined && !needsCommand ? [] : readCommands(argvs, needsCommand);
      if (typeof commands === 'string') return commands;
      const measure = readMeasure(kind, settings, commands.length > 0);
      return typeof measure === 'string' ? measure : { commands, measure };
    }
  }
}

function unknownKey(value: Readonly<Record<string, unknown>>, known: readonly string[]): string | undefined {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  return unknown === undefined
    ? undefined
    : `unknown setting "${unknown}"; there are ${[...known, ...COMMON].join(', ')}.`;
}

function readCommands(value: unknown, required: boolean): GateCommand[] | string {
  const commands = Array.isArray(value) ? value.map(readCommand) : [];
  if (commands.length === 0)
    return required ? '`commands` is to be a list with at least one command.' : '`commands` is to be a list.';
  const complete = commands.filter((command) => command !== undefined);
  if (complete.length < commands.length) return 'each command is to be a list of strings, the program first.';
  return complete;
}

function readReview(review: unknown): ReviewSpec | string {
  if (review !== undefined && review !== null && !isRecord(review))
    return '`review` is to be `{ agent: NAME }`, or `{}` for any agent.';
  const { agent, ...others } = review ?? {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `unknown setting "${unknown}" of \`review\`; there is agent.`;
  if (agent !== undefined && (typeof agent !== 'string' || agent.trim() === ''))
    return '`agent` of `review` is the name of an agent.';
  return agent === undefined ? {} : { agent };
}

function readCommand(value: unknown): GateCommand | undefined {
  const argv = typeof value === 'string' ? value.trim().split(/\s+/) : stringsOf(value);
  if (argv === undefined || argv.length === 0 || argv[0] === '') return undefined;
  return { label: argv.join(' '), argv };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, sec: 1000, min: 60_000, m: 60_000, h: 3_600_000 };

function readTimeout(value: unknown): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(String(value));
  const unit = UNITS[match?.[2] ?? ''];
  const amount = Number(match?.[1]);
  return unit === undefined || !(amount > 0) ? undefined : amount * unit;
}
