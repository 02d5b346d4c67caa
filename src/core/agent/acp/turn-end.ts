import type { AgentError, AgentEvent, ErrorKind } from '../agent-event.ts';
import { errorOf, sentenceIn } from '../cli/errors.ts';
import { fields, list, number, text } from '../cli/json.ts';

const REASONS: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  max_tokens: ['other', 'The model’s limit of tokens was reached.'],
  max_turn_requests: ['turns', 'The agent’s limit of requests to the model in one turn was reached.'],
  refusal: ['other', 'The model refused to go on.'],
  cancelled: ['other', 'It was interrupted.'],
};

interface Heard {
  readonly said: string | undefined;
  readonly failed: AgentError | undefined;
}

/** How a turn ended (`result` of `session/prompt`), after what was heard in it. */
export function turnEnd(result: unknown, { said, failed }: Heard): AgentEvent[] {
  const reason = text(fields(result)?.stopReason) ?? '';
  const end: AgentEvent = {
    type: 'end',
    ok: reason === 'end_turn' && failed === undefined,
    ...(said !== undefined && { text: said }),
  };
  if (failed !== undefined) return [{ type: 'error', ...failed }, end];
  const [kind, message] = REASONS[reason] ?? [];
  if (kind === undefined || message === undefined) return [end];
  return [{ type: 'error', ...errorOf({ kind, message }) }, end];
}

/** The code of JSON-RPC by which ACP says that somebody has to sign in first. */
const AUTH_REQUIRED = -32000;

/**
 * An error that an agent answered a request with. `initialized`: the `result` of `initialize`, which says how to sign
 * in: that is for a person to do.
 */
export function failure(error: unknown, initialized: unknown): AgentEvent[] {
  const { code, message, data } = fields(error) ?? {};
  const details = detailsIn(data);
  const general = text(message);
  // JSON-RPC's own word for "something else" says nothing next to what it was.
  const said =
    details !== undefined && (general === undefined || /^internal error$/i.test(general))
      ? details
      : [general, details].filter((part) => part !== undefined).join(': ');
  const status = number(code);
  const known = errorOf({
    message: sentenceIn(said === '' ? 'It answered with an error.' : said),
    ...(status !== undefined && status >= 400 && status < 600 && { status }),
    ...(code === AUTH_REQUIRED && { kind: 'auth' as const }),
  });
  const ways = known.kind === 'auth' ? waysIn(initialized) : '';
  return [
    {
      type: 'error',
      ...known,
      message: ways === '' ? known.message : `${known.message.replace(/[.!]?$/, '.')} ${ways}`,
    },
    { type: 'end', ok: false },
  ];
}

function detailsIn(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  const { details, message, error } = fields(data) ?? {};
  return text(details) ?? text(message) ?? text(error) ?? text(fields(error)?.message);
}

function waysIn(initialized: unknown): string {
  const ways = list(fields(initialized)?.authMethods).flatMap(({ name, description }) => {
    const called = text(name);
    const how = text(description);
    return called === undefined ? [] : [how === undefined ? called : `${called} (${how})`];
  });
  return ways.length === 0 ? '' : `Sign in outside of Orca: ${ways.join(', or ')}.`;
}
