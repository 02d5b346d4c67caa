import { randomUUID } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Answer, Ask } from '../../core/agent/ask.ts';
import { connect, type Channel } from '../channel/channel.ts';
import { MCP_VARIABLES, readToAgent, type FromAgent, type ToAgent } from './protocol.ts';
import { callTool, TOOLS } from './tools.ts';

// Orca's MCP server: `node mcp.cjs`, started by an agent's CLI. Where it is to be let in stands in its environment. An
// agent can do without it: where the runner is not to be reached, its tools say so.

declare const ORCA_VERSION: string;

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const waiting = new Map<string, (answer: Answer) => void>();
  const channel = await open(env, waiting);
  const unreachable: Answer = { kind: 'deny', reason: 'Nobody can be asked now.' };
  const ask = (question: Ask): Promise<Answer> =>
    new Promise((resolve) => {
      if (channel === undefined) return void resolve(unreachable);
      const id = randomUUID();
      waiting.set(id, resolve);
      channel.send({ type: 'ask', ask: id, question });
    });
  void channel?.closed.then(() => {
    for (const resolve of waiting.values()) resolve(unreachable);
  });
  const server = new Server({ name: 'orca', version: ORCA_VERSION }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...TOOLS] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { text, isError = false } = await callTool(params.name, params.arguments ?? {}, {
      runDir: env[MCP_VARIABLES.runDir] ?? '.',
      ask,
      progress: (said) => channel?.send({ type: 'progress', text: said }),
    });
    return { content: [{ type: 'text', text }], isError };
  });
  server.onclose = () => process.exit(0);
  process.stdin.on('end', () => process.exit(0));
  await server.connect(new StdioServerTransport());
}

async function open(
  env: NodeJS.ProcessEnv,
  waiting: Map<string, (answer: Answer) => void>,
): Promise<Channel<ToAgent, FromAgent> | undefined> {
  const address = env[MCP_VARIABLES.address];
  const token = env[MCP_VARIABLES.token];
  if (address === undefined || token === undefined) return undefined;
  const signal = new AbortController().signal;
  const connected = await connect<ToAgent, FromAgent>(address, { token, read: readToAgent, signal });
  if (connected.kind !== 'connected') return undefined;
  connected.channel.onMessage((message) => {
    if (message.type !== 'answered') return;
    waiting.get(message.ask)?.(message.answer);
    waiting.delete(message.ask);
  });
  return connected.channel;
}

void main(process.env);
