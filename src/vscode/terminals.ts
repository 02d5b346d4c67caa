import * as vscode from 'vscode';
import { readRunnerProcess } from '../engine/runner/agent-files.ts';
import type { RunnerLauncher } from '../engine/runner/launcher.ts';

/** Starts runners as the processes of workspace terminals, which a person can watch. They outlive the window. */
export function terminalLauncher(): RunnerLauncher {
  return {
    launch: ({ agent, name, runnerPath, agentDir, cwd }) => {
      vscode.window.createTerminal({
        name,
        shellPath: process.execPath,
        shellArgs: [runnerPath, agentDir],
        cwd,
        // The extension host's own Node runs it; on the desktop that is Electron, which has to be told.
        env: { ELECTRON_RUN_AS_NODE: '1' },
        iconPath: new vscode.ThemeIcon(name.endsWith('Gates') ? 'shield' : 'hubot'),
        color: new vscode.ThemeColor(COLORS[agent % COLORS.length] ?? 'terminal.ansiBlue'),
      });
      return Promise.resolve({ dispose: () => undefined });
    },
  };
}

const COLORS = [
  'terminal.ansiBlue',
  'terminal.ansiMagenta',
  'terminal.ansiCyan',
  'terminal.ansiYellow',
  'terminal.ansiGreen',
];

/** The terminal that a runner is the process of; known by the process, since a reload loses all else of it. */
export async function terminalOf(agentDir: string): Promise<vscode.Terminal | undefined> {
  const pid = readRunnerProcess(agentDir)?.pid;
  if (pid === undefined) return undefined;
  for (const terminal of vscode.window.terminals) if ((await terminal.processId) === pid) return terminal;
  return undefined;
}
