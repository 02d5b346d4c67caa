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
