import type { RunState, ServiceState } from '../run/state.ts';
import { brief, count } from './print.ts';

type Limit = NonNullable<ServiceState['limit']>;

/** Why a kind of agent cannot be had, and until when by the clock of who drives the run, in one line. */
export function limitText({ message, until, automatic }: Limit, { at, session }: RunState): string {
  const time = until === undefined ? '' : `, until ${clockTime(until, at, session.utcOffsetMinutes)}`;
  return brief(`${message}${time}${automatic ? '' : '. Resume the run to try again'}`);
}

function clockTime(ms: number, now: number, offset: number): string {
  const minutes = Math.ceil(ms / 60_000) + offset;
  const two = (n: number): string => `${n}`.padStart(2, '0');
  const days = Math.floor((ms - now) / 86_400_000);
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}${days > 0 ? `, in ${count(days, 'day')}` : ''}`;
}
