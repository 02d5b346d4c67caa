// @ts-check
// A small MCP server over stdio: a tool to report with, and the one that claude asks for permission. It answers with its
// first argument, `allow` or `deny`, and writes every call into the file of its second, a line of JSON each.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [verdict = 'allow', log = ''] = process.argv.slice(2);
const object = { type: 'object', properties: {}, additionalProperties: true };
const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
const tools = [
  { name: 'report_progress', description: 'Tells how far the task is.', inputSchema: text },
  { name: 'approve', description: 'Decides whether a tool may be used.', inputSchema: object },
];

/** @param {{ name: string, arguments?: { text?: string, tool_name?: string, input?: any } }} call */
function answer({ name, arguments: given = {} }) {
  if (name !== 'approve') return `noted: ${given.text ?? ''}`;
  if (verdict !== 'allow') return JSON.stringify({ behavior: 'deny', message: 'Not this one.' });
  return JSON.stringify({ behavior: 'allow', updatedInput: { ...given.input, ...answersTo(given.input?.questions) } });
}

/**
 * A question that claude wants to ask comes as a tool to allow, and its answer as a part of what is allowed.
 * @param {{ question: string, options: { label: string }[] }[] | undefined} questions
 */
function answersTo(questions) {
  return (
    questions && {
      answers: Object.fromEntries(questions.map(({ question, options }) => [question, options[0]?.label])),
    }
  );
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === 'tools/call' && log) appendFileSync(log, `${JSON.stringify(params)}\n`);
  if (id === undefined) continue;
  const result =
    method === 'initialize'
      ? {
          protocolVersion: params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'orch', version: '1' },
        }
      : method === 'tools/list'
        ? { tools }
        : method === 'tools/call'
          ? { content: [{ type: 'text', text: answer(params) }] }
          : {};
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}
