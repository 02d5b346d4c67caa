import { text } from 'node:stream/consumers';
import type { AgentEvent } from '../../core/agent/agent-event.ts';
import { openedFile, readModelAnswer, type AnsweredFile } from '../../core/agent/lm/answer.ts';
import { MODEL_VARIABLE, readModelConfig } from '../../core/agent/lm/model-agent.ts';
import { modelPrompt } from '../../core/agent/lm/model-prompt.ts';
import { openAsking } from '../mcp/asking.ts';
import { askModel } from './ask.ts';
import { filesToShow, writeFiles, writeProblems } from './worktree.ts';

// The agent that a language model of the editor is: `node lm.cjs` in a worktree, with the task on its standard input. It
// asks the window for an answer, prints what comes as AgentEvents, one a line of JSON, and writes the answer's files
// once it is whole.

/** Whether the task is done, as far as the program can tell. */
async function main(env: NodeJS.ProcessEnv): Promise<boolean> {
  const config = readModelConfig(env[MODEL_VARIABLE]);
  const worktree = process.cwd();
  const task = await text(process.stdin);
  // What a prompt names that holds its files itself, it only speaks of.
  const shown = await filesToShow(worktree, config.given ? '' : task, config.files);
  const lines = new AnswerLines();
  const answered = await askModel(
    config.door,
    {
      type: 'ask',
      prompt: modelPrompt(task, shown, config.readOnly),
      ...(config.model !== undefined && { model: config.model }),
    },
    { onModel: (name) => emit({ type: 'model', name }), onText: (part) => lines.push(part) },
  );
  lines.end();
  if (answered.kind === 'failed') {
    emit({ type: 'error', ...answered.error }, { type: 'end', ok: false });
    return false;
  }
  if (answered.usage !== undefined) emit({ type: 'usage', usage: answered.usage });
  if (config.readOnly) {
    emit({ type: 'end', ok: true, text: answered.text });
    return true;
  }
  const { files, words, problems } = readModelAnswer(answered.text);
  const wrong = [...problems, ...writeProblems(worktree, files, shown)];
  if (wrong.length > 0) return refuse(`the model's answer was not written: ${wrong.join('; ')}`);
  if (files.length === 0) return refuse('the model answered without a file');
  if (config.permission === 'ask' && !(await mayWrite(files, env))) return false;
  writeFiles(worktree, files);
  emit(...files.map(({ path }): AgentEvent => ({ type: 'edit', path })), { type: 'end', ok: true, text: words });
  return true;
}

/** Where agents ask before they write, so does this one: once, for all of its files. */
async function mayWrite(files: readonly AnsweredFile[], env: NodeJS.ProcessEnv): Promise<boolean> {
  const what = `write ${files.map(({ path }) => path).join(', ')}`;
  const asking = await openAsking(env);
  const answer = await asking.ask({ kind: 'permission', tool: 'write', input: what.slice('write '.length) });
  asking.close();
  if (answer.kind === 'allow') return true;
  emit({ type: 'denied', what }, { type: 'end', ok: false });
  return false;
}

function refuse(message: string): false {
  emit({ type: 'error', kind: 'other', message, retrying: false }, { type: 'end', ok: false });
  return false;
}

function emit(...events: readonly AgentEvent[]): void {
  for (const event of events) process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** Prints an answer by whole lines, and says which file it is at. */
class AnswerLines {
  #rest = '';

  push(part: string): void {
    const lines = (this.#rest + part).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#print(`${line}\n`);
  }

  end(): void {
    if (this.#rest !== '') this.#print(`${this.#rest}\n`);
    this.#rest = '';
  }

  #print(line: string): void {
    const path = openedFile(line.trimEnd());
    if (path !== undefined) emit({ type: 'tool', name: 'file', input: path });
    else emit({ type: 'message', text: line, partial: true });
  }
}

void main(process.env).then((done) => {
  // What was printed is on its way first.
  process.stdout.write('', () => process.exit(done ? 0 : 1));
});
