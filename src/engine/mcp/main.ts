import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { openAsking } from './asking.ts';
import { MCP_VARIABLES } from './protocol.ts';
import { callTool, TOOLS } from './tools.ts';

// Orca's MCP server: `node mcp.cjs`, started by an agent's CLI. Where it is to be let in stands in its environment. An
// agent can do without it: where the runner is not to be reached, its tools say so.

declare const ORCA_VERSION: string;

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { ask, progress } = await openAsking(env);
  // The tools' schemas are plain JSON, which the newer class does not take.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const server = new Server({ name: 'orca', version: ORCA_VERSION }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...TOOLS] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { text, isError = false } = await callTool(params.name, params.arguments ?? {}, {
      runDir: env[MCP_VARIABLES.runDir] ?? '.',
      ask,
      progress,
    });
    return { content: [{ type: 'text', text }], isError };
  });
  server.onclose = () => process.exit(0);
  process.stdin.on('end', () => process.exit(0));
  await server.connect(new StdioServerTransport());
}

void main(process.env);
