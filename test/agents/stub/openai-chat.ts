import type { Answer, ServerSentEvent, WireFormat } from './conversation.ts';
import { at, listAt, recordAt, textAt } from './json.ts';

/** OpenAI's chat completions: opencode, copilot and qwen. */
export const openaiChat: WireFormat = {
  matches: (path) => path.endsWith('/chat/completions'),
  billsCacheWrites: false,

  read(body) {
    const messages = listAt(body, 'messages').map((message) => ({
      role: textAt(message, 'role'),
      text: textOf(at(message, 'content')),
    }));
    const isSystem = (role: string): boolean => role === 'system' || role === 'developer';
    return {
      model: textAt(body, 'model'),
      system: messages
        .filter(({ role }) => isSystem(role))
        .map(({ text }) => text)
        .join('\n'),
      messages: messages
        .filter(({ role }) => !isSystem(role))
        .map(({ role, text }) => ({ from: role === 'tool' ? 'result' : role === 'user' ? 'user' : 'model', text })),
      tools: listAt(body, 'tools').map((tool) => ({
        name: textAt(tool, 'function', 'name'),
        properties: recordAt(tool, 'function', 'parameters', 'properties'),
        required: listAt(tool, 'function', 'parameters', 'required').map(String),
      })),
      stream: at(body, 'stream') === true,
    };
  },

  streamed(answer) {
    const { choices, usage, ...rest } = wholeOf(answer);
    const { message, finish_reason } = choices[0];
    const head = { ...rest, object: 'chat.completion.chunk' };
    const { role, content, tool_calls } = message;
    const deltas = [
      { role, content: '' },
      ...(content === null ? [] : [{ content }]),
      ...(tool_calls ? [{ tool_calls: tool_calls.map((call, index) => ({ index, ...call })) }] : []),
    ];
    return [
      ...deltas.map((delta) => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })),
      { ...head, choices: [{ index: 0, delta: {}, finish_reason }] },
      { ...head, choices: [], usage },
      '[DONE]',
    ].map((data): ServerSentEvent => ({ data }));
  },

  whole: wholeOf,

  failure: (status, message) => ({
    error: { message, type: ERRORS.get(status) ?? 'server_error', code: ERRORS.get(status) ?? null },
  }),

  exhausted: () => ({
    body: {
      error: {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      },
    },
    headers: {},
  }),
};

const ERRORS = new Map([
  [401, 'invalid_api_key'],
  [429, 'rate_limit_exceeded'],
]);

function wholeOf({ id, model, text, call, usage }: Answer) {
  const tool_calls = call && [
    { id: `call_${id}`, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.input) } },
  ];
  const message = { role: 'assistant', content: text === '' ? null : text, ...(tool_calls ? { tool_calls } : {}) };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message, finish_reason: call ? 'tool_calls' : 'stop' }] as const,
    usage: {
      prompt_tokens: usage.input + usage.cacheRead,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.cacheRead + usage.output,
      prompt_tokens_details: { cached_tokens: usage.cacheRead },
      completion_tokens_details: { reasoning_tokens: usage.reasoning },
    },
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => textAt(part, 'text')).join('\n') : '';
}
