import type { AgentEvent, Usage } from '../../../src/core/agent/agent-event.ts';

/** An event on one line. */
export function print(event: AgentEvent): string {
  switch (event.type) {
    case 'session':
      return `session ${event.id}${event.model === undefined ? '' : ` ${event.model}`}`;
    case 'model':
      return `model ${event.name}`;
    case 'message':
      return `${event.partial === true ? 'message+' : 'message'} ${quoted(event.text)}`;
    case 'tool':
      return `tool ${named(event.id)}${event.name} ${quoted(event.input)}`;
    case 'edit':
      return `edit ${named(event.id)}${event.path}`;
    case 'command':
      return `command ${named(event.id)}${quoted(event.command)}`;
    case 'tool-ended':
      return `${event.ok ? 'ok' : 'FAILED'} ${named(event.id)}${quoted(event.output ?? '')}`;
    case 'denied':
      return `DENIED ${event.what}`;
    case 'usage':
      return `usage ${usage(event.usage)}`;
    case 'cost':
      return `cost ${event.usd.toFixed(6)}`;
    case 'error': {
      const status = event.status === undefined ? '' : ` ${event.status}`;
      const until = event.retryAt === undefined ? '' : ` until ${event.retryAt}`;
      return `ERROR ${event.kind}${status}${event.retrying ? ' retrying' : ''}${until} ${quoted(event.message)}`;
    }
    case 'end':
      return `end ${event.ok ? 'ok' : 'not ok'} ${quoted(event.text ?? '')}`;
  }
}

function usage({ input, cacheRead, cacheWrite, output }: Usage): string {
  return `${input} in, ${cacheRead} from the cache, ${cacheWrite} into it, ${output} out`;
}

function named(id: string | undefined): string {
  return id === undefined ? '' : `[${id}] `;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
