import type { Answer, Message, ServerSentEvent, Tool, WireFormat } from './conversation.ts';
import { at, listAt, recordAt, textAt } from './json.ts';

/** OpenAI's Responses: codex. */
export const openaiResponses: WireFormat = {
  matches: (path) => path.endsWith('/responses'),
  billsCacheWrites: false,

  read: (body) => ({
    model: textAt(body, 'model'),
    system: textAt(body, 'instructions'),
    messages: listAt(body, 'input').map(messageOf),
    tools: listAt(body, 'tools').flatMap((tool) => toolsOf(tool)),
    stream: at(body, 'stream') === true,
  }),

  streamed(answer) {
    const whole = wholeOf(answer);
    return [
      { type: 'response.created', response: { ...whole, status: 'in_progress', output: [], usage: null } },
      ...whole.output.flatMap((item, output_index) => [
        { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress' } },
        ...(item.type === 'message'
          ? [
              {
                type: 'response.output_text.delta',
                item_id: item.id,
                output_index,
                content_index: 0,
                delta: answer.text,
              },
            ]
          : []),
        { type: 'response.output_item.done', output_index, item },
      ]),
      { type: 'response.completed', response: whole },
    ].map((data): ServerSentEvent => ({ event: data.type, data }));
  },

  whole: wholeOf,

  failure: (status, message) => ({
    error: { type: ERRORS.get(status) ?? 'server_error', code: ERRORS.get(status) ?? 'server_error', message },
  }),

  exhausted: (resetsAt, seconds) => ({
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_at: resetsAt,
        resets_in_seconds: seconds,
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
  return {
    id: `resp_${id}`,
    object: 'response',
    model,
    status: 'completed',
    output: [
      ...(text === ''
        ? []
        : [
            {
              type: 'message' as const,
              id: `msg_${id}`,
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text, annotations: [] }],
            },
          ]),
      ...(call
        ? [
            {
              type: 'function_call' as const,
              id: `fc_${id}`,
              call_id: `call_${id}`,
              name: call.name,
              ...(call.namespace === undefined ? {} : { namespace: call.namespace }),
              arguments: JSON.stringify(call.input),
              status: 'completed',
            },
          ]
        : []),
    ],
    usage: {
      input_tokens: usage.input + usage.cacheRead,
      input_tokens_details: { cached_tokens: usage.cacheRead },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.input + usage.cacheRead + usage.output,
    },
  };
}

function messageOf(item: unknown): Message {
  const type = textAt(item, 'type');
  // Of an MCP tool it comes in parts.
  if (type.endsWith('_output')) return { from: 'result', text: textAt(item, 'output') || partsOf(item, 'output') };
  return { from: textAt(item, 'role') === 'user' ? 'user' : 'model', text: partsOf(item, 'content') };
}

function partsOf(item: unknown, name: string): string {
  return listAt(item, name)
    .map((part) => textAt(part, 'text'))
    .join('\n');
}

function toolsOf(tool: unknown, namespace?: string): Tool[] {
  const name = textAt(tool, 'name');
  if (textAt(tool, 'type') === 'namespace') return listAt(tool, 'tools').flatMap((inner) => toolsOf(inner, name));
  return [
    {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      properties: recordAt(tool, 'parameters', 'properties'),
      required: listAt(tool, 'parameters', 'required').map(String),
    },
  ];
}
