import type { AgentError, Usage } from '../../core/agent/agent-event.ts';
import { fields } from '../../core/agent/cli/json.ts';
import { readError, readUsage } from '../../core/agent/report.ts';

// Between the program of an attempt and the window whose language model answers: one question a connection. A program
// that goes away takes its question back.

/** Program to window. */
export interface ModelRequest {
  readonly type: 'ask';
  readonly prompt: string;
  /** Id or family; absent: the first there is. */
  readonly model?: string;
}

/** Window to program; `ended` or `failed` is the last. */
export type FromModel =
  | { readonly type: 'hello' }
  | { readonly type: 'model'; readonly name: string }
  /** The next part of the answer. */
  | { readonly type: 'text'; readonly text: string }
  /** The answer is whole. `usage`: as the model itself counts tokens. */
  | { readonly type: 'ended'; readonly usage?: Usage }
  | { readonly type: 'failed'; readonly error: AgentError };

export function readModelRequest(value: unknown): ModelRequest | undefined {
  const { type, prompt, model } = fields(value) ?? {};
  return type === 'ask' && typeof prompt === 'string'
    ? { type, prompt, ...(typeof model === 'string' && { model }) }
    : undefined;
}

export function readFromModel(value: unknown): FromModel | undefined {
  const message = fields(value) ?? {};
  switch (message.type) {
    case 'hello':
      return { type: 'hello' };
    case 'model':
      return typeof message.name === 'string' ? { type: 'model', name: message.name } : undefined;
    case 'text':
      return typeof message.text === 'string' ? { type: 'text', text: message.text } : undefined;
    case 'ended': {
      const usage = readUsage(message.usage);
      return { type: 'ended', ...(usage !== undefined && { usage }) };
    }
    case 'failed': {
      const error = readError(message.error);
      return error && { type: 'failed', error };
    }
    default:
      return undefined;
  }
}
