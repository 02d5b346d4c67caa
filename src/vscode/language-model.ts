import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { AgentError, Usage } from '../core/agent/agent-event.ts';
import type { Agent, OwnProgram } from '../core/agent/agent.ts';
import { errorOf } from '../core/agent/cli/errors.ts';
import { modelAgent, type ModelDoor } from '../core/agent/lm/model-agent.ts';
import { address } from '../engine/channel/address.ts';
import type { Listening } from '../engine/channel/channel.ts';
import { serveModels, type AnswerRequest } from '../engine/lm/serve.ts';

const JUSTIFICATION =
  'Orca asks this model to plan, or to do a task of a plan, and writes the files that it answers with.';
const NO_MODEL =
  'there is no language model in this window; install an extension that brings one, such as GitHub Copilot';

/** Models may come with extensions that start later than Orca. */
const PATIENCE_MS = 10_000;

/** The editor's language models, as an agent of runs. Listens from when the agent is first wanted, until the window ends. */
export class LanguageModels implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  #door: ModelDoor | undefined;
  #listening: Promise<Listening> | undefined;
  #closed = false;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Asked by `program`. `model`: id or family as it is set now, or empty. */
  agent(program: OwnProgram, model: () => string): Agent {
    return modelAgent(program, { door: this.#open(), model, models: modelNames });
  }

  /** What the models answer from now on is cut off, and not said to be their answer. */
  dispose(): void {
    this.#closed = true;
    void this.#listening?.then((listening) => {
      if (listening.kind === 'listening') listening.close();
    });
  }

  #open(): ModelDoor | undefined {
    if (this.#listening !== undefined) return this.#door;
    try {
      this.#door = { address: address(`models ${random()}`), token: random() };
    } catch (error) {
      this.#log.error(error as Error);
      return undefined;
    }
    this.#listening = serveModels(this.#door, (request, tell, signal) =>
      answer(request, (message) => (this.#closed ? undefined : tell(message)), signal),
    );
    void this.#listening.then((listening) => {
      if (listening.kind === 'failed') this.#log.error(listening.message);
    });
    return this.#door;
  }
}

/** Names of the models that there are, for people. */
async function modelNames(): Promise<readonly string[]> {
  return (await vscode.lm.selectChatModels()).map(({ id, name }) => (name === id ? id : `${name} (${id})`));
}

const answer: AnswerRequest = async ({ prompt, model: wanted }, tell, signal) => {
  const source = new vscode.CancellationTokenSource();
  signal.addEventListener('abort', () => source.cancel());
  const { token } = source;
  try {
    const model = await modelOf(wanted);
    if ('problem' in model) {
      // Nobody can do a task with it before somebody has seen to it.
      tell({ type: 'failed', error: { kind: 'auth', message: model.problem, retrying: false } });
      return;
    }
    tell({ type: 'model', name: model.id });
    const input = await tokensOf(model, prompt, token);
    if (input !== undefined && model.maxInputTokens > 0 && input > model.maxInputTokens)
      throw new Error(
        `${model.name} takes ${model.maxInputTokens} tokens, and the task with its files has ${input}: choose another model (orca.languageModel), or make the task smaller`,
      );
    const messages = [vscode.LanguageModelChatMessage.User(prompt)];
    const response = await model.sendRequest(messages, { justification: JUSTIFICATION }, token);
    let said = '';
    for await (const text of response.text) {
      said += text;
      tell({ type: 'text', text });
    }
    const output = await tokensOf(model, said, token);
    tell({ type: 'ended', ...usage(input, output) });
  } catch (error) {
    tell({ type: 'failed', error: errorFrom(error) });
  } finally {
    source.dispose();
  }
};

/** The model of that id or family; without one, the first. */
async function modelOf(wanted: string | undefined): Promise<vscode.LanguageModelChat | { readonly problem: string }> {
  const models = await modelsSoon();
  const model =
    wanted === undefined
      ? models[0]
      : (models.find(({ id }) => id === wanted) ?? models.find(({ family }) => family === wanted));
  if (model !== undefined) return model;
  return {
    problem:
      models.length === 0
        ? NO_MODEL
        : `there is no language model "${wanted ?? ''}" (orca.languageModel); there are ${models.map(({ id }) => id).join(', ')}`,
  };
}

async function modelsSoon(): Promise<vscode.LanguageModelChat[]> {
  const models = await vscode.lm.selectChatModels();
  if (models.length > 0) return models;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      changed.dispose();
      resolve();
    };
    const timer = setTimeout(done, PATIENCE_MS);
    const changed = vscode.lm.onDidChangeChatModels(done);
  });
  return vscode.lm.selectChatModels();
}

/** As the model itself counts; undefined where it cannot. */
async function tokensOf(
  model: vscode.LanguageModelChat,
  text: string,
  token: vscode.CancellationToken,
): Promise<number | undefined> {
  try {
    return await model.countTokens(text, token);
  } catch {
    return undefined;
  }
}

function usage(input: number | undefined, output: number | undefined): { readonly usage?: Usage } {
  if (input === undefined || output === undefined) return {};
  return { usage: { input, cacheRead: 0, cacheWrite: 0, output } };
}

function errorFrom(error: unknown): AgentError {
  const own = messageOf(error);
  const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : '';
  const message = cause === '' || own.includes(cause) ? own : `${own}: ${cause}`;
  const code = error instanceof vscode.LanguageModelError ? error.code : undefined;
  switch (code) {
    case 'NoPermissions':
      return errorOf({
        kind: 'auth',
        message: `VS Code does not let Orca use this language model; allow it when you are asked (${message})`,
      });
    case 'NotFound':
      return errorOf({ kind: 'auth', message: `the language model is not there any more (${message})` });
    case 'Blocked':
      return errorOf({ kind: 'quota', message: `the language model is blocked for Orca for now (${message})` });
    default:
      return errorOf({ message });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function random(): string {
  return randomBytes(16).toString('hex');
}
