import { randomBytes } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { OwnProgram } from '../core/agent/agent.ts';
import { withModelAgent } from '../core/agent/lm/model-agent.ts';
import { agentsOf } from '../core/agent/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { monotonicMs } from '../engine/process/identity.ts';
import { carryOf } from '../engine/settings.ts';
import type { LanguageModels } from './language-model.ts';
import { settingsFor } from './settings.ts';
import { terminalLauncher } from './terminals.ts';

export interface EnginesOptions {
  /** Folder of Orca's own programs. */
  readonly programs: string;
  readonly version: string;
  readonly models: LanguageModels;
}

const IDLE_EXIT_MS = 10 * 60_000;
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/** What this window drives runs with, by the settings of a folder, and Orca's own programs beside it. */
export class Engines {
  readonly #options: EnginesOptions;

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  /** Undefined, and said why, where the folder's settings are wrong. */
  of(folder: string): Engine | undefined {
    const { settings, problems } = settingsFor(vscode.Uri.file(folder));
    if (problems.length > 0) {
      void vscode.window.showErrorMessage(`Orca: ${problems.join(' ')}`);
      return undefined;
    }
    return {
      folder,
      driver: 'window',
      launcher: terminalLauncher(),
      runnerPath: join(this.#options.programs, 'runner.cjs'),
      mcp: this.#program('mcp.cjs'),
      bridge: this.#program('acp.cjs'),
      survey: this.#program('survey.cjs'),
      measure: this.#program('measure.cjs'),
      agents: withModelAgent(
        agentsOf(settings.agents),
        this.#options.models.agent(
          this.#program('lm.cjs'),
          () => settingsFor(vscode.Uri.file(folder)).settings.languageModel,
        ),
      ),
      carry: carryOf(settings),
      clock: { now: () => Date.now(), mono: monotonicMs },
      random: () => randomBytes(16).toString('hex'),
      version: this.#options.version,
      idleExitMs: IDLE_EXIT_MS,
      maxLogBytes: MAX_LOG_BYTES,
    };
  }

  /** Orca's command line, for a terminal. */
  cliProgram(): OwnProgram {
    return this.#program('cli.cjs');
  }

  /** Runs Orca's command line to its end, for what no window needs in itself. */
  cli(args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const { command, args: own, env } = this.cliProgram();
    return new Promise((resolve) => {
      execFile(command, [...own, ...args], { env: { ...process.env, ...env } }, (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, out, err: err === '' ? (error?.message ?? '') : err });
      });
    });
  }

  /** Has a run driven by a process that outlives this window, as soon as the run is free. */
  goOn(root: string, id: string): void {
    const { command, args, env } = this.cliProgram();
    spawn(command, [...args, 'resume', id, '--detached', '--folder', root], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...env },
    }).unref();
  }

  /** A bundle of Orca's own, run by the program that the extension host is. */
  #program(name: string): OwnProgram {
    const env = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
    return { command: process.execPath, args: [join(this.#options.programs, name)], env };
  }
}
