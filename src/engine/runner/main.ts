import { isatty } from 'node:tty';
import { readRunnerConfig } from './agent-files.ts';
import { outputOf } from '../../core/agent/outputs.ts';
import { Runner } from './runner.ts';
import { Terminal } from './terminal.ts';

// The runner's program: `node runner.cjs <folder with runner.json>`.
//
// It always ends with 0: what became of a job is said by its result, and an editor would report another code as a
// failure of the terminal.

async function main(agentDir: string): Promise<void> {
  const terminal = new Terminal(isatty(1));
  // The terminal may be closed, and its program is to live on.
  process.on('SIGHUP', () => undefined);
  process.on('uncaughtException', (error) => {
    terminal.line(`The runner failed: ${error.stack ?? error.message}`, 'note');
    setTimeout(() => process.exit(0), LAST_WORDS_MS);
  });

  const config = readRunnerConfig(agentDir);
  if (config === undefined) {
    terminal.line(`${agentDir} holds no runner.json that can be read.`, 'note');
    return;
  }
  terminal.line(config.name, 'note');
  const runner = new Runner({ config, agentDir, terminal, env: process.env, outputOf });
  // Ctrl-C is meant for what runs in the terminal; the runner waits for the next job.
  process.on('SIGINT', () => runner.stop());
  process.on('SIGTERM', () => {
    runner.stop();
    runner.close();
  });
  const failure = await runner.serve();
  if (failure !== undefined) terminal.line(failure, 'note');
  // An engine that does not take its last messages does not keep us.
  setTimeout(() => process.exit(0), LAST_WORDS_MS).unref();
}

const LAST_WORDS_MS = 1000;

void main(process.argv[2] ?? '.');
