import { PERMISSION_MODES } from '../agent/agent.ts';
import { readPrices } from '../agent/prices.ts';
import { readAgentSettings } from '../agent/registry.ts';
import { ORDER_RULES, STRATEGIES } from '../plan/plan.ts';

/** One setting: its default, and how a value from outside is read. */
export interface Setting<T> {
  readonly default: T;
  /** What it is to be, for people: completes "… is to be …". */
  readonly wanted: string;
  /** The bounds that the manifest declares as well. */
  readonly bounds?: {
    readonly minimum?: number;
    readonly maximum?: number;
    readonly enum?: readonly string[];
    readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  };
  /** Undefined: it is not what is wanted. `problems`: parts that are left out, and why. */
  read(value: unknown): { readonly value: T; readonly problems?: readonly string[] } | undefined;
  /** An object whose entries of several places come together; otherwise the nearest place has it alone. */
  readonly merges?: true;
}

/**
 * Every setting, by its key: `orca.<key>` in the editor, `<key>` in `.orca/settings.json`. The manifest says the same
 * for the editor, and a test holds the two together.
 */
export const SETTINGS = {
  agents: record(readAgents, 'an object: name → agent', { merges: true }),
  defaultAgent: text('shell'),
  agentPool: record(numbersOf, 'an object: name of an agent → how many at once'),
  agentFor: record(textsOf, 'an object: id of tasks, with * for any text → name of an agent'),
  fallbackAgents: record(textsOf, 'an object: name of an agent → name of another'),
  permission: choice(PERMISSION_MODES, 'edits'),
  strategy: choice(STRATEGIES, 'hybrid'),
  agentCount: integer({ default: 3, minimum: 1, maximum: 64 }),
  attempts: integer({ default: 2, minimum: 1, maximum: 10 }),
  'limits.idleMinutes': number({ default: 15, minimum: 1 }),
  'limits.totalMinutes': number({ default: 120, minimum: 1 }),
  'limits.retryMinutes': number({ default: 2, minimum: 0.1 }),
  /** Of an attempt, and of a run; 0: none. US dollars, tokens of all kinds. */
  'limits.costUsd': number({ default: 0, minimum: 0 }),
  'limits.tokens': integer({ default: 0, minimum: 0 }),
  'limits.runCostUsd': number({ default: 0, minimum: 0 }),
  'limits.runTokens': integer({ default: 0, minimum: 0 }),
  prices: record(readPriceTable, 'an object: model → { input, output }', { merges: true }),
  'environment.pass': list([]),
  /** Program and arguments; empty: none. */
  'worktree.setup': list([]),
  'worktree.dependencies': choice(['none', 'link', 'copy'], 'none'),
  'worktree.dependencyFolders': list(['node_modules', '.venv', 'vendor']),
  'run.resumeAfterQuota': flag(false),
  /** More merged tasks unread, and nothing new starts; 0: as many as there are. */
  'review.mostUnread': integer({ default: 0, minimum: 0 }),
  radar: flag(true),
  'run.continueWhenClosed': flag(false),
  /** Id or family of the editor's language model; empty: the first there is. */
  languageModel: textOrNothing(),
  /** Where planning writes its artefacts, in the workspace's folder; and who writes them: empty: the default agent. */
  'planning.folder': textOrNothing(),
  'planning.agent': textOrNothing(),
  planFiles: text(
    '{**/plan.md,**/*.plan.md,**/tasks.md,**/kitty-specs/*/tasks/*.md,**/.taskmaster/**/tasks.json,**/backlog/tasks/*.md,**/superpowers/plans/*.md}',
  ),
  /** What orders the tasks that say nothing of it; by itself: as the way of writing has it. */
  'plan.order': choice(['auto', ...ORDER_RULES], 'auto'),
  'plan.optionalTasks': choice(['run', 'skip'], 'run'),
  'plan.writeBack': flag(true),
} as const;

export type SettingKey = keyof typeof SETTINGS;

export type Settings = {
  readonly [K in SettingKey]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/** What one place says: a flag of the command line, the editor, the repository's file. */
export type SomeSettings = Partial<Settings>;

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/**
 * Reads an object of settings from outside, flat, by the keys of `SETTINGS`. What cannot be read is left out and named:
 * the key, what is wanted, and what was found.
 */
export function readSettings(value: unknown): {
  readonly settings: SomeSettings;
  readonly problems: readonly string[];
} {
  if (value === undefined) return { settings: {}, problems: [] };
  if (!isObject(value)) return { settings: {}, problems: [`Settings are to be an object, not ${shown(value)}.`] };
  const settings: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, given] of Object.entries(value)) {
    if (given === undefined) continue;
    if (!isSettingKey(key)) {
      problems.push(`There is no setting "${key}".${hint(key)}`);
      continue;
    }
    const setting: Setting<unknown> = SETTINGS[key];
    const read = setting.read(given);
    if (read === undefined) problems.push(`"${key}" is to be ${setting.wanted}, not ${shown(given)}.`);
    else {
      settings[key] = read.value;
      problems.push(...(read.problems ?? []).map((problem) => `"${key}": ${problem}`));
    }
  }
  return { settings, problems };
}

