import { count, list, markdownCode, oneLine, percent } from '../view/print.ts';
import type { LanguageShare } from './languages.ts';

/** What was found before anything is planned: of the machine, and of the repository. */
export interface StartupFacts {
  readonly machine: {
    readonly os: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly node: string;
  };
  readonly git: GitFacts;
  readonly agents: readonly AgentFacts[];
  /** Programs that fit the repository. */
  readonly tools: readonly ToolFacts[];
  readonly repository: {
    readonly files: number;
    /** It has code to build on. */
    readonly hasCode: boolean;
    /** Files for people and agents that say how work is done here. */
    readonly house: readonly string[];
  };
  readonly languages: readonly LanguageShare[];
  /** How its tests are run, as gates of Orca would. */
  readonly tests: readonly TestFacts[];
}

export type GitFacts =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'repository';
      readonly version: string;
      /** Absent: detached. */
      readonly branch?: string;
      /** Short name of the commit; absent: there is none yet. */
      readonly head?: string;
      /** Files with uncommitted changes in the user's checkout. */
      readonly changed: number;
    };

export interface AgentFacts {
  readonly id: string;
  readonly label: string;
  readonly state: 'found' | 'missing' | 'broken';
  readonly version?: string;
  /** Absent: nothing is known. */
  readonly signedIn?: boolean;
  readonly advice?: string;
}

export interface ToolFacts {
  readonly name: string;
  readonly found: boolean;
  /** Absent: it was not asked, or did not say. */
  readonly version?: string;
}

export interface TestFacts {
  readonly name: string;
  readonly why: string;
  readonly commands: readonly string[];
}

/** The artefact of the first step of planning, as Markdown. */
export function startupText(facts: StartupFacts): string {
  const { machine, repository, languages, tests, agents, tools } = facts;
  const sections: readonly (readonly [title: string, lines: readonly string[], none: string])[] = [
    ['Repository', repositoryLines(repository), ''],
    ['Languages', languages.slice(0, MOST_LANGUAGES).map(languageLine), 'No code.'],
    ['Tests', tests.map(testLine), 'No way of running tests was found.'],
    ['House files', repository.house.map(markdownCode), 'None.'],
    ['Git', gitLines(facts.git), ''],
    ['Agents', agents.map(agentLine), 'None are known.'],
    ['Tools', tools.map(toolLine), 'None were looked for.'],
    [
      'Machine',
      [
        oneLine(machine.os),
        `${count(machine.cores, 'core')}, ${gibibytes(machine.memoryBytes)} of memory`,
        `Node.js ${oneLine(machine.node)}`,
      ],
      '',
    ],
  ];
  const text = sections.map(
    ([title, lines, none]) => `## ${title}\n\n${lines.length === 0 ? none : lines.map((one) => `- ${one}`).join('\n')}`,
  );
  return `# Start-up check\n\n${text.join('\n\n')}\n`;
}

/** The same in a few lines, for whoever looks on. */
export function startupAccount({ repository, languages, agents, tools }: StartupFacts): string {
  const [main] = languages;
  const found = agents.filter(({ state }) => state === 'found');
  const missing = tools.filter((tool) => !tool.found);
  return [
    `${repository.hasCode ? 'An existing code base' : 'A new project'}: ${count(repository.files, 'tracked file')}${main === undefined ? '' : `, mostly ${main.language} (${percent(main.share)})`}.`,
    `Agents found: ${
      found.length === 0
        ? 'none'
        : list(
            found.map(({ id }) => id),
            10,
          )
    }.`,
    ...(missing.length === 0
      ? []
      : [
          `Not on the PATH: ${list(
            missing.map(({ name }) => name),
            10,
          )}.`,
        ]),
  ].join('\n');
}

const MOST_LANGUAGES = 12;

function repositoryLines({ files, hasCode }: StartupFacts['repository']): string[] {
  return [
    hasCode
      ? 'An existing code base: a plan names the files that are there.'
      : 'A new project (greenfield): there is no code yet.',
    count(files, 'tracked file'),
  ];
}

function languageLine({ language, files, share }: LanguageShare): string {
  return `${language}: ${percent(share)} of the code, ${count(files, 'file')}`;
}

function testLine({ name, why, commands }: TestFacts): string {
  return `${oneLine(name)}: ${oneLine(why)} Run as ${commands.map(markdownCode).join(', then ')}.`;
}

function gitLines(git: GitFacts): string[] {
  if (git.kind === 'none') return [oneLine(git.why)];
  return [
    oneLine(git.version),
    git.branch === undefined ? 'Detached: on no branch' : `On branch ${markdownCode(git.branch)}`,
    git.head === undefined ? 'No commit yet' : `At commit ${markdownCode(git.head)}`,
    git.changed === 0 ? 'Nothing uncommitted' : `${count(git.changed, 'file')} with uncommitted changes`,
  ];
}

function agentLine({ id, label, state, version, signedIn, advice }: AgentFacts): string {
  const about = [
    state,
    ...(version === undefined ? [] : [oneLine(version)]),
    ...(signedIn === undefined
      ? []
      : [signedIn ? 'signed in, by the signs of it' : 'not signed in, by the signs of it']),
  ];
  const name = id === label ? markdownCode(id) : `${markdownCode(id)} (${oneLine(label)})`;
  return `${name}: ${about.join(', ')}.${advice === undefined ? '' : ` ${oneLine(advice)}`}`;
}

function toolLine({ name, found, version }: ToolFacts): string {
  return `${oneLine(name)}: ${found ? oneLine(version ?? 'found') : 'not on the PATH'}`;
}

function gibibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}
