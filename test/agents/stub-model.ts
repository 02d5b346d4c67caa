import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Usage } from '../../src/core/agent/agent-event.ts';
import { anthropic } from './stub/anthropic.ts';
import type { Answer, Conversation, Failure, ServerSentEvent, WireFormat } from './stub/conversation.ts';
import { gemini } from './stub/gemini.ts';
import { parsed } from './stub/json.ts';
import { openaiChat } from './stub/openai-chat.ts';
import { openaiResponses } from './stub/openai-responses.ts';
import { nextTurn, type ScriptFor } from './stub/script.ts';

/** A model that does what its prompt says (see script.ts), over HTTP on this machine, in four wire formats. */
export interface StubModel {
  /** Base address, without a slash at its end. */
  readonly url: string;
  /** The address under which every request for an answer fails, or fails once for each prompt of a client. */
  withFault(fault: Fault): string;
  /** From now on the requests of this key fail; undefined: they are well again. */
  fail(key: string, fault: Fault | undefined): void;
  /** What was asked and answered so far, in the order of the answers; of one API key, or of all. */
  requests(key?: string): readonly ModelRequest[];
  close(): Promise<void>;
}

/**
 * A status is answered with, and 429 says when to come back. `quota`: an allowance is used up for an hour. `hang`: never answers. `drop`: ends the connection in the
 * middle of the answer. `delayMS`: answers after so many milliseconds. `once…`: the first request of a prompt only.
 */
export type Fault =
  `${'' | 'once'}${401 | 429 | 500 | 529}` | `${'' | 'once'}${'quota' | 'hang' | 'drop'}` | `delay${number}`;

export interface ModelRequest {
  /** The client's API key: by giving each client its own, a test tells them apart. */
  readonly key: string;
  /** Without the prefix that asks for a fault. */
  readonly path: string;
  readonly conversation: Conversation;
  /** 0: no whole answer was sent. */
  readonly status: number;
  /** Absent where nothing was billed. */
  readonly usage?: Usage;
}

const FORMATS: readonly WireFormat[] = [anthropic, openaiResponses, openaiChat, gemini];
const RETRY_AFTER_SECONDS = 1;
const HOUR_SECONDS = 3600;

