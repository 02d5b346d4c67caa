import { SURVEY_VARIABLE } from '../../core/agent/survey.ts';
import { readAgentSettings } from '../../core/agent/registry.ts';
import { survey } from './survey.ts';

// The surveying program: `node survey.cjs FOLDER`, in the checkout that is looked at. It is a process of its own, so that
// the first step of planning is a step like any other: run by a runner, in a worktree, with a log.

async function main(folder: string): Promise<void> {
  const { [SURVEY_VARIABLE]: agents, ...env } = process.env;
  const { settings, problems } = readAgentSettings(parsed(agents));
  for (const problem of problems) console.error(problem);
  console.log(await survey({ root: process.cwd(), folder, agents: settings, env }));
}

/** Absent or no JSON: the known agents as they are. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
