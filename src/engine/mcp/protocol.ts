import { readAnswer, readAsk, type Answer, type Ask } from '../../core/agent/ask.ts';
import { isRecord } from '../runner/read.ts';

// Between an agent's own MCP server and the runner that runs the agent: a door of its own, with a token of its own, at
// which nothing but this can be said. The agent knows that token; it does not get the run's.

export interface Door {
  readonly address: string;
  readonly token: string;
}

/** What stands in the environment of the server. */
export const MCP_VARIABLES = { address: 'ORCA_DOOR', token: 'ORCA_DOOR_TOKEN', runDir: 'ORCA_RUN_DIR' } as const;

/** MCP server to runner. */
export type FromAgent =
  /** Waits for `answered` on the same connection. */
  | { readonly type: 'ask'; readonly ask: string; readonly question: Ask }
  /** What the agent says of how far it is. */
  | { readonly type: 'progress'; readonly text: string };

/** Runner to MCP server. */
export type ToAgent =
  { readonly type: 'hello' } | { readonly type: 'answered'; readonly ask: string; readonly answer: Answer };

export function readFromAgent(value: unknown): FromAgent | undefined {
  if (!isRecord(value)) return undefined;
  const { type, ask, text } = value;
  if (type === 'progress') return typeof text === 'string' ? { type, text } : undefined;
  const question = readAsk(value.question);
  return type === 'ask' && typeof ask === 'string' && question !== undefined ? { type, ask, question } : undefined;
}

export function readToAgent(value: unknown): ToAgent | undefined {
  if (!isRecord(value)) return undefined;
  if (value.type === 'hello') return { type: 'hello' };
  const answer = readAnswer(value.answer);
  return value.type === 'answered' && typeof value.ask === 'string' && answer !== undefined
    ? { type: 'answered', ask: value.ask, answer }
    : undefined;
}