/** `script`: what a prompt is answered with that says nothing of it. */
export async function startStubModel({ script }: { readonly script?: ScriptFor } = {}): Promise<StubModel> {
  const memory: Memory = { script, seen: [], failed: new Set(), faults: new Map() };
  const server = createServer((request, response) => {
    // Whatever goes wrong here is the client's to see, and the test's through it.
    answer(request, response, memory).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    withFault: (fault) => `${url}/fault/${fault}`,
    fail: (key, fault) => {
      if (fault === undefined) memory.faults.delete(key);
      else memory.faults.set(key, fault);
    },
    requests: (key) => memory.seen.filter((request) => key === undefined || request.key === key),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a client was billed altogether. */
export function billed(requests: readonly ModelRequest[]): Usage {
  const sum = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
  for (const { usage } of requests) {
    if (usage) for (const kind of ['input', 'cacheRead', 'cacheWrite', 'output'] as const) sum[kind] += usage[kind];
  }
  return sum;
}

/** What the server keeps from one request to the next. */
interface Memory {
  readonly script: ScriptFor | undefined;
  readonly seen: ModelRequest[];
  /** The prompts of clients that have had a request fail which was to fail once. */
  readonly failed: Set<string>;
  /** By key. */
  readonly faults: Map<string, Fault>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { script, seen, failed, faults }: Memory,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
  const [, fault = '', path = ''] = /^(?:\/fault\/(\w+))?(.*)$/.exec(pathname) ?? [];
  const body = parsed(await bodyOf(request));
  const format = FORMATS.find((format) => request.method === 'POST' && format.matches(path));
  if (!format) {
    answerAside(path, response);
    return;
  }
  const conversation = format.read(body, path);
  const turn = nextTurn(conversation, script);
  const key = keyOf(request) ?? searchParams.get('key') ?? '';
  const record = (status: number, usage?: Usage): void => {
    seen.push({ key, path, conversation, status, ...(usage ? { usage } : {}) });
  };

  const [, once, status, how, delay] =
    /^(once)?(?:(\d+)|(quota|hang|drop)|delay(\d+))$/.exec(turn.fault ?? faults.get(key) ?? fault) ?? [];
  const prompt = `${key}\n${turn.script}\n${turn.fault === undefined ? '' : turn.results}`;
  const fails = once === undefined || (turn.script !== '' && !failed.has(prompt));
  failed.add(prompt);
  const said = answerOf(conversation, turn, format);
  if (fails && status !== undefined) {
    record(Number(status));
    const headers = status === '429' ? { 'retry-after': `${RETRY_AFTER_SECONDS}` } : {};
    sendJson(response, Number(status), format.failure(Number(status), `The stub says ${status}.`), headers);
  } else if (fails && how === 'quota') {
    record(429);
    const { body, headers } = format.exhausted(Math.ceil(Date.now() / 1000) + HOUR_SECONDS, HOUR_SECONDS);
    sendJson(response, 429, body, headers);
  } else if (fails && how !== undefined) {
    record(0);
    if (how === 'drop') drop(response, conversation.stream ? format.streamed(said) : []);
  } else {
    if (delay !== undefined) await wait(Number(delay));
    record(200, said.usage);
    if (conversation.stream) sendEvents(response, format.streamed(said));
    else sendJson(response, 200, format.whole(said));
  }
}

/** What the clients ask besides: which models there are, and how many tokens something has. */
function answerAside(path: string, response: ServerResponse): void {
  if (/count_?tokens$/i.test(path)) {
    sendJson(response, 200, { input_tokens: 1000, totalTokens: 1000 });
  } else if (path.endsWith('/models')) {
    const model = { id: 'stub-model', object: 'model', created: 1_700_000_000, owned_by: 'stub' };
    sendJson(response, 200, { object: 'list', data: [model] });
  } else {
    sendJson(response, path === '' || path === '/' ? 200 : 404, {});
  }
}

/** Every number is another from request to request, so that a sum over the wrong ones is seen to be wrong. */
function answerOf(conversation: Conversation, turn: ReturnType<typeof nextTurn>, format: WireFormat): Answer {
  const digest = createHash('sha256')
    .update(turn.script + conversation.model)
    .digest('hex');
  const own = Number.parseInt(digest.slice(0, 4), 16) % 97;
  const { results } = turn;
  const usage =
    conversation.tools.length === 0
      ? { input: 211 + own, cacheRead: 0, cacheWrite: 0, output: 7, reasoning: 0 }
      : {
          input: 1000 + own + 101 * results,
          cacheRead: 400 + 1009 * results,
          cacheWrite: format.billsCacheWrites ? 60 + 13 * results : 0,
          output: 50 + own + 7 * results,
          reasoning: 5 + 3 * results,
        };
  const { text, call } = turn;
  const id = `${digest.slice(0, 8)}${results}${conversation.tools.length === 0 ? 'aside' : ''}`;
  return { id, model: conversation.model, text, ...(call ? { call } : {}), usage };
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Failure['headers'] = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function sendEvents(response: ServerResponse, events: readonly ServerSentEvent[]): void {
  writeEvents(response, events);
  response.end();
}

/** After the first event, if there is one. */
function drop(response: ServerResponse, events: readonly ServerSentEvent[]): void {
  if (events.length > 0) writeEvents(response, events.slice(0, 1));
  setImmediate(() => response.destroy());
}

function writeEvents(response: ServerResponse, events: readonly ServerSentEvent[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const { event, data } of events) {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const named = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return named?.toString() ?? headers.authorization?.replace(/^Bearer /i, '');
}
