import { afterAll, beforeAll, expect, test } from 'vitest';
import { billed, startStubModel, type Fault, type StubModel } from './stub-model.ts';
import { at, textAt } from './stub/json.ts';

let stub: StubModel;
beforeAll(async () => {
  stub = await startStubModel();
});
afterAll(() => stub.close());

const PROMPT = 'Please. [[say First.]] [[write a.txt|some "text"]] [[bash touch b]] [[say All done.]]';
const shell = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] };
const writer = {
  type: 'object',
  properties: { path: { type: 'string' }, content: { type: 'string' }, why: { type: 'string' } },
  required: ['path', 'content', 'why'],
};

/** Each speaks one wire format as its CLIs do: a prompt and what tools gave back, to what the model does. */
interface Client {
  readonly path: string;
  readonly key: (key: string) => Record<string, string>;
  readonly body: (prompt: string, results: number, stream: boolean) => unknown;
  /** Words and calls, of the events of a streamed answer. */
  readonly said: (events: readonly unknown[]) => string;
  readonly called: (events: readonly unknown[]) => unknown;
  readonly output: (usage: unknown) => unknown;
}

const CLIENTS: Readonly<Record<string, Client>> = {
  anthropic: {
    path: '/v1/messages?beta=true',
    key: (key) => ({ 'x-api-key': key }),
    body: (prompt, results, stream) => ({
      model: 'm',
      stream,
      system: [{ type: 'text', text: 'Primary working directory: /repo' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: prompt }] },
        ...times(results, () => ({ role: 'user', content: [{ type: 'tool_result', content: 'done' }] })),
      ],
      tools: [
        { name: 'Write', input_schema: writer },
        { name: 'Bash', input_schema: shell },
      ],
    }),
    said: (events) => events.map((event) => textAt(event, 'delta', 'text')).join(''),
    called: (events) => {
      const json = events.map((event) => textAt(event, 'delta', 'partial_json')).join('');
      return json && (JSON.parse(json) as unknown);
    },
    output: (events) => at(events, 'usage', 'output_tokens'),
  },
  responses: {
    path: '/v1/responses',
    key: (key) => ({ authorization: `Bearer ${key}` }),
    body: (prompt, results, stream) => ({
      model: 'm',
      stream,
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: '<cwd>/repo</cwd>' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] },
        ...times(results, () => ({ type: 'function_call_output', output: 'done' })),
      ],
      tools: [
        { type: 'function', name: 'write', parameters: writer },
        { type: 'function', name: 'shell', parameters: shell },
      ],
    }),
    said: (events) => events.map((event) => textAt(event, 'delta')).join(''),
    called: (events) => {
      const item = events.find(
        (event) => textAt(event, 'item', 'status') === 'completed' && at(event, 'item', 'call_id'),
      );
      return item && (JSON.parse(textAt(item, 'item', 'arguments')) as unknown);
    },
    output: (event) => at(event, 'response', 'usage', 'output_tokens'),
  },
  chat: {
    path: '/v1/chat/completions',
    key: (key) => ({ authorization: `Bearer ${key}` }),
    body: (prompt, results, stream) => ({
      model: 'm',
      stream,
      messages: [
        { role: 'system', content: 'Working directory: /repo' },
        { role: 'user', content: prompt },
        ...times(results, () => ({ role: 'tool', content: 'done' })),
      ],
      tools: [
        { type: 'function', function: { name: 'write', parameters: writer } },
        { type: 'function', function: { name: 'bash', parameters: shell } },
      ],
    }),
    said: (events) => events.map((event) => textAt(event, 'choices', 0, 'delta', 'content')).join(''),
    called: (events) => {
      const json = events
        .map((event) => textAt(event, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments'))
        .join('');
      return json && (JSON.parse(json) as unknown);
    },
    output: (event) => at(event, 'usage', 'completion_tokens'),
  },
  gemini: {
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    key: (key) => ({ 'x-goog-api-key': key }),
    body: (prompt, results) => ({
      systemInstruction: { parts: [{ text: 'The working directory is: /repo' }] },
      contents: [
        { role: 'user', parts: [{ text: prompt }] },
        ...times(results, () => ({ role: 'user', parts: [{ functionResponse: { response: { output: 'done' } } }] })),
      ],
      tools: [
        {
          functionDeclarations: [
            { name: 'write_file', parametersJsonSchema: writer },
            { name: 'run_shell_command', parametersJsonSchema: shell },
          ],
        },
      ],
    }),
    said: (events) => events.map((event) => textAt(event, 'candidates', 0, 'content', 'parts', 0, 'text')).join(''),
    called: (events) =>
      events.map((event) => at(event, 'candidates', 0, 'content', 'parts', 0, 'functionCall', 'args')).find(Boolean),
    output: (event) => {
      const [said, thought] = ['candidatesTokenCount', 'thoughtsTokenCount'].map((name) =>
        Number(at(event, 'usageMetadata', name)),
      );
      return (said ?? 0) + (thought ?? 0) || undefined;
    },
  },
};

for (const [name, client] of Object.entries(CLIENTS)) {
  test(`${name}: what the model does is what the prompt says, a tool a turn`, async () => {
    const turns = [0, 1, 2].map(async (results) => {
      const { events } = await ask(client, { results });
      return [client.said(events), client.called(events) ?? ''];
    });
    expect(await Promise.all(turns)).toEqual([
      ['First.', { path: '/repo/a.txt', content: 'some "text"', why: 'As the script says' }],
      ['', { command: 'touch b' }],
      ['All done.', ''],
    ]);
  });

  test(`${name}: what it bills is what it says it bills, another number each time`, async () => {
    const key = `bill-${name}`;
    const outputs: number[] = [];
    for (const results of [0, 1, 2]) {
      const { events } = await ask(client, { results, key });
      outputs.push(Number(events.map(client.output).findLast((output) => output !== undefined)));
    }
    expect(new Set(outputs).size).toBe(3);
    expect(billed(stub.requests(key)).output).toBe(outputs.reduce((sum, output) => sum + output, 0));
  });

  test(`${name}: a failure has the format's own shape`, async () => {
    const { status, text } = await ask(client, { fault: '429' });
    expect([status, textAt(JSON.parse(text), 'error', 'message')]).toEqual([429, 'The stub says 429.']);
  });
}

const client = CLIENTS.chat;
if (!client) throw new Error('unreachable');

test.each<[Fault, (number | string)[]]>([
  ['401', [401, 401]],
  ['529', [529, 529]],
  ['quota', [429, 429]],
  ['drop', ['dropped', 'dropped']],
  ['hang', ['nothing', 'nothing']],
  ['once500', [500, 200]],
  ['oncedrop', ['dropped', 200]],
  ['oncehang', ['nothing', 200]],
  ['delay20', [200, 200]],
])('%s', async (fault, expected) => {
  const key = `fault-${fault}`;
  for (const outcome of expected) expect(await outcomeOf({ fault, key })).toBe(outcome);
  // Another client is not spared because of the first one, and nothing is billed for what was not answered.
  expect(await outcomeOf({ fault, key: `${key}-other` })).toBe(expected[0]);
  expect(stub.requests(key).map(({ usage }) => usage !== undefined)).toEqual(
    expected.map((outcome) => outcome === 200),
  );
});

test('429 says when to come back', async () => {
  const response = await post({ fault: '429' });
  expect(response.headers.get('retry-after')).toBe('1');
});

test('a client fails from now on, until it is well again', async () => {
  const statuses: number[] = [];
  for (const fault of [undefined, '500', '429', undefined] as const) {
    stub.fail('broken', fault);
    statuses.push((await ask(client, { key: 'broken' })).status, (await ask(client, { key: 'another' })).status);
  }
  expect(statuses).toEqual([200, 200, 500, 200, 429, 200, 200, 200]);
});

test('a prompt that was quoted on its way', async () => {
  const { events } = await ask(client, { prompt: `"${PROMPT.replaceAll('"', '\\"')}"` });
  expect(client.called(events)).toMatchObject({ content: 'some "text"' });
});

test('a second prompt of the same conversation starts its own script', async () => {
  const body = client.body(PROMPT, 2, true) as { messages: unknown[] };
  body.messages.push({ role: 'user', content: '[[bash again]]' });
  const { events } = await ask(client, { body });
  expect(client.called(events)).toEqual({ command: 'again' });
});

test('a prompt can have one of its requests fail', async () => {
  const prompt = '[[bash one]] [[fail once500]] [[bash two]] [[say Done.]]';
  const asked = { prompt, key: 'fails-itself' };
  const statuses = [];
  for (const results of [0, 1, 1, 2]) statuses.push((await ask(client, { ...asked, results })).status);
  expect(statuses).toEqual([200, 500, 200, 200]);
});

test('a tool that is not offered is not used', async () => {
  const { events } = await ask(client, {
    body: { ...(client.body(PROMPT, 0, true) as object), tools: [{ name: 'x' }] },
  });
  expect([client.said(events), client.called(events)]).toEqual(['First.\nThere is no tool for write.', '']);
});

interface Asked {
  readonly prompt?: string;
  readonly results?: number;
  readonly key?: string;
  readonly fault?: Fault;
  readonly body?: unknown;
}

async function post(
  { prompt = PROMPT, results = 0, key = 'key', fault, body }: Asked,
  to: Client | undefined = client,
): Promise<Response> {
  if (!to) throw new Error('unreachable');
  return fetch(`${fault === undefined ? stub.url : stub.withFault(fault)}${to.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...to.key(key) },
    body: JSON.stringify(body ?? to.body(prompt, results, true)),
    signal: AbortSignal.timeout(fault?.endsWith('hang') ? 700 : 20_000),
  });
}

async function ask(to: Client, asked: Asked): Promise<{ status: number; text: string; events: unknown[] }> {
  const response = await post(asked, to);
  const text = await response.text();
  const data = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json = '']) => JSON.parse(json) as unknown);
  return { status: response.status, text, events: data };
}

async function outcomeOf(asked: Asked): Promise<number | string> {
  try {
    const response = await post(asked);
    await response.text();
    return response.status;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'nothing' : 'dropped';
  }
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
