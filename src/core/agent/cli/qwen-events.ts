import type { AgentEvent } from '../agent-event.ts';
import type { AgentOutput } from '../agent.ts';
import { ClaudeStreamReader } from './claude-stream.ts';
import { errorOf, withoutColours } from './errors.ts';
import { count } from './json.ts';

/** What Qwen Code prints, and its exit codes. */
export const qwenOutput: AgentOutput = {
  reader: () => new QwenReader(),
  exitMeans: (code) =>
    code === 53 || code === 55
      ? 'a limit of its settings was reached'
      : code === 41
        ? 'it is not signed in'
        : undefined,
};

/** Claude's format, but what is read from a cache is counted as input too, and retries are told on the standard error. */
class QwenReader extends ClaudeStreamReader {
  constructor() {
    super({
      usage: (usage) => {
        const cacheRead = count(usage.cache_read_input_tokens);
        const cacheWrite = count(usage.cache_creation_input_tokens);
        return {
          input: Math.max(0, count(usage.input_tokens) - cacheRead - cacheWrite),
          cacheRead,
          cacheWrite,
          output: count(usage.output_tokens),
        };
      },
    });
  }

  override read(line: string, stream: 'out' | 'err'): AgentEvent[] {
    const plain = stream === 'err' ? withoutColours(line) : '';
    if (/retrying in \d+/i.test(plain)) return [{ type: 'error', ...errorOf({ message: plain, retrying: true }) }];
    return super.read(line, stream);
  }
}
