import { spawn } from 'node:child_process';

export interface LaunchRequest {
  /** 0-based. */
  readonly agent: number;
  readonly name: string;
  /** Of the runner's bundle. */
  readonly runnerPath: string;
  /** Holds its runner.json. */
  readonly agentDir: string;
  readonly cwd: string;
}

/** Lets go of what shows the runner. The runner itself, and its job, go on: it is asked to end over its channel. */
export interface Launched {
  dispose(): void;
}

export interface RunnerLauncher {
  launch(request: LaunchRequest): Promise<Launched | { readonly error: string }>;
}

/** Starts runners as processes of their own, which nobody sees and which outlive this one. */
export function childProcessLauncher(options: {
  /** Node, or an Electron that can play it. */
  readonly execPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): RunnerLauncher {
  return {
    launch: ({ runnerPath, agentDir, cwd }) =>
      new Promise((resolve) => {
        const child = spawn(options.execPath, [runnerPath, agentDir], {
          cwd,
          env: { ...options.env, ELECTRON_RUN_AS_NODE: '1' },
          detached: true,
          stdio: 'ignore',
          windowsHide: true,
        });
        child.once('spawn', () => resolve({ dispose: () => undefined }));
        child.once('error', (error) => resolve({ error: `The runner could not be started: ${error.message}` }));
        child.unref();
      }),
  };
}