/** The settings of several places, the first going before the others, key by key, and all before the defaults. */
export function settingsOf(...places: readonly SomeSettings[]): Settings {
  const settings: Record<string, unknown> = {};
  for (const key of SETTING_KEYS) {
    const setting: Setting<unknown> = SETTINGS[key];
    const given = places.map((place) => place[key]).filter((value) => value !== undefined);
    settings[key] = setting.merges
      ? (Object.assign({}, setting.default, ...given.toReversed()) as unknown)
      : (given[0] ?? setting.default);
  }
  return settings as Settings;
}

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

function text(fallback: string): Setting<string> {
  return {
    default: fallback,
    wanted: 'a text that is not empty',
    bounds: { type: 'string' },
    read: (value) => (typeof value === 'string' && value.trim() !== '' ? { value } : undefined),
  };
}

function textOrNothing(): Setting<string> {
  return {
    default: '',
    wanted: 'a text',
    bounds: { type: 'string' },
    read: (value) => (typeof value === 'string' ? { value: value.trim() } : undefined),
  };
}

function choice<const T extends string>(among: readonly T[], fallback: NoInfer<T>): Setting<T> {
  return {
    default: fallback,
    wanted: `one of ${among.map((one) => `"${one}"`).join(', ')}`,
    bounds: { type: 'string', enum: among },
    read(value) {
      const found = among.find((one) => one === value);
      return found === undefined ? undefined : { value: found };
    },
  };
}

interface Bounds {
  readonly default: number;
  readonly minimum: number;
  readonly maximum?: number;
}

function number(bounds: Bounds): Setting<number> {
  return numeric(bounds, 'number');
}

function integer(bounds: Bounds): Setting<number> {
  return numeric(bounds, 'integer');
}

function numeric({ default: fallback, ...range }: Bounds, type: 'number' | 'integer'): Setting<number> {
  const { minimum, maximum = Infinity } = range;
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  return {
    default: fallback,
    wanted: maximum === Infinity ? `${kind}, ${minimum} or more` : `${kind} from ${minimum} to ${maximum}`,
    bounds: { type, ...range },
    read: (value) =>
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (type === 'number' || Number.isInteger(value)) &&
      value >= minimum &&
      value <= maximum
        ? { value }
        : undefined,
  };
}

function flag(fallback: boolean): Setting<boolean> {
  return {
    default: fallback,
    wanted: 'true or false',
    bounds: { type: 'boolean' },
    read: (value) => (typeof value === 'boolean' ? { value } : undefined),
  };
}

function list(fallback: readonly string[]): Setting<readonly string[]> {
  return {
    default: fallback,
    wanted: 'a list of texts',
    bounds: { type: 'array' },
    read: (value) =>
      Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')
        ? { value: value as string[] }
        : undefined,
  };
}

interface Entries<T> {
  readonly value: T;
  readonly problems: readonly string[];
}

function record<T extends object>(
  entries: (value: object) => Entries<T>,
  wanted: string,
  more: { readonly merges?: true } = {},
): Setting<T> {
  return {
    default: {} as T,
    wanted,
    bounds: { type: 'object' },
    read: (value) => (isObject(value) ? entries(value) : undefined),
    ...more,
  };
}

function readAgents(value: object): Entries<ReturnType<typeof readAgentSettings>['settings']> {
  const { settings, problems } = readAgentSettings(value);
  return { value: settings, problems };
}

function readPriceTable(value: object): Entries<ReturnType<typeof readPrices>['prices']> {
  const { prices, problems } = readPrices(value);
  return { value: prices, problems };
}

function numbersOf(value: object): Entries<Readonly<Record<string, number>>> {
  return each(value, (given) => (Number.isInteger(given) && Number(given) >= 1 ? Number(given) : undefined), {
    wanted: 'a whole number, 1 or more',
  });
}

function textsOf(value: object): Entries<Readonly<Record<string, string>>> {
  return each(value, (given) => (typeof given === 'string' && given !== '' ? given : undefined), {
    wanted: 'the name of an agent',
  });
}

function each<T>(
  value: object,
  read: (given: unknown) => T | undefined,
  { wanted }: { readonly wanted: string },
): Entries<Readonly<Record<string, T>>> {
  const entries: [string, T][] = [];
  const problems: string[] = [];
  for (const [name, given] of Object.entries(value) as [string, unknown][]) {
    const found = read(given);
    if (found === undefined) problems.push(`"${name}" is to be ${wanted}, not ${shown(given)}.`);
    else entries.push([name, found]);
  }
  return { value: Object.fromEntries(entries), problems };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MOST_SHOWN = 60;

function shown(value: unknown): string {
  const json = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return json.length > MOST_SHOWN ? `${json.slice(0, MOST_SHOWN)}…` : json;
}

/** The prefix that the editor wants, and objects in objects, are the slips that are easily made. */
function hint(key: string): string {
  const bare = key.replace(/^orca\./, '');
  if (isSettingKey(bare)) return ` In this file it is "${bare}".`;
  const below = SETTING_KEYS.filter((known) => known.startsWith(`${key}.`));
  return below.length > 0 ? ` Write it flat: ${below.map((known) => `"${known}"`).join(', ')}.` : '';
}
