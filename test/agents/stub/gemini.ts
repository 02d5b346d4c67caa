import type { Answer, Message, WireFormat } from './conversation.ts';
import { at, listAt, recordAt, textAt } from './json.ts';

/** Google's generateContent and streamGenerateContent: gemini. */
export const gemini: WireFormat = {
  matches: (path) => /:(stream)?[gG]enerateContent$/.test(path),
  billsCacheWrites: false,

  read: (body, path) => ({
    model: /models\/([^:]+):/.exec(path)?.[1] ?? '',
    system: listAt(body, 'systemInstruction', 'parts')
      .map((part) => textAt(part, 'text'))
      .join('\n'),
    messages: listAt(body, 'contents').flatMap(messagesOf),
    tools: listAt(body, 'tools')
      .flatMap((tool) => listAt(tool, 'functionDeclarations'))
      .map((tool) => {
        const schema = recordAt(tool, 'parametersJsonSchema', 'properties');
        const from = Object.keys(schema).length > 0 ? 'parametersJsonSchema' : 'parameters';
        return {
          name: textAt(tool, 'name'),
          properties: recordAt(tool, from, 'properties'),
          required: listAt(tool, from, 'required').map(String),
        };
      }),
    stream: path.endsWith(':streamGenerateContent'),
  }),

  streamed(answer) {
    const { usageMetadata, candidates, ...head } = wholeOf(answer);
    const [{ content, ...end }] = candidates;
    const last = content.parts.length - 1;
    // The end comes together with the last part: an end with no content counts as an empty answer.
    return content.parts.map((part, index) => ({
      data: {
        ...head,
        candidates: [{ ...(index === last ? end : { index: 0 }), content: { role: 'model', parts: [part] } }],
        ...(index === last ? { usageMetadata } : {}),
      },
    }));
  },

  whole: wholeOf,

  failure: (status, message) => ({ error: { code: status, message, status: ERRORS.get(status) ?? 'INTERNAL' } }),

  exhausted: (_resetsAt, seconds) => ({
    body: {
      error: {
        code: 429,
        message: 'You exceeded your current quota.',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
            violations: [
              {
                quotaMetric: 'generativelanguage.googleapis.com/generate_requests_per_model_per_day',
                quotaId: 'GenerateRequestsPerDayPerProjectPerModel',
              },
            ],
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` },
        ],
      },
    },
    headers: {},
  }),
};

const ERRORS = new Map([
  [401, 'UNAUTHENTICATED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [529, 'UNAVAILABLE'],
]);

function wholeOf({ id, model, text, call, usage }: Answer) {
  const parts = [
    ...(text === '' ? [] : [{ text }]),
    ...(call ? [{ functionCall: { name: call.name, args: call.input } }] : []),
  ];
  return {
    responseId: id,
    modelVersion: model,
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }] as const,
    usageMetadata: {
      promptTokenCount: usage.input + usage.cacheRead,
      cachedContentTokenCount: usage.cacheRead,
      candidatesTokenCount: usage.output - usage.reasoning,
      thoughtsTokenCount: usage.reasoning,
      totalTokenCount: usage.input + usage.cacheRead + usage.output,
    },
  };
}

function messagesOf(content: unknown): Message[] {
  const from = textAt(content, 'role') === 'model' ? 'model' : 'user';
  return listAt(content, 'parts').map((part) =>
    at(part, 'functionResponse') === undefined
      ? { from, text: textAt(part, 'text') }
      : { from: 'result', text: textAt(part, 'functionResponse', 'response', 'output') },
  );
}
