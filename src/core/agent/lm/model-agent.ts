import { PERMISSION_MODES, type Agent, type OwnProgram, type PermissionMode } from '../agent.ts';
import { fields, fieldsOfLine, text } from '../cli/json.ts';

/** Its name in plans and settings. */
export const MODEL_AGENT = 'vscode';

/** The variable in which its program is told what it needs to know. Not an argument: a token is in it. */
export const MODEL_VARIABLE = 'ORCA_MODEL';

/** Where a window listens that has language models. */
export interface ModelDoor {
  readonly address: string;
  readonly token: string;
}

export interface ModelConfig {
  /** Absent: there is no window. */
  readonly door?: ModelDoor;
  /** Id or family; absent: the first there is. */
  readonly model?: string;
  readonly permission: PermissionMode;
  /** Its answer is wanted, and no file of it is written. */
  readonly readOnly: boolean;
  /** Globs of what the task writes. */
  readonly files: readonly string[];
  /** The prompt holds the text of what the task reads. */
  readonly given: boolean;
}

/**
 * The agent whose model is the editor's. What is started is a program that asks a window for an answer. `model`: id or
 * family as it is set now, or empty.
 */
export function modelAgent(
  program: OwnProgram,
  window: {
    readonly door?: ModelDoor | undefined;
    readonly model: () => string;
    readonly models: () => Promise<readonly string[]>;
  },
): Agent {
  return {
    id: MODEL_AGENT,
    label: 'VS Code language model',
    models: window.models,
    refuses: () =>
      window.door === undefined
        ? `The agent "${MODEL_AGENT}" can be had in a window of VS Code alone. Start the run there, or name another agent.`
        : undefined,
    invoke({ task, promptFile, permission, readOnly = false, mcp }) {
      const { door } = window;
      const wanted = window.model();
      const config: ModelConfig = {
        ...(door !== undefined && { door }),
        ...(wanted !== '' && { model: wanted }),
        permission,
        readOnly,
        files: task.files,
        given: task.reads !== undefined,
      };
      return {
        argv: [program.command, ...program.args],
        // With the way to a person, for leave to write.
        env: { ...program.env, ...mcp?.env, [MODEL_VARIABLE]: JSON.stringify(config) },
        stdin: promptFile,
        files: [],
      };
    },
    output: 'lm',
  };
}

/** Without a window: nothing is started with it, and a run that was waits for one. */
export function modelAgentElsewhere(program: OwnProgram): Agent {
  return modelAgent(program, { model: () => '', models: () => Promise.resolve([]) });
}

/** The agents, and this one, unless the settings have one of its name. */
export function withModelAgent(agents: ReadonlyMap<string, Agent>, agent: Agent): ReadonlyMap<string, Agent> {
  return agents.has(agent.id) ? agents : new Map([...agents, [agent.id, agent]]);
}

/** From outside; what cannot be read allows less. */
export function readModelConfig(value: string | undefined): ModelConfig {
  const { door, model, permission, readOnly, files, given } = fieldsOfLine(value ?? '') ?? {};
  const { address, token } = fields(door) ?? {};
  const [at, secret, name] = [text(address), text(token), text(model)];
  return {
    ...(at !== undefined && secret !== undefined && { door: { address: at, token: secret } }),
    ...(name !== undefined && { model: name }),
    permission: PERMISSION_MODES.find((mode) => mode === permission) ?? 'ask',
    readOnly: readOnly !== false,
    files: Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [],
    given: given !== false,
  };
}
