import { CLI_IDS, type Agent } from './agent.ts';
import { CLIS } from './cli/clis.ts';
import type { AgentSetting } from './registry.ts';

/** The name of the agent that looks around before anything is planned; nobody may take it. */
export const SURVEY_AGENT = 'orca-survey';
/** The file that says in which folder it writes: it is among the task's files. */
export const SURVEY_FILE = 'startup.md';
/** The settings of the agents that it looks for, as JSON. */
export const SURVEY_VARIABLE = 'ORCA_SURVEY_AGENTS';

/**
 * The built-in agent for the first step of planning: Orca's own program that looks at the machine and the repository. No
 * model, no key, no network.
 */
export function surveyAgent(settings: Readonly<Record<string, AgentSetting>>): Agent {
  return {
    id: SURVEY_AGENT,
    label: 'Orca',
    own: true,
    refuses: ({ id, files }) =>
      folderOf(files) === undefined
        ? `${id} does not write ${SURVEY_FILE}, which is what the agent "${SURVEY_AGENT}" does. Choose another agent.`
        : undefined,
    invoke({ task, survey }) {
      if (survey === undefined) throw new Error('no program that surveys was given');
      return {
        argv: [survey.command, ...survey.args, folderOf(task.files) ?? '.'],
        env: { ...survey.env, [SURVEY_VARIABLE]: JSON.stringify(withoutEnv(settings)) },
        files: [],
      };
    },
    // The signs of being signed in are looked for, so they have to be there.
    env: CLI_IDS.flatMap((id) => CLIS[id].signedIn.env),
  };
}

/** The folder of the start-up check among a task's files; `.` for the root. */
function folderOf(files: readonly string[]): string | undefined {
  const path = files.find((file) => file === SURVEY_FILE || file.endsWith(`/${SURVEY_FILE}`));
  return path === undefined ? undefined : path.slice(0, -SURVEY_FILE.length - 1) || '.';
}

/** Keys stand in variables, and it starts no agent. */
function withoutEnv(settings: Readonly<Record<string, AgentSetting>>): Record<string, AgentSetting> {
  return Object.fromEntries(
    Object.entries(settings).map(([id, setting]) => {
      const { env: _, ...rest } = setting;
      return [id, rest];
    }),
  );
}
