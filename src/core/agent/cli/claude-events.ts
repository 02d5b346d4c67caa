import type { AgentOutput } from '../agent.ts';
import { ClaudeStreamReader } from './claude-stream.ts';
import { count } from './json.ts';

/** What Claude Code prints, and its exit codes. */
export const claudeOutput: AgentOutput = {
  reader: () =>
    new ClaudeStreamReader({
      usage: (usage) => ({
        input: count(usage.input_tokens),
        cacheRead: count(usage.cache_read_input_tokens),
        cacheWrite: count(usage.cache_creation_input_tokens),
        output: count(usage.output_tokens),
      }),
    }),
  exitMeans: (code) => (code === 143 || code === 129 || code === 130 ? 'it was ended by a signal' : undefined),
};
