/** What an agent asks of a person while it works. Its clock stands still until it is answered. */
export type Ask =
  /** It wants to use a tool that its permission mode does not cover. `input`: what to show of it, bounded. */
  | { readonly kind: 'permission'; readonly tool: string; readonly input: string }
  /** `options`: answers it suggests; any other text will do as well. */
  | { readonly kind: 'question'; readonly text: string; readonly options: readonly string[] };

export type Answer =
  /** `task`: for this tool, for all of the task's attempts. */
  | { readonly kind: 'allow'; readonly scope: 'once' | 'task' }
  | { readonly kind: 'deny'; readonly reason: string }
  | { readonly kind: 'reply'; readonly text: string };

/** Whether an answer is one to this question. */
export function answers(ask: Ask, answer: Answer): boolean {
  return ask.kind === 'permission' ? answer.kind !== 'reply' : answer.kind !== 'allow';
}

const MOST_CHARACTERS = 4000;

/** From outside; undefined for what is no answer. */
export function readAnswer(value: unknown): Answer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, scope, reason, text } = value as Record<string, unknown>;
  if (kind === 'allow' && (scope === 'once' || scope === 'task')) return { kind, scope };
  if (kind === 'deny' && typeof reason === 'string') return { kind, reason: reason.slice(0, MOST_CHARACTERS) };
  if (kind === 'reply' && typeof text === 'string') return { kind, text: text.slice(0, MOST_CHARACTERS) };
  return undefined;
}

/** From outside; undefined for what is no question. */
export function readAsk(value: unknown): Ask | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, tool, input, text, options } = value as Record<string, unknown>;
  if (kind === 'permission' && typeof tool === 'string' && typeof input === 'string')
    return { kind, tool: tool.slice(0, 200), input: input.slice(0, MOST_CHARACTERS) };
  if (kind === 'question' && typeof text === 'string' && Array.isArray(options))
    return {
      kind,
      text: text.slice(0, MOST_CHARACTERS),
      options: options
        .filter((option): option is string => typeof option === 'string')
        .slice(0, 10)
        .map((option) => option.slice(0, 200)),
    };
  return undefined;
}
