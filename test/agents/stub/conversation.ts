import type { Usage } from '../../../src/core/agent/agent-event.ts';

/** What a model is sent, whichever the wire format. */
export interface Conversation {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly stream: boolean;
}

/** `result`: what a tool gave back. */
export interface Message {
  readonly from: 'user' | 'model' | 'result';
  readonly text: string;
}

export interface Tool {
  readonly name: string;
  /** Codex groups the tools of an MCP server under one. */
  readonly namespace?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
}

export interface Call {
  readonly name: string;
  readonly namespace?: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the model says back: words, a call of a tool, or both. `output` of the usage has the reasoning in it. */
export interface Answer {
  /** Differs from answer to answer. */
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly call?: Call;
  readonly usage: Usage & { readonly reasoning: number };
}

export interface ServerSentEvent {
  readonly event?: string;
  readonly data: unknown;
}

/** One of the protocols that the CLIs speak to a model. */
export interface WireFormat {
  /** Of an address such as `/v1/messages`; the rest of the body says the same for every format. */
  matches(path: string): boolean;
  /** Whether tokens written to the provider's cache are billed apart. */
  readonly billsCacheWrites: boolean;
  read(body: unknown, path: string): Conversation;
  streamed(answer: Answer): ServerSentEvent[];
  whole(answer: Answer): unknown;
  failure(status: number, message: string): unknown;
  /** What comes with 429 when an allowance is used up. `resetsAt`: seconds since the epoch; `seconds`: until then. */
  exhausted(resetsAt: number, seconds: number): Failure;
}

export interface Failure {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}
