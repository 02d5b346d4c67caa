import type { Answer, Message, ServerSentEvent, WireFormat } from './conversation.ts';
import { at, listAt, recordAt, textAt } from './json.ts';

/** Anthropic's Messages: claude, and copilot where it is told to. */
export const anthropic: WireFormat = {
  matches: (path) => path.endsWith('/messages'),
  billsCacheWrites: true,

  read: (body) => ({
    model: textAt(body, 'model'),
    system: textOf(at(body, 'system')),
    messages: listAt(body, 'messages').flatMap(messagesOf),
    tools: listAt(body, 'tools').map((tool) => ({
      name: textAt(tool, 'name'),
      properties: recordAt(tool, 'input_schema', 'properties'),
      required: listAt(tool, 'input_schema', 'required').map(String),
    })),
    stream: at(body, 'stream') === true,
  }),

  streamed(answer) {
    const whole = wholeOf(answer);
    const { output_tokens, ...input } = whole.usage;
    const message = { ...whole, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } };
    return [
      { type: 'message_start', message },
      ...whole.content.flatMap(blockEvents),
      {
        type: 'message_delta',
        delta: { stop_reason: whole.stop_reason, stop_sequence: null },
        usage: { ...input, output_tokens },
      },
      { type: 'message_stop' },
    ].map((data): ServerSentEvent => ({ event: data.type, data }));
  },

  whole: wholeOf,

  failure: failureOf,

  exhausted: (resetsAt, seconds) => ({
    body: failureOf(429, 'This request would exceed your account\u2019s rate limit. Please try again later.'),
    headers: {
      'retry-after': `${seconds}`,
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': `${resetsAt}`,
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-status': 'rejected',
      'anthropic-ratelimit-unified-5h-reset': `${resetsAt}`,
      'anthropic-ratelimit-unified-5h-utilization': '1',
    },
  }),
};

function failureOf(status: number, message: string): unknown {
  const type = ERRORS.get(status) ?? 'api_error';
  return { type: 'error', error: { type, message }, request_id: 'req_stub' };
}

const ERRORS = new Map([
  [401, 'authentication_error'],
  [429, 'rate_limit_error'],
  [529, 'overloaded_error'],
]);

function wholeOf({ id, model, text, call, usage }: Answer) {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...(call ? [{ type: 'tool_use' as const, id: `toolu_${id}`, name: call.name, input: call.input }] : []),
    ],
    stop_reason: call ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: usage.input,
      cache_creation_input_tokens: usage.cacheWrite,
      cache_read_input_tokens: usage.cacheRead,
      output_tokens: usage.output,
    },
  };
}

function blockEvents(block: ReturnType<typeof wholeOf>['content'][number], index: number) {
  const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  const delta =
    block.type === 'text'
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
  return [
    { type: 'content_block_start', index, content_block: empty },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ];
}

function messagesOf(message: unknown): Message[] {
  const from = textAt(message, 'role') === 'assistant' ? 'model' : 'user';
  const content = at(message, 'content');
  if (typeof content === 'string') return [{ from, text: content }];
  return listAt(message, 'content').map((part) =>
    textAt(part, 'type') === 'tool_result'
      ? { from: 'result', text: textOf(at(part, 'content')) }
      : { from, text: textAt(part, 'text') },
  );
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => textAt(part, 'text')).join('\n') : '';
}
