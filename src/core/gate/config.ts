import { parseDocument } from 'yaml';
import type { GateCommand, GateSpec } from './gate.ts';

export interface GateConfig {
  readonly gates: readonly GateSpec[];
  /** Each a sentence that names the gate and the way out. A run with any of them is refused. */
  readonly problems: readonly string[];
}

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/**
 * Reads `.orca/gates.yaml`: `gates:` by name, each with `commands` (argv lists; a string is one program with arguments
 * parted by blanks) or `review` (`agent`), `when`, `blocking`, `timeout`, `weight`, `always`. Never throws.
 */
export function readGateConfig(text: string): GateConfig {
  const document = parseDocument(text);
  const problems = document.errors.map((error) => `.orca/gates.yaml: ${error.message.split('\n')[0] ?? ''}`);
  if (problems.length > 0) return { gates: [], problems };
  const root: unknown = document.toJS();
  const entries = isRecord(root) ? root.gates : undefined;
  if (root !== null && !isRecord(entries))
    return { gates: [], problems: ['.orca/gates.yaml: expected `gates:` with one entry a gate.'] };
  const gates: GateSpec[] = [];
  for (const [name, value] of Object.entries(isRecord(entries) ? entries : {})) {
    const read = readGate(name, value);
    if (typeof read === 'string') problems.push(`.orca/gates.yaml: gate "${name}": ${read}`);
    else gates.push(read);
  }
  return { gates, problems };
}

function readGate(name: string, value: unknown): GateSpec | string {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'a name is letters, digits, - and _.';
  if (!isRecord(value)) return 'expected `commands:` or `review:` and its settings.';
  const known = ['commands', 'review', 'when', 'blocking', 'timeout', 'weight', 'always'];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) return `unknown setting "${unknown}"; there are ${known.join(', ')}.`;
  const judge = 'review' in value ? readReview(value) : readCommands(value.commands);
  if (typeof judge === 'string') return judge;
  const when = value.when ?? 'task';
  if (when !== 'task' && when !== 'layer' && when !== 'end') return '`when` is task, layer or end.';
  if (judge.review !== undefined && when !== 'task') return 'a review is of a task: `when` can only be task.';
  const blocking = value.blocking ?? judge.review === undefined;
  if (typeof blocking !== 'boolean') return '`blocking` is true or false.';
  const always = value.always ?? false;
  if (typeof always !== 'boolean') return '`always` is true or false.';
  const timeoutMs = value.timeout === undefined ? DEFAULT_TIMEOUT_MS : readTimeout(value.timeout);
  if (timeoutMs === undefined) return '`timeout` is a duration: 90 s, 10 min, 1 h.';
  const weight = value.weight ?? 1;
  if (typeof weight !== 'number' || !(weight > 0)) return '`weight` is a number above 0.';
  return { name, ...judge, when, blocking, timeoutMs, weight, ...(always && { always }) };
}

function readCommands(value: unknown): Pick<GateSpec, 'commands' | 'review'> | string {
  const commands = Array.isArray(value) ? value.map(readCommand) : [];
  if (commands.length === 0) return '`commands` is to be a list with at least one command.';
  const complete = commands.filter((command) => command !== undefined);
  if (complete.length < commands.length) return 'each command is to be a list of strings, the program first.';
  return { commands: complete };
}

function readReview({ commands, review }: Record<string, unknown>): Pick<GateSpec, 'commands' | 'review'> | string {
  if (commands !== undefined) return 'there are `commands` or a `review`, not both.';
  if (review !== null && !isRecord(review)) return '`review` is to be `{ agent: NAME }`, or `{}` for any agent.';
  const { agent, ...others } = review ?? {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `unknown setting "${unknown}" of \`review\`; there is agent.`;
  if (agent !== undefined && (typeof agent !== 'string' || agent.trim() === ''))
    return '`agent` of `review` is the name of an agent.';
  return { commands: [], review: agent === undefined ? {} : { agent } };
}

function readCommand(value: unknown): GateCommand | undefined {
  const argv: unknown[] = typeof value === 'string' ? value.trim().split(/\s+/) : Array.isArray(value) ? value : [];
  const strings = argv.flatMap((part) =>
    typeof part === 'string' ? [part] : typeof part === 'number' || typeof part === 'boolean' ? [String(part)] : [],
  );
  if (strings.length === 0 || strings.length !== argv.length || strings[0] === '') return undefined;
  return { label: strings.join(' '), argv: strings };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, sec: 1000, min: 60_000, m: 60_000, h: 3_600_000 };

function readTimeout(value: unknown): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(String(value));
  const unit = UNITS[match?.[2] ?? ''];
  const amount = Number(match?.[1]);
  return unit === undefined || !(amount > 0) ? undefined : amount * unit;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
