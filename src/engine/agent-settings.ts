import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from '../core/agent/agent.ts';
import { agentsOf, readAgentSettings } from '../core/agent/registry.ts';

/** The repository's own agents, tracked with it; the editor's setting `orca.agents` goes before them. */
export const AGENTS_FILE = '.orca/agents.json';

/**
 * The agents known in a repository: the built-in ones, those of `.orca/agents.json`, and those of `settings`. What
 * cannot be read is left out and named.
 */
export async function loadAgents(
  root: string,
  settings?: unknown,
): Promise<{ readonly agents: ReadonlyMap<string, Agent>; readonly problems: readonly string[] }> {
  let text: string | undefined;
  try {
    text = await readFile(join(root, AGENTS_FILE), 'utf8');
  } catch {
    text = undefined;
  }
  let file: unknown;
  const problems: string[] = [];
  try {
    file = text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    problems.push(`${AGENTS_FILE}: ${(error as Error).message}`);
  }
  const own = readAgentSettings(file);
  const given = readAgentSettings(settings);
  problems.push(...own.problems.map((problem) => `${AGENTS_FILE}: ${problem}`), ...given.problems);
  return { agents: agentsOf({ ...own.settings, ...given.settings }), problems };
}
