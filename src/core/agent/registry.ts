import type { Agent, CommandSetting } from './agent.ts';
import { commandAgent } from './command.ts';
import { shellAgent } from './shell.ts';

/** The agents of a run by id: the built-in ones, and those of the settings, which may not take a built-in's name. */
export function agentsOf(settings: Readonly<Record<string, CommandSetting>>): ReadonlyMap<string, Agent> {
  const agents = new Map<string, Agent>();
  for (const [id, setting] of Object.entries(settings)) agents.set(id, commandAgent(id, setting));
  agents.set(shellAgent.id, shellAgent);
  return agents;
}

/** Reads settings from outside: what is not a command setting is left out and named. */
export function readAgentSettings(value: unknown): {
  readonly settings: Record<string, CommandSetting>;
  readonly problems: readonly string[];
} {
  const settings: Record<string, CommandSetting> = {};
  const problems: string[] = [];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { settings, problems: value === undefined ? [] : ['The agents are to be an object: name → command.'] };
  for (const [id, entry] of Object.entries(value as Record<string, unknown>)) {
    const { command, prompt, env } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
      string,
      unknown
    >;
    if (!Array.isArray(command) || command.length === 0 || !command.every((part) => typeof part === 'string'))
      problems.push(`Agent "${id}": "command" is to be a list of strings, the program first.`);
    else if (prompt !== undefined && prompt !== 'stdin' && prompt !== 'none')
      problems.push(`Agent "${id}": "prompt" is to be "stdin" or "none".`);
    else if (env !== undefined && !isStringRecord(env))
      problems.push(`Agent "${id}": "env" is to be an object of strings.`);
    else settings[id] = { command, ...(prompt !== undefined && { prompt }), ...(env !== undefined && { env }) };
  }
  return { settings, problems };
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((v) => typeof v === 'string');
}
