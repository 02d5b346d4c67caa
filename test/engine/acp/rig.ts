import { build } from 'esbuild';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acpAgent } from '../../../src/core/agent/acp/acp-agent.ts';
import type { OwnProgram, PermissionMode } from '../../../src/core/agent/agent.ts';
import type { Answer, Ask } from '../../../src/core/agent/ask.ts';
import type { PlanTask } from '../../../src/core/plan/plan.ts';
import { address } from '../../../src/engine/channel/address.ts';
import { MCP_VARIABLES } from '../../../src/engine/mcp/protocol.ts';
import type { Job, JobResult } from '../../../src/engine/runner/protocol.ts';
import { openRig, type Rig, type StartedRunner } from '../runner/rig.ts';

/** An agent over ACP, and what it is to do. */
export interface AcpTask {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly worktree: string;
  readonly prompt: string;
  readonly permission: PermissionMode;
  /** Absent: nobody can be asked, and it gets no server. */
  readonly answer?: Answer;
}

/** A real runner, the real bridge and Orca's real MCP server. */
export interface AcpRig {
  readonly runner: StartedRunner;
  readonly rig: Rig;
  job(task: AcpTask): Job;
  /** To its end; what is asked of a person is answered as the task says. */
  run(task: AcpTask): Promise<{ readonly result: JobResult; readonly questions: readonly Ask[] }>;
}

export async function openAcpRig(): Promise<AcpRig> {
  const rig = await openRig();
  const runner = await rig.startRunner({ graceMs: 3000 });
  const bridge = await bundle(rig.folder, 'acp', { FOR_THE_BRIDGE: '1' });
  const mcp = await bundle(rig.folder, 'mcp', {});

  const job = ({ command, env, worktree, prompt, permission, answer }: AcpTask): Job => {
    const own = rig.job();
    const promptFile = join(own.dir, 'prompt.md');
    writeFileSync(promptFile, prompt);
    const agent = acpAgent('it', { kind: 'acp', command, env });
    const door = answer && { address: address(`agent ${randomUUID()}`), token: randomUUID() };
    const invocation = agent.invoke({
      task: {} as PlanTask,
      prompt,
      promptFile,
      dir: own.dir,
      worktree,
      permission,
      bridge,
      ...(door && {
        mcp: { ...mcp, env: { [MCP_VARIABLES.address]: door.address, [MCP_VARIABLES.token]: door.token } },
      }),
    });
    for (const { name, text } of invocation.files) writeFileSync(join(own.dir, name), text);
    return {
      ...own,
      argv: invocation.argv,
      env: invocation.env,
      cwd: worktree,
      stdin: promptFile,
      agent: { cli: 'acp', ...(door && { door }) },
    };
  };

  return {
    rig,
    runner,
    job,
    async run(task) {
      const { engine } = runner;
      const own = job(task);
      const questions: Ask[] = [];
      let next = engine.messages.filter((message) => message.type === 'asked').length;
      const ended = engine.result(own).then((result) => ({ result }));
      for (;;) {
        const first = await Promise.race([ended, engine.next('asked', next)]);
        if ('result' in first) return { result: first.result, questions };
        next++;
        questions.push(first.question);
        if (task.answer !== undefined) engine.client.answer(own.id, first.ask, task.answer);
      }
    },
  };
}

async function bundle(folder: string, name: string, env: OwnProgram['env']): Promise<OwnProgram> {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`../../../src/engine/${name}/main.ts`, import.meta.url))],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { ORCA_VERSION: '"test"' },
    mainFields: ['module', 'main'],
    outfile,
    logLevel: 'silent',
  });
  return { command: process.execPath, args: [outfile], env };
}
