import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FAKE_AGENT, openFakeAgents } from './fake-agents.ts';

/** An agent that was started for a step of planning. */
export interface Asked {
  readonly step: string;
  /** 1 for the first time that the step's agent is started. */
  readonly time: number;
  readonly prompt: string;
}

/** What the agent writes, by path below its worktree. */
export type Answer = (asked: Asked) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

export interface Planner {
  /** For `.orca/settings.json`: an agent `planner` that does the planning. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Every start of an agent, in order. */
  readonly asked: readonly Asked[];
  close(): void;
}

/** Plays the agent that plans: each time it is started it writes what the test answers, and ends well. */
export async function playPlanner(answer: Answer): Promise<Planner> {
  const agents = await openFakeAgents();
  const asked: Asked[] = [];
  let open = true;
  const play = async (): Promise<void> => {
    while (open) {
      const agent = await agents.next();
      const { env, cwd, input = '' } = agent.hello;
      const step = env.ORCA_TASK_ID ?? '';
      const one = { step, time: asked.filter((other) => other.step === step).length + 1, prompt: input };
      asked.push(one);
      void Promise.resolve(answer(one)).then(async (files) => {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(cwd, path)), { recursive: true });
          writeFileSync(join(cwd, path), text);
        }
        await agent.tell('exit', { code: 0 });
      });
    }
  };
  void play();
  return {
    settings: {
      agents: { planner: { command: [process.execPath, FAKE_AGENT], env: agents.env } },
      'planning.agent': 'planner',
    },
    asked,
    close() {
      open = false;
      agents.close();
    },
  };
}
